"""Many-facet Rasch: cases that can be worked by hand, and parameters that were put in."""

from math import log

import numpy as np
import pytest

from scoring.inform.rasch import Marks, measured, rasch
from tests.scoring.contests import criterion, item
from tests.scoring.inform.panels import Floats, sheets


def yes_and_no(table: list[list[int]]) -> Marks:
    """One item; a row for each entry, a column for each judge."""
    cells = [(i, j, 0, x) for i, row in enumerate(table) for j, x in enumerate(row)]
    return Marks(*np.array(cells).T)


def invented(seed: int, *, entries: int, judges: int, items: int, steps: tuple[float, ...], wild: int = -1) -> Marks:
    """Drawn from the model itself; the judge ``wild`` marks at random."""
    chance = np.random.default_rng(seed)
    worth, severity, hardness = truth(judges, items, entries)
    e, j, k = (part.ravel() for part in np.meshgrid(range(entries), range(judges), range(items), indexing="ij"))
    theta = worth[e] - severity[j] - hardness[k]
    levels = np.arange(len(steps) + 1)
    height = theta[:, None] * levels - np.concatenate(([0], np.cumsum(steps)))
    height[j == wild] = 0
    chances = np.exp(height) / np.exp(height).sum(axis=1, keepdims=True)
    drawn = (chance.random(len(e))[:, None] > np.cumsum(chances, axis=1)).sum(axis=1)
    return Marks(e, j, k, np.minimum(drawn, len(steps)))


def truth(judges: int, items: int, entries: int) -> tuple[Floats, Floats, Floats]:
    return np.linspace(-2, 2, entries), np.linspace(-1, 1, judges), np.linspace(-0.5, 0.5, items)


def test_two_judges_by_hand() -> None:
    """Six entries have a yes from the first judge alone, two from the second alone; the rest is the same for both.

    At an entry with one yes, both chances add up to 1, so its worth lies midway; 6 / 8 = 1 / (1 + exp(-d / 2)) makes
    the second d = 2 ln 3 more severe (twice what it is: the known stretch of joint estimates with two marks).
    """
    table = [[1, 0]] * 6 + [[0, 1]] * 2 + [[1, 1], [0, 0], [0, 0]]
    found = measured(yes_and_no(table))
    assert found
    assert found.converged
    assert found.severity == pytest.approx((-log(3), log(3)), abs=1e-5)
    assert np.isnan(found.entries).tolist() == [False] * 8 + [True] * 3
    assert found.entries[:8] == pytest.approx(0, abs=1e-5)
    # Six times p = 3/4 came and two times it did not: squares (6 x 1/16 + 2 x 9/16) over 8 x 3/16 = 1.
    assert found.infit == pytest.approx((1, 1), abs=1e-5)
    assert found.outfit == pytest.approx((1, 1), abs=1e-5)


def test_the_marks_that_are_expected_add_up_to_those_that_were_given() -> None:
    """What maximum likelihood means here: for every entry, judge and item, and for every category."""
    given = invented(1, entries=30, judges=5, items=4, steps=(-1, 0, 1))
    found = measured(given)
    assert found
    keep = ~np.isnan(found.entries[given.entry])
    theta = (found.entries[given.entry] - found.severity[given.judge] - found.items[given.item])[keep]
    height = theta[:, None] * np.arange(4) - np.concatenate(([0], np.cumsum(found.steps)))
    chances = np.exp(height) / np.exp(height).sum(axis=1, keepdims=True)
    rest = given.category[keep] - chances @ np.arange(4)
    for facet in (given.entry, given.judge, given.item):
        assert np.bincount(facet[keep], weights=rest) == pytest.approx(0, abs=1e-3)
    assert chances.sum(axis=0) == pytest.approx(np.bincount(given.category[keep]), abs=1e-3)


def test_the_parameters_that_were_put_in_come_out() -> None:
    """48 marks for an entry: joint estimates lie about a fiftieth too far apart."""
    steps = (-1.5, -0.5, 0.5, 1.5)
    given = invented(2, entries=200, judges=8, items=6, steps=steps)
    found = measured(given)
    assert found
    worth, severity, hardness = truth(8, 6, 200)
    assert np.corrcoef(found.entries, worth)[0, 1] > 0.97
    assert found.severity == pytest.approx(severity, abs=0.12)
    assert found.items == pytest.approx(hardness, abs=0.12)
    assert found.steps == pytest.approx(steps, abs=0.15)
    assert found.infit == pytest.approx(1, abs=0.15)
    stretch = [float(np.polyfit(severity, found.severity, 1)[0])]
    for seed in (3, 4, 5):
        again = measured(invented(seed, entries=200, judges=8, items=6, steps=steps))
        assert again
        stretch.append(float(np.polyfit(severity, again.severity, 1)[0]))
    assert np.mean(stretch) == pytest.approx(1.01, abs=0.03)


def test_a_scale_with_a_category_nobody_used_is_read_without_it() -> None:
    table = [[1, 0]] * 6 + [[0, 1]] * 2
    twice = [[2 * x for x in row] for row in table]
    one, other = measured(yes_and_no(table)), measured(yes_and_no(twice))
    assert one
    assert other
    assert other.severity == pytest.approx(one.severity)
    assert len(other.steps) == 1


def test_marks_at_the_ends_alone_measure_nothing() -> None:
    assert measured(yes_and_no([[1, 0], [1, 0]])) is None
    assert measured(yes_and_no([[1, 1], [1, 1]])) is None


# --- from a contest


def contest(given: Marks, floor: int = 0) -> list[list[list[int]]]:
    """The ticks as sheets: entry -> judge -> items."""
    sizes = [int(facet.max()) + 1 for facet in (given.entry, given.judge, given.item)]
    ticks = np.zeros(sizes, dtype=int)
    ticks[given.entry, given.judge, given.item] = given.category + floor
    return [[[int(tick) for tick in sheet] for sheet in row] for row in ticks]


def test_a_judge_who_marks_at_random_is_flagged_and_the_others_are_not() -> None:
    given = invented(3, entries=40, judges=6, items=4, steps=(-1.5, 0, 1.5), wild=2)
    marks = sheets(contest(given, floor=1), *(scale(k, 4) for k in range(4)))
    measures, judges, [found] = rasch(marks, "marks")
    assert measures
    assert judges == ("j0", "j1", "j2", "j3", "j4", "j5")
    assert (found.kind, found.subjects, found.threshold) == ("flag.rasch_wild", ("j2",), 1.5)
    assert found.figure == max(measures.infit[2], measures.outfit[2])


def scale(number: int, full: int, floor: int = 1) -> dict[str, object]:
    return criterion(f"c{number}", item(f"i{number}", full=full, step=1, floor=floor))


def test_a_judge_who_never_departs_from_the_middle_is_flagged_as_too_even() -> None:
    given = invented(4, entries=40, judges=6, items=4, steps=(-1.5, 0, 1.5))
    # He gives what the others give on average, without any chance of his own.
    means = np.round([given.category[given.entry == entry].mean() for entry in range(40)]).astype(int)
    even = np.where(given.judge == 1, means[given.entry], given.category)
    marks = sheets(contest(Marks(given.entry, given.judge, given.item, even), 1), *(scale(k, 4) for k in range(4)))
    _, _, found = rasch(marks, "marks")
    assert [(one.kind, one.subjects) for one in found] == [("flag.rasch_even", ("j1",))]


def test_a_judge_who_gives_everybody_the_most_has_no_measure() -> None:
    given = invented(5, entries=20, judges=5, items=3, steps=(-1, 1))
    marks = contest(given)
    for row in marks:
        row[4] = [2, 2, 2]
    _, _, found = rasch(sheets(marks, *(scale(k, 2, 0) for k in range(3))), "marks")
    assert ("untested.rasch_judge", ("j4",)) in [(one.kind, one.subjects) for one in found]


def refusal(marks: list[list[list[int] | None]], full: int) -> str:
    width = next(len(one) for row in marks for one in row if one)
    measures, judges, [found] = rasch(sheets(marks, *(scale(k, full) for k in range(width))), "marks")
    assert measures is None
    assert judges == ()
    return found.kind


def test_long_scales_and_few_marks_are_refused_in_words() -> None:
    assert refusal([[[1, 2], [3, 4]]] * 20, 100) == "untested.rasch_scale"
    assert refusal([[[1, 2], [3, 4]]] * 20, 11) == "untested.rasch_scale"
    assert refusal([[[1, 2], [3, 4]]] * 14, 10) == "untested.rasch_few"
    mixed = sheets([[[1, 2], [3, 4]]] * 20, scale(0, 4), scale(1, 5))
    assert rasch(mixed, "marks")[2][0].kind == "untested.rasch_scale"
    assert rasch(mixed, "pitch")[2][0].kind == "untested.rasch_scale"
    assert rasch(sheets([[[1, 2]], [None]], scale(0, 4), scale(1, 4)), "marks")[2][0].kind == "untested.rasch_few"


def test_panels_without_a_link_and_ends_alone_are_refused_in_words() -> None:
    apart: list[list[list[int] | None]] = [[[1, 2], None]] * 15 + [[None, [3, 2]]] * 15
    assert refusal(apart, 4) == "untested.rasch_apart"
    assert refusal([[[1, 1], [4, 4]]] * 15, 4) == "untested.rasch_extreme"


def test_estimates_that_do_not_come_to_rest_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.inform.rasch._ROUNDS", 2)
    given = invented(6, entries=40, judges=4, items=3, steps=(-1, 1))
    assert refusal(contest(given, 1), 3) == "untested.rasch_unsettled"  # type: ignore[arg-type]  # no holes
