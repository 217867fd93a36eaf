"""Where the demo may be: in its own folder, and never beside a real contest."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app import migrations
from app.accounts.models import Person
from app.accounts.service import add_first_person
from app.contests.models import Contest
from app.contests.schemes import shipped
from app.contests.service import create_contest
from app.db import open_database
from app.demo.making import SCHEME
from app.demo.roster import SEED
from app.demo.serving import serve_demo, settings_in
from app.main import create_app
from scoring.faults import Refused
from tests.app.demo.conftest import BASE, ENGLISH, SIMULATED, Stage, copied, made, opened_by_its_link, signed_in
from tests.conftest import STARTS_WITHIN_SECONDS, free_port


def test_it_starts_again_in_its_folder_with_new_keys(stage: Stage, tmp_path: Path) -> None:
    first = stage.demo
    copied(stage.folder, tmp_path)
    again = made(tmp_path, seed=SEED + 5)
    assert again.tours == first.tours
    assert again.password != first.password
    with TestClient(create_app(settings_in(tmp_path))) as client:
        old, new = (next(link for link in demo.links if link.digits) for demo in (first, again))
        assert client.get(old.address.removeprefix(BASE)).status_code == 410
        assert client.get(new.address.removeprefix(BASE)).status_code == 200
        signed_in(client, again, again.links[0])
        assert "清江市" in opened_by_its_link(client, again)
        (county,) = (link.address for link in first.links if "/county/" in link.address)
        assert client.get(county.removeprefix(BASE)).status_code == 410


def in_folder(folder: Path, *, contest: bool) -> None:
    """An installation of somebody's own."""
    url = settings_in(folder).url
    migrations.upgrade(url)
    database = open_database(url)

    def deed(session: Session) -> None:
        person = add_first_person(session, login="wang", name="王芳", password_hash="-")  # noqa: S106
        if contest:
            create_contest(session, person, name="真实的拉练", rule=shipped()[SCHEME])

    database.write(deed)
    database.close()


def contents(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "fieldmark.db") as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(("contest", "code"), [(True, "demo.real_contest"), (False, "demo.not_its_own")])
def test_it_refuses_a_database_that_is_not_its_own(tmp_path: Path, contest: bool, code: str) -> None:  # noqa: FBT001
    in_folder(tmp_path, contest=contest)
    before = contents(tmp_path)
    with pytest.raises(Refused) as refused:
        made(tmp_path)
    assert [fault.code for fault in refused.value.faults] == [code]
    assert contents(tmp_path) == before


def test_it_refuses_its_own_folder_once_a_real_contest_is_there(stage: Stage, tmp_path: Path) -> None:
    copied(stage.folder, tmp_path)
    database = open_database(settings_in(tmp_path).url)

    def deed(session: Session) -> None:
        person = session.exec(select(Person.id)).first() or ""
        create_contest(session, person, name="真实的拉练", rule=shipped()[SCHEME])
        assert session.exec(select(Contest)).all()

    database.write(deed)
    database.close()
    with pytest.raises(Refused, match=r"demo\.real_contest"):
        made(tmp_path)


def test_it_refuses_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "fieldmark.db").write_text("something else\n" * 100, encoding="utf-8")
    with pytest.raises(Refused, match=r"demo\.not_its_own"):
        made(tmp_path)


def test_it_never_uses_the_database_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDMARK_DATABASE_URL", "postgresql+psycopg://somebody@somewhere/real")
    assert settings_in(tmp_path).url == f"sqlite:///{tmp_path}/fieldmark.db"


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Refused, match=r"demo\.port_taken"):
            serve_demo(
                host="127.0.0.1", port=taken.getsockname()[1], folder=tmp_path / "new", seed=SEED, language=ENGLISH
            )
    assert list(tmp_path.iterdir()) == []


def answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    give_up = time.monotonic() + 2 * STARTS_WITHIN_SECONDS  # it makes its contests first
    while time.monotonic() < give_up and process.poll() is None:
        try:
            return httpx2.get(address, trust_env=False).is_success
        except httpx2.TransportError:
            time.sleep(0.1)
    return False


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_stopped_and_leaves_nothing(tmp_path: Path, sign: signal.Signals) -> None:
    port = free_port()
    command = [str(Path(sys.executable).parent / "fieldmark"), "demo", "--port", str(port), "--lang", "en"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "FIELDMARK_DATABASE_URL": "postgresql+psycopg://no/where"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            assert answers(f"http://127.0.0.1:{port}/healthz", process)
            assert any(tmp_path.iterdir())
            process.send_signal(sign)
            told = process.communicate(timeout=STARTS_WITHIN_SECONDS)[0].decode()
        finally:
            process.kill()
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert f"http://127.0.0.1:{port}/score?example=true" in told
    assert list(tmp_path.iterdir()) == []


def test_a_contest_that_a_visitor_makes_is_invented_too_and_the_next_start_takes_it(
    stage: Stage, tmp_path: Path
) -> None:
    copied(stage.folder, tmp_path)
    demo = made(tmp_path)
    organiser = next(link for link in demo.links if link.login == "organiser")
    with TestClient(create_app(settings_in(tmp_path)), headers={"Accept-Language": "en", "Origin": BASE}) as client:
        signed_in(client, demo, organiser)
        form = {"form": "tour", "name": "A visitor's", "scheme": SCHEME}
        assert SIMULATED.search(client.post("/contests", data=form).text)
    assert made(tmp_path).tours == demo.tours
