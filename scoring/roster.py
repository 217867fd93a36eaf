"""What the engine is given beside the scheme: who takes part, the marks, and what people decided.

Plain frozen records without behaviour; they know no file, no page and no database. Only *current* sheets are given:
which revision of a sheet is current, and whether a late one counts, is settled before.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True)
class Unit:
    """Who is ranked and rewarded. The order of units in the roster is the administrative order (序号)."""

    id: str
    name: str = ""
    division: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is marked: a project, a pitch, a performance; it belongs to one unit and one component.

    ``group``: with whom its unit competes in the round, where a round is held in groups. ``submitted``: when it was
    handed in, such as 2022-07-09 14:05, where deadlines count. ``judges`` names the only ones it is assigned to (分工);
    None means everybody who marks its component and division.
    """

    id: str
    unit: str
    component: str
    kind: str = ""
    name: str = ""
    day: str = ""
    group: str = ""
    submitted: str = ""
    judges: tuple[str, ...] | None = field(default=None, metadata={"unless_none": True})


@dataclass(frozen=True, slots=True)
class Judge:
    """Who marks. ``unit`` is his own unit (own-unit recusal), ``bloc`` with whom he is counted.

    ``divisions`` and ``components`` name what he marks; empty means all.
    """

    id: str
    name: str = ""
    judge_class: str = ""
    unit: str = ""
    bloc: str = ""
    divisions: tuple[str, ...] = ()
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recusal:
    """``judge`` does not mark the entries of ``unit``, or ``entry`` alone."""

    judge: str
    unit: str = ""
    entry: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """``judge`` was not there: for ``entry``, for ``day``, or (both empty) at all. His sheets are not due."""

    judge: str
    entry: str = ""
    day: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody and everything in a contest, each in administrative order."""

    units: tuple[Unit, ...]
    entries: tuple[Entry, ...]
    judges: tuple[Judge, ...]
    recusals: tuple[Recusal, ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One judge's marks for one entry: a tick (mark / step) per item of ``scheme.items(component, kind)``, in order.

    ``None`` is an item not yet marked; it is never 0.
    """

    judge: str
    entry: str
    ticks: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Prior:
    """A unit's score that was known before, such as the ordinary-work score; ``component`` says for which part."""

    unit: str
    component: str
    value: Fraction
    source: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a ledger (台账): what happened in ``unit``, by which ``rule`` of the ledger, and the evidence.

    ``value`` is what the rule counts or measures, None for one case; ``level`` one of the rule's levels, states or
    factors; ``project`` what several records are about, where the highest of them counts or their sum is bounded.
    ``day`` is written so that days sort, such as ``2024-03-05``: of two records that come to the same, the later one is
    told as idle.
    """

    id: str
    unit: str
    component: str
    rule: str
    value: Fraction | None = None
    level: str = ""
    project: str = ""
    day: str = ""
    evidence: str = ""


DecisionKind = Literal[
    "absence",  # subject: judge/entry  the sheet was due and will not come
    "void",  # subject: judge/entry  the sheet does not count
    "accept",  # subject: entry  counts although fewer judges marked it than the scheme asks for
    "deduction",  # subject: unit or entry; rule: adjustment; value: points, cases or seconds
    "bonus",  # the same
    "veto",  # subject: unit or entry; rule: veto
    "ruling",  # subject: entry; rule: ruling (a score fixed by the scheme, such as 0 for a work that does not run)
    "prior",  # subject: unit; rule: component; value: the score, or "renormalise"
    "class",  # subject: entry; rule: judge class; value: "renormalise" or the class's score
    "difficulty",  # subject: entry; rule: item or criterion ("" for the whole); value: what its score is multiplied by
    "base",  # the same; value: points that are added
    "uneven",  # subject: component  counts on each judge's own scale although not all marked the same entries
    "tie",  # subject: unit; value: its place among the tied, 1 first
    "submission",  # subject: unit; value: when it handed in, such as 2022-07-09 14:05; for equal scores
    "cut",  # subject: unit; rule: round; value: its place among those tied at the cut of that round, 1 first
    "advance",  # subject: unit; rule: round  goes on to it although the rule does not say so
    "withdrawal",  # subject: unit; rule: round  takes no part from that round on
    "award",  # subject: unit; rule: tier ("" for none); value: yuan
    "overrun",  # value: yuan above the budget that are granted; document: the source of funds
    "commit",  # value: SHA-256 that commits to the secret of the draw
    "public",  # value: the public value of the draw
    "secret",  # value: the secret of the draw
    "withheld",  # the secret of the draw was not revealed: nothing is drawn, and never with another seed
]


@dataclass(frozen=True, slots=True)
class Decision:
    """Anything people decide, with its reason and document."""

    kind: DecisionKind
    subject: str = ""
    rule: str = ""
    value: str = ""
    reason: str = ""
    document: str = ""
    by: str = ""
    at: str = ""
