"""A contest on the road, for tests: two counties, four judges, phones that speak the exchange by hand.

Writes rows through the two doors of the database. Nothing of the application is replaced.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, SQLModel, select

from app import audit
from app.accounts import service as accounts
from app.accounts.models import Person
from app.contests.models import Contest, EntryRow, JudgeRow, Membership, SchemeVersion, UnitRow
from app.db import Database
from app.judging.models import SheetRevision
from app.main import create_app
from app.settings import Settings
from app.sync import badges
from app.sync.models import Arrival
from scoring.roster import Roster
from scoring.scheme import read_scheme
from tests.tours import RUBRICS

SCHEME = (RUBRICS / "shiyan-2022-tour.toml").read_text(encoding="utf-8")
RULE = read_scheme(SCHEME)
JSON = {"Accept": "application/json"}


def ticks(entry: str = "P1", above: int = 0) -> list[int]:
    """A sheet that fits the form of ``entry``: each item so many ticks above its floor."""
    kind = "" if entry.endswith("R") else "centre"
    component = "pitch" if entry.endswith("R") else "onsite"
    return [item.ticks[0] + above for item in RULE.items(component, kind)]


def rules_in_force(contest_id: str) -> SchemeVersion:
    """The rules as those of a contest stand that is older than signed rules: badges and paper are for the asking."""
    return SchemeVersion(contest_id=contest_id, version=1, rev=0, text=SCHEME, digest=RULE.digest, at=audit.now())


def add_contest(session: Session, contest_id: str) -> None:
    """Two counties with two projects and a pitch each; judges J1 (of A), J2 (of B), J3 and J4 of the city."""
    audit.begin_chain(session, contest_id)
    rows: list[SQLModel] = [
        Contest(
            id=contest_id, name=f"拉练 {contest_id}", form="tour", scheme=SCHEME, scheme_digest=RULE.digest,
            simulated=True, made_at=audit.now(),
        )
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    session.add(rules_in_force(contest_id))
    session.add_all(
        UnitRow(contest_id=contest_id, id=unit, place_number=n, name=name)
        for n, (unit, name) in enumerate((("A", "云岭县"), ("B", "清江市")), 1)
    )
    session.flush()
    stops = (("P1", "A", "1"), ("P2", "B", "1"), ("P3", "A", "2"), ("P4", "B", "2"), ("AR", "A", "3"), ("BR", "B", "3"))
    session.add_all(
        EntryRow(
            contest_id=contest_id, id=entry, place_number=n, unit_id=unit, name=f"项目{n}", day=day,
            component="pitch" if entry.endswith("R") else "onsite", kind="" if entry.endswith("R") else "centre",
            planned_at="14:20", where="水坪镇",
        )
        for n, (entry, unit, day) in enumerate(stops, 1)
    )  # fmt: skip
    session.add_all(
        JudgeRow(
            contest_id=contest_id, id=f"J{n}", place_number=n, name=f"评委{n}", unit_id=unit,
            phone_end="" if n == 4 else f"000{n}", aide=f"联络员{n}",
        )
        for n, unit in enumerate(("A", "B", "", ""), 1)
    )  # fmt: skip


def add_roster(session: Session, contest_id: str, roster: Roster) -> None:
    """A contest as an engine's roster tells it, in its order."""
    audit.begin_chain(session, contest_id)
    session.add(
        Contest(
            id=contest_id, name="拉练", form="tour", scheme=SCHEME, scheme_digest=RULE.digest, simulated=True,
            made_at=audit.now(),
        )
    )  # fmt: skip
    session.flush()
    session.add(rules_in_force(contest_id))
    for n, unit in enumerate(roster.units, 1):
        session.add(UnitRow(contest_id=contest_id, id=unit.id, place_number=n, name=unit.name))
    session.flush()
    for n, entry in enumerate(roster.entries, 1):
        session.add(
            EntryRow(
                contest_id=contest_id, id=entry.id, place_number=n, unit_id=entry.unit, component=entry.component,
                kind=entry.kind, name=entry.id, day=entry.day,
            )
        )  # fmt: skip
    for n, judge in enumerate(roster.judges, 1):
        session.add(JudgeRow(contest_id=contest_id, id=judge.id, place_number=n, name=judge.name, unit_id=judge.unit))


@dataclass
class Phone:
    """One browser of one judge; it counts its records as the shipped outbox does."""

    client: TestClient
    contest: str
    judge: str
    device: str
    cookie: str
    seq: int = 0
    seen: int = 0

    def sheet(self, entry: str = "P1", marks: Sequence[int | None] | None = None, **other: Any) -> dict[str, Any]:  # noqa: ANN401
        self.seq += 1
        return {
            "kind": "sheet", "revision_id": str(uuid4()), "device_seq": self.seq, "entry_id": entry,
            "state": "submitted", "ticks": ticks(entry) if marks is None else list(marks), "note": "", "files": [],
            "scheme_digest": RULE.digest, "based_on": self.seen, "marked_at": "2026-11-21T08:15:30.000Z",
            "clock_offset_ms": 0, **other,
        }  # fmt: skip

    def finding(self, entry: str = "P1", **other: Any) -> dict[str, Any]:  # noqa: ANN401
        self.seq += 1
        return {
            "kind": "finding", "revision_id": str(uuid4()), "device_seq": self.seq, "finding_id": str(uuid4()),
            "entry_id": entry, "state": "problem", "text": "消防通道堵塞", "files": [],
            "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0, **other,
        }  # fmt: skip

    def batch(self, *records: Any, **other: Any) -> dict[str, Any]:  # noqa: ANN401
        return {
            "batch_id": str(uuid4()), "highest_seq": self.seq, "waiting": 0, "server_rev": self.seen,
            "server_epoch": "", "sent_at": "2026-11-21T08:15:30.000Z", "records": list(records), **other,
        }  # fmt: skip

    def post(self, batch: object) -> Response:
        # As JSON.stringify writes it: half a surrogate pair is escaped.
        body = json.dumps(batch)
        return self.client.post(f"/j/{self.contest}/batch", content=body, headers={"Content-Type": "application/json"})

    def hand_over(self, *records: Any, **other: Any) -> dict[str, Any]:  # noqa: ANN401
        """What the server answers to a batch of ``records``."""
        answer = self.post(self.batch(*records, **other))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def outcome(self, record: Any, **other: Any) -> tuple[str, str]:  # noqa: ANN401
        """Result and reason of one record."""
        [result] = self.hand_over(record, **other)["results"]
        return result["result"], result["reason"]

    def package(self) -> dict[str, Any]:
        answer = self.client.get(f"/j/{self.contest}/package")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@dataclass
class Field:
    """The application on one database with two contests, ``c1`` and ``c2``."""

    database: Database
    folder: Path
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(Settings(data_dir=self.folder, default_language="zh"))
        self.app.state.database = self.database
        for contest_id in ("c1", "c2"):
            self.database.write(lambda session, c=contest_id: add_contest(session, c))  # type: ignore[misc]

    def client(self, **headers: str) -> TestClient:
        return TestClient(self.app, headers=headers, follow_redirects=False)

    def code(self, judge: str, contest: str = "c1") -> str:
        """A new badge for the judge."""
        issue = badges.issue_badges
        return self.database.write(lambda s: issue(s, "organiser", contest_id=contest, judges=[judge]))[judge]

    def phone(self, judge: str, contest: str = "c1") -> Phone:
        """A phone that has joined; a second one of the same judge too."""
        code, offered = self.code(judge, contest), badges.prospect()
        self.database.write(lambda s: badges.open_window(s, "organiser", contest_id=contest, judge_id=judge))
        whose = {"contest_id": contest, "code": code, "digits": "", "label": "iPhone"}
        answer, made = self.database.write(lambda s: badges.confirm_badge(s, **whose, offered=offered))
        assert answer == "in"
        client = self.client(**JSON)
        client.cookies.set("fieldmark_device", made.cookie, path=f"/j/{contest}/")
        return Phone(client, contest, judge, made.id, made.cookie)

    def revoke(self, phone: Phone) -> None:
        revoke = badges.revoke_device
        self.database.write(lambda s: revoke(s, "organiser", contest_id=phone.contest, device_id=phone.device))

    def signed_in(self, *roles: str, contest: str = "c1", own_password: bool = True) -> TestClient:
        """Somebody with these roles in the contest."""
        login = uuid4().hex

        def deed(session: Session) -> str:
            person = accounts.add_person(session, "-", login=login, name="组织者", password_hash="-")  # noqa: S106
            session.flush()
            session.get_one(Person, person).own_password = own_password
            for role in roles:
                session.add(Membership(contest_id=contest, person_id=person, role=role, made_at=audit.now()))
            return accounts.sign_in(session, person, hours=1)

        client = self.client(Accept="text/html")
        client.cookies.set("fieldmark_session", self.database.write(deed))
        return client


def arrivals(field: Field) -> list[Arrival]:
    with field.database.read() as session:
        return list(session.exec(select(Arrival).order_by(Arrival.device_seq)))  # type: ignore[arg-type]


def stored(field: Field) -> list[SheetRevision]:
    with field.database.read() as session:
        return list(session.exec(select(SheetRevision)))


def paper(field: Field, judge: str, entry: str, marks: list[int]) -> int:
    def deed(session: Session) -> int:
        rev = audit.record(session, "tallier", "paper", contest_id="c1")
        session.add(
            SheetRevision(
                contest_id="c1", revision_id=f"paper-{rev}", server_rev=rev, judge_id=judge, entry_id=entry,
                kind="submitted", ticks=str(marks), origin="paper", marked_at="", came_at=audit.now(), digest="-",
            )
        )  # fmt: skip
        return rev

    return field.database.write(deed)
