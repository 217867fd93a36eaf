"""The two tours of the demo, made by the deeds that pages and phones call, so that what is shown is what they do.

Writes a fresh database, and files beside it. Never writes a row itself.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from app.accounts import service as accounts
from app.audit import now
from app.contests import service as contests
from app.contests.access import Member
from app.contests.draft import Draft
from app.contests.schemas import Tick
from app.contests.schemes import shipped
from app.db import Database
from app.demo.photos import photo
from app.demo.roster import AWAY, DAYS, Key, Marks, marks, roster
from app.files import service as files
from app.judging.paper import TypedSheet, type_sheets
from app.judging.service import collect
from app.main import KINDS
from app.results.service import open_marks
from app.sync import badges
from app.sync.kinds import Sender
from app.sync.schemas import read_batch
from app.sync.service import receive

SCHEME = "shiyan-2022-tour"
PEOPLE = {"organiser": "王组织", "steward": "李监督", "tallier": "张计分", "checker": "陈核分"}
SHOWN = ("J12", "J45")  # on paper until now, so that no phone has their badges yet: one of a county, one of the city
PAPER = (*SHOWN, "J24", "J50")
LATE = "J30"  # in the running tour his phone has said that it holds more than has come
LATE_HOLDS = 4
PROBLEMS = (
    ("E2", "安全出口前堆放杂物，通道不畅。"),
    ("E4", "宣传展板脱落，未及时修复。"),
    ("E7", "图书角书架空置，借阅登记停在去年。"),
    ("E10", "插座松动，电线裸露。"),
    ("E13", "门前铺装开裂，老人行走不便。"),
    ("E18", "活动室桌椅堆放落灰，平时不开放。"),
)
HIGHLIGHT = ("E9", "“板凳课堂”进院落，群众自己当主讲，值得推广。")

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Tours:
    """The two contests by their ids."""

    seed: int
    running: str
    finished: str


@dataclass(slots=True)
class Phone:
    """A judge's phone: it numbers its records."""

    sender: Sender
    seq: int = 0

    def record(self, kind: str, **fields: object) -> dict[str, object]:
        self.seq += 1
        frame = {"kind": kind, "revision_id": str(uuid4()), "device_seq": self.seq, "marked_at": now()}
        return {**frame, "clock_offset_ms": 0, **fields}


@dataclass(slots=True)
class Steps:
    """How much is done of how much, for the line in the terminal."""

    tell: Tell
    whole: int
    done: int = 0

    def __call__(self) -> None:
        self.done += 1
        self.tell(min(self.done, self.whole), self.whole)


_STEPS = 250  # about: phones times days, twice, and what is between


def make(database: Database, folder: Path, *, seed: int, password_hash: str, tell: Tell) -> Tours:
    """Both tours, in a database where nobody is yet."""
    step = Steps(tell, _STEPS)
    people = _people(database, password_hash)
    finished = Tour(database, folder, people, step, name="十县文明实践拉练（演示：已开分）", seed=seed + 1)
    for day in DAYS:
        finished.attend(day)
        finished.by_phone(finished.due(day, but=SHOWN))
        finished.on_paper(finished.due(day, only=SHOWN), by=("tallier", "checker"))
    finished.close()
    running = Tour(database, folder, people, step, name="十县文明实践拉练（演示：第二天）", seed=seed)
    running.attend(DAYS[0])
    running.by_phone(running.due(DAYS[0], but=PAPER), findings=True)
    running.on_paper(running.due(DAYS[0], only=PAPER), by=("tallier", "checker"))
    running.attend(DAYS[1])
    running.by_phone(running.half_a_day(DAYS[1]), holding={LATE: LATE_HOLDS})
    # The morning's paper has just come: one of the two has typed it, and the other begins, with a slip of the finger.
    morning = [key for key in running.due(DAYS[1], only=PAPER[2:]) if running.position[key[1]] < 3]
    running.on_paper(morning, by=("tallier",))
    running.on_paper(morning[:2], by=("checker",), slip=True)
    tell(step.whole, step.whole)
    return Tours(seed, running.id, finished.id)


def renew(database: Database, tours: Tours, password_hash: str) -> dict[str, str]:
    """The password of this start for everybody, and new badges for the two judges; returns the codes by judge."""

    def deed(session: Session) -> dict[str, str]:
        for login in PEOPLE:
            person = accounts.person_with(session, login)
            if person:
                accounts.change_password(session, person.id, person_id=person.id, password_hash=password_hash)
        return badges.issue_badges(session, _id(session, "organiser"), contest_id=tours.running, judges=SHOWN)

    return database.write(deed)


def _id(session: Session, login: str) -> str:
    person = accounts.person_with(session, login)
    return person.id if person else ""


def _people(database: Database, password_hash: str) -> dict[str, str]:
    """Who signs in, by role; the roles are given with each contest."""

    def deed(session: Session) -> dict[str, str]:
        names = iter(PEOPLE.items())
        login, name = next(names)
        first = accounts.add_first_person(session, login=login, name=name, password_hash=password_hash)
        made = {login: first}
        for login, name in names:
            made[login] = accounts.add_person(session, first, login=login, name=name, password_hash=password_hash)
            # As if he had changed the first password: nobody opens the marks with one that somebody else made.
            accounts.change_password(session, made[login], person_id=made[login], password_hash=password_hash)
        return made

    return database.write(deed)


@dataclass(slots=True)
class Tour:
    """One contest, and what is done in it."""

    database: Database
    folder: Path
    people: Mapping[str, str]
    step: Steps
    name: str
    seed: int
    id: str = field(init=False)
    draft: Draft = field(init=False)
    marks: Mapping[Key, Marks] = field(init=False)
    phones: Mapping[str, Phone] = field(init=False)
    position: dict[str, int] = field(init=False)  # of a stop within its day

    def __post_init__(self) -> None:
        rule, organiser = shipped()[SCHEME], self.people["organiser"]
        self.draft = roster(rule.scheme, self.seed)
        self.marks = marks(rule.scheme, self.draft, self.seed)

        def set_up(session: Session) -> str:
            made = contests.create_contest(session, organiser, name=self.name, rule=rule, simulated=True)
            for role in list(PEOPLE)[1:]:
                contests.add_member(
                    session, organiser, contest_id=made, login=role, name=PEOPLE[role], role=role, password_hash=""
                )
            rev = contests.draft_import(session, organiser, contest_id=made, draft=self.draft)
            session.flush()
            contests.apply_import(session, organiser, contest_id=made, rev=rev)
            return made

        self.id = self.database.write(set_up)
        self.position = {}
        for day in DAYS:
            stops = [entry.id for entry in self.draft.entries if entry.day == day]
            self.position.update((stop, at) for at, stop in enumerate(stops))
        self.phones = self.database.write(self._hand_out)

    def _hand_out(self, session: Session) -> dict[str, Phone]:
        """A badge for everybody, and a phone for everybody who does not write on paper only."""
        everybody = [judge.id for judge in self.draft.judges]
        codes = badges.issue_badges(session, self.people["organiser"], contest_id=self.id, judges=everybody)
        session.flush()
        phones = {}
        for judge, code in codes.items():
            if judge in SHOWN:
                continue
            _, made = badges.confirm_badge(
                session, contest_id=self.id, code=code, offered=badges.prospect(), digits="", label="Android · WeChat"
            )
            phones[judge] = Phone(Sender(self.id, made.id, judge, revoked=False))
        return phones

    def attend(self, day: str) -> None:
        ticks = {
            judge.id: Tick("leave", reason) if (reason := AWAY.get((judge.id, day), "")) else Tick("present")
            for judge in self.draft.judges
        }
        self._write(contests.record_attendance, self.people["organiser"], day=day, ticks=ticks)

    def due(self, day: str, *, only: Sequence[str] = (), but: Sequence[str] = ()) -> list[Key]:
        """The sheets of a day that somebody owes, in the order of judges and stops."""
        return [
            (judge.id, entry.id)
            for judge in self.draft.judges
            for entry in self.draft.entries
            if entry.day == day and judge.unit != entry.unit and (judge.id, day) not in AWAY
            if judge.id not in but and (not only or judge.id in only)
        ]

    def half_a_day(self, day: str) -> list[Key]:
        """What has been handed in at noon: eight stops and some of the next two; here and there one has forgotten."""
        judges = {judge.id: judge.number for judge in self.draft.judges}
        return [
            (judge, entry)
            for judge, entry in self.due(day, but=PAPER)
            if (at := self.position[entry]) < 10
            if not (judge == LATE and at >= LATE_HOLDS)
            if (at >= 8 and (judges[judge] + at) % 2) or (at < 8 and (judges[judge] * 5 + at) % 47)
        ]

    def by_phone(
        self, sheets: Iterable[Key], *, findings: bool = False, holding: Mapping[str, int] | None = None
    ) -> None:
        """Each phone hands in its sheets at once, as after a road without signal, and says how many it still holds."""
        of_judge: dict[str, list[str]] = {}
        for judge, entry in sheets:
            of_judge.setdefault(judge, []).append(entry)
        found = self._findings() if findings else {}
        for judge, entries in of_judge.items():
            phone = self.phones[judge]
            records = [self._sheet(phone, judge, entry) for entry in entries] + found.get(judge, [])
            self._hand_over(phone, records, (holding or {}).get(judge, 0))
            self.step()

    def _sheet(self, phone: Phone, judge: str, entry: str) -> dict[str, object]:
        given = self.marks[judge, entry]
        return phone.record(
            "sheet", entry_id=entry, state="submitted", ticks=list(given.ticks), note=given.note, files=[],
            scheme_digest=shipped()[SCHEME].scheme.digest, based_on=0,
        )  # fmt: skip

    def _hand_over(self, phone: Phone, records: Sequence[Mapping[str, object]], holds: int) -> None:
        said = {
            "batch_id": str(uuid4()), "highest_seq": phone.seq + holds, "waiting": holds, "server_rev": 0,
            "server_epoch": "", "sent_at": now(), "records": records,
        }  # fmt: skip
        batch = read_batch(json.dumps(said).encode())
        answer, _ = self.database.write(lambda session: receive(session, phone.sender, batch, KINDS, one_by_one=False))
        refused = [one for one in answer["results"] if one["result"] != "stored"]
        if refused:
            raise AssertionError(refused)

    def _findings(self) -> dict[str, list[dict[str, object]]]:
        """Problems with a picture each, and a highlight, by the judge who noted them."""
        noted: dict[str, list[dict[str, object]]] = {}
        for number, (entry, text) in enumerate((*PROBLEMS, HIGHLIGHT)):
            judge = f"J{46 + number % 4}"
            phone = self.phones[judge]
            problem = (entry, text) != HIGHLIGHT
            pictures = [self._upload(phone, photo(number))] if problem else []
            noted.setdefault(judge, []).append(
                phone.record(
                    "finding", finding_id=str(uuid4()), entry_id=entry, state="problem" if problem else "highlight",
                    text=text, files=pictures,
                )
            )  # fmt: skip
        return noted

    def _upload(self, phone: Phone, content: bytes) -> str:
        sha256, place = hashlib.sha256(content).hexdigest(), files.shelf(self.folder, self.id)
        intake = files.Intake(place.part(phone.sender.device_id, sha256), 0, len(content))
        intake.append(content)
        whose = {"contest_id": self.id, "device_id": phone.sender.device_id, "sha256": sha256}
        files.keep(self.database, place, **whose)
        return sha256

    def on_paper(self, sheets: Sequence[Key], *, by: Sequence[str], slip: bool = False) -> None:
        """Type paper sheets; ``slip``: the last one with a mark half a point off."""
        typed = [TypedSheet(judge, entry, self.marks[judge, entry].ticks) for judge, entry in sheets]
        if slip:
            last = typed[-1]
            entry = next(one for one in self.draft.entries if one.id == last.entry)
            item = shipped()[SCHEME].scheme.items(entry.component, entry.kind)[0]
            first = last.ticks[0] or 0
            other = first + (1 if first < item.ticks[-1] else -1)
            typed[-1] = TypedSheet(last.judge, last.entry, (other, *last.ticks[1:]))
        for role in by:
            self._write(type_sheets, self.people[role], sheets=typed)
            self.step()

    def close(self) -> None:
        """收分， and 开分 by two."""
        self._write(collect, self.people["organiser"])
        for role in ("organiser", "steward"):
            member = Member(self.people[role], PEOPLE[role], self.id, frozenset({role}))
            self.database.write(lambda session, who=member, half=role: open_marks(session, who, role=half))  # type: ignore[misc]

    def _write(self, deed: Callable[..., Any], actor: str, **facts: object) -> None:
        self.database.write(lambda session: deed(session, actor, contest_id=self.id, **facts))
