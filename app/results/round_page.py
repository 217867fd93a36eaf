"""The page of rounds put together: who stands in which round, what became of whom, and who goes on.

Reads the contest, and of a round whose marks are open its standings. Writes nothing. Of a round that is not open it
tells who is in it and how many sheets have come, and no name in an order that a mark has made.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from app.accounts.models import Person
from app.clock import local
from app.contests import queries as contests
from app.contests.access import Member
from app.i18n import Language
from app.judging.queries import handed_in, is_collected
from app.results.naming import called, caller
from app.results.notices import notices
from app.results.queries import Contradicted, Half, tabulated
from app.results.round_queries import halves, is_round_open, lists, open_in, settled_by
from app.results.round_words import advance_clauses, carry_clause, status_word
from app.results.rule_words import word
from scoring.faults import Fault
from scoring.numbers import shown
from scoring.results import Standing
from scoring.roster import Roster
from scoring.scheme import Round, Scheme

Choice = tuple[str, str]  # what is sent, and what is read


@dataclass(frozen=True, slots=True)
class Count:
    """One division of a round, or all of it: how many units are in it, and how many sheets are due and have come."""

    name: str
    units: int
    due: int
    received: int


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the standings. ``cut``: the line is drawn above it."""

    name: str
    place: str
    score: str
    state: str
    on: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The standings of one division, or of all."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of who comes to the next round as it was put forward. ``confirmer`` is empty until somebody has."""

    version: int
    units: tuple[str, ...]
    maker: str
    at: str
    reason: str
    document: str
    confirmer: str
    confirmed_at: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """What the public reads of who comes to a round: which version of the list, since when, how many reserves."""

    version: int
    at: str
    reserves: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One round. ``state``: later, running, collected, open, listed (a list waits), over.

    ``following``: the round that comes after, empty for the last. ``on``: who goes on by what stands now, empty while
    something is ``open``. ``settle``: what of that can be decided here, by form. ``changed``: the confirmed list is not
    that any more. ``confirmed``: the version of the newest confirmed list, 0 where there is none.
    """

    id: str
    name: str
    rule: str
    state: str
    counts: tuple[Count, ...]
    halves: tuple[Half, ...] = ()
    tables: tuple[Table, ...] = ()
    open: tuple[str, ...] = ()
    settle: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    ties: tuple[tuple[Choice, ...], ...] = ()
    following: str = ""
    following_name: str = ""
    on: tuple[Choice, ...] = ()
    others: tuple[Choice, ...] = ()
    lists: tuple[Listing, ...] = ()
    changed: bool = False
    confirmed: int = 0
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """Everything ``results/rounds.html`` shows. ``looked``: standings are on it."""

    may: bool
    rounds: tuple[Shown, ...]
    running: str
    units: tuple[Choice, ...]
    from_rounds: tuple[Choice, ...]
    looked: bool
    faults: tuple[str, ...]


def rounds_page(session: Session, member: Member, language: Language) -> RoundsPage:
    """The page for ``member``."""
    contest_id = member.contest_id
    scheme, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)
    running = contests.running(session, contest_id)
    desk = _Desk(session, member, scheme, roster, language)
    found, faults = [], tuple[str, ...]()
    try:
        found = [desk.shown(number, one) for number, one in enumerate(scheme.rounds)]
    except Contradicted as trouble:
        faults = tuple(language.sentence(called(fault, scheme, roster, language)) for fault in trouble.faults)
        found = [desk.shown(number, one, blind=True) for number, one in enumerate(scheme.rounds)]
    names = {unit.id: unit.name or unit.id for unit in roster.units}
    here = contests.came(session, contest_id).get(running, frozenset())
    places = [one.id for one in scheme.rounds]
    coming = scheme.rounds[places.index(running) :][:2] if running else ()
    return RoundsPage(
        may="organiser" in member.roles,
        rounds=tuple(found),
        running=running,
        units=tuple((unit, name) for unit, name in names.items() if unit in here),
        from_rounds=tuple((one.id, word(one.name, language)) for one in reversed(coming)),
        looked=any(one.tables for one in found),
        faults=faults,
    )


class _Desk:
    """One contest's rounds in the reader's language."""

    def __init__(self, session: Session, member: Member, scheme: Scheme, roster: Roster, language: Language) -> None:
        self.session, self.member, self.scheme, self.roster, self.language = session, member, scheme, roster, language
        self.contest_id = member.contest_id
        self.zone = contests.contest(session, member.contest_id).time_zone
        self.came = contests.came(session, self.contest_id)
        self.over = contests.round_collections(session, self.contest_id)
        self.all_over = is_collected(session, self.contest_id)
        self.names = {unit.id: unit.name or unit.id for unit in roster.units}
        self._called = caller(scheme, roster, language)
        self.division = {unit.id: unit.division for unit in roster.units}
        self.stops = {stop.entry_id: stop for stop in handed_in(session, self.contest_id).stops}

    def shown(self, number: int, one: Round, *, blind: bool = False) -> Shown:
        """One round; ``blind``: without its standings, which cannot be computed."""
        rounds = self.scheme.rounds
        following = rounds[number + 1] if number + 1 < len(rounds) else None
        collected = one.id in self.over or self.all_over
        looked = (
            one.id in self.came and collected and not blind and is_round_open(self.session, self.contest_id, one.id)
        )
        tables = tuple(self._tables(one)) if looked else ()
        faults = open_in(self.session, self.contest_id, one.id) if looked and following else []
        open_now = tuple(self._told(fault) for fault in faults)
        standings = self._standings(one) if looked else ()
        on = [found.unit.id for found in standings if found.status == "advanced"] if not open_now else []
        told = tuple(self._lists(following.id)) if following else ()
        confirmed = [listing for listing in told if listing.confirmer]
        listed = contests.round_lists(self.session, self.contest_id).get(following.id, []) if following else []
        return Shown(
            id=one.id,
            name=word(one.name, self.language),
            rule=self._rule(number, one),
            state=self._state(one, looked=looked, listed=bool(told), confirmed=bool(confirmed)),
            counts=tuple(self._counts(one)),
            halves=tuple(halves(self.session, self.contest_id, one.id)) if one.id in self.over else (),
            tables=tables,
            open=open_now,
            settle=self._settle(faults),
            ties=self._ties(one) if looked and following else (),
            following=following.id if following else "",
            following_name=word(following.name, self.language) if following else "",
            on=tuple((unit, self.names[unit]) for unit in on),
            others=tuple(
                (found.unit.id, self.names[found.unit.id])
                for found in standings
                if found.status in ("out", "reserve", "tied")
            ),
            lists=told,
            changed=looked and bool(listed) and contests.listed(listed[-1]) != set(on),
            confirmed=listed[-1].version if listed else 0,
            notice=self._notice(following.id) if following else None,
        )

    def _rule(self, number: int, one: Round) -> str:
        say = self.language.gettext
        parts = [word(part.name, self.language) for part in self.scheme.components if part.id in one.components]
        clauses = [carry_clause(self.scheme, number, self.language)]
        clauses += advance_clauses(self.scheme, one, self.language)
        return say("; ").join(text for text in (say(", ").join(parts), *clauses) if text)

    def _state(self, one: Round, *, looked: bool, listed: bool, confirmed: bool) -> str:
        if one.id not in self.came:
            return "later"
        if one.id not in self.over and not self.all_over:
            return "running"
        if confirmed:
            return "over"
        return ("listed" if listed else "open") if looked else "collected"

    def _counts(self, one: Round) -> Iterator[Count]:
        """Of each division, or of all where the scheme has none."""
        here = self.came.get(one.id, frozenset())
        entries = [entry for entry in self.roster.entries if entry.component in one.components and entry.unit in here]
        names = [(division.id, word(division.name, self.language)) for division in self.scheme.divisions] or [("", "")]
        for division, name in names:
            units = {unit for unit in here if not division or self.division[unit] == division}
            mine = [self.stops[entry.id] for entry in entries if entry.unit in units]
            yield Count(name, len(units), sum(stop.due for stop in mine), sum(stop.received for stop in mine))

    def _standings(self, one: Round) -> Sequence[Standing]:
        _, tabulation = tabulated(self.session, self.contest_id)
        return next((found.standings for found in tabulation.rounds if found.id == one.id), ())

    def _tables(self, one: Round) -> Iterator[Table]:
        """The standings by division; where places are shared out over all, one table."""
        standings = self._standings(one)
        names = {division.id: word(division.name, self.language) for division in self.scheme.divisions}
        pools = dict.fromkeys(found.pool for found in standings)
        # As the scheme has them: the order of the standings would put the division with the best of all first.
        for pool in sorted(pools, key=lambda pool: (*names, pool).index(pool)):
            lines: list[Line] = []
            on = True
            for found in (found for found in standings if found.pool == pool):
                goes = found.status in ("advanced", "withdrawn", "tied", "last", "waiting")
                lines.append(self._line(found, cut=on and not goes and bool(lines)))
                on = on and goes
            yield Table(names.get(pool, pool), tuple(lines))

    def _line(self, found: Standing, *, cut: bool) -> Line:
        say, total = self.language.gettext, self.scheme.total
        state = status_word(self.language, found.status, found.reserve)
        if found.replaced_by:
            state = say("{state}, {other} comes in", state=state, other=self.names[found.replaced_by])
        elif found.replaces:
            state = say("{state}, for {other}", state=state, other=self.names[found.replaces])
        elif found.admitted:
            state = say("{state}, by decision", state=state)
        place = "—" if found.place is None else f"{found.place}{'=' if found.sharing > 1 else ''}"
        score = "—" if found.score is None else shown(found.score, total.decimals, total.mode)
        return Line(self.names[found.unit.id], place, score, state, found.status == "advanced", cut)

    def _told(self, fault: Fault) -> str:
        return self.language.sentence(self._called(fault))

    def _settle(self, faults: Sequence[Fault]) -> dict[str, tuple[Choice, ...]]:
        """What can be decided here, by the form that decides it."""
        forms = {"accept": "few", "class": "classes", "prior": "priors", "uneven": "uneven"}
        found: dict[str, list[Choice]] = {}
        for fault in faults:
            if settled := settled_by(fault):
                kind, subject, rule = settled
                found.setdefault(forms[kind], []).append((f"{subject}/{rule}" if rule else subject, self._told(fault)))
        return {form: tuple(several) for form, several in found.items()}

    def _ties(self, one: Round) -> tuple[tuple[Choice, ...], ...]:
        """Groups of equals whose order has to be decided."""
        _, tabulation = tabulated(self.session, self.contest_id)
        groups = [
            str(fault.params["units"]).split(", ")
            for fault in tabulation.open
            if fault.code in ("round.tied_at_cut", "round.reserves_tied") and fault.params["round"] == one.id
        ]
        return tuple(tuple((unit, self.names[unit]) for unit in group) for group in groups)

    def _notice(self, round_id: str) -> Notice | None:
        row = notices(self.session, self.contest_id).get(round_id)
        if row is None:
            return None
        reserves = sum(len(division["reserves"]) for division in json.loads(row.document)["divisions"])
        return Notice(row.version, local(row.at, self.zone), reserves)

    def _lists(self, round_id: str) -> Iterator[Listing]:
        people = self.session.get
        for row, hand in lists(self.session, self.contest_id, round_id):
            maker, second = people(Person, row.made_by), people(Person, hand.confirmed_by) if hand else None
            units = [self.names.get(unit, unit) for unit in self.names if unit in contests.listed(row)]
            yield Listing(
                row.version, tuple(units), maker.name if maker else "", local(row.at, self.zone), row.reason,
                row.document, second.name if second else "", local(hand.at, self.zone) if hand else "",
                row.made_by == self.member.id,
            )  # fmt: skip
