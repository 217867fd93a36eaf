"""What people decide: each kind has its effect, each fault its name and its row."""

from fractions import Fraction

import pytest

from scoring.decisions import read_decisions
from scoring.faults import Fault, Refused
from scoring.roster import Decision, Entry, Judge
from tests.scoring.contests import (
    Contest,
    Table,
    by_unit,
    codes,
    contest,
    entry_scores,
    known,
    marked,
    named,
    places,
    rule,
    scores,
    tier,
    words,
)


def adjustment(name: str, kind: str, subject: str, measure: str = "points", **more: object) -> Table:
    return {"id": name, "name": words(name), "kind": kind, "subject": subject, "measure": measure, **more}


RULES: Table = {
    "adjustments": [
        adjustment("late", "deduction", "entry", "seconds", limit=480, per=30, points="0.5", cap=5),
        adjustment("fault", "deduction", "entry", "cases", points=2),
        adjustment("dirty", "deduction", "unit", cap=3),
        adjustment("model", "bonus", "unit", cap=2),
        adjustment("extra", "bonus", "entry"),
    ],
    "vetoes": [
        {"id": "grave", "name": words("grave"), "subject": "unit", "effect": "exclude"},
        {"id": "copied", "name": words("copied"), "subject": "entry", "effect": "exclude"},
    ],
    "rulings": [{"id": "broken", "name": words("broken"), "score": 12}],
    "judge_classes": named("e", "p"),
    "prizes": {"tiers": [tier("1", 1, 100)]},
    "ties": ["decision"],
}
CLASSES = [{"judge_class": "e", "weight": 3}, {"judge_class": "p", "weight": 1}]


def small(*decisions: Decision, classes: bool = False) -> Contest:
    """Unit a with two entries, unit b with one; judges 1 and 2; prior scores of both."""
    how: Table = {"method": "mean"} | ({"classes": CLASSES} if classes else {})
    scheme = rule(marked(panel=how), known(), **RULES)
    entries = [Entry("a1", "a", "marks"), Entry("a2", "a", "marks"), Entry("b1", "b", "marks")]
    grid = {"a1": {"1": 90, "2": 80}, "a2": {"1": 70, "2": 60}, "b1": {"1": 50, "2": 40}}
    return contest(
        scheme,
        grid,
        entries=entries,
        judges=[Judge("1", judge_class="e"), Judge("2", judge_class="p" if classes else "")],
        priors={"ordinary": {"a": 75, "b": 45}},
        decisions=decisions,
    )


@pytest.mark.parametrize(
    ("decisions", "entry", "a", "b"),
    [
        ([], 85, 75, 45),
        # without judge 2 on a1: 90
        ([Decision("void", "2/a1")], 90, Fraction(305, 4), 45),
        # 0 s, 1 s, 30 s, 31 s above 480: none, one, one, two started half-minutes of half a point
        ([Decision("deduction", "a1", "late", "480")], 85, 75, 45),
        ([Decision("deduction", "a1", "late", "481")], Fraction(169, 2), Fraction(599, 8), 45),
        ([Decision("deduction", "a1", "late", "510")], Fraction(169, 2), Fraction(599, 8), 45),
        ([Decision("deduction", "a1", "late", "511")], 84, Fraction(299, 4), 45),
        # 14 half-minutes would be 7 points, but 5 is the most
        ([Decision("deduction", "a1", "late", "900")], 80, Fraction(295, 4), 45),
        ([Decision("deduction", "a1", "late", "60")], 85, 75, 45),
        # three cases of 2 points; two rows add up
        ([Decision("deduction", "a1", "fault", "3")], 79, Fraction(147, 2), 45),
        (
            [Decision("deduction", "a1", "fault", "1"), Decision("deduction", "a1", "fault", "2")],
            79,
            Fraction(147, 2),
            45,
        ),
        # the cap is of the sum of the rows, per rule
        ([Decision("deduction", "a", "dirty", "2"), Decision("deduction", "a", "dirty", "2")], 85, 72, 45),
        ([Decision("deduction", "a", "dirty", "2"), Decision("bonus", "a", "model", "9")], 85, 75, 45),
        ([Decision("bonus", "b", "model", "1.5")], 85, 75, Fraction(93, 2)),
        # deductions, then bonuses, then the floor of 0 and not between: 85 - 200 + 120 = 5
        ([Decision("bonus", "a1", "extra", "120"), Decision("deduction", "a1", "fault", "100")], 5, 55, 45),
        ([Decision("deduction", "a1", "fault", "100")], 0, Fraction(215, 4), 45),
        ([Decision("ruling", "a1", "broken")], 12, Fraction(227, 4), 45),
        # a2 alone: 65, with 75 before
        ([Decision("veto", "a1", "copied")], 85, 70, 45),
    ],
)
def test_a_decision_has_its_effect_and_no_other(
    decisions: list[Decision], entry: int | Fraction, a: int | Fraction, b: int | Fraction
) -> None:
    result = small(*decisions).result()
    assert (entry_scores(result)["a1"], scores(result), result.open) == (entry, {"a": a, "b": b}, ())


def test_an_excluded_unit_is_not_ranked_and_its_score_stays() -> None:
    result = small(Decision("veto", "a", "grave")).result()
    unit = by_unit(result)["a"]
    assert (places(result), unit.shown, unit.excluded) == ({"b": 1, "a": None}, "75.00", "grave")


def test_an_excluded_entry_says_by_which_veto_and_keeps_its_score() -> None:
    result = small(Decision("veto", "a1", "copied")).result()
    assert (result.entries["a1"].excluded, entry_scores(result)["a1"]) == ("copied", 85)


def test_a_unit_without_an_entry_left_is_excluded_with_them() -> None:
    result = small(Decision("veto", "b1", "copied")).result()
    assert (places(result), by_unit(result)["b"].excluded) == ({"a": 1, "b": None}, "copied")


def test_an_absence_by_decision_takes_the_sheet_from_what_is_due() -> None:
    given = small()
    missing = Contest(given.scheme, given.roster, given.sheets[1:], given.priors)
    assert codes(missing.result()) == ["entry.missing"]
    result = missing.having(Decision("absence", "1/a1")).result()
    assert (entry_scores(result)["a1"], result.entries["a1"].absent, result.final) == (80, ("1",), True)


@pytest.mark.parametrize(("value", "score", "total"), [("60", 60, 62), ("0", 0, 32), ("renormalise", None, 64)])
def test_a_missing_prior_score_is_decided_as_a_number_or_left_out(value: str, score: int | None, total: int) -> None:
    scheme = rule(marked(), known())
    waiting = contest(scheme, {"a": {"1": 64}}, priors={})
    assert waiting.result().open == (Fault("unit.prior_missing", {"unit": "a", "component": "ordinary"}),)
    assert (scores(waiting.result()), places(waiting.result())) == ({"a": None}, {"a": None})
    result = waiting.having(Decision("prior", "a", "ordinary", value)).result()
    node = by_unit(result)["a"].components["ordinary"]
    assert (node.value if node else None) == score
    assert (scores(result), result.final) == ({"a": total}, True)


@pytest.mark.parametrize(("value", "score"), [("50", 80), ("0", Fraction(135, 2)), ("renormalise", 90)])
def test_an_empty_class_is_decided_as_a_number_or_left_out(value: str, score: int | Fraction) -> None:
    waiting = small(Decision("absence", "2/a1"), classes=True)
    waiting = Contest(
        waiting.scheme,
        waiting.roster,
        tuple(one for one in waiting.sheets if (one.judge, one.entry) != ("2", "a1")),
        waiting.priors,
        waiting.decisions,
    )
    assert codes(waiting.result()) == ["entry.class_empty", "entry.no_score"]
    result = waiting.having(Decision("class", "a1", "p", value)).result()
    assert (entry_scores(result)["a1"], result.final) == (score, True)


UNKNOWN_UNIT = ("unknown_unit", {"subject": "x"})
UNKNOWN_ENTRY = ("unknown_entry", {"subject": "x"})


@pytest.mark.parametrize(
    ("decision", "code", "params"),
    [
        (Decision("absence", "1"), "subject_sheet", {"subject": "1"}),
        (Decision("absence", "9/a1"), "subject_sheet", {"subject": "9/a1"}),
        (Decision("void", "1/x"), "subject_sheet", {"subject": "1/x"}),
        (Decision("accept", "x"), *UNKNOWN_ENTRY),
        (Decision("accept", "a"), "unknown_entry", {"subject": "a"}),
        (Decision("deduction", "x", "dirty", "1"), *UNKNOWN_UNIT),
        (Decision("deduction", "a", "late", "1"), "unknown_entry", {"subject": "a"}),
        (Decision("deduction", "a", "model", "1"), "unknown_rule", {"rule": "model", "known": "dirty, fault, late"}),
        (Decision("bonus", "a", "dirty", "1"), "unknown_rule", {"rule": "dirty", "known": "extra, model"}),
        (Decision("deduction", "a", "dirty", "-1"), "measure", {"value": "-1", "measure": "points"}),
        (Decision("deduction", "a", "dirty", ""), "measure", {"value": "", "measure": "points"}),
        (Decision("deduction", "a1", "fault", "1.5"), "measure", {"value": "1.5", "measure": "cases"}),
        (Decision("deduction", "a1", "late", "eight"), "measure", {"value": "eight", "measure": "seconds"}),
        (Decision("veto", "a", "nothing"), "unknown_rule", {"rule": "nothing", "known": "copied, grave"}),
        (Decision("veto", "x", "grave"), *UNKNOWN_UNIT),
        (Decision("veto", "a", "copied"), "unknown_entry", {"subject": "a"}),
        (Decision("ruling", "a1", "late"), "unknown_rule", {"rule": "late", "known": "broken"}),
        (Decision("ruling", "x", "broken"), *UNKNOWN_ENTRY),
        (Decision("prior", "a", "marks", "1"), "unknown_rule", {"rule": "marks", "known": "ordinary"}),
        (Decision("prior", "x", "ordinary", "1"), *UNKNOWN_UNIT),
        (Decision("prior", "c", "ordinary", "101"), "score", {"value": "101", "full": "100"}),
        (Decision("prior", "c", "ordinary", "-1"), "score", {"value": "-1", "full": "100"}),
        (Decision("prior", "c", "ordinary", ""), "score", {"value": "", "full": "100"}),
        (Decision("class", "x", "p", "1"), *UNKNOWN_ENTRY),
        (Decision("class", "a1", "q", "1"), "unknown_rule", {"rule": "q", "known": "e, p"}),
        (Decision("class", "a1", "p", "101"), "score", {"value": "101", "full": "100"}),
        (Decision("tie", "x", value="1"), *UNKNOWN_UNIT),
        (Decision("tie", "a", value="0"), "tie_place", {"value": "0"}),
        (Decision("tie", "a", value="first"), "tie_place", {"value": "first"}),
        (Decision("tie", "a", value="二"), "tie_place", {"value": "二"}),
        (Decision("award", "x", "1", "5"), *UNKNOWN_UNIT),
        (Decision("award", "a", "2", "5"), "unknown_rule", {"rule": "2", "known": "1"}),
        (Decision("award", "a", "1", "0.005"), "yuan", {"value": "0.005"}),
        (Decision("award", "a", "1", "-5"), "yuan", {"value": "-5"}),
        (Decision("overrun", value="much"), "yuan", {"value": "much"}),
    ],
)
def test_a_decision_that_fits_nothing_is_a_fault_with_its_row(
    decision: Decision, code: str, params: dict[str, str]
) -> None:
    given = small(classes=True)
    roster = type(given.roster)(
        (*given.roster.units, type(given.roster.units[0])("c")), given.roster.entries, given.roster.judges
    )
    faults = read_decisions(given.scheme, roster, [Decision("accept", "a1"), decision])[1]
    assert faults == [Fault(f"decision.{code}", {"kind": decision.kind, **params}, ("decisions", 1))]


def test_a_kind_that_does_not_exist_is_a_fault_that_names_the_kinds() -> None:
    scheme, roster = small().scheme, small().roster
    (fault,) = read_decisions(scheme, roster, [Decision("vetto", "a")])[1]  # type: ignore[arg-type]  # as a file has it
    assert (fault.code, fault.record, fault.params["given"]) == ("decision.unknown_kind", ("decisions", 0), "vetto")
    assert "veto" in str(fault.params["known"]).split(", ")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Decision("tie", "a", value="1"), Decision("tie", "a", value="2")),
        (Decision("award", "a", "1", "5"), Decision("award", "a", "", "0")),
        (Decision("ruling", "a1", "broken"), Decision("ruling", "a1", "broken")),
        (Decision("prior", "c", "ordinary", "1"), Decision("prior", "c", "ordinary", "2")),
        (Decision("class", "a1", "p", "1"), Decision("class", "a1", "p", "2")),
        (Decision("veto", "a", "grave"), Decision("veto", "a", "grave")),
    ],
)
def test_one_subject_is_decided_once(first: Decision, second: Decision) -> None:
    given = small(classes=True)
    roster = type(given.roster)(
        (*given.roster.units, type(given.roster.units[0])("c")), given.roster.entries, given.roster.judges
    )
    params: dict[str, str | int] = {"kind": second.kind, "subject": second.subject}
    assert read_decisions(given.scheme, roster, [first, second])[1] == [
        Fault("decision.double", params, ("decisions", 1))
    ]


def test_a_decision_on_a_score_that_was_given_before_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        small(Decision("prior", "a", "ordinary", "60")).result()
    params: dict[str, str | int] = {"unit": "a", "component": "ordinary"}
    assert refused.value.faults == (Fault("decision.prior_known", params, ("decisions", 0)),)


def test_every_faulty_decision_is_reported_at_once_and_nothing_is_computed() -> None:
    with pytest.raises(Refused) as refused:
        small(Decision("accept", "x"), Decision("accept", "a1"), Decision("tie", "y", value="0")).result()
    found = [(fault.code, fault.record) for fault in refused.value.faults]
    assert found == [
        ("decision.unknown_entry", ("decisions", 0)),
        ("decision.unknown_unit", ("decisions", 2)),
        ("decision.tie_place", ("decisions", 2)),
    ]


def test_the_working_takes_deductions_off_before_it_adds_bonuses_in_whatever_order_they_were_decided() -> None:
    bonus, off = Decision("bonus", "a1", "extra", "3"), Decision("deduction", "a1", "fault", "1")
    for decisions in ((bonus, off), (off, bonus)):
        node = small(*decisions).result().entries["a1"].working
        assert node
        assert [(str(one.op), one.value, one.ref) for one in (node, node.args[0])] == [
            ("plus", Fraction(86), "extra"),
            ("minus", Fraction(83), "fault"),
        ]
