"""An invented contest for the tests of paper: two counties, three projects and a pitch each, four judges, four people.

Judge J1 belongs to county U1 and so is recused from its entries. Everything is as the pages would have made it.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from sqlmodel import Session

from app.accounts import service as accounts
from app.accounts.models import Person
from app.audit import INSTALLATION, ContestHead, begin_chain, now, record
from app.contests.models import AttendanceRow, Contest, EntryRow, JudgeRow, Membership, UnitRow
from app.db import Database
from app.judging.models import Collection, SheetRevision
from app.judging.paper import TypedSheet, type_sheets
from tests.app.sync.field import rules_in_force

CONTEST = "tour"
OTHER = "other"
SCHEME = (Path(__file__).parents[3] / "rubrics" / "shiyan-2022-tour.toml").read_text(encoding="utf-8")
ROLES = {"ann": "tallier", "bo": "checker", "olga": "organiser", "steve": "steward", "stranger": "tallier"}
# A centre's sheet: site 15 and 15, outreach 15 and 10, highlights 20, results 25; floor at 60 %, step of half a point.
MARKS = (26, 27, 25, 17, 33, 44)


def make(session: Session) -> None:
    """Two contests; the stranger works in the other one."""
    if session.get(ContestHead, INSTALLATION) is None:
        begin_chain(session, INSTALLATION)
    for person in ROLES:
        session.add(Person(id=person, login=person, name=person.title(), password_hash="-", made_at=now()))  # noqa: S106
    session.flush()
    for contest in (CONTEST, OTHER):
        begin_chain(session, contest)
        session.add(
            Contest(
                id=contest, name="试行拉练", form="tour", scheme=SCHEME, scheme_digest="-",
                simulated=True, made_at=now(),
            )
        )  # fmt: skip
        session.flush()
        session.add(rules_in_force(contest))
        for person, role in ROLES.items():
            if (person == "stranger") == (contest == OTHER):
                session.add(Membership(contest_id=contest, person_id=person, role=role, made_at=now()))
        for number, name in enumerate(("云岭县", "清江市"), 1):
            session.add(UnitRow(contest_id=contest, id=f"U{number}", place_number=number, name=name))
        session.flush()
        for number, (unit, component, kind, name) in enumerate(ENTRIES, 1):
            session.add(
                EntryRow(
                    contest_id=contest, id=f"E{number}", place_number=number, unit_id=unit, component=component,
                    kind=kind, name=name, day="2" if component == "pitch" else "1",
                )
            )  # fmt: skip
        for number, unit in enumerate(("U1", "", "", ""), 1):
            session.add(
                JudgeRow(contest_id=contest, id=f"J{number}", place_number=number, name=f"评委{number}", unit_id=unit)
            )
        session.flush()


ENTRIES = (
    ("U1", "onsite", "centre", "水坪镇实践中心"),
    ("U1", "onsite", "good-people-square", "城关好人广场"),
    ("U1", "onsite", "institute", "柳林实践所"),
    ("U2", "onsite", "centre", "清江实践中心"),
    ("U2", "onsite", "station", "西沟村实践站"),
    ("U2", "onsite", "point", "河口志愿服务点"),
    ("U1", "pitch", "", "云岭县路演"),
    ("U2", "pitch", "", "清江市路演"),
)


def types(
    database: Database, person: str, marks: Sequence[int | None] = MARKS, judge: str = "J2", entry: str = "E1",
    seen: int | None = None,
) -> int:  # fmt: skip
    """One sheet typed by a person."""
    sheets = [TypedSheet(judge, entry, tuple(marks))]
    return database.write(lambda session: type_sheets(session, person, contest_id=CONTEST, sheets=sheets, seen=seen))


def phones(
    database: Database, marks: Sequence[int | None], judge: str = "J2", entry: str = "E1", kind: str = "submitted"
) -> int:
    """One sheet handed in by the judge's phone."""

    def arrive(session: Session) -> int:
        rev = record(session, judge, "submit_sheet", contest_id=CONTEST)
        session.add(
            SheetRevision(
                contest_id=CONTEST, revision_id=str(uuid4()), server_rev=rev, judge_id=judge, entry_id=entry, kind=kind,
                ticks=str(list(marks)).replace("None", "null"), origin="phone", device_id="d", device_seq=rev,
                marked_at=now(), came_at=now(), digest="-",
            )
        )  # fmt: skip
        return rev

    return database.write(arrive)


def collects(database: Database) -> None:
    def collect(session: Session) -> None:
        rev = record(session, "olga", "collect", contest_id=CONTEST)
        session.add(Collection(contest_id=CONTEST, rev=rev, by_person="olga", at=now()))

    database.write(collect)


def goes_on_leave(database: Database, judge: str, day: str) -> None:
    def tick(session: Session) -> None:
        rev = record(session, "olga", "tick_attendance", contest_id=CONTEST)
        session.add(
            AttendanceRow(
                contest_id=CONTEST, rev=rev, judge_id=judge, day=day, state="leave", reason="公务",
                by_person="olga", at=now(),
            )
        )  # fmt: skip

    database.write(tick)


def cookie_of(database: Database, person: str) -> str:
    """The token in the cookie of a person who has signed in."""
    return database.write(lambda session: accounts.sign_in(session, person, hours=1))
