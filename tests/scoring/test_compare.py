"""Sheets on each judge's own scale, the order he puts the entries in, and entries two at a time."""

from fractions import Fraction

from scoring.roster import Absence, Decision, Judge
from scoring.scheme import Scheme
from tests.scoring.contests import Table, codes, contest, entry_scores, marked, rule

F = Fraction
THREE = {"A": {"x": 80, "y": 60}, "B": {"x": 85, "y": 80}, "C": {"x": 90, "y": 70}}


def by(counts: str, method: str = "mean") -> Scheme:
    return rule(marked(panel={"method": method, "counts": counts}))


def test_z_puts_every_judge_on_a_mean_of_50_and_a_spread_of_10() -> None:
    """x: mean 85, variance 50/3; y: 60, 80, 70: mean 70, variance 200/3: z -1.224744871, 1.224744871, 0."""
    result = contest(by("z"), THREE).result()
    assert entry_scores(result) == {"A": F("37.75255129"), "B": F("56.123724355"), "C": F("56.123724355")}


def test_z_may_have_another_mean_and_spread() -> None:
    """-1 and 1; but a score does not fall below the panel's least, which is 0."""
    scheme = rule(marked(panel={"method": "mean", "counts": "z"}, z_mean=0, z_spread=1))
    assert entry_scores(contest(scheme, {"A": {"x": 80}, "B": {"x": 90}}).result()) == {"A": 0, "B": 1}


def test_minmax_runs_from_nothing_to_full_marks() -> None:
    """x: 0, 50, 100; y: 0, 100, 50."""
    assert entry_scores(contest(by("minmax"), THREE).result()) == {"A": 0, "B": 75, "C": 75}


def test_a_judge_who_gives_everybody_the_same_gives_everybody_the_middle() -> None:
    flat = {entry: {"x": 70} for entry in "AB"}
    assert entry_scores(contest(by("z"), flat).result()) == {"A": 50, "B": 50}
    assert entry_scores(contest(by("minmax"), flat).result()) == {"A": 50, "B": 50}


def test_borda_counts_those_below_and_half_of_those_level() -> None:
    """x: A 3rd, B and C level: 0, 1.5, 1.5; y: A 0, C 1, B 2."""
    grid = {"A": {"x": 80, "y": 60}, "B": {"x": 90, "y": 80}, "C": {"x": 90, "y": 70}}
    result = contest(by("order", "sum"), grid).result()
    assert entry_scores(result) == {"A": 0, "B": F(7, 2), "C": F(5, 2)}
    node = result.entries["B"].working
    assert node
    assert [(arg.op, arg.value, arg.ref) for arg in node.args] == [("order", F(3, 2), "x/B"), ("order", 2, "y/B")]


def test_copeland_beats_by_majority_of_those_who_marked_both() -> None:
    """B beats A 2:1, draws with C 1:1 (z did not mark C); C beats A 2:0."""
    grid = {"A": {"x": 80, "y": 60, "z": 99}, "B": {"x": 85, "y": 80, "z": 70}, "C": {"x": 90, "y": 70}}
    judges = [Judge(name) for name in "xyz"]
    scheme = rule(marked(panel={"method": "copeland"}))
    result = contest(scheme, grid, judges=judges, absences=[Absence("z", entry="C")]).result()
    assert entry_scores(result) == {"A": 0, "B": F(3, 2), "C": F(3, 2)}


UNEVEN: Table = {"A": {"x": 80, "y": 60}, "B": {"x": 90}}
AWAY = (Absence("y", entry="B"),)


def test_judges_who_marked_different_entries_are_not_put_on_scales_of_their_own() -> None:
    for counts in ("z", "minmax", "order"):
        result = contest(by(counts), UNEVEN, judges=[Judge("x"), Judge("y")], absences=AWAY).result()
        assert codes(result) == ["counts.uneven"]
        assert result.open[0].params == {"component": "marks", "judges": "y", "number": 1}
        assert entry_scores(result) == {"A": None, "B": None}


def test_unless_people_decide_to_and_say_why() -> None:
    decided = Decision("uneven", "marks", reason="one sheet is missing, by all judges' consent")
    result = contest(by("minmax"), UNEVEN, judges=[Judge("x"), Judge("y")], absences=AWAY, decisions=[decided]).result()
    assert codes(result) == []
    # x: 0 and 100; y marked A alone: the middle
    assert entry_scores(result) == {"A": 25, "B": 100}


def test_an_absent_judge_who_marked_nothing_does_not_make_the_others_uneven() -> None:
    result = contest(
        by("minmax"), {"A": {"x": 80}, "B": {"x": 90}}, judges=[Judge("x"), Judge("y")], absences=[Absence("y")]
    )
    assert codes(result.result()) == []
