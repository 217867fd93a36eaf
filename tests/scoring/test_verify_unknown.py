"""What the second calculation does not know it names; the rest of the result is compared all the same."""

import json
from typing import Any

import pytest

from scoring.bundle import compose
from scoring.faults import Refused
from scoring.roster import Decision
from scoring.sections import rows_of
from scoring.unbundle import restored
from scoring.verify import Verdict, verify
from tests.scoring.contests import Contest, contest, marked, rule, tier, words
from tests.scoring.tampering import sealed_again

GRID = {"A": {"j": 90, "k": 80}, "B": {"j": 70, "k": 60}, "C": {"j": 70, "k": 60}}
PRIZES = {"tiers": [tier("first", 2, 100), tier("second", 1, 50)], "boundary": "pool"}
DICE = [Decision("public", value="6")]


def whole(**more: object) -> Contest:
    parts = {key: more.pop(key) for key in ("panel", "unit", "scale") if key in more}
    return contest(rule(marked(**parts), **more), GRID)  # type: ignore[arg-type]  # keys of a component


def verdict_on(of: Contest, path: tuple[Any, ...], value: object) -> Verdict:
    document = json.loads(compose(of.inputs, None))
    holder: Any = document["sections"]
    for key in path[:-1]:
        holder = holder.setdefault(key, {}) if isinstance(holder, dict) else holder[key]
    holder[path[-1]] = value
    return verify(sealed_again(document))


PART = ("scheme", "components", 0)


@pytest.mark.parametrize(
    ("of", "path", "named"),
    [
        (whole(panel={"method": "mean", "counts": "z"}), (*PART, "panel", "counts"), "panel.counts"),
        (whole(), (*PART, "unit", "method"), "unit.method"),
        (whole(scale="z"), (*PART, "scale"), "scale"),
        (whole(), ("scheme", "total", "method"), "total.method"),
        (whole(prizes=PRIZES), ("scheme", "prizes", "boundary"), "prizes.boundary"),
        (whole(ties=["median"]), ("scheme", "ties", 0), "ties"),
        (
            whole(ties=["draw"], draw={"public": words("dice"), "secret": False}).having(*DICE),
            ("scheme", "draw", "method"),
            "draw.method",
        ),
        (whole(), ("workings", "entry:A", "op"), "working"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_method_of_a_later_engine_is_named(of: Contest, path: tuple[Any, ...], named: str) -> None:
    assert named in {key for key, _ in verdict_on(of, path, "by the stars").unknown}


def test_a_working_that_points_nowhere_is_no_result() -> None:
    document = json.loads(compose(whole().inputs, None))
    document["sections"]["workings"]["unit:A"] = {"see": "component:nothing/A", "value": "85"}
    assert verify(sealed_again(document)).difference is not None
    with pytest.raises(Refused, match=r"bundle\.unknown_name"):
        restored(document["sections"], "fieldmark/1", "")


def test_a_section_is_rows_or_keys() -> None:
    with pytest.raises(TypeError):
        rows_of("text")
