"""Random contests: the engine and the second calculation agree, and what was tampered with is found and named."""

import json
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.bundle import compose
from scoring.canonical import canonical
from scoring.faults import Refused
from scoring.roster import Decision
from scoring.scheme import read_scheme
from scoring.verify import Difference, verify
from scoring.verify.defaults import filled
from scoring.verify.elimination import solved
from scoring.verify.keys import drawn, seed_of
from scoring.verify.sheets import who
from tests.rubrics import worked
from tests.scoring.cases import many
from tests.scoring.contests import (
    Contest,
    Table,
    column,
    contest,
    criterion,
    item,
    known,
    marked,
    plainly,
    rule,
    tier,
    words,
)
from tests.scoring.plans import Plan, contest_of, plans, scheme_of
from tests.scoring.prized import prized
from tests.scoring.tampering import changed, leaves, other, sealed_again

SCHEMES = sorted((Path(__file__).parents[2] / "rubrics").rglob("*.toml"))
KNOWN_GAPS = {"notes", "working.constant"}
DRAW = {"public": words("dice"), "secret": False}

# Everything a contest can have, in a few units: severity, classes of a prior, a tie, a draw, prizes, decisions.
SMALL = contest(
    rule(
        marked(panel={"method": "mean", "counts": "less_severity"}, weight=7),
        known(weight=3),
        ties=["median", "draw"],
        draw=DRAW,
        prizes={"tiers": [tier("first", 1, 300), tier("second", 2, 100)], "boundary": "pool"},
        adjustments=[
            {"id": "late", "name": words("late"), "kind": "deduction", "subject": "unit", "measure": "points"}
        ],
    ),
    {"A": {"j1": 84, "j2": 90, "j3": 81}, "B": {"j1": 84, "j2": 90, "j3": 81}, "C": {"j1": 70, "j2": 77}},
    priors={"ordinary": {"A": 90, "B": 90, "C": 80}},
    decisions=[
        Decision("deduction", "C", "late", "0.5"), Decision("absence", "j3/C"), Decision("public", value="6 2 4"),
    ],
)  # fmt: skip


def bundle(contest: Contest) -> bytes:
    return compose(contest.inputs, None)


def found(content: bytes) -> Difference | None:
    return verify(content).difference


# ---- The engine and the second calculation --------------------------------------------------------------------------


@many(120)
@given(plans())
def test_a_second_calculation_from_the_written_rule_gives_everything_that_is_published(plan: Plan) -> None:
    verdict = verify(bundle(contest_of(plan)))
    assert (verdict.difference, verdict.unknown) == (None, ())
    assert verdict.compared["scores"] == len(plan.entries)
    assert verdict.compared["ranking"] == len(plan.units)


@many(150)
@given(prized())
def test_a_second_calculation_gives_every_place_tie_prize_and_sum_of_money(contest: Contest) -> None:
    verdict = verify(bundle(contest))
    assert (verdict.difference, verdict.unknown) == (None, ())


@given(plans())
def test_who_counts_is_neither_recused_nor_absent_nor_missing_nor_incomplete(plan: Plan) -> None:
    contest = contest_of(plan)
    result, second = contest.result(), plainly(contest)
    for name, entry in result.entries.items():
        told = who(second, name)
        assert {word: list(getattr(entry, word)) for word in told} == told
        if not plan.part(entry.entry.component)["panel"].get("classes"):
            asked = plan.assigned.get(name, plan.judges)
            assert sorted(judge for judges in told.values() for judge in judges) == sorted(asked)


@pytest.mark.parametrize(("name", "number"), worked.examples())
def test_a_worked_example_of_a_shipped_scheme_is_calculated_again(name: str, number: int) -> None:
    scheme = worked.scheme(name)
    verdict = verify(bundle(worked.contest_of(scheme, scheme.examples[number])))
    assert verdict.difference is None
    # What the second calculation does not know is named, and it is no more than this.
    assert {key for key, _ in verdict.unknown} <= KNOWN_GAPS


@given(plans())
def test_what_a_random_scheme_leaves_unsaid_is_known_to_the_second_calculation(plan: Plan) -> None:
    scheme = scheme_of(plan)
    said = scheme.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True)
    assert filled(said) == scheme.model_dump(mode="json", exclude={"examples"})


def test_bands_of_sheets_have_defaults_of_their_own() -> None:
    """The bands of a scale have no limits; those of a panel say how many sheets may be in each."""
    bands = [{"id": "good", "name": words("good"), "least": 60, "points": 90, "at_most": 1}]
    scale = [{"least": 50, "points": 70}]
    scheme = rule(marked(panel={"method": "mean", "counts": "band", "bands": bands}), known(scale="bands", bands=scale))
    said = scheme.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True)
    assert filled(said) == scheme.model_dump(mode="json", exclude={"examples"})


@pytest.mark.parametrize("file", SCHEMES, ids=lambda file: file.stem)
def test_what_a_shipped_scheme_leaves_unsaid_is_known_to_the_second_calculation(file: Path) -> None:
    scheme = read_scheme(file.read_text(encoding="utf-8"), file.name)
    said = scheme.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True)
    assert filled(said) == scheme.model_dump(mode="json", exclude={"examples"})


def test_the_verifier_runs_where_nothing_that_calculates_can_be_imported(tmp_path: Path) -> None:
    """It loads only itself, the spelling of values, the cutting into rows, and faults."""
    file = tmp_path / "result.json"
    file.write_bytes(bundle(SMALL))
    program = """
import sys
from pathlib import Path
for name in ("numpy", "pydantic", "scoring.tabulate", "scoring.panel", "scoring.prizes", "scoring.scheme"):
    sys.modules[name] = None  # any import of it fails
from scoring.verify import verify
print(verify(Path(sys.argv[1]).read_bytes()).agrees)
print(*sorted(n for n, m in sys.modules.items() if m and n.startswith("scoring.") and "verify" not in n))
"""
    command = [sys.executable, "-c", program, str(file)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert output == ["True", "scoring.canonical scoring.faults scoring.numbers scoring.sections"]


# ---- Tampering ------------------------------------------------------------------------------------------------------


SEALED = bundle(SMALL)
PATHS = list(leaves(json.loads(SEALED)))


def rows_of_path(path: tuple[Any, ...]) -> str:
    """The section a path leads into."""
    return str(path[1]) if path[0] in ("sections", "rows", "digests") else str(path[0])


@many(400)
@given(st.sampled_from(PATHS))
def test_whatever_leaf_is_changed_its_section_and_row_are_named(path: tuple[Any, ...]) -> None:
    try:
        difference = found(canonical(changed(SEALED, path)))
    except Refused as refused:  # no longer the shape of a bundle, or a name that stands nowhere: that is named too
        (fault,) = refused.faults
        assert fault.code in (
            "bundle.format",
            "bundle.header",
            "bundle.section",
            "bundle.unknown_name",
            "bundle.double",
        )
        return
    assert difference is not None
    if path[0] == "sections" and path[1] != "sheets" and isinstance(path[2], int):
        assert (difference.section, difference.row) == (path[1], path[2] + 1)
    elif path[0] == "sections" and path[1] == "sheets":
        assert (difference.section, difference.row) == ("sheets", path[3] + 1)
    elif path[0] == "sections":
        section = json.loads(SEALED)["sections"][path[1]]
        assert (difference.section, difference.row) == (path[1], sorted(section).index(path[2]) + 1)
    elif path[0] == "rows":
        assert (difference.section, difference.row) == (path[1], path[2] + 1)
    else:
        assert (difference.section, difference.row) == ("digest" if path[0] != "digests" else path[1], 0)


def at(path: tuple[Any, ...]) -> Any:  # noqa: ANN401  JSON has no narrower type
    value = json.loads(SEALED)
    for key in path:
        value = value[key]
    return value


DECIDING = [
    path
    for path in PATHS
    if path[0] == "sections"
    and (
        path[1] in ("scores", "ranking", "money", "severities", "workings", "draw")
        or (path[1], path[2]) == ("sheets", "ticks")
        or (path[1] == "priors" and path[-1] == "value")
    )
    and path[-1] != "of"
    and not (path[-1] == "ref" and "args" in at(path[:-1]))  # the name of a step, for people
]


@many(400)
@given(st.sampled_from(DECIDING))
def test_a_forger_who_makes_all_digests_anew_is_found_by_calculating(path: tuple[Any, ...]) -> None:
    forgery = sealed_again(changed(SEALED, path))
    try:
        verdict = verify(forgery)
    except Refused as refused:
        codes = {fault.code for fault in refused.faults}
    else:
        codes = set()
        # What nobody knows is named; it makes no number true, for the scores are calculated besides.
        assert verdict.difference or other(at(path)) in [what for _, what in verdict.unknown]
    assert codes <= {"bundle.section", "bundle.unknown_name", "bundle.double", "bundle.nonsense"}


def forged(path: tuple[Any, ...], value: object) -> Difference | None:
    document = json.loads(SEALED)
    holder = document["sections"]
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return found(sealed_again(document))


def test_the_first_difference_says_what_stands_there_and_what_should() -> None:
    assert forged(("ranking", 2, "place"), 2) == Difference("ranking", 3, "C", "place", "2", "3")
    assert forged(("money", "paid"), 1) == Difference("money", 2, "paid", "value", "1", "50000")
    weight = ("workings", "unit:A", "args", 0, "value")
    assert forged(weight, "8") == Difference("workings", 10, "unit:A", "1.value", "8", "")


def test_a_changed_mark_is_found_in_the_score_it_makes() -> None:
    difference = forged(("sheets", "ticks", 0), [8500])
    assert difference is not None
    assert (difference.section, difference.row, difference.name, difference.field) == ("scores", 1, "A", "score")


def test_a_method_that_is_not_known_here_is_named_and_never_passed_in_silence() -> None:
    document = json.loads(bundle(contest(rule(), column({"A": 3, "B": 2}))))
    document["sections"]["scheme"]["components"][0]["panel"]["method"] = "by the stars"
    verdict = verify(sealed_again(document))
    assert verdict.difference is None
    assert ("panel.method", "by the stars") in verdict.unknown
    document["sections"]["ranking"][0]["place"] = 2
    assert found(sealed_again(document)) == Difference("ranking", 1, "A", "place", "2", "1")


def test_the_order_of_a_draw_is_what_sha256sum_gives() -> None:
    """The worked example of docs/scoring.md, whose hashes were made with sha256sum; frozen are 64 zeros."""
    seed = seed_of("county-tour-2025", "drand:4242", "0" * 64)
    assert sha256(f"draw/1|place|{seed}|c3".encode()).hexdigest().startswith("0d581cd6")
    second = plainly(SMALL)
    second.seed = seed
    assert drawn(second, ["c2", "c3", "c4"]) == ["c3", "c4", "c2"]


def test_units_level_to_the_end_stand_as_they_were_drawn() -> None:
    result = contest(
        rule(ties=["draw"], draw=DRAW), column({"A": 1, "B": 1}), decisions=[Decision("public", value="6")]
    )
    sections = json.loads(bundle(result))["sections"]
    seed = sha256(f"seed/1||6|{sections['draw']['frozen']}".encode()).hexdigest()
    assert sections["draw"]["seed"] == seed
    order = sorted("AB", key=lambda unit: sha256(f"draw/1|place|{seed}|{unit}".encode()).hexdigest())
    assert [row["unit"] for row in sections["ranking"]] == order
    assert found(bundle(result)) is None


# ---- Every key of the chain, the draw, and judges who are severe ----------------------------------------------------


def forgeries(content: bytes, section: str, *names: str) -> Iterator[tuple[tuple[Any, ...], Difference | None]]:
    """Every leaf of a section's rows under one of ``names``, changed in one digit and sealed anew: what is found."""
    document = json.loads(content)
    for path in leaves(document["sections"][section], ("sections", section)):
        if not names or set(names) & set(path):
            try:
                yield path, found(sealed_again(changed(content, path)))
            except Refused as refused:  # no number, or a name that stands nowhere: found as well
                if refused.faults[0].code not in ("bundle.section", "bundle.unknown_name"):
                    raise


TWO = [criterion("a", item("a", 10, 1)), criterion("b", item("b", 10, 1))]
LEVEL: Table = {
    "A": {"j1": [3, 4], "j2": [5, 6], "j3": [5, 5]},
    "B": {"j1": [4, 3], "j2": [6, 5], "j3": [5, 5]},
    "C": {"j1": [2, 2], "j2": [7, 7], "j3": [4, 6]},
}
TIE_KEYS = [
    "head_to_head", "head_to_head:restart", "majority_gauge", "firsts", "firsts_then_seconds", "drop_recalc", "median",
    "untrimmed_mean", "lower_spread", "fewer_deductions", "earlier_submission", "judge:j1", "item:marks.a",
    "criterion:marks.b", "component:marks", "entry:marks.1",
]  # fmt: skip


@pytest.mark.parametrize("key", TIE_KEYS)
def test_what_a_key_of_the_chain_said_is_calculated_and_a_changed_digit_found(key: str) -> None:
    """28 points each by marks of 2 to 7: the three are level, and one key is asked."""
    sent = [Decision("submission", unit, value=f"2022-07-0{day} 14:05") for day, unit in enumerate("ABC", 1)]
    made = contest(rule(marked() | {"criteria": TWO}, ties=[key]), LEVEL, decisions=sent)
    content = bundle(made)
    verdict = verify(content)
    assert (verdict.difference, verdict.unknown) == (None, ())
    changes = list(forgeries(content, "ranking", "values"))
    assert len(changes) >= 9
    assert [path for path, difference in changes if difference is None] == []


def test_the_walk_of_rfc_3797_is_taken_again() -> None:
    """By ``md5sum`` of 0000 6.4.2./ 0000 to 0004 6.4.2./ 0004, each modulo 5, 4, 3, 2, 1: 4, 0, 0, 0, 0."""
    drawing = {**DRAW, "method": "rfc3797"}
    level = column(dict.fromkeys("ABCDE", 1))
    made = contest(rule(ties=["draw"], draw=drawing), level, decisions=[Decision("public", value="6.4.2./")])
    assert [row["unit"] for row in json.loads(bundle(made))["sections"]["ranking"]] == ["E", "A", "B", "C", "D"]
    verdict = verify(bundle(made))
    assert (verdict.difference, verdict.unknown) == (None, ())
    changes = list(forgeries(bundle(made), "ranking", "place", "unit", "values"))
    assert [path for path, difference in changes if difference is None] == []


@pytest.mark.parametrize(("withheld", "fen"), [("pool", [20000, 20000]), ("decision", [0, 0])])
def test_where_the_secret_is_withheld_equals_share_or_wait(withheld: str, fen: list[int]) -> None:
    """300 yuan and 100 yuan for two who are level: 200 each, or nothing yet."""
    scheme = rule(
        ties=["draw"],
        draw={"public": words("dice"), "withheld": withheld},
        prizes={"tiers": [tier("first", 1, 300), tier("second", 1, 100)], "boundary": "pool"},
    )
    said = [Decision("commit", value="0" * 64), Decision("public", value="6"), Decision("withheld")]
    content = bundle(contest(scheme, column({"A": 1, "B": 1}), decisions=said))
    assert [row["fen"] for row in json.loads(content)["sections"]["ranking"]] == fen
    verdict = verify(content)
    assert (verdict.difference, verdict.unknown) == (None, ())
    for path, difference in forgeries(content, "ranking", "fen", "tiers"):
        assert difference is not None, path


def test_equations_in_whole_numbers() -> None:
    """2x + y = 5 and x - y = 1: x = 2, y = 1; 2y = 3 and 3x + y = 1: y = 3/2, x = -1/6; twice the same says nothing."""
    assert solved([[2, 1, 5], [1, -1, 1]]) == [Fraction(2), Fraction(1)]
    assert solved([[0, 2, 3], [3, 1, 1]]) == [Fraction(-1, 6), Fraction(3, 2)]
    assert solved([[1, 2, 3], [2, 4, 6]]) is None
    assert solved([]) == []


@pytest.mark.parametrize(("title", "tiers"), [("both", ["first", "second"]), ("higher", ["first"])])
def test_who_shares_two_prizes_has_both_titles_or_the_higher(title: str, tiers: list[str]) -> None:
    prizes = {"tiers": [tier("first", 1, 300), tier("second", 1, 100)], "boundary": "pool", "pool_title": title}
    content = bundle(contest(rule(prizes=prizes), column({"A": 1, "B": 1})))
    assert [row["tiers"] for row in json.loads(content)["sections"]["ranking"]] == [tiers, tiers]
    assert found(content) is None
    for path, difference in forgeries(content, "ranking", "tiers"):
        assert difference is not None, path
