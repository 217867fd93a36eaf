"""Shares of sheets in a total, and the errors that follow: against small changes made for real, and by hand."""

from dataclasses import replace
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.inform.contest import Contest
from scoring.inform.grid import counted_sheets, sheet_grid
from scoring.inform.precision import Precision, Unknown, differences, precision
from scoring.inform.shares import NotSmooth, entry_shares, sheet_shares
from scoring.roster import Decision, Entry, Judge, Sheet
from scoring.working import Node, constant
from tests.scoring.contests import by_unit, contest, criterion, item, known, marked, rule, words
from tests.scoring.inform import least_squares
from tests.scoring.inform.asking import asked, official

MARKS = {
    "P": {"j1": 90, "j2": 80, "j3": 88}, "Q": {"j1": 82, "j2": 83, "j3": 84}, "R": {"j1": 70, "j2": 72, "j3": 77},
}  # fmt: skip


def errors(whole: Contest) -> Precision:
    return precision(whole, official(whole))


# ---- Shares ---------------------------------------------------------------------------------------------------------

ONE, TWO, FOUR = (Node("sheet", Fraction(value), ref=f"j{value}/e") for value in (1, 2, 4))
SEVEN = Fraction(7)


@pytest.mark.parametrize(
    ("node", "by_hand"),
    [
        (Node("mean", SEVEN, (ONE, TWO, FOUR)), (1 / 3, 1 / 3, 1 / 3)),
        (Node("median", SEVEN, (ONE, TWO, FOUR)), (1 / 3, 1 / 3, 1 / 3)),
        (Node("trimmed_mean", SEVEN, (ONE, TWO, FOUR), low=1, high=1), (1 / 3, 1 / 3, 1 / 3)),
        (Node("winsor", SEVEN, (ONE, TWO, FOUR), low=1, high=1), (1 / 3, 1 / 3, 1 / 3)),
        (Node("sum", SEVEN, (ONE, TWO, FOUR)), (1, 1, 1)),
        (Node("trimmed_sum", SEVEN, (ONE, TWO, FOUR), low=1), (2 / 3, 2 / 3, 2 / 3)),
        (Node("best_mean", SEVEN, (FOUR, ONE, TWO), low=1), (0, 1 / 2, 1 / 2)),
        (Node("best_sum", SEVEN, (FOUR, ONE, TWO), low=1), (0, 1, 1)),
        (Node("weighted", SEVEN, (constant(Fraction(3), "w"), ONE, constant(Fraction(1), "w"), FOUR)), (0.75, 0, 0.25)),
        (Node("plus", SEVEN, (ONE, FOUR)), (1, 0, 1)),
        (Node("minus", SEVEN, (ONE, FOUR)), (1, 0, -1)),
        (Node("times", SEVEN, (TWO, constant(Fraction(5, 2), "factor"))), (0, 2.5, 0)),
        (Node("round", SEVEN, (TWO,)), (0, 1, 0)),
        (Node("at_least", SEVEN, (TWO, constant(SEVEN, "least"))), (0, 1, 0)),
        (Node("minmax", SEVEN, (TWO, constant(Fraction(1), "lowest"), constant(Fraction(5), "highest"))), (0, 0.25, 0)),
        (Node("minmax", SEVEN, (TWO, constant(SEVEN, "lowest"), constant(SEVEN, "highest"))), (0, 0, 0)),
        (Node("z", SEVEN, (TWO, constant(SEVEN, "mean"), constant(Fraction(4), "variance"))), (0, 0.5, 0)),
        (Node("z", SEVEN, (TWO, constant(SEVEN, "mean"), constant(Fraction(0), "variance"))), (0, 0, 0)),
    ],
)
def test_the_share_of_a_sheet_by_hand(node: Node, by_hand: tuple[float, ...]) -> None:
    found = sheet_shares(node)
    assert tuple(found.get(("e", judge), 0) for judge in ("j1", "j2", "j4")) == pytest.approx(by_hand)


@pytest.mark.parametrize("op", ["order", "duel", "points", "place", "dance"])
def test_what_counts_in_steps_has_no_shares(op: str) -> None:
    with pytest.raises(NotSmooth):
        sheet_shares(Node("sum", SEVEN, (Node(op, SEVEN, (ONE,)),)))  # type: ignore[arg-type]  # each is an operation


def test_points_of_a_ledger_have_no_share_and_stop_nobody() -> None:
    ledger = Node("points", SEVEN, (Node("record", SEVEN), Node("highest", SEVEN, (Node("record", SEVEN),))))
    assert sheet_shares(Node("plus", SEVEN, (ONE, ledger))) == {("e", "j1"): 1}


def test_entries_are_not_looked_into() -> None:
    entry = Node("mean", SEVEN, (ONE, TWO), of="entry:e")
    assert entry_shares(Node("mean", SEVEN, (entry, Node("prior", SEVEN)))) == {"e": 0.5}


def test_where_items_are_taken_singly_a_sheet_has_the_share_of_its_items() -> None:
    panel = {"method": "mean", "trim": {"low": 1, "high": 0}, "trim_on": "item"}
    part = marked("m", criterion("c", item("a"), item("b")), panel=panel, sheet={"points": "sum"})
    whole = asked(contest(rule(part), {"P": {"j1": [1, 2], "j2": [3, 4], "j3": [5, 7], "j4": [0, 0]}}))
    working = official(whole).units[0].working
    assert working is not None
    assert sheet_shares(working) == {("P", f"j{i}"): 1 / 4 for i in (1, 2, 3, 4)}


@given(
    st.sampled_from(["mean", "sum"]),
    st.sampled_from([{"method": "mean"}, {"method": "sum"}, {"method": "mean", "best": 1}]),
    st.sampled_from(["judge", "bloc"]),
    st.data(),
)
def test_a_sheet_with_a_point_more_moves_the_total_by_its_share(
    method: str,
    unit: dict[str, object],
    by: str,
    data: st.DataObject,
) -> None:
    """Two components, one on another scale, a prior score, a factor, blocs of unequal size: done for real."""
    how = {"method": method, "factor": "1.5", "by": by}
    parts = [marked("m", panel=how, weight=3, unit=unit), marked("n", weight=2, full=50), known(weight=1)]
    entries = [
        *(Entry(f"{u}{i}", u, "m") for u in "PQ" for i in (1, 2)),
        *(Entry(f"{u}n", u, "n") for u in "PQ"),
    ]
    judges = [Judge(f"j{i}", bloc=("a", "a", "b")[i]) for i in range(3)]
    # The second entry is always the better one: where two are equal the best changes hands.
    levels = {entry.id: 30 if entry.id.endswith("2") else 10 for entry in entries}
    grid = {name: {j.id: data.draw(st.integers(level, level + 9)) for j in judges} for name, level in levels.items()}
    whole = asked(contest(rule(*parts), grid, entries=entries, judges=judges, priors={"ordinary": {"P": 70, "Q": 60}}))
    place = data.draw(st.integers(0, len(whole.sheets) - 1))
    old = whole.sheets[place]
    (tick,) = old.ticks
    assert tick is not None
    more = Sheet(old.judge, old.entry, (tick + 1,))  # a hundredth of a point; on "n" full marks are 50
    later = replace(whole, sheets=(*whole.sheets[:place], more, *whole.sheets[place + 1 :]))
    sheet_points = Fraction(1, 100) * (Fraction(1, 2) if old.entry.endswith("n") else 1)
    before, after = by_unit(official(whole)), by_unit(official(later))
    for name in "PQ":
        working, scores = before[name].working, (after[name].score, before[name].score)
        assert working
        assert scores[0] is not None
        assert scores[1] is not None
        moved = sheet_shares(working).get((old.entry, old.judge), 0.0) * float(sheet_points)
        assert float(scores[0] - scores[1]) == pytest.approx(moved, abs=1e-12)


# ---- Errors ---------------------------------------------------------------------------------------------------------


def test_the_error_of_a_difference_is_the_root_of_twice_the_rest_by_the_judges() -> None:
    """By hand: worths 86, 83, 73; judges 0, -7/3, +7/3; the squares of the rest are 154/3 on 4, so MSr = 77/6."""
    known_ = errors(asked(contest(rule(), MARKS)))
    assert [unit.unit.id for unit in known_.units] == ["P", "Q", "R"]
    rest = known_.sources[0]
    assert (rest.component, rest.what, rest.freedom) == ("marks", "rest", 4)
    assert known_.errors[0, 1] == pytest.approx(sqrt(2 * 77 / 6 / 3))
    assert known_.errors == pytest.approx(known_.errors.T)
    assert np.diag(known_.errors) == pytest.approx(0)
    # All judges marked all: who they are moves everybody alike, and no difference.
    assert known_.sources[1].covariance == pytest.approx(known_.sources[1].covariance[0, 0])


def test_a_weight_and_a_known_score_scale_the_error_and_add_none() -> None:
    parts = [marked("m", weight=3), known(weight=1)]
    priors = {"ordinary": {"P": 60, "Q": 70, "R": 80}}
    alone, blended = errors(asked(contest(rule(), MARKS))), errors(asked(contest(rule(*parts), MARKS, priors=priors)))
    assert blended.errors == pytest.approx(alone.errors * 0.75)
    places = [blended.place(name) for name in "PQR"]
    assert blended.totals[places] == pytest.approx([86 * 0.75 + 15, 83 * 0.75 + 17.5, 73 * 0.75 + 20])
    assert blended.judged[places] == pytest.approx([86 * 0.75, 83 * 0.75, 73 * 0.75])


def test_two_components_add_their_variances() -> None:
    grid = {**MARKS, **{f"{name}n": row for name, row in MARKS.items()}}
    entries = [Entry(name, name[0], "n" if name.endswith("n") else "m") for name in grid]
    both = errors(asked(contest(rule(marked("m"), marked("n")), grid, entries=entries)))
    assert both.errors[0, 1] == pytest.approx(sqrt(2 * 77 / 6 / 3 / 2))


def test_a_component_without_a_sheet_in_the_totals_adds_no_error() -> None:
    entries = [Entry(name, name[0], "n" if name.endswith("n") else "m") for name in ("P", "Q", "R", "Pn", "Qn", "Rn")]
    rulings = [{"id": "broken", "name": words("broken"), "score": 50}]
    decided = [Decision("ruling", f"{name}n", "broken") for name in "PQR"]
    grid = {**MARKS, "Pn": {"j1": 60}}
    whole = asked(contest(rule(marked("m"), marked("n"), rulings=rulings), grid, entries=entries, decisions=decided))
    assert {source.component for source in errors(whole).sources} == {"m"}


def test_without_severity_the_error_is_that_of_the_additive_model_exactly() -> None:
    grid = {
        "P": {"j2": 80, "j3": 88, "j4": 79}, "Q": {"j1": 82, "j3": 84, "j4": 80},
        "R": {"j1": 70, "j2": 72, "j4": 71}, "S": {"j1": 60, "j2": 66, "j3": 61, "j4": 65},
    }  # fmt: skip
    panel = {"method": "mean", "counts": "less_severity"}
    whole = asked(contest(rule(marked(panel=panel)), grid))
    known_ = errors(whole)
    marks = sheet_grid(counted_sheets(whole.scheme, whole.roster, whole.sheets), "marks", whole.roster)
    order = [marks.entries.index(unit.unit.id) for unit in known_.units]
    _, _, rest = least_squares.variances(marks)
    covariance = rest * least_squares.covariance_of_worths(marks)
    assert known_.sources[0].covariance == pytest.approx(covariance[np.ix_(order, order)])
    # Who the judges are is taken out, whatever the pattern of holes.
    assert [differences(source.covariance).max() for source in known_.sources[1:]] in ([], pytest.approx([0]))


def test_with_recusal_and_plain_means_who_the_judges_are_counts_too() -> None:
    grid = {name: {j: m + 9 * (j == "j1") for j, m in row.items()} for name, row in MARKS.items()}
    del grid["P"]["j1"]
    given_ = asked(contest(rule(), grid))
    whole = errors(given_)
    assert [source.what for source in whole.sources] == ["rest", "judges"]
    judges = differences(whole.sources[1].covariance)
    marks = sheet_grid(counted_sheets(given_.scheme, given_.roster, given_.sheets), "marks", given_.roster)
    _, spread, _ = least_squares.variances(marks)
    p, q, r = (whole.place(name) for name in "PQR")
    # P has (0, 1/2, 1/2) of the three judges, the others a third of each: the squares of the differences are 1/6.
    assert judges[p, q] == pytest.approx(sqrt(spread / 6))
    assert judges[q, r] == 0


@pytest.mark.parametrize(
    ("scheme", "grid", "why"),
    [
        (rule(marked(panel={"method": "sum", "counts": "order"})), MARKS, "jumps"),
        (rule(marked(panel={"method": "copeland"})), MARKS, "jumps"),
        (rule(), {"P": {"j1": 90}, "Q": {"j1": 80}}, "few"),
        (rule(), {"P": {}}, "few"),
        (rule(known()), {}, "few"),
    ],
)
def test_where_nothing_can_be_said_it_says_why(scheme: object, grid: dict[str, dict[str, int]], why: str) -> None:
    priors = {"ordinary": {"P": 60}} if not grid else None
    whole = asked(contest(scheme, grid, priors=priors))  # type: ignore[arg-type]  # a scheme
    with pytest.raises(Unknown) as unknown:
        errors(whole)
    assert unknown.value.why == why


def test_on_a_scale_of_his_own_a_judges_severity_is_gone() -> None:
    whole = errors(asked(contest(rule(marked(panel={"method": "mean", "counts": "z"})), MARKS)))
    assert [source.what for source in whole.sources] == ["rest"]
