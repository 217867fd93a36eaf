"""What a tabulation holds: scores, places, awards, what is still open, and the working of every number."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from scoring.faults import Fault
from scoring.prizes import Award
from scoring.roster import Entry, Unit
from scoring.ties import Comparison
from scoring.working import Node

Status = Literal["advanced", "tied", "reserve", "out", "withdrawn", "excluded", "waiting", "last"]


@dataclass(frozen=True, slots=True)
class EntryResult:
    """One entry: its score, and who marked it (judge ids in administrative order).

    ``score`` is None where nothing can be counted: never 0. ``provisional``: fewer sheets than the scheme asks for.
    """

    entry: Entry
    score: Fraction | None
    working: Node | None
    counted: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    void: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    abstained: tuple[str, ...] = ()
    provisional: bool = False
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit. ``score`` is the published total, ``rank_value`` what its place is decided on; None: no score yet.

    More ``rank_value`` is better: where the score is a sum of places, it is that sum below 0.
    ``shown`` is the score as printed: with more digits where a neighbour would look alike. ``place`` is None for a unit
    that is not ranked, else one more than the number of those above it; ``place_shown`` is the place as the scheme
    numbers them; ``sharing`` counts the units at the same place. ``excluded`` names the veto. ``round`` is the last
    round it took part in, ``status`` what became of it there, ``withdrew`` the round from which on it took no part.
    """

    unit: Unit
    components: dict[str, Node | None]
    score: Fraction | None = None
    rank_value: Fraction | None = None
    shown: str = ""
    place: int | None = None
    place_shown: str = ""
    sharing: int = 1
    award: Award | None = None
    provisional: bool = False
    excluded: str = ""
    vetoes: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    working: Node | None = None
    round: str = ""
    status: Status | None = None
    withdrew: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one unit stands at the end of a round, and what became of it.

    ``place`` counts within ``pool`` (the division or group whose places it competes for; empty: all). ``reserve``: its
    number among those who stand by, 0 if it does not. ``admitted``: it goes on by decision, beside the rule. ``last``
    is the status of those who took part in the last round; ``waiting``: the cut is not drawn yet.
    """

    unit: Unit
    status: Status
    score: Fraction | None = None
    rank_value: Fraction | None = None
    place: int | None = None
    sharing: int = 1
    pool: str = ""
    reserve: int = 0
    replaced_by: str = ""
    replaces: str = ""
    admitted: bool = False
    working: Node | None = None


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round: everybody who took part, best first, those without a place after them."""

    id: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """The books in fen: planned + overrun = paid + vacant."""

    planned: int
    paid: int
    vacant: int
    overrun: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What one unit brings into an appraisal, in the appraisal's points; ``value`` is what counts there.

    None where the unit has no score, or is excluded: never 0.
    """

    appraisal: str
    unit: str
    exact: Fraction | None = None
    rounded: Fraction | None = None
    value: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Tabulation:
    """The result: ``units`` in the order of the ranking, ``entries`` by id in administrative order.

    ``open`` is what must be settled before a result can be sealed; ``notes`` only inform. ``effective_weights`` are
    floats for information. ``severities``: component -> judge -> what is taken from his sheets, where the scheme asks.
    ``carried``: what goes into other appraisals.
    """

    scheme_digest: str
    engine: str
    units: tuple[UnitResult, ...]
    entries: dict[str, EntryResult]
    money: Money
    open: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    effective_weights: dict[str, float] = field(default_factory=dict)
    severities: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    carried: tuple[Carried, ...] = ()
    rounds: tuple[RoundResult, ...] = ()

    @property
    def final(self) -> bool:
        """Whether nothing is open."""
        return not self.open
