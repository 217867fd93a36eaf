"""Random contests: the engine and the second calculation agree, and every working leads to its number again."""

from fractions import Fraction

from hypothesis import given, settings

from scoring.results import Tabulation
from scoring.working import Node
from tests.scoring.contests import scores
from tests.scoring.plans import contest_of, plans
from tests.scoring.reference import Plan, again, counted, entry_score, points, ranking, score


def leaves(plan: Plan, node: Node) -> Fraction:
    """What a working starts from: sheets calculated from their marks, the rest from the plan."""
    if node.op == "sheet":
        ref, _, only = node.ref.partition("#")
        judge, _, entry = ref.partition("/")
        _, component, kind = plan.entries[entry]
        return points(plan.part(component), kind, plan.marks[judge, entry], only)
    if node.op == "prior":
        return plan.priors[node.ref.partition("/")[2]]
    if node.op == "decision":
        return plan.deductions[int(node.ref)][2]
    return node.value


@settings(max_examples=120)
@given(plans())
def test_a_second_calculation_from_the_written_rule_gives_every_score_and_place(plan: Plan) -> None:
    result = contest_of(plan).result()
    assert {name: entry.score for name, entry in result.entries.items()} == {
        name: entry_score(plan, name) for name in plan.entries
    }
    assert scores(result) == {unit: score(plan, unit) for unit in plan.units}
    ranked = {unit.unit.id: unit.place for unit in result.units if unit.place is not None}
    assert ranked == ranking(plan)


@given(plans())
def test_who_counts_is_neither_recused_nor_absent_nor_missing_nor_incomplete(plan: Plan) -> None:
    result = contest_of(plan).result()
    for name, entry in result.entries.items():
        assert list(entry.counted) == counted(plan, name)
        said = (entry.counted, entry.recused, entry.absent, entry.void, entry.missing, entry.incomplete)
        assert sorted(judge for judges in said for judge in judges) == sorted(plan.judges)


@given(plans())
def test_every_working_calculated_again_from_the_marks_gives_the_published_number(plan: Plan) -> None:
    result = contest_of(plan).result()
    for node, value in published(result):
        assert (again(node, lambda leaf: leaves(plan, leaf)), node.value) == (value, value)


def published(result: Tabulation) -> list[tuple[Node, Fraction | None]]:
    units = [(unit.working, unit.score) for unit in result.units]
    entries = [(entry.working, entry.score) for entry in result.entries.values()]
    parts = [(node, node.value) for unit in result.units for node in unit.components.values() if node]
    return [(node, value) for node, value in [*units, *entries, *parts] if node]
