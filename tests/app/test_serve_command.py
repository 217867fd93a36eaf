"""``fieldmark serve`` as a process of its own: TLS with a certificate, and every reason not to start in a sentence."""

import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from app.cli import main
from tests.app.certificates import certificate, day
from tests.conftest import STARTS_WITHIN_SECONDS, free_port


def serve(folder: Path, *arguments: object, lang: str = "en", **variables: str) -> Result:
    """The command where it does not start."""
    given = {name: None for name in os.environ if name.startswith("FIELDMARK_")}
    named = {**given, "FIELDMARK_DATA_DIR": str(folder / "data"), **variables}
    return CliRunner().invoke(main, ["serve", *map(str, arguments), "--lang", lang], env=named)


def command(arguments: tuple[object, ...], lang: str) -> list[str]:
    return [sys.executable, "-m", "app.cli", "serve", *map(str, arguments), "--lang", lang]


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDMARK_")}
    return {**kept, "FIELDMARK_DATA_DIR": str(folder / "data")}


@contextmanager
def served(folder: Path, *arguments: object) -> Iterator[Path]:
    """The command while it serves; gives the file of what it writes."""
    log = folder / "server.log"
    with (
        log.open("wb") as written,
        subprocess.Popen(
            command(arguments, "en"), env=environment(folder), stdout=written, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            yield log
        finally:
            process.terminate()


def asked(address: str, trusting: ssl.SSLContext | None = None) -> httpx2.Response:
    """The answer, as soon as there is one."""
    give_up = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            return httpx2.get(address, verify=trusting or ssl.create_default_context(), trust_env=False)
        except httpx2.TransportError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def test_with_a_certificate_the_pages_come_by_https_only(tmp_path: Path) -> None:
    pair, port = certificate(tmp_path / "pair", "DNS:localhost"), free_port()
    address = f"https://localhost:{port}"
    trusting = ssl.create_default_context(cafile=str(pair.cert))
    trusting.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    with served(tmp_path, "--public-url", address, "--cert", pair.cert, "--key", pair.key) as log:
        page = asked(f"{address}/", trusting)
        assert page.status_code == 200
        assert page.headers["strict-transport-security"] == "max-age=2592000"
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"http://localhost:{port}/", trust_env=False)
    told = log.read_text(encoding="utf-8")
    assert f"Fieldmark is served at {address}." in told
    assert f"The certificate is in force until {day(30)}." in told
    assert re.search(r"fieldmark\.anchor -:0(-0000){5}$", told, re.MULTILINE)


def test_without_one_only_this_computer_is_served_and_it_says_so(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, "--port", port) as log:
        assert "strict-transport-security" not in asked(f"http://127.0.0.1:{port}/").headers
    assert "Only this computer reaches it." in log.read_text(encoding="utf-8")


def refused(run: Result, *sentences: str) -> None:
    assert run.exit_code == 1
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    for sentence in sentences:
        assert sentence in run.stderr


PUBLIC = ("--public-url", "https://marks.example.org")


def test_certificate_and_key_belong_together(tmp_path: Path) -> None:
    pair = certificate(tmp_path / "pair")
    for option, file in (("--cert", pair.cert), ("--key", pair.key)):
        refused(serve(tmp_path, *PUBLIC, option, file), "--cert and --key belong together")


def test_a_certificate_needs_an_https_address(tmp_path: Path) -> None:
    pair = certificate(tmp_path / "pair")
    for address in ((), ("--public-url", "http://marks.example.org")):
        refused(serve(tmp_path, *address, "--cert", pair.cert, "--key", pair.key), "beginning with https://")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    pair, nothing = certificate(tmp_path / "pair"), tmp_path / "nothing.pem"
    refused(serve(tmp_path, *PUBLIC, "--cert", nothing, "--key", pair.key), str(nothing), "is not there")
    refused(serve(tmp_path, *PUBLIC, "--cert", pair.cert, "--key", nothing), str(nothing), "is not there")


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    pair, text = certificate(tmp_path / "pair"), tmp_path / "text.pem"
    text.write_text("not a certificate")
    refused(serve(tmp_path, *PUBLIC, "--cert", text, "--key", pair.key), str(text), "must be PEM")


def test_a_key_behind_a_password_is_not_asked_for(tmp_path: Path) -> None:
    pair, locked = certificate(tmp_path / "pair"), tmp_path / "locked.pem"
    lock = ["openssl", "pkey", "-in", str(pair.key), "-aes256", "-passout", "pass:secret", "-out", str(locked)]
    subprocess.run(lock, check=True, capture_output=True)
    refused(serve(tmp_path, *PUBLIC, "--cert", pair.cert, "--key", locked), "without a password")


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    one, other = certificate(tmp_path / "one"), certificate(tmp_path / "other")
    refused(serve(tmp_path, *PUBLIC, "--cert", one.cert, "--key", other.key), "does not belong to the certificate")


@pytest.mark.parametrize(("begins", "ends"), [(-30, -3), (3, 30)])
def test_a_certificate_that_is_not_in_force_says_from_when_until_when(tmp_path: Path, begins: int, ends: int) -> None:
    pair = certificate(tmp_path / "pair", begins=begins, ends=ends)
    run = serve(tmp_path, *PUBLIC, "--cert", pair.cert, "--key", pair.key)
    refused(run, f"valid from {day(begins)} until {day(ends)}")


@pytest.mark.parametrize(
    ("names", "host", "fits"),
    [
        ("DNS:marks.example.org", "other.example.org", False),
        ("DNS:*.example.org", "marks.example.org.elsewhere.example", False),
        ("IP:10.0.0.5", "10.0.0.6", False),
        ("DNS:marks.example.org,DNS:other.example.org", "other.example.org", True),
        ("DNS:*.example.org", "marks.example.org", True),
        ("IP:10.0.0.5", "10.0.0.5", True),
    ],
)
def test_a_certificate_is_for_the_host_of_the_address(tmp_path: Path, names: str, host: str, fits: bool) -> None:  # noqa: FBT001
    pair = certificate(tmp_path / "pair", names)
    # A host to listen at that no computer has: whoever gets so far liked the certificate.
    given = ("--public-url", f"https://{host}", "--cert", pair.cert, "--key", pair.key, "--host", "192.0.2.1")
    if fits:
        refused(serve(tmp_path, *given), "Port 443 of 192.0.2.1 cannot be used")
    else:
        named = names.replace("DNS:", "").replace("IP:", "")
        refused(serve(tmp_path, *given), f"not issued for {host}", f"It names: {named}", f"valid until {day(30)}")


@pytest.mark.parametrize(
    "address",
    ["marks.example.org", "ftp://marks.example.org", "https://", "https://u@marks.example.org",
     "https://marks.example.org/fieldmark", "https://marks.example.org?x", "https://marks.example.org:port"],
)  # fmt: skip
def test_an_address_is_scheme_and_host(tmp_path: Path, address: str) -> None:
    refused(serve(tmp_path, "--public-url", address), f"“{address}” cannot be the public address")
    refused(serve(tmp_path, FIELDMARK_PUBLIC_URL=address), "FIELDMARK_PUBLIC_URL")


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    refused(serve(tmp_path, FIELDMARK_SESSION_HOURS="0"), "FIELDMARK_SESSION_HOURS", "“0”")


def test_a_database_out_of_reach_is_told_without_its_password(tmp_path: Path) -> None:
    run = serve(tmp_path, FIELDMARK_DATABASE_URL=f"postgresql+psycopg://u:canary@/none?host={tmp_path}")
    refused(run, "The database cannot be opened")
    assert "canary" not in run.stderr


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "fieldmark.db").write_bytes(b"no database" * 500)
    refused(serve(tmp_path), "The database cannot be opened")


def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, "--port", port):
        asked(f"http://127.0.0.1:{port}/healthz")
        run = serve(tmp_path, "--port", free_port(), lang="zh")
    assert run.exit_code == 1
    assert "Traceback" not in run.stderr
    assert "fieldmark.db" in run.stderr


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, "--port", port):
        asked(f"http://127.0.0.1:{port}/healthz")
        refused(serve(tmp_path, "--port", port), f"Port {port} of 127.0.0.1 cannot be used")
