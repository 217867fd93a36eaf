"""Sharing out entries among judges (分工): each entry to so many of them, so that all have about as many.

Reads the roster. Writes the lines it changes, and the seed by which anybody shares out the same again.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlmodel import Session

from app.audit import append, lock
from app.contests import queries
from app.contests.changes import compared, refusals
from app.contests.draft import Draft, split
from app.contests.service import write_changes
from app.contests.uses import uses
from app.errors import AppError
from scoring.check import Due
from scoring.faults import Refused
from scoring.roster import Roster
from scoring.scheme import Scheme
from scoring.sharing import shared


class NobodyLeft(AppError):
    """Nobody else may mark one of the entries; ``entry`` is its name."""

    code = "assign.nobody_left"
    status = 409


def share_out(session: Session, actor: str, *, contest_id: str, each: int, component: str = "") -> int:
    """Give every entry that is assigned to nobody to ``each`` judges; returns how many entries were given out.

    ``component``: only its entries. Raises Refused where a line must stay as it is.
    """
    head = lock(session, contest_id)
    there, seed = queries.imported(session, contest_id), secrets.token_hex(8)
    given = shared_out(queries.scheme(session, contest_id), queries.roster(session, contest_id), each, seed, component)
    wanted = _with(there, given)
    if faults := refusals(there, wanted, uses(session, contest_id)):
        raise Refused(faults)
    if different := compared(there, wanted):
        told = {"each": each, "seed": seed, "changes": [change.told() for change in different]}
        append(session, head, actor, "share_out", subject=component, payload=told)
        write_changes(session, contest_id, different)
    return len(different)


def pass_on(session: Session, actor: str, *, contest_id: str, judge: str, entries: Collection[str], reason: str) -> int:
    """Give ``entries`` of a judge who drops out to others, and nothing else to anybody; returns how many those are.

    What he has handed in stays his: which of his entries are open says the caller. What his phone still sends for the
    others is kept as it came, and does not count. Raises NobodyLeft.
    """
    head = lock(session, contest_id)
    there, seed = queries.imported(session, contest_id), secrets.token_hex(8)
    scheme, roster = queries.scheme(session, contest_id), queries.roster(session, contest_id)
    given = passed_on(scheme, roster, judge, entries, seed)
    for entry in roster.entries:
        if entry.id in given and len(given[entry.id]) < len(entry.judges or ()):
            raise NobodyLeft({"entry": entry.name or entry.id})
    if different := compared(there, _with(there, given)):
        told = {"reason": reason, "seed": seed, "changes": [change.told() for change in different]}
        append(session, head, actor, "pass_on", subject=judge, payload=told)
        write_changes(session, contest_id, different)
    return len(different)


def _with(there: Draft, given: Mapping[str, tuple[str, ...]]) -> Draft:
    entries = (replace(line, judges=";".join(given.get(line.id, split(line.judges)))) for line in there.entries)
    return replace(there, entries=tuple(entries))


def shared_out(scheme: Scheme, roster: Roster, each: int, seed: str, component: str = "") -> dict[str, tuple[str, ...]]:
    """The judges of every entry that is assigned to nobody yet, see ``scoring.sharing``."""
    wanted = {one.id for one in roster.entries if one.judges is None and component in {"", one.component}}
    able = {entry: judges for entry, judges in _able(scheme, roster).items() if entry in wanted}
    return shared(able, each, _load(scheme, roster), seed)


def passed_on(
    scheme: Scheme, roster: Roster, judge: str, entries: Collection[str], seed: str
) -> dict[str, tuple[str, ...]]:
    """The judges of ``entries`` without ``judge``, each with one more of those who may mark it, if there is one."""
    able, had = _able(scheme, roster), {one.id: one.judges or () for one in roster.entries}
    open_to = {entry: [one for one in able[entry] if one not in had[entry]] for entry in entries if judge in had[entry]}
    instead = shared(open_to, 1, _load(scheme, roster), seed)
    number = {one.id: place for place, one in enumerate(roster.judges)}
    return {
        entry: tuple(sorted(({*had[entry]} - {judge}) | {*new}, key=lambda one: number.get(one, -1)))
        for entry, new in instead.items()
    }


def _able(scheme: Scheme, roster: Roster) -> dict[str, list[str]]:
    """Entry -> who may mark it, whoever it is assigned to now."""
    due, found = Due(scheme, roster, absent=set()), {}
    for entry in roster.entries:
        part = scheme.component[entry.component]
        recused = due.recused_from(entry, part)
        found[entry.id] = [one for one in due.panel(replace(entry, judges=None), part) if one not in recused]
    return found


def _load(scheme: Scheme, roster: Roster) -> dict[str, int]:
    """How many entries each judge has of those that are assigned."""
    due, load = Due(scheme, roster, absent=set()), dict.fromkeys((judge.id for judge in roster.judges), 0)
    for entry in roster.entries:
        if entry.judges is not None:
            part = scheme.component[entry.component]
            for judge in due.panel(entry, part).keys() - due.recused_from(entry, part):
                load[judge] += 1
    return load
