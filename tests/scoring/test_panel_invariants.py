"""What holds for every panel: scale and shift, one mark more, bounds, mirrors, doubled panels, classes."""

from collections.abc import Callable
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scoring.roster import Judge
from tests.scoring.contests import Score, Table, contest, criterion, item, marked, named, rule, scores, trimmed

MEAN: Table = {"method": "mean"}
MEDIAN: Table = {"method": "median"}
marks = st.lists(st.integers(0, 100), min_size=3, max_size=9)
symmetric = st.sampled_from([MEAN, MEDIAN, trimmed(1, 1)])


def score(how: Table, values: list[int]) -> Fraction:
    result = contest(rule(marked(panel=how)), {"a": {f"j{i}": mark for i, mark in enumerate(values)}}).result()
    value = scores(result)["a"]
    assert isinstance(value, Fraction)
    return value


@given(st.lists(st.integers(0, 20), min_size=3, max_size=9), symmetric, st.integers(1, 4), st.integers(0, 20))
def test_a_scaled_and_shifted_panel_has_the_scaled_and_shifted_score(
    values: list[int], how: Table, k: int, c: int
) -> None:
    assert score(how, [k * value + c for value in values]) == k * score(how, values) + c


@given(marks, st.sampled_from([MEAN, MEDIAN, trimmed(1, 1), trimmed(0, 2)]), st.data())
def test_raising_a_mark_never_lowers_the_entry(values: list[int], how: Table, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(values) - 1))
    higher = data.draw(st.integers(values[at], 100))
    assert score(how, [*values[:at], higher, *values[at + 1 :]]) >= score(how, values)


@given(marks, st.sampled_from([MEAN, MEDIAN, trimmed(1, 1), trimmed(2, 0)]))
def test_the_score_lies_between_the_lowest_and_the_highest_mark(values: list[int], how: Table) -> None:
    assert min(values) <= score(how, values) <= max(values)


@given(st.integers(0, 100), st.integers(3, 9), symmetric)
def test_what_all_judges_give_is_the_score(mark: int, number: int, how: Table) -> None:
    assert score(how, [mark] * number) == mark


@given(marks)
def test_dropping_nobody_is_the_mean_and_dropping_all_but_the_middle_is_the_median(values: list[int]) -> None:
    most = (len(values) - 1) // 2
    assert (score(trimmed(0, 0), values), score(trimmed(most, most), values)) == (
        score(MEAN, values),
        score(MEDIAN, values),
    )


@given(marks, symmetric)
def test_the_mirrored_panel_has_the_mirrored_score(values: list[int], how: Table) -> None:
    assert score(how, [100 - value for value in values]) == 100 - score(how, values)


@given(st.lists(st.integers(40, 60), min_size=3, max_size=7), st.integers(1, 2), st.data())
def test_as_many_arbitrary_marks_as_are_dropped_cannot_leave_the_range_of_the_others(
    honest: list[int], k: int, data: st.DataObject
) -> None:
    wild = data.draw(st.lists(st.integers(0, 100), min_size=k, max_size=k))
    assert min(honest) <= score(trimmed(k, k), [*honest, *wild]) <= max(honest)


@given(marks, st.integers(0, 1))
def test_doubling_the_panel_and_what_is_dropped_changes_nothing(values: list[int], k: int) -> None:
    assert score(trimmed(2 * k, 2 * k), values * 2) == score(trimmed(k, k), values)
    assert score(MEDIAN, values * 2) == score(MEDIAN, values)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4), st.lists(st.integers(0, 100), max_size=4), st.data())
def test_class_weights_keep_within_bounds_and_only_their_ratio_counts(
    experts: list[int], public: list[int], data: st.DataObject
) -> None:
    first, second, scale = (data.draw(st.integers(1, 50)) for _ in range(3))
    rows = {"expert": experts, "public": public}
    judges = [Judge(f"{name}{i}", judge_class=name) for name, row in rows.items() for i in range(len(row))]
    grid = {"a": {f"{name}{i}": mark for name, row in rows.items() for i, mark in enumerate(row)}}

    def run(*weights: int) -> Score:
        classes = [{"judge_class": name, "weight": w} for name, w in zip(rows, weights, strict=True)]
        how = {"method": "mean", "classes": classes, "empty_class": "renormalise"}
        return scores(contest(rule(marked(panel=how), judge_classes=named(*rows)), grid, judges=judges).result())["a"]

    means = [Fraction(sum(row), len(row)) for row in rows.values() if row]
    value = run(first, second)
    assert value is not None
    assert min(means) <= value <= max(means)
    assert run(first * scale, second * scale) == value
    if len(means) == 1:
        assert value == means[0]


@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 20)), min_size=1, max_size=6),
    symmetric,
    st.sampled_from(["share", "sum"]),
)
def test_the_order_of_items_and_splitting_an_item_change_nothing_on_sheet_totals(
    rows: list[tuple[int, int]], how: Table, points: str
) -> None:
    sheet = {"points": points}

    def run(*items: Table, split: Callable[[int, int], list[int]]) -> Score:
        scheme = rule(marked("m", criterion("c", *items), panel=how, sheet=sheet))
        return scores(contest(scheme, {"a": {f"j{i}": split(*row) for i, row in enumerate(rows)}}).result())["a"]

    whole = run(item("x", 10, 1), item("y", 20, 1), split=lambda x, y: [x, y])
    assert run(item("y", 20, 1), item("x", 10, 1), split=lambda x, y: [y, x]) == whole
    parts = [item("x", 10, 1), item("y1", 12, 1), item("y2", 8, 1)]
    assert run(*parts, split=lambda x, y: [x, min(y, 12), y - min(y, 12)]) == whole
