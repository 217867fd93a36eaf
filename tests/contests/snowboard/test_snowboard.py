"""The official run scores, best scores and places of a snowboard halfpipe final, from the marks of six judges."""

from dataclasses import replace
from pathlib import Path

from scoring.numbers import shown
from scoring.roster import Entry, Judge, Roster, Sheet, Unit
from scoring.scheme import Component, Scheme, changed
from tests.contests.contest import (
    Contest,
    from_command_line,
    not_on_the_panel,
    numbers,
    rows_of,
    scheme_at,
    ticks,
)

HERE = Path(__file__).parent
SCHEME = HERE / "scheme.toml"
RUNS = rows_of(HERE / "runs.csv")
PANEL = ["J1_SLO", "J2_GBR", "J3_SWE", "J4_SUI", "J5_FRA", "J6_JPN"]
NOT_IMPROVED = "DNI"


def contest() -> Contest:
    """Riders are units, runs are entries; a run without published marks has no sheets."""
    scheme = scheme_at(SCHEME)
    units = {row["start_order"]: Unit(row["start_order"], row["rider"]) for row in RUNS}
    entries = tuple(Entry(f"{row['start_order']}-{row['run']}", row["start_order"], "run") for row in RUNS)
    judges = tuple(Judge(name) for name in PANEL)
    sheets = tuple(
        Sheet(judge, entry.id, ticks(scheme, "run", "", {"run": row[judge]}))
        for row, entry in zip(RUNS, entries, strict=True)
        for judge in PANEL
        if row[judge]
    )
    absences = not_on_the_panel(judges, (entry.id for entry in entries), sheets)
    return Contest(scheme, Roster(tuple(units.values()), entries, judges, (), absences), sheets)


def official_runs() -> dict[str, str]:
    """The published scores of the runs that have one."""
    return {
        f"{row['start_order']}-{row['run']}": row["official_run_score"]
        for row in RUNS
        if row["official_run_score"] != NOT_IMPROVED
    }


def run_scores(given: Contest) -> dict[str, str]:
    entries = given.tabulated().entries
    return {name: shown(result.score) for name, result in entries.items() if result.score is not None}


def with_component(given: Contest, **fields: object) -> Contest:
    scheme: Scheme = given.scheme
    (component,) = scheme.components
    other: Component = component.model_copy(update=fields)
    return replace(given, scheme=changed(scheme, components=(other,)))


def test_every_run_score_is_the_official_one() -> None:
    computed = run_scores(contest())
    assert computed == official_runs()
    assert len(computed) == 24


def test_every_best_score_and_place_is_the_official_one() -> None:
    tabulation = contest().tabulated()
    computed = {unit.unit.name: (unit.shown, unit.place) for unit in tabulation.units}
    assert computed == {row["rider"]: (row["official_best"], int(row["official_rank"])) for row in RUNS}
    assert len(computed) == 12
    assert tabulation.open == ()


def test_runs_without_marks_have_no_score() -> None:
    without = {name for name, result in contest().tabulated().entries.items() if result.score is None}
    assert without == {
        f"{row['start_order']}-{row['run']}" for row in RUNS if row["official_run_score"] == NOT_IMPROVED
    }
    assert len(without) == 12


def test_mean_of_all_six_judges_misses_17_of_the_24_runs() -> None:
    """The number was counted from the CSV file without the engine; so is the next one."""
    given = contest()
    panel = given.scheme.components[0].panel
    assert panel
    whole = with_component(given, panel=panel.model_copy(update={"trim": None, "trim_on": None}))
    computed = run_scores(whole)
    assert sum(computed[name] != score for name, score in official_runs().items()) == 17


def test_mean_of_the_runs_instead_of_the_best_misses_8_of_the_12_riders() -> None:
    given = contest()
    unit = given.scheme.components[0].unit.model_copy(update={"best": None})
    shown_scores = {result.unit.name: result.shown for result in with_component(given, unit=unit).tabulated().units}
    official = {row["rider"]: row["official_best"] for row in RUNS}
    assert sum(shown_scores[name] != score for name, score in official.items()) == 8


def test_command_line_gives_the_official_scores_and_places(tmp_path: Path) -> None:
    result = from_command_line(contest(), SCHEME, tmp_path)
    runs = {name: shown(score) for name, score in numbers(result["entries"], "score").items() if score is not None}
    assert runs == official_runs()
    riders = {unit["id"]: (unit["shown"], unit["place"]) for unit in result["units"]}
    assert riders == {row["start_order"]: (row["official_best"], int(row["official_rank"])) for row in RUNS}
