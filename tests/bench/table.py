"""Rows of the table of figures, and the machine above it."""

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np

TURNS = 15
SERVED = 5  # with a server


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
          f"median (least to most) of {TURNS} turns in milliseconds, of {SERVED} with a server\n")  # fmt: skip


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


def told(what: str, floor: list[float] | list[int], product: list[float] | list[int], digits: int = 1) -> None:
    """What was measured elsewhere, in any unit; ``floor`` may be empty."""

    def spread(values: list[float] | list[int]) -> str:
        middle, least, most = (f"{f(values):,.{digits}f}" for f in (statistics.median, min, max))
        return middle if least == most else f"{middle} ({least} to {most})"

    if not floor:
        print(f"| {what} | | {spread(product)} | |", flush=True)
        return
    below = statistics.median(floor)
    ratio = f"{statistics.median(product) / below:.2f}" if below else ""
    print(f"| {what} | {spread(floor)} | {spread(product)} | {ratio} |", flush=True)
