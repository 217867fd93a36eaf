"""The draw can be redone by anybody: with SHA-256 and the published values alone."""

import hashlib
import json
from dataclasses import asdict, replace
from itertools import permutations

import pytest

from scoring.draw import commitment, drawn, rfc3797, seed
from scoring.faults import Fault, Refused
from scoring.results import Tabulation
from scoring.roster import Decision
from tests.scoring.contests import Contest, awards, codes, contest, known, places, rule, tier, words

SECRET, PUBLIC = "a sealed word", "lottery 2022-07-09: 05 11 23"
COMMIT = Decision("commit", value=hashlib.sha256(f"commit/1|{SECRET}".encode()).hexdigest())
REVEALED = (COMMIT, Decision("public", value=PUBLIC), Decision("secret", value=SECRET))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def tied(*decisions: Decision, secret: bool = True, names: str = "a b c d") -> Contest:
    scheme = rule(known(), ties=["draw"], draw={"public": words("lottery"), "secret": secret})
    return contest(scheme, {}, priors={"ordinary": dict.fromkeys(names.split(), 90)}, decisions=decisions)


def redone(given: Contest, secret: str) -> list[str]:
    """The order by the written rule, from the contest as it was frozen."""
    before = [d for d in given.decisions if d.kind not in ("public", "secret", "award", "overrun")]
    body = {
        "scheme": given.scheme.digest,
        "roster": asdict(given.roster),
        "sheets": [asdict(sheet) for sheet in sorted(given.sheets, key=lambda sheet: (sheet.entry, sheet.judge))],
        "priors": [{**asdict(p), "value": str(p.value)} for p in sorted(given.priors, key=lambda p: p.unit)],
        "decisions": [asdict(decision) for decision in before],
    }
    frozen = sha(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")))
    grown = sha(f"seed/1|{secret}|{PUBLIC}|{frozen}")
    return sorted((unit.id for unit in given.roster.units), key=lambda name: sha(f"draw/1|place|{grown}|{name}"))


def places_in_order(result: Tabulation) -> list[str]:
    assert list(places(result).values()) == list(range(1, len(result.units) + 1))
    return list(places(result))


def test_the_commitment_the_seed_and_the_order_are_hashes_written_out() -> None:
    assert commitment("s") == sha("commit/1|s")
    assert seed("s", "p", "f") == sha("seed/1|s|p|f")
    order = sorted("abcdef", key=lambda name: sha(f"draw/1|place|{'0' * 64}|{name}"))
    assert drawn("place", "0" * 64, "abcdef") == order != list("abcdef")


def test_two_scopes_are_two_draws() -> None:
    assert drawn("place", "0" * 64, "abcdef") != drawn("tier2", "0" * 64, "abcdef")


def test_the_order_of_the_list_does_not_matter() -> None:
    assert {tuple(drawn("place", "1" * 64, list(names))) for names in permutations("abcd")} == {
        tuple(drawn("place", "1" * 64, "abcd"))
    }


@pytest.mark.parametrize("gone", list("abcdef"))
def test_dropping_an_entrant_keeps_the_order_of_the_others(gone: str) -> None:
    everybody = drawn("place", "2" * 64, "abcdef")
    others = [name for name in "abcdef" if name != gone]
    assert drawn("place", "2" * 64, others) == [name for name in everybody if name != gone]


def test_a_contest_is_drawn_from_secret_public_value_and_frozen_marks() -> None:
    result = tied(*REVEALED).result()
    assert (places_in_order(result), result.final) == (redone(tied(*REVEALED), SECRET), True)


def test_without_a_secret_the_public_value_decides_alone() -> None:
    given = tied(Decision("public", value=PUBLIC), secret=False)
    assert (places_in_order(given.result()), given.result().final) == (redone(given, ""), True)


def test_what_is_decided_after_the_draw_draws_nothing_again() -> None:
    given = tied(*REVEALED)
    prized = replace(given, scheme=given.scheme.model_copy(update={"id": "small"}))
    after = prized.having(Decision("overrun", value="5"), Decision("award", "a", value="1"))
    assert places(after.result()) == places(given.result())


def test_another_mark_is_another_draw() -> None:
    orders = set()
    for score in range(40, 52):
        prior = {"ordinary": dict.fromkeys("abcd", score)}
        given = replace(tied(*REVEALED), priors=contest(tied().scheme, {}, priors=prior).priors)
        orders.add(tuple(places(given.result())))
    assert len(orders) > 3


@pytest.mark.parametrize("present", [(), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2)])
def test_the_draw_waits_while_commitment_public_value_or_secret_is_missing(present: tuple[int, ...]) -> None:
    result = tied(*(REVEALED[i] for i in present)).result()
    assert set(places(result).values()) == {1}
    assert result.open == (Fault("draw.waiting", {"units": "a, b, c, d"}),)


def test_nothing_waits_for_a_draw_where_nobody_is_equal() -> None:
    assert codes(tied(names="a").result()) == []


def test_a_secret_that_was_not_committed_to_is_refused() -> None:
    wrong = (*REVEALED[:2], Decision("secret", value=SECRET + "!"))
    with pytest.raises(Refused) as refused:
        tied(*wrong).result()
    assert [fault.code for fault in refused.value.faults] == ["decision.secret_differs"]


@pytest.mark.parametrize("again", REVEALED)
def test_a_second_seed_is_refused(again: Decision) -> None:
    with pytest.raises(Refused) as refused:
        tied(*REVEALED, again).result()
    assert refused.value.faults == (Fault("decision.double", {"kind": again.kind, "subject": ""}, ("decisions", 3)),)


def test_the_draw_separates_only_those_who_are_still_equal() -> None:
    scheme = rule(
        known(), ties=["draw"], draw={"public": words("lottery"), "secret": False}, prizes={"tiers": [tier("1")]}
    )
    prior = {"ordinary": {"z": 95, "a": 90, "b": 90, "c": 80}}
    orders = set()
    for value in range(20):
        result = contest(scheme, {}, priors=prior, decisions=[Decision("public", value=str(value))]).result()
        orders.add(tuple(places_in_order(result)))
    assert orders == {("z", "a", "b", "c"), ("z", "b", "a", "c")}


def test_the_walk_of_rfc_3797_chooses_each_number_once() -> None:
    assert sorted(rfc3797("1.2.3./", 12, 12)) == list(range(1, 13))


# ---- The secret is not revealed -------------------------------------------------------------------------------------

WITHHELD = Decision("withheld", reason="the holder cannot be reached", document="Minutes 7")
PRIZED = {"tiers": [tier("1", 1, 100), tier("2", 1, 50), tier("3", 2, 10)], "boundary": "extend_up"}


def prized(*decisions: Decision, withheld: str = "pool", **more: object) -> Contest:
    draw = {"public": words("lottery"), "withheld": withheld}
    chain = {"ties": ["draw"], "prizes": PRIZED, **more}
    prior = {"ordinary": {"a": 95, "b": 90, "c": 90, "d": 80}}
    return contest(rule(known(), draw=draw, **chain), {}, priors=prior, decisions=decisions)


def test_equals_share_their_places_and_nothing_is_drawn() -> None:
    """B and c take the second place and one of the third: 50 and 10 yuan, 30 each; whatever the scheme does else."""
    result = prized(*REVEALED[:2], WITHHELD).result()
    assert places(result) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert awards(result) == {
        "a": (("1",), 10000), "b": (("2", "3"), 3000), "c": (("2", "3"), 3000), "d": (("3",), 1000),
    }  # fmt: skip
    assert (result.final, [note.code for note in result.notes]) == (True, ["note.secret_withheld"])


def test_or_another_body_decides() -> None:
    waiting = prized(*REVEALED[:2], WITHHELD, withheld="decision").result()
    assert codes(waiting) == ["boundary.undecided"]
    decided = (Decision("award", "b", "2", "50"), Decision("award", "c", "3", "10"))
    settled = prized(*REVEALED[:2], WITHHELD, *decided, withheld="decision").result()
    assert (settled.final, awards(settled)["b"]) == (True, (("2",), 5000))


def test_under_hort_too_the_places_are_shared() -> None:
    result = prized(*REVEALED[:2], WITHHELD, ties=[], prizes={**PRIZED, "boundary": "hort"}).result()
    assert (result.final, awards(result)["b"]) == (True, (("2", "3"), 3000))


def test_a_secret_cannot_be_revealed_and_withheld() -> None:
    with pytest.raises(Refused) as refused:
        prized(*REVEALED, WITHHELD).result()
    assert [fault.code for fault in refused.value.faults] == ["decision.secret_revealed"]


@pytest.mark.parametrize("draw", [None, {"public": words("lottery"), "secret": False}])
def test_only_a_secret_can_be_withheld(draw: dict[str, object] | None) -> None:
    scheme = rule(known(), **({"draw": draw} if draw else {}))
    with pytest.raises(Refused) as refused:
        contest(scheme, {}, priors={"ordinary": {"a": 1}}, decisions=[WITHHELD]).result()
    assert [fault.code for fault in refused.value.faults] == ["decision.no_secret"]


def test_a_withheld_secret_changes_nothing_where_nothing_is_drawn() -> None:
    """The boundary of the scheme stands where no draw stands in its chain."""
    result = prized(WITHHELD, ties=[]).result()
    assert awards(result)["b"] == awards(result)["c"] == (("2",), 5000)


# ---- By the walk of RFC 3797 ----------------------------------------------------------------------------------------


def walked(public: str, names: str) -> dict[str, int | None]:
    draw = {"public": words("lottery"), "secret": False, "method": "rfc3797"}
    scheme = rule(known(), ties=["draw"], draw=draw)
    prior = {"ordinary": {name: 90 if name.isupper() else 80 for name in names}}
    return places(contest(scheme, {}, priors=prior, decisions=[Decision("public", value=public)]).result())


def test_equals_stand_in_the_order_of_one_walk_over_all_units() -> None:
    """The example of the RFC: of 25 the first chosen are 17, 7, 2, 16, 25, 23, 8, 24, 19, 13."""
    names = [f"{number:02}" for number in range(1, 26)]
    draw = {"public": words("lottery"), "secret": False, "method": "rfc3797"}
    scheme = rule(known(), ties=["draw"], draw=draw)
    public = Decision("public", value="9319./2.5.8.10.12./9.18.26.34.41.45./")
    result = contest(scheme, {}, priors={"ordinary": dict.fromkeys(names, 90)}, decisions=[public]).result()
    assert list(places(result))[:10] == ["17", "07", "02", "16", "25", "23", "08", "24", "19", "13"]


def test_the_walk_parts_equals_only() -> None:
    found = walked("1.2.3./", "aAbBcC")
    assert {name for name, place in found.items() if place and place <= 3} == set("ABC")


def test_a_walk_has_no_secret() -> None:
    with pytest.raises(Refused) as refused:
        rule(known(), draw={"public": words("lottery"), "method": "rfc3797"})
    assert [fault.code for fault in refused.value.faults] == ["scheme.draw_rfc3797"]
