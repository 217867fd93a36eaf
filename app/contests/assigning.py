"""Sharing out entries among judges (分工): each entry to so many of them, so that all have about as many.

Reads the roster. Writes the lines it changes, and the seed by which anybody shares out the same again.
"""

import secrets
from dataclasses import replace
from hashlib import sha256

from sqlmodel import Session

from app.audit import append, lock
from app.contests import queries
from app.contests.changes import compared, refusals
from app.contests.draft import split
from app.contests.service import write_changes
from app.contests.uses import uses
from scoring.check import Due
from scoring.faults import Refused
from scoring.roster import Roster
from scoring.scheme import Scheme


def share_out(session: Session, actor: str, *, contest_id: str, each: int) -> int:
    """Give every entry that is assigned to nobody to ``each`` judges; returns how many entries were given out.

    Raises Refused where a line must stay as it is.
    """
    head = lock(session, contest_id)
    there, seed = queries.imported(session, contest_id), secrets.token_hex(8)
    given = shared_out(queries.scheme(session, contest_id), queries.roster(session, contest_id), each, seed)
    entries = (replace(line, judges=";".join(given.get(line.id, split(line.judges)))) for line in there.entries)
    wanted = replace(there, entries=tuple(entries))
    if faults := refusals(there, wanted, uses(session, contest_id)):
        raise Refused(faults)
    if different := compared(there, wanted):
        told = {"each": each, "seed": seed, "changes": [change.told() for change in different]}
        append(session, head, actor, "share_out", payload=told)
        write_changes(session, contest_id, different)
    return len(different)


def shared_out(scheme: Scheme, roster: Roster, each: int, seed: str) -> dict[str, tuple[str, ...]]:
    """The judges of every entry that is assigned to nobody yet, in the order of the roster.

    Entries with the fewest who may mark them go first; each goes to those who have the least so far, among equals by
    SHA-256 of seed, entry and judge. So nobody sits with the same colleagues all the time, and all stay comparable.
    Where fewer than ``each`` may mark an entry, it goes to all of them.
    """
    due = Due(scheme, roster, absent=set())
    load = dict.fromkeys((judge.id for judge in roster.judges), 0)
    able: dict[str, list[str]] = {}
    for entry in roster.entries:
        part = scheme.component[entry.component]
        recused = due.recused_from(entry, part)
        able[entry.id] = [judge for judge in due.panel(entry, part) if judge not in recused]
        if entry.judges is not None:
            for judge in able.pop(entry.id):
                load[judge] += 1
    given: dict[str, tuple[str, ...]] = {}
    for entry_id, judges in sorted(able.items(), key=lambda one: len(one[1])):
        draw = {judge: sha256(f"{seed}|{entry_id}|{judge}".encode()).digest() for judge in judges}
        chosen = set(sorted(judges, key=lambda judge: (load[judge], draw[judge]))[:each])
        given[entry_id] = tuple(judge for judge in judges if judge in chosen)
        for judge in chosen:
            load[judge] += 1
    return given
