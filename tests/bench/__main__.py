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
import time
from collections.abc import Callable

from scoring.tabulate import tabulate
from tests.bench import served
from tests.tours import shipped, stress_tour, tour

TURNS = 15


def main() -> None:
    """Measure and print."""
    machine()
    print("| what | floor | product | ratio |")
    print("|---|---|---|---|")
    rule, roster, sheets = stress_tour()
    marks = [[tick for tick in sheet.ticks if tick is not None] for sheet in sheets]
    row(
        f"stress tour: {sum(map(len, marks)):,} marks tabulated with working (floor: adding them up)",
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
        "a fresh process imports the engine (floor: a fresh process imports pydantic, which reads the scheme)",
        lambda: python("import pydantic"),
        lambda: python("import scoring.tabulate"),
    )
    row(
        "a fresh process imports the command line (floor: the libraries it stands on)",
        lambda: python("import pydantic, typer, babel.messages.pofile, jinja2, fastapi, rich.table"),
        lambda: python("import app.cli"),
    )
    served.measure()


def machine() -> None:
    """The machine in a line."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123  no file of ours
            names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    cpu = names[0] if names else platform.processor()
    print(f"{os.cpu_count()} x {cpu}, {platform.system()}, Python {platform.python_version()}; "
          f"median (least to most) of {TURNS} turns in milliseconds, of {served.TURNS} with a server\n")  # fmt: skip


def row(what: str, floor: Callable[[], object], product: Callable[[], object]) -> None:
    """Both by turns, after one turn each that does not count."""
    floor()
    product()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(TURNS):
        for deed, kept in zip((floor, product), times, strict=True):
            gc.collect()
            start = time.perf_counter()
            deed()
            kept.append((time.perf_counter() - start) * 1000)
    ratio = statistics.median(times[1]) / statistics.median(times[0])
    print(f"| {what} | {spread(times[0])} | {spread(times[1])} | {ratio:.1f} |", flush=True)


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def python(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)


if __name__ == "__main__":
    main()
