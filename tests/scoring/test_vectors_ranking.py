"""Reference examples from scores to an order: blend, stages, deductions, ties and the draw."""

from fractions import Fraction
from statistics import median

import pytest

from scoring.canonical import canonical, digest
from scoring.draw import commitment, drawn, rfc3797, seed
from scoring.results import Tabulation
from scoring.roster import Decision, Entry
from tests.scoring.contests import (
    Table,
    by_unit,
    column,
    contest,
    criterion,
    item,
    known,
    marked,
    places,
    rule,
    scores,
    words,
)
from tests.scoring.examples import Runner, agrees, registering

RUNNERS: dict[str, Runner] = {}
runs = registering(RUNNERS)


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


@runs("exact-tie")
def exact_tie(given: Table, _expect: object) -> object:
    result = contest(rule(), {name: {f"j{i}": m for i, m in enumerate(row)} for name, row in given.items()}).result()
    assert len(set(scores(result).values())) == 1
    in_floats = {f"float_{name}": str(sum(map(float, row)) / 3) for name, row in given.items()}
    return {"mean": scores(result)["a"], "tie": places(result) == {"a": 1, "b": 1}, **in_floats}


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


@pytest.mark.parametrize("name", RUNNERS)
def test_the_engine_gives_what_the_source_gives(name: str) -> None:
    agrees(name, RUNNERS[name])
