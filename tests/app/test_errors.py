"""Every trouble is a page or JSON in the reader's language that says what to do, and nothing of the program.

Each is asked for in both languages, as a reader and as a program. What must not be in any answer: a trace, a path, SQL,
the name of a library, or what an exception said.
"""

import html
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from fastapi.testclient import TestClient
from httpx2 import Response
from pysqlite3 import dbapi2
from sqlalchemy import make_url
from sqlmodel import text

from app.accounts.attempts import MOST_BY_LOGIN
from app.db import Database, open_database
from app.i18n import languages
from app.judging.service import collect
from app.settings import Settings
from app.sync import badges
from scoring.faults import Fault
from tests.app.sync.field import Field

CANARY = "secret-of-the-program"
OURS = re.compile(
    r"Traceback|File \"|\.py\b|line \d+|sqlalchemy|sqlite|psycopg|pydantic|starlette|uvicorn|jinja|Exception\b"
    r"|\bSELECT\b|\bINSERT\b|\bUPDATE\b|\bFROM\b|site-packages|" + re.escape(CANARY) + "|" + re.escape(str(Path.cwd()))
)
LIMIT = 300_000


@dataclass(frozen=True)
class Case:
    """A request, and what must be said to it. ``form``: the sentence stands on the page it was sent from."""

    path: str
    status: int
    code: str
    method: str = "GET"
    who: str = ""
    form: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def a_bomb() -> bytes:
    """A workbook of a few kilobytes whose one cell stands in the last row and column: a table of 17 billion."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet().write(1_048_575, 16_383, "x")
    return target.getvalue()


def file(content: bytes) -> dict[str, object]:
    return {"files": {"workbook": ("roster.xlsx", content)}}


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=x"}
NO_BOUNDARY = {"Content-Type": "multipart/form-data"}
NO_TEXT = b"login=%ff%fe&password=%ed%a0%80"
HALF = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nzh'
CASES = (
    Case("/nothing", 404, "page.not_found"),
    Case("/c/c1/nothing", 404, "page.not_found", who="organiser"),
    Case("/c/none/board", 403, "contests.not_for_you", who="organiser"),
    Case("/c/c1/import/999999", 404, "contests.no_draft", who="organiser"),
    Case("/c/c1/import/99999999999999999999999", 422, "page.unreadable", who="organiser"),
    Case("/c/c1/import/first", 422, "page.unreadable", who="organiser"),
    Case("/c/c1/attendance?day=9", 404, "page.not_found", who="organiser"),
    Case("/c/c1/log?before=-1", 422, "page.unreadable", who="steward"),
    Case("/c/c1/log?before=1&before=two", 422, "page.unreadable", who="steward"),
    Case("/b/c1/WRONG", 404, "sync.badge_unknown"),
    Case("/b/none/WRONG", 404, "sync.badge_unknown"),
    Case("/b/c1/{revoked}", 410, "sync.badge_revoked"),
    Case("/b/c1/{revoked}", 410, "sync.badge_revoked", "POST", given={"data": {"digits": "0001"}}),
    Case("/c/c1/badges/none/window", 404, "sync.no_such_judge", "POST", "organiser"),
    Case("/c/c1/devices/none/revocation", 404, "sync.no_such_device", "POST", "organiser"),
    Case("/c/c1/collection", 409, "judging.already_collected", "POST", "organiser"),
    Case("/c/c1/people", 403, "contests.not_for_you", who="staff"),
    Case("/c/c1/collection", 403, "contests.not_for_you", "POST", "tallier"),
    Case("/c/c2/board", 403, "contests.not_for_you", who="organiser"),
    Case("/c/c1/board", 401, "accounts.sign_in_first"),
    Case("/c/c1/people", 401, "accounts.sign_in_first", "POST", given={"data": {"login": "x"}}),
    Case("/healthz", 405, "page.wrong_method", "POST"),
    Case("/c/c1/collection", 405, "page.wrong_method", who="organiser"),
    Case("/sign-in", 405, "page.wrong_method", "DELETE"),
    Case("/score", 413, "page.too_large", "POST", given={"data": {"grid.score": "9" * LIMIT}}),
    Case("/score", 403, "page.foreign_origin", "POST", headers={"Origin": "https://elsewhere.example"}),
    Case("/sign-in", 401, "accounts.wrong_password", "POST", form=True, given={"content": HALF}, headers=PARTS),
    Case("/sign-in", 422, "page.unreadable", "POST", given={"content": b"x"}, headers=NO_BOUNDARY),
    Case("/sign-in", 422, "page.unreadable", "POST", given={"data": {"login": "z" * 61}}),
    Case("/sign-in", 401, "accounts.wrong_password", "POST", form=True, given={"content": NO_TEXT}, headers=FORM),
    Case("/c/c1/import", 422, "import.workbook_unreadable", "POST", "organiser", form=True, given=file(b"no workbook")),
    Case("/c/c1/import", 422, "import.workbook_unreadable", "POST", "organiser", form=True, given=file(b"")),
    Case("/c/c1/import", 422, "import.workbook_unreadable", "POST", "organiser", form=True),
    Case("/c/c1/import", 422, "import.workbook_too_large", "POST", "organiser", form=True, given=file(a_bomb())),
    Case("/j/c1/package", 401, "sync.badge_again"),
    Case("/broken", 500, "page.broken"),
    Case("/broken", 500, "page.broken", "POST", given={"data": {"login": CANARY}}),
    Case("/", 200, "", headers={"Host": "["}),
)  # fmt: skip


@pytest.fixture
def troubled(database: Database, tmp_path: Path) -> Field:
    """A contest whose sheets are collected, and a route that fails."""
    made = Field(database, tmp_path)
    made.app.state.settings = Settings(data_dir=tmp_path)
    made.app.user_middleware[0].kwargs["max_body_bytes"] = LIMIT
    made.database.write(lambda session: collect(session, "organiser", contest_id="c1"))

    def broken() -> None:
        raise RuntimeError(f"{CANARY} at {tmp_path}")

    made.app.add_api_route("/broken", broken, methods=["GET", "POST"])
    return made


def clients(made: Field) -> Callable[[str], TestClient]:
    known: dict[str, TestClient] = {}

    def client(role: str) -> TestClient:
        if role not in known:
            known[role] = made.signed_in(role) if role else made.client()
        return known[role]

    return client


def pattern(code: str, lang: str) -> re.Pattern[str]:
    """The first line of what the catalogue says of ``code``, whatever stands in its holes."""
    line = languages()[lang].lines(Fault(code, {}))[0]
    assert line != code
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+?", re.escape(html.escape(line))))


def silent(answer: Response) -> None:
    """Nothing of the program is in it."""
    for name, value in answer.headers.items():
        assert not OURS.search(value), (name, value)
    found = OURS.search(answer.text)
    assert not found, answer.text[max(0, found.start() - 200) : found.end() + 200]


def test_every_trouble_is_told_in_the_readers_language(troubled: Field) -> None:
    revoked = troubled.code("J1")
    revoke = badges.revoke_badge
    troubled.database.write(lambda s: revoke(s, "organiser", contest_id="c1", judge_id="J1"))
    client = clients(troubled)
    for case in CASES:
        path = case.path.format(revoked=revoked)
        for lang in ("zh", "en"):
            for accept in ("text/html", "application/json"):
                headers = {**case.headers, "Accept": accept, "Accept-Language": lang}
                answer = client(case.who).request(case.method, path, headers=headers, **case.given)
                where = (case, lang, accept, answer.text[-3000:])
                assert answer.status_code == case.status, where
                silent(answer)
                if case.code:
                    told(answer, case, lang, as_json=accept == "application/json", where=where)


def told(answer: Response, case: Case, lang: str, *, as_json: bool, where: object) -> None:
    if case.path.startswith("/j/") or (as_json and not case.form):
        body = answer.json()
        assert set(body) == {"code", "sentence", "params"}, where
        assert body["code"] == case.code, where
        assert pattern(case.code, lang).match(html.escape(body["sentence"])), where
        assert answer.headers["cache-control"] == "no-store"
    else:
        assert pattern(case.code, lang).search(answer.text), where
        tag = {"zh": "zh-Hans", "en": "en"}[lang]
        assert f'<html lang="{tag}">' in answer.text
        assert answer.headers["content-language"] == tag
    if case.status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize("lang", ["xx", "", "zh-Klingon", "../../etc", "\x00", "en" * 500])
def test_an_unknown_language_is_no_trouble(troubled: Field, lang: str) -> None:
    client = troubled.client(Accept="text/html")
    client.cookies.set("fieldmark_lang", "klingon")
    answer = client.get("/", params={"lang": lang}, headers={"Accept-Language": "xx;q=much, *"})
    assert answer.status_code == 200
    assert '<html lang="zh-Hans">' in answer.text
    silent(answer)


@pytest.mark.parametrize("body", [b'{"batch_id": "', b"[" * 2000, b"\xff\xfe", b"null", b"", b'{"records": [{}]}'])
def test_half_a_batch_is_told_to_the_phone_as_json(troubled: Field, body: bytes) -> None:
    phone = troubled.phone("J1")
    answer = phone.client.post("/j/c1/batch", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"].startswith("sync.")
    silent(answer)


def test_what_no_database_can_hold_is_the_senders_text_and_not_our_fault(troubled: Field) -> None:
    """PostgreSQL takes no NUL in a text, SQLite no number of 65 bits."""
    client = troubled.client(Accept="text/html")
    organiser = troubled.signed_in("organiser")
    for answer in (
        client.post("/sign-in", data={"login": "a\x00b", "password": "x"}),
        client.get("/b/c1/%00"),
        client.get("/c/%00/board"),
        organiser.get("/c/c1%00/board"),
        organiser.post("/c/c1/recusals/99999999999999999999/1/lifting", data={"reason": "x"}),
        organiser.post("/c/c1/people", data={"login": "a\x00b", "name": "\x00", "role": "staff"}),
    ):
        assert answer.status_code < 500, answer.url
        silent(answer)


def test_no_address_is_a_fault_of_ours(troubled: Field) -> None:
    """Every route of the application's own table, with what a mistyped or forged address can hold in its holes."""
    patterns = set()
    for route in troubled.app.router.routes:
        methods = set(getattr(route, "methods", None) or ()) - {"HEAD", "OPTIONS"}
        patterns |= {(method, getattr(route, "path", "")) for method in methods}
    organiser = troubled.signed_in("organiser", "steward", "tallier", "checker", "staff")
    organiser.cookies.set("fieldmark_device", troubled.phone("J1").cookie, path="/j/c1/")
    for method, path in sorted(patterns):
        contest, hole, rest = path.partition("}")
        if "{" not in path or path == "/broken":
            continue
        begins = re.sub(r"\{.*", "c1", contest) if hole else contest
        for filled in ("9" * 30, "%00", "-1", "x" * 300, "%ff%fe", "a%2F..%2Fb"):
            answer = organiser.request(method, begins + re.sub(r"\{[^}]*\}", filled, rest))
            assert answer.status_code < 500, (method, path, filled)
            silent(answer)


def test_too_many_attempts_are_told_as_page_and_json(troubled: Field) -> None:
    client = troubled.client()
    form = {"login": "zhou", "password": "wrong"}
    for _ in range(MOST_BY_LOGIN):
        assert client.post("/sign-in", data=form).status_code == 401
    answer = client.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
    assert "输错的次数太多" in answer.text


# --- the database away ----------------------------------------------------------------------------------------------


def out_of_reach(made: Field) -> Database:
    """A database of the same kind that cannot be read."""
    if make_url(str(made.database.engine.url)).get_backend_name() == "sqlite":
        (made.folder / "broken.db").write_bytes(b"no database " * 500)
        return open_database(f"sqlite:///{made.folder}/broken.db")
    return open_database(f"postgresql+psycopg://nobody@/{CANARY}?host={made.folder}")


def test_a_database_out_of_reach_is_told_as_page_and_json(troubled: Field) -> None:
    reader, phone = troubled.signed_in("organiser"), troubled.phone("J1")
    kept, troubled.app.state.database = troubled.app.state.database, out_of_reach(troubled)
    pages = [
        reader.get("/c/c1"),
        reader.get("/"),
        reader.post("/c/c1/collection"),
        troubled.client(Accept="text/html").post("/sign-in", data={"login": "zhou", "password": "x"}),
        troubled.client(Accept="text/html").get("/b/c1/ABC"),
    ]
    for answer in pages:
        assert answer.status_code == 503
        assert "数据库现在忙，或者连不上，这一步没有完成。" in answer.text
        assert answer.headers["retry-after"] == "5"
        silent(answer)
    program = reader.get("/c/c1?lang=en", headers={"Accept": "application/json"})
    assert (program.status_code, program.json()["code"]) == (503, "page.unavailable")
    assert program.json()["sentence"].startswith("The database is busy or out of reach")
    silent(program)
    for answer in (phone.client.get("/j/c1/package"), phone.post(phone.batch(phone.sheet()))):
        assert (answer.status_code, answer.json()["code"]) == (503, "sync.wait")
        silent(answer)
    troubled.app.state.database.close()
    troubled.app.state.database = kept
    assert reader.get("/c/c1").status_code == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has none that others can break
def test_connections_that_broke_are_made_anew(troubled: Field) -> None:
    """As when PostgreSQL is started again during the contest: one request is told so, the next is answered."""
    reader = troubled.signed_in("organiser")
    assert reader.get("/c/c1").status_code == 200
    with troubled.database.read() as session:
        me = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
        session.connection().execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> :me AND datname = current_database()"
            ),
            {"me": me},
        )
    first = reader.get("/c/c1")
    assert first.status_code in {200, 503}
    silent(first)
    answers = [reader.get("/c/c1").status_code for _ in range(12)]
    assert answers[-1] == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL locks rows, and waits for them
def test_a_locked_database_is_told_when_it_stays_locked(troubled: Field) -> None:
    reader = troubled.signed_in("organiser")
    # The same library: locks are a process's own, and another library in it would not see ours.
    other = dbapi2.connect(troubled.database.engine.url.database or "")
    other.execute("BEGIN IMMEDIATE")
    answer = reader.post("/c/c1/badges", data={"which": "J1"})
    assert answer.status_code == 503
    assert "这一步没有完成" in answer.text
    silent(answer)
    other.rollback()
    other.close()
    assert reader.post("/c/c1/badges", data={"which": "J1"}).status_code == 200
