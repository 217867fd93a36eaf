"""The blend: what stands in for a missing prior score, the notes with it, weights in effect, and what is carried."""

from fractions import Fraction

import pytest

from scoring.faults import Refused
from scoring.results import Tabulation
from scoring.roster import Decision
from tests.scoring.contests import Contest, Grid, Table, contest, known, marked, rule, scores, words

F = Fraction
FIELD = {"a": {"j": 90}, "b": {"j": 80}, "c": {"j": 85}}
ORDINARY: dict[str, str | int] = {"a": 88, "b": 92, "c": 90}


def blended(prior: dict[str, str | int], *decisions: Decision, **part: object) -> Contest:
    by = rule(marked(weight=70), known() | {"weight": 30} | part)
    return contest(by, FIELD, priors={"ordinary": prior}, decisions=decisions)


def notes(result: Tabulation, code: str) -> list[dict[str, str | int]]:
    return [note.params for note in result.notes if note.code == f"note.{code}"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"a": "89.4", "b": "83.6", "c": "86.5"}),
        ({"scale": "minmax"}, {"a": "63", "b": "86", "c": "74.5"}),  # 70 % of 90, 80, 85 and 30 % of 0, 100, 50
        ({"scale": "rank", "rank_points": [100, 90, 80]}, {"a": "87", "b": "86", "c": "86.5"}),
        ({"scale": "bands", "bands": [{"least": 90, "points": 100}, {"least": 0, "points": 60}]},
         {"a": "81", "b": "86", "c": "89.5"}),
    ],
)  # fmt: skip
def test_every_scale_by_hand(more: dict[str, object], expected: dict[str, str]) -> None:
    result = blended(ORDINARY, **more).result()
    assert scores(result) == {unit: F(value) for unit, value in expected.items()}
    assert bool(notes(result, "field_scale")) == (more.get("scale") in ("minmax", "rank"))


def test_z_is_rescaled_as_the_scheme_says() -> None:
    """88, 92, 90 have mean 90 and variance 8/3: z is −1.224744871, 1.224744871 and 0."""
    result = blended(ORDINARY, scale="z", z_mean=80, z_spread=5).result()
    prior = {"a": 80 - 5 * F("1.224744871"), "b": 80 + 5 * F("1.224744871"), "c": F(80)}
    assert scores(result) == {u: F(7, 10) * FIELD[u]["j"] + F(3, 10) * value for u, value in prior.items()}
    assert notes(result, "field_scale") == [{"component": "ordinary"}]


@pytest.mark.parametrize(
    ("missing", "expected", "note"),
    [
        ("zero", F(63), [{"unit": "a", "component": "ordinary", "value": "0"}]),
        ("field_median", 63 + F("27.3"), [{"unit": "a", "component": "ordinary", "value": "91"}]),
        ("renormalise", F(90), []),
        ("decision", None, []),
    ],
)
def test_every_way_with_a_missing_score_and_its_note(missing: str, expected: Fraction | None, note: object) -> None:
    result = blended({"b": 92, "c": 90}, missing=missing).result()
    assert scores(result)["a"] == expected
    assert notes(result, "prior_substituted") == note
    left_out = [{"unit": "a", "component": "ordinary"}] if missing == "renormalise" else []
    assert notes(result, "renormalised") == left_out
    assert [fault.code for fault in result.open] == (["unit.prior_missing"] if missing == "decision" else [])


def test_a_decision_to_go_without_is_told_as_well() -> None:
    result = blended({"b": 92, "c": 90}, Decision("prior", "a", "ordinary", "renormalise")).result()
    assert scores(result)["a"] == 90
    assert notes(result, "renormalised") == [{"unit": "a", "component": "ordinary"}]


def test_weights_in_effect_are_told_where_they_differ_much_from_the_nominal() -> None:
    """Sd 4.082 and 1.633 (both over the root of 3): 70 x 2.5 to 30 x 1 is 175 to 30, 85 to 15."""
    result = blended(ORDINARY).result()
    assert result.effective_weights == pytest.approx({"marks": 175 / 205, "ordinary": 30 / 205})
    assert notes(result, "effective_weight") == [
        {"component": "marks", "nominal": "70", "effective": 85},
        {"component": "ordinary", "nominal": "30", "effective": 15},
    ]
    assert notes(blended({"a": 80, "b": 90, "c": 85}).result(), "effective_weight") == []


# ---- Carry out


def appraisal(**more: object) -> Table:
    return {"id": "quarter", "name": words("quarter"), **more}


def carry(*decisions: Decision, **more: object) -> dict[str, tuple[Fraction | None, ...]]:
    veto = {"id": "out", "name": words("out"), "subject": "unit", "effect": "exclude"}
    by = rule(marked(weight=70), known(weight=30), carry_out=[appraisal(**more)], vetoes=[veto])
    field: Grid = {"a": {"j": "90.25"}, "b": {"j": 80}}
    result = contest(by, field, priors={"ordinary": {"a": 88}}, decisions=decisions).result()
    assert [line.appraisal for line in result.carried] == ["quarter", "quarter"]
    return {line.unit: (line.exact, line.rounded, line.value) for line in result.carried}


def test_what_is_carried_exact_rounded_and_which_counts() -> None:
    """0.7 x 90.25 + 0.3 x 88 = 89.575; of 20 points 17.915; b has no score, and that is not 0."""
    exact = F("17.915")
    assert carry(weight=20) == {"a": (exact, F("17.92"), F("17.92")), "b": (None, None, None)}
    assert carry(weight=20, uses="exact")["a"] == (exact, F("17.92"), exact)
    assert carry(weight=20, mode="trunc", decimals=1)["a"] == (exact, F("17.9"), F("17.9"))
    assert carry()["a"] == (F("89.575"), F("89.58"), F("89.58"))
    assert carry(component="ordinary", weight=10)["a"] == (F("8.8"), F("8.8"), F("8.8"))
    assert carry(component="marks", weight=10)["b"][0] == 8


def test_an_excluded_unit_carries_nothing_unless_the_scheme_says_so() -> None:
    out = Decision("veto", "a", "out")
    assert carry(out)["a"] == (None, None, None)
    assert carry(out, excluded="score")["a"][0] == F("89.575")


@pytest.mark.parametrize(
    ("more", "code"), [({"component": "nothing"}, "scheme.unknown_name"), ({"weight": 0}, "scheme.positive")]
)
def test_what_cannot_be_carried_is_refused(more: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        rule(marked(), carry_out=[appraisal(**more)])
    assert [fault.code for fault in refused.value.faults] == [code]


def test_an_appraisal_stands_once() -> None:
    with pytest.raises(Refused, match=r"scheme\.double"):
        rule(marked(), carry_out=[appraisal(), appraisal()])
