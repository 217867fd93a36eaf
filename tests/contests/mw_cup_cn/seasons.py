"""The seasons of the contest: every stage a round, every level of a stage an entry of its player.

Reads stages.csv, uploads.csv, advancement.csv, site_scores.csv beside this file. A level's mark is its official entry
score, which the other tests make from the judges' marks; so a season has one judge, and he repeats it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from scoring.numbers import plain
from scoring.results import Tabulation
from scoring.roster import Decision, Entry, Judge, Roster, Sheet, Unit
from scoring.scheme import Scheme, read_scheme
from scoring.tabulate import tabulate
from tests.contests.contest import Row, rows_of

HERE = Path(__file__).parent
GRACE = timedelta(minutes=1)
BEIJING = timedelta(hours=8)


@dataclass(frozen=True)
class Rule:
    """How levels of a stage with deadlines count: the best so many; at how many deadlines one more is taken.

    ``missing``: points off for every level that is not there at a deadline when it should be. ``others``: stages from
    which the best of all the others goes on beside the first of the groups.
    """

    best: dict[str, int]
    steps: int
    missing: int = 0
    others: tuple[str, ...] = ()


# Article 45 of the rules, as the site's code has it for each year; stages without deadlines add all their levels.
RULES = {
    "2019": Rule({"G": 3}, steps=0, missing=5),
    "2020": Rule({"I": 2}, steps=2, missing=5, others=("I", "R")),
    "2021": Rule({"I": 3, "R": 2}, steps=3, missing=5),
    "2022": Rule({"I": 2}, steps=1, others=("R",)),
    "2023": Rule({"I": 2}, steps=1),
    "2024": Rule({"I": 2}, steps=1),
    "2025": Rule({"I": 2}, steps=1),
    "2026": Rule({"F": 2}, steps=1),
}
YEARS = [str(year) for year in range(2013, 2027)]


@dataclass(frozen=True)
class Stage:
    """One stage of a year: its rounds of levels, its deadlines in Beijing, and its groups with their players."""

    name: str
    tasks: tuple[str, ...]
    deadlines: tuple[datetime, ...]
    groups: dict[str, tuple[Row, ...]]

    @property
    def players(self) -> list[Row]:
        return [row for rows in self.groups.values() for row in rows]

    @property
    def went_on(self) -> dict[str, set[str]]:
        """Group -> the players who were in the next stage; without the groups of a last stage."""
        known = {name: rows for name, rows in self.groups.items() if any(row["official_advanced"] for row in rows)}
        return {
            name: {row["player"] for row in rows if row["official_advanced"] == "1"} for name, rows in known.items()
        }


@cache
def stages(year: str) -> tuple[Stage, ...]:
    found = []
    for row in rows_of(HERE / "stages.csv"):
        if row["year"] == year:
            groups: dict[str, list[Row]] = {}
            for player in rows_of(HERE / "advancement.csv"):
                if (player["year"], player["stage"]) == (year, row["stage"]):
                    groups.setdefault(player["group"], []).append(player)
            times = tuple(datetime.fromisoformat(text) for text in row["deadlines_beijing"].split())
            own = {name: tuple(rows) for name, rows in groups.items()}
            found.append(Stage(row["stage"], tuple(row["rounds"].split()), times, own))
    return tuple(found)


@cache
def scores(year: str) -> dict[tuple[str, str], Fraction]:
    """(Task, entry) -> official score; an entry that is not there was not handed in."""
    rows = rows_of(HERE / "site_scores.csv")
    return {(row["round"], row["entry"]): Fraction(row["site_score"]) for row in rows if row["year"] == year}


@cache
def uploads(year: str) -> dict[tuple[str, str], datetime]:
    """(Task, entry) -> when it was handed in, in Beijing."""
    rows = rows_of(HERE / "uploads.csv")
    return {
        (row["round"], row["entry"]): datetime.fromisoformat(row["uploaded_utc"]) + BEIJING
        for row in rows
        if row["year"] == year
    }


def scheme(year: str, carry: str) -> Scheme:
    """The rule of one year as the file of a scheme: a stage is a round and a component, its levels are added.

    Who goes on is decided by the stage alone (``carry`` reset); what the site prints as a season's total is the sum.
    """
    rule, found = RULES.get(year, Rule({}, 0)), stages(year)
    text = [
        'format = "scheme/1"', f'id = "season-{year}"', 'contest = "desk"', f'name = {_words("Season")}',
        f'summary = {_words("Season")}', "total = { full = 150, least = 0 }",
    ]  # fmt: skip
    for stage in found:
        text += ["[[components]]", f'id = "{stage.name}"', f"name = {_words(stage.name)}", "weight = 1", "full = 150"]
        text += ['recusal = "listed"', 'sheet = { points = "sum" }', 'panel = { method = "mean" }']
        text += [f"unit = {_unit(rule, stage)}", "[[components.criteria]]", 'id = "level"', f"name = {_words('Level')}"]
        text += [f'items = [{{ id = "level", name = {_words("Level")}, full = 150, step = 0.1 }}]']
    for number, stage in enumerate(found):
        text += ["[[rounds]]", f'id = "{stage.name}"', f"name = {_words(stage.name)}", f'components = ["{stage.name}"]']
        text += [f'carry = "{carry}"'] if number else []
        if number + 1 < len(found):
            sizes = {len(on) for on in stage.went_on.values()}
            others = int(stage.name in rule.others)
            text += [f'advance = {{ quota = {min(sizes)}, quota_by = "each_group", best_others = {others} }}']
        text += ["[[adjustments]]", f'id = "missing-{stage.name}"', f"name = {_words('Missing')}", 'kind = "deduction"']
        text += ['subject = "unit"', f'round = "{stage.name}"', 'measure = "cases"', f"points = {rule.missing or 1}"]
    text += ["[[rulings]]", 'id = "not-handed-in"', f"name = {_words('Not handed in')}", "score = 0"]
    return read_scheme("\n".join(text))


def _words(text: str) -> str:
    return f'{{ zh = "{text}", en = "{text}" }}'


def _unit(rule: Rule, stage: Stage) -> str:
    best = rule.best.get(stage.name)
    if best is None:
        return '{ method = "sum" }'
    times = [(at + GRACE).isoformat(" ") for at in stage.deadlines[: rule.steps]]
    return f'{{ method = "sum", best = {best}, deadlines = {times} }}'.replace("'", '"')


@dataclass(frozen=True)
class Season:
    """A year up to the end of a stage, as the engine is given it."""

    scheme: Scheme
    roster: Roster
    sheets: tuple[Sheet, ...]
    decisions: tuple[Decision, ...]

    def result(self, *more: Decision) -> Tabulation:
        return tabulate(self.scheme, self.roster, self.sheets, (), (*self.decisions, *more))


def season(year: str, through: int, carry: str = "reset") -> Season:
    """The year with the levels of the stages up to number ``through``; of later ones nothing is known."""
    found = stages(year)[: through + 1]
    players = dict.fromkeys(row["player"] for stage in stages(year) for row in stage.players)
    entries: list[Entry] = []
    sheets: list[Sheet] = []
    decisions: list[Decision] = []
    for stage in found:
        for group, rows in stage.groups.items():
            for row in rows:
                for task in stage.tasks:
                    name, key = f"{task}-{row['entry']}", (task, row["entry"])
                    at = uploads(year).get(key)
                    entry = Entry(name, row["player"], stage.name, group=f"{stage.name}{group}")
                    entries.append(replace(entry, submitted=at.isoformat(" ") if at else ""))
                    if key in scores(year):
                        sheets.append(Sheet("panel", name, (int(scores(year)[key] * 10),)))
                    else:
                        decisions.append(Decision("ruling", name, "not-handed-in", reason="not handed in"))
                decisions += _missing(year, stage, row)
    roster = Roster(tuple(map(Unit, players)), tuple(entries), (Judge("panel"),))
    return Season(scheme(year, carry), roster, tuple(sheets), tuple(decisions))


def _missing(year: str, stage: Stage, row: Row) -> list[Decision]:
    """At the first deadline one level should be there, at the second two, and so on: the cases in which it was not."""
    if not RULES.get(year, Rule({}, 0)).missing:
        return []
    times = [at for task in stage.tasks if (at := uploads(year).get((task, row["entry"])))]
    cases = 0
    for due, deadline in enumerate(stage.deadlines, 1):
        cases += max(0, due - sum(at <= deadline + GRACE for at in times))
    return [Decision("deduction", row["player"], f"missing-{stage.name}", plain(Fraction(cases)))] if cases else []


def who_went_on(result: Tabulation, stage: Stage, number: int) -> dict[str, set[str]]:
    """Group -> the players whom the engine lets on."""
    on = {one.unit.id for one in result.rounds[number].standings if one.status == "advanced"}
    return {name: {row["player"] for row in stage.groups[name]} & on for name in stage.went_on}


def as_it_was(found: Tabulation, number: int, stage: Stage, following: str) -> Sequence[Decision]:
    """The decisions by which those go on who went on: none where the rule says the same."""
    by_rule = {one.unit.id for one in found.rounds[number].standings if one.status == "advanced"}
    official = set[str]().union(*stage.went_on.values())
    return [
        *(Decision("withdrawal", player, following, reason="was not there") for player in sorted(by_rule - official)),
        *(Decision("advance", player, following, reason="was there") for player in sorted(official - by_rule)),
    ]
