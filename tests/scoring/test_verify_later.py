"""A rule of a later engine is named and never guessed; what a forger made consistent is found."""

import json

import pytest

from scoring.bundle import compose, pseudonyms
from scoring.faults import Refused
from scoring.roster import Decision
from scoring.verify import verify
from tests.scoring.contests import Contest, Table, column, contest, known, marked, rule, tier, words
from tests.scoring.tampering import sealed_again

PLAIN = contest(rule(marked(), known()), column({"a": 70, "b": 60}), priors={"ordinary": {"a": 80, "b": 90}})
DICE: Table = {"draw": {"public": words("dice"), "secret": False}}
EQUAL = contest(
    rule(ties=["draw"], **DICE), column({"a": 80, "b": 80, "c": 70}), decisions=[Decision("public", value="6")]
)
SHARED = contest(rule(prizes={"tiers": [tier("1", 1, 10)], "boundary": "pool"}), column({"a": 80, "b": 80, "c": 70}))


def opened(small: Contest) -> Table:
    """Without names, so that what the draw is over is not calculated again."""
    document: Table = json.loads(compose(small.inputs, pseudonyms("salt", small.roster)))
    return document


def with_rule(small: Contest, *path: str | int, value: object = "later") -> bytes:
    """The bundle, its digests made anew, where the scheme says something that is not known yet."""
    document = opened(small)
    table = document["sections"]["scheme"]
    for key in path[:-1]:
        table = table.setdefault(key, {}) if isinstance(key, str) else table[key]
    table[path[-1]] = value
    return sealed_again(document)


@pytest.mark.parametrize(
    ("small", "path", "named"),
    [
        (EQUAL, ("draw", "method"), ("draw.method", "later")),
        (SHARED, ("prizes", "boundary"), ("prizes.boundary", "later")),
        (PLAIN, ("components", 0, "panel", "counts"), ("panel.counts", "later")),
        (PLAIN, ("components", 0, "unit", "method"), ("unit.method", "later")),
        (PLAIN, ("components", 1, "scale"), ("scale", "later")),
    ],
)
def test_a_rule_that_is_not_known_is_named_and_what_is_stated_is_taken(
    small: Contest, path: tuple[str | int, ...], named: tuple[str, str]
) -> None:
    assert named not in verify(compose(small.inputs, None)).unknown
    verdict = verify(with_rule(small, *path))
    assert verdict.difference is None
    assert named in verdict.unknown


def test_a_key_of_the_chain_that_is_not_known_is_named_and_its_values_are_taken() -> None:
    small = contest(rule(ties=["median"]), {"a": {"x": 90, "y": 70, "z": 50}, "b": {"x": 71, "y": 71, "z": 68}})
    content = compose(small.inputs, None).replace(b'"median"', b'"later"')
    verdict = verify(sealed_again(json.loads(content)))
    assert verdict.difference is None
    assert ("ties", "later") in verdict.unknown


def test_a_frozen_contest_that_is_another_one_is_found() -> None:
    small = contest(rule(ties=["draw"], **DICE), column({"a": 80, "b": 70}), decisions=[Decision("public", value="6")])
    document = json.loads(compose(small.inputs, None))
    document["sections"]["draw"]["frozen"] = "0" * 64
    difference = verify(sealed_again(document)).difference
    assert difference
    assert (difference.section, difference.name, difference.stated) == ("draw", "frozen", "0" * 64)


def test_a_bundle_of_the_right_shape_from_which_no_contest_follows_is_refused() -> None:
    with pytest.raises(Refused, match=r"bundle\.nonsense"):
        verify(with_rule(PLAIN, "components", 0, "weight", value="much"))
