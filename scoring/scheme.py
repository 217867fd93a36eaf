"""The scheme (评分办法): everything about how a contest is scored, ranked, rewarded and published.

Reads the text of one TOML file and checks it as a whole. Says what is wrong as faults, each with the key, what is
wrong and what would be right. The only room of ``scoring`` that knows pydantic.
"""

import tomllib
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from math import gcd, lcm
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from scoring.canonical import digest
from scoring.faults import Fault, Refused
from scoring.numbers import Mode, exact, plain
from scoring.scheme_rules import disagreements


def _exact(value: object) -> Fraction:
    try:
        return exact(value)  # type: ignore[arg-type]  # exact() refuses what it cannot read
    except (ValueError, TypeError) as error:
        raise PydanticCustomError("scheme.number", "not an exact number") from error


def _positive(value: Fraction) -> Fraction:
    if value <= 0:
        raise PydanticCustomError("scheme.positive", "must be above 0")
    return value


def _fen(value: object) -> int:
    fen = _exact(value) * 100
    if fen.denominator != 1 or fen < 0:
        raise PydanticCustomError("scheme.money", "not an amount of yuan with at most two decimals")
    return int(fen)


_NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?\d+(\.\d+|/\d+)?$"}]}
Exact = Annotated[
    Fraction, BeforeValidator(_exact), PlainSerializer(plain, return_type=str), WithJsonSchema(_NUMBER_SCHEMA)
]
Positive = Annotated[
    Fraction,
    BeforeValidator(lambda value: _positive(_exact(value))),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema(_NUMBER_SCHEMA),
]
Fen = Annotated[
    int,
    BeforeValidator(_fen),
    PlainSerializer(lambda fen: plain(Fraction(fen, 100)), return_type=str),
    WithJsonSchema(_NUMBER_SCHEMA),
]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Subject = Literal["entry", "unit"]


class Part(BaseModel):
    """Any table of the file: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(Part):
    """Words in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Kind(Part):
    """A kind of entry (30 on the Shiyan tour); items may apply to some kinds only."""

    id: Id
    name: Text
    group: Id | None = None


class JudgeClass(Part):
    """A class of judges: expert, leader, public."""

    id: Id
    name: Text


class Item(Part):
    """One line of a score sheet. Marks lie on its grid: ``floor <= mark <= full``, a whole number of ``step``."""

    id: Id
    name: Text
    full: Positive
    floor: Exact = Fraction(0)
    step: Positive
    weight: Positive = Fraction(1)
    role: Literal["score", "bonus", "deduct"] = "score"
    kinds: tuple[Id, ...] = ()
    usual: tuple[Exact, Exact] | None = None

    @model_validator(mode="after")
    def _grid(self) -> Self:
        if not 0 <= self.floor < self.full:
            raise PydanticCustomError("scheme.floor", "floor must be at least 0 and below full")
        if (self.full / self.step).denominator != 1 or (self.floor / self.step).denominator != 1:
            raise PydanticCustomError("scheme.grid", "full and floor must be whole numbers of step")
        if self.full / self.step > _MOST_TICKS:
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


_MOST_TICKS = 10**9  # ticks stay far inside int64, and so does every sum of them on a sheet


class Criterion(Part):
    """A first-level criterion with the items that are marked under it."""

    id: Id
    name: Text
    items: tuple[Item, ...] = Field(min_length=1)


class SheetRule(Part):
    """How a sheet's marks become its score.

    ``share``: the component's full marks times the share reached of what applies to the entry's kind;
    ``sum``: the marks are added as they stand. Sheet bonuses and deductions are added in points afterwards.
    """

    points: Literal["share", "sum"] = "share"
    least: Exact | None = None
    most: Exact | None = None
    incomplete: Literal["whole", "item"] = "whole"


class TrimRow(Part):
    """From ``judges`` valid sheets on, drop ``low`` lowest and ``high`` highest."""

    judges: int = Field(ge=1)
    low: int = Field(ge=0)
    high: int = Field(ge=0)


class Trim(Part):
    """How many marks are dropped at each end: fixed numbers, a share of the panel, or a table by panel size."""

    low: int | None = Field(default=None, ge=0)
    high: int | None = Field(default=None, ge=0)
    share: Exact | None = None
    share_count: Literal["floor", "half_up", "ceil"] = "floor"
    table: tuple[TrimRow, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        fixed = self.low is not None and self.high is not None
        if [fixed, self.share is not None, bool(self.table)].count(True) != 1 or (
            not fixed and (self.low is not None or self.high is not None)
        ):
            raise PydanticCustomError("scheme.trim", "say low and high, or share, or table")
        if self.share is not None and not 0 <= self.share < Fraction(1, 2):
            raise PydanticCustomError("scheme.trim_share", "share must be at least 0 and below 0.5")
        sizes = [row.judges for row in self.table]
        if sizes != sorted(set(sizes)):
            raise PydanticCustomError("scheme.trim_table", "rows must rise in judges")
        return self


class ClassWeight(Part):
    """The weight of a class of judges in a panel; with fewer than ``minimum`` sheets it counts as empty."""

    judge_class: Id
    weight: Positive
    minimum: int = Field(default=1, ge=1)


class Panel(Part):
    """How the sheets for one entry become its score."""

    method: Literal["mean", "sum", "median"]
    trim: Trim | None = None
    trim_on: Literal["sheet_total", "criterion", "item"] | None = None
    factor: Positive = Fraction(1)
    minimum: int = Field(default=1, ge=1)
    least: Exact | None = Fraction(0)
    most: Exact | None = None
    classes: tuple[ClassWeight, ...] = ()
    empty_class: Literal["renormalise", "fail", "decision", "zero"] = "decision"

    @model_validator(mode="after")
    def _trim_place(self) -> Self:
        if (self.trim is None) != (self.trim_on is None):
            raise PydanticCustomError("scheme.trim_on", "a trim must say where it is taken, and only a trim")
        if self.trim and self.method == "median":
            raise PydanticCustomError("scheme.trim_median", "the median needs no trim")
        return self


class KindWeight(Part):
    """The weight of a group of kinds in a unit's score."""

    group: Id
    weight: Positive


class UnitRule(Part):
    """How the entries of a unit become its score in this component: all of them, or the ``best`` so many.

    ``weighted``: the mean of each group of kinds, weighted. ``unmarked``: an entry without marks is missing, or is left
    out by the rule (a third run that was not needed).
    """

    method: Literal["mean", "sum", "weighted"] = "mean"
    best: int | None = Field(default=None, ge=1)
    weights: tuple[KindWeight, ...] = ()
    unmarked: Literal["missing", "left_out"] = "missing"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.method == "weighted") != bool(self.weights) or (self.weights and self.best):
            raise PydanticCustomError("scheme.unit_rule", "weighted needs weights and has no best")
        return self


class Band(Part):
    """From score ``least`` on, ``points`` count."""

    least: Exact
    points: Exact


class Component(Part):
    """A weighted part of the final score, marked by judges or known before (``prior``).

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
    missing: Literal["decision", "renormalise", "field_median", "zero"] = "decision"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.source == "marks" and not (self.criteria and self.panel):
            raise PydanticCustomError("scheme.marks_need", "a marked component needs criteria and panel")
        if self.source == "prior" and (self.criteria or self.panel):
            raise PydanticCustomError("scheme.prior_has", "a prior component has neither criteria nor panel")
        if (self.scale == "rank") != bool(self.rank_points) or (self.scale == "bands") != bool(self.bands):
            raise PydanticCustomError("scheme.scale_needs", "rank needs rank_points, bands needs bands")
        return self


class Rounding(Part):
    """A stage of the rule at which values are rounded, once, from the exact value before it."""

    after: Literal["sheet", "class", "panel", "unit", "blend", "adjust"]
    decimals: int = Field(ge=-3, le=9)
    mode: Mode = "half_up"
    component: Id | None = None


class Adjustment(Part):
    """A deduction or bonus given from evidence, never as a mark on a sheet.

    ``points``: the decision names the points; ``cases``: so many cases, ``points`` each; ``seconds``: the time used,
    ``points`` for each started ``per`` seconds above ``limit``. ``cap`` bounds the sum for one subject. With
    ``component`` it can be given to that component's entries only.
    """

    id: Id
    name: Text
    kind: Literal["deduction", "bonus"]
    subject: Subject
    component: Id | None = None
    measure: Literal["points", "cases", "seconds"]
    points: Positive | None = None
    limit: Exact | None = None
    per: Positive | None = None
    cap: Positive | None = None

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if (self.measure != "points") != (self.points is not None):
            raise PydanticCustomError("scheme.adjustment_points", "cases and seconds need points, points does not")
        if self.component and self.subject != "entry":
            raise PydanticCustomError("scheme.adjustment_component", "only an entry belongs to a component")
        if (self.measure == "seconds") != (self.limit is not None and self.per is not None):
            raise PydanticCustomError("scheme.adjustment_seconds", "seconds needs limit and per")
        return self


class Veto(Part):
    """一票否决: what a vetoed unit or entry loses; its score stays visible."""

    id: Id
    name: Text
    subject: Subject
    effect: Literal["exclude", "rank_last", "cap_tier", "no_money"]
    tier: Id | None = None

    @model_validator(mode="after")
    def _tier(self) -> Self:
        if (self.effect == "cap_tier") != (self.tier is not None):
            raise PydanticCustomError("scheme.veto_tier", "cap_tier needs tier")
        if self.subject == "entry" and self.effect != "exclude":
            raise PydanticCustomError("scheme.veto_entry", "an entry can only be excluded")
        return self


class Ruling(Part):
    """A score that the rule itself gives to an entry in a named case, whatever the marks (a work that does not run)."""

    id: Id
    name: Text
    score: Exact


PlaceStyle = Literal["1224", "1334", "1223", "average"]


class Total(Part):
    """The final score: its full marks, bounds, the value that ranks, and how score and place are printed.

    ``places``: two equals behind the first are both 2 and the next is 4 (``1224``), both 3 (``1334``), both 2 and the
    next is 3 (``1223``), or both 2.5 (``average``).
    """

    full: Positive = Fraction(100)
    least: Exact | None = Fraction(0)
    most: Exact | None = None
    rank_on: str | None = None
    places: PlaceStyle = "1224"
    decimals: int = Field(default=2, ge=0, le=6)
    mode: Mode = "half_up"


class Draw(Part):
    """The verifiable draw: what public value decides, and whether a secret is committed to beforehand."""

    public: Text
    secret: bool = True


class Tier(Part):
    """A prize class: so many places or such a share of the ranked, from such a score on, with such an amount each.

    Neither ``quota`` nor ``share``: as many as reach ``minimum`` (stars).
    """

    id: Id
    name: Text
    quota: int | None = Field(default=None, ge=0)
    share: Exact | None = None
    minimum: Exact | None = None
    yuan: Fen = 0

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if self.quota is not None and self.share is not None:
            raise PydanticCustomError("scheme.tier_size", "say quota or share, not both")
        return self


class Prizes(Part):
    """How tiers are filled, best first, and what happens when equal units stand at a boundary."""

    tiers: tuple[Tier, ...] = ()
    budget_yuan: Fen | None = None
    boundary: Literal["pool", "extend_up", "extend_up_absorb", "push_down", "hort", "decision"] = "decision"
    below_minimum: Literal["vacant", "pass_down"] = "vacant"
    share_count: Literal["floor", "half_up", "ceil"] = "floor"
    first_of_each_division: bool = False
    quota_by: Literal["all", "division"] = "all"


class Publication(Part):
    """When sheets close, who may look before, and how much is published."""

    level: Literal["tiers", "ranks", "scores", "workings"] = "ranks"
    blind: Literal["until_opened", "live"] = "until_opened"
    lock: Literal["collection", "stop"] = "collection"


class Source(Part):
    """Where the rule stands, and what it says there, in our words."""

    title: str = Field(min_length=1)
    where: str = Field(min_length=1)
    says: Text


class ExampleEntry(Part):
    """One entry of a worked example: each judge's marks in the order of the sheet's items."""

    id: Id
    unit: Id
    component: Id
    kind: str = ""
    sheets: dict[str, tuple[Exact, ...]]


class ExampleDecision(Part):
    """A decision in a worked example, as in the file of decisions."""

    kind: str
    subject: str = ""
    rule: str = ""
    value: str = ""
    reason: str = ""


class Expected(Part):
    """What must come out for a unit: printed score, place, tier and money (whichever are given)."""

    score: str | None = None
    place: int | None = None
    tier: str | None = None
    yuan: Fen | None = None


class Example(Part):
    """A small contest worked by hand; it runs as a test."""

    title: Text
    arithmetic: str = Field(min_length=1)
    units: tuple[Id, ...] = Field(min_length=1)
    divisions: dict[str, str] = Field(default_factory=dict)
    judges: dict[str, str] = Field(default_factory=dict)
    entries: tuple[ExampleEntry, ...] = ()
    priors: dict[str, dict[str, Exact]] = Field(default_factory=dict)
    decisions: tuple[ExampleDecision, ...] = ()
    entry_scores: dict[str, str] = Field(default_factory=dict)
    expect: dict[str, Expected] = Field(default_factory=dict)


class Scheme(Part):
    """The whole rule of one contest. Read it with :func:`read_scheme`."""

    format: Literal["scheme/1"]
    id: Id
    name: Text
    contest: Literal["tour", "stage", "desk"]
    summary: Text
    sources: tuple[Source, ...] = ()
    our_choice: tuple[Text, ...] = ()
    divisions: tuple[Kind, ...] = ()
    kinds: tuple[Kind, ...] = ()
    judge_classes: tuple[JudgeClass, ...] = ()
    components: tuple[Component, ...] = Field(min_length=1)
    rounding: tuple[Rounding, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    total: Total = Total()
    ties: tuple[str, ...] = ()
    draw: Draw | None = None
    prizes: Prizes = Prizes()
    publication: Publication = Publication()
    examples: tuple[Example, ...] = ()

    @cached_property
    def component(self) -> dict[str, Component]:
        """Components by id."""
        return {part.id: part for part in self.components}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the scheme's canonical JSON, examples left out: what a result names as its rule."""
        body = self.model_dump(mode="json", exclude={"examples"})
        return digest(body)

    @cached_property
    def kind_ids(self) -> frozenset[str]:
        """The ids of all kinds of entries."""
        return frozenset(kind.id for kind in self.kinds)

    def items(self, component: str, kind: str = "") -> tuple[Item, ...]:
        """The items of a sheet for an entry of ``kind``, in their order on the sheet."""
        return self._items_of[component, kind]

    @cached_property
    def _items_of(self) -> dict[tuple[str, str], tuple[Item, ...]]:
        return {
            (part.id, kind): tuple(
                item for criterion in part.criteria for item in criterion.items if not item.kinds or kind in item.kinds
            )
            for part in self.components
            for kind in ("", *(kind.id for kind in self.kinds))
        }

    def stage(self, after: str, component: str = "") -> Rounding | None:
        """The rounding declared after a step, for one component or for all."""
        return self._stages.get((after, component)) or self._stages.get((after, ""))

    @cached_property
    def _stages(self) -> dict[tuple[str, str], Rounding]:
        return {(stage.after, stage.component or ""): stage for stage in self.rounding}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        faults = list(disagreements(self))
        if faults:
            raise Refused(faults)
        return self


def read_scheme(text: str, name: str = "scheme.toml") -> Scheme:
    """The scheme in ``text``. Raises Refused with every fault found; ``name`` is the file's name in them."""
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise Refused([Fault("scheme.toml", {"file": name, "what": str(error)})]) from error
    try:
        return Scheme.model_validate(table)
    except Refused as refused:
        raise Refused([Fault(f.code, {"file": name, **f.params}) for f in refused.faults]) from refused
    except ValidationError as error:
        problems = error.errors()
        places = [problem["loc"] for problem in problems]
        raise Refused(
            _fault_of(problem, name)
            for problem in problems
            # A list whose only row is bad is not also "too short".
            if problem["type"] != "too_short" or not any(_inside(place, problem["loc"]) for place in places)
        ) from error


# pydantic's kinds of trouble, told in this project's words; what would be right is in the sentence or its params.
_CODES = {
    "extra_forbidden": "scheme.unknown_key",
    "missing": "scheme.missing_key",
    "literal_error": "scheme.choice",
    "string_pattern_mismatch": "scheme.id",
}


def _inside(place: tuple[int | str, ...], around: tuple[int | str, ...]) -> bool:
    return len(place) > len(around) and place[: len(around)] == around


def _fault_of(problem: ErrorDetails, name: str) -> Fault:
    place = [str(part + 1) if isinstance(part, int) else part for part in problem["loc"]]
    context = {key: str(value) for key, value in problem.get("ctx", {}).items() if key == "expected"}
    kind = problem["type"]
    code = kind if kind.startswith("scheme.") else _CODES.get(kind, "scheme.value")
    given = "" if isinstance(problem["input"], dict | list) else str(problem["input"])[:60]
    if code == "scheme.unknown_key":
        context = {"known": ", ".join(_keys_at(problem["loc"][:-1]))}
    elif code == "scheme.value":
        context = {"expected": problem["msg"]}
    return Fault(code, {"file": name, "key": ".".join(place), "given": given, **context})


def _keys_at(place: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at ``place`` may have, read off the JSON Schema."""
    schema = json_schema()
    node: Any = schema
    for part in place:
        node = _resolved(node, schema)
        node = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        if node is None:
            return []
    return list(_resolved(node, schema).get("properties", {}))


def _resolved(node: Any, schema: Any) -> Any:  # noqa: ANN401  a JSON Schema has no narrower type
    for choice in [node, *node.get("anyOf", [])]:
        if "$ref" in choice:
            return schema["$defs"][choice["$ref"].rsplit("/", 1)[1]]
        if choice is not node and choice.get("type") == "array":
            return choice
    return node


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scheme file, by which an editor completes and checks it (``docs/scheme.schema.json``)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scheme.model_json_schema()}


def changed(scheme: Scheme, **fields: object) -> Scheme:
    """A new scheme with ``fields`` in place of the old ones, checked as a whole. Raises Refused or ValidationError."""
    return Scheme(**{**{name: getattr(scheme, name) for name in Scheme.model_fields}, **fields})


def totals_only(scheme: Scheme) -> Scheme:
    """The same scheme where each sheet bears one number, its total: for a grid as it stands in Excel.

    The items of a component give way to one item ``total`` with the full marks of the sheet, the lowest floor of any
    kind and the finest step; sheet bonuses and deductions are in the total; tie keys that need criteria fall away.
    """
    keys = tuple(key for key in scheme.ties if not key.startswith("criterion:"))
    parts = tuple(_on_totals(scheme, part) for part in scheme.components)
    return changed(scheme, components=parts, ties=keys, kinds=(), examples=())


def _on_totals(scheme: Scheme, part: Component) -> Component:
    if part.source == "prior" or part.panel is None:
        return part
    scored = [[item for item in scheme.items(part.id, kind.id) if item.role == "score"] for kind in scheme.kinds] or [
        [item for item in scheme.items(part.id) if item.role == "score"]
    ]
    sums = [sum((item.full * item.weight for item in items), Fraction(0)) for items in scored]
    scales = [part.full / full if part.sheet.points == "share" else Fraction(1) for full in sums]
    floors = [
        scale * sum((item.floor * item.weight for item in items), Fraction(0))
        for items, scale in zip(scored, scales, strict=True)
    ]
    # The finest grid on which every total lies: the greatest common divisor of what one tick of each item is worth.
    ticks = [item.step * item.weight * scale for items, scale in zip(scored, scales, strict=True) for item in items]
    common = lcm(*(tick.denominator for tick in ticks))
    step = Fraction(gcd(*(int(tick * common) for tick in ticks)), common)
    beside = [item for criterion in part.criteria for item in criterion.items if item.role != "score"]
    bonus = sum((item.full * item.weight for item in beside if item.role == "bonus"), Fraction(0))
    deduct = sum((item.full * item.weight for item in beside if item.role == "deduct"), Fraction(0))
    full = max(scale * total for scale, total in zip(scales, sums, strict=True)) + bonus
    # The item's full marks must lie on its own grid, also where a bonus has another step.
    full = -(-full // step) * step
    item = Item(
        id="total", name=part.name, full=full, floor=max(min(floors) - deduct, Fraction(0)) // step * step, step=step
    )
    panel = part.panel.model_copy(update={"trim_on": "sheet_total" if part.panel.trim else None})
    unit = part.unit if part.unit.method != "weighted" else UnitRule()
    criterion = Criterion(id="total", name=part.name, items=(item,))
    sheet = part.sheet.model_copy(update={"points": "sum", "incomplete": "whole"})
    return part.model_copy(update={"criteria": (criterion,), "panel": panel, "unit": unit, "sheet": sheet})
