"""The tables of a ledger (平时工作台账): the inspection sheet by which recorded evidence becomes a component's score.

A ledger has sections, a section has rules. The shapes of rules are those of real inspection sheets; docs/schemes.md
says what each needs, ``scheme/ledger_agreement.py`` checks it.
"""

from fractions import Fraction
from typing import Literal

from pydantic import Field

from scoring.scheme.basis import Exact, FromOne, FromZero, Id, Part, Positive, Text

Shape = Literal[
    "fixed",  # points, once
    "cases",  # points for each case
    "missing",  # points for each of ``due`` that is not there
    "below_target",  # points for each ``per`` below ``target``
    "range",  # from ``least`` to ``most``, at the inspector's discretion
    "level",  # points of the level; the highest of a project counts
    "grade",  # points of the grade somebody else gave
    "steps",  # points from a value on: years, hours
    "state",  # a share of ``points`` by the number of faults
    "all_or_nothing",  # ``points`` where ``target`` is reached, else nothing
    "share",  # ``points`` in proportion, all of them at ``target`` or at the best of the field
    "rank",  # points for a place
    "extra",  # ``points`` where another rule has reached so much; needs no record
    "committee",  # from ``least`` to ``most``, by decision of a committee
    "forfeit",  # one record, and the section counts 0
    "veto",  # one record, and the whole ledger counts 0
]

ASSESSED: tuple[Shape, ...] = (
    "missing",
    "below_target",
    "grade",
    "steps",
    "state",
    "all_or_nothing",
    "share",
    "rank",
    "committee",
)
ONCE: tuple[Shape, ...] = ("fixed", "below_target", "grade", "steps", "state", "all_or_nothing", "rank", "committee")


class LedgerLevel(Part):
    """A level or grade: its points, or the range within which a record names them."""

    id: Id
    name: Text
    points: Exact | None = None
    least: Exact | None = None
    most: Exact | None = None


class LedgerState(Part):
    """A state of an item: up to so many faults, and then such a share of the item's points."""

    id: Id
    faults: FromZero
    share: Exact


class LedgerStep(Part):
    """From ``least`` on (years, hours, per cent), ``points``."""

    least: Exact
    points: Exact


class LedgerFactor(Part):
    """What a record of this level is multiplied by: a fault found twice counts double."""

    id: Id
    name: Text
    factor: Positive


class LedgerRule(Part):
    """One line of the inspection sheet. Points are written with their sign: a deduction is below 0.

    ``cap`` bounds what the rule gives or takes, ``project_cap`` what the records of one project do. ``when``: it counts
    only where that rule, which stands before it, has given at least ``reached``. ``required``: a unit without a record
    has no score yet; without the key, as the shape says (whatever somebody has to go and see is required).
    """

    id: Id
    name: Text
    shape: Shape
    points: Exact | None = None
    due: FromOne | None = None
    target: Exact | None = None
    per: Positive | None = None
    count: Literal["full", "begun"] = "full"
    least: Exact | None = None
    most: Exact | None = None
    levels: tuple[LedgerLevel, ...] = ()
    steps: tuple[LedgerStep, ...] = ()
    states: tuple[LedgerState, ...] = ()
    rank_points: tuple[Exact, ...] = ()
    factors: tuple[LedgerFactor, ...] = ()
    when: Id | None = None
    reached: Exact = Fraction(0)
    cap: Positive | None = None
    project_cap: Positive | None = None
    divisions: tuple[Id, ...] = ()
    required: bool | None = None

    @property
    def named(self) -> list[str]:
        """The ids that a record's level may have."""
        tables = ([one.id for one in self.levels], [one.id for one in self.states], [one.id for one in self.factors])
        return [name for names in tables for name in names]

    @property
    def needed(self) -> bool:
        """Whether a unit without a record of it has no score yet."""
        return self.shape in ASSESSED if self.required is None else self.required

    @property
    def once(self) -> bool:
        """Whether one record is all there can be."""
        return self.shape in ONCE


class LedgerSection(Part):
    """A part of the sheet. With ``full`` it counts towards the full marks, and stays between ``least`` and ``full``.

    Without ``full`` it is a bonus or penalty beside them, within ``least`` and ``most`` if these are given. ``start``
    is what a unit begins with: the full marks where the sheet deducts, 0 where it adds up. ``divisions``: the units it
    is for; none named: all.
    """

    id: Id
    name: Text
    full: Positive | None = None
    start: Exact = Fraction(0)
    least: Exact | None = None
    most: Exact | None = None
    divisions: tuple[Id, ...] = ()
    rules: tuple[LedgerRule, ...] = Field(min_length=1)

    @property
    def bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """The lowest and the highest that it can count."""
        if self.full is None:
            return self.least, self.most
        return (Fraction(0) if self.least is None else self.least), self.full


class Ledger(Part):
    """The inspection sheet of a prior component. A unit's score is the sum of its sections, from 0 to full marks."""

    sections: tuple[LedgerSection, ...] = Field(min_length=1)

    def sheet(self, division: str) -> tuple[tuple[LedgerSection, tuple[LedgerRule, ...]], ...]:
        """The sections and rules for units of ``division``, in their order."""
        return tuple(
            (section, tuple(rule for rule in section.rules if not rule.divisions or division in rule.divisions))
            for section in self.sections
            if not section.divisions or division in section.divisions
        )
