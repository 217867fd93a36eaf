"""Reference examples of what informs, with as many decimals as the source prints."""

import numpy as np
import pytest

from scoring.inform.coefficients import alpha, intraclass, judges_needed, kendall_w
from scoring.inform.effect import effect
from scoring.inform.grid import Grid, grid
from scoring.inform.ranksets import stepdown
from scoring.inform.variance import components, fit
from scoring.inform.whatif import without_judge
from scoring.roster import Absence, Judge
from tests.scoring.contests import Table, contest, places, rule
from tests.scoring.examples import Runner, agrees, registering
from tests.scoring.inform.asking import asked, official

RUNNERS: dict[str, Runner] = {}
runs = registering(RUNNERS)


@runs("loo")
def leave_one_out(given: Table, _expect: object) -> object:
    grid = {name: {f"j{i}": mark for i, mark in enumerate(row)} for name, row in given.items()}
    judges = [Judge(f"j{i}") for i in range(3)]

    def winner(*away: str) -> str:
        there = {name: {judge: mark for judge, mark in row.items() if judge not in away} for name, row in grid.items()}
        absent = [Absence(judge) for judge in away]
        return next(iter(places(contest(rule(), there, judges=judges, absences=absent).result())))

    whole = asked(contest(rule(), grid, judges=judges))
    left_out = [without_judge(whole, official(whole), judge.id) for judge in judges]
    assert [[move.unit for move in case.moves if move.after.place == 1] for case in left_out] == [["Q"], [], []]
    return {"full": winner(), "without": [winner(judge.id) for judge in judges]}


@runs("csranks")
def rank_confidence_sets(given: Table, _expect: object) -> object:
    values = np.array([float(value) for value in given["x"]])
    covariance = float(given["var"]) * np.eye(len(values))
    sets = stepdown(values, [covariance], [None], draws=20_000, certainty=float(given["coverage"]))
    return {"simul_L": [first for first, _ in sets], "simul_U": [last for _, last in sets]}


def printed(value: float | None) -> str:
    assert value is not None
    return f"{value:.6f}"


def crosswise(table: list[list[float | None]]) -> Grid:
    """A row for each entry, a column for each judge."""
    return grid({str(i): {str(j): x for j, x in enumerate(row) if x is not None} for i, row in enumerate(table)})


@runs("icc-shrout-fleiss")
def icc(given: Table, _expect: object) -> object:
    parts = components(fit(crosswise(given["rows_entries_cols_judges"])))
    found = intraclass(parts, 4)
    assert found
    return {
        "var_entry": printed(parts.entry), "var_judge": printed(parts.judge), "var_resid": printed(parts.residual),
        "icc21": printed(found.one_absolute), "icc2k": printed(found.mean_absolute),
        "icc31": printed(found.one_relative), "icc3k": printed(found.mean_relative),
        "judges_for_G_0.8": judges_needed(parts, 0.8, kind="relative"),
        "judges_for_G_0.9": judges_needed(parts, 0.9, kind="relative"),
        "judges_for_Phi_0.8": judges_needed(parts, 0.8, kind="absolute"),
        "judges_for_Phi_0.9": judges_needed(parts, 0.9, kind="absolute"),
    }  # fmt: skip


@runs("kendall-w")
def kendall(given: Table, _expect: object) -> object:
    return printed(kendall_w(crosswise(given["rows_entries_cols_judges"])))


@runs("alpha")
def krippendorff(given: Table, _expect: object) -> object:
    marks = crosswise([list(unit) for unit in zip(*given["observers"], strict=True)])
    return {scale: printed(alpha(marks, scale)) for scale in ("nominal", "ordinal", "interval")}


@runs("home-2x2")
def home(given: Table, _expect: object) -> object:
    found = effect(fit(crosswise(given["x"])), np.array(given["home"], dtype=float))
    assert found
    return f"{found.points:.9f}"


@pytest.mark.parametrize("name", RUNNERS)
def test_the_engine_gives_what_the_source_gives(name: str) -> None:
    agrees(name, RUNNERS[name])
