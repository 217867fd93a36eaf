"""Schemes whose rounds contradict each other are refused, each by its code."""

import pytest

from scoring.faults import Refused
from tests.scoring.contests import Table, marked, rule, tier, words
from tests.scoring.staged import advance, scheme, stage


def refused(*rounds: Table, components: tuple[str, ...] = ("first", "final"), **more: object) -> list[str]:
    with pytest.raises(Refused) as found:
        rule(*(marked(name) for name in components), rounds=list(rounds), **more)
    return [fault.code.removeprefix("scheme.") for fault in found.value.faults]


OFF: Table = {"id": "off", "name": words("off"), "kind": "deduction", "subject": "unit", "measure": "points"}


@pytest.mark.parametrize(
    ("rounds", "more", "expected"),
    [
        ([stage("first")], {}, ["component_no_round"]),
        ([stage("first"), stage("final", "first", "final")], {}, ["component_twice"]),
        ([stage("first"), stage("final", "final", "finale")], {}, ["unknown_name"]),
        ([stage("first"), stage("final") | {"id": "first"}], {}, ["double"]),
        ([stage("first", carry="sum"), stage("final")], {}, ["carry_first"]),
        ([stage("first"), stage("final", carry="weighted", weight=1)], {}, ["round_weight"]),
        ([stage("first", weight=1), stage("final")], {}, ["round_weight_idle"]),
        ([stage("first"), stage("final", carry="best")], {}, ["round_best"]),
        ([stage("first"), stage("final", advance=advance(1))], {}, ["advance_last"]),
        ([stage("first", advance=advance()), stage("final")], {}, ["advance_whom"]),
        ([stage("first", advance=advance(minimum=1, reserves=1)), stage("final")], {}, ["advance_quota"]),
        ([stage("first", advance=advance(1, best_others=1)), stage("final")], {}, ["advance_others"]),
        ([stage("first", advance=advance(1, quota_by="each_division")), stage("final")], {}, ["division_none"]),
        ([stage("first", advance=advance(minimum=101)), stage("final")], {}, ["minimum_unreachable"]),
        ([stage("first"), stage("final")], {"adjustments": [OFF]}, ["adjustment_round"]),
        ([stage("first"), stage("final")], {"adjustments": [{**OFF, "round": "semi"}]}, ["unknown_name"]),
        ([stage("first"), stage("final")], {"ties": ["round:semi"]}, ["unknown_name"]),
        ([stage("first"), stage("final")], {"prizes": {"round": "semi"}}, ["unknown_name"]),
        ([], {"prizes": {"round": "final"}}, ["none_there"]),
        ([], {"adjustments": [{**OFF, "round": "semi"}]}, ["none_there"]),
        ([], {"adjustments": [{**OFF, "subject": "entry", "round": "semi"}]}, ["adjustment_entry_round"]),
        ([], {"rounding": [{"after": "round", "decimals": 1}], "total": {"rank_on": "exact"}}, ["stage_no_rounds"]),
        ([stage("first"), stage("final")], {"total": {"method": "skating"}}, ["rounds_skating"]),
    ],
)
def test_a_scheme_whose_rounds_contradict_it_is_refused(rounds: list[Table], more: Table, expected: list[str]) -> None:
    assert set(expected) <= set(refused(*rounds, **more))


def test_what_a_sum_of_rounds_can_reach_is_no_unreachable_minimum() -> None:
    prizes = {"tiers": [tier("first", 1, minimum=150)]}
    assert scheme(stage("first"), stage("final", carry="sum"), prizes=prizes).prizes.tiers
    assert refused(stage("first"), stage("final"), prizes=prizes) == ["minimum_unreachable"]
