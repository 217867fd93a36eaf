"""Random small contests with many equal scores: chains, draws, tiers, boundaries, vetoes, divisions, ways to print."""

from dataclasses import replace

from scoring.draw import commitment
from scoring.roster import Absence, Decision, Unit
from tests.scoring.chances import Chance, drawn
from tests.scoring.contests import (
    Contest,
    Table,
    contest,
    criterion,
    item,
    known,
    marked,
    named,
    rule_at_once,
    tier,
    words,
)

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


def _prizes(chance: Chance, *, divisions: bool) -> Table:
    money = sorted((chance.number(0, 9) for _ in range(3)), reverse=True)
    sizes: list[Table] = [
        chance.pick([{"quota": 1}, {"quota": 2}, {"quota": 3}, {"share": "0.4"}, {}]) for _ in range(3)
    ]
    least: list[str | None] = chance.pick([[None] * 3, ["80", None, None], ["80", "50", "20"]])
    first = divisions and chance.coin()
    if first:
        sizes[0], least = {"quota": 2}, [None] * 3
    tiers = [
        tier(f"t{i}", yuan=yuan, **size, **_least(low))
        for i, (yuan, size, low) in enumerate(zip(money, sizes, least, strict=True))
    ]
    return {
        "tiers": tiers,
        "boundary": chance.pick(BOUNDARIES),
        "below_minimum": chance.pick(["vacant", "pass_down"]),
        "share_count": chance.pick(["floor", "half_up", "ceil"]),
        "first_of_each_division": first,
        "quota_by": "division" if divisions and not first and chance.coin() else "all",
    }


@drawn
def prized(chance: Chance) -> Contest:
    """Two to seven units, one entry each, marked by three judges on two coarse criteria; perhaps a prior part."""
    units = [f"u{i}" for i in range(chance.few(2, 7))]
    divided = chance.coin()
    prizes = _prizes(chance, divisions=divided)
    chain = chance.pick(CHAINS)
    if prizes["boundary"] == "hort" and "draw" in chain:
        chain = []
    prior = "prior" in chain or chance.coin()
    lines = [criterion(name, item(name, 2, 1, weight=1, role="score")) for name in ("a", "b")]
    panel: Table = chance.pick([{"method": "mean"}, {"method": "mean", "minimum": 3}, {"method": "median"}])
    scales: list[Table] = [
        {}, {"scale": "minmax"}, {"scale": "z"}, {"scale": "rank", "rank_points": [9, 5, 1]},
        {"scale": "bands", "bands": [{"least": 0, "points": 0}, {"least": 50, "points": 80}]},
    ]  # fmt: skip
    stages = chance.pick([[], [{"after": "blend", "decimals": -1}], [{"after": "adjust", "decimals": 0}]])
    on = ["exact", *(f"{stage['after']}@{stage['decimals']}" for stage in stages)]
    scheme = rule_at_once(
        marked(panel=panel, weight=2, **chance.pick(scales)) | {"criteria": lines},
        *([known(weight=1)] if prior else []),
        divisions=named("d0", "d1") if divided else [],
        ties=chain,
        draw={"public": words("dice"), "secret": chance.coin()},
        prizes=prizes,
        rounding=stages,
        total={
            "rank_on": chance.pick(on),
            "places": chance.pick(["1224", "1334", "1223", "average"]),
            "decimals": chance.number(0, 2),
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
    grid = {unit: {f"j{i}": [chance.number(0, 2), chance.number(0, 2)] for i in range(3)} for unit in units}
    away = [Absence(judge, entry=unit) for unit, judge in _away(chance, units) if grid[unit].pop(judge, None)]
    base = contest(
        scheme,
        grid,
        priors={"ordinary": {unit: chance.pick([70, 80]) for unit in units}} if prior else {},
        units={unit: chance.pick(["d0", "d1"]) if divided else "" for unit in units},
        absences=away,
    )
    base = replace(
        base, roster=replace(base.roster, units=tuple(Unit(u.id, division=u.division) for u in base.roster.units))
    )
    return base.having(*_decisions(chance, units, chain, prizes))


def _away(chance: Chance, units: list[str]) -> list[tuple[str, str]]:
    return [(unit, chance.pick(["j0", "j1"])) for unit in chance.some(units, 1)]


def _decisions(chance: Chance, units: list[str], chain: list[str], prizes: Table) -> list[Decision]:
    found = [
        Decision("veto", unit, chance.pick(["out", "last", "cap", "unpaid", "entry"])) for unit in chance.some(units, 2)
    ]
    found += [Decision("ruling", unit, "zero") for unit in chance.some(units, 2)[:1]]
    found += [Decision("deduction", unit, "late", str(chance.number(50, 300))) for unit in chance.some(units, 2)]
    found += [Decision("bonus", unit, "extra", str(chance.number(0, 3))) for unit in chance.some(units, 2)]
    found += [Decision("accept", unit) for unit in chance.some(units, 2)[:1]]
    if chance.coin():
        found += [Decision("submission", unit, value=f"2022-07-0{1 + i % 2} 14:05") for i, unit in enumerate(units)]
    if "decision" in chain and chance.coin():
        order = chance.order(units)
        found += [Decision("tie", unit, value=str(place)) for place, unit in enumerate(order, 1)]
    if chance.coin():
        found += [
            Decision("commit", value=commitment("s")),
            Decision("public", value="6"),
            Decision("secret", value="s"),
        ]
    if prizes["boundary"] in ("decision", "pool_if_money") and chance.coin():
        found += [Decision("award", unit, chance.pick(["", "t0", "t1"]), chance.pick(["", "3"])) for unit in units]
    if chance.coin():
        found.append(Decision("overrun", value="1000"))
    return found
