"""The same input gives the same bytes: without the processor's vector units, under other hash seeds and locales."""

import os
import subprocess
import sys

import numpy as np
import pytest

PROGRAM = """
from dataclasses import replace
from scoring.canonical import digest
from scoring.fast.provisional import Provisional
from scoring.tabulate import tabulate
from tests.tours import shipped, stress_tour, tour

found = []
for name in ("shiyan-2022-tour", "shiyan-2022-tour-fair"):
    scheme = shipped(name)
    # Without the one float, which decides nothing.
    found.append(replace(tabulate(scheme, *tour(scheme)), effective_weights={}))
for scheme, roster, sheets, priors in ((*stress_tour(), []), (scheme := shipped("shiyan-2022-tour"), *tour(scheme))):
    once = Provisional(scheme, roster, priors)
    standings = once.standings(once.cubes(sheets))
    found.append([list(standings.totals.items()), standings.entries])
print(digest(found))
"""
VECTOR_UNITS = " ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))


def told(**environment: str) -> str:
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **environment})
    return done.stdout


@pytest.fixture(scope="module")
def here() -> str:
    return told(PYTHONHASHSEED="0")


ELSEWHERE = {
    "vector units off": {"NPY_DISABLE_CPU_FEATURES": VECTOR_UNITS},
    "hash seed": {"PYTHONHASHSEED": "4711"},
    "plain locale": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "Turkish locale": {"LC_ALL": "tr_TR.UTF-8"},
}


@pytest.mark.parametrize("environment", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_tabulation_has_the_same_bytes_elsewhere(here: str, environment: dict[str, str]) -> None:
    assert len(here) == 65
    assert told(**environment) == here
