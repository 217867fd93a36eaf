"""What it costs: measured figures with the machine they were measured on, for the README.

Every figure stands beside a floor measured in the same run: the least work that any program would have to do for it.
The two are run by turns, so that a busy moment hits both. ``make bench`` prints the table.
"""

import os
import subprocess
import sys
import tempfile

from scoring.tabulate import tabulate
from tests.bench import crowd, engine, phones, served
from tests.bench.table import machine, row
from tests.tours import shipped, stress_tour, tour

_BYTECODE = tempfile.TemporaryDirectory(prefix="fieldmark-bytecode-")


def main() -> None:
    """Measure and print: everything, or the parts that are named."""
    parts = {"engine": rules, "served": served.measure, "phones": phones.measure, "crowd": crowd.measure}
    wanted = sys.argv[1:] or list(parts)
    if unknown := set(wanted) - set(parts):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    machine()
    print("| what | floor | product | ratio |")
    print("|---|---|---|---|")
    for part in wanted:
        parts[part]()


def rules() -> None:
    """The engine, and the start of a process."""
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


def python(program: str) -> None:
    """In a process of its own, with its bytecode kept as an installation keeps it: the turn that compiles is the first.

    Whether the one who measures has Python write bytecode must not decide what is measured.
    """
    with_bytecode = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": _BYTECODE.name}
    subprocess.run([sys.executable, "-c", program], check=True, env=with_bytecode)


if __name__ == "__main__":
    main()
