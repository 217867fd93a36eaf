"""What is known of paper: who marks what, who typed what, and the state of every sheet that follows from it.

Reads the roster, typings, matches, third looks, what phones handed in, and decisions. Writes nothing, and stores no
state: it is computed from the rows each time.
"""

import json
from collections import defaultdict
from collections.abc import Collection as Group
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from sqlmodel import Session, col, select

from app.contests import queries as contests
from app.judging.decision_queries import in_force
from app.judging.models import DecisionRow, PaperLook, PaperMatch, PaperTyping, SheetRevision
from app.judging.queries import Revision, is_collected, locks, newest, revisions
from scoring.check import Due
from scoring.roster import Entry, Judge
from scoring.scheme import Item, Scheme

Ticks = tuple[int | None, ...]
Key = tuple[str, str]  # judge, entry
Place = tuple[int, int]  # of a typing: revision and number
Standing = Literal["due", "recused", "leave", "not_his"]
State = Literal[
    "due",  # nothing has come, neither by phone nor on paper
    "phone",  # the phone handed it in, and nothing is typed
    "once",  # one person has typed it
    "incomplete",  # typed, and an item is missing
    "differs",  # typed twice, and different
    "conflict",  # typed twice and equal, and the phone handed in other marks
    "phone_counts",  # it was decided that the phone counts and not what was typed
    "accepted",
    "remarked",  # accepted, and afterwards the judge changed it on his phone
]
DECISION = "paper"  # the kind of decision about a paper sheet; its value: paper, phone, or
PAPER = "paper"  # how the marks reached the typist; else the judge dictated them
DICTATED = ("telephone", "aloud", "photo")
LATE = "typing"  # that it came late and may be typed all the same


@dataclass(frozen=True, slots=True)
class Typing:
    """The newest typing of a sheet by one person."""

    rev: int
    number: int
    by: str
    ticks: Ticks
    way: str = PAPER

    @property
    def whole(self) -> bool:
        return None not in self.ticks

    @property
    def empty(self) -> bool:
        """Everything was cleared: the typing is taken back."""
        return set(self.ticks) <= {None}


@dataclass(frozen=True, slots=True)
class Look:
    """What a third person saw on the paper of two typings that differ."""

    pair: tuple[Typing, Typing]
    ticks: Ticks


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """What is known of one sheet. ``typings``: the newest of each person, the earlier person first."""

    judge: str
    entry: str
    typings: tuple[Typing, ...] = ()
    matched: tuple[Typing, Typing] | None = None
    look: Look | None = None
    phone: Ticks | None = None
    newest: Ticks | None = None
    phone_decided: bool = False

    def by(self, person: str) -> Typing | None:
        return next((typing for typing in self.typings if typing.by == person), None)

    @property
    def standing_typings(self) -> tuple[Typing, ...]:
        return tuple(typing for typing in self.typings if not typing.empty)

    @property
    def pair(self) -> tuple[Typing, Typing] | None:
        """Two people's typings that agree, whole or not, or that a third look settled; an accepted pair first."""
        if self.matched or self.look:
            return self.matched or (self.look.pair if self.look else None)
        pairs = combinations(self.standing_typings, 2)
        return next(((a, b) for a, b in pairs if a.ticks == b.ticks and a.by != b.by), None)

    @property
    def agreed(self) -> Ticks | None:
        """The marks of the pair: as both typed them, or as the third look found them."""
        return self.look.ticks if self.look else self.pair[0].ticks if self.pair else None

    @property
    def differing(self) -> tuple[Typing, Typing] | None:
        """The two typings that somebody who made neither may look at: those of the first two people who typed."""
        standing = self.standing_typings
        return (standing[0], standing[1]) if self.state == "differs" else None

    @property
    def dictated(self) -> bool:
        """Whether one of those who typed it had the marks from the judge himself and not from his paper."""
        typed = self.pair or self.standing_typings
        return any(typing.way != PAPER for typing in typed)

    @property
    def state(self) -> State:
        if self.matched and self.newest == self.agreed:
            return "accepted"
        standing, agreed = self.standing_typings, self.agreed
        if not standing:
            return "due" if self.phone is None else "phone"
        if self.phone_decided:
            # Without a sheet by phone the paper was set aside, and the sheet is due as before.
            return "due" if self.phone is None else "phone_counts"
        if self.matched:
            # There is no paper to hold against the phone: the judge's own hand corrects what was entered for him.
            return "phone_counts" if self.dictated and self.phone == self.newest else "remarked"
        if agreed is None:
            return "differs" if len(standing) > 1 else "once" if standing[0].whole else "incomplete"
        if None in agreed:
            return "incomplete"
        if self.phone is None or self.phone == agreed:
            return "accepted"
        return "conflict"

    @property
    def different(self) -> tuple[int, ...]:
        """Which items were typed differently, or stand otherwise on the phone."""
        marks = [typing.ticks for typing in self.standing_typings]
        if self.state in ("conflict", "remarked") and self.phone is not None and self.agreed:
            marks = [self.agreed, self.phone]
        elif self.state != "differs":
            return ()
        return tuple(index for index, one in enumerate(zip(*marks, strict=True)) if len(set(one)) > 1)

    @property
    def missing(self) -> tuple[int, ...]:
        """Which items nobody has typed."""
        if self.state != "incomplete":
            return ()
        return tuple(index for index, tick in enumerate(self.standing_typings[-1].ticks) if tick is None)


@dataclass(frozen=True, slots=True)
class Panel:
    """Who marks what in a contest, in the manual order."""

    scheme: Scheme
    judges: dict[str, Judge]
    entries: dict[str, Entry]
    due: Due

    def items(self, entry: str) -> tuple[Item, ...]:
        """The items of the entry's sheet, in their order."""
        found = self.entries[entry]
        return self.scheme.items(found.component, found.kind)

    def standing(self, judge: str, entry: str) -> Standing:
        """Whether the sheet is due, and why not."""
        who, what = self.judges.get(judge), self.entries.get(entry)
        if who is None or what is None or not self.due.marks(who, what, self.scheme.component[what.component]):
            return "not_his"
        if self.due.recused(who, what, self.scheme.component[what.component]):
            return "recused"
        return "leave" if self.due.away_from(judge, what) else "due"


def panel(session: Session, contest_id: str) -> Panel:
    """Who marks what; attendance and recusals as they stand now."""
    scheme, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)
    return Panel(
        scheme,
        {judge.id: judge for judge in roster.judges},
        {entry.id: entry for entry in roster.entries},
        Due(scheme, roster, set()),
    )


def typed_in(session: Session, contest_id: str, rev: int, person: str) -> list[Key]:
    """The sheets that a person saved together, at one revision."""
    typings = select(PaperTyping.judge_id, PaperTyping.entry_id).where(
        PaperTyping.contest_id == contest_id, PaperTyping.rev == rev, PaperTyping.typed_by == person
    )
    return [(judge, entry) for judge, entry in session.exec(typings.order_by(col(PaperTyping.number)))]


def paper_sheets(session: Session, contest_id: str, entries: Group[str]) -> dict[Key, PaperSheet]:
    """What is known of every sheet of ``entries`` about which anything is known; a constant number of queries."""
    if not entries:
        return {}
    typings = _typings(session, contest_id, entries)
    phones, lasts = _handed_in(session, contest_id, entries)
    matches, looks = _matches(session, contest_id, entries), _looks(session, contest_id)
    decided = _phone_decisions(session, contest_id)
    found = {}
    for key in dict.fromkeys([*typings, *lasts]):
        typed = tuple(sorted(typings[key].values(), key=lambda typing: (typing.rev, typing.number)))
        current = {(typing.rev, typing.number): typing for typing in typed}
        match = matches.get(key)
        pair = (current.get(match[0]), current.get(match[1])) if match else (None, None)
        looked = [
            Look((current[first], current[second]), ticks)
            for (first, second), ticks in looks.items()
            if first in current and second in current
        ]
        phone_rev, phone = phones.get(key, (0, None))
        known = max([phone_rev, *(typing.rev for typing in typed)])
        found[key] = PaperSheet(
            *key,
            typings=typed,
            # A match of which one typing was corrected since is history, not the state of the sheet.
            matched=(pair[0], pair[1]) if pair[0] and pair[1] else None,
            look=looked[-1] if looked else None,
            phone=phone,
            newest=lasts.get(key),
            phone_decided=decided.get(key, 0) > known,
        )
    return found


def typed_entries(session: Session, contest_id: str) -> list[str]:
    """The entries of which any sheet was ever typed: of the others nothing on paper can be unfinished."""
    typed = select(PaperTyping.entry_id).where(PaperTyping.contest_id == contest_id).distinct()
    return sorted(session.exec(typed))


def _ticks(text: str) -> Ticks:
    return tuple(json.loads(text))


def _typings(session: Session, contest_id: str, entries: Group[str]) -> dict[Key, dict[str, Typing]]:
    rows = session.exec(
        select(PaperTyping)
        .where(PaperTyping.contest_id == contest_id, col(PaperTyping.entry_id).in_(entries))
        .order_by(col(PaperTyping.rev), col(PaperTyping.number))
    )
    found: dict[Key, dict[str, Typing]] = defaultdict(dict)
    for row in rows:
        typing = Typing(row.rev, row.number, row.typed_by, _ticks(row.ticks), row.way)
        found[row.judge_id, row.entry_id][row.typed_by] = typing
    return found


def _handed_in(
    session: Session, contest_id: str, entries: Group[str]
) -> tuple[dict[Key, tuple[int, Ticks]], dict[Key, Ticks | None]]:
    """What the phone handed in last, with its revision; and what was handed in last by either way."""
    of_sheet: dict[Key, list[Revision]] = defaultdict(list)
    conditions = (col(SheetRevision.entry_id).in_(entries), SheetRevision.kind != "draft")
    for row in revisions(session, contest_id, *conditions):
        of_sheet[row.judge_id, row.entry_id].append(row)
    phones, lasts = {}, {}
    for key, rows in of_sheet.items():
        last, phone = newest(rows), newest(row for row in rows if row.origin == "phone")
        lasts[key] = _ticks(last.ticks) if last and last.kind == "submitted" else None
        if phone and phone.kind == "submitted":
            phones[key] = (phone.server_rev, _ticks(phone.ticks))
    return phones, lasts


def _matches(session: Session, contest_id: str, entries: Group[str]) -> dict[Key, tuple[Place, Place]]:
    """The newest match of each sheet, by its two typings."""
    rows = session.exec(
        select(PaperMatch, SheetRevision)
        .where(
            PaperMatch.contest_id == contest_id,
            SheetRevision.contest_id == contest_id,
            col(SheetRevision.revision_id) == col(PaperMatch.revision_id),
            col(SheetRevision.entry_id).in_(entries),
        )
        .order_by(col(SheetRevision.server_rev))
    )
    return {
        (sheet.judge_id, sheet.entry_id): (
            (match.first_rev, match.first_number),
            (match.second_rev, match.second_number),
        )
        for match, sheet in rows
    }


def _looks(session: Session, contest_id: str) -> dict[tuple[Place, Place], Ticks]:
    """What a third person saw, by the two typings; few, so all of the contest."""
    rows = session.exec(select(PaperLook).where(PaperLook.contest_id == contest_id).order_by(col(PaperLook.rev)))
    return {((row.first_rev, row.first_number), (row.second_rev, row.second_number)): _ticks(row.ticks) for row in rows}


def closed(session: Session, contest_id: str) -> frozenset[str]:
    """The entries for which paper is typed by decision only: all after the collection, before it the locked ones."""
    if is_collected(session, contest_id):
        return frozenset(row.id for row in contests.entries(session, contest_id))
    return frozenset(locks(session, contest_id))


def late_sheets(session: Session, contest_id: str) -> frozenset[Key]:
    """The sheets that may be typed when their entry is closed, by decision; none that was decided to be absent."""
    decided: dict[str, set[Key]] = {DECISION: set(), "absence": set()}
    for row in in_force(session, contest_id):
        judge, _, entry = row.subject.partition("/")
        if row.kind in decided and (row.kind != DECISION or row.value == LATE):
            decided[row.kind].add((judge, entry))
    return frozenset(decided[DECISION] - decided["absence"])


def _phone_decisions(session: Session, contest_id: str) -> dict[Key, int]:
    """At which revision it was last decided that the phone counts and not the paper."""
    rows = session.exec(
        select(DecisionRow)
        .where(DecisionRow.contest_id == contest_id, DecisionRow.kind == DECISION, DecisionRow.value == "phone")
        .order_by(col(DecisionRow.rev))
    )
    found = {}
    for row in rows:
        judge, _, entry = row.subject.partition("/")
        found[judge, entry] = row.rev
    return found
