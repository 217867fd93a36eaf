"""Figures of the engine: ten million marks in whole planes, the stress tour, one changed mark, memory and imports.

Each beside a floor in the same run, by turns: one pass of numpy over the values, the same work with polars, or the
least that any program has to do. The marks are invented from a recorded seed.
"""

import itertools
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from scoring.fast.cube import Cube, Ints, Marks, Mask, pack
from scoring.fast.kernels import Scores, aggregate, by_parts
from scoring.fast.provisional import Provisional
from scoring.fast.totals import points
from scoring.inform.contest import Contest
from scoring.inform.leaving import leave_one_out
from scoring.live import Live
from scoring.scheme import Panel, Trim
from scoring.tabulate import tabulate
from tests.bench import frames
from tests.tours import SEED, shipped, stress_tour, tour

ITEMS, ENTRIES, JUDGES = 25, 2000, 200  # ten million marks
MIB = 1024 * 1024
FIFTH = Panel(method="mean", trim=Trim(share=Fraction(1, 5)), trim_on="item")
FEW = 3  # turns of what takes seconds

Row = Callable[..., None]


def invented() -> tuple[Marks, Ints]:
    """Ten million marks in no order, and what a tick of each item is worth."""
    chance = np.random.default_rng(SEED)
    number = chance.permutation(ITEMS * ENTRIES * JUDGES)
    item, rest = np.divmod(number, ENTRIES * JUDGES)
    entry, judge = np.divmod(rest, JUDGES)
    tick = chance.integers(0, 20, len(number), np.int32, endpoint=True)
    marks = Marks(item.astype(np.uint16), entry.astype(np.uint32), judge.astype(np.uint16), tick)
    return marks, chance.integers(1, 9, ITEMS)


def ragged() -> Mask:
    """Whose marks count: four judges from each of fifty units are recused at home, 3 of 100 sheets are not there."""
    home = np.arange(ENTRIES)[:, None] % 50 == np.arange(JUDGES)[None, :] // 4
    there = np.random.default_rng(SEED).random((ENTRIES, JUDGES)) >= 0.03
    found: Mask = there & ~home
    return found


def of_items(cube: Cube, coefficients: Ints, counts: Mask) -> Scores:
    return by_parts(FIFTH, cube, coefficients, [(i,) for i in range(ITEMS)], [counts] * ITEMS)


def measure(row: Row) -> None:
    """Print the rows."""
    stress(row)
    fair(row)
    marks, coefficients = invented()
    cube = pack(marks, ITEMS, ENTRIES, JUDGES)
    everybody, some = np.ones((ENTRIES, JUDGES), bool), ragged()
    row(
        "10 million marks in a cube: weighted sheet totals (floor: one numpy pass over the values; at most 2 wanted)",
        marks.tick.sum,
        lambda: points(cube, coefficients),
    )
    row(
        "one fifth dropped at each end of every item (floor: the pass; at most 5 wanted, 10 without AVX-512)",
        marks.tick.sum,
        lambda: of_items(cube, coefficients, everybody),
    )
    row(
        "the same with recusals and absences (floor: the pass; at most 18 wanted)",
        marks.tick.sum,
        lambda: of_items(cube, coefficients, some),
    )
    table, worth = frames.frame(marks), frames.worth(coefficients)
    row(
        "10 million marks in no order, packed and made sheet totals (floor: polars; at most 0.2 wanted)",
        lambda: frames.totals(table, worth, JUDGES),
        lambda: points(pack(marks, ITEMS, ENTRIES, JUDGES), coefficients),
        turns=FEW,
    )
    row(
        "the same, one fifth dropped at each end of every item (floor: polars; at most 0.2 wanted)",
        lambda: frames.trimmed(table, worth, ITEMS),
        lambda: of_items(pack(marks, ITEMS, ENTRIES, JUDGES), coefficients, everybody),
        turns=FEW,
    )
    print(f"| memory for it beyond the marks, MiB (under 300 wanted) | | {in_a_child()} | |", flush=True)


def stress(row: Row) -> None:
    """The stress tour without its working, and one changed mark."""
    scheme, roster, sheets = stress_tour()
    once = Provisional(scheme, roster)
    [(name, cube)] = once.cubes(sheets).items()
    row(
        "stress tour: from the cube to all totals in order, exact, no working (floor: one numpy pass; under 2 wanted)",
        cube.ticks.sum,
        lambda: once.standings({name: cube}),
        each=20,
    )
    live, old = Live(scheme, roster, sheets), sheets[1000]
    changed = replace(old, ticks=(*old.ticks[:-1], 20 - (old.ticks[-1] or 0)))
    panel = [sum(tick or 0 for tick in sheet.ticks) for sheet in sheets if sheet.entry == old.entry]
    turn = itertools.cycle([changed, old])
    row(
        "one changed mark to new scores, places, tiers (floor: a sheet added up, its panel sorted; under 0.5 wanted)",
        lambda: (sum(tick or 0 for tick in old.ticks), sum(sorted(panel)[5:-5])),
        lambda: live.apply(next(turn)),
        each=20,
    )


def fair(row: Row) -> None:
    """A tour whose judges' severity is taken out: a sheet moves every score, and so does leaving anybody out."""
    scheme = shipped("shiyan-2022-tour-fair")
    roster, sheets, priors = tour(scheme)
    contest = Contest(scheme, roster, tuple(sheets), tuple(priors))
    official = tabulate(scheme, roster, sheets, priors)
    live, old = Live(scheme, roster, sheets, priors), sheets[1000]
    changed = replace(old, ticks=(*old.ticks[:-1], (old.ticks[-1] or 0) - 1))
    turn = itertools.cycle([changed, old])
    row(
        "fair tour: one changed sheet to every severity, score, place (floor: the marks added up; under 5 wanted)",
        lambda: [sum(tick or 0 for tick in sheet.ticks) for sheet in sheets],
        lambda: live.apply(next(turn)),
    )
    row(
        "fair tour: left out one by one, 52 judges and 13 blocs (floor: one tabulation; under 1,000 wanted)",
        lambda: tabulate(scheme, roster, sheets, priors),
        lambda: leave_one_out(contest, official),
        turns=FEW,
    )


def in_a_child() -> str:
    """What packing and trimming ten million marks takes beyond them at its highest, as numpy counts it."""
    program = "from tests.bench.engine import memory; memory()"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def memory() -> None:
    """Print it; for a process of its own."""
    marks, coefficients = invented()
    tracemalloc.start()
    cube = pack(marks, ITEMS, ENTRIES, JUDGES)
    aggregate(Panel(method="median"), points(cube, coefficients), ragged())
    of_items(cube, coefficients, ragged())
    print(f"{tracemalloc.get_traced_memory()[1] / MIB:.0f}")
