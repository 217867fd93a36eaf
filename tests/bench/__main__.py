"""What it costs: measured figures with the machine they were measured on, for the README.

Every figure stands beside a floor measured in the same run: the least work that any program would have to do for it.
The two are run by turns, so that a busy moment hits both. ``make bench`` prints the table.
"""

import gc
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np

from scoring.tabulate import tabulate
from tests.bench import engine, served
from tests.tours import shipped, stress_tour, tour

TURNS = 15
_BYTECODE = tempfile.TemporaryDirectory(prefix="fieldmark-bytecode-")


def main() -> None:
    """Measure and print."""
    machine()
    print("| what | floor | product | ratio |")
    print("|---|---|---|---|")
    rule, roster, sheets = stress_tour()
    marks = [[tick for tick in sheet.ticks if tick is not None] for sheet in sheets]
    row(
        f"stress tour: {sum(map(len, marks)):,} marks tabulated with working (floor: adding them up; under 50 wanted)",
        lambda: [sum(ticks) for ticks in marks],
        lambda: tabulate(rule, roster, sheets),
    )
    scheme = shipped("shiyan-2022-tour")
    people, given, priors = tour(scheme)
    shiyan = [[tick for tick in sheet.ticks if tick is not None] for sheet in given]
    row(
        f"Shiyan tour: {len(given):,} sheets, {sum(len(s.ticks) for s in given):,} marks (floor: adding them up)",
        lambda: [sum(ticks) for ticks in shiyan],
        lambda: tabulate(scheme, people, given, priors),
    )
    row(
        "a fresh process with its bytecode imports numpy and the engine (floor: numpy; at most 60 more wanted)",
        lambda: python("import numpy"),
        lambda: python("import numpy, scoring.tabulate, scoring.live"),
    )
    row(
        "a fresh process with its bytecode imports the command line (floor: the libraries it stands on)",
        lambda: python("import pydantic, typer, babel.messages.pofile, jinja2, fastapi, rich.table"),
        lambda: python("import app.cli"),
    )
    engine.measure(row)
    served.measure()


def machine() -> None:
    """The machine in a line."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123  no file of ours
            told = dict(line.split(":", 1) for line in lines if ":" in line)
    except OSError:
        told = {}
    known = {name.strip(): value.strip() for name, value in told.items()}
    flags = known.get("flags", "").split()
    wide = ", ".join(flag for flag in ("avx2", "avx512f", "avx512vl", "avx512_vbmi2") if flag in flags) or "no AVX"
    print(f"{os.cpu_count()} x {known.get('model name', platform.processor())} ({wide}), {platform.system()}, "
          f"Python {platform.python_version()}, numpy {np.__version__}; "
          f"median (least to most) of {TURNS} turns in milliseconds, of {served.TURNS} with a server\n")  # fmt: skip


def row(
    what: str, floor: Callable[[], object], product: Callable[[], object], turns: int = TURNS, each: int = 1
) -> None:
    """Both by turns, ``each`` so many times in a turn, after one turn each that does not count."""
    floor()
    product()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns):
        for deed, kept in zip((floor, product), times, strict=True):
            gc.collect()
            start = time.perf_counter()
            for _ in range(each):
                deed()
            kept.append((time.perf_counter() - start) * 1000 / each)
    ratio = statistics.median(times[1]) / statistics.median(times[0])
    print(f"| {what} | {spread(times[0])} | {spread(times[1])} | {ratio:.{1 if ratio >= 1 else 2}f} |", flush=True)


def spread(values: list[float]) -> str:
    digits = 1 if statistics.median(values) >= 10 else 3
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def python(program: str) -> None:
    """In a process of its own, with its bytecode kept as an installation keeps it: the turn that compiles is the first.

    Whether the one who measures has Python write bytecode must not decide what is measured.
    """
    with_bytecode = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": _BYTECODE.name}
    subprocess.run([sys.executable, "-c", program], check=True, env=with_bytecode)


if __name__ == "__main__":
    main()
