"""The tables about the result: rounding, adjustments, total, ties, prizes, publication; sources and examples."""

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scoring.numbers import Mode
from scoring.scheme.basis import Exact, Fen, FromZero, Id, Part, Positive, Subject, Text, Whole


class Rounding(Part):
    """A stage of the rule at which values are rounded, once, from the exact value before it."""

    after: Literal[
        "sheet",
        "severity",
        "item",
        "criterion",
        "factor",
        "class",
        "panel",
        "coefficient",
        "second_mean",
        "unit",
        "blend",
        "adjust",
        "round",
    ]
    decimals: Whole = Field(ge=-3, le=9)
    mode: Mode = "half_up"
    component: Id | None = None


class Adjustment(Part):
    """A deduction or bonus given from evidence, never as a mark on a sheet.

    ``points``: the decision names the points; ``cases``: so many cases, ``points`` each; ``seconds``: the time used,
    ``points`` for each started ``per`` seconds above ``limit``. ``cap`` bounds the sum for one subject. With
    ``component`` it can be given to that component's entries only, with ``round`` to a unit in that round.
    """

    id: Id
    name: Text
    kind: Literal["deduction", "bonus"]
    subject: Subject
    component: Id | None = None
    round: Id | None = None
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
        if self.round and self.subject != "unit":
            raise PydanticCustomError("scheme.adjustment_entry_round", "an entry's round is that of its component")
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
    next is 3 (``1223``), or both 2.5 (``average``). ``method``: the components are weighted; or each is a dance, and
    the places in all of them are added by the ``skating`` system.
    """

    method: Literal["weighted", "skating"] = "weighted"
    full: Positive = Fraction(100)
    least: Exact | None = Fraction(0)
    most: Exact | None = None
    rank_on: str | None = None
    places: PlaceStyle = "1224"
    decimals: Whole = Field(default=2, ge=0, le=6)
    mode: Mode = "half_up"


class Draw(Part):
    """The verifiable draw: what public value decides, and whether a secret is committed to beforehand.

    ``withheld``: where the secret is not revealed, equals across a boundary share their places, or people decide.
    ``method``: SHA-256 of the seed and the unit; or the walk of RFC 3797, whose key is the public value alone.
    """

    public: Text
    secret: bool = True
    withheld: Literal["pool", "decision"] = "pool"
    method: Literal["sha256", "rfc3797"] = "sha256"


class Tier(Part):
    """A prize class: so many places or such a share of the ranked, from such a score on, with such an amount each.

    Neither ``quota`` nor ``share``: as many as reach ``minimum`` (stars).
    """

    id: Id
    name: Text
    quota: FromZero | None = None
    share: Exact | None = None
    minimum: Exact | None = None
    yuan: Fen = 0

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if self.quota is not None and self.share is not None:
            raise PydanticCustomError("scheme.tier_size", "say quota or share, not both")
        return self


class Prizes(Part):
    """How tiers are filled, best first, and what happens when equal units stand at a boundary.

    ``round``: only who came to this round is rewarded.
    """

    tiers: tuple[Tier, ...] = ()
    budget_yuan: Fen | None = None
    boundary: Literal["pool", "pool_if_money", "extend_up", "extend_up_absorb", "push_down", "hort", "decision"] = (
        "decision"
    )
    pool_title: Literal["both", "higher"] = "both"
    below_minimum: Literal["vacant", "pass_down"] = "vacant"
    share_count: Literal["floor", "half_up", "ceil"] = "floor"
    first_of_each_division: bool = False
    round: Id | None = None
    quota_by: Literal["all", "division"] = "all"


class CarryOut(Part):
    """What goes into another appraisal (季度考核): the share of full marks a unit reached, times ``weight`` points.

    ``component``: of that component alone, else of the total. ``uses`` says which of the two values counts there; a
    unit that is excluded carries ``nothing``, or its ``score`` all the same.
    """

    id: Id
    name: Text
    weight: Positive = Fraction(100)
    component: Id | None = None
    decimals: Whole = Field(default=2, ge=0, le=6)
    mode: Mode = "half_up"
    uses: Literal["rounded", "exact"] = "rounded"
    excluded: Literal["nothing", "score"] = "nothing"


class Publication(Part):
    """When sheets close, whether judges sign them, who may look before, and how much is published.

    ``blind``: ``entrant`` opens each entrant's score at the console of a stage, to the two people who check and confirm
    it once it is collected; everything together only as ``until_opened`` does.

    ``signature``: ``glass`` asks each judge to sign what he handed in on his phone.
    """

    level: Literal["tiers", "ranks", "scores", "workings"] = "ranks"
    blind: Literal["until_opened", "entrant", "live"] = "until_opened"
    lock: Literal["collection", "stop"] = "collection"
    signature: Literal["none", "glass"] = "none"


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


class ExampleRecord(Part):
    """A record of a ledger in a worked example, as in the file of records."""

    id: str
    unit: Id
    component: Id
    rule: Id
    value: Exact | None = None
    level: str = ""
    project: str = ""
    day: str = ""
    evidence: str = Field(min_length=1)


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
    place: Whole | None = None
    tier: str | None = None
    yuan: Fen | None = None


class Example(Part):
    """A small contest worked by hand; it runs as a test."""

    title: Text
    arithmetic: str = Field(min_length=1)
    units: tuple[Id, ...] = Field(min_length=1)
    divisions: dict[str, str] = Field(default_factory=dict)
    judges: dict[str, str] = Field(default_factory=dict)
    blocs: dict[str, str] = Field(default_factory=dict)
    classes: dict[str, str] = Field(default_factory=dict)
    entries: tuple[ExampleEntry, ...] = ()
    priors: dict[str, dict[str, Exact]] = Field(default_factory=dict)
    records: tuple[ExampleRecord, ...] = ()
    decisions: tuple[ExampleDecision, ...] = ()
    entry_scores: dict[str, str] = Field(default_factory=dict)
    expect: dict[str, Expected] = Field(default_factory=dict)
