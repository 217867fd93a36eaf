"""Random finals against the second calculation, and bundles of finals."""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.bundle import compose
from scoring.faults import Refused
from scoring.roster import Decision
from scoring.skating import dance
from scoring.verify import skating as second
from scoring.verify import verify
from tests.scoring.chances import Chance, drawn
from tests.scoring.contests import Contest, entry_scores, plainly, words
from tests.scoring.finals import VETO, final, final_rule
from tests.scoring.tampering import changed, leaves, sealed_again

F = Fraction


@drawn
def finals(chance: Chance) -> Contest:
    size, judges = chance.few(2, 6), chance.few(1, 5)
    couples = [f"c{i}" for i in range(size)]
    dances: dict[str, dict[str, Sequence[int]]] = {}
    for name in ("w", "t", "q")[: chance.few(1, 3)]:
        rows = [chance.order(range(1, size + 1)) for _ in range(judges)]
        dances[name] = {couple: [row[i] for row in rows] for i, couple in enumerate(couples)}
    out = [Decision("veto", couples[0], "v")] if chance.once_in(6) else []
    return final(dances, *out, vetoes=VETO)


@given(finals())
def test_a_second_calculation_gives_every_place_in_a_dance_and_over_all(given_: Contest) -> None:
    result, again = given_.result(), plainly(given_)
    dances = [part.id for part in given_.scheme.components]
    for name in dances:
        assert {e: v for e, v in entry_scores(result).items() if e.endswith(f"-{name}") and v is not None} == (
            second.dance_places(again, name)
        )
    rows = {
        unit.unit.id: [second.dance_places(again, name)[f"{unit.unit.id}-{name}"] for name in dances]
        for unit in result.units
        if not unit.excluded
    }
    found = {unit.unit.id: unit.place for unit in result.units if unit.place is not None}
    assert found == second.final(rows)
    level = [unit.unit.id for unit in result.units if unit.sharing > 1]
    told = [name for fault in result.open for name in str(fault.params["units"]).split(", ")]
    assert level == told


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.permutations(range(1, n + 1)), min_size=1, max_size=7)))
def test_places_of_a_dance_add_up_and_do_not_hang_on_the_order_of_judges(rows: list[list[int]]) -> None:
    marks = {f"c{i}": [row[i] for row in rows] for i in range(len(rows[0]))}
    found = dance(marks)
    assert sum(placing.place for placing in found.values()) == F(len(marks) * (len(marks) + 1), 2)
    turned = dance({name: row[::-1] for name, row in marks.items()})
    assert {name: placing.place for name, placing in turned.items()} == {n: p.place for n, p in found.items()}
    for name, row in marks.items():
        if 2 * row.count(1) > len(row):
            assert found[name].place == 1


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_an_order_of_all_judges_is_the_order_of_the_dance(order: tuple[int, ...]) -> None:
    found = dance({f"c{i}": [place] * 5 for i, place in enumerate(order)})
    assert [found[f"c{i}"].place for i in range(3)] == list(order)


@given(finals())
def test_the_order_by_rule_11_holds_everybody_once(given_: Contest) -> None:
    for fault in given_.result().open:
        order = str(fault.params["order"]).replace("; ", ", ").split(", ")
        assert sorted(order) == sorted(str(fault.params["units"]).split(", "))


@given(finals(), st.sampled_from([[], ["component:w", "draw"]]))
def test_a_bundle_of_a_final_is_calculated_again_whole(given_: Contest, ties: list[str]) -> None:
    draw = {"ties": ties, "draw": {"public": words("dice"), "secret": False}} if ties else {}
    scheme = final_rule(*(part.id for part in given_.scheme.components), vetoes=VETO, **draw)
    public = [Decision("public", value="6")] if ties else []
    verdict = verify(compose(replace(given_, scheme=scheme).having(*public).inputs, None))
    assert (verdict.difference, verdict.unknown) == (None, ())


PARTED: dict[str, dict[str, Sequence[int]]] = {
    "w": {"a": [1, 1, 1], "b": [2, 2, 2], "c": [3, 3, 4], "d": [4, 4, 3]},
    "t": {"a": [2, 2, 1], "b": [1, 1, 2], "c": [3, 4, 3], "d": [4, 3, 4]},
    "q": {"a": [2, 3, 4], "b": [3, 4, 1], "c": [1, 2, 2], "d": [4, 1, 3]},
}  # two dances by majorities, one that needs the sums


def test_whatever_digit_of_a_final_is_changed_it_is_found() -> None:
    content = compose(final(PARTED).inputs, None)
    assert verify(content).difference is None
    tried = 0
    for path in leaves(json.loads(content)):
        decides = path[:2] in (("sections", "ranking"), ("sections", "scores"), ("sections", "workings"))
        if not decides or path[-1] in ("of", "op"):
            continue
        if path[-1] == "ref" and len(path) == 4 and path[2].startswith(("component:", "unit:")):
            continue  # the name of a step, for people
        try:
            verdict = verify(sealed_again(changed(content, path)))
        except Refused as refused:
            assert refused.faults[0].code.startswith("bundle.")  # noqa: PT017  in a loop over hundreds
        else:
            # A name that nobody knows is named as such; the place itself is calculated besides.
            assert verdict.difference or ("working.constant", "placex") in verdict.unknown, path
        tried += 1
    assert tried > 200
