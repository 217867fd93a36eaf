"""Random contests in rounds, marked round after round: what is carried, cuts, reserves, who withdrew or was let on."""

from dataclasses import replace
from fractions import Fraction

from scoring.roster import Decision, Entry, Judge, Prior, Roster, Unit
from scoring.scheme import Scheme
from tests.scoring.chances import Chance, drawn
from tests.scoring.contests import Contest, Table, known, marked, named, rule_at_once, sheet, tier, words

PARTS = {"r1": ["m1"], "r2": ["m2", "talk"], "r3": ["m3"]}
CHAINS: list[list[str]] = [
    [],
    ["component:m1", "decision"],
    ["round:r2", "entry:m3.1", "entry:m1.2", "round:r1"],
    ["prior", "component:m3", "median"],
    ["fewer_deductions", "lower_spread", "head_to_head"],
    ["criterion:talk.all", "firsts_then_seconds", "judge:j0", "majority_gauge"],
]
SENT = ["2021-07-19 20:00", "2021-07-19T20:01:30", "2021-07-21 08:00", "2021-07-25 08:00", ""]
DEADLINES: Table = {"method": "sum", "best": 2, "deadlines": ["2021-07-19 20:01:30", "2021-07-22 20:00"]}
STYLES = ["1224", "1334", "1223", "average"]
USES: list[Table] = [{}, {"uses": "exact"}, {"excluded": "score"}]
BY_ROUND: Table = {"subject": "unit", "measure": "points", "cap": 2}


def advances(chance: Chance) -> Table | None:
    by = chance.pick(["all", "division", "each_division", "each_group"])
    how: Table = {"ties": chance.pick(["all_advance", "chain", "decision"])}
    quota = chance.pick([None, 1, 2, 3, 4])
    if chance.coin() or quota is None:
        how["minimum"] = chance.number(0, 3)
    if quota is not None:
        how |= {"quota": quota, "quota_by": by, "reserves": chance.number(0, 2)}
        how["best_others"] = chance.number(0, 2) if by != "all" else 0
    return chance.pick([how, how, how, None])


def schemes(chance: Chance) -> Scheme:
    carries: list[list[Table]] = [
        [{}, {}, {}],
        [{}, {"carry": "sum"}, {"carry": "sum"}],
        [{}, {"carry": "sum"}, {"carry": "best", "best": 2}],
        [{}, {}, {"carry": "sum"}],
        [{"weight": 2}, {"weight": 3, "carry": "weighted"}, {"weight": 5, "carry": "weighted"}],
    ]
    cuts = [advances(chance), advances(chance), None]
    rounds: list[Table] = [
        {"id": name, "name": words(name), "components": [*parts, *(["ordinary"] if name == "r2" else [])], **carry}
        | ({"advance": how} if how else {})
        for (name, parts), how, carry in zip(PARTS.items(), cuts, chance.pick(carries), strict=True)
    ]
    stages = [{"after": "blend", "decimals": 1}, {"after": "adjust", "decimals": 1}, {"after": "round", "decimals": 0}]
    rounding = chance.pick([[], stages])
    on = ["exact", *(f"{one['after']}@{one['decimals']}" for one in rounding)]
    off = [
        {"id": f"{kind}-{name}", "name": words(name), "kind": kind, "round": name, **BY_ROUND}
        for name in PARTS for kind in ("deduction", "bonus")
    ]  # fmt: skip
    low = {"minimum": 2} if chance.coin() else {}
    prizes: Table = {
        "tiers": [tier("first", 1, 300, **low), tier("second", 2, 100), tier("third", yuan=10)],
        "boundary": chance.pick(["pool", "extend_up", "push_down", "decision"]),
        "quota_by": chance.pick(["all", "division"]),
    }
    prizes |= chance.pick([{}, {"round": "r2"}, {"round": "r3"}])
    vetoes = [("out", "unit", "exclude"), ("last", "unit", "rank_last"), ("void", "entry", "exclude")]
    return rule_at_once(
        *(marked(name, **({"unit": DEADLINES} if name == "m1" and chance.coin() else {}))
          for parts in PARTS.values() for name in parts),
        known(missing=chance.pick(["renormalise", "zero", "decision"])),
        rounds=rounds,
        rounding=rounding,
        adjustments=off,
        divisions=named("d0", "d1"),
        ties=chance.pick(CHAINS),
        prizes=prizes,
        vetoes=[{"id": n, "name": words(n), "subject": s, "effect": e} for n, s, e in vetoes],
        total={"rank_on": chance.pick(on), "places": chance.pick(STYLES)},
        carry_out=[
            {"id": "season", "name": words("season"), "weight": 15, "decimals": 1, **chance.pick(USES)},
            {"id": "part", "name": words("part"), "component": "m1"},
        ],
    )  # fmt: skip


@drawn
def courses(chance: Chance) -> Contest:
    """Two to seven units in two divisions and groups, two judges; only who came to a round is marked in it."""
    scheme = schemes(chance)
    units = [f"u{i}" for i in range(chance.few(2, 7))]
    group = {(unit, name): f"g{chance.number(0, 1)}" for unit in units for name in PARTS}
    entries = [
        Entry(f"{unit}-{part}{n}", unit, part, group=group[unit, name], submitted=chance.pick(SENT))
        for unit in units
        for name, parts in PARTS.items()
        for part in parts
        for n in range(chance.few(1, 3) if part == "m1" else 1)
    ]
    roster = Roster(
        tuple(Unit(unit, division=chance.pick(["d0", "d1"])) for unit in units),
        tuple(entries),
        (Judge("j0"), Judge("j1")),
    )
    cuts = [one.id for one in scheme.rounds if one.advance]
    decisions = _decisions(chance, units, [entry.id for entry in entries], cuts)
    priors = tuple(Prior(unit, "ordinary", Fraction(chance.number(0, 4))) for unit in units if chance.number(0, 4))
    contest = Contest(scheme, roster, (), priors, tuple(decisions))
    last = chance.number(1, 3)
    for number, name in enumerate(list(PARTS)[:last]):
        came = {unit.unit.id for unit in contest.result().units if unit.round == name or number == 0}
        left = {d.subject for d in decisions if d.kind == "withdrawal" and d.rule in list(PARTS)[: number + 1]}
        more = [
            sheet(scheme, judge.id, entry, chance.number(0, 4))
            for entry in entries
            for judge in roster.judges
            if entry.component in PARTS[name] and entry.unit in came - left and chance.number(0, 19)
        ]
        contest = replace(contest, sheets=(*contest.sheets, *more))
    return contest


def _decisions(chance: Chance, units: list[str], entries: list[str], cuts: list[str]) -> list[Decision]:
    found = [Decision("withdrawal", unit, chance.pick(["r2", "r2", "r3", "r1"])) for unit in chance.some(units, 3)]
    found += [Decision("advance", unit, chance.pick(["r2", "r3"])) for unit in chance.some(units, 2)[:1]]
    found += [Decision("veto", unit, chance.pick(["out", "last"])) for unit in chance.some(units, 2)]
    found += [Decision("veto", entry, "void") for entry in chance.some(entries, 1)]
    for kind in ("deduction", "bonus"):
        found += [
            Decision(kind, unit, f"{kind}-{chance.pick(list(PARTS))}", str(chance.number(0, 3)))
            for unit in chance.some(units, 2)
        ]
    for name in cuts:
        if chance.coin():
            order = chance.order(units)
            found += [Decision("cut", unit, name, str(place)) for place, unit in enumerate(order, 1)]
    return found
