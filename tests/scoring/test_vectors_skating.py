"""Reference examples of the skating system, rule by rule."""

from collections.abc import Mapping

import pytest

from scoring.roster import Decision, Entry
from tests.scoring.contests import Contest, Table, contest, criterion, entry_scores, item, marked, places, rule
from tests.scoring.examples import Runner, agrees, registering

RUNNERS: dict[str, Runner] = {}
runs = registering(RUNNERS)


def places_given(dances: dict[str, dict[str, list[int]]]) -> Contest:
    """A final by the skating system: dance -> judge -> the place of each couple, couples numbered from 1."""
    size = len(next(iter(next(iter(dances.values())).values())))
    place = criterion("p", item("place", size, 1, floor=1))
    how = {"method": "skating", "counts": "place"}
    parts = [marked(name, place, panel=how, sheet={"points": "sum"}) for name in dances]
    grid = {
        f"{couple}-{name}": {judge: row[couple - 1] for judge, row in rows.items()}
        for name, rows in dances.items()
        for couple in range(1, size + 1)
    }
    entries = [Entry(name, name.partition("-")[0], name.partition("-")[2]) for name in grid]
    return contest(rule(*parts, total={"method": "skating"}, ties=["decision"]), grid, entries=entries)


def in_number(found: Mapping[str, object]) -> list[str]:
    return [str(found[name]) for name in sorted(found, key=int)]


@runs("skating-rule-5")
@runs("skating-rule-6")
@runs("skating-rule-7")
def skating_single(given: Table, _expect: object) -> object:
    result = places_given({"w": given["marks"]}).result()
    assert result.final
    assert in_number(places(result)) == [str(score) for score in entry_scores(result).values()]
    return in_number(places(result))


@runs("skating-rule-9")
@runs("skating-rule-10a")
@runs("skating-rule-10b")
def skating_final(given: Table, _expect: object) -> object:
    """One judge gives each couple its place in every dance."""
    columns = zip(*given["places"], strict=True)
    result = places_given({f"d{number}": {"j": list(column)} for number, column in enumerate(columns)}).result()
    assert result.final
    return in_number(places(result))


@runs("skating-rule-11")
def skating_by_rule_11(given: Table, _expect: object) -> object:
    """Who needs rule 11 is named with the order it gives; people decide that order, and it holds."""
    final = places_given(given)
    result = final.result()
    assert [fault.code for fault in result.open] == ["skating.not_offered"] * 3
    decided = [
        Decision("tie", couple, value=str(place))
        for fault in result.open
        for place, couple in enumerate(str(fault.params["order"]).split("; "), 1)
    ]
    settled = final.having(*decided).result()
    assert settled.final
    of_dance = {name: in_number({e.partition("-")[0]: score for e, score in entry_scores(result).items()
                                 if e.endswith(name)}) for name in given}  # fmt: skip
    return of_dance | {"final": in_number(places(settled))}


@pytest.mark.parametrize("name", RUNNERS)
def test_the_engine_gives_what_the_source_gives(name: str) -> None:
    agrees(name, RUNNERS[name])
