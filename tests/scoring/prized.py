"""Random small contests with many equal scores: chains, draws, tiers, boundaries, vetoes, divisions, ways to print."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from scoring.draw import commitment
from scoring.roster import Absence, Decision, Unit
from tests.scoring.contests import Contest, Table, contest, criterion, item, known, marked, named, rule, tier, words

CHAINS: list[list[str]] = [
    [],
    ["criterion:marks.a", "median"],
    ["head_to_head", "untrimmed_mean", "component:marks"],
    ["prior", "decision"],
    ["decision", "draw"],
    ["draw"],
    ["head_to_head:restart", "firsts_then_seconds"],
    ["majority_gauge"],
    ["firsts", "lower_spread", "item:marks.b"],
    ["fewer_deductions", "earlier_submission", "drop_recalc", "judge:j0"],
]
BOUNDARIES = ["pool", "pool_if_money", "extend_up", "extend_up_absorb", "push_down", "hort", "decision"]


def _least(minimum: str | None) -> Table:
    return {"minimum": minimum} if minimum else {}


@st.composite
def _prizes(draw: st.DrawFn, *, divisions: bool) -> Table:
    money = sorted(draw(st.lists(st.integers(0, 9), min_size=3, max_size=3)), reverse=True)
    sizes: list[Table] = [
        draw(st.sampled_from([{"quota": 1}, {"quota": 2}, {"quota": 3}, {"share": "0.4"}, {}])) for _ in range(3)
    ]
    least: list[str | None] = draw(st.sampled_from([[None] * 3, ["80", None, None], ["80", "50", "20"]]))
    first = divisions and draw(st.booleans())
    if first:
        sizes[0], least = {"quota": 2}, [None] * 3
    tiers = [
        tier(f"t{i}", yuan=yuan, **size, **_least(low))
        for i, (yuan, size, low) in enumerate(zip(money, sizes, least, strict=True))
    ]
    return {
        "tiers": tiers,
        "boundary": draw(st.sampled_from(BOUNDARIES)),
        "below_minimum": draw(st.sampled_from(["vacant", "pass_down"])),
        "share_count": draw(st.sampled_from(["floor", "half_up", "ceil"])),
        "first_of_each_division": first,
        "quota_by": "division" if divisions and not first and draw(st.booleans()) else "all",
    }


@st.composite
def prized(draw: st.DrawFn) -> Contest:
    """Two to seven units, one entry each, marked by three judges on two coarse criteria; perhaps a prior part."""
    units = [f"u{i}" for i in range(draw(st.integers(2, 7)))]
    divided = draw(st.booleans())
    prizes = draw(_prizes(divisions=divided))
    chain = draw(st.sampled_from(CHAINS))
    if prizes["boundary"] == "hort" and "draw" in chain:
        chain = []
    prior = "prior" in chain or draw(st.booleans())
    lines = [criterion(name, item(name, 2, 1, weight=1, role="score")) for name in ("a", "b")]
    panel: Table = draw(st.sampled_from([{"method": "mean"}, {"method": "mean", "minimum": 3}, {"method": "median"}]))
    scales: list[Table] = [
        {}, {"scale": "minmax"}, {"scale": "z"}, {"scale": "rank", "rank_points": [9, 5, 1]},
        {"scale": "bands", "bands": [{"least": 0, "points": 0}, {"least": 50, "points": 80}]},
    ]  # fmt: skip
    stages = draw(st.sampled_from([[], [{"after": "blend", "decimals": -1}], [{"after": "adjust", "decimals": 0}]]))
    on = ["exact", *(f"{stage['after']}@{stage['decimals']}" for stage in stages)]
    scheme = rule(
        marked(panel=panel, weight=2, **draw(st.sampled_from(scales))) | {"criteria": lines},
        *([known(weight=1)] if prior else []),
        divisions=named("d0", "d1") if divided else [],
        ties=chain,
        draw={"public": words("dice"), "secret": draw(st.booleans())},
        prizes=prizes,
        rounding=stages,
        total={
            "rank_on": draw(st.sampled_from(on)),
            "places": draw(st.sampled_from(["1224", "1334", "1223", "average"])),
            "decimals": draw(st.integers(0, 2)),
        },
        vetoes=[
            {"id": "out", "name": words("out"), "subject": "unit", "effect": "exclude"},
            {"id": "last", "name": words("last"), "subject": "unit", "effect": "rank_last"},
            {"id": "cap", "name": words("cap"), "subject": "unit", "effect": "cap_tier", "tier": "t1"},
            {"id": "unpaid", "name": words("unpaid"), "subject": "unit", "effect": "no_money"},
            {"id": "entry", "name": words("entry"), "subject": "entry", "effect": "exclude"},
        ],
        rulings=[{"id": "zero", "name": words("zero"), "score": 0}],
        adjustments=[
            {"id": "late", "name": words("late"), "kind": "deduction", "subject": "entry", "measure": "seconds",
             "points": "0.5", "limit": 60, "per": 30, "cap": 2},
            {"id": "extra", "name": words("extra"), "kind": "bonus", "subject": "unit", "measure": "cases",
             "points": 1},
        ],
    )  # fmt: skip
    mark = st.integers(0, 2)
    grid = {unit: {f"j{i}": [draw(mark), draw(mark)] for i in range(3)} for unit in units}
    away = [Absence(judge, entry=unit) for unit, judge in draw(_some(units)).items() if grid[unit].pop(judge, None)]
    base = contest(
        scheme,
        grid,
        priors={"ordinary": {unit: draw(st.sampled_from([70, 80])) for unit in units}} if prior else {},
        units={unit: draw(st.sampled_from(["d0", "d1"])) if divided else "" for unit in units},
        absences=away,
    )
    base = replace(
        base, roster=replace(base.roster, units=tuple(Unit(u.id, division=u.division) for u in base.roster.units))
    )
    return base.having(*draw(_decisions(units, chain, prizes)))


def _some(units: list[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(units), st.sampled_from(["j0", "j1"]), max_size=1)


@st.composite
def _decisions(draw: st.DrawFn, units: list[str], chain: list[str], prizes: Table) -> list[Decision]:
    some: Any = st.lists(st.sampled_from(units), unique=True, max_size=2)
    found = [
        Decision("veto", unit, draw(st.sampled_from(["out", "last", "cap", "unpaid", "entry"]))) for unit in draw(some)
    ]
    found += [Decision("ruling", unit, "zero") for unit in draw(some)[:1]]
    found += [Decision("deduction", unit, "late", str(draw(st.integers(50, 300)))) for unit in draw(some)]
    found += [Decision("bonus", unit, "extra", str(draw(st.integers(0, 3)))) for unit in draw(some)]
    found += [Decision("accept", unit) for unit in draw(some)[:1]]
    if draw(st.booleans()):
        found += [Decision("submission", unit, value=f"2022-07-0{1 + i % 2} 14:05") for i, unit in enumerate(units)]
    if "decision" in chain and draw(st.booleans()):
        order = draw(st.permutations(units))
        found += [Decision("tie", unit, value=str(place)) for place, unit in enumerate(order, 1)]
    if draw(st.booleans()):
        found += [
            Decision("commit", value=commitment("s")),
            Decision("public", value="6"),
            Decision("secret", value="s"),
        ]
    if prizes["boundary"] in ("decision", "pool_if_money") and draw(st.booleans()):
        found += [
            Decision("award", unit, draw(st.sampled_from(["", "t0", "t1"])), draw(st.sampled_from(["", "3"])))
            for unit in units
        ]
    if draw(st.booleans()):
        found.append(Decision("overrun", value="1000"))
    return found
