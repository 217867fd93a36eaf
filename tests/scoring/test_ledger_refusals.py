"""Ledgers that cannot be meant and records that fit no rule are refused by name."""

from fractions import Fraction

import pytest

from scoring.faults import Refused
from scoring.roster import Prior, Record, Roster, Unit
from scoring.tabulate import contradictions
from tests.scoring.contests import Table, known, marked, rule
from tests.scoring.ledgers import LEVELS, STATES, STEPS, level, line, record, scheme, section

F = Fraction

BOOK = scheme(
    section(
        line("fixed", "fixed", points=1),
        line("cases", "cases", points=1),
        line("media", "level", levels=LEVELS),
        line("state", "state", points=1, states=STATES, required=False),
        line("rank", "rank", rank_points=[3], required=False),
        line("range", "range", least=1, most=2),
        line("target", "below_target", points=-1, target=9, per=1, required=False),
        line("grade", "grade", levels=[level("fail", least=-2, most=-1)], required=False),
        line("more", "extra", points=1, when="cases", reached=1),
        line("third", "share", points=1, required=False),
    )
)
BAD: list[tuple[Record, str]] = [
    (record(1, "cases", unit="nobody"), "unknown_unit"),
    (record(1, "cases", component="nothing"), "unknown_component"),
    (record(1, "nothing"), "unknown_rule"),
    (record(1, "more"), "unknown_rule"),
    (record(1, "cases", evidence=" "), "no_evidence"),
    (record(1, "fixed", 1), "value_not_taken"),
    (record(1, "cases", -1), "whole_out_of_range"),
    (record(1, "cases", "0.5"), "whole_out_of_range"),
    (record(1, "cases", level="again"), "unknown_level"),
    (record(1, "media"), "level_needed"),
    (record(1, "media", level="world"), "unknown_level"),
    (record(1, "media", 3, level="city"), "value_not_taken"),
    (record(1, "state"), "value_needed"),
    (record(1, "state", "1.5"), "whole_out_of_range"),
    (record(1, "state", 1, level="B"), "value_not_taken"),
    (record(1, "rank", 0), "whole_out_of_range"),
    (record(1, "range"), "value_needed"),
    (record(1, "range", "2.5"), "out_of_range"),
    (record(1, "range", "0.5"), "out_of_range"),
    (record(1, "target", -1), "out_of_range"),
    (record(1, "grade", 1, level="fail"), "out_of_range"),
    (record(1, "third", -1), "out_of_range"),
    (Record("", "u", "ordinary", "cases", evidence="x"), "no_id"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "code"), BAD)
def test_a_record_that_fits_no_rule_is_refused_by_name(bad: Record, code: str) -> None:
    found = contradictions(BOOK, Roster((Unit("u"),), (), ()), (), [record(9, "cases"), bad])
    assert [(fault.code, fault.record) for fault in found] == [(f"ledger.{code}", ("priors", 1))]


def test_every_fault_of_every_record_is_told_at_once() -> None:
    records = (record(1, "cases"), record(1, "rank", 1), record(2, "rank", 2), record(3, "range", 5))
    rows: list[Prior | Record] = [*records, Prior("u", "ordinary", F(3))]
    found = contradictions(BOOK, Roster((Unit("u"),), (), ()), (), rows)
    assert sorted((fault.code, fault.record) for fault in found) == [
        ("ledger.double", ("priors", 1)),
        ("ledger.out_of_range", ("priors", 3)),
        ("ledger.twice", ("priors", 2)),
        ("prior.from_ledger", ("priors", 4)),
    ]


def test_records_need_a_ledger() -> None:
    plain = rule(known())
    found = contradictions(plain, Roster((Unit("u"),), (), ()), (), [record(1, "cases")])
    assert [(fault.code, fault.params["known"]) for fault in found] == [("ledger.unknown_component", "-")]


@pytest.mark.parametrize(
    ("sections", "code"),
    [
        ([section(line("a", "cases"))], "ledger_lacks"),
        ([section(line("a", "extra", points=1))], "ledger_lacks"),
        ([section(line("a", "fixed", points=1, due=3))], "ledger_over"),
        ([section(line("a", "fixed", points=1, when="b"))], "none_there"),
        ([section(line("a", "fixed", points=1, divisions=["b"]))], "none_there"),
        ([section(line("a", "fixed", points=1), divisions=["b"])], "none_there"),
        ([section(line("a", "range", least=2, most=1))], "bounds_crossed"),
        ([section(line("a", "level", levels=[level("x")]))], "ledger_level"),
        ([section(line("a", "level", levels=[level("x", 1, least=1, most=2)]))], "ledger_level"),
        ([section(line("a", "level", levels=[level("x", 1), level("y", -1)]))], "ledger_signs"),
        ([section(line("a", "steps", steps=STEPS[::-1]))], "ledger_order"),
        ([section(line("a", "state", points=1, states=STATES[1:]))], "ledger_order"),
        ([section(line("a", "state", points=1, states=[STATES[0], STATES[2], STATES[1]]))], "ledger_order"),
        ([section(line("a", "share", points=1, target=0))], "positive_target"),
        ([section(line("a", "veto", required=True))], "ledger_required"),
        ([section(line("a", "fixed", points=1), full=90)], "ledger_full"),
        ([section(line("a", "fixed", points=1), start=101)], "ledger_bounds"),
        ([section(line("a", "fixed", points=1), least=1)], "ledger_bounds"),
        ([section(line("a", "fixed", points=1), most=1)], "ledger_bounds"),
        ([section(line("a", "fixed", points=1), line("a", "fixed", points=2))], "double"),
        ([section(line("a", "level", levels=[level("x", 1), level("x", 2)]))], "double"),
    ],
)
def test_a_ledger_that_cannot_be_meant_is_refused(sections: list[Table], code: str) -> None:
    with pytest.raises(Refused) as refused:
        scheme(*sections)
    assert f"scheme.{code}" in [fault.code for fault in refused.value.faults]


def test_a_ledger_belongs_to_a_component_known_before() -> None:
    with pytest.raises(Refused) as refused:
        rule(marked(ledger={"sections": [section(line("a", "fixed", points=1))]}))
    assert [fault.code for fault in refused.value.faults] == ["scheme.ledger_marks"]
