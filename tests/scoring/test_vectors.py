"""The reference examples of tests/vectors, each through the engine: as a small contest wherever it can be one."""

import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from scoring.canonical import canonical, digest
from scoring.draw import commitment, drawn, rfc3797, seed
from scoring.inform.coefficients import alpha, intraclass, judges_needed, kendall_w
from scoring.inform.effect import effect
from scoring.inform.grid import Grid, grid
from scoring.inform.ranksets import stepdown
from scoring.inform.variance import components, fit
from scoring.inform.whatif import without_judge
from scoring.numbers import rounded
from scoring.prizes import Contender, TierSize, allot, hort_shares
from scoring.results import Tabulation
from scoring.roster import Absence, Decision, Entry, Judge
from scoring.severity import connected
from scoring.working import Node
from tests.scoring.contests import (
    Contest,
    Score,
    Table,
    awards,
    by_unit,
    column,
    contest,
    criterion,
    entry_scores,
    item,
    known,
    marked,
    named,
    places,
    rule,
    scores,
    tier,
    trimmed,
    words,
)
from tests.scoring.inform.asking import asked, official

FILE = Path(__file__).parents[1] / "vectors" / "scoring_examples.json"
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))

Runner = Callable[[Table, Any], object]
RUNNERS: dict[str, Runner] = {}


def runs(name: str) -> Callable[[Runner], Runner]:
    """The function gives what the engine makes of ``input``, in the shape of ``expect``."""

    def register(run: Runner) -> Runner:
        RUNNERS[name] = run
        return run

    return register


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


def expected_now(example: Table) -> object:
    """What the example expects, without the parts that wait for later work."""
    expect = example["expect"]
    for (key,) in VECTORS["partly_waiting"].get(example["id"], {}).get("paths", ()):
        assert key in expect
        expect = {name: part for name, part in expect.items() if name != key}
    return expect


@pytest.mark.parametrize("example", VECTORS["examples"], ids=lambda example: str(example["id"]))
def test_the_engine_gives_what_the_source_gives(example: Table) -> None:
    expect = expected_now(example)
    assert compared(RUNNERS[example["id"]](example["input"], expect)) == compared(expect)


def test_each_of_the_44_examples_is_run_or_named_as_waiting() -> None:
    here = [example["id"] for example in VECTORS["examples"]]
    assert (sorted(here), len({*here, *VECTORS["waiting"]})) == (sorted(RUNNERS), 44)


def members(node: Node) -> Iterator[Node]:
    yield node
    for arg in node.args:
        yield from members(arg)


def panel(marks: list[str | None], how: Table, **more: object) -> Score:
    """The score of one entry; None is a judge who was absent."""
    grid = {"a": {f"j{i}": mark for i, mark in enumerate(marks) if mark is not None}}
    judges = [Judge(f"j{i}") for i in range(len(marks))]
    away = [Absence(f"j{i}", "a") for i, mark in enumerate(marks) if mark is None]
    result = contest(rule(marked(panel=how), **more), grid, judges=judges, absences=away).result()
    assert result.final
    return scores(result)["a"]


@runs("diving-7")
def diving(given: Table, _expect: object) -> object:
    k = given["rule"]["k"]
    return panel(given["marks"], trimmed(k, k, method="sum", factor=given["factor"]))


@runs("isu-pcs-stages")
def isu(given: Table, expect: Table) -> object:
    def programme(*rounding: Table) -> tuple[dict[str, Fraction], Score]:
        # Each programme component is an entry; a single class of judges gives the panel a stage before the factor.
        how = trimmed(1, 1, factor=given["factor"], classes=[{"judge_class": "isu", "weight": 1}])
        scheme = rule(marked(panel=how, unit={"method": "sum"}), judge_classes=named("isu"), rounding=list(rounding))
        grid = {name: {f"J{i}": mark for i, mark in enumerate(row)} for name, row in given["components"].items()}
        entries = [Entry(name, "pair", "marks") for name in grid]
        judges = [Judge(f"J{i}", judge_class="isu") for i in range(9)]
        result = contest(scheme, grid, entries=entries, judges=judges).result()
        workings = {name: entry.working for name, entry in result.entries.items()}
        panels = {n: m.value for n, w in workings.items() if w for m in members(w) if m.of == "class:isu"}
        return panels, scores(result)["pair"]

    first, second, last = ({"after": after, "decimals": 2} for after in ("class", "panel", "unit"))
    panels, pcs = programme(first, second)
    assert expect["pcs_rounded_once_at_end"] != expect["pcs"]
    return {
        "panel": panels,
        "pcs": pcs,
        "pcs_rounded_once_at_end": programme(last)[1],
        "pcs_sum_of_rounded_panels_unrounded_factor": programme(first)[1],
    }


@runs("isu-missing-is-not-zero")
def isu_missing(given: Table, _expect: object) -> object:
    def two(mode: str, marks: list[str | None]) -> Score:
        return panel(marks, how, rounding=[{"after": "panel", "decimals": given["decimals"], "mode": mode}])

    how = trimmed(given["rule"]["k"], given["rule"]["k"])
    return {
        "exact": panel(given["marks"], how),
        "half_up": two("half_up", given["marks"]),
        "half_even": two("half_even", given["marks"]),
        "if_missing_were_zero": two("half_up", [mark or "0" for mark in given["marks"]]),
    }


@runs("isu-stages-decide-ranks")
def isu_ranks(given: Table, _expect: object) -> object:
    sheet = [criterion("pcs", item("pcs")), criterion("tes", item("tes"))]
    scheme = rule(marked("free", *sheet, sheet={"points": "sum"}), ties=["criterion:free.pcs"])
    split = {
        name: {"panel": [pcs, str(Fraction(total) - Fraction(pcs))]}
        for name, (total, pcs) in given["published"].items()
    }
    unrounded = contest(rule(known("free")), {}, priors={"free": given["unrounded"]})
    return {
        "published_order": list(places(contest(scheme, split).result())),
        "unrounded_order": list(places(unrounded.result())),
    }


@runs("gbt8170")
def rounding(given: Table, _expect: object) -> object:
    return [rounded(Fraction(value), decimals, mode) for value, decimals, mode in given["cases"]]


@runs("hort")
def hort(given: Table, expect: Table) -> object:
    ends = list(accumulate(map(len, given["groups"])))
    slots = [given["prizes"][end - len(group) : end] for group, end in zip(given["groups"], ends, strict=True)]
    shares = {
        name: share
        for group, amounts in zip(given["groups"], slots, strict=True)
        for name, share in zip(group, hort_shares(amounts), strict=True)
    }
    tiers = [TierSize(str(place), 1, amount) for place, amount in enumerate(given["prizes"])]
    paid = allot([[Contender(name) for name in group] for group in given["groups"]], tiers, "hort", "vacant").awards
    return {"exact": shares, "whole_units_balanced": {name: paid[name].fen for name in expect["whole_units_balanced"]}}


@runs("county-prizes-tie")
def county_prizes(given: Table, expect: Table) -> object:
    tiers = [tier(name, quota, str(Fraction(fen, 100))) for name, quota, fen in given["tiers"]]
    prior = {unit: 99 - place for place, group in enumerate(given["groups"]) for unit in group}

    def under(boundary: str) -> dict[str, int]:
        scheme = rule(known(), prizes={"tiers": tiers, "budget_yuan": 300000, "boundary": boundary})
        result = contest(scheme, {}, priors={"ordinary": prior}).result()
        fen = {unit: award[1] for unit, award in awards(result).items() if award}
        assert sum(fen.values()) == result.money.paid
        return {**fen, "total": result.money.paid}

    return {boundary: {name: under(boundary)[name] for name in names} for boundary, names in expect.items()}


@runs("fen-remainder")
def fen_remainder(given: Table, _expect: object) -> object:
    prizes = {"tiers": [tier("1", 1, str(Fraction(given["total"], 100)))], "boundary": "pool"}
    result = contest(rule(known(), prizes=prizes), {}, priors={"ordinary": dict.fromkeys(given["names"], 90)}).result()
    return {unit: award[1] for unit, award in awards(result).items() if award}


@runs("rfc3797")
def walk(given: Table, _expect: object) -> object:
    return rfc3797(given["key"], given["pool"], given["n"])


@runs("draw-commit-reveal")
def draw(given: Table, _expect: object) -> object:
    grown = seed(given["secret"], given["public"], given["frozen"])
    order = drawn(given["scope"], grown, given["entries"])
    return {"commit": commitment(given["secret"]), "seed": grown, "order": order}


@runs("canonical")
def spelling(given: Table, _expect: object) -> object:
    return {"text": canonical(given["obj"]).decode(), "sha256": digest(given["obj"])}


@runs("recusal-strategic")
def recusal(given: Table, _expect: object) -> object:
    names = sorted({judge for row in given["entries"].values() for judge in row})
    judges = [Judge(name, unit=name[0]) for name in names]

    def run(**panel: str) -> Table:
        scheme = rule(marked(recusal="own_unit", panel={"method": "mean", **panel}))
        result = contest(scheme, given["entries"], judges=judges).result()
        assert result.final
        return scores(result)

    return {"raw": run(), "adjusted": run(counts="less_severity")}


@runs("recusal-two-counties")
def two_counties(given: Table, expect: Table) -> object:
    judges = [Judge("x1", unit="X"), Judge("y1", unit="Y"), Judge("n1"), Judge("n2"), Judge("n3")]
    entries = [Entry(name, name[0], "marks") for name in given["entries"]]

    def run(**panel: str) -> Tabulation:
        scheme = rule(marked(recusal="own_unit", panel={"method": "mean", **panel}))
        result = contest(scheme, given["entries"], entries=entries, judges=judges).result()
        assert result.final
        return result

    fair = run(counts="less_severity")
    severity = {judge: fair.severities["marks"][judge] for judge in expect["severity"]}
    return {"raw": entry_scores(run()), "adjusted": entry_scores(fair), "severity": severity}


@runs("disconnected")
def disconnected(given: Table, _expect: object) -> object:
    marks: dict[str, list[str]] = {}
    for entry, judge in given["cells"]:
        marks.setdefault(str(judge), []).append(entry)
    return {"components": len(connected(marks))}


@runs("county-chain")
def chain(given: Table, _expect: object) -> object:
    weight = Fraction(given["w"])
    deduction = {"id": "d", "name": words("d"), "kind": "deduction", "subject": "unit", "measure": "points"}
    parts = (marked(weight=weight), known(weight=1 - weight))
    grid = {f"{unit}{i}": {"j": str(mark)} for unit, row in given["projects"].items() for i, mark in enumerate(row)}
    grid = {entry: {"j": str(Fraction(row["j"]))} for entry, row in grid.items()}
    entries = [Entry(name, name[0], "marks") for name in grid]
    off = [Decision("deduction", unit, "d", points) for unit, points in given["deduct"].items()]

    def run(**more: object) -> Tabulation:
        scheme = rule(*parts, adjustments=[deduction], **more)
        return contest(scheme, grid, entries=entries, priors={"ordinary": given["prior"]}, decisions=off).result()

    exact, stage = (
        run(),
        run(rounding=[{"after": "adjust", "decimals": 1}], total={"rank_on": "adjust@1", "decimals": 1}),
    )
    assert places(stage) == {"X": 1, "Y": 1}
    printed = [unit.shown for unit in stage.units]
    return {**scores(exact), "order": list(places(exact)), "rounded1": printed}


@runs("blend-scales")
def scales(given: Table, _expect: object) -> object:
    weight = Fraction(given["w"])

    def run(scale: str, full: int) -> Tabulation:
        scaling: Table = {"scale": scale, "z_mean": 0, "z_spread": 1}
        parts = (marked("tour", weight=weight, **scaling), known("prior", weight=1 - weight, **scaling))
        scheme = rule(*parts, total={"full": full, "least": -100})
        return contest(scheme, column(given["tour"]), priors={"prior": given["prior"]}).result()

    percent = run("percent", 100)
    z = {unit: f"{float(score):.6f}" for unit, score in scores(run("z", 100)).items() if score is not None}
    return {
        "percent": scores(percent),
        "minmax": scores(run("minmax", 1)),
        "z": z,
        "effective_weight_tour": f"{percent.effective_weights['tour']:.4f}",
    }


@runs("class-weights")
def classes(given: Table, _expect: object) -> object:
    weights = [{"judge_class": name, "weight": weight} for name, weight in given["w"].items()]
    judges = [Judge(name, judge_class=name) for name in given["means"]]

    def run(empty: str, *away: str) -> Score:
        how = {"method": "mean", "classes": weights, "empty_class": empty}
        grid = {"a": {name: mark for name, mark in given["means"].items() if name not in away}}
        absent = [Absence(name) for name in away]
        scheme = rule(marked(panel=how), judge_classes=named(*given["means"]))
        return scores(contest(scheme, grid, judges=judges, absences=absent).result())["a"]

    return {
        "all": run("decision"),
        "public_empty_renormalise": run("renormalise", "public"),
        "public_empty_zero": run("zero", "public"),
    }


@runs("trim-table")
def trim_table(given: Table, _expect: object) -> object:
    rows = [{"judges": least, "low": low, "high": high} for least, _most, low, high in given["table"]]
    how = {"method": "mean", "trim": {"table": rows}, "trim_on": "sheet_total"}
    eight = [None if mark == given["absent"] else mark for mark in given["nine"]]
    return {"nine": panel(given["nine"], how), "eight": panel(eight, how)}


@runs("trim-total-v-item")
def trim_place(given: Table, _expect: object) -> object:
    def run(on: str) -> dict[str, Score]:
        sheet = [criterion("c", item("i1", 10), item("i2", 10))]
        scheme = rule(marked("m", *sheet, panel=trimmed(1, 1, on), sheet={"points": "sum"}))
        grid = {name: {f"j{i}": row for i, row in enumerate(rows)} for name, rows in given.items()}
        return scores(contest(scheme, grid).result())

    return {"total": run("sheet_total"), "item": run("item")}


@runs("trim-v-winsor")
def trim_or_median(given: Table, _expect: object) -> object:
    return {
        "trim1": panel(given["marks"], trimmed(1, 1)),
        "winsor1": panel(given["marks"], trimmed(1, 1, method="winsor")),
        "median": panel(given["marks"], {"method": "median"}),
        "mean": panel(given["marks"], {"method": "mean"}),
    }


@runs("exact-tie")
def exact_tie(given: Table, _expect: object) -> object:
    result = contest(rule(), {name: {f"j{i}": m for i, m in enumerate(row)} for name, row in given.items()}).result()
    assert len(set(scores(result).values())) == 1
    in_floats = {f"float_{name}": str(sum(map(float, row)) / 3) for name, row in given.items()}
    return {"mean": scores(result)["a"], "tie": places(result) == {"a": 1, "b": 1}, **in_floats}


@runs("division-first-3-6-9")
def division_first(given: Table, _expect: object) -> object:
    finalists = given["finalists"]
    tiers = [tier("1", len(finalists)), tier("2", given["second"]), tier("3", given["third"])]
    scheme = rule(divisions=named(*finalists), prizes={"tiers": tiers, "first_of_each_division": True})
    marks = {f"{name}{place}": mark for name, row in finalists.items() for place, mark in enumerate(row, 1)}
    result = contest(scheme, column(marks), units={unit: unit[0] for unit in marks}).result()
    won = {unit: award[0][0] for unit, award in awards(result).items() if award and award[0]}
    return {name: [unit for unit in won if won[unit] == name] for name in ("1", "2", "3")}


@runs("stars")
def stars(given: Table, _expect: object) -> object:
    def run(score: str, **more: object) -> int:
        tiers = [tier(str(number), minimum=cut) for number, cut in given["cuts"]]
        result = contest(rule(prizes={"tiers": tiers}, **more), column({"a": score})).result()
        award = awards(result)["a"]
        assert award
        return int(award[0][0])

    staged = {"rounding": [{"after": "blend", "decimals": 1}], "total": {"rank_on": "blend@1"}}
    return {"exact": run(given["score"]), "on_1_decimal_half_up": run(given["score"], **staged), "at_90": run("90")}


@runs("share-quota")
def share(given: Table, expect: Table) -> object:
    def run(number: int, mode: str) -> int:
        prizes = {"tiers": [tier("1", share=given["share"])], "share_count": mode}
        result = contest(rule(prizes=prizes), column({f"u{i}": i for i in range(number)})).result()
        return sum(award is not None and award[0] == ("1",) for award in awards(result).values())

    return {mode: [run(number, mode) for number in given["n"]] for mode in expect}


@runs("overtime")
def overtime(given: Table, _expect: object) -> object:
    measure = {"measure": "seconds", "limit": given["limit_s"], "per": given["per_s"]}
    how = {"points": given["points"], "cap": given["cap"], **measure}
    late = {"id": "late", "name": words("late"), "kind": "deduction", "subject": "entry", **how}
    names = [f"t{i}" for i in range(len(given["times"]))]
    used = [Decision("deduction", name, "late", str(t)) for name, t in zip(names, given["times"], strict=True)]
    result = contest(rule(adjustments=[late]), column(dict.fromkeys(names, 90)), decisions=used).result()
    return [90 - (score or 0) for score in (scores(result)[name] for name in names)]


@runs("head-to-head")
def head_to_head(given: Table, _expect: object) -> object:
    def run(rows: dict[str, list[int]]) -> object:
        grid = {name: {f"j{i}": mark for i, mark in enumerate(row)} for name, row in rows.items()}
        # To whole points all are equal at 2.
        whole = {"rounding": [{"after": "blend", "decimals": 0}], "total": {"rank_on": "blend@0"}}
        result = contest(rule(ties=["head_to_head"], **whole), grid).result()
        assert set(scores(result).values()) == {2}
        order = places(result)
        return "unresolved cycle" if set(order.values()) == {1} else list(order)

    return {"two": run(given["two"]), "three": run(given["three"])}


@runs("borda-v-mean")
def means(given: Table, _expect: object) -> object:
    grid = {name: {f"j{i}": mark for i, mark in enumerate(row)} for name, row in given.items()}
    borda = contest(rule(marked(panel={"method": "sum", "counts": "order"})), grid).result()
    return {"mean": {name: panel(row, {"method": "mean"}) for name, row in given.items()}, "borda": scores(borda)}


@runs("z-judge")
def z_scale(given: Table, _expect: object) -> object:
    scheme = rule(
        marked(panel={"method": "mean", "counts": "z", "least": -10}, z_mean=0, z_spread=1), total={"least": -10}
    )
    values = {f"u{i}": value for i, value in enumerate(given["col"])}
    result = scores(contest(scheme, column(values)).result())
    return [result[name] for name in values]


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


@runs("tie-chain")
def tie_chain(given: Table, _expect: object) -> object:
    # Three sheets a row whose sum, sum on the first criterion and median are those of the example.
    sheets = {"A": [88, 89, 93], "B": [90, 90, 90], "C": [80, 95, 95]}
    grid = {}
    for name, (total, first, middle) in given["rows"].items():
        assert (sum(sheets[name]), median(sheets[name])) == (int(total), int(middle))
        on_first = [int(first) - 20, 10, 10]
        grid[name] = {f"j{i}": [c, s - c] for i, (c, s) in enumerate(zip(on_first, sheets[name], strict=True))}
    parts = [criterion("first", item("first")), criterion("rest", item("rest"))]
    component = marked("m", *parts, panel={"method": "sum"}, sheet={"points": "sum"})
    result = contest(rule(component, ties=["criterion:m.first", "median"]), grid).result()
    assert {unit.score for unit in by_unit(result).values()} == {270}
    return list(places(result))


@runs("rank-on-exact")
def rank_on_exact(given: Table, _expect: object) -> object:
    values = {}
    for name, text in given.items():
        total, _, number = text.partition("/")
        values[name] = str(Fraction(total) / int(number))

    def run(**more: object) -> list[int | None]:
        return list(places(contest(rule(known(), **more), {}, priors={"ordinary": values}).result()).values())

    staged = {"rounding": [{"after": "blend", "decimals": 1}], "total": {"rank_on": "blend@1"}}
    return {"exact": run(), "on_1_decimal": run(**staged)}


# --- what informs: printed with as many decimals as the source


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


def places_given(dances: dict[str, dict[str, list[int]]]) -> Contest:
    """A final by the skating system: dance -> judge -> the place of each couple, couples numbered from 1."""
    size = len(next(iter(next(iter(dances.values())).values())))
    place = criterion("p", item("place", size, 1, floor=1))
    how = {"method": "skating", "counts": "place"}
    parts = [marked(name, place, panel=how, sheet={"points": "sum"}) for name in dances]
    grid = {
        f"{couple}-{name}": {judge: row[couple - 1] for judge, row in rows.items()}
        for name, rows in dances.items()
        for couple in range(1, size + 1)
    }
    entries = [Entry(name, name.partition("-")[0], name.partition("-")[2]) for name in grid]
    return contest(rule(*parts, total={"method": "skating"}, ties=["decision"]), grid, entries=entries)


def in_number(found: Mapping[str, object]) -> list[str]:
    return [str(found[name]) for name in sorted(found, key=int)]


@runs("skating-rule-5")
@runs("skating-rule-6")
@runs("skating-rule-7")
def skating_single(given: Table, _expect: object) -> object:
    result = places_given({"w": given["marks"]}).result()
    assert result.final
    assert in_number(places(result)) == [str(score) for score in entry_scores(result).values()]
    return in_number(places(result))


@runs("skating-rule-9")
@runs("skating-rule-10a")
@runs("skating-rule-10b")
def skating_final(given: Table, _expect: object) -> object:
    """One judge gives each couple its place in every dance."""
    columns = zip(*given["places"], strict=True)
    result = places_given({f"d{number}": {"j": list(column)} for number, column in enumerate(columns)}).result()
    assert result.final
    return in_number(places(result))


@runs("skating-rule-11")
def skating_by_rule_11(given: Table, _expect: object) -> object:
    """Who needs rule 11 is named with the order it gives; people decide that order, and it holds."""
    final = places_given(given)
    result = final.result()
    assert [fault.code for fault in result.open] == ["skating.not_offered"] * 3
    decided = [
        Decision("tie", couple, value=str(place))
        for fault in result.open
        for place, couple in enumerate(str(fault.params["order"]).split("; "), 1)
    ]
    settled = final.having(*decided).result()
    assert settled.final
    of_dance = {name: in_number({e.partition("-")[0]: score for e, score in entry_scores(result).items()
                                 if e.endswith(name)}) for name in given}  # fmt: skip
    return of_dance | {"final": in_number(places(settled))}


@runs("bradley-terry")
def bradley_terry(given: Table, _expect: object) -> object:
    """Four judges, as many as there are wins; the difference of the two logarithms is ln(3 / 1)."""
    (_, won), (lost, _) = given["wins"]
    grid = {
        "a": {f"j{judge}": 80 if judge < won else 60 for judge in range(won + lost)},
        "b": {f"j{judge}": 70 for judge in range(won + lost)},
    }
    how = marked(panel={"method": "bradley_terry", "least": -100}, z_mean=0, z_spread=1)
    found = entry_scores(contest(rule(how), grid).result())
    return str(rounded(Fraction(found["a"] or 0) - Fraction(found["b"] or 0), 6))
