"""Panels of sports, each declared in a few lines, by its federation's rule; the numbers are worked by hand.

Every test names the rule that it follows. What is measured, declared or found by a technical panel is a decision.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.bundle import compose
from scoring.roster import Decision, Entry, Judge
from scoring.verify import verify
from tests.scoring.contests import (
    Contest,
    Mark,
    Table,
    contest,
    criterion,
    entry_scores,
    item,
    known,
    marked,
    named,
    places,
    rule,
    scores,
    trimmed,
    words,
)

POINTS: Table = {"points": "sum"}
MOST: Table = {"full": 1000, "sheet": POINTS}
TAKEN: Table = {"kind": "deduction", "subject": "entry"}


def marks(text: str, prefix: str = "j") -> dict[str, Mark]:
    """A mark of every judge: j1, j2 ..."""
    return {f"{prefix}{number}": mark for number, mark in enumerate(text.split(), 1)}


def recorded(entry: str, **values: str) -> list[Decision]:
    """``difficulty`` and ``base`` of an entry."""
    return [Decision("difficulty" if kind == "difficulty" else "base", entry, value=v) for kind, v in values.items()]


def only(made: Contest) -> Fraction | int | None:
    """The score of the one entry, which the second calculation finds too."""
    assert verify(compose(made.inputs, None)).difference is None
    [score] = entry_scores(made.result()).values()
    return score


def by_class(rows: Mapping[str, str], how: Table, line: Table, *decisions: Decision) -> Contest:
    """One entry before several panels, each a class of judges."""
    grid: dict[str, Mark] = {}
    for name, text in rows.items():
        grid |= marks(text, name)
    judges = [
        Judge(f"{name}{n}", judge_class=name) for name, text in rows.items() for n in range(1, len(text.split()) + 1)
    ]
    classes = [{"judge_class": name, "weight": 1} for name in rows]
    scheme = rule(
        marked("m", criterion("c", line), panel={**how, "classes": classes}, **MOST), judge_classes=named(*rows)
    )
    return contest(scheme, {"a": grid}, judges=judges, decisions=decisions)


DIVE = item("dive", 10, "0.5")


def test_synchronised_diving_with_eleven_judges() -> None:
    """World Aquatics: of three marks for each diver the middle one, of five for synchronisation the middle three.

    7.5 + 7.0 + 8.0 + 8.0 + 8.5 = 39.0, times 3.2 and 0.6: 74.88. Three classes of equal weight: a third, so 3 x 0.6.
    """
    rows = {"one": "7.0 7.5 8.0", "two": "7.0 6.5 7.5", "both": "8.0 8.5 7.5 8.0 9.0"}
    how = trimmed(1, 1, method="sum", factor="1.8", difficulty="entry")
    assert only(by_class(rows, how, DIVE, *recorded("a", difficulty="3.2"))) == Fraction("74.88")


def test_synchronised_diving_with_nine_judges() -> None:
    """Of four marks for execution the middle two, of five for synchronisation the middle three.

    7.0 + 7.5 + 7.5 + 8.0 + 8.0 = 38.0, times 3.0 and 0.6: 68.40.
    """
    rows = {"execution": "7.0 7.5 6.5 8.0", "both": "8.0 8.5 7.5 8.0 7.0"}
    how = trimmed(1, 1, method="sum", factor="1.2", difficulty="entry")
    assert only(by_class(rows, how, DIVE, *recorded("a", difficulty="3.0"))) == Fraction("68.40")


def test_a_ski_jump_with_distance_wind_and_gate() -> None:
    """FIS: 129 m on a hill with K 125 and 1.8 points a metre: 60 + 7.2 = 67.2. Wind -8.4, gate +3.1: 61.9.

    Style 18.0 18.5 18.5 19.0 17.5 without the highest and the lowest: 55.0. Together 116.9.
    """
    scheme = rule(
        marked("m", criterion("c", item("style", 20, "0.5")), panel=trimmed(1, 1, method="sum", base="entry"), **MOST)
    )
    jump = contest(scheme, {"a": marks("18.0 18.5 18.5 19.0 17.5")}, decisions=recorded("a", base="61.9"))
    assert only(jump) == Fraction("116.9")


def test_a_short_jump_with_more_taken_than_given() -> None:
    """83 m on the same hill: 60 - 75.6 = -15.6; style 10.0 each: 30.0; 14.4."""
    scheme = rule(
        marked("m", criterion("c", item("style", 20, "0.5")), panel=trimmed(1, 1, method="sum", base="entry"), **MOST)
    )
    jump = contest(scheme, {"a": marks("10 10 10 10 10")}, decisions=recorded("a", base="-15.6"))
    assert only(jump) == Fraction("14.4")


def figure(text: str, base: str, of: str) -> Contest:
    """An element of figure skating since 2018: a grade is a tenth of the base value ``of`` its highest jump."""
    grades = [f"{grade}/10" for grade in range(-5, 6)]
    line = item("goe", 5, 1, floor=-5, values=grades)
    how = trimmed(1, 1, "item", difficulty="part", base="part", least=-100)
    scheme = rule(marked("m", criterion("c", line), panel=how, **MOST), rounding=[{"after": "factor", "decimals": 2}])
    given = [Decision("difficulty", "a", "goe", of), Decision("base", "a", "goe", base)]
    return contest(scheme, {"a": marks(text)}, decisions=given)


def test_an_element_whose_grades_are_tenths_of_its_base_value() -> None:
    """ISU since 2018: 3 2 3 3 4 2 3 1 3 without 4 and 1 are 19 / 7; of a tenth of 5.90 that is 1.60: 7.50.

    In combination with a toe loop of 4.20 the base value is 10.10 and the grades still count on the lutz: 11.70.
    After a fall with -5 of all: 5.90 - 2.95 = 2.95.
    """
    assert only(figure("3 2 3 3 4 2 3 1 3", "5.90", "5.90")) == Fraction("7.50")
    assert only(figure("3 2 3 3 4 2 3 1 3", "10.10", "5.90")) == Fraction("11.70")
    assert only(figure("-5 -5 -5 -5 -5 -5 -5 -5 -5", "5.90", "5.90")) == Fraction("2.95")


def test_dressage_in_per_cent_with_coefficients_and_collective_marks() -> None:
    """FEI: each judge's marks as a percentage to three decimals, and the mean of the judges to three.

    7 + 6.5 x 2 + 8 + 7 x 2 = 42 of 60 is 70 %; 6.5 + 13 + 7.5 + 13 = 40 is 66.667 %; 7 + 14 + 7 + 14 = 42.
    (70 + 66.667 + 70) / 3 = 68.889, less half a per cent for an error of course: 68.389.
    """
    lines = item("halt", 10, "0.5"), item("pirouette", 10, "0.5", weight=2), item("trot", 10, "0.5")
    rider = item("rider", 10, "0.5", weight=2)
    scheme = rule(
        marked("m", criterion("test", *lines), criterion("collective", rider)),
        rounding=[{"after": "sheet", "decimals": 3}, {"after": "panel", "decimals": 3}],
        adjustments=[{"id": "error", "name": words("error"), "measure": "cases", "points": "0.5", **TAKEN}],
    )
    rows: dict[str, Sequence[Mark]] = {"E": [7, "6.5", 8, 7], "C": ["6.5", "6.5", "7.5", "6.5"], "M": [7, 7, 7, 7]}
    ride = contest(scheme, {"a": rows}, decisions=[Decision("deduction", "a", "error", "1")])
    assert only(ride) == Fraction("68.389")


def test_gymnastics_difficulty_and_execution() -> None:
    """FIG: the middle three of five judges' marks from 10, to three decimals cut off; difficulty is added, 0.1 taken.

    8.5 + 8.6 + 8.5 = 25.6, 8.533; 5.8 + 8.533 - 0.1 = 14.233.
    """
    line = item("execution", 10, "0.1")
    scheme = rule(
        marked("m", criterion("c", line), panel=trimmed(1, 1, "item", base="part"), **MOST),
        rounding=[{"after": "item", "decimals": 3, "mode": "trunc"}],
        adjustments=[{"id": "line", "name": words("line"), "measure": "points", **TAKEN}],
    )
    given = [Decision("base", "a", "execution", "5.8"), Decision("deduction", "a", "line", "0.1")]
    assert only(contest(scheme, {"a": marks("8.5 8.6 8.4 8.7 8.5")}, decisions=given)) == Fraction("14.233")


def test_trampoline_execution_difficulty_and_time_of_flight() -> None:
    """FIG: of six judges' marks the middle two are added; 8.9 + 9.0 + 14.4 + 16.755 = 49.055."""
    scheme = rule(
        marked("m", criterion("c", item("e", 10, "0.1")), panel=trimmed(2, 2, method="sum", base="entry"), **MOST)
    )
    jumped = contest(scheme, {"a": marks("8.7 9.1 8.9 9.0 8.8 9.2")}, decisions=recorded("a", base="31.155"))
    assert only(jumped) == Fraction("49.055")


def test_freestyle_aerials_drop_in_each_part_of_the_jump() -> None:
    """FIS: of five judges highest and lowest of air (2), form (5) and landing (3) each; added, times the difficulty.

    1.8 x 3 = 5.4; 4.5 + 4.4 + 4.6 = 13.5; 2.7 + 2.8 + 2.7 = 8.2: 27.1 x 4.425 = 119.9175, 119.91 cut off.
    """
    lines = [item("air", 2, "0.1"), item("form", 5, "0.1"), item("landing", 3, "0.1")]
    how = trimmed(1, 1, "item", method="sum", difficulty="entry")
    scheme = rule(
        marked("m", criterion("c", *lines), panel=how, **MOST),
        rounding=[{"after": "panel", "decimals": 2, "mode": "trunc"}],
    )
    air, form, landing = "1.8 1.7 1.8 1.9 1.8", "4.5 4.4 4.6 4.8 4.2", "2.7 2.8 2.9 2.5 2.7"
    rows = {
        f"j{n}": list(row) for n, row in enumerate(zip(*(part.split() for part in (air, form, landing)), strict=True))
    }
    assert only(contest(scheme, {"a": rows}, decisions=recorded("a", difficulty="4.425"))) == Fraction("119.91")


def test_moguls_turns_two_jumps_and_speed() -> None:
    """FIS: turns by five judges, the middle three added; each jump the mean of two judges times its difficulty; speed.

    16.2 + 16.4 + 16.3 = 48.9; 7.5 x 0.88 = 6.60; 8.0 x 0.81 = 6.48; speed 14.63: 76.61.
    """
    turns, air = item("turns", 20, "0.1"), item("air", 10, "0.1")
    scheme = rule(
        marked("turns", criterion("c", turns), panel=trimmed(1, 1, method="sum"), **MOST, marked_by=["turns"]),
        marked("top", criterion("c", air), panel={"method": "mean", "difficulty": "entry"}, **MOST, marked_by=["air"]),
        marked(
            "bottom", criterion("c", air), panel={"method": "mean", "difficulty": "entry"}, **MOST, marked_by=["air"]
        ),
        known("speed", full=1000),
        judge_classes=named("turns", "air"),
        total={"full": 4000},
    )
    judges = [
        *(Judge(f"j{n}", judge_class="turns") for n in range(1, 6)),
        *(Judge(f"a{n}", judge_class="air") for n in (1, 2)),
    ]
    grid = {"t": marks("16.2 16.4 16.5 16.0 16.3"), "u": marks("7.4 7.6", "a"), "v": marks("8.1 7.9", "a")}
    entries = [Entry("t", "x", "turns"), Entry("u", "x", "top"), Entry("v", "x", "bottom")]
    jumps = [*recorded("u", difficulty="0.88"), *recorded("v", difficulty="0.81")]
    run = contest(scheme, grid, entries=entries, judges=judges, priors={"speed": {"x": "14.63"}}, decisions=jumps)
    assert scores(run.result()) == {"x": Fraction("76.61")}
    assert verify(compose(run.inputs, None)).difference is None


def test_halfpipe_the_best_run_counts_and_the_second_parts_equals() -> None:
    """FIS: of six judges' marks the middle four; the best run; of equals who has the better second run.

    a: 82 84 84 86 = 84.00 and 70.00; b: 84.00 and 71.50.
    """
    half = marked("run", panel=trimmed(1, 1), unit={"method": "mean", "best": 1, "unmarked": "left_out"})
    grid = {"a1": marks("80 82 84 84 86 90"), "a2": marks("70 70 70 70 70 70"),
            "b1": marks("71 71 72 72 71 75"), "b2": marks("84 84 84 84 84 84")}  # fmt: skip
    entries = [Entry(name, name[0], "run") for name in grid]
    runs = contest(rule(half, ties=["entry:run.1", "entry:run.2"]), grid, entries=entries)
    assert (scores(runs.result()), places(runs.result())) == ({"a": 84, "b": 84}, {"b": 1, "a": 2})
    assert verify(compose(runs.inputs, None)).difference is None


def test_boxing_each_judge_names_a_winner_by_his_rounds() -> None:
    """Ten points for the better boxer of a round: 29-28 twice against 28-29: two judges of three name a."""
    rounds = [item(f"r{n}", 10, 1, floor=7) for n in (1, 2, 3)]
    scheme = rule(marked("m", criterion("c", *rounds), panel={"method": "copeland"}, sheet=POINTS))
    a, b = [[10, 10, 9], [10, 10, 9], [10, 9, 9]], [[9, 9, 10], [9, 9, 10], [9, 10, 10]]
    grid: dict[str, dict[str, Sequence[Mark]]] = {
        name: {f"j{n}": row for n, row in enumerate(rows)} for name, rows in (("a", a), ("b", b))
    }
    bout = contest(scheme, grid)
    assert places(bout.result()) == {"a": 1, "b": 2}
    assert verify(compose(bout.inputs, None)).difference is None


def test_artistic_swimming_three_panels_by_weight() -> None:
    """FINA to 2022: execution 30, impression 40, difficulty 30 of 100, each of five the mean of the middle three.

    9.0, 9.2 and 8.8 times 3, 4 and 3: 27.0 + 36.8 + 26.4 = 90.2; a class of weight 30 is three tenths, times 10.
    """
    rows = {
        "execution": "8.9 9.0 9.1 9.3 8.8",
        "impression": "9.2 9.2 9.1 9.2 9.4",
        "difficulty": "8.8 8.8 8.8 8.7 8.9",
    }
    judges = [Judge(f"{name}{n}", judge_class=name) for name in rows for n in range(1, 6)]
    weights = zip(rows, (30, 40, 30), strict=True)
    how = trimmed(1, 1, factor=10, classes=[{"judge_class": name, "weight": weight} for name, weight in weights])
    scheme = rule(marked("m", criterion("c", item("m", 10, "0.1")), panel=how, **MOST), judge_classes=named(*rows))
    grid = {"a": {name: mark for of, text in rows.items() for name, mark in marks(text, of).items()}}
    assert only(contest(scheme, grid, judges=judges)) == Fraction("90.2")
