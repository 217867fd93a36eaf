"""A new contest out of an earlier one: its rules, to be signed again, its units, and if wanted its judges and entries.

Reads one contest and writes another. What is taken is copied: afterwards the two share nothing. Never takes a mark, a
badge, attendance, a recusal, a decision, a score known before, or anybody who worked there.
"""

from dataclasses import dataclass, replace

from sqlmodel import Session

from app.audit import record
from app.contests import queries
from app.contests.draft import Draft
from app.contests.models import Contest
from app.contests.schemes import Rule
from app.contests.service import create_contest, put_roster
from app.errors import NotFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody chose: the new contest's name, and what of the roster comes along besides the units."""

    name: str
    judges: bool
    entries: bool
    simulated: bool = False


def taken(session: Session, contest_id: str, wanted: Wanted) -> Draft:
    """The lines of the roster that a copy takes. Days and times of entries stay: they are of that contest's days."""
    there = queries.imported(session, contest_id)
    judges, entries = (there.judges if wanted.judges else ()), (there.entries if wanted.entries else ())
    bare = [replace(entry, day="", time="") for entry in entries]
    if not wanted.judges:  # to whom an entry is assigned means nothing without them
        bare = [replace(entry, judges="") for entry in bare]
    return Draft(there.units, tuple(bare), judges)


def copy_contest(session: Session, actor: str, *, source: str, made: str, wanted: Wanted) -> str:
    """A contest of the id ``made`` out of ``source``; returns the id. Sent again, the same form makes nothing more.

    What comes out of a simulated contest is simulated too: its names are invented.
    """
    if session.get(Contest, made):
        if made not in queries.organised_by(session, actor):
            raise NotFound
        return made
    there = queries.contest(session, source)
    rule, simulated = Rule(queries.scheme(session, source), there.scheme), wanted.simulated or there.simulated
    create_contest(session, actor, name=wanted.name, rule=rule, simulated=simulated, contest_id=made)
    contest, draft = session.get_one(Contest, made), taken(session, source, wanted)
    contest.time_zone, contest.categories = there.time_zone, there.categories
    put_roster(session, made, draft)
    record(session, actor, "copy_contest", contest_id=made, subject=source, payload=draft.counts)
    return made
