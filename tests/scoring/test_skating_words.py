"""The skating system as people read it: which rule decided, the rule itself, the ranking."""

import pytest

from app.i18n import languages
from app.results.report import explanation, ranking
from app.results.rows import ranked
from app.results.rule_words import rule_lines
from app.results.wording import lines, named
from tests.scoring.contests import by_unit, contest, rule
from tests.scoring.finals import EQUAL, danced, final

LARGER = "3 of them are 2 or higher, the larger goes first"


def test_every_rule_that_decided_is_said() -> None:
    english = languages()["en"]
    given = final(
        {
            "waltz": {"a": (1, 1, 1, 3, 3), "b": (2, 2, 2, 1, 2), "c": (3, 3, 3, 2, 1)},
            "tango": {"a": (1, 2, 2, 3, 3), "b": (2, 1, 1, 2, 2), "c": (3, 3, 3, 1, 1)},
        }
    )
    result = given.result()
    told = explanation(given.scheme, result, by_unit(result)["a"], named(given.scheme, given.roster), english)
    assert [line.strip() for line in told] == [
        "a: score 3, place 1, shared by 2",
        "Score",
        "1.00 + 2.00 = 3.00",
        "waltz",
        "a-waltz: the judges' places are 1, 1, 1, 3, 3; 3 of them are 1 or higher, at least 3: place 1 by rule 5",
        "tango",
        f"a-tango: the judges' places are 1, 2, 2, 3, 3; {LARGER}: place 2 by rule 6",
        "Equal scores; rule 10, dances at place 1 or higher: also equal",
        "Equal scores; rule 10, the lower sum of the places up to 1: also equal",
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"a": [1, 2, 2], "b": [3, 1, 3], "c": [2, 3, 1]}, "3 of them are 2 or higher, the larger goes first: place 1"),
        ({"a": [2, 2, 2], "b": [1, 3, 3], "c": [3, 1, 4], "d": [4, 4, 1]}, "higher up nobody left has 2; 3 of them"),
        ({"a": [1, 2, 2, 4, 4], "b": [2, 1, 1, 3, 3], "c": [3, 3, 3, 1, 1], "d": [4, 4, 4, 2, 2]}, "sum 5, the lower"),
        (
            {"a": [1, 2, 4], "b": [2, 1, 3], "c": [3, 3, 2], "d": [4, 4, 1]},
            "the next are counted too: 2 of them are 3 or higher, with sum 3: place 2",
        ),
        ({"a": [1, 2], "b": [2, 1]}, "equal to another to the end, so both share: place 1.5 (rule 7)"),
    ],
)
def test_each_rule_of_a_dance_has_its_sentence(rows: dict[str, list[int]], sentence: str) -> None:
    part = danced("waltz")
    given = contest(
        rule(part, total={"method": "skating"}),
        {name: {f"J{j}": mark for j, mark in enumerate(row)} for name, row in rows.items()},
    )
    node = given.result().entries["a"].working
    assert node
    assert sentence in lines(node, languages()["en"])[0]


def test_the_rule_and_the_ranking_are_told_in_both_languages() -> None:
    given = final(EQUAL)
    for language in languages().values():
        told = rule_lines(given.scheme, language)
        assert any("9" in line for line in told)
        page = ranked(given.scheme, given.roster, given.result(), language)
        assert [place.parts for place in page.places] == [("1", "2"), ("2", "1"), ("3", "3")]
        assert [row[-1] for row in ranking(given.scheme, given.result(), language).rows] == ["3", "3", "6"]
