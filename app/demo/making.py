"""The two tours of the demo, made by the deeds that pages and phones call, so that what is shown is what they do.

Writes a fresh database, and files beside it. Never writes a row itself.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from app.accounts import service as accounts
from app.contests import service as contests
from app.contests.draft import Draft, EntryLine
from app.contests.schemas import Tick
from app.contests.schemes import shipped
from app.db import Database
from app.demo.contest import PEOPLE, Phone, Steps, Tell, hand_out, hand_over, set_up
from app.demo.finishing import Desk, decide_and_open, publish_result, release_lists
from app.demo.notes import NOTES, Note
from app.demo.photos import photo
from app.demo.roster import AWAY, DAYS, Key, Marks, marks, roster
from app.demo.staged import in_rounds
from app.files import service as files
from app.issues.links import make_links
from app.judging.paper import TypedSheet, type_sheets
from app.sync import badges

SCHEME = "shiyan-2022-tour"
SHOWN = (
    "J12",
    "J33",
    "J45",
)  # on paper until now, so that no phone has their badges yet: two of counties, one of the city
PAPER = (*SHOWN, "J24", "J50")
NOTERS = ("J46", "J47", "J48", "J49")  # who write down what they see
LATE = "J30"  # in the running tour his phone has said that it holds more than has come
LATE_HOLDS = 4
LEFT = "J26"  # in the finished tour he went home on the last day, before the last county
KIN = "J44/E27"  # a sheet of the finished tour that is set aside
COUNTY = "U2"  # whose link is told, of the finished tour; it has problems and a highlight
EARLY = ("U1",)  # in the running tour the first county has its list already
NEXT_SEED = 19  # the finished tour's: with the usual seed the first and the second prize are won by a hair

RUNNING, FINISHED = "十县文明实践拉练（演示：第二天）", "十县文明实践拉练（演示：已公布）"


@dataclass(frozen=True, slots=True)
class Tours:
    """The contests by their ids: the two tours, and the one in rounds."""

    seed: int
    running: str
    finished: str
    staged: str


_STEPS = 250  # about: phones times days, twice, and what is between


def make(database: Database, folder: Path, *, seed: int, password_hash: str, tell: Tell) -> Tours:
    """Both tours and the contest in rounds, in a database where nobody is yet."""
    step = Steps(tell, _STEPS)
    people = people_of(database, password_hash)
    finished = _finished(Tour(database, folder, people, step, name=FINISHED, seed=seed + NEXT_SEED))
    running = _running(Tour(database, folder, people, step, name=RUNNING, seed=seed))
    staged = in_rounds(database, people, step, seed=seed)
    tell(step.whole, step.whole)
    return Tours(seed, running, finished, staged)


def _finished(tour: "Tour") -> str:
    """Everything is handed in, but what one judge did not see; then decided, published and released."""
    missing = [key for key in tour.due(DAYS[-1], only=(LEFT,)) if tour.entries[key[1]].unit == tour.draft.units[-1].id]
    for day in DAYS:
        tour.attend(day)
        come = [key for key in tour.due(day, but=SHOWN) if key not in missing]
        tour.by_phone(come, noted=tour.notes(day))
        tour.on_paper(tour.due(day, only=SHOWN), by=("tallier", "checker"))
    desk = tour.desk
    decide_and_open(desk, absent=[f"{judge}/{entry}" for judge, entry in missing], void=KIN)
    tour.step()
    publish_result(desk)
    tour.step()
    release_lists(desk, units=[unit.id for unit in tour.draft.units])
    return tour.id


def _running(tour: "Tour") -> str:
    """The first day is whole, and the second at noon."""
    tour.attend(DAYS[0])
    tour.by_phone(tour.due(DAYS[0], but=PAPER), noted=tour.notes(DAYS[0]))
    tour.on_paper(tour.due(DAYS[0], only=PAPER), by=("tallier", "checker"))
    release_lists(tour.desk, units=EARLY)
    tour.attend(DAYS[1])
    tour.by_phone(tour.half_a_day(DAYS[1]), holding={LATE: LATE_HOLDS})
    # The morning's paper has just come: one of the two has typed it, and the other begins, with a slip of the finger.
    morning = [key for key in tour.due(DAYS[1], only=PAPER[len(SHOWN) :]) if tour.position[key[1]] < 3]
    tour.on_paper(morning, by=("tallier",))
    tour.on_paper(morning[:2], by=("checker",), slip=True)
    return tour.id


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens the demo's links from this start on: the codes of badges by judge, and of one county's link."""

    badges: dict[str, str]
    county: str


def renew(database: Database, tours: Tours, password_hash: str) -> Keys:
    """The password of this start for everybody, new badges for the judges shown, and a county's new link."""

    def deed(session: Session) -> Keys:
        for login in PEOPLE:
            person = accounts.person_with(session, login)
            if person:
                accounts.change_password(session, person.id, person_id=person.id, password_hash=password_hash)
        organiser = _id(session, "organiser")
        judges = badges.issue_badges(session, organiser, contest_id=tours.running, judges=SHOWN)
        links = make_links(session, organiser, contest_id=tours.finished, units=[COUNTY])
        return Keys(judges, links[COUNTY])

    return database.write(deed)


def _id(session: Session, login: str) -> str:
    person = accounts.person_with(session, login)
    return person.id if person else ""


def people_of(database: Database, password_hash: str) -> dict[str, str]:
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
    entries: Mapping[str, EntryLine] = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        rule = shipped()[SCHEME]
        self.draft = roster(rule.scheme, self.seed)
        self.marks = marks(rule.scheme, self.draft, self.seed)
        self.id = set_up(self.database, self.people, name=self.name, rule=rule, draft=self.draft)
        self.desk = Desk(self.database, self.id, self.people, PEOPLE)
        self.entries = {entry.id: entry for entry in self.draft.entries}
        self.position = {}
        for day in DAYS:
            stops = [entry.id for entry in self.draft.entries if entry.day == day]
            self.position.update((stop, at) for at, stop in enumerate(stops))
        everybody = [judge.id for judge in self.draft.judges]
        self.phones = hand_out(self.database, self.people["organiser"], self.id, everybody, without=SHOWN)

    def attend(self, day: str) -> None:
        ticks = {
            judge.id: Tick("leave", reason) if (reason := AWAY.get((judge.id, day), "")) else Tick("present")
            for judge in self.draft.judges
        }
        self._write(contests.record_attendance, self.people["staff"], day=day, ticks=ticks)

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
        self, sheets: Iterable[Key], *, noted: Sequence[Note] = (), holding: Mapping[str, int] | None = None
    ) -> None:
        """Each phone hands in its sheets at once, as after a road without signal, and says how many it still holds."""
        of_judge: dict[str, list[str]] = {}
        for judge, entry in sheets:
            of_judge.setdefault(judge, []).append(entry)
        found = self._findings(noted)
        for judge, entries in of_judge.items():
            phone = self.phones[judge]
            records = [self._sheet(phone, judge, entry) for entry in entries] + found.get(judge, [])
            hand_over(self.database, phone, records, (holding or {}).get(judge, 0))
            self.step()

    def _sheet(self, phone: Phone, judge: str, entry: str) -> dict[str, object]:
        given = self.marks[judge, entry]
        return phone.record(
            "sheet", entry_id=entry, state="submitted", ticks=list(given.ticks), note=given.note, files=[],
            scheme_digest=shipped()[SCHEME].scheme.digest, based_on=0,
        )  # fmt: skip

    def notes(self, day: str) -> list[Note]:
        """What was noted at the stops of a day."""
        return [note for note in NOTES if self.entries[note.entry].day == day]

    def _findings(self, noted: Sequence[Note]) -> dict[str, list[dict[str, object]]]:
        """Problems with their pictures, and highlights, by the judge who noted them."""
        found: dict[str, list[dict[str, object]]] = {}
        for number, note in enumerate(noted):
            judge = NOTERS[number % len(NOTERS)]
            phone = self.phones[judge]
            pictures = [self._upload(phone, photo(scene, NOTES.index(note) + 1)) for scene in note.scenes]
            found.setdefault(judge, []).append(
                phone.record(
                    "finding", finding_id=str(uuid4()), entry_id=note.entry,
                    state="problem" if note.scenes else "highlight", text=note.text, files=pictures,
                    category=note.category, severity=note.severity,
                )
            )  # fmt: skip
        return found

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
            entry = self.entries[last.entry]
            item = shipped()[SCHEME].scheme.items(entry.component, entry.kind)[0]
            first = last.ticks[0] or 0
            other = first + (1 if first < item.ticks[-1] else -1)
            typed[-1] = TypedSheet(last.judge, last.entry, (other, *last.ticks[1:]))
        for role in by:
            self._write(type_sheets, self.people[role], sheets=typed)
            self.step()

    def _write(self, deed: Callable[..., Any], actor: str, **facts: object) -> None:
        self.database.write(lambda session: deed(session, actor, contest_id=self.id, **facts))
