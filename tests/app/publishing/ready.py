"""A tour that is ready to be sealed: four counties, ten judges, every sheet handed in, collected and opened.

Worked by hand from the scheme (on site 60 %, pitch 10 %, ordinary work 30 %; of ten sheets the highest and the lowest
are dropped). Every pitch has 80 points and every ordinary work 90: 0.1 x 80 + 0.3 x 90 = 35 for each county.

    云岭县  on site 80     0.6 x 80   + 35 = 83      place 3, second prize
    清江市  on site 90     0.6 x 90   + 35 = 89      place 1, first prize   (judge 1 gave 95, judge 2 gave 85)
    松坪县  on site 83.5   0.6 x 83.5 + 35 = 85.1    place 2, second prize
    岩门县  on site 70     0.6 x 70   + 35 = 77      place 4, third prize
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as later
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, select

from app import audit
from app.contests.models import PriorRow, UnitRow
from app.judging.models import DecisionRow, SheetRevision
from app.judging.service import collect
from app.publishing.models import SealRow
from scoring.roster import Entry, Judge, Roster, Unit
from tests.app.judging.by_two import add_decision
from tests.app.sync.field import RULE, Field, add_roster

TOUR = "t1"
PAGE = f"/c/{TOUR}/publication"
NAMES = {"A": "云岭县", "B": "清江市", "C": "松坪县", "D": "岩门县"}
ON_SITE = {"A": 80.0, "B": 90.0, "C": 83.5, "D": 70.0}
JUDGES = [f"J{n}" for n in range(1, 11)]
APPROVAL = {
    "leader": "周书记", "office": "市委宣传部部长", "approved_on": "2026-01-31", "document": "某宣发〔2026〕3号",
    "note": "原则同意",
}  # fmt: skip


def sheet(total: float) -> list[int]:
    """Marks of a project that add up to ``total``: from the floors (60 points) up by half points."""
    items = RULE.items("onsite", "centre")
    left, marks = round((total - 60) * 2), [item.ticks[0] for item in items]
    for place, item in enumerate(items):
        more = min(left, item.ticks[-1] - item.ticks[0])
        marks[place] += more
        left -= more
    assert left == 0
    return marks


def given(judge: str, unit: str) -> float:
    return {("J1", "B"): 95.0, ("J2", "B"): 85.0}.get((judge, unit), ON_SITE[unit])


def add_tour(session: Session) -> None:
    entries = [Entry(f"{unit}P", unit, "onsite", "centre", day="1") for unit in NAMES]
    entries += [Entry(f"{unit}R", unit, "pitch", "", day="2") for unit in NAMES]
    judges = tuple(Judge(judge, f"评判者{judge[1:]}号") for judge in JUDGES)
    roster = Roster(tuple(Unit(unit, name) for unit, name in NAMES.items()), tuple(entries), judges)
    add_roster(session, TOUR, roster)
    session.add_all(PriorRow(contest_id=TOUR, unit_id=unit, component="ordinary", value="90") for unit in NAMES)
    rev = audit.record(session, "-", "sheets", contest_id=TOUR)
    for judge in JUDGES:
        for unit in NAMES:
            hand_in(session, rev, judge, f"{unit}P", sheet(given(judge, unit)))
            hand_in(session, rev, judge, f"{unit}R", [RULE.items("pitch")[0].ticks[0] + 40])


def hand_in(session: Session, rev: int, judge: str, entry: str, marks: Sequence[int]) -> None:
    session.add(
        SheetRevision(
            contest_id=TOUR, revision_id=str(uuid4()), server_rev=rev, judge_id=judge, entry_id=entry,
            kind="submitted", ticks=json.dumps(list(marks)), origin="phone", marked_at=audit.now(),
            came_at=audit.now(), digest="0" * 64,
        )
    )  # fmt: skip


@dataclass
class Ready:
    """The tour and its people, each in a browser of his own. Every deed below is what somebody presses on the page."""

    field: Field
    organiser: TestClient = later(init=False)
    steward: TestClient = later(init=False)

    def __post_init__(self) -> None:
        self.field.database.write(add_tour)
        self.field.database.write(lambda session: collect(session, "organiser", contest_id=TOUR))
        self.organiser, self.steward = self.somebody("organiser"), self.somebody("steward")
        for client, role in ((self.organiser, "organiser"), (self.steward, "steward")):
            answer = client.post(f"/c/{TOUR}/results/opening", data={"role": role})
            assert answer.status_code == 303, answer.text

    def somebody(self, *roles: str, own_password: bool = True) -> TestClient:
        return self.field.signed_in(*roles, contest=TOUR, own_password=own_password)

    def anybody(self) -> TestClient:
        return self.field.client(Accept="text/html")

    def seals(self, reason: str = "", after: int = 0) -> Response:
        return self.organiser.post(f"{PAGE}/seals", data={"reason": reason, "after": after})

    def signs(self, version: int = 1) -> Response:
        return self.steward.post(f"{PAGE}/{version}/counter-signature")

    def approves(self, version: int = 1, /, **other: str) -> Response:
        return self.organiser.post(f"{PAGE}/{version}/approval", data={**APPROVAL, **other})

    def publishes(self, version: int = 1, level: str = "ranks") -> Response:
        return self.organiser.post(f"{PAGE}/{version}/release", data={"level": level})

    def published(self, level: str = "ranks") -> None:
        """All four steps of the first version."""
        for answer in (self.seals(), self.signs(), self.approves(), self.publishes(level=level)):
            assert answer.status_code == 303, answer.text

    def decided(self, kind: str, subject: str, value: str = "", rule: str = "", reason: str = "某种原因") -> None:
        """A decision that is recorded after whatever was done before."""

        def deed(session: Session) -> None:
            rev = audit.record(session, "organiser", "decide", contest_id=TOUR)
            add_decision(
                session,
                DecisionRow(
                    contest_id=TOUR, rev=rev, number=1, kind=kind, subject=subject, rule=rule, value=value,
                    reason=reason, document="某文1号", by_person="organiser", at=audit.now(),
                )
            )  # fmt: skip

        self.field.database.write(deed)

    def renamed(self, unit: str, name: str) -> None:
        def deed(session: Session) -> None:
            audit.record(session, "organiser", "import", contest_id=TOUR)
            session.get_one(UnitRow, (TOUR, unit)).name = name

        self.field.database.write(deed)

    def prior(self, unit: str, value: str) -> None:
        """The ordinary work of a unit is corrected."""

        def deed(session: Session) -> None:
            audit.record(session, "organiser", "import", contest_id=TOUR)
            session.get_one(PriorRow, (TOUR, unit, "ordinary")).value = value

        self.field.database.write(deed)

    def sealed(self, version: int = 1) -> SealRow:
        with self.field.database.read() as session:
            return session.get_one(SealRow, (TOUR, version))

    def count(self, row: type) -> int:
        with self.field.database.read() as session:
            return len(session.exec(select(row)).all())
