"""The chain in its corners: what it was drawn from, who is asked when, what is told of half an order."""

import hashlib
import json
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from scoring.chain import Chain, Frozen
from scoring.faults import Fault
from scoring.roster import Decision, Entry, Prior, Record, Roster, Sheet
from tests.scoring.contests import (
    Table,
    by_unit,
    codes,
    column,
    contest,
    criterion,
    item,
    known,
    marked,
    places,
    rule,
    scores,
    words,
)

F = Fraction
OFF: Table = {"kind": "deduction", "subject": "unit", "measure": "points"}
PUBLIC = Decision("public", value="6")
DRAWN: Table = {"ties": ["draw"], "draw": {"public": words("dice"), "secret": False}}


def frozen(*priors: Prior | Record, sheets: tuple[Sheet, ...] = ()) -> str:
    return Frozen(rule(), Roster((), (), ()), sheets, priors, (PUBLIC,)).digest()


# ---- What a draw is made from ---------------------------------------------------------------------------------------


def test_the_frozen_digest_is_that_of_the_input_written_in_one_order() -> None:
    """Sheets by entry and judge, prior scores by component and unit; the public value is left out."""
    sheets = (Sheet("j2", "a", (200,)), Sheet("j1", "b", (300,)), Sheet("j1", "a", (100,)))
    priors = (Prior("b", "x", F(1, 2)), Prior("a", "y", F(7)), Prior("a", "x", F(9)))
    written = {
        "scheme": rule().digest,
        "roster": {"units": [], "entries": [], "judges": [], "recusals": [], "absences": []},
        "sheets": [
            {"judge": "j1", "entry": "a", "ticks": [100]},
            {"judge": "j2", "entry": "a", "ticks": [200]},
            {"judge": "j1", "entry": "b", "ticks": [300]},
        ],
        "priors": [
            {"unit": "a", "component": "x", "value": "9", "source": ""},
            {"unit": "b", "component": "x", "value": "0.5", "source": ""},
            {"unit": "a", "component": "y", "value": "7", "source": ""},
        ],
        "decisions": [],
    }
    text = json.dumps(written, sort_keys=True, separators=(",", ":"))
    assert frozen(*priors, sheets=sheets) == hashlib.sha256(text.encode()).hexdigest()


def test_records_of_one_unit_are_frozen_by_their_ids() -> None:
    one, two = (Record(name, "a", "x", "visits", F(value)) for name, value in (("r1", 3), ("r2", 1)))
    assert frozen(one, two) == frozen(two, one)


def test_a_secret_that_the_scheme_does_not_ask_for_changes_no_draw() -> None:
    level = contest(rule(**DRAWN), column(dict.fromkeys("abcdef", 5)), decisions=[PUBLIC])
    committed = Decision("commit", value=hashlib.sha256(b"commit/1|s").hexdigest())
    before = replace(level, decisions=(committed, PUBLIC))
    assert list(places(before.having(Decision("secret", value="s")).result())) == list(places(before.result()))


# ---- Keys -----------------------------------------------------------------------------------------------------------


def test_in_a_dance_the_lower_place_is_better() -> None:
    """Places 1 and 2, 2 and 1: the sums are equal, and the waltz decides for who won it."""
    place = criterion("p", item("place", 9, 1, floor=1))
    how: Table = {"panel": {"method": "skating", "counts": "place"}, "sheet": {"points": "sum"}}
    parts = [marked(name, place, **how) for name in ("waltz", "tango")]
    entries = [Entry(f"{couple}-{part}", couple, part) for couple in "ab" for part in ("waltz", "tango")]
    grid = {"a-waltz": {"j": 2}, "a-tango": {"j": 1}, "b-waltz": {"j": 1}, "b-tango": {"j": 2}}
    scheme = rule(*parts, total={"method": "skating"}, ties=["component:waltz"])
    result = contest(scheme, grid, entries=entries).result()
    assert places(result) == {"b": 1, "a": 2}
    assert by_unit(result)["a"].comparisons[-1].values == {"a": F(-2), "b": F(-1)}


def test_who_was_marked_by_nobody_has_no_spread() -> None:
    """Nothing but prior scores: the key cannot say, and they stay level."""
    result = contest(rule(known(), ties=["lower_spread"]), {}, priors={"ordinary": {"a": 80, "b": 80}}).result()
    assert places(result) == {"a": 1, "b": 1}
    assert [comparison.values for comparison in by_unit(result)["a"].comparisons] == [None]


def test_a_part_without_an_entry_has_no_deductions_to_count() -> None:
    """80 less 1 and 79, and 60 before: equal but for the point that was taken off."""
    scheme = rule(
        marked(), known(), ties=["fewer_deductions"], adjustments=[{"id": "late", "name": words("late"), **OFF}]
    )
    late = Decision("deduction", "a", "late", "0.5")
    before = {"ordinary": {"a": 60, "b": 60}}
    result = contest(scheme, column({"a": 80, "b": 79}), priors=before, decisions=[late]).result()
    assert places(result) == {"b": 1, "a": 2}
    assert by_unit(result)["a"].comparisons[0].values == {"a": F(-1, 2), "b": F(0)}


def test_what_was_taken_off_in_a_later_round_sends_nobody_home_before() -> None:
    """70 and 71 less 1 are level at the cut: there only b has lost a point, so a goes on; he loses his in the final."""
    cut = {"quota": 1, "ties": "chain"}
    stages: list[tuple[str, Table]] = [("first", {"advance": cut}), ("final", {})]
    rounds = [{"id": name, "name": words(name), "components": [name], **more} for name, more in stages]
    rules = [{"id": f"in-{name}", "name": words(name), "round": name, **OFF} for name, _ in stages]
    scheme = rule(marked("first"), marked("final"), rounds=rounds, adjustments=rules, ties=["fewer_deductions"])
    entries = [Entry("a1", "a", "first"), Entry("b1", "b", "first"), Entry("a2", "a", "final")]
    off = [Decision("deduction", "b", "in-first", "1"), Decision("deduction", "a", "in-final", "2")]
    grid = {"a1": {"j": 70}, "b1": {"j": 71}, "a2": {"j": 82}}
    result = contest(scheme, grid, entries=entries, decisions=off).result()
    assert {one.unit.id: one.status for one in result.rounds[0].standings} == {"a": "advanced", "b": "out"}
    assert scores(result) == {"a": 80, "b": 70}


# ---- What is told where an order is not whole -----------------------------------------------------------------------


def handed_in(*units: str) -> list[Decision]:
    return [Decision("submission", unit, value=f"2022-07-0{day} 14:05") for day, unit in enumerate(units, 1)]


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ("abc", ()),
        ("b", (Fault("tie.submission_unknown", {"units": "a, b, c", "missing": "a, c"}),)),
        ("ca", (Fault("tie.submission_unknown", {"units": "a, b, c", "missing": "b"}),)),
        ("", ()),
    ],
)
def test_a_time_that_is_wanting_is_told_and_nothing_else(units: str, told: tuple[Fault, ...]) -> None:
    level = contest(rule(ties=["earlier_submission"]), column(dict.fromkeys("abc", 5)), decisions=handed_in(*units))
    assert level.result().open == told


def test_whoever_is_missing_in_a_recorded_order_is_named() -> None:
    decided = [Decision("tie", "b", value="1")]
    result = contest(rule(ties=["decision"]), column(dict.fromkeys("abc", 5)), decisions=decided).result()
    assert result.open == (Fault("tie.partly_decided", {"units": "a, b, c", "missing": "a, c"}),)
    assert result.notes == ()


def test_two_recorded_orders_are_both_used() -> None:
    """Two ties at the top and two below: neither order is told as one that nobody asked for."""
    decided = [Decision("tie", unit, value=str(place)) for place, unit in enumerate("badc", 1)]
    grid = column({"a": 9, "b": 9, "c": 5, "d": 5})
    result = contest(rule(ties=["decision"]), grid, decisions=decided).result()
    assert places(result) == {"b": 1, "a": 2, "d": 3, "c": 4}
    assert (result.open, result.notes) == ((), ())


def test_half_an_order_after_a_whole_one_leaves_no_note() -> None:
    decided = [Decision("tie", unit, value=str(place)) for place, unit in enumerate("bad", 1)]
    grid = column({"a": 9, "b": 9, "c": 5, "d": 5})
    result = contest(rule(ties=["decision"]), grid, decisions=decided).result()
    assert codes(result) == ["tie.partly_decided"]
    assert result.notes == ()


# ---- What the keys are called, which is what is told of a place ------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "names", "again"),
    [
        ("head_to_head", ["head_to_head"], [False]),
        ("head_to_head:restart", ["head_to_head:restart"], [True]),
        ("majority_gauge", ["majority_gauge"], [True]),
        ("firsts", ["firsts"], [False]),
        ("firsts_then_seconds", ["firsts", "seconds"], [False, False]),
        ("earlier_submission", ["earlier_submission"], [False]),
        ("decision", ["decision"], [False]),
        ("draw", ["draw"], [False]),
        ("round:final", ["round:final"], [False]),
        ("votes:work.first", ["votes:work.first"], [False]),
    ],
)
def test_a_key_has_the_name_it_has_in_the_scheme_and_asks_again_where_its_rule_says_so(
    word: str, names: list[str], again: list[bool]
) -> None:
    field: Any = SimpleNamespace(scheme=rule(), marking=SimpleNamespace(roster=Roster((), (), ())))
    decided: Any = None  # no key is asked anything here
    keys = Chain(field, decided, Frozen(rule(), Roster((), (), ()), (), (), ()), ()).keys_of(word)
    assert [(key.name, key.again) for key in keys] == list(zip(names, again, strict=True))
