"""Certificates for tests, signed by themselves with the system's openssl: for which names, from when until when."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

CONFIG = """
[ca]
default_ca = test
[test]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = anything
x509_extensions = names
[anything]
commonName = supplied
[names]
subjectAltName = {names}
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    cert: Path
    key: Path


def certificate(folder: Path, names: str = "DNS:marks.example.org", *, begins: int = -1, ends: int = 30) -> Pair:
    """A new pair in ``folder``; ``begins`` and ``ends`` are days from today."""
    openssl = shutil.which("openssl")
    assert openssl, "no openssl: run .ci/prepare"
    folder.mkdir(parents=True)
    cert, key, asked, config = (folder / name for name in ("cert.pem", "key.pem", "asked.csr", "openssl.cnf"))
    (folder / "index.txt").touch()
    config.write_text(CONFIG.format(folder=folder, names=names))
    new: list[str | Path] = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        key,
        "-subj",
        "/CN=test",
    ]
    signed: list[str | Path] = [
        "-selfsign",
        "-batch",
        "-notext",
        "-config",
        config,
        "-keyfile",
        key,
        "-in",
        asked,
        "-out",
        cert,
    ]
    dates = ["-startdate", _day(begins), "-enddate", _day(ends)]
    commands: list[list[str | Path]] = [[openssl, "req", "-new", *new, "-out", asked], [openssl, "ca", *signed, *dates]]
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)
    return Pair(cert, key)


# Once for a whole run, which may go over midnight.
NOW = datetime.now(UTC)


def day(days: int) -> str:
    """So many days from today, as sentences have it."""
    return (NOW + timedelta(days=days)).strftime("%Y-%m-%d")


def _day(days: int) -> str:
    return (NOW + timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")
