"""Sharing out entries among judges: each to so many of them, and nobody with more work than must be.

Pure: the same seed shares out the same on every computer, so that anybody can draw it again and check it.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256


def shared(
    able: Mapping[str, Sequence[str]], each: int, load: Mapping[str, int], seed: str
) -> dict[str, tuple[str, ...]]:
    """Entry -> its judges: ``each`` of those ``able`` to mark it, in their order there; all where they are fewer.

    ``load``: how many entries each judge has besides. Afterwards no way of sharing these entries out has loads that lie
    closer together: not the highest, nor the second highest with the same highest, and so on. So they differ by one at
    most wherever that can be, whoever is recused from what.

    First each entry, those with the fewest choices before the others, goes to whoever has least, among equals by
    SHA-256 of seed, entry and judge: so nobody sits with the same colleagues all the time. That alone can end unevenly.
    Then work is passed along chains, from a judge to another who may have one of his entries, and on, as long as the
    last of a chain has at least two less than the first. Where no such chain is left, the loads are the best there are:
    two ways of sharing out differ by such chains and circles alone, which is the argument for flows of convex cost.
    """
    now = {judge: load.get(judge, 0) for judges in able.values() for judge in judges}
    given: dict[str, set[str]] = {}
    for entry, judges in sorted(able.items(), key=lambda one: len(one[1])):
        drawn = {judge: sha256(f"{seed}|{entry}|{judge}".encode()).digest() for judge in judges}
        given[entry] = set(sorted(judges, key=lambda judge: (now[judge], drawn[judge]))[:each])
        for judge in given[entry]:
            now[judge] += 1
    held: dict[str, dict[str, None]] = {judge: {} for judge in now}  # dicts, because sets have no order
    for entry, chosen in given.items():
        for judge in sorted(chosen):
            held[judge][entry] = None
    while any(_passed_on(able, given, held, now, judge) for judge in sorted(now, key=lambda judge: -now[judge])):
        pass
    return {entry: tuple(judge for judge in judges if judge in given[entry]) for entry, judges in able.items()}


def _passed_on(
    able: Mapping[str, Sequence[str]], given: dict[str, set[str]], held: dict[str, dict[str, None]],
    load: dict[str, int], first: str,
) -> bool:  # fmt: skip
    """Whether a chain from ``first`` to somebody with at least two less was found; then the work is passed along it."""
    goal = load[first] - 2
    if not held[first] or min(load.values()) > goal:
        return False
    came: dict[str, tuple[str, str]] = {}  # judge -> from whom, and which entry
    looked: set[str] = set()  # entries whose other judges are all reached
    reached = [first]
    for giver in reached:
        for entry in held[giver]:
            if entry in looked:
                continue
            looked.add(entry)
            for taker in able[entry]:
                if taker == first or taker in came or taker in given[entry]:
                    continue
                came[taker] = giver, entry
                if load[taker] <= goal:
                    _pass(given, held, load, came, first, taker)
                    return True
                reached.append(taker)
    return False


def _pass(
    given: dict[str, set[str]], held: dict[str, dict[str, None]], load: dict[str, int],
    came: Mapping[str, tuple[str, str]], first: str, last: str,
) -> None:  # fmt: skip
    load[first] -= 1
    load[last] += 1
    taker = last
    while taker != first:
        giver, entry = came[taker]
        given[entry] ^= {giver, taker}
        del held[giver][entry]
        held[taker][entry] = None
        taker = giver
