"""What keeps a result from being sealed, exactly listed: each with the page of the desk on which it is settled.

Reads what stands in the database. Writes nothing, decides nothing. Before the marks are open it tells who has handed in
and what waits, and nothing that a mark could be guessed from.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from app.accounts.models import Person
from app.clock import local
from app.contests import queries as contests
from app.judging.decision_queries import Undecided, engine_decisions, undecided
from app.judging.paper_queries import paper_sheets, typed_entries
from app.judging.proposals import lines_of, open_proposals
from app.judging.queries import AFTER_SIGNATURE, Doubt, HandedIn, doubtful, handed_in, is_collected
from app.judging.signature_queries import unsigned
from app.kept import Kept
from app.results.naming import called, caller, entry_names
from app.results.queries import Contradicted, is_open, last_act, opening, replaced, tabulated
from scoring.decisions import Decided, read_decisions
from scoring.faults import Fault, Param
from scoring.results import Tabulation
from scoring.roster import Roster
from scoring.scheme import Scheme

Kind = Literal[
    "collection",  # the sheets are not collected
    "opening",  # two people have not opened the marks
    "proposal",  # put forward by one person, and not confirmed by another
    "missing",  # a due sheet has not come, and nobody decided on its absence
    "unknown",  # a phone of which it is not known what it holds
    "quarantine",  # a sheet that came late or from a revoked phone, not decided
    "conflict",  # a sheet that contradicts another of the same judge, not decided
    "signature",  # the scheme asks judges to sign, and one has not, or has changed a sheet since
    "paper",  # a paper sheet typed once, differing or incomplete
    "contradiction",  # a counted sheet of a judge who is recused or absent
    "open",  # what the engine itself leaves open, such as equal scores at a prize's boundary
]


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing to settle. ``fault`` names people and entries as they are called; ``page``: see ``contests.page``."""

    kind: Kind
    fault: Fault
    page: str


def blockers(session: Session, contest_id: str) -> tuple[Blocker, ...]:
    """Everything that keeps the result from being sealed, in the order in which it is settled; empty: it can be."""
    return tuple(_blockers(session, contest_id))


def kept_blockers(session: Session, contest_id: str) -> tuple[Blocker, ...]:
    """The same for a page that is looked at again and again. Not for a deed, which is in the midst of an act."""
    # Phones and time change what is known of phones, and nothing else that stands here.
    key = (*last_act(session, contest_id), repr(doubtful(session, contest_id)))
    return _KEPT.of(key, lambda: blockers(session, contest_id))


_KEPT: Kept[tuple[str, str, str, str], tuple[Blocker, ...]] = Kept()


def _blockers(session: Session, contest_id: str) -> Iterator[Blocker]:
    scheme, roster, decided = _standing(session, contest_id)
    if not is_collected(session, contest_id):
        yield Blocker("collection", Fault("blocker.collection"), "board")
    yield from _proposals(session, contest_id)
    handed = handed_in(session, contest_id)
    missing = _missing_sheets(handed, scheme, roster, decided)
    yield from _missing(missing, scheme, roster)
    zone = contests.contest(session, contest_id).time_zone
    judges = {judge.id: judge.name or judge.id for judge in roster.judges}
    doubts = {doubt.judge_id: doubt for doubt in handed.doubts}
    for judge, name in judges.items():
        if judge in doubts:
            yield Blocker("unknown", _doubt(doubts[judge], name, zone), "board")
    entries = entry_names(scheme, roster)
    for one in undecided(session, contest_id):
        where: dict[str, Param] = {
            "judge": judges[one.judge_id],
            "entry": entries[one.entry_id],
            "at": local(one.came_at, zone),
        }
        yield Blocker(one.why, Fault(_waiting(one), where), "decisions")
    yield from _unsigned(session, contest_id, scheme, roster)
    yield from _paper(session, contest_id, scheme, roster, decided)
    if not is_open(session, contest_id):
        for fault in replaced(session, contest_id):
            yield Blocker("contradiction", called(fault, scheme, roster), "decisions")
        halves = {half.role: half.name for half in opening(session, contest_id)}
        half = "blocker.opening_half" if any(halves.values()) else "blocker.opening"
        yield Blocker("opening", Fault(half), "results")
        return
    waiting = {entry for entries_of in missing.values() for entry in entries_of}
    yield from _computed(session, contest_id, waiting)


def owed(session: Session, contest_id: str) -> dict[str, list[str]]:
    """The entries that each judge owes a sheet for, in the manual order, where nobody decided that it will not come.

    An entry that is scored or excluded by decision needs none, nor does one that nobody marked where the scheme leaves
    such out.
    """
    return _missing_sheets(handed_in(session, contest_id), *_standing(session, contest_id))


def _standing(session: Session, contest_id: str) -> tuple[Scheme, Roster, Decided]:
    scheme, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)
    return scheme, roster, read_decisions(scheme, roster, engine_decisions(session, contest_id))[0]


def _missing_sheets(handed: HandedIn, scheme: Scheme, roster: Roster, decided: Decided) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {judge.id: [] for judge in roster.judges}
    parts = {entry.id: scheme.component[entry.component] for entry in roster.entries}
    gone = _withdrawn(scheme, roster, decided)
    for stop in handed.stops:
        left_out = parts[stop.entry_id].unit.unmarked == "left_out" and not stop.received
        settled = stop.entry_id in decided.rulings or ("entry", stop.entry_id) in decided.vetoes
        if left_out or settled or stop.entry_id in gone:
            continue
        for judge in stop.missing:
            if (judge, stop.entry_id) not in decided.void:
                found[judge].append(stop.entry_id)
    return {judge: entries for judge, entries in found.items() if entries}


def _withdrawn(scheme: Scheme, roster: Roster, decided: Decided) -> set[str]:
    """The entries of units that take no part in the round of the entry, by their own wish."""
    number = {one.id: place for place, one in enumerate(scheme.rounds)}
    left = {unit: number[name] for unit, name in decided.withdrawals.items()}
    every = roster.entries if left else ()
    return {one.id for one in every if scheme.round_of.get(one.component, 0) >= left.get(one.unit, len(number))}


def _proposals(session: Session, contest_id: str) -> Iterator[Blocker]:
    zone = contests.contest(session, contest_id).time_zone
    for one in open_proposals(session, contest_id):
        person = session.get(Person, one.made_by)
        told: dict[str, Param] = {
            "by": person.name if person else one.made_by, "at": local(one.at, zone), "number": len(lines_of(one))
        }  # fmt: skip
        yield Blocker("proposal", Fault("blocker.proposal", told), "decisions")


def _missing(missing: dict[str, list[str]], scheme: Scheme, roster: Roster) -> Iterator[Blocker]:
    name = caller(scheme, roster)
    for judge, entries in missing.items():
        told: dict[str, Param] = {"judge": judge, "entries": ", ".join(entries), "number": len(entries)}
        yield Blocker("missing", name(Fault("blocker.missing", told)), "decisions")


def _doubt(doubt: Doubt, judge: str, zone: str) -> Fault:
    told: dict[str, Param] = {"judge": judge, "at": local(doubt.since, zone)}
    if doubt.lacking:
        return Fault("blocker.phone_lacking", {**told, "number": doubt.lacking})
    if doubt.waiting:
        return Fault("blocker.phone_waiting", {**told, "number": doubt.waiting})
    return Fault("blocker.phone_silent", told)


def _waiting(one: Undecided) -> str:
    """The code of a sheet that waits for a decision."""
    codes = {
        "late": "blocker.late",
        "revoked_device": "blocker.revoked_device",
        AFTER_SIGNATURE: "blocker.after_signature",
        "": "blocker.conflict",
    }
    return codes.get(one.reason, "blocker.refused")


def _unsigned(session: Session, contest_id: str, scheme: Scheme, roster: Roster) -> Iterator[Blocker]:
    """Judges who have not signed all their sheets that count; those who signed an earlier version apart."""
    name = caller(scheme, roster)
    for one in unsigned(session, contest_id):
        never = [entry for entry in one.entries if entry not in one.stale]
        for code, entries in (("blocker.unsigned", never), ("blocker.signature_stale", one.stale)):
            told: dict[str, Param] = {"judge": one.judge_id, "entries": ", ".join(entries), "number": len(entries)}
            if entries:
                yield Blocker("signature", name(Fault(code, told)), "decisions")


_OF_PAPER = {
    "once": "blocker.paper_once",
    "differs": "blocker.paper_differs",
    "incomplete": "blocker.paper_incomplete",
    "conflict": "blocker.paper_conflict",
    "remarked": "blocker.paper_remarked",
}


def _paper(session: Session, contest_id: str, scheme: Scheme, roster: Roster, decided: Decided) -> Iterator[Blocker]:
    """Paper sheets that somebody has begun and nobody finished; one whose sheet will not come or count is settled."""
    name, marked = caller(scheme, roster), {entry.id for entry in roster.entries}
    typed = [entry for entry in typed_entries(session, contest_id) if entry in marked]
    for (judge, entry), sheet in paper_sheets(session, contest_id, typed).items():
        code = _OF_PAPER.get(sheet.state)
        if code and (judge, entry) not in decided.absent and (judge, entry) not in decided.void:
            yield Blocker("paper", name(Fault(code, {"judge": judge, "entry": entry})), "paper")


# Follows from sheets that are missing, and is told with them.
_OF_MISSING = ("entry.missing", "entry.no_score", "entry.few")


def _computed(session: Session, contest_id: str, waiting: Container[str]) -> Iterator[Blocker]:
    """What the engine refuses or leaves open. ``waiting``: entries of which a missing sheet is told already."""
    try:
        given, tabulation = tabulated(session, contest_id)
    except Contradicted as found:
        name = caller(found.scheme, found.roster)
        for fault in found.faults:
            yield Blocker("contradiction", name(fault), "decisions")
        return
    yield from _lists(session, contest_id, given.scheme, tabulation)
    name = caller(given.scheme, given.roster)
    for fault in tabulation.open:
        if fault.code not in _OF_MISSING or str(fault.params["entry"]) not in waiting:
            yield Blocker("open", name(fault), "decisions")


def _lists(session: Session, contest_id: str, scheme: Scheme, tabulation: Tabulation) -> Iterator[Blocker]:
    """Rounds whose confirmed list is not, or not any more, who goes on by what stands in the database."""
    confirmed = contests.round_lists(session, contest_id) if scheme.rounds else {}
    for before, after in zip(tabulation.rounds, scheme.rounds[1:], strict=False):
        listed = contests.listed(confirmed[after.id][-1]) if after.id in confirmed else None
        if listed != frozenset(one.unit.id for one in before.standings if one.status == "advanced"):
            yield Blocker(
                "open", called(Fault("rounds.list_differs", {"round": after.id}), scheme, Roster((), (), ())), "rounds"
            )
