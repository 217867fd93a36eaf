"""A small contest counted by hand: two counties, four judges, every reason why a sheet may be wanting.

Each project is without its highest and its lowest sheet where there are three (34 %, rounded down), else the mean:

    P1 of A: 80.0 85.5 90.0 by J2 J3 J4, J1 recused; 85.50
    P3 of A: 88.0 by J2; J1 recused, J3 has not handed in, J4 on leave on the second day; 88.00
    P2 of B: 70.0 71.0 72.5 by J1 J3 J4, J2 recused; 71.00
    P4 of B: 77.5 by J1; J2 recused, J3's sheet does not count, J4 on leave; 77.50
    pitch of A: 90 91 92.5 by J2 J3 J4; 91.00        pitch of B: 80 81 82 by J1 J3 J4; 81.00
    A: (85.50 + 88.00) / 2 = 86.75; x 60 % + 91 x 10 % + 90 x 30 %    = 52.05 + 9.1 + 27    = 88.15
    B: (71.00 + 77.50) / 2 = 74.25; x 60 % + 81 x 10 % + 90.01 x 30 % = 44.55 + 8.1 + 27.003 = 79.653, printed 79.65
"""

from collections.abc import Callable
from fractions import Fraction

from fastapi.testclient import TestClient
from sqlmodel import Session

from app import audit
from app.contests.models import AttendanceRow, Contest, PriorRow
from app.judging.models import DecisionRow
from app.judging.service import collect
from scoring.scheme import read_scheme
from tests.app.judging.by_two import add_decision
from tests.app.sync.field import RULE, SCHEME, Field, ticks

RULE_TEXT = SCHEME.replace("trim = { share = 0.10,", "trim = { share = 0.34,").replace("minimum = 5", "minimum = 1")
SHEETS = {
    "P1": {"J2": "80", "J3": "85.5", "J4": "90"},
    "P3": {"J2": "88"},
    "P2": {"J1": "70", "J3": "71", "J4": "72.5"},
    "P4": {"J1": "77.5", "J3": "61"},
    "AR": {"J2": "90", "J3": "91", "J4": "92.5"},
    "BR": {"J1": "80", "J3": "81", "J4": "82"},
}


def points(entry: str, total: str) -> list[int]:
    """A sheet with this total: from the floors up, spread over the items that have room."""
    marks = ticks(entry)
    kind, component = ("", "pitch") if entry.endswith("R") else ("centre", "onsite")
    left = int((Fraction(total) - 60) * 2)
    for place, item in enumerate(RULE.items(component, kind)):
        more = min(left, len(item.ticks) - 1)
        marks[place] += more
        left -= more
    assert left == 0
    return marks


def counted(field: Field, rule: str = RULE_TEXT, meanwhile: Callable[[], object] = lambda: None) -> None:
    """The contest ``c1`` with its sheets handed in and collected; ``meanwhile`` is done before the collection."""
    digest = read_scheme(rule).digest

    def before(session: Session) -> None:
        contest = session.get_one(Contest, "c1")
        contest.scheme, contest.scheme_digest = rule, digest
        session.add(PriorRow(contest_id="c1", unit_id="A", component="ordinary", value="90", source="文明办第12号"))
        session.add(PriorRow(contest_id="c1", unit_id="B", component="ordinary", value="90.01", source="文明办第12号"))

    field.database.write(before)
    for judge in ("J1", "J2", "J3", "J4"):
        phone = field.phone(judge)
        for entry, sheets in SHEETS.items():
            if judge in sheets:
                sheet = phone.sheet(entry, points(entry, sheets[judge]), scheme_digest=digest)
                assert phone.outcome(sheet) == ("stored", "")
    field.database.write(_people_decide)
    meanwhile()
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))


def _people_decide(session: Session) -> None:
    at = audit.now()
    rev = audit.record(session, "organiser", "attendance", contest_id="c1")
    leave = AttendanceRow(contest_id="c1", rev=rev, judge_id="J4", day="2", state="leave", by_person="-", at=at)
    session.add(leave)
    rev = audit.record(session, "organiser", "decision", contest_id="c1")
    void = {"kind": "void", "subject": "J3/P4", "reason": "late", "by_person": "-", "at": at}
    add_decision(session, DecisionRow.model_validate({"contest_id": "c1", "rev": rev, "number": 1, **void}))


def opened(field: Field) -> tuple[TestClient, TestClient]:
    """An organiser and a steward who have opened the marks of ``c1``."""
    organiser, steward = field.signed_in("organiser"), field.signed_in("steward")
    for client, role in ((organiser, "organiser"), (steward, "steward")):
        assert client.post("/c/c1/results/opening", data={"role": role}).status_code == 303
    return organiser, steward
