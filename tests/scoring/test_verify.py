"""Random contests: the engine and the second calculation agree, and every working leads to its number again."""

import os
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

from scoring.results import Tabulation
from scoring.scheme import read_scheme
from scoring.verify.defaults import filled
from scoring.verify.given import Given
from scoring.verify.panel import entry_score
from scoring.verify.ranking import ranking
from scoring.verify.sheets import parts_of, points, sheet_score, who
from scoring.verify.unit import total
from scoring.verify.working import again
from scoring.working import Node
from tests.scoring.contests import plainly, scores
from tests.scoring.plans import Plan, contest_of, plans, scheme_of

SCHEMES = Path(__file__).parents[2] / "rubrics"


def leaves(contest: Given, node: Node) -> Fraction:
    """What a working starts from: sheets calculated from their marks, the rest as it was given."""
    ref, _, only = node.ref.partition("#")
    judge, _, entry = ref.partition("/")
    if node.op == "sheet" and not only:
        return sheet_score(contest, judge, entry)
    if node.op == "sheet":
        part = contest.part_of(entry)
        places = parts_of(contest, entry, part["panel"]["trim_on"])[only]
        return points(part, contest.entries[entry]["kind"], contest.marks[judge, entry], places)
    if node.op == "prior":
        return contest.priors[judge, entry]
    if node.op == "decision":
        return Fraction(contest.decisions[int(node.ref)]["value"])
    return node.value


@settings(max_examples=int(os.environ.get("FIELDMARK_CASES", "120")))
@given(plans())
def test_a_second_calculation_from_the_written_rule_gives_every_score_and_place(plan: Plan) -> None:
    contest = contest_of(plan)
    result, second = contest.result(), plainly(contest)
    assert {name: entry.score for name, entry in result.entries.items()} == {
        name: entry_score(second, name) for name in plan.entries
    }
    wholes = {unit: total(second, unit) for unit in plan.units}
    assert scores(result) == {unit: whole.published if whole else None for unit, whole in wholes.items()}
    ranked = {unit.unit.id: unit.place for unit in result.units if unit.place is not None}
    assert ranked == ranking(second)


@given(plans())
def test_who_counts_is_neither_recused_nor_absent_nor_missing_nor_incomplete(plan: Plan) -> None:
    contest = contest_of(plan)
    result, second = contest.result(), plainly(contest)
    for name, entry in result.entries.items():
        found = who(second, name)
        assert {word: list(getattr(entry, word)) for word in found} == found
        if not plan.part(entry.entry.component)["panel"].get("classes"):
            assert sorted(judge for judges in found.values() for judge in judges) == sorted(plan.judges)


@given(plans())
def test_every_working_calculated_again_from_the_marks_gives_the_published_number(plan: Plan) -> None:
    contest = contest_of(plan)
    result, second = contest.result(), plainly(contest)
    for node, value in published(result):
        assert (again(node, lambda leaf: leaves(second, leaf)), node.value) == (value, value)


@given(plans())
def test_what_a_random_scheme_leaves_unsaid_is_known_to_the_second_calculation(plan: Plan) -> None:
    scheme = scheme_of(plan)
    said = scheme.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True)
    assert filled(said) == scheme.model_dump(mode="json", exclude={"examples"})


@pytest.mark.parametrize("file", sorted(SCHEMES.glob("*.toml")), ids=lambda file: file.stem)
def test_what_a_shipped_scheme_leaves_unsaid_is_known_to_the_second_calculation(file: Path) -> None:
    scheme = read_scheme(file.read_text(encoding="utf-8"), file.name)
    said = scheme.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True)
    assert filled(said) == scheme.model_dump(mode="json", exclude={"examples"})


def published(result: Tabulation) -> list[tuple[Node, Fraction | None]]:
    units = [(unit.working, unit.score) for unit in result.units]
    entries = [(entry.working, entry.score) for entry in result.entries.values()]
    parts = [(node, node.value) for unit in result.units for node in unit.components.values() if node]
    return [(node, value) for node, value in [*units, *entries, *parts] if node]
