"""The demo: the same tours for the same seed, all that was promised, and never beside a real contest."""

import io
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app import migrations
from app.accounts.models import Person
from app.accounts.service import add_first_person
from app.contests import queries as contests
from app.contests.models import Contest
from app.contests.schemes import shipped
from app.contests.service import create_contest
from app.db import Database, open_database
from app.demo.making import LATE, PAPER, SCHEME, SHOWN
from app.demo.roster import AWAY, DAYS, SEED, marks, roster
from app.demo.serving import MADE, Demo, Link, prepared, serve_demo, settings_in, tell
from app.i18n import languages
from app.issues.models import Finding
from app.judging.models import PaperMatch
from app.judging.paper_queries import paper_sheets
from app.judging.queries import current, current_sheets, handed_in, is_collected
from app.main import create_app
from app.results.queries import is_open, tabulated
from scoring.canonical import digest
from scoring.faults import Refused
from tests.conftest import free_port

BASE = "http://testserver"
ENGLISH = languages()["en"]
TRIED = re.compile(r'href="(/c/[^"#]+)"')
SIMULATED = re.compile("simulated|invented", re.IGNORECASE)


def made(folder: Path, *, seed: int = SEED) -> Demo:
    return prepared(settings_in(folder), base=BASE, seed=seed, tell=lambda _done, _whole: None, language=ENGLISH)


@dataclass(frozen=True)
class Stage:
    demo: Demo
    folder: Path

    @property
    def running(self) -> str:
        return self.demo.tours.running

    @property
    def finished(self) -> str:
        return self.demo.tours.finished


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The tours, made once for all tests that change nothing in them."""
    folder = tmp_path_factory.mktemp("demo")
    return Stage(made(folder), folder)


@pytest.fixture
def database(stage: Stage) -> Iterator[Database]:
    opened = open_database(settings_in(stage.folder).url, alone=False)
    yield opened
    opened.close()


def sheets_digest(session: Session, contest_id: str) -> str:
    found = current_sheets(session, contest_id)
    return digest([[sheet.judge, sheet.entry, list(sheet.ticks)] for sheet in found])


# --- what is in it


def test_the_same_seed_makes_the_same_tours_and_another_makes_others(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    again = made(tmp_path)
    other = open_database(settings_in(tmp_path).url)
    with database.read() as one, other.read() as two:
        for mine, its in ((stage.running, again.tours.running), (stage.finished, again.tours.finished)):
            assert sheets_digest(one, mine) == sheets_digest(two, its)
            assert contests.roster(one, mine) == contests.roster(two, its)
            assert contests.priors(one, mine) == contests.priors(two, its)
        assert sheets_digest(one, stage.running) != sheets_digest(one, stage.finished)
    other.close()
    rule = shipped()[SCHEME].scheme
    assert marks(rule, roster(rule, SEED), SEED) != marks(rule, roster(rule, SEED), SEED + 1)


def test_as_much_of_everything_as_was_promised(stage: Stage, database: Database) -> None:
    with database.read() as session:
        for contest in (stage.running, stage.finished):
            found, rule = contests.roster(session, contest), contests.scheme(session, contest)
            assert [len(found.units), len(found.entries), len(found.judges)] == [10, 50, 52]
            projects = [entry for entry in found.entries if entry.component == "onsite"]
            assert len(projects) == 40
            assert {entry.kind for entry in projects} == {kind.id for kind in rule.kinds}
            assert len(rule.kinds) == 30
            homes = [judge.unit for judge in found.judges]
            assert {homes.count(unit.id) for unit in found.units} == {4}
            assert homes.count("") == 12
            assert {(absence.judge, absence.day) for absence in found.absences} == set(AWAY)
            assert len(AWAY) == 3
            assert contests.days(session, contest) == list(DAYS)
            assert contests.contest(session, contest).simulated
            accepted = session.exec(select(PaperMatch).where(PaperMatch.contest_id == contest)).all()
            assert len(accepted) >= 30
            assert all(one.first_by != one.second_by for one in accepted)


def test_nobody_and_nothing_is_named_twice() -> None:
    found = roster(shipped()[SCHEME].scheme, SEED)
    for names in ([judge.name for judge in found.judges], [entry.name for entry in found.entries]):
        assert len(names) == len(set(names))


def test_the_running_tour_is_part_way_through_its_second_day(stage: Stage, database: Database) -> None:
    with database.read() as session:
        day_of = {entry.id: entry.day for entry in contests.entries(session, stage.running)}
        board = handed_in(session, stage.running)
        come = dict.fromkeys(DAYS, 0)
        due = dict.fromkeys(DAYS, 0)
        for stop in board.stops:
            come[day_of[stop.entry_id]] += stop.received
            due[day_of[stop.entry_id]] += stop.due
        assert come[DAYS[0]] == due[DAYS[0]] > 0
        assert 0.3 * due[DAYS[1]] < come[DAYS[1]] < 0.6 * due[DAYS[1]]
        assert come[DAYS[2]] == 0 < due[DAYS[2]]
        assert [doubt.judge_id for doubt in board.doubts] == [LATE]
        assert not is_collected(session, stage.running)
        assert not is_open(session, stage.running)
        typed = paper_sheets(session, stage.running, list(day_of))
        states = {sheet.state for sheet in typed.values()}
        assert {"accepted", "once", "differs"} <= states
        assert {judge for judge, _ in typed if typed[judge, _].typings} == set(PAPER)


def test_problems_have_different_pictures(stage: Stage, database: Database) -> None:
    with database.read() as session:
        found = session.exec(select(Finding).where(Finding.contest_id == stage.running)).all()
    problems = [finding for finding in found if finding.kind == "problem"]
    assert len(problems) == 6
    assert all(finding.text for finding in found)
    assert len({finding.files for finding in problems}) == 6
    assert {finding.kind for finding in found} == {"problem", "highlight"}


def test_the_finished_tour_has_a_final_result(stage: Stage, database: Database) -> None:
    with database.read() as session:
        assert is_collected(session, stage.finished)
        assert is_open(session, stage.finished)
        given, result = tabulated(session, stage.finished)
        assert result.open == ()
        assert len(result.units) == 10
        assert set(current(session, stage.finished)) == set(contests.due(session, stage.finished))
        assert sum(bool(sheet.judge in SHOWN) for sheet in given.sheets) > 80


# --- its addresses


@pytest.fixture(scope="module")
def app_client(stage: Stage) -> Iterator[TestClient]:
    with TestClient(create_app(settings_in(stage.folder)), headers={"Accept-Language": "en"}) as client:
        yield client


def signed_in(client: TestClient, demo: Demo, link: Link) -> None:
    client.cookies.clear()
    path = link.address.removeprefix(BASE)
    form = {"login": link.login, "password": demo.password, "onward": path}
    answer = client.post("/sign-in", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, path)


def test_every_address_answers_after_its_sign_in(stage: Stage, app_client: TestClient) -> None:
    assert [link.login for link in stage.demo.links] == [
        "organiser", "organiser", "steward", "tallier", "checker", "", "", ""
    ]  # fmt: skip
    for link in stage.demo.links:
        app_client.cookies.clear()
        path = link.address.removeprefix(BASE)
        if link.login:
            assert app_client.get(path).status_code == 401
            signed_in(app_client, stage.demo, link)
        assert app_client.get(path).status_code == 200


def test_every_page_reachable_from_them_says_that_it_is_simulated(stage: Stage, app_client: TestClient) -> None:
    assert not SIMULATED.search(app_client.get("/sign-in").text)
    ours = tuple(f"/c/{contest}" for contest in (stage.running, stage.finished))
    for link in stage.demo.links:
        if not link.login:
            continue
        signed_in(app_client, stage.demo, link)
        first = link.address.removeprefix(BASE)
        waiting, seen = [first], {first: 1}
        while waiting:
            path = waiting.pop()
            answer = app_client.get(path)
            assert answer.status_code == 200, path
            if answer.headers["content-type"].startswith("text/html"):
                assert SIMULATED.search(answer.text), path
                for found in TRIED.findall(answer.text):
                    onward = found.replace("&amp;", "&")
                    # The page of one stop is the page of every stop; so is the picture.
                    sort = re.sub(r"=[^&]*|/[0-9a-f]{64}", "=", onward)
                    seen[sort] = seen.get(sort, 0) + onward.startswith(ours)
                    if onward.startswith(ours) and seen[sort] == 1:
                        waiting.append(onward)
        assert len(seen) > 1, link


def test_a_badge_lets_its_judge_in_and_his_page_says_that_it_is_simulated(stage: Stage, app_client: TestClient) -> None:
    for link in stage.demo.links:
        path = link.address.removeprefix(BASE)
        if not path.startswith("/b/"):
            continue
        app_client.cookies.clear()
        assert SIMULATED.search(app_client.get(path).text)
        assert app_client.post(path, follow_redirects=False).headers["location"] == f"/j/{stage.running}/"
        package = app_client.get(f"/j/{stage.running}/package").json()
        assert package["contest"]["simulated"] is True
        assert {sheet["origin"] for sheet in package["sheets"]} == {"paper"}
        app_client.cookies.clear()
        app_client.get(path)
        second = app_client.post(path, data={"digits": link.digits}, follow_redirects=False)
        assert second.status_code == 303


def test_the_organiser_sees_the_pictures(stage: Stage, app_client: TestClient) -> None:
    signed_in(app_client, stage.demo, stage.demo.links[0])
    pictures = set(re.findall(r'src="(/c/[^"]+/files/[^"]+)"', app_client.get(f"/c/{stage.running}/findings").text))
    assert len(pictures) == 6
    assert {app_client.get(picture).headers["content-type"] for picture in pictures} == {"image/jpeg"}


def test_the_terminal_is_told_everything(stage: Stage) -> None:
    for code, language in languages().items():
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        tell(stage.demo, language, out)
        out.seek(0)
        text = out.read()
        assert all(link.address in text for link in stage.demo.links)
        assert stage.demo.password in text
        assert str(SEED) in text
        assert text.count("▄▄▄▄▄") >= 2, code
    plain = io.TextIOWrapper(io.BytesIO(), encoding="gb18030")
    tell(stage.demo, languages()["zh"], plain)
    plain.seek(0)
    assert "▄" not in plain.read()


# --- where it may be


def copied(whole: Path, copy: Path) -> None:
    with sqlite3.connect(whole / "fieldmark.db") as source, sqlite3.connect(copy / "fieldmark.db") as target:
        source.backup(target)
    (copy / MADE).write_bytes((whole / MADE).read_bytes())


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
    give_up = time.monotonic() + 60
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
            told = process.communicate(timeout=20)[0].decode()
        finally:
            process.kill()
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert f"http://127.0.0.1:{port}/score?example=true" in told
    assert list(tmp_path.iterdir()) == []
