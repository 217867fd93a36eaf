"""The rules of a panel in words: what a scheme says, and how a score came about."""

from decimal import Decimal

from app.i18n import languages
from app.results.rule_words import rule_lines
from app.results.wording import lines, named
from scoring.roster import Judge
from scoring.scheme import Scheme
from tests.scoring.contests import Contest, Table, contest, marked, rule, words
from tests.scoring.contests import named as ids

HALF: Table = {"method": "mean", "trim": {"low": 1, "high": 1, "weight": Decimal("0.5")}, "trim_on": "sheet_total"}


def told(scheme: Scheme, code: str = "en") -> str:
    return rule_lines(scheme, languages()[code])[0]


def working(given: Contest, entry: str = "a", code: str = "en") -> list[str]:
    node = given.result().entries[entry].working
    assert node
    return lines(node, languages()[code], named(given.scheme, given.roster))


def test_extremes_that_count_in_part() -> None:
    scheme = rule(marked(panel=HALF))
    assert "the 1 highest and the 1 lowest marks count × 0.5; the mean counts" in told(scheme)
    assert "1 个最高分和 1 个最低分各按 0.5 票计" in told(scheme, "zh")
    grid = {"a": {f"j{i}": mark for i, mark in enumerate((60, 80, 82, 84, 100))}}
    assert working(contest(scheme, grid)) == [
        "a: 5 judges, the highest 100.00 (j4) counted × 0.5, the lowest 60.00 (j0) counted × 0.5: 326.00 ÷ 4 = 81.50"
    ]


def test_shares_and_tables_that_count_in_part() -> None:
    by_share = rule(marked(panel={**HALF, "trim": {"share": Decimal("0.1"), "weight": Decimal("0.5")}}))
    assert "10 % of the marks at each end count × 0.5" in told(by_share)
    rows = [{"judges": 5, "low": 1, "high": 1, "weight": Decimal("0.5")}, {"judges": 6, "low": 1, "high": 1}]
    by_table = told(rule(marked(panel={**HALF, "trim": {"table": rows}})))
    assert "from 5 marks on, the 1 highest and the 1 lowest count × 0.5" in by_table
    assert "from 6 judges on, the 1 highest and the 1 lowest are dropped" in by_table


def test_a_class_that_counts_twice() -> None:
    how = {"method": "mean", "multiples": [{"judge_class": "judge", "times": 2}]}
    scheme = rule(
        marked(panel={**how, "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}), judge_classes=ids("judge")
    )
    assert "the mark of each judge counts 2 times" in told(scheme)
    assert "每人的分按 2 票计" in told(scheme, "zh")
    given = contest(
        scheme,
        {"a": {"j": 90, "k": 94, "p": 80}},
        judges=[Judge("j", judge_class="judge"), Judge("k", judge_class="judge"), Judge("p")],
    )
    assert working(given) == [
        "a: 5 marks of 3 judges, without the highest 94.00 (k), without the lowest 80.00 (p): 274.00 ÷ 3 = 91.3333…"
    ]


def test_what_is_asked_of_judges_and_how_groups_are_brought_to_one_mean() -> None:
    good = {"id": "good", "name": words("good"), "least": 90, "points": 95}
    how = {
        "method": "mean",
        "counts": "band",
        "bands": [good],
        "distinct": "component",
        "minimum_share": Decimal("0.8"),
    }
    scheme = rule(marked(panel=how, sheet={"bonus": "within_full"}, second_mean={"by": "panel"}))
    for words_ in (
        "bonus points never lift a sheet above full marks",
        "who marked less than 80 % of what was due to him does not count",
        "a judge gives no two entries the same total",
        "good from 90: 95 points",
        "each sheet counts with the points of the band it falls into",
        "the groups that different judges marked are brought to one mean",
    ):
        assert words_ in told(scheme)
    assert working(contest(scheme, {"a": {"j": 95, "k": 95}}))[1] == (
        "2 judges, each sheet with the points of its band: 190.00 ÷ 2 = 95.00"
    )
    by_division = rule(marked(second_mean={"by": "division"}), divisions=ids("x"))
    assert "the divisions are brought to one mean" in told(by_division)


def test_factors_and_difficulties() -> None:
    on_items = {"method": "mean", "trim": {"low": 0, "high": 0}, "trim_on": "item", "difficulty": "part"}
    assert "each item's score is multiplied by its factor" in told(rule(marked(panel=on_items)))
    whole = rule(marked(panel={"method": "mean", "difficulty": "entry"}))
    assert "the score is multiplied by the difficulty declared" in told(whole)
