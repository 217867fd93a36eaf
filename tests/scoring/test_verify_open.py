"""What is open and what is noted in a bundle: calculated again, and named where it was taken out, put in or altered."""

import json
from typing import Any

import pytest

from scoring.bundle import compose
from scoring.faults import Refused
from scoring.roster import Absence, Decision, Entry, Judge, Recusal
from scoring.verify import verify
from tests.scoring.contests import Contest, Table, contest, criterion, item, known, marked, named, rule, tier, words
from tests.scoring.tampering import changed, leaves, sealed_again

SEVERE: Table = {"method": "mean", "counts": "less_severity"}
TWO: Table = {"tiers": [tier("first", 1, 100), tier("second", 1, 50)], "boundary": "decision"}
LEVEL = {"A": {"j": 5}, "B": {"j": 5}, "C": {"j": 3}}
BANDS: list[Table] = [
    {"id": "good", "name": words("good"), "least": 80, "points": 95, "at_most": 1},
    {"id": "fair", "name": words("fair"), "least": 0, "points": 80, "at_least_share": "0.5"},
]
DIVISIONS = {"A": "x", "B": "y"}
DRAW: Table = {"draw": {"public": words("dice"), "secret": False}, "ties": ["draw"]}
FIRST_TWO: list[Table] = [
    {"id": "one", "name": words("one"), "components": ["marks"], "advance": {"quota": 1}},
    {"id": "two", "name": words("two"), "components": ["final"]},
]
GRADES: Table = {
    "sections": [{"id": "s", "name": words("s"), "full": 100, "rules": [
        {"id": "grade", "name": words("g"), "shape": "share", "points": 10, "target": 5}]}]
}  # fmt: skip

CONTESTS: dict[str, Contest] = {
    "missing sheets and few of them": contest(
        rule(marked(panel={"method": "mean", "minimum": 2})), {"A": {"j": 5, "k": 6}, "B": {"j": 7}, "C": {}},
        judges=[Judge("j"), Judge("k")],
    ),
    "judges apart": contest(
        rule(marked(panel=SEVERE)), {"A": {"j": 5}, "B": {"k": 6}},
        recusals=[Recusal("k", entry="A"), Recusal("j", entry="B")],
    ),
    "judges of different entries": contest(
        rule(marked(panel={"method": "mean", "counts": "z"})), {"A": {"j": 5, "k": 6}, "B": {"j": 7}},
        absences=[Absence("k", entry="B")],
    ),
    "never beaten": contest(rule(marked(panel={"method": "bradley_terry"})), {"A": {"j": 5}, "B": {"j": 6}}),
    "a boundary": contest(rule(prizes=TWO), LEVEL),
    "a draw": contest(rule(prizes=TWO, **DRAW), LEVEL),
    "half a decision": contest(rule(ties=["decision"]), LEVEL, decisions=[Decision("tie", "A", value="1")]),
    "half of the times": contest(
        rule(ties=["earlier_submission"]), LEVEL, decisions=[Decision("submission", "A", value="2022-07-09 14:05")]
    ),
    "above the budget": contest(rule(prizes={**TWO, "boundary": "extend_up"}), LEVEL),
    "decisions that decide nothing": contest(
        rule(ties=["decision"], prizes=TWO), {"A": {"j": 5}, "B": {"j": 4}},
        decisions=[Decision("tie", "A", value="1"), Decision("award", "B", "second", "50")],
    ),
    "bands and equal totals": contest(
        rule(marked(panel={"method": "mean", "counts": "band", "bands": BANDS, "distinct": "component"})),
        {"A": {"j": 85}, "B": {"j": 90}, "C": {"j": 90}},
    ),
    "a class without judges": contest(
        rule(
            marked(panel={"method": "mean", "classes": [{"judge_class": n, "weight": 1} for n in ("e", "p")]}),
            judge_classes=named("e", "p"),
        ),
        {"A": {"j": 5}}, judges=[Judge("j", judge_class="e")],
    ),
    "a class passed over": contest(
        rule(
            marked(panel={"method": "mean", "empty_class": "renormalise",
                          "classes": [{"judge_class": name, "weight": 1} for name in ("e", "p")]}),
            judge_classes=named("e", "p"),
        ),
        {"A": {"j": 5}}, judges=[Judge("j", judge_class="e")],
    ),
    "a difficulty that nobody wrote down": contest(
        rule(marked(panel={"method": "mean", "difficulty": "entry"})), {"A": {"j": 5}}
    ),
    "priors that want, stand in and are left out": contest(
        rule(marked(), known("a"), known("b", missing="zero"), known("c", missing="renormalise")),
        {"A": {"j": 5}, "B": {"j": 6}, "C": {"j": 7}},
        priors={"a": {"A": 5, "C": 5}, "b": {"A": 6, "C": 6}, "c": {"A": 7}},
    ),
    "a ledger that waits": contest(rule(marked(), known(ledger=GRADES)), {"A": {"j": 5}}),
    "a unit without entries": contest(rule(), {"A": {"j": 5}}, units={"A": "", "B": ""}),
    "a unit that nobody marked": contest(
        rule(marked(unit={"unmarked": "left_out"})), {"A": {"j": 5}, "B": {}}, judges=[Judge("j")]
    ),
    "divisions apart": contest(
        rule(marked(scale="minmax"), divisions=named("x", "y")), {"A": {"j": 5}, "B": {"k": 4}}, units=DIVISIONS,
        judges=[Judge("j", divisions=("x",)), Judge("k", divisions=("y",))],
    ),
    "few sheets after the trim, and another trim": contest(
        rule(marked(panel={"method": "mean", "trim_on": "sheet_total", "trim": {"table": [
            {"judges": 3, "low": 0, "high": 1}, {"judges": 4, "low": 1, "high": 1}]}})),
        {"A": {"j": 5, "k": 6, "l": 7, "m": 8}, "B": {"j": 5, "k": 6, "l": 7}},
        absences=[Absence("m", entry="B")],
    ),
    "a lazy judge": contest(
        rule(marked(panel={"method": "mean", "minimum_share": "0.6"})), {"A": {"j": 5, "k": 5}, "B": {"j": 6}}
    ),
    "rooms": contest(
        rule(marked(second_mean={"by": "division"}), divisions=named("x", "y")), {"A": {"j": 5}, "B": {"j": 4}},
        units=DIVISIONS,
    ),
    "rooms without a mean": contest(
        rule(marked(second_mean={"by": "division"}), divisions=named("x", "y")), {"A": {"j": 0}, "B": {"j": 4}},
        units=DIVISIONS,
    ),
    "tied at a cut": contest(rule(marked(), marked("final"), rounds=FIRST_TWO), LEVEL),
    "a cut that waits": contest(
        rule(marked(), marked("final"), rounds=FIRST_TWO), {"A": {"j": 5}, "B": {}}, judges=[Judge("j")]
    ),
    "places that nobody reached": contest(
        rule(marked(), marked("final"), rounds=[FIRST_TWO[0] | {"advance": {"quota": 3, "minimum": 5}}, FIRST_TWO[1]]),
        LEVEL,
    ),
    "another weight than the scheme says": contest(
        rule(marked(weight=1), marked("other", weight=1)),
        {"A": {"j": 90}, "B": {"j": 10}, "a": {"j": 50}, "b": {"j": 52}},
        entries=[Entry(name, name.upper(), "marks" if name.isupper() else "other") for name in "ABab"],
    ),
    "sheets marked in part": contest(
        rule(marked("marks", criterion("a", item("a", 10, 1), item("b", 10, 1)), sheet={"incomplete": "item"},
                    panel={"method": "mean", "trim": {"low": 0, "high": 0}, "trim_on": "item"})),
        {"A": {"j": [5, None], "k": [6, 7]}, "B": {"j": [5, 5], "k": [6, 7]}},
    ),
    "a withheld secret": contest(
        rule(ties=["draw"], draw={"public": words("dice")}), LEVEL, decisions=[Decision("withheld")]
    ),
}  # fmt: skip
CODES = {
    "entry.missing", "entry.few", "entry.no_score", "severity.cut_off", "counts.uneven", "strength.unbounded",
    "boundary.undecided", "draw.waiting", "tie.partly_decided", "tie.submission_unknown", "money.overrun",
    "note.tie_unused", "note.award_unused", "judge.equal", "judge.band_above", "judge.band_below", "entry.class_empty",
    "note.class_empty", "entry.difficulty", "unit.prior_missing", "note.prior_substituted", "note.renormalised",
    "unit.ledger_lacks", "unit.no_entries", "unit.unmarked", "note.divisions_apart_ranking", "note.field_scale",
    "note.few_kept", "note.trim_differs", "note.judge_too_few", "note.second_mean", "rooms.no_mean",
    "round.tied_at_cut", "round.waiting", "note.round_vacant", "note.effective_weight", "note.secret_withheld",
}  # fmt: skip
BUNDLES = {name: compose(one.inputs, None) for name, one in CONTESTS.items()}


def told(content: bytes) -> list[tuple[str, int, Table]]:
    sections = json.loads(content)["sections"]
    return [(name, number, row) for name in ("open", "notes") for number, row in enumerate(sections[name])]


def test_every_thing_to_settle_and_to_know_is_among_the_contests() -> None:
    assert {row["code"] for content in BUNDLES.values() for _, _, row in told(content)} >= CODES


@pytest.mark.parametrize("name", BUNDLES)
def test_what_is_open_and_noted_is_calculated_again(name: str) -> None:
    verdict = verify(BUNDLES[name])
    assert verdict.difference is None
    assert {key for key, _ in verdict.unknown} <= {"severity.cut_off", "notes"}


@pytest.mark.parametrize("name", BUNDLES)
def test_what_was_taken_out_or_put_in_is_named(name: str) -> None:
    content = BUNDLES[name]
    for section, number, row in told(content):
        without, twice = json.loads(content), json.loads(content)
        del without["sections"][section][number]
        twice["sections"][section].append(row)
        rows = len(json.loads(content)["sections"][section])
        for document, place in ((without, rows), (twice, rows + 1)):
            difference = verify(sealed_again(document)).difference
            assert difference is not None, row
            assert (difference.section, difference.row, difference.name.partition(".")[0]) == (
                section, place, row["code"].partition(".")[0],
            )  # fmt: skip


PATHS = [
    (name, path)
    for name, content in BUNDLES.items()
    for section in ("open", "notes")
    for path in leaves(json.loads(content)["sections"][section], ("sections", section))
]


@pytest.mark.parametrize(("name", "path"), PATHS)
def test_every_altered_particular_is_named_with_its_row(name: str, path: tuple[Any, ...]) -> None:
    _, section, number, *_rest = path
    try:
        difference = verify(sealed_again(changed(BUNDLES[name], path))).difference
    except Refused as refused:
        if refused.faults[0].code != "bundle.section":
            raise
        return
    assert difference is not None
    assert (difference.section, difference.row) == (section, number + 1)
