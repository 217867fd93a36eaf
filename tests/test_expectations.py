"""No test makes its own expectation with what it tests.

What a test expects is typed by hand from the source, or comes from a calculation that is not the engine's: another
library, or ``scoring.verify``, which shares nothing with the engine. So two values that a test holds to be equal never
come from two different functions of the engine. Three things are no expectation made with the engine: the same function
asked twice, where a test says that something changes nothing; what the function on the left was given, on the right;
and the result, which ``tabulate`` gives, beside what is made from it: the quick count, the live one, a bundle, a
statistic.
"""

import pytest

from tests.origins import ROOT, Modules, Origin, on_disk

PLACES = ("scoring", "contests", "rubrics", "vectors")
TESTS = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for place in PLACES
    for file in (ROOT / "tests" / place).rglob("*.py")
    if file.name != "__init__.py"
)
THE_RESULT = {"scoring.tabulate.tabulate"}
MADE_FROM_IT = ("scoring.bundle", "scoring.unbundle", "scoring.fast", "scoring.inform", "scoring.live")
EXPECTED = {"by_hand", "expected", "wanted"}


def own_expectations(modules: Modules, name: str) -> list[str]:
    """The lines of a test module where an expectation is made with the engine."""
    module = modules[name]
    assert module, name
    lines = [
        f"line {line}: {said(left.by)} against {said(right.by)}"
        for line, left, right in module.compared()
        if left.by and right.by and not may_be_equal(left, right)
    ]
    named = {f"{word} from {said(origin.by)}" for word, origin in module.names() if word in EXPECTED and origin.by}
    return lines + sorted(named)


def may_be_equal(left: Origin, right: Origin) -> bool:
    return left.by == right.by or right.by <= left.all or from_the_result(left.by, right.by)


def from_the_result(left: frozenset[str], right: frozenset[str]) -> bool:
    return any(
        one == THE_RESULT and all(name.startswith(MADE_FROM_IT) for name in other - THE_RESULT)
        for one, other in ((left, right), (right, left))
    )


def said(names: frozenset[str]) -> str:
    return " and ".join(sorted(names))


@pytest.fixture(scope="module")
def modules() -> Modules:
    """All tests at once: whose method is called is known by its name alone."""
    every = Modules()
    for name in TESTS:
        assert every[name]
    return every


@pytest.mark.parametrize("name", TESTS)
def test_no_expectation_is_made_with_the_engine(modules: Modules, name: str) -> None:
    assert own_expectations(modules, name) == []


HELPERS = """
from scoring.numbers import rounded, split_fen
from scoring.tabulate import tabulate

class Small:
    def result(self):
        return tabulate(self)

def shares(total):
    return split_fen(total, 3)

def asked(mode):
    return lambda value: rounded(value, 1, mode)
"""
IMPORTS = """
import numpy as np
import pytest
from fractions import Fraction
from scoring.fast.provisional import provisional
from scoring.inform import chance
from scoring.numbers import exact, rounded, split_fen
from scoring.strength import strengths
from scoring.verify.numbers import to_places
from tests.helpers import Small, asked, shares
"""


def planted(test: str) -> list[str]:
    """What is found in a test written for the purpose."""
    texts = {"tests.helpers": HELPERS, "tests.planted": IMPORTS + test}
    modules = Modules(lambda name: texts.get(name) or on_disk(name))
    assert modules["tests.helpers"]
    return own_expectations(modules, "tests.planted")


@pytest.mark.parametrize(
    "test",
    [
        "def test(): assert Small().result().scores == strengths([[0, 1], [1, 0]])",
        "def test(): assert dict(zip('ab', strengths([]))) == {name: one for name, one in Small().result().scores}",
        "def test():\n    due = strengths([])\n    for one in Small().result().scores:\n        assert one == due[0]",
        "def test():\n    first, due = 1, rounded(Fraction(1), 0)\n    assert (Small().result(), 1) == (due, first)",
        "def test(): assert Small().result().score == pytest.approx(float(rounded(Fraction(5), 0)))",
        "def test(): assert abs(Small().result().score - rounded(Fraction(5), 0)) < 1",
        "def test(): np.testing.assert_allclose(Small().result().scores, strengths([]))",
        "def test(): assert chance.limit(3) == strengths([])[0]",
        "def test(): assert Small().result().score == rounded(Small().result().score, 1)",
        "DUE = strengths([])\ndef test(): assert Small().result().scores == DUE",
        "@pytest.mark.parametrize(('n', 'due'), [(1, shares(1))])\ndef test(n, due): assert strengths(n) == due",
        "@pytest.fixture\ndef due(): return shares(3)\ndef test(due): assert strengths([]) == due",
        "def test():\n    def run(): return strengths([])\n    assert Small().result().scores == run()",
        "def test():\n    due = []\n    due[:] = shares(3)\n    assert strengths([]) == due",
        "def test(): assert [asked('floor')(v) for v in (1, 2)] == split_fen(3, 2)",
        "@pytest.mark.parametrize(('n', 'expected'), [(3, shares(3))])\ndef test(n, expected): assert n(expected)",
        "def test():\n    wanted = strengths([])\n    assert page() == wanted",
    ],
)
def test_an_expectation_made_with_the_engine_is_found(test: str) -> None:
    assert planted(test) != []


@pytest.mark.parametrize(
    "test",
    [
        "def test(): assert strengths([[0, 1], [1, 0]]) == [0, 0]",
        "def test(): assert strengths([[0]]) == strengths([[1]])",
        "def test(): assert 2 * rounded(Fraction(1), 0) == -rounded(Fraction(-2), 0)",
        "def test():\n    once = rounded(Fraction(1), 0)\n    assert rounded(once, 0) == once",
        "def test(): assert rounded(Fraction(1), 1) == to_places(Fraction(1), 1)",
        "def test(): assert rounded(Fraction(1), 1) == exact('1.0') == Fraction(1)",
        "def test():\n    shares = split_fen(10, 3)\n    assert sum(shares) == 10\n    assert shares == sorted(shares)",
        "def test(): assert rounded(Small().result().score, 1) == Small().result().score",
        "def test(): assert provisional(Small()).scores == Small().result().scores",
        "def test(): assert rounded(strengths([])[0], 1) != strengths([])[0]",
        "def test():\n    given = shares(3)\n    assert strengths(given) == [0, 0, 0]",
        "@pytest.mark.parametrize(('n', 'due'), [(shares(1), 4)])\ndef test(n, due): assert strengths(n) == due",
        "def test(expected): assert strengths([]) == expected",
    ],
)
def test_what_is_typed_or_counted_otherwise_or_asked_twice_is_not(test: str) -> None:
    assert planted(test) == []
