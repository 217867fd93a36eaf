"""The tables about marking: items and criteria, sheets, panels, and how entries become a unit's score."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scoring.deadlines import second_of
from scoring.scheme.basis import Exact, FromOne, FromZero, Id, Part, Positive, Share, Text, Whole
from scoring.scheme.ledger import Ledger
from scoring.scheme.panels import ClassTimes, Grade, Rooms, SheetBand, bands_fall, grades_fall


class Item(Part):
    """One line of a score sheet. Marks lie on its grid: ``floor <= mark <= full``, a whole number of ``step``.

    ``floor`` may lie below 0. ``values``: what each mark from floor to full counts, where that is not the mark itself
    (a scale of values). ``grades``: the marks have names instead, best first. ``factor``: what the panel's score of
    this item is multiplied by, where the panel is taken item by item.
    """

    id: Id
    name: Text
    full: Positive
    floor: Exact = Fraction(0)
    step: Positive
    weight: Positive = Fraction(1)
    role: Literal["score", "bonus", "deduct"] = "score"
    kinds: tuple[Id, ...] = ()
    factor: Positive = Fraction(1)
    usual: tuple[Exact, Exact] | None = None
    values: tuple[Exact, ...] = ()
    grades: tuple[Grade, ...] = ()

    @model_validator(mode="after")
    def _grid(self) -> Self:
        if not self.floor < self.full:
            raise PydanticCustomError("scheme.floor", "floor must be below full")
        if self.floor < 0 and self.role != "score":
            raise PydanticCustomError("scheme.floor_role", "only an item that is scored has a floor below 0")
        if (self.full / self.step).denominator != 1 or (self.floor / self.step).denominator != 1:
            raise PydanticCustomError("scheme.grid", "full and floor must be whole numbers of step")
        if max(self.full, -self.floor) / self.step > _MOST_TICKS:
            raise PydanticCustomError("scheme.too_fine", "step is too fine for full")
        if self.usual and not (
            self.floor <= self.usual[0] <= self.usual[1] <= self.full
            and all((mark / self.step).denominator == 1 for mark in self.usual)
        ):
            raise PydanticCustomError("scheme.usual", "usual band must lie between floor and full, on the grid")
        return self

    @cached_property
    def ticks(self) -> range:
        """The ticks a mark may have."""
        return range(int(self.floor / self.step), int(self.full / self.step) + 1)

    @model_validator(mode="after")
    def _valued(self) -> Self:
        if self.values and (len(self.values) != len(self.ticks) or list(self.values) != sorted(self.values)):
            raise PydanticCustomError("scheme.values", "values must be as many as the marks, and not fall")
        if self.values and self.values[-1] <= 0:
            raise PydanticCustomError("scheme.values_full", "the last of values must be above 0")
        return self

    @model_validator(mode="after")
    def _graded(self) -> Self:
        if not self.grades:
            return self
        if self.values or self.role != "score" or len(self.grades) != len(self.ticks):
            raise PydanticCustomError("scheme.grades", "grades are as many as the marks of an item that is scored")
        if not grades_fall(self.grades):
            raise PydanticCustomError("scheme.grades_fall", "grades stand best first, each with fewer points")
        return self

    def grade(self, tick: int) -> Grade:
        """The grade that a mark of a graded item is."""
        return self.grades[self.ticks[-1] - tick]

    @cached_property
    def scale(self) -> Mapping[int, Fraction]:
        """What every tick counts before its weight, but an abstention; empty where that is the mark itself."""
        if self.values:
            return dict(zip(self.ticks, self.values, strict=True))
        points = {tick: self.grade(tick).points for tick in self.ticks} if self.grades else {}
        return {tick: value for tick, value in points.items() if value is not None}

    @cached_property
    def abstention(self) -> int | None:
        """The tick of a graded item that is no vote."""
        return next((tick for tick in self.ticks if self.grade(tick).points is None), None) if self.grades else None

    @property
    def highest(self) -> Fraction:
        """What full marks count before their weight."""
        return self.scale.get(self.ticks[-1], self.full)

    @property
    def lowest(self) -> Fraction:
        """What the lowest mark counts before its weight."""
        return min(self.scale.values(), default=self.floor)


_MOST_TICKS = 10**9  # ticks stay far inside int64, and so does every sum of them on a sheet


class Criterion(Part):
    """A first-level criterion with the items that are marked under it."""

    id: Id
    name: Text
    factor: Positive = Fraction(1)
    items: tuple[Item, ...] = Field(min_length=1)


class SheetRule(Part):
    """How a sheet's marks become its score.

    ``share``: the component's full marks times the share reached of what applies to the entry's kind;
    ``sum``: the marks are added as they stand. Sheet bonuses and deductions are added in points afterwards.
    ``bonus`` within_full: it fills up what is wanting to full marks and no more; deductions come after it.
    """

    points: Literal["share", "sum"] = "share"
    bonus: Literal["above", "within_full"] = "above"
    least: Exact | None = None
    most: Exact | None = None
    incomplete: Literal["whole", "item"] = "whole"


class TrimRow(Part):
    """From ``judges`` valid sheets on, drop ``low`` lowest and ``high`` highest, or let them count with ``weight``."""

    judges: Whole = Field(ge=1)
    low: Whole = Field(ge=0)
    high: Whole = Field(ge=0)
    weight: Share = Fraction(0)


class Trim(Part):
    """How many marks are dropped at each end: fixed numbers, a share of the panel, or a table by panel size.

    ``weight``: they are not dropped but count with so much of a mark. In a table each row says its own.
    """

    low: FromZero | None = None
    high: FromZero | None = None
    share: Exact | None = None
    share_count: Literal["floor", "half_up", "ceil"] = "floor"
    table: tuple[TrimRow, ...] = ()
    weight: Share = Fraction(0)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        fixed = self.low is not None and self.high is not None
        if [fixed, self.share is not None, bool(self.table)].count(True) != 1 or (
            not fixed and (self.low is not None or self.high is not None)
        ):
            raise PydanticCustomError("scheme.trim", "say low and high, or share, or table")
        if self.share is not None and not 0 <= self.share < Fraction(1, 2):
            raise PydanticCustomError("scheme.trim_share", "share must be at least 0 and below 0.5")
        if self.table and self.weight:
            raise PydanticCustomError("scheme.trim_table_weight", "each row of a table says its own weight")
        sizes = [row.judges for row in self.table]
        if sizes != sorted(set(sizes)):
            raise PydanticCustomError("scheme.trim_table", "rows must rise in judges")
        return self

    @property
    def weighs(self) -> bool:
        """Whether anything that lies outside counts in part."""
        return bool(self.weight) or any(row.weight for row in self.table)


class ClassWeight(Part):
    """The weight of a class of judges in a panel; with fewer than ``minimum`` sheets it counts as empty."""

    judge_class: Id
    weight: Positive
    minimum: Whole = Field(default=1, ge=1)


class Panel(Part):
    """How the sheets for one entry become its score.

    ``winsor``: the marks that a trim would drop count as the nearest that it keeps. ``tolerance``: where the kept marks
    lie farther apart, the mean of all counts. ``by`` bloc: first the mean of each bloc of judges, then the method over
    the blocs. ``counts``: a sheet counts with its score; with that less how much its judge marks above the others; on
    the judge's own scale (``z``, ``minmax``); or with the entries he puts below (``order``, Borda's count if summed).
    ``multiples``: the sheets of a class count twice, three times ..., each as a mark of its own, before any trim.
    ``copeland``: the entries it beats with more of the judges. ``skating``: its place in a dance by the skating system;
    there a sheet counts with its order among the judge's sheets, or the mark is the ``place`` he gives.
    ``vote``: the points of the best grade that enough votes carry, ``of`` those ``cast`` or, with the abstentions, of
    all who are ``present``. ``bradley_terry``: the strength that makes its wins over others most likely;
    ``pseudo_wins`` are granted to each over each, where the wins alone bound no strength.
    """

    method: Literal["mean", "sum", "median", "winsor", "copeland", "skating", "bradley_terry", "vote"]
    of: Literal["cast", "present"] = "cast"
    by: Literal["judge", "bloc"] = "judge"
    counts: Literal["score", "less_severity", "z", "minmax", "order", "place", "band"] = "score"
    trim: Trim | None = None
    trim_on: Literal["sheet_total", "criterion", "item", "bloc"] | None = None
    tolerance: Exact | None = None
    pseudo_wins: Positive | None = None
    factor: Positive = Fraction(1)
    difficulty: Literal["none", "entry", "part"] = "none"
    base: Literal["none", "entry", "part"] = "none"
    bands: tuple[SheetBand, ...] = ()
    quota_within: Literal["component", "division"] = "component"
    distinct: Literal["component", "division"] | None = None
    minimum_share: Exact | None = None
    minimum: Whole = Field(default=1, ge=1)
    least: Exact | None = Fraction(0)
    most: Exact | None = None
    multiples: tuple[ClassTimes, ...] = ()
    classes: tuple[ClassWeight, ...] = ()
    empty_class: Literal["renormalise", "fail", "decision", "zero"] = "decision"

    @model_validator(mode="after")
    def _weighed(self) -> Self:
        if self.trim and self.trim.weighs and self.method != "mean":
            raise PydanticCustomError("scheme.trim_weight_mean", "marks count in part in a mean only")
        whole = self.method in ("copeland", "skating", "bradley_terry")
        if self.multiples and (self.classes or self.by == "bloc" or whole):
            raise PydanticCustomError("scheme.multiples_alone", "multiples go with one panel of single judges")
        return self

    @model_validator(mode="after")
    def _trim_place(self) -> Self:
        if (self.trim is None) != (self.trim_on is None):
            raise PydanticCustomError("scheme.trim_on", "a trim must say where it is taken, and only a trim")
        if self.trim and self.method == "median":
            raise PydanticCustomError("scheme.trim_median", "the median needs no trim")
        if self.method == "winsor" and not self.trim:
            raise PydanticCustomError("scheme.winsor_trim", "winsor needs a trim that says how many")
        if self.tolerance is not None and not (self.trim and self.method == "mean"):
            raise PydanticCustomError("scheme.tolerance_trim", "a tolerance needs a trimmed mean")
        if self.trim and (self.by == "bloc") != (self.trim_on == "bloc"):
            raise PydanticCustomError("scheme.trim_bloc", "where blocs are averaged, the trim is taken over blocs")
        if self.counts != "score" and self.trim_on in ("criterion", "item"):
            raise PydanticCustomError("scheme.counts_total", "whole sheets are compared, not criteria or items")
        if self.method == "copeland" and (self.trim or self.classes or self.by == "bloc" or self.counts != "score"):
            raise PydanticCustomError("scheme.copeland_alone", "copeland has neither trim nor classes nor blocs")
        plain = not (self.trim or self.classes or self.by == "bloc" or self.factor != 1)
        if self.method == "skating" and not (plain and self.counts in ("score", "place")):
            raise PydanticCustomError("scheme.skating_alone", "skating has no trim, classes, blocs or factor")
        if self.method == "bradley_terry" and not (plain and self.counts == "score"):
            raise PydanticCustomError("scheme.bradley_terry_alone", "bradley_terry has no trim, classes or blocs")
        if self.pseudo_wins is not None and self.method != "bradley_terry":
            raise PydanticCustomError("scheme.pseudo_wins", "pseudo_wins belong to bradley_terry")
        if self.counts == "place" and self.method != "skating":
            raise PydanticCustomError("scheme.place_skating", "places count in the skating system only")
        return self

    @model_validator(mode="after")
    def _voted(self) -> Self:
        plain = not (self.trim or self.classes or self.by == "bloc" or self.factor != 1)
        if self.method == "vote" and not (plain and self.counts in ("score", "band")):
            raise PydanticCustomError("scheme.vote_alone", "a vote has no trim, classes, blocs or factor")
        if self.of != "cast" and self.method != "vote":
            raise PydanticCustomError("scheme.vote_of", "of belongs to a vote")
        if self.multiples and self.method == "vote":
            raise PydanticCustomError("scheme.multiples_alone", "multiples go with one panel of single judges")
        return self

    def dropping(self, drops: Mapping[int, tuple[int, int]]) -> Self:
        """The same rule that drops other numbers: sheets -> (lowest, highest)."""
        rows = tuple(TrimRow(judges=judges, low=low, high=high) for judges, (low, high) in drops.items())
        return self.model_copy(update={"trim": Trim(table=rows)})

    @model_validator(mode="after")
    def _rest(self) -> Self:
        if self.minimum_share is not None and not 0 < self.minimum_share <= 1:
            raise PydanticCustomError("scheme.minimum_share", "a minimum share lies above 0 and at most at 1")
        if (self.counts == "band") != bool(self.bands) or not bands_fall(self.bands):
            raise PydanticCustomError("scheme.sheet_bands", "bands go with counts = band, the best first")
        if self.counts == "band" and self.method not in ("mean", "sum", "vote"):
            raise PydanticCustomError("scheme.band_method", "points of bands are averaged or added")
        if "part" in (self.difficulty, self.base) and self.trim_on not in ("criterion", "item"):
            raise PydanticCustomError("scheme.part_difficulty", "a part has a difficulty where the trim is taken on it")
        return self


class KindWeight(Part):
    """The weight of a group of kinds in a unit's score."""

    group: Id
    weight: Positive


class UnitRule(Part):
    """How the entries of a unit become its score in this component: all of them, or the ``best`` so many.

    ``weighted``: the mean of each group of kinds, weighted. ``unmarked``: an entry without marks is missing, or is left
    out by the rule (a third run that was not needed). ``deadlines``: at each of them one more entry is taken, the best
    of those handed in by then, then the best of the rest.
    """

    method: Literal["mean", "sum", "weighted"] = "mean"
    best: FromOne | None = None
    weights: tuple[KindWeight, ...] = ()
    unmarked: Literal["missing", "left_out"] = "missing"
    deadlines: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.method == "weighted") != bool(self.weights) or (self.weights and self.best):
            raise PydanticCustomError("scheme.unit_rule", "weighted needs weights and has no best")
        if self.deadlines and (self.best is None or self.best < len(self.deadlines)):
            raise PydanticCustomError("scheme.deadlines_best", "best must be at least the number of deadlines")
        times = [second_of(deadline) for deadline in self.deadlines]
        if None in times or times != sorted(set(times), key=lambda second: second or 0):
            raise PydanticCustomError("scheme.deadlines_rise", "deadlines must be dates with times, and rise")
        return self


class Band(Part):
    """From score ``least`` on, ``points`` count."""

    least: Exact
    points: Exact


class Component(Part):
    """A weighted part of the final score, marked by judges or known before (``prior``): as it stands, or by a ledger.

    ``scale`` says how its score enters the blend: as a share of ``full``; from 0 for the worst to 1 for the best unit;
    as ``z_mean + z_spread x z`` over the units; by ``rank_points`` for its place; by ``bands``.
    """

    id: Id
    name: Text
    source: Literal["marks", "prior"] = "marks"
    weight: Positive
    full: Positive = Fraction(100)
    criteria: tuple[Criterion, ...] = ()
    recusal: Literal["own_unit", "listed"] = "own_unit"
    marked_by: tuple[Id, ...] = ()
    sheet: SheetRule = SheetRule()
    panel: Panel | None = None
    unit: UnitRule = UnitRule()
    scale: Literal["percent", "minmax", "z", "rank", "bands"] = "percent"
    z_mean: Exact = Fraction(50)
    z_spread: Positive = Fraction(10)
    rank_points: tuple[Exact, ...] = ()
    bands: tuple[Band, ...] = ()
    second_mean: Rooms | None = None
    missing: Literal["decision", "renormalise", "field_median", "zero"] = "decision"
    ledger: Ledger | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.source == "marks" and not (self.criteria and self.panel):
            raise PydanticCustomError("scheme.marks_need", "a marked component needs criteria and panel")
        if self.source == "prior" and (self.criteria or self.panel):
            raise PydanticCustomError("scheme.prior_has", "a prior component has neither criteria nor panel")
        if (self.scale == "rank") != bool(self.rank_points) or (self.scale == "bands") != bool(self.bands):
            raise PydanticCustomError("scheme.scale_needs", "rank needs rank_points, bands needs bands")
        return self
