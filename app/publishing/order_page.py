"""The order of appearance as it is typed in: a number for each entrant within his group; who has none does not appear.

Reads the roster and the order there is. Writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.accounts.models import Person
from app.contests import queries as contests
from app.errors import AppError
from app.i18n import Language
from app.results.rule_words import word
from app.stage.models import StageOrder
from app.stage.queries import groups, orders, turns
from app.stage.service import GRACE_SECONDS, OrderSettings

_NUMBER = "number:"


class NumberUnread(AppError):
    """What was typed for an entrant is no number from 1 to 999."""

    code = "console.number_unread"
    status = 422


class NumberTwice(AppError):
    """Two entrants of one group have the same number."""

    code = "console.number_twice"
    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """One entrant; ``number`` as typed or as the order has it, ``begun``: he has been on stage."""

    id: str
    name: str
    unit: str
    number: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Those who appear one after the other: of one day, part and division."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """The page. ``earlier``: the orders laid down before, with who did it, the newest first."""

    groups: tuple[Group, ...]
    seen: int
    together: str
    grace: str
    staggered: bool
    reason: str
    earlier: tuple[tuple[StageOrder, str], ...]


def order_page(
    session: Session, contest_id: str, language: Language, typed: Mapping[str, str] | None = None
) -> OrderPage:
    """The order there is, with what was just typed over it."""
    scheme, of_group = contests.scheme(session, contest_id), groups(session, contest_id)
    units = {row.id: row.name for row in contests.units(session, contest_id)}
    divisions = {one.id: word(one.name, language) for one in scheme.divisions}
    there = {turn.entry.id: turn for turn in turns(session, contest_id)}
    found: dict[tuple[str, str, str], list[Line]] = {}
    here = contests.marked_now(session, contest_id)
    for entry in contests.entries(session, contest_id):
        turn = there.get(entry.id)
        if not turn and entry.id not in here:
            continue
        number = (typed or {}).get(_NUMBER + entry.id, str(turn.number) if turn and typed is None else "")
        line = Line(entry.id, entry.name or entry.id, units[entry.unit_id], number, bool(turn and turn.steps))
        found.setdefault(of_group[entry.id], []).append(line)
    named = tuple(
        Group(" · ".join(filter(None, (day_name(day, language), word(scheme.component[part].name, language),
                                       divisions.get(division, "")))), tuple(lines))
        for (day, part, division), lines in found.items()
    )  # fmt: skip
    every = orders(session, contest_id)
    head, given = (every[0] if every else None), typed or {}
    together, grace = (head.together, head.grace_seconds) if head else (1, GRACE_SECONDS)
    staggered = "staggered" in given if typed is not None else head is None or head.staggered
    people = [(row, person.name if (person := session.get(Person, row.by_person)) else "") for row in every]
    return OrderPage(
        named, head.rev if head else 0, given.get("together", str(together)), given.get("grace_seconds", str(grace)),
        staggered, given.get("reason", ""), tuple(people),
    )  # fmt: skip


def day_name(day: str, language: Language) -> str:
    return language.gettext("Day {day}", day=day) if day.isdigit() else day


def read_order(typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form says. Raises NumberUnread, OrderSettings.

    The groups follow one another as they stand on the page, each by its numbers.
    """
    placed: dict[str, list[tuple[int, str]]] = {}
    for name, value in typed.items():
        number = value.strip()
        if name.startswith(_NUMBER) and number:
            if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 999):
                raise NumberUnread({"given": number[:20]})
            entry = name.removeprefix(_NUMBER)
            placed.setdefault(typed.get(f"group:{entry}", ""), []).append((int(number), entry))
    taken = [(group, number) for group, several in placed.items() for number, _ in several]
    if len(set(taken)) < len(taken):
        raise NumberTwice({"number": next(number for group, number in taken if taken.count((group, number)) > 1)})
    numbers = [typed.get(name, "").strip() for name in ("together", "grace_seconds", "seen")]
    if not all(number.isascii() and number.isdigit() and len(number) < 9 for number in numbers):
        raise OrderSettings
    together, grace_seconds, seen = map(int, numbers)
    return {
        "entries": [entry for several in placed.values() for _, entry in sorted(several, key=lambda one: one[0])],
        "together": together,
        "grace_seconds": grace_seconds,
        "staggered": "staggered" in typed,
        "reason": typed.get("reason", "")[:500],
        "seen": seen,
    }
