"""Every shipped scheme: it reads without fault, its worked examples come out, and it says what it must.

The expected numbers stand in the schemes, worked out by hand beside their arithmetic; none is computed here.
"""

import json
import re
import tomllib
from collections import Counter
from fractions import Fraction
from typing import Any

import jsonschema
import pytest

from app.contests.schemes import shipped
from scoring.faults import Refused
from scoring.numbers import exact
from scoring.prizes import Award
from scoring.results import Tabulation, UnitResult
from scoring.roster import Entry, Judge, Roster, Sheet, Unit
from scoring.scheme import Example, Expected, Scheme, json_schema, read_scheme
from scoring.tabulate import tabulate
from tests.rubrics.worked import FILES, NAMES, ROOT, contest_of, examples, scheme

SCHEMA = ROOT / "docs/scheme.schema.json"
TOUR, NO_RECUSAL, FAIR = "shiyan-2022-tour", "shiyan-2022-tour-no-recusal", "shiyan-2022-tour-fair"

# What may differ between the two Shiyan schemes; of the components only who is recused.
MAY_DIFFER = {"id", "name", "summary", "our_choice", "components", "examples"}

# A word of the reference that is a key, however short its line: `budget_yuan`, `kinds`.
CODE = re.compile(r"`([^`\n]+)`")


def table(name: str) -> dict[str, Any]:
    return tomllib.loads(FILES[name].read_text(encoding="utf-8"))


def run(rule: Scheme, example: Example) -> Tabulation:
    """The example through the engine."""
    return contest_of(rule, example).result()


def came_out(result: UnitResult, expected: Expected) -> dict[str, str | int | None]:
    """What came out of those things that the example expects."""
    award = result.award or Award((), 0)
    found = {"score": result.shown, "place": result.place, "tier": "=".join(award.tiers), "yuan": award.fen}
    return {name: found[name] for name in expected.model_fields_set}


def fen(expected: Expected) -> dict[str, int | None]:
    """The expected money, as the engine counts it."""
    return {"yuan": expected.yuan} if "yuan" in expected.model_fields_set else {}


def test_the_promised_schemes_are_there() -> None:
    stages = {"changzhi-2023", "changzhi-2023-final", "county-pitch-2023", "plain-mean", "plain-trim", "star-rating"}
    assert {TOUR, NO_RECUSAL, FAIR, *stages} - set(NAMES) == set()


def test_rules_of_other_fields_stand_apart_from_what_an_organiser_is_offered() -> None:
    known = {file.stem for file in FILES.values() if file.parent.name == "known"}
    panels = {"aerobic-panels", "diving-7", "second-mean", "skating-components", "skating-elements", "grade-votes"}
    panels |= {"best-run", "diving-synchronised", "ski-jump"}
    assert {*panels, "skating-final", "ski-jump-style", "surf-best-two"} - known == set()
    assert known.isdisjoint(shipped())


@pytest.mark.parametrize("name", NAMES)
def test_scheme_is_named_after_its_file_and_says_where_it_comes_from(name: str) -> None:
    rule = scheme(name)
    assert rule.id == name
    assert rule.sources, "no source"
    assert rule.our_choice, "nothing said about what is our choice"
    assert len(rule.examples) >= 2
    chinese = re.compile("[\u4e00-\u9fff]")
    words = [text for text in texts(table(name)) if set(text) == {"zh", "en"}]
    assert words
    assert [text for text in words if not chinese.search(text["zh"]) or chinese.search(text["en"])] == []


def texts(node: object) -> list[dict[str, str]]:
    """Every table in ``node`` that holds words in both languages."""
    if isinstance(node, list):
        return [text for part in node for text in texts(part)]
    if not isinstance(node, dict):
        return []
    return [node] if set(node) == {"zh", "en"} else [text for part in node.values() for text in texts(part)]


@pytest.mark.parametrize(("name", "number"), examples())
def test_worked_example_comes_out(name: str, number: int) -> None:
    rule = scheme(name)
    example = rule.examples[number]
    assert example.expect, "an example that expects nothing cannot fail"
    result = run(rule, example)
    assert result.open == ()
    units = {unit.unit.id: unit for unit in result.units}
    expected = {unit: want.model_dump(exclude_unset=True) | fen(want) for unit, want in example.expect.items()}
    assert {unit: came_out(units[unit], want) for unit, want in example.expect.items()} == expected
    scores = {entry: exact(score) for entry, score in example.entry_scores.items()}
    assert {entry: result.entries[entry].score for entry in scores} == scores


@pytest.mark.parametrize(("name", "number"), examples())
def test_worked_example_shows_its_expected_numbers_in_its_arithmetic(name: str, number: int) -> None:
    """So that a changed number cannot stand beside an old calculation."""
    example = scheme(name).examples[number]
    written = {exact(text.replace(",", "")) for text in re.findall(r"\d[\d,]*(?:\.\d+)?", example.arithmetic)}
    scores = [want.score for want in example.expect.values() if want.score] + list(example.entry_scores.values())
    hundredths = {round(number * 100) for number in written}
    assert [score for score in scores if round(exact(score) * 100) not in hundredths] == []


@pytest.mark.parametrize("name", NAMES)
def test_scheme_validates_against_the_published_json_schema(name: str) -> None:
    file = FILES[name]
    pointer, text = "#:schema ", file.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith(pointer), "an editor finds no schema"
    assert (file.parent / first.removeprefix(pointer)).resolve() == SCHEMA
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(table(name))


def test_published_json_schema_is_that_of_the_model() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    written = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    assert SCHEMA.read_text(encoding="utf-8") == written, "write it again: python -m tests.rubrics.write_schema"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("budget",), 300000),
        (("prizes", "boundry"), "decision"),
        (("contest",), "race"),
        (("total", "decimals"), "two"),
    ],
)
def test_json_schema_and_reader_refuse_the_same_slips(place: tuple[str, ...], value: object) -> None:
    broken = table(TOUR)
    inner = broken
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert list(jsonschema.Draft202012Validator(json_schema()).iter_errors(broken)) != []
    with pytest.raises(ValueError, match=place[-1]):
        Scheme.model_validate(broken)


# ---- The Shiyan tour ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [TOUR, NO_RECUSAL, FAIR])
def test_tour_marks_thirty_kinds_on_four_criteria_with_four_to_six_items(name: str) -> None:
    rule = scheme(name)
    assert len(rule.kinds) == 30
    assert Counter(kind.group for kind in rule.kinds) == {"hardware": 18, "software": 12}
    onsite = rule.component["onsite"]
    for kind in rule.kinds:
        items = rule.items("onsite", kind.id)
        points = {c.id: sum(item.full for item in c.items if item in items) for c in onsite.criteria}
        assert points == {"site": 30, "outreach": 25, "highlights": 20, "results": 25}, kind.id
        assert 4 <= len(items) <= 6, kind.id
    everything = [item for c in onsite.criteria for item in c.items] + list(rule.items("pitch"))
    assert {item.floor / item.full for item in everything} == {Fraction(3, 5)}
    assert {item.step for item in everything} == {Fraction(1, 2)}
    assert all(item.usual and item.floor < item.usual[0] < item.usual[1] < item.full for item in everything)
    assert all((mark / item.step).denominator == 1 for item in everything for mark in item.usual or ())
    assert len(rule.items("pitch")) == 1


def test_tour_is_about_ten_thousand_marks() -> None:
    """52 judges mark 40 projects and 10 pitches, each without the entries of his own county: about 48 sheets each."""
    rule = scheme(TOUR)
    each = Fraction(sum(len(rule.items("onsite", kind.id)) for kind in rule.kinds), len(rule.kinds))
    assert 9_500 <= 1_920 * each + 480 <= 10_500


def test_tour_weights_prizes_and_publication_are_those_of_the_owner() -> None:
    rule = scheme(TOUR)
    assert {part.id: part.source for part in rule.components} == {
        "onsite": "marks",
        "pitch": "marks",
        "ordinary": "prior",
    }
    assert [part.weight for part in rule.components] == [60, 10, 30]
    assert [(tier.quota, tier.yuan) for tier in rule.prizes.tiers] == [
        (1, 100_000_00),
        (2, 50_000_00),
        (3, 20_000_00),
        (4, 10_000_00),
    ]
    assert (rule.prizes.budget_yuan, rule.prizes.boundary) == (300_000_00, "decision")
    assert rule.ties[-1] == "decision"
    told = {"level": "ranks", "blind": "until_opened", "lock": "collection", "signature": "none"}
    assert rule.publication.model_dump() == told
    assert {(stage.after, stage.decimals, stage.mode) for stage in rule.rounding} == {
        ("panel", 2, "half_up"),
        ("unit", 2, "half_up"),
    }
    assert rule.total.rank_on in (None, "exact")


def test_tour_with_and_without_recusal_differ_only_where_they_must() -> None:
    one, other = table(TOUR), table(NO_RECUSAL)
    assert {key for key in one | other if one.get(key) != other.get(key)} <= MAY_DIFFER
    recusals = [[part.pop("recusal", None) for part in each["components"]] for each in (one, other)]
    assert recusals == [["own_unit", "own_unit", None], ["listed", "listed", None]]
    assert one["components"] == other["components"]
    ours = [[text["en"].partition(":") for text in each["our_choice"]] for each in (one, other)]
    assert [topic for topic, _, _ in ours[0]] == [topic for topic, _, _ in ours[1]]
    differing = [first[0] for first, second in zip(*ours, strict=True) if first != second]
    assert differing == ["Recusal"]


def test_the_fair_tour_differs_only_in_its_panels() -> None:
    one, other = table(TOUR), table(FAIR)
    differing = {key for key in one | other if one.get(key) != other.get(key)}
    assert differing <= MAY_DIFFER | {"rounding"}
    added = {"after": "severity", "decimals": 4, "mode": "half_up"}
    assert other["rounding"] == [added, *one["rounding"]]
    panels = [part.pop("panel") for part in other["components"] if "panel" in part]
    for part in one["components"]:
        part.pop("panel", None)
    assert one["components"] == other["components"]
    trim = {"trim": {"low": 1, "high": 1}, "trim_on": "bloc"}
    assert panels == [{"method": "mean", "counts": "less_severity", "by": "bloc", **trim, "minimum": 5}] * 2
    ours = [{text["en"].partition(":")[0] for text in each["our_choice"]} for each in (one, other)]
    assert ours[1] - ours[0] == {"Severity", "Blocs"}


def test_tour_refuses_a_sheet_for_ones_own_county_only_under_recusal() -> None:
    example = scheme(NO_RECUSAL).examples[0]
    with pytest.raises(Refused, match=r"sheet\.recused"):
        run(scheme(TOUR), example)
    run(scheme(NO_RECUSAL), example)


def test_tour_drops_four_at_each_end_of_forty_eight_sheets() -> None:
    """The tally sheet says so, and eight outliers do not move the score."""
    rule = scheme(TOUR)
    low, middle, high = [18, 15, 12, 15], [27, 22, 18, 23], [30, 25, 20, 25]
    marks = [low] * 4 + [middle] * 40 + [high] * 4
    roster = Roster(
        units=(Unit("a"),),
        entries=(Entry("p", "a", "onsite", "point"),),
        judges=tuple(Judge(f"g{n}") for n in range(48)),
    )
    sheets = [Sheet(f"g{n}", "p", tuple(2 * mark for mark in row)) for n, row in enumerate(marks)]
    score = tabulate(rule, roster, sheets).entries["p"].score
    assert score == 90
    five_low = [Sheet(sheet.judge, "p", (36, 30, 24, 30)) if n == 4 else sheet for n, sheet in enumerate(sheets)]
    changed = tabulate(rule, roster, five_low).entries["p"].score
    assert changed == Fraction("89.25")  # (39 x 90 + 60) / 40 = 3570 / 40


# ---- The others -----------------------------------------------------------------------------------------------------


def test_changzhi_gives_one_first_prize_to_each_division() -> None:
    rule = scheme("changzhi-2023-final")
    assert [division.id for division in rule.divisions] == ["centre", "institute", "station"]
    assert [tier.quota for tier in rule.prizes.tiers] == [3, 6, 9]
    assert rule.prizes.first_of_each_division
    assert rule.ties[-1] == "decision"
    assert [item.name.zh for item in rule.items("material")] == [
        "阵地建设",
        "活动展示",
        "宣传党的创新理论",
        "特色亮点",
        "作用成效",
    ]


def test_changzhi_divides_eighteen_finalists_three_six_nine() -> None:
    """The finalists of a textbook division: the best of each, then the other fifteen over all."""
    rule = scheme("changzhi-2023-final")
    order = {
        "centre": [95, 90, 88, 80, 79, 70],
        "institute": [94, 93, 92, 85, 78, 75],
        "station": [82, 81, 77, 76, 74, 60],
    }
    # Halved and lifted to 80-100, where marks on stage lie: (100 + 95) / 2 = 97.5 points, all three parts alike.
    halves = {f"{name[0]}{n}": 100 + value for name, row in order.items() for n, value in enumerate(row, 1)}
    division = {f"{name[0]}{n}": name for name, row in order.items() for n in range(1, len(row) + 1)}
    judges = [f"j{n}" for n in range(1, 10)]
    rows = {
        f"{unit}-{part}": tuple((half + n) // 5 for n in range(5)) if part == "material" else (5 * half,)
        for unit, half in halves.items()
        for part in ("material", "story", "skills")
    }
    roster = Roster(
        units=tuple(Unit(unit, division=division[unit]) for unit in halves),
        entries=tuple(Entry(entry, unit, part) for entry in rows for unit, part in [entry.split("-")]),
        judges=tuple(map(Judge, judges)),
    )
    result = tabulate(rule, roster, [Sheet(judge, entry, row) for entry, row in rows.items() for judge in judges])
    assert {one.unit.id: 2 * (one.score or 0) for one in result.units} == halves
    tiers: dict[tuple[str, ...], set[str]] = {}
    for one in result.units:
        tiers.setdefault((one.award or Award((), 0)).tiers, set()).add(one.unit.id)
    assert tiers == {
        ("first",): {"c1", "i1", "s1"},
        ("second",): {"i2", "i3", "c2", "c3", "i4", "s2"},
        ("third",): {"c4", "c5", "i5", "s3", "s4", "i6", "s5", "c6", "s6"},
    }


def test_star_thresholds_are_inclusive_and_open_in_number() -> None:
    rule = scheme("star-rating")
    tiers = rule.prizes.tiers
    assert [tier.id for tier in tiers] == ["five", "four", "three"]
    assert [tier.minimum for tier in tiers] == [90, 80, 70]
    assert [(tier.quota, tier.share) for tier in tiers] == [(None, None)] * 3
    assert rule.total.rank_on in (None, "exact")
    assert rule.rounding == ()


@pytest.mark.parametrize("name", ["plain-trim", "plain-mean"])
def test_plain_schemes_ask_for_one_number_per_judge(name: str) -> None:
    rule = scheme(name)
    assert list(rule.component) == ["score"]
    (item,) = rule.items("score")
    assert [item.floor, item.full, item.step] == [0, 100, Fraction("0.01")]
    assert rule.prizes.tiers == ()
    assert rule.ties == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_trim_says_sheet_total_as_the_phrase_means_it(name: str) -> None:
    panels = [part.panel for part in scheme(name).components if part.panel]
    assert {(panel.by, panel.trim_on) for panel in panels if panel.trim} <= {
        ("judge", "sheet_total"),  # 一个最高分
        ("bloc", "bloc"),  # 一个最高组
        ("judge", "item"),  # of each component by itself, as its source has it
    }


# ---- The reference ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["docs/schemes.md", "docs/schemes.zh.md"])
def test_reference_names_every_key_of_every_table(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = {word for code in CODE.findall(text) for word in re.findall(r"\w+", code)}
    named |= set(re.findall(r"\w+", "".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL))))
    tables = (json_schema(), *json_schema()["$defs"].values())
    keys = {key for part in tables for key in part.get("properties", {})}
    assert keys - named == set()
    choices = {
        choice for part in tables for key in part.get("properties", {}).values() for choice in key.get("enum", [])
    }
    assert choices - named == set()


@pytest.mark.parametrize("name", ["docs/schemes.md", "docs/schemes.zh.md"])
def test_scheme_in_the_reference_can_be_used_as_it_stands(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    whole = [code for code in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "format =" in code]
    assert whole
    for code in whole:
        read_scheme(code, name)
    parts = [code for code in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "format =" not in code]
    for code in parts:
        tomllib.loads(code)
