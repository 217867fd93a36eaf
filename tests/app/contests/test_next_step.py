"""The overview: exactly one page is next, from the empty contest to the publication, and none after it."""

import re
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session

from app.audit import now, record
from app.contests import service
from app.contests.models import AttendanceRow
from app.contests.schemas import Tick
from app.contests.steps import Ahead, Days, next_page
from app.db import Database
from app.judging import service as judging
from app.judging.models import DecisionRow
from app.sync.badges import issue_badges
from tests.app.contests.conftest import SignIn, a_contest, a_draft, a_person, with_roster
from tests.app.contests.test_correct_roster import a_mark
from tests.app.judging.by_two import add_decision
from tests.app.sync.field import rules_in_force

NEXT = re.compile(r'<li class="next">\s*<h3><a href="/c/[^/]+/([^"]*)"')


def steps(client: TestClient, contest_id: str) -> list[str]:
    """The pages that the overview calls next."""
    page = client.get(f"/c/{contest_id}").text
    assert page.count('<li class="next">') == len(NEXT.findall(page))
    return NEXT.findall(page)


def ticked(session: Session, contest_id: str, day: str, days_ago: int) -> None:
    """Everybody present, as it was recorded so many days ago."""
    at = (datetime.now(UTC) - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    rev = record(session, "o", "record_attendance", contest_id=contest_id, subject=day)
    for n in (1, 2, 3, 4):
        facts = {"judge_id": f"J{n}", "day": day, "state": "present"}
        session.add(AttendanceRow(contest_id=contest_id, rev=rev, by_person="o", at=at, **facts))


def test_the_overview_warns_of_the_rule_until_the_first_mark(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    sign_in(zhou)
    with_roster(app_database, contest_id)
    warning = "个项目按同一路线观摩"
    assert warning in client.get(f"/c/{contest_id}").text
    app_database.write(lambda s: issue_badges(s, "o", contest_id=contest_id, judges=["J1", "J2"]))
    app_database.write(lambda s: a_mark(s, contest_id))
    assert warning not in client.get(f"/c/{contest_id}").text


def test_one_page_is_next_all_the_way(client: TestClient, app_database: Database, sign_in: SignIn) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_draft(app_database, zhou)
    sign_in(zhou)
    write = app_database.write

    def now_next() -> str:
        [found] = steps(client, contest_id)
        return found

    assert now_next() == "import"
    with_roster(app_database, contest_id)
    assert now_next() == "scheme"
    write(lambda s: s.add(rules_in_force(contest_id)))
    assert now_next() == "recusals"
    write(lambda s: issue_badges(s, "o", contest_id=contest_id, judges=["J1", "J2"]))
    assert now_next() == "badges"
    assert "4 位评委中有 2 位已制证" in client.get(f"/c/{contest_id}").text
    write(lambda s: issue_badges(s, "o", contest_id=contest_id, judges=["J3", "J4"]))
    assert now_next() == "rehearsal"
    tried = client.post(f"/c/{contest_id}/rehearsal").headers["location"].split("/")[2]
    assert steps(client, tried) == ["recusals"]
    assert now_next() == "rehearsal"
    client.post(f"/c/{tried}/rehearsal/closing")
    assert now_next() == "attendance"
    write(lambda s: ticked(s, contest_id, "第1天", 0))
    assert now_next() == "board"
    write(lambda s: a_mark(s, contest_id))
    assert "已交 1/7 份" in client.get(f"/c/{contest_id}").text
    write(lambda s: ticked(s, contest_id, "第2天", 0))
    assert now_next() == "board"
    write(lambda s: judging.collect(s, "o", contest_id=contest_id))
    assert now_next() == "decisions"

    def absent(session: Session) -> None:
        missing = ["J3/E2", "J1/E2", "J2/E2", "J4/E1", "J3/E3", "J4/E3"]
        for number, subject in enumerate(missing, 1):
            add_decision(
                session,
                DecisionRow(
                    contest_id=contest_id, rev=record(session, "o", "decide", contest_id=contest_id), number=number,
                    kind="absence", subject=subject, reason="-", by_person="o", at=now(),
                )
            )  # fmt: skip

    write(absent)
    assert now_next() == "results"


def test_the_morning_after_attendance_is_next_again(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    sign_in(zhou)
    with_roster(app_database, contest_id)
    app_database.write(lambda s: ticked(s, contest_id, "第1天", 1))
    assert steps(client, contest_id) == ["attendance"]
    # What is put right today for yesterday is no roll-call of today.
    leave = {"J1": Tick("leave", "发烧")}
    app_database.write(lambda s: service.record_attendance(s, "o", contest_id=contest_id, day="第1天", ticks=leave))
    assert steps(client, contest_id) == ["attendance"]
    app_database.write(lambda s: ticked(s, contest_id, "第2天", 0))
    assert steps(client, contest_id) == ["board"]


def test_after_the_collection_the_parts_behind_say_what_is_next_until_nothing_is() -> None:
    days = Days(("1", "2"), ("1",), today=False)
    assert next_page(days, Ahead(next="publication"), roster=True) == "publication"
    assert next_page(days, Ahead(done=frozenset({"board", "publication"})), roster=True) == ""
    assert next_page(days, Ahead(), roster=False) == "import"


def test_whoever_marks_on_paper_is_not_sent_to_the_badges() -> None:
    there = Days(("1",), ("1",), today=True)
    assert next_page(there, Ahead(), roster=True) == "board"
    assert next_page(there, Ahead(begun=frozenset({"badges"})), roster=True) == "board"


def test_the_rehearsal_is_offered_between_the_badges_and_the_first_morning_and_holds_nobody_up() -> None:
    evening, badges = Days(("1",), (), today=False), frozenset({"badges"})
    assert next_page(evening, Ahead(done=badges), roster=True) == "rehearsal"
    assert next_page(evening, Ahead(done=badges | {"rehearsal"}), roster=True) == "attendance"
    # In a rehearsal itself, and once the morning has come, the way goes on.
    assert next_page(evening, Ahead(done=badges, begun=frozenset({"rehearsal"})), roster=True) == "attendance"
    assert next_page(Days(("1",), ("1",), today=True), Ahead(done=badges), roster=True) == "board"


def test_a_reader_who_may_not_open_the_next_page_is_sent_nowhere(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou, staff = a_person(app_database, "zhou"), a_person(app_database, "staff")
    contest_id = a_contest(app_database, zhou)
    facts = {"login": "staff", "name": "", "role": "staff", "password_hash": "-"}
    app_database.write(lambda s: service.add_member(s, zhou, contest_id=contest_id, **facts))
    sign_in(staff)
    assert steps(client, contest_id) == []
