"""Entries are shared out so that nobody has more than he must, whoever is recused from what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.sharing import shared

Able = dict[str, list[str]]


def field(seed: int, *, entries: int, judges: int) -> tuple[Able, int, dict[str, int]]:
    """Who may mark what, how many each entry wants, and what the judges have besides."""
    chance = Random(seed)
    everybody = [f"J{n}" for n in range(chance.randint(1, judges))]
    most = min(3, len(everybody))
    able = {
        f"E{n}": sorted(chance.sample(everybody, chance.randint(1, most))) for n in range(chance.randint(1, entries))
    }
    return able, chance.randint(1, 2), {judge: chance.randint(0, 3) for judge in everybody}


def loads(sharing: Mapping[str, Sequence[str]], besides: Mapping[str, int]) -> dict[str, int]:
    count = Counter(judge for judges in sharing.values() for judge in judges)
    return {judge: n + count[judge] for judge, n in besides.items()}


def spread(sharing: Mapping[str, Sequence[str]], besides: Mapping[str, int]) -> list[int]:
    """The loads, the highest first: of two lists the smaller one is the fairer."""
    return sorted(loads(sharing, besides).values(), reverse=True)


SEEDS = st.integers(0, 2**32)


@settings(max_examples=600)  # one in fifty of these fields has a chain
@given(SEEDS, st.text(max_size=4))
def test_no_other_way_of_sharing_out_is_fairer(number: int, seed: str) -> None:
    """Held against every way there is."""
    able, each, besides = field(number, entries=6, judges=5)
    made = shared(able, each, besides, seed)
    ways = product(*(combinations(judges, min(each, len(judges))) for judges in able.values()))
    assert spread(made, besides) == min(spread(dict(zip(able, way, strict=True)), besides) for way in ways)


@given(SEEDS, st.text(max_size=4))
def test_every_entry_has_its_number_of_judges_who_may_mark_it(number: int, seed: str) -> None:
    able, each, besides = field(number, entries=30, judges=9)
    made = shared(able, each, besides, seed)
    assert list(made) == list(able)
    for entry, judges in able.items():
        assert len(made[entry]) == min(each, len(judges))
        assert list(made[entry]) == [judge for judge in judges if judge in made[entry]]


@given(SEEDS)
def test_no_chain_leads_from_anybody_to_somebody_with_two_less(number: int) -> None:
    """The condition under which loads cannot be evened out any more, looked for in another way than the engine does."""
    able, each, besides = field(number, entries=30, judges=9)
    made = shared(able, each, besides, "seed")
    load = loads(made, besides)
    to = {judge: {judge} for judge in besides}
    for entry, judges in made.items():
        for giver in judges:
            to[giver] |= {*able[entry]} - {*judges}
    for _ in besides:
        to = {judge: set().union(*(to[one] for one in reached)) for judge, reached in to.items()}
    assert all(load[judge] - load[other] <= 1 for judge, reached in to.items() for other in reached)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 12), st.text(max_size=4))
def test_where_all_may_mark_everything_loads_differ_by_one_at_most(
    entries: int, judges: int, each: int, seed: str
) -> None:
    everybody = [f"J{n}" for n in range(judges)]
    made = shared({f"E{n}": everybody for n in range(entries)}, each, dict.fromkeys(everybody, 0), seed)
    load = spread(made, dict.fromkeys(everybody, 0))
    assert load[0] - load[-1] <= 1


def test_giving_to_whoever_has_least_would_end_unevenly_here() -> None:
    """A has the second entry whatever is drawn, as C has three already: so he must not have the first as well."""
    able, besides = {"E1": ["A", "B"], "E2": ["A", "C"]}, {"A": 0, "B": 0, "C": 3}
    for seed in range(20):
        assert shared(able, 1, besides, str(seed)) == {"E1": ("B",), "E2": ("A",)}


def test_the_same_seed_draws_the_same_and_another_one_does_not() -> None:
    able = {f"E{n}": [f"J{m}" for m in range(9)] for n in range(40)}
    first, again, other = (shared(able, 3, dict.fromkeys(able["E0"], 0), seed) for seed in ("a", "a", "b"))
    assert first == again != other
