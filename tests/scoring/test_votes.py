"""Votes for grades (等次票): what carries a grade, who is counted, and what separates equals."""

from fractions import Fraction

import pytest

from scoring.bundle import compose
from scoring.faults import Refused
from scoring.live import Live
from scoring.results import Tabulation
from scoring.roster import Decision
from scoring.scheme import Scheme
from scoring.unbundle import restored
from scoring.verify import read_document, verify
from tests.scoring.contests import (
    Contest,
    Mark,
    Table,
    codes,
    contest,
    criterion,
    entry_scores,
    item,
    marked,
    places,
    rule,
    words,
)

# Ticks: 4 excellent, 3 good, 2 pass, 1 fail, 0 no vote.
GRADES: list[Table] = [
    {"id": "excellent", "name": words("excellent"), "points": 95, "share": "2/3"},
    {"id": "good", "name": words("good"), "points": 85},
    {"id": "pass", "name": words("pass"), "points": 70},
    {"id": "fail", "name": words("fail"), "points": 50},
    {"id": "none", "name": words("none")},
]


def voting(grades: list[Table] = GRADES, ties: tuple[str, ...] = (), **panel: object) -> Scheme:
    how = {"method": "vote", **panel}
    line = item("vote", 4, 1, grades=grades)
    return rule(marked("m", criterion("c", line), panel=how, sheet={"points": "sum"}), ties=list(ties))


def votes(*ticks: Mark, scheme: Scheme | None = None, decisions: tuple[Decision, ...] = ()) -> Tabulation:
    row = {f"j{number}": tick for number, tick in enumerate(ticks)}
    return contest(scheme or voting(), {"a": row}, decisions=decisions).result()


@pytest.mark.parametrize(
    ("ticks", "score"),
    [
        ((4, 4, 1), 95),  # 2 of 3 are two thirds
        ((4, 4, 4, 1, 1), 85),  # 3 of 5 are not; good or better 3 of 5, more than half, though nobody voted good
        ((4, 4, 1, 1), 50),  # good or better 2 of 4: not more than half; nor pass
        ((4, 2, 2, 1), 70),  # pass or better 3 of 4
        ((1, 1, 1), 50),
    ],
)
def test_the_best_grade_that_enough_votes_carry(ticks: tuple[int, ...], score: int) -> None:
    assert entry_scores(votes(*ticks)) == {"a": score}


def test_an_abstention_is_neither_a_vote_nor_the_lowest_grade() -> None:
    """3, 3, 0, 0: of the votes cast both are good; of those present 2 of 4, and nothing is carried."""
    cast = votes(3, 3, 0, 0)
    assert (entry_scores(cast), cast.entries["a"].abstained) == ({"a": 85}, ("j2", "j3"))
    present = votes(3, 3, 0, 0, scheme=voting(of="present"))
    assert (entry_scores(present), codes(present)) == ({"a": None}, ["entry.no_grade"])
    assert present.open[0].params == {"entry": "a", "votes": 2, "present": 4}
    assert entry_scores(votes(3, 3, 3, 0, 0, scheme=voting(of="present"))) == {"a": 85}


def test_nobody_voted() -> None:
    assert codes(votes(0, 0)) == ["entry.no_score"]


def test_fewer_votes_than_are_wanted_stay_open_although_all_were_present() -> None:
    assert codes(votes(3, 3, 0, 0, scheme=voting(minimum=3))) == ["entry.few"]


def test_a_bundle_read_back_still_says_who_abstained() -> None:
    made = contest(voting(), {"a": {"j1": 3, "j2": 0}})
    document = read_document(compose(made.inputs, None))
    back = restored(document.sections, "", "")
    assert (back.entries["a"].counted, back.entries["a"].abstained) == (("j1",), ("j2",))


def test_not_handed_in_is_no_abstention() -> None:
    assert codes(votes(3, 3, None)) == ["entry.incomplete"]


def test_equal_grades_are_separated_by_the_share_of_votes() -> None:
    """Both good; excellent 1 of 3 against 0 of 3."""
    grid = {"a": {"i": 3, "j": 3, "k": 2}, "b": {"i": 4, "j": 3, "k": 2}, "c": {"i": 4, "j": 3, "k": 1}}
    result = contest(voting(ties=("votes:m.excellent", "votes:m.pass")), grid).result()
    assert places(result) == {"b": 1, "c": 2, "a": 3}


def test_votes_as_points_are_averaged_without_those_who_abstained() -> None:
    """(95 + 85) / 2."""
    assert entry_scores(votes(4, 3, 0, scheme=voting(method="mean"))) == {"a": 90}


def test_a_judge_has_no_more_votes_for_the_best_grade_than_the_scheme_grants() -> None:
    bands = [{"id": "excellent", "name": words("excellent"), "least": 95, "points": 95, "at_most": 1}]
    grid = {"a": {"i": 4, "j": 4}, "b": {"i": 4, "j": 3}}
    result = contest(voting(counts="band", bands=bands), grid).result()
    assert (entry_scores(result), codes(result)) == ({"a": 95, "b": 85}, ["judge.band_above"])


def held(*ticks: int, ties: tuple[str, ...] = ("votes:m.excellent",)) -> Contest:
    grid = {name: {f"j{n}": tick for n, tick in enumerate(ticks)} for name in ("a", "b")}
    return contest(voting(ties=ties, of="present"), grid)


@pytest.mark.parametrize("ticks", [(4, 4, 1), (4, 3, 3, 0), (3, 3, 0, 0)])
def test_the_second_calculation_counts_the_same_votes(ticks: tuple[int, ...]) -> None:
    verdict = verify(compose(held(*ticks).inputs, None))
    assert (verdict.difference, [one for one in verdict.unknown if one[0] != "section"]) == (None, [])


def test_a_live_vote_may_become_an_abstention_and_a_vote_again() -> None:
    start = held(4, 3, 3)
    live = Live(start.scheme, start.roster, start.sheets)
    for tick, score in ((0, 85), (4, 95), (1, 85)):
        sheet = type(start.sheets[0])("j2", "a", (tick,))
        live.apply(sheet)
        assert live.entry_scores["a"] == score, tick
        sheets = [sheet if (one.judge, one.entry) == ("j2", "a") else one for one in start.sheets]
        again = Contest(start.scheme, start.roster, tuple(sheets)).result()
        assert again.entries["a"].score == score


def test_shares_of_full_marks_scale_the_points_of_a_grade() -> None:
    """Full marks 95 are 100: good is 85 / 95."""
    scheme = rule(marked("m", criterion("c", item("vote", 4, 1, grades=GRADES)), panel={"method": "vote"}))
    assert entry_scores(votes(3, 3, scheme=scheme)) == {"a": Fraction(8500, 95)}


def graded(**changes: object) -> Table:
    return item("vote", 4, 1, grades=GRADES, **changes)


@pytest.mark.parametrize(
    ("lines", "panel", "more", "code"),
    [
        ([item("vote", 3, 1, grades=GRADES)], {}, {}, "grades"),
        ([graded(role="bonus")], {}, {}, "grades"),
        ([graded(values=[1, 2, 3, 4, 5])], {}, {}, "grades"),
        ([item("vote", 4, 1, grades=GRADES[::-1])], {}, {}, "grades_fall"),
        ([item("vote", 1, 1, grades=[GRADES[0], GRADES[0]])], {}, {}, "grades_fall"),
        ([item("vote", 1, 1, grades=[{**GRADES[0], "share": 2}, GRADES[1]])], {}, {}, "grade_share"),
        ([item("vote", 1, 1, grades=[GRADES[0], {**GRADES[4], "share": "0.5"}])], {}, {}, "grade_share"),
        ([graded(), item("x")], {"method": "mean"}, {}, "grades_alone"),
        ([item("x")], {}, {}, "vote_grades"),
        ([graded()], {"trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}, {}, "vote_alone"),
        ([graded()], {"multiples": [{"judge_class": "e", "times": 2}]}, {}, "multiples_alone"),
        ([graded()], {"method": "mean", "of": "present"}, {}, "vote_of"),
        ([graded()], {}, {"rounding": [{"after": "sheet", "decimals": 0}]}, "vote_sheet"),
        ([graded()], {}, {"ties": ["votes:m.none"]}, "unknown_name"),
        ([graded()], {}, {"ties": ["votes:x.good"]}, "unknown_name"),
    ],
)
def test_a_scheme_that_says_half_of_a_vote_is_refused(lines: list[Table], panel: Table, more: Table, code: str) -> None:
    with pytest.raises(Refused) as refused:
        rule(marked("m", criterion("c", *lines), panel={"method": "vote", **panel}), **more)
    assert f"scheme.{code}" in [fault.code for fault in refused.value.faults]
