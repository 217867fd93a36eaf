"""A contest of three rounds for tests: two divisions with a panel each, four and three units, marks from phones.

Preliminary: the first two of each division go on, one reserve; equals at the cut are decided. Semi-final: the first of
each division. Final: both. Every round starts anew, each has one number out of 100. Nothing is seen before two people
have opened it.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as later
from pathlib import Path
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session

from app import audit
from app.contests import queries as contests
from app.contests.models import Contest, EntryRow, JudgeRow, SchemeVersion, UnitRow
from app.db import open_database
from app.judging.models import SheetRevision
from scoring.scheme import read_scheme
from tests.app.judging.by_two import confirm_all
from tests.app.sync.field import Field, Phone

CONTEST = "r1"
PAGE = f"/c/{CONTEST}/rounds"
DIVISIONS = {"north": ("N1", "N2", "N3", "N4"), "south": ("S1", "S2", "S3")}
UNITS = {unit: division for division, units in DIVISIONS.items() for unit in units}
NAMES = {"N1": "青山所", "N2": "白水所", "N3": "红岩所", "N4": "金桥所", "S1": "东湾站", "S2": "西坝站", "S3": "南桥站"}
PANELS = {"north": ("J1", "J2"), "south": ("J3", "J4")}
PARTS = {"preliminary": "dossier", "semi": "show", "final": "speech"}


def _part(name: str, zh: str) -> str:
    return f"""
[[components]]
id = "{name}"
name = {{ zh = "{zh}", en = "{name.title()}" }}
weight = 100
full = 100
[[components.criteria]]
id = "{name}"
name = {{ zh = "{zh}", en = "{name.title()}" }}
items = [{{ id = "{name}", name = {{ zh = "{zh}", en = "{name.title()}" }}, full = 100, floor = 0, step = 0.5 }}]
[components.panel]
method = "mean"
minimum = 1
"""


SCHEME = f"""
format = "scheme/1"
id = "three-rounds"
contest = "stage"
ties = ["decision"]
name = {{ zh = "三轮评分办法", en = "Three rounds" }}
summary = {{ zh = "三轮。", en = "Three rounds." }}
[[divisions]]
id = "north"
name = {{ zh = "北组", en = "North" }}
[[divisions]]
id = "south"
name = {{ zh = "南组", en = "South" }}
[[rounds]]
id = "preliminary"
name = {{ zh = "初赛", en = "Preliminary" }}
components = ["dossier"]
advance = {{ quota = 2, quota_by = "each_division", ties = "decision", reserves = 1 }}
[[rounds]]
id = "semi"
name = {{ zh = "半决赛", en = "Semi-final" }}
components = ["show"]
advance = {{ quota = 1, quota_by = "each_division", ties = "decision", reserves = 1 }}
[[rounds]]
id = "final"
name = {{ zh = "决赛", en = "Final" }}
components = ["speech"]
{_part("dossier", "资料")}{_part("show", "展示")}{_part("speech", "演讲")}
[prizes]
first_of_each_division = true
round = "final"
[[prizes.tiers]]
id = "first"
name = {{ zh = "一等奖", en = "First prize" }}
quota = 2
[publication]
level = "scores"
blind = "until_opened"
lock = "collection"
"""
RULE = read_scheme(SCHEME)
# The preliminary as most tests have it: N1, N2 and S1, S2 go on, N3 and S3 stand by.
FIRST = {"N1": 91.5, "N2": 87.5, "N3": 83.5, "N4": 70.5, "S1": 90.5, "S2": 80.5, "S3": 79.5}
REASON = {"reason": "按评分办法", "document": "某文〔2026〕1号"}


def add_contest(session: Session, text: str = SCHEME) -> None:
    rule = read_scheme(text)
    audit.begin_chain(session, CONTEST)
    session.add(
        Contest(
            id=CONTEST, name="三轮比赛", form="stage", scheme=text, scheme_digest=rule.digest, simulated=True,
            made_at=audit.now(),
        )
    )  # fmt: skip
    session.flush()
    session.add(SchemeVersion(contest_id=CONTEST, version=1, rev=0, text=text, digest=rule.digest, at=audit.now()))
    for n, (unit, division) in enumerate(UNITS.items(), 1):
        session.add(UnitRow(contest_id=CONTEST, id=unit, place_number=n, name=NAMES[unit], division=division))
    session.flush()
    for n, unit in enumerate(UNITS, 1):
        session.add(
            EntryRow(
                contest_id=CONTEST, id=f"{unit}-dossier", place_number=n, unit_id=unit, component="dossier",
                name=f"{NAMES[unit]}资料",
            )
        )  # fmt: skip
    judges = [(judge, division) for division, panel in PANELS.items() for judge in panel]
    session.add_all(
        JudgeRow(contest_id=CONTEST, id=judge, place_number=n, name=f"评委{n}", divisions=division)
        for n, (judge, division) in enumerate(judges, 1)
    )


@dataclass
class Rounds:
    """The contest and its people, each in a browser of his own. Every deed below is what somebody presses."""

    field: Field
    scheme: str = SCHEME
    organiser: TestClient = later(init=False)
    steward: TestClient = later(init=False)
    phones: dict[str, Phone] = later(default_factory=dict)

    def __post_init__(self) -> None:
        self.field.database.write(lambda session: add_contest(session, self.scheme))
        self.organiser, self.steward = self.somebody("organiser"), self.somebody("steward")

    def somebody(self, *roles: str, own_password: bool = True) -> TestClient:
        return self.field.signed_in(*roles, contest=CONTEST, own_password=own_password)

    def phone(self, judge: str) -> Phone:
        if judge not in self.phones:
            self.phones[judge] = self.field.phone(judge, CONTEST)
        return self.phones[judge]

    def entry(self, unit: str, component: str) -> str:
        with self.field.database.read() as session:
            every = contests.entries(session, CONTEST)
            return next(row.id for row in every if (row.unit_id, row.component) == (unit, component))

    def hand_in(self, judge: str, entry: str, mark: float) -> tuple[str, str]:
        phone = self.phone(judge)
        return phone.outcome(phone.sheet(entry, [int(mark * 2)], scheme_digest=RULE.digest))

    def mark(self, component: str, marks: Mapping[str, float], panels: Mapping[str, Sequence[str]] = PANELS) -> None:
        """All judges of each unit's panel have given it the same."""
        with self.field.database.read() as session:
            entries = {row.unit_id: row.id for row in contests.entries(session, CONTEST) if row.component == component}

        def deed(session: Session) -> None:
            rev = audit.record(session, "-", "sheets", contest_id=CONTEST)
            for unit, mark in marks.items():
                for judge in panels[UNITS[unit]]:
                    session.add(
                        SheetRevision(
                            contest_id=CONTEST, revision_id=str(uuid4()), server_rev=rev, judge_id=judge,
                            entry_id=entries[unit], kind="submitted", ticks=json.dumps([int(mark * 2)]),
                            origin="phone", marked_at=audit.now(), came_at=audit.now(), digest="0" * 64,
                        )
                    )  # fmt: skip

        self.field.database.write(deed)

    def collect(self) -> None:
        assert self.organiser.post(f"/c/{CONTEST}/collection").status_code == 303

    def open(self, name: str) -> None:
        for client, role in ((self.organiser, "organiser"), (self.steward, "steward")):
            answer = client.post(f"{PAGE}/{name}/opening", data={"role": role})
            assert answer.status_code == 303, answer.text

    def page(self) -> str:
        return self.organiser.get(PAGE).text

    def forward(self, name: str, *units: str) -> Response:
        return self.organiser.post(f"{PAGE}/{name}/lists", data={**REASON, "unit": list(units)})

    def confirm(self, name: str, version: int = 1) -> Response:
        return self.steward.post(f"{PAGE}/{name}/lists/{version}/confirmation")

    def goes_on(self, name: str, *units: str, version: int = 1) -> None:
        """The list of who comes to the round ``name`` is put forward and confirmed."""
        for answer in (self.forward(name, *units), self.confirm(name, version)):
            assert answer.status_code == 303, answer.text

    def to_semi(self) -> None:
        """The preliminary as in FIRST, and its list."""
        self.mark("dossier", FIRST)
        self.collect()
        self.open("preliminary")
        self.goes_on("semi", "N1", "S1", "N2", "S2")

    def decide(self, name: str, section: str, **fields: object) -> Response:
        """Put forward by the organiser, confirmed by another person."""
        answer = self.organiser.post(f"{PAGE}/{name}/decisions/{section}", data={**REASON, **fields})
        if answer.status_code == 303:
            confirm_all(self.field.database, CONTEST)
        return answer


def world(empty: Path, folder: Path, scheme: str = SCHEME) -> Rounds:
    """The contest in a database of its own, a copy of ``empty``."""
    folder.mkdir(exist_ok=True)
    shutil.copy(empty, folder / "fieldmark.db")
    return Rounds(Field(open_database(f"sqlite:///{folder}/fieldmark.db"), folder), scheme)
