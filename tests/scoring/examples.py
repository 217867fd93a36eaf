"""The reference examples of tests/vectors: what runs them, and what they expect."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.scoring.contests import Table

FILE = Path(__file__).parents[1] / "vectors" / "scoring_examples.json"
EXAMPLES: dict[str, Table] = {one["id"]: one for one in json.loads(FILE.read_text(encoding="utf-8"))["examples"]}

Runner = Callable[[Table, Any], object]


def registering(runners: dict[str, Runner]) -> Callable[[str], Callable[[Runner], Runner]]:
    """What marks a function as the runner of an example: it gives what the engine makes of ``input``, as ``expect``."""

    def runs(name: str) -> Callable[[Runner], Runner]:
        def register(run: Runner) -> Runner:
            runners[name] = run
            return run

        return register

    return runs


def agrees(name: str, run: Runner) -> None:
    """The engine gives what the source gives."""
    example = EXAMPLES[name]
    assert compared(run(example["input"], example["expect"])) == compared(example["expect"])


def compared(value: object) -> object:
    """Numbers by their value, however they are written; words as they are; names of members aside."""
    if isinstance(value, dict):
        return {key: compared(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [compared(part) for part in value]
    if isinstance(value, str):
        try:
            return Fraction(value)
        except ValueError:
            return value
    return value
