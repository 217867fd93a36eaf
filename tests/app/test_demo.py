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
from itertools import pairwise
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
from app.demo.making import KIN, LATE, LEFT, PAPER, SCHEME, SHOWN
from app.demo.roster import AWAY, DAYS, SEED, marks, roster
from app.demo.serving import MADE, Demo, Link, prepared, serve_demo, settings_in, tell
from app.i18n import languages
from app.issues.links import newest_links
from app.issues.lists import by_unit, issue_list
from app.issues.models import Finding
from app.judging.decision_queries import in_force
from app.judging.models import PaperMatch
from app.judging.paper_queries import paper_sheets
from app.judging.queries import current, current_sheets, handed_in, is_collected
from app.main import create_app
from app.publishing.queries import published, versions
from app.results.blockers import blockers
from app.results.queries import is_open, tabulated
from scoring.canonical import digest
from scoring.faults import Refused
from scoring.numbers import exact
from tests.app.exports.reading import cells
from tests.conftest import free_port

BASE = "http://testserver"
ENGLISH = languages()["en"]
TRIED = re.compile(r'(?:href|src)="(/(?:c|p|county)/[^"#]+)"')
SIMULATED = re.compile(r"Simulated: |\(simulated\)|marks are invented|模拟数据")
TO_FILL_IN = ("template.xlsx", "roster.xlsx")  # what the organiser sends back; a line more would be read as a unit


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


def test_judges_are_counted_with_their_county_or_in_three_blocs_of_the_city(database: Database, stage: Stage) -> None:
    with database.read() as session:
        found = contests.roster(session, stage.finished)
    names = {unit.id: unit.name for unit in found.units}
    blocs = [judge.bloc for judge in found.judges]
    assert [judge.bloc for judge in found.judges if judge.unit] == [names[j.unit] for j in found.judges if j.unit]
    assert {blocs.count(bloc) for bloc in blocs} == {4}
    assert blocs[40:] == ["市直一组"] * 4 + ["市直二组"] * 4 + ["市直三组"] * 4


def test_the_finished_tour_has_a_final_result(stage: Stage, database: Database) -> None:
    with database.read() as session:
        assert is_collected(session, stage.finished)
        assert is_open(session, stage.finished)
        assert blockers(session, stage.finished) == ()
        given, result = tabulated(session, stage.finished)
        assert result.open == ()
        assert len(result.units) == 10
        assert sum(bool(sheet.judge in SHOWN) for sheet in given.sheets) > 80


def test_what_did_not_come_to_the_finished_tour_was_decided_together_with_reason_and_document(
    stage: Stage, database: Database
) -> None:
    with database.read() as session:
        decided = in_force(session, stage.finished)
        owed = set(contests.due(session, stage.finished)) - set(current(session, stage.finished))
    absent = [row for row in decided if row.kind == "absence"]
    assert {row.subject for row in absent} == {f"{LEFT}/E{number}" for number in range(46, 51)}
    assert {f"{judge}/{entry}" for judge, entry in owed} == {row.subject for row in absent}
    assert len({row.rev for row in absent}) == 1
    assert [row.subject for row in decided if row.kind == "void"] == [KIN]
    assert len(decided) == 6
    assert all(row.reason and row.document for row in decided)


def test_two_boundaries_between_prizes_are_close_and_no_two_scores_are_equal(stage: Stage, database: Database) -> None:
    with database.read() as session:
        values = [unit.rank_value for unit in tabulated(session, stage.finished)[1].units]
    assert all(value is not None for value in values)
    gaps = [(one or 0) - (less or 0) for one, less in pairwise(values)]
    assert min(gaps) > 0
    assert sum(gaps[after - 1] < exact("0.1") for after in (1, 3, 6)) == 2  # one first, two second, three third


def test_the_finished_tour_is_sealed_signed_approved_and_published(stage: Stage, database: Database) -> None:
    with database.read() as session:
        (version,) = versions(session, stage.finished)
        document = published(session, stage.finished).document
        assert versions(session, stage.running) == []
    assert version.signed
    assert version.sealed.name != version.signed.name
    assert version.approval
    assert version.approval.leader
    assert version.approval.document
    assert version.level == "ranks" == shipped()[SCHEME].scheme.publication.level
    prizes = [(len(tier["units"]), tier["yuan"]) for tier in document["page"]["zh"]["tiers"]]
    assert prizes == [(1, "100,000"), (2, "50,000"), (3, "20,000"), (4, "10,000")]


def test_every_county_of_the_finished_tour_has_its_list_and_a_link(stage: Stage, database: Database) -> None:
    with database.read() as session:
        for one in by_unit(session, stage.finished):
            released = issue_list(session, stage.finished, one.unit.id)
            assert released.problems, one.unit.name
            assert all(issue.photos for issue in released.problems)
            assert not one.pending
        links = newest_links(session, stage.finished)
        assert len(links) == 10
        assert not any(link.revoked_at for link in links.values())
        # In the running tour the first county has its list; the others' problems wait for the organiser.
        waiting = {one.unit.id: len(one.pending) for one in by_unit(session, stage.running) if one.noted}
        assert waiting == {"U1": 0, "U2": 3, "U3": 1, "U4": 1}
        assert set(newest_links(session, stage.running)) == {"U1"}


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
        "organiser", "organiser", "steward", "tallier", "checker", "staff", "", "", "", "", "", ""
    ]  # fmt: skip
    assert [bool(link.digits) for link in stage.demo.links if link.for_phone] == [True, True, True, False]
    for link in stage.demo.links:
        app_client.cookies.clear()
        path = link.address.removeprefix(BASE)
        if link.login:
            assert app_client.get(path).status_code == 401
            signed_in(app_client, stage.demo, link)
        assert app_client.get(path).status_code == 200


def crawl(client: TestClient, first: str, ours: tuple[str, ...]) -> dict[str, httpx2.Response]:
    """Every sort of answer that can be reached from ``first``: the page of one stop is the page of every stop."""
    waiting, seen, found = [first], set[str](), dict[str, httpx2.Response]()
    while waiting:
        path = waiting.pop()
        found[path] = answer = client.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            for tried in TRIED.findall(answer.text):
                onward = tried.replace("&amp;", "&")
                sort = re.sub(r"=[^&]*|/[0-9a-f]{64}|/U\d+|/\d+", "=", onward)
                if onward.startswith(ours) and sort not in seen:
                    seen.add(sort)
                    waiting.append(onward)
    return found


def says_simulated(answer: httpx2.Response) -> bool:
    kind = answer.headers["content-type"]
    if kind.startswith("text/html"):
        return bool(SIMULATED.search(answer.text))
    if "spreadsheetml" in kind:
        return str(answer.url).endswith(TO_FILL_IN) or bool(SIMULATED.search(head_of(answer.content)))
    return kind.startswith(("image/", "application/zip", "text/plain"))


def head_of(workbook: bytes) -> str:
    """What stands above the table of the first sheet."""
    first = next(iter(cells(workbook).values()))
    return " ".join(str(cell) for row in first[:2] for cell in row)


def test_every_page_reachable_from_them_says_that_it_is_simulated(stage: Stage, app_client: TestClient) -> None:
    assert not SIMULATED.search(app_client.get("/sign-in").text)
    ours = tuple(f"/{part}/{one}" for one in (stage.running, stage.finished) for part in ("c", "p", "county"))
    reached = set()
    for link in stage.demo.links:
        path = link.address.removeprefix(BASE)
        if link.login:
            signed_in(app_client, stage.demo, link)
        elif "/county/" in path:
            app_client.cookies.clear()
            assert SIMULATED.search(app_client.get(path).text)
            path = app_client.post(path, follow_redirects=False).headers["location"]
        elif not path.startswith("/p/"):
            continue
        found = crawl(app_client, path, ours)
        assert [one for one, answer in found.items() if not says_simulated(answer)] == []
        reached |= {one.rpartition("/")[2] for one in found}
    assert {"tally.xlsx", "awards.xlsx", "issues.xlsx", "scores", "decisions", "log", stage.finished} <= reached


def test_what_is_printed_says_on_every_badge_and_sheet_that_it_is_simulated(stage: Stage, tmp_path: Path) -> None:
    copied(stage.folder, tmp_path)
    demo = made(tmp_path)
    with TestClient(create_app(settings_in(tmp_path)), headers={"Accept-Language": "en", "Origin": BASE}) as client:
        signed_in(client, demo, demo.links[0])
        for page, piece in (("badges", "badge"), ("counties", "linksheet")):
            printed = client.post(f"/c/{stage.finished}/{page}", data={"which": "all"}).text
            pieces = printed.split(f'<article class="{piece}">')[1:]
            assert len(pieces) == (52 if piece == "badge" else 10)
            assert all(SIMULATED.search(one.partition("</article>")[0]) for one in pieces)


def test_the_public_page_answers_with_ten_counties(stage: Stage, app_client: TestClient) -> None:
    app_client.cookies.clear()
    page = app_client.get(f"/p/{stage.finished}")
    assert page.status_code == 200
    assert [page.text.count(unit.name) for unit in roster(shipped()[SCHEME].scheme, SEED).units].count(0) == 0
    assert app_client.get(f"/p/{stage.running}").status_code == 404


def opened_by_its_link(client: TestClient, demo: Demo) -> str:
    """The page behind the county's link."""
    client.cookies.clear()
    (link,) = (link for link in demo.links if "/county/" in link.address)
    went = client.post(link.address.removeprefix(BASE), follow_redirects=False)
    assert went.status_code == 303
    return client.get(went.headers["location"]).text


def test_the_link_of_a_county_opens_its_issue_list_and_its_scores(stage: Stage, app_client: TestClient) -> None:
    page = opened_by_its_link(app_client, stage.demo)
    assert "清江市" in page
    assert "图书角书架空置，借阅登记停在去年。" in page  # of its own project
    assert "安全出口前堆放杂物" not in page  # of another county's
    pictures = re.findall(r'src="(/county/[^"]+/photos/[^"]+)"', page)
    assert len(pictures) == 2
    assert {app_client.get(picture).headers["content-type"] for picture in pictures} == {"image/jpeg"}
    scores = app_client.get(f"/county/{stage.finished}/scores").text
    assert "梅岭好人广场" in scores
    assert "岩门县" not in scores


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
        assert text.count("█ ▄▄▄▄▄ █") >= 2 * 4, code
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
    give_up = time.monotonic() + 180
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
