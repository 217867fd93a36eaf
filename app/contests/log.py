"""The log of a contest as people read it: who did what, when; and whether its chain is whole.

Reads the chain and the names in it. Writes nothing. Never shows what belongs to an act, nor a digest of it: of a typed
mark there are few possible ones, and whoever tried them all would know which it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from app.accounts.models import Person
from app.audit import Anchor, AuditRow, anchor_of, verify
from app.clock import local
from app.contests import queries
from app.contests.log_words import act_names, in_words, look_names
from app.contests.models import Contest
from app.contests.page import role_names
from app.i18n import Language
from scoring.faults import Fault

A_PAGE = 100
BY_PHONES = "receive"


@dataclass(frozen=True, slots=True)
class Act:
    """One act in words. ``parts``: what it was done to, each with whether it is an id rather than a word."""

    rev: int
    at: str
    who: str
    what: str
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the log, newest first, and what the whole chain says of itself."""

    acts: tuple[Act, ...]
    older: int
    is_newest: bool
    without_phones: bool
    count: int
    end: Anchor | None
    breaks: tuple[Fault, ...]


def log(
    session: Session, contest: Contest, language: Language, *, before: int = 0, without_phones: bool = False
) -> Log:
    """The acts before number ``before``, all if it is 0."""
    wanted = select(AuditRow).where(AuditRow.contest_id == contest.id).order_by(col(AuditRow.rev).desc())
    if before:
        wanted = wanted.where(AuditRow.rev < before)
    if without_phones:
        wanted = wanted.where(AuditRow.action != BY_PHONES)
    rows = session.exec(wanted.limit(A_PAGE + 1)).all()
    shown = rows[:A_PAGE]
    names = _Names(session, contest.id, language, shown)
    whole = select(func.count()).select_from(AuditRow).where(AuditRow.contest_id == contest.id)
    return Log(
        acts=tuple(
            Act(
                row.rev,
                local(row.at, contest.time_zone),
                names.actor(row.actor),
                names.act(row.action),
                names.parts(row),
            )
            for row in shown
        ),
        older=shown[-1].rev if len(rows) > A_PAGE else 0,
        is_newest=before == 0,
        without_phones=without_phones,
        count=session.exec(whole).one(),
        end=anchor_of(session, contest.id),
        breaks=tuple(in_words(fault, language) for fault in verify(session, contest.id)),
    )


class _Names:
    """Words for the ids of a page."""

    def __init__(self, session: Session, contest_id: str, language: Language, rows: Iterable[AuditRow]) -> None:
        self._language = language
        self._acts = act_names(language)
        ids = {row.actor for row in rows} | {part for row in rows for part in row.subject.split("/")}
        found = select(Person.id, Person.name).where(col(Person.id).in_(ids))
        self._people = dict(session.exec(found).all())
        self._judges = {one.id: f"{one.place_number} {one.name}" for one in queries.judges(session, contest_id)}
        self._things = {one.id: one.name for one in queries.units(session, contest_id)}
        self._things |= {one.id: one.name for one in queries.known_entries(session, contest_id)}
        self._things |= role_names(language) | look_names(language)

    def actor(self, actor: str) -> str:
        say = self._language.gettext
        if actor in self._judges:
            return say("Judge {name}", name=self._judges[actor])
        # A unit acts by its liaison, who has no account.
        known = self._people.get(actor) or self._things.get(actor)
        return known or (say("the software") if actor == "-" else actor)

    def act(self, action: str) -> str:
        return self._acts.get(action, action)

    def parts(self, row: AuditRow) -> tuple[tuple[str, bool], ...]:
        # "J3/E5 +2": the first of three sheets, and how many more went with it.
        subject, _, more = row.subject.partition(" +")
        named = tuple(self._part(part) for part in subject.split("/") if part)
        if not more.isdecimal():
            return named
        n = int(more)
        return (*named, (self._language.ngettext("and {n} more sheet", "and {n} more sheets", n), False))

    def _part(self, part: str) -> tuple[str, bool]:
        word = self._judges.get(part) or self._people.get(part) or self._things.get(part)
        if word:
            return word, False
        try:
            return str(UUID(part))[:8], True  # a phone or a sheet: enough to tell two apart
        except ValueError:
            return part, True
