"""Divisions whose panels no judge and no entry links are told by the rule that compares them."""

from scoring.roster import Entry, Judge
from tests.scoring.contests import Table, contest, marked, rule, tier
from tests.scoring.staged import DIVISIONS, advance, scheme, stage


def panels(*judges: Judge, prizes: Table | None = None, rounds: list[Table] | None = None) -> list[tuple[str, object]]:
    """The notes of six units in three divisions, marked by ``judges``."""
    more = {"prizes": prizes} if prizes else {}
    by = rule(marked("m"), divisions=DIVISIONS, rounds=rounds or [], **more)
    division = {"c1": "centre", "c2": "centre", "i1": "institute", "i2": "institute", "s1": "station", "s2": "station"}
    grid = {
        unit: {judge.id: 50 for judge in judges if not judge.divisions or division[unit] in judge.divisions}
        for unit in division
    }
    entries = [Entry(unit, unit, "m") for unit in division]
    result = contest(by, grid, entries=entries, units=division, judges=judges).result()
    return [(fault.code, fault.params["divisions"]) for fault in result.notes]


OVER_ALL: Table = {"tiers": [tier("first", 1)]}
APART = [Judge("j1", divisions=("centre",)), Judge("j2", divisions=("institute",)), Judge("j3", divisions=("station",))]
LINK = Judge("j4", divisions=("centre", "station"))


def test_divisions_marked_by_panels_without_a_link_are_told_by_the_rule_that_compares_them() -> None:
    assert panels(*APART, prizes=OVER_ALL) == [("note.divisions_apart_prizes", "centre; institute; station")]
    assert panels(*APART) == [("note.divisions_apart_ranking", "centre; institute; station")]
    assert panels(*APART, LINK, prizes=OVER_ALL) == [("note.divisions_apart_prizes", "centre, station; institute")]
    assert panels(*APART, LINK, Judge("j5", divisions=("institute", "station")), prizes=OVER_ALL) == []
    assert panels(Judge("j")) == []


def test_what_each_division_settles_for_itself_needs_no_link() -> None:
    assert panels(*APART, prizes={**OVER_ALL, "quota_by": "division"}) == []


def test_a_cut_over_all_compares_and_one_for_each_division_does_not() -> None:
    def cut(**how: object) -> list[str]:
        by = scheme(stage("first", advance=advance(1, **how)), stage("final"), divisions=DIVISIONS,
                    prizes={**OVER_ALL, "quota_by": "division"})  # fmt: skip
        grid = {"c1": {"j1": 50}, "i1": {"j2": 40}}
        entries = [Entry(unit, unit, "first") for unit in grid]
        units = {"c1": "centre", "i1": "institute"}
        result = contest(by, grid, entries=entries, units=units, judges=APART[:2]).result()
        return [fault.code for fault in result.notes]

    assert cut() == ["note.divisions_apart_cut"]
    assert cut(quota_by="each_division", best_others=1) == ["note.round_vacant", "note.divisions_apart_cut"]
    assert cut(quota_by="each_division") == ["note.round_vacant"]
