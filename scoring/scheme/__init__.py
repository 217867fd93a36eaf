"""The scheme (评分办法): everything about how a contest is scored, ranked, rewarded and published.

Reads the text of one TOML file and checks it as a whole. Says what is wrong as faults, each with the key, what is
wrong and what would be right. The only room of ``scoring`` that knows pydantic.
"""

from scoring.scheme.basis import Exact, Fen, Id, JudgeClass, Kind, Part, Positive, Subject, Text
from scoring.scheme.marking import (
    Band,
    ClassWeight,
    Component,
    Criterion,
    Item,
    KindWeight,
    Panel,
    SheetRule,
    Trim,
    TrimRow,
    UnitRule,
)
from scoring.scheme.reading import json_schema, read_scheme
from scoring.scheme.result import (
    Adjustment,
    Draw,
    Example,
    ExampleDecision,
    ExampleEntry,
    Expected,
    PlaceStyle,
    Prizes,
    Publication,
    Rounding,
    Ruling,
    Source,
    Tier,
    Total,
    Veto,
)
from scoring.scheme.whole import Scheme, changed, totals_only

__all__ = [
    "Adjustment",
    "Band",
    "ClassWeight",
    "Component",
    "Criterion",
    "Draw",
    "Exact",
    "Example",
    "ExampleDecision",
    "ExampleEntry",
    "Expected",
    "Fen",
    "Id",
    "Item",
    "JudgeClass",
    "Kind",
    "KindWeight",
    "Panel",
    "Part",
    "PlaceStyle",
    "Positive",
    "Prizes",
    "Publication",
    "Rounding",
    "Ruling",
    "Scheme",
    "SheetRule",
    "Source",
    "Subject",
    "Text",
    "Tier",
    "Total",
    "Trim",
    "TrimRow",
    "UnitRule",
    "Veto",
    "changed",
    "json_schema",
    "read_scheme",
    "totals_only",
]
