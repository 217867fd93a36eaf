"""In how many cases of a hundred a unit belongs to a tier: by hand, against simulation, and the same every time."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from scoring.inform.chances import DRAWS, SEED, Chances, posterior, reliability, triangle, worths
from scoring.inform.contest import Contest
from scoring.inform.grid import Floats
from scoring.inform.precision import Precision, Source, Unknown, precision
from scoring.inform.resampling import RESAMPLES, resampled
from scoring.results import UnitResult
from scoring.roster import Judge, Sheet, Unit
from scoring.scheme import Scheme
from tests.scoring import contests
from tests.scoring.contests import contest, entry_scores, marked, named, rule, tier
from tests.scoring.inform.asking import asked, official

PRIZES = {"tiers": [tier("first", 1), tier("second", 1)]}


def known_of(judged: list[float], covariance: Floats, *, before: float = 0, freedom: int = 1_000_000) -> Precision:
    units = tuple(UnitResult(Unit(f"u{i}"), {}) for i in range(len(judged)))
    values = np.array(judged)
    return Precision(units, (0,) * len(units), values + before, values, (Source("m", "rest", covariance, freedom),))


def contest_of(scheme: Scheme) -> Contest:
    return asked(contest(scheme, {}))


# ---- Posterior ------------------------------------------------------------------------------------------------------


def test_equals_have_an_equal_chance_and_the_far_ones_none_or_all() -> None:
    known = known_of([90.0, 80.0, 80.0, 10.0], np.eye(4))
    chances = posterior(contest_of(rule(prizes=PRIZES)), known).of_unit
    assert chances["u0"] == pytest.approx((1, 0, 0), abs=1e-3)
    assert chances["u1"] == pytest.approx((0, 0.5, 0.5), abs=0.02)
    assert chances["u3"] == (0, 0, 1)
    assert [sum(row) for row in chances.values()] == pytest.approx([1] * 4)


def test_the_chance_of_a_lead_is_that_of_the_normal_distribution() -> None:
    """By hand: two units a standard error of their difference apart: 0.8413 of a normal distribution lies below 1."""
    known = known_of([80 + sqrt(2), 80.0], np.eye(2))
    chances = posterior(contest_of(rule(prizes={"tiers": [tier("first", 1)]})), known)
    assert chances.of_unit["u0"][0] == pytest.approx(0.8413, abs=0.01)
    assert (chances.draws, chances.seed) == (DRAWS, SEED)


def test_few_judges_to_estimate_from_make_the_tails_heavier() -> None:
    """By hand: with one degree of freedom it is Cauchy's distribution, of which 3/4 lie below 1."""
    known = known_of([80 + sqrt(2), 80.0], np.eye(2), freedom=1)
    chances = posterior(contest_of(rule(prizes={"tiers": [tier("first", 1)]})), known)
    assert chances.of_unit["u0"][0] == pytest.approx(0.75, abs=0.015)


def test_what_the_judges_gave_is_drawn_together_by_the_share_of_noise_in_it() -> None:
    """By hand: judged 2 4 6 8 10, squares 40; noise 3 x 4 of them; 2/4 x 12/40 = 0.15 is taken off."""
    judged = [2.0, 4.0, 6.0, 8.0, 10.0]
    known = known_of(judged, 3 * np.eye(5), before=70)
    assert reliability(known) == pytest.approx(0.85)
    assert worths(known).mean(axis=0) == pytest.approx([76 + 0.85 * (x - 6) for x in judged], abs=0.05)
    assert worths(known).std(axis=0) == pytest.approx(sqrt(0.85 * 3), rel=0.03)


def test_noise_alone_makes_everybody_equal_and_three_units_teach_nothing() -> None:
    assert reliability(known_of([2.0, 4.0, 6.0, 8.0], 1000 * np.eye(4))) == 0
    assert worths(known_of([2.0, 4.0, 6.0, 8.0], 1000 * np.eye(4))) == pytest.approx(5)
    assert reliability(known_of([2.0, 4.0, 6.0], np.eye(3))) == 1
    assert reliability(known_of([2.0] * 5, np.eye(5))) == 1


def test_an_error_that_all_share_moves_no_order() -> None:
    known = known_of([90.0, 89.0], np.full((2, 2), 50.0))
    assert posterior(contest_of(rule(prizes=PRIZES)), known).of_unit == {"u0": (1, 0, 0), "u1": (0, 1, 0)}


@pytest.mark.parametrize("size", [1, 4, 7])
def test_the_triangle_squared_is_the_covariance_also_without_an_inverse(size: int) -> None:
    factor = np.random.default_rng(size).normal(size=(size, max(1, size - 2)))
    covariance = factor @ factor.T
    root = triangle(covariance)
    assert root @ root.T == pytest.approx(covariance)
    assert np.triu(root, 1) == pytest.approx(0)


def test_the_same_contest_has_the_same_chances_and_another_seed_has_others() -> None:
    known = known_of([90.0, 89.0, 88.0, 87.0], np.eye(4))
    one, again = (posterior(contest_of(rule(prizes=PRIZES)), known) for _ in range(2))
    assert one == again
    assert posterior(contest_of(rule(prizes=PRIZES)), known, seed=1) != one


def test_what_is_stated_comes_true_as_often_as_stated() -> None:
    """300 invented contests of 10 units and 7 judges: the leader's stated chance against how often he is the best.

    The error of 300 throws is 0.03; what is stated must be right within three of them.
    """
    chance = np.random.default_rng(11)
    scheme = rule(prizes={"tiers": [tier("first", 1)]})
    whole, stated, true = contest_of(scheme), 0.0, 0
    for _ in range(300):
        worth = 2 * chance.standard_normal(10)
        marks = worth[:, None] + 3 * chance.standard_normal(7) + 3 * chance.standard_normal((10, 7))
        means = marks.mean(axis=1)
        rest = marks - means[:, None] - marks.mean(axis=0) + marks.mean()
        square = float((rest**2).sum()) / 54
        leader = int(means.argmax())
        known = known_of(means.tolist(), np.eye(10) * square / 7, freedom=54)
        stated += posterior(whole, known, draws=500).of_unit[f"u{leader}"][0]
        true += leader == int(worth.argmax())
    assert stated / 300 == pytest.approx(true / 300, abs=0.09)


# ---- Judges drawn again ---------------------------------------------------------------------------------------------


def crowd(scheme: Scheme, judges: int = 16, *, shift: int = 0) -> Contest:
    """Four entries, the second a little behind the first, the rest far; judges of two classes, in four blocs."""
    grid = {
        name: {f"j{i}": level + (i * step + shift) % 7 for i in range(judges) if (i, name) != (3, "C")}
        for name, level, step in (("A", 81, 3), ("B", 80, 5), ("C", 60, 2), ("D", 40, 4))
    }
    people = [Judge(f"j{i}", judge_class=("expert", "public")[i % 2], bloc=f"b{i % 4}") for i in range(judges)]
    return asked(contest(scheme, grid, judges=people))


def prized(panel: contests.Table) -> Scheme:
    return rule(marked(panel=panel), judge_classes=named("expert", "public"), prizes=PRIZES)


def again(whole: Contest, seed: int = SEED) -> Chances:
    return resampled(whole, precision(whole, official(whole)), seed=seed)


PANELS: list[contests.Table] = [
    {"method": "mean"},
    {"method": "mean", "trim": {"low": 1, "high": 2}, "trim_on": "sheet_total"},
    {"method": "mean", "trim": {"share": "0.2"}, "trim_on": "sheet_total"},
    {"method": "winsor", "trim": {"low": 2, "high": 1}, "trim_on": "sheet_total"},
    {"method": "median"},
    {"method": "sum", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total", "factor": "1.5"},
    {"method": "mean", "by": "bloc"},
    {"method": "mean", "by": "bloc", "trim": {"low": 1, "high": 0}, "trim_on": "bloc"},
    {
        "method": "mean", "empty_class": "renormalise",
        "classes": [{"judge_class": "expert", "weight": 3}, {"judge_class": "public", "weight": 1}],
    },
]  # fmt: skip


@pytest.mark.parametrize("panel", PANELS, ids=range(len(PANELS)))
def test_every_drawing_is_the_contest_with_those_judges(panel: contests.Table) -> None:
    compare_with_the_engine(crowd(prized(panel)))


def test_a_drawing_by_which_nothing_would_be_kept_leaves_the_entry_as_it_is() -> None:
    """Two blocs, of fourteen and of two: where nobody of the two is drawn, the only bloc is the lowest and dropped."""
    whole = crowd(prized({"method": "mean", "by": "bloc", "trim": {"low": 1, "high": 0}, "trim_on": "bloc"}))
    judges = tuple(replace(judge, bloc=str(i // 14)) for i, judge in enumerate(whole.roster.judges))
    compare_with_the_engine(replace(whole, roster=replace(whole.roster, judges=judges)))


def compare_with_the_engine(whole: Contest) -> None:
    """Each drawing again through the engine itself, where a judge who is drawn twice stands twice."""
    drawn = np.random.default_rng(SEED).integers(0, 16, (20, 16))
    seen, firsts = entry_scores(official(whole)), 0
    for row in drawn:
        scores = entry_scores(official(with_judges(whole, row.tolist())))
        totals = {
            name: float(old) + sqrt(16 / 15) * float((new if (new := scores[name]) is not None else old) - old)
            for name in "ABCD"
            if (old := seen[name]) is not None
        }
        firsts += max(totals, key=totals.__getitem__) == "A"
    found = resampled(whole, precision(whole, official(whole)), draws=20)
    assert found.of_unit["A"][0] == pytest.approx(firsts / 20)
    assert firsts < 20


def with_judges(whole: Contest, places: list[int]) -> Contest:
    """The contest with the judges at these places, each time under a name of his own."""
    by_id = {judge.id: judge for judge in whole.roster.judges}
    names = [(f"{number}-j{place}", f"j{place}") for number, place in enumerate(places)]
    sheets = [replace(one, judge=new) for new, old in names for one in whole.sheets if one.judge == old]
    judges = [replace(by_id[old], id=new) for new, old in names]
    return replace(whole, roster=replace(whole.roster, judges=tuple(judges)), sheets=tuple(sheets))


def test_below_fifteen_judges_nothing_is_said() -> None:
    scheme = prized({"method": "mean"})
    assert again(crowd(scheme, 16)).draws == RESAMPLES
    with pytest.raises(Unknown) as unknown:
        again(crowd(scheme, 15))  # one of them has not marked C, so that its panel has fourteen
    assert unknown.value.why == "few"


@pytest.mark.parametrize(
    "panel",
    [
        {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total", "tolerance": 3},
        {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "item"},
        {"method": "mean", "counts": "minmax"},
    ],
    ids=["tolerance", "item", "own scale"],
)
def test_a_panel_that_is_not_of_whole_sheets_on_one_scale_is_not_drawn_again(panel: contests.Table) -> None:
    whole = crowd(prized(panel))
    known = known_of([80.0, 70.0, 60.0, 50.0], np.eye(4))
    with pytest.raises(Unknown) as unknown:
        resampled(whole, known)
    assert unknown.value.why == "jumps"


def test_severity_stays_the_judges_own() -> None:
    """C was not marked by j3. Where he gives everybody 30 points less, C would gain by it but for the severity."""
    whole = crowd(prized({"method": "mean", "counts": "less_severity"}))
    harsh = replace(whole, sheets=tuple(lowered(one) if one.judge == "j3" else one for one in whole.sheets))
    known, other = (precision(one, official(one)) for one in (whole, harsh))
    assert other.totals == pytest.approx(known.totals, abs=2)
    assert resampled(harsh, other).of_unit["C"] == (0, 0, 1)


def lowered(sheet: Sheet) -> Sheet:
    return replace(sheet, ticks=tuple(tick - 3000 for tick in sheet.ticks if tick is not None))
