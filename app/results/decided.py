"""What was put forward and what was decided, in the reader's words: for the page of decisions.

Reads proposals and decisions. Writes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlmodel import Session, col, func, select

from app.accounts.models import Person
from app.clock import local
from app.contests.models import Membership
from app.i18n import Language
from app.judging.decision_queries import TAKE_BACK, rows
from app.judging.decisions import may_take_back
from app.judging.models import DecisionRow
from app.judging.paper_queries import DECISION, LATE
from app.judging.proposals import Line, lines_of, open_proposals, proposed
from app.results.naming import kind_names, rule_name, subject_name
from scoring.decisions import RENORMALISE, points_of
from scoring.numbers import exact, plain
from scoring.roster import Decision, Roster
from scoring.scheme import Adjustment, Scheme

CONFIRMERS = frozenset({"organiser", "steward"})


@dataclass(frozen=True, slots=True)
class Words:
    """By what names and clock it is told, and in which language."""

    scheme: Scheme
    roster: Roster
    zone: str
    language: Language


@dataclass(frozen=True, slots=True)
class Proposed:
    """What waits for another person. ``mine``: the reader put it forward and may only withdraw it.

    ``lines``: each what it is, what about and how much.
    """

    rev: int
    at: str
    by: str
    mine: bool
    lines: tuple[tuple[str, str, str], ...]
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was decided together at one revision. ``back``: who took it back, when and why.

    ``confirmed``: the second person; empty for what was decided before two were asked for. ``may_take_back``: also that
    nobody has put that forward already.
    """

    rev: int
    at: str
    by: str
    confirmed: str
    lines: tuple[tuple[str, str, str], ...]
    reason: str
    document: str
    back: tuple[str, str, str] | None
    may_take_back: bool


def others_to_confirm(session: Session, contest_id: str, person_id: str) -> int:
    """How many people beside this one could confirm what he puts forward."""
    others = select(func.count(func.distinct(Membership.person_id))).where(
        Membership.contest_id == contest_id,
        Membership.person_id != person_id,
        col(Membership.role).in_(CONFIRMERS),
        col(Membership.ended_at).is_(None),
    )
    return session.exec(others).one()


def put_forward(session: Session, words: Words, contest_id: str, person_id: str) -> Iterator[Proposed]:
    """What waits for another person, the oldest first."""
    people = dict(session.exec(select(Person.id, Person.name)).all())
    every = rows(session, contest_id)
    for one in open_proposals(session, contest_id):
        lines = [line for asked in lines_of(one) for line in _told(words, asked, every)]
        yield Proposed(
            one.rev, local(one.at, words.zone), people.get(one.made_by, one.made_by), one.made_by == person_id,
            tuple(lines), one.reason, one.document,
        )  # fmt: skip


def _told(words: Words, line: Line, every: Sequence[DecisionRow]) -> Iterator[tuple[str, str, str]]:
    if line.kind != TAKE_BACK:
        yield _line(words, line)
        return
    name = words.language.gettext("To be taken back")
    for row in every:
        if row.rev == line.revoked_rev:
            kind, subject, value = _line(words, row)
            yield name, words.language.gettext(", ").join(one for one in (kind, subject) if one), value


def recorded(session: Session, words: Words, contest_id: str) -> Iterator[Recorded]:
    """Everything that was decided, the newest first."""
    every = rows(session, contest_id)
    people: dict[str | None, str] = dict(session.exec(select(Person.id, Person.name)).all())
    backs = {row.revoked_rev: row for row in every if row.kind == TAKE_BACK}
    made = [row for row in every if row.kind != TAKE_BACK]
    asked = {line.revoked_rev for line in proposed(session, contest_id)}
    for rev, several in reversed([(rev, list(group)) for rev, group in groupby(made, lambda row: row.rev)]):
        first, back = several[0], backs.get(rev)
        yield Recorded(
            rev=rev,
            at=local(first.at, words.zone),
            by=people.get(first.by_person, first.by_person),
            confirmed=people.get(first.confirmed_by, first.confirmed_by or ""),
            lines=tuple(_line(words, row) for row in several),
            reason=first.reason,
            document=first.document,
            back=(people.get(back.by_person, back.by_person), local(back.at, words.zone), back.reason)
            if back
            else None,
            may_take_back=back is None and rev not in asked and all(may_take_back(row) for row in several),
        )


def _line(words: Words, row: DecisionRow | Line) -> tuple[str, str, str]:
    """What is decided, about what, and how much."""
    kind = kind_names(words.language).get(row.kind, row.kind)
    about = subject_name(row.subject, words.scheme, words.roster, words.language) if row.subject else ""
    return kind, about, _value(words, row)


def _value(words: Words, row: DecisionRow | Line) -> str:
    say, scheme, language = words.language.gettext, words.scheme, words.language
    if row.kind == DECISION:
        told = {"paper": say("the paper counts"), LATE: say("may be typed from paper")}
        return told.get(row.value, say("the phone counts, not the paper"))
    if row.kind in ("admit", "reject"):
        return ""
    rule = rule_name(Decision("void", rule=row.rule), scheme, language) if row.rule else ""
    value = measured(row, scheme, language)
    return say(", ").join(text for text in (rule, value) if text)


def measured(row: DecisionRow | Line, scheme: Scheme, language: Language) -> str:
    """The value of a decision in the measure of its rule."""
    say, value = language.gettext, row.value
    if not value:
        return ""
    if value == RENORMALISE:
        return say("left out, the others count alone")
    if row.kind in ("award", "overrun"):
        return say("{n} yuan", n=value)
    if row.kind == "tie":
        return say("no. {n} of the equals", n=value)
    if row.kind in ("deduction", "bonus"):
        rule = next((one for one in scheme.adjustments if one.id == row.rule), None)
        return _in_measure(rule, value, language) if rule else value
    return value


def _in_measure(rule: Adjustment, value: str, language: Language) -> str:
    """What was measured, and what it takes or gives: 31 seconds typed for 511 would take nothing, and show it."""
    say = language.gettext
    points = say("{n} points", n=plain(points_of(rule, exact(value))))
    if rule.measure == "points":
        return points
    told = say("cases: {n}", n=value) if rule.measure == "cases" else say("{n} seconds used", n=value)
    return say("{measured}, that is {points}", measured=told, points=points)
