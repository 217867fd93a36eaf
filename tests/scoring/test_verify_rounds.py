"""Bundles of contests in rounds: calculated again, and every altered standing and carried figure named."""

import json
from typing import Any

import pytest
from hypothesis import given

from scoring.bundle import compose
from scoring.faults import Refused
from scoring.roster import Decision, Entry, Judge
from scoring.unbundle import restored
from scoring.verify import Difference, read_document, verify
from scoring.verify.cut import shares
from scoring.verify.deadlines import taken
from scoring.verify.numbers import F
from tests.scoring.cases import many
from tests.scoring.contests import Contest, Table, contest, marked, rule, tier, words
from tests.scoring.courses import courses
from tests.scoring.tampering import changed, leaves, sealed_again


def bundle(contest: Contest) -> bytes:
    return compose(contest.inputs, None)


# ---- The engine and the second calculation --------------------------------------------------------------------------


@many(60)
@given(courses())
def test_rounds_cuts_reserves_and_what_is_carried_are_calculated_again_and_read_back(contest: Contest) -> None:
    content = bundle(contest)
    verdict = verify(content)
    assert (verdict.difference, verdict.unknown) == (None, ())
    never = {one.subject for one in contest.decisions if (one.kind, one.rule) == ("withdrawal", "r1")}
    assert verdict.compared["standings"] >= len(contest.roster.units) - len(never)
    assert verdict.compared["carried"] == 2 * len(contest.roster.units)
    document, result = read_document(content), contest.result()
    back = restored(document.sections, document.header["engine"], document.digests["scheme"])
    assert (back.rounds, back.carried, back.units) == (result.rounds, result.carried, result.units)


# ---- By hand --------------------------------------------------------------------------------------------------------

PRELIMINARY: Table = {
    "id": "first", "name": words("first"), "components": ["one"], "advance": {"quota": 2, "reserves": 1},
}  # fmt: skip
FINAL: Table = {"id": "final", "name": words("final"), "components": ["two"], "carry": "sum"}
MARKS = {"A": (90, 50), "B": (80, None), "C": (70, 60), "D": (60, None)}


def cup(*ties: str, **more: object) -> Contest:
    """Two of four go on, one stands by; B withdraws before the final and C comes in: 90 + 50 and 70 + 60."""
    scheme = rule(
        marked("one"),
        marked("two"),
        rounds=[PRELIMINARY, FINAL],
        ties=list(ties),
        carry_out=[{"id": "season", "name": words("season"), "weight": 30}],
        **more,
    )
    entries = [Entry(f"{unit}-{part}", unit, part) for unit in MARKS for part in ("one", "two")]
    grid = {
        f"{unit}-{part}": {"j": mark}
        for unit, row in MARKS.items()
        for part, mark in zip(("one", "two"), row, strict=True)
        if mark is not None
    }
    gone = Decision("withdrawal", "B", "final")
    return contest(scheme, grid, entries=entries, judges=[Judge("j")], decisions=[gone])


CUP = bundle(cup())


def test_a_cup_in_a_bundle_by_hand() -> None:
    sections = json.loads(CUP)["sections"]
    told = [(row["round"], row["unit"], row["status"], row["place"], row["score"]) for row in sections["standings"]]
    assert told == [
        ("first", "A", "advanced", 1, "90"), ("first", "B", "withdrawn", 2, "80"), ("first", "C", "advanced", 3, "70"),
        ("first", "D", "out", 4, "60"), ("final", "A", "last", 1, "140"), ("final", "C", "last", 2, "130"),
    ]  # fmt: skip
    second, third = sections["standings"][1:3]
    assert (second["replaced_by"], third["replaces"], third["reserve"]) == ("C", "B", 1)
    # 140 % of full marks, times 30 points; B and D have 80 and 60 of 100
    carried = {row["unit"]: row["value"] for row in sections["carried"]}
    assert carried == {"A": "42", "C": "39", "B": "24", "D": "18"}
    assert verify(CUP).difference is None


PATHS = [
    path
    for path in leaves(json.loads(CUP))
    if path[0] == "sections" and (path[1] in ("standings", "carried") or str(path[2]).startswith("standing:"))
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path[1:])))
def test_whatever_is_altered_in_a_standing_or_a_carried_figure_its_section_and_row_are_named(
    path: tuple[Any, ...],
) -> None:
    """With all digests made anew, as a forger would."""
    if path[-1] in ("of", "ref", "op", "mode"):
        return  # words for people inside a working; its numbers are looked at
    document = json.loads(CUP)["sections"][path[1]]
    row = sorted(document).index(path[2]) + 1 if path[1] == "workings" else path[2] + 1
    try:
        difference = verify(sealed_again(changed(CUP, path))).difference
    except Refused as refused:
        if refused.faults[0].code not in ("bundle.unknown_name", "bundle.section"):
            raise
        return
    assert difference is not None
    assert (difference.section, difference.row) == (path[1], row)


def forged(section: str, value: object) -> Difference | None:
    document = json.loads(CUP)
    document["sections"][section] = value
    return verify(sealed_again(document)).difference


def test_a_standing_that_is_left_out_or_put_in_is_named() -> None:
    rows = json.loads(CUP)["sections"]["standings"]
    assert forged("standings", rows[:-1]) == Difference("standings", 6, "C", "round", "", "final")
    assert forged("standings", [*rows, rows[-1]]) == Difference("standings", 7, "C", "", "C", "")


@pytest.mark.parametrize("section", ["standings", "carried"])
def test_a_bundle_without_the_standings_that_its_scheme_has_is_none(section: str) -> None:
    document = json.loads(CUP)
    del document["sections"][section]
    with pytest.raises(Refused, match=r"bundle\.sections"):
        read_document(sealed_again(document))


def test_a_working_that_rests_on_itself_is_named() -> None:
    document = json.loads(CUP)
    document["sections"]["workings"]["entry:A-one"] = {"see": "entry:A-one", "value": "90"}
    difference = verify(sealed_again(document)).difference
    assert difference is not None
    assert (difference.section, difference.name, difference.field) == ("workings", "entry:A-one", "see")


def test_the_key_of_a_round_is_asked_again_and_its_changed_digit_found() -> None:
    """A 90 + 40 and C 70 + 60 are level in the final; the first round parts them."""
    level = cup("round:first")
    sheets = tuple(one if one.entry != "A-two" else type(one)(one.judge, one.entry, (4000,)) for one in level.sheets)
    content = bundle(Contest(level.scheme, level.roster, sheets, (), level.decisions))
    rows = json.loads(content)["sections"]["ranking"]
    assert [row["unit"] for row in rows] == ["A", "C", "B", "D"]
    assert rows[0]["comparisons"] == [{"key": "round:first", "values": {"A": "90", "C": "70"}}]
    assert verify(content).difference is None
    path = ("sections", "ranking", 0, "comparisons", 0, "values", "C")
    difference = verify(sealed_again(changed(content, path))).difference
    assert difference is not None
    assert (difference.section, difference.row, difference.field) == ("ranking", 1, "comparisons")


def test_prizes_of_a_round_go_to_who_came_to_it() -> None:
    prizes = {"tiers": [tier("first", 3, 100)], "round": "final"}
    content = bundle(cup(prizes=prizes))
    assert [row["fen"] for row in json.loads(content)["sections"]["ranking"]] == [10000, 10000, 0, 0]
    assert verify(content).difference is None


def test_a_way_to_carry_that_is_not_known_here_is_named_and_the_rest_is_compared() -> None:
    document = json.loads(CUP)
    document["sections"]["scheme"]["rounds"][1]["carry"] = "by the stars"
    verdict = verify(sealed_again(document))
    assert verdict.difference is None
    assert ("rounds.carry", "by the stars") in verdict.unknown
    document["sections"]["standings"][4]["place"] = 3
    difference = verify(sealed_again(document)).difference
    assert difference == Difference("standings", 5, "A", "place", "3", "1")


def test_deadlines_by_hand() -> None:
    """By the first deadline one counts, by the second two; missed ones are made up, then the best of the rest."""
    due = ["2021-07-19 20:01", "2021-07-22 20:01"]
    x, y, z = F(70), F(90), F(80)
    early, first, late = "2021-07-19T20:01:00", "2021-07-20 08:00", "2021-07-23 08:00"
    assert taken(due, 2, [("x", x, early), ("y", y, late), ("z", z, first)]) == ["x", "z"]
    assert taken(due, 2, [("x", x, late), ("y", y, first), ("z", z, first)]) == ["y", "z"]
    assert taken(due, 2, [("x", x, ""), ("y", y, ""), ("z", z, early)]) == ["z", "y"]
    assert taken(due, 3, [("x", x, early)]) == ["x"]


def test_places_in_proportion_by_hand() -> None:
    """Six places for 6, 3 and 3: 3, 1.5 and 1.5, the last to the first of the halves; nobody yet: equal parts."""
    assert shares(6, {"a": 6, "b": 3, "c": 3}) == {"a": 3, "b": 2, "c": 1}
    assert shares(3, {"a": 0, "b": 0}) == {"a": 2, "b": 1}
