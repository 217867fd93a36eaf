"""The cut at the end of a round: who goes on, who stands across it, who stands by. Source: docs/scoring.md, "Rounds".

Every unit is looked at by how many stand above it and how many beside it in its own list.
"""

from dataclasses import dataclass, field
from math import floor

from scoring.verify.numbers import F, Table


@dataclass
class Line:
    """The line drawn. ``places``: unit -> its number among the reserves; ``instead``: who withdrew -> who came in.

    ``unclear``: equal reserves for fewer free places; ``vacant``: places that nobody had.
    """

    on: list[str] = field(default_factory=list)
    tied: list[list[str]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    unclear: list[list[str]] = field(default_factory=list)
    vacant: int = 0


@dataclass(frozen=True)
class Runner:
    """A unit at the cut: its list, whether it has the score that is asked for, and whether (and when) it withdrew."""

    pool: str
    reaches: bool
    gone: bool = False
    left: bool = False


Runners = dict[str, Runner]


def drawn_line(how: Table, quotas: dict[str, int | None], groups: list[list[str]], runners: Runners) -> Line:
    """``groups`` are equals, best first; ``quotas``: list -> its places."""
    line = Line()
    able = [[unit for unit in group if runners[unit].reaches] for group in groups]
    behind: dict[str, list[list[str]]] = {}
    for pool, quota in quotas.items():
        own = [[unit for unit in group if runners[unit].pool == pool] for group in able]
        behind[pool] = _below(line, own, quota, how["ties"])
    if how["best_others"]:
        others = [[unit for unit in group if unit not in line.on] for group in able]
        # As long as a list is open, nobody knows who the others are.
        behind = {} if line.tied else {"": _below(line, others, how["best_others"], how["ties"])}
    for pool, rest in behind.items():
        _stand_by(line, pool, rest, how["reserves"], runners)
    return line


def _below(line: Line, groups: list[list[str]], quota: int | None, ties: str) -> list[list[str]]:
    """Let the first ``quota`` of a list on; gives those behind, of whom nobody is sure while equals stand across."""
    behind: list[list[str]] = []
    above = 0
    across = False
    for group in groups:
        over = quota is not None and above + len(group) > quota
        if not over or (above < (quota or 0) and ties == "all_advance"):
            line.on += group
        elif above < (quota or 0):
            line.tied.append(group)
            across = True
        elif group:
            behind.append(group)
        above += len(group)
    line.vacant += max(0, (quota or 0) - above)
    return [] if across else behind


def _stand_by(line: Line, pool: str, behind: list[list[str]], number: int, runners: Runners) -> None:
    """The first ``number`` behind stand by, with the equals of the last; they come in for who withdrew in time."""
    before = 0
    free = [unit for unit in line.on if runners[unit].gone and pool in ("", runners[unit].pool)]
    closed = False
    for group in behind:
        if before >= number:
            break
        line.places |= dict.fromkeys(group, before + 1)
        before += len(group)
        ready = [unit for unit in group if not (runners[unit].gone or runners[unit].left)]
        if closed or not free:
            continue
        if len(ready) > len(free):
            line.unclear.append(ready)
            closed = True
            continue
        line.instead.update(zip(free, ready, strict=False))
        free = free[len(ready) :]


def shares(number: int, sizes: dict[str, int]) -> dict[str, int]:
    """``number`` places in proportion to ``sizes``: largest remainders first, of equal ones the first."""
    weight = sizes if sum(sizes.values()) else dict.fromkeys(sizes, 1)
    exact = {name: F(number * size, sum(weight.values())) for name, size in weight.items()}
    found = {name: floor(value) for name, value in exact.items()}
    for name in sorted(exact, key=lambda name: found[name] - exact[name])[: number - sum(found.values())]:
        found[name] += 1
    return found
