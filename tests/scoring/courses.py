"""Random contests in rounds, marked round after round: what is carried, cuts, reserves, who withdrew or was let on."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from scoring.roster import Decision, Entry, Judge, Prior, Roster, Unit
from scoring.scheme import Scheme
from tests.scoring.contests import Contest, Table, known, marked, named, rule, sheet, tier, words

PARTS = {"r1": ["m1"], "r2": ["m2", "talk"], "r3": ["m3"]}
CHAINS: list[list[str]] = [
    [],
    ["component:m1", "decision"],
    ["round:r2", "round:r1"],
    ["prior", "component:m3", "median"],
    ["fewer_deductions", "lower_spread", "head_to_head"],
    ["criterion:talk.all", "firsts_then_seconds", "judge:j0", "majority_gauge"],
]
SENT = ["2021-07-19 20:00", "2021-07-19T20:01:30", "2021-07-21 08:00", "2021-07-25 08:00", ""]
DEADLINES: Table = {"method": "sum", "best": 2, "deadlines": ["2021-07-19 20:01:30", "2021-07-22 20:00"]}
STYLES = ["1224", "1334", "1223", "average"]
USES: list[Table] = [{}, {"uses": "exact"}, {"excluded": "score"}]
BY_ROUND: Table = {"subject": "unit", "measure": "points", "cap": 2}


@st.composite
def advances(draw: st.DrawFn) -> Table | None:
    by = draw(st.sampled_from(["all", "division", "each_division", "each_group"]))
    how: Table = {"ties": draw(st.sampled_from(["all_advance", "chain", "decision"]))}
    quota = draw(st.sampled_from([None, 1, 2, 3, 4]))
    if draw(st.booleans()) or quota is None:
        how["minimum"] = draw(st.integers(0, 3))
    if quota is not None:
        how |= {"quota": quota, "quota_by": by, "reserves": draw(st.integers(0, 2))}
        how["best_others"] = draw(st.integers(0, 2)) if by != "all" else 0
    return draw(st.sampled_from([how, how, how, None]))


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    carries: list[list[Table]] = [
        [{}, {}, {}],
        [{}, {"carry": "sum"}, {"carry": "sum"}],
        [{}, {"carry": "sum"}, {"carry": "best", "best": 2}],
        [{}, {}, {"carry": "sum"}],
        [{"weight": 2}, {"weight": 3, "carry": "weighted"}, {"weight": 5, "carry": "weighted"}],
    ]
    cuts = [draw(advances()), draw(advances()), None]
    rounds: list[Table] = [
        {"id": name, "name": words(name), "components": [*parts, *(["ordinary"] if name == "r2" else [])], **carry}
        | ({"advance": how} if how else {})
        for (name, parts), how, carry in zip(PARTS.items(), cuts, draw(st.sampled_from(carries)), strict=True)
    ]
    stages = [{"after": "blend", "decimals": 1}, {"after": "adjust", "decimals": 1}, {"after": "round", "decimals": 0}]
    rounding = draw(st.sampled_from([[], stages]))
    on = ["exact", *(f"{one['after']}@{one['decimals']}" for one in rounding)]
    off = [
        {"id": f"{kind}-{name}", "name": words(name), "kind": kind, "round": name, **BY_ROUND}
        for name in PARTS for kind in ("deduction", "bonus")
    ]  # fmt: skip
    low = {"minimum": 2} if draw(st.booleans()) else {}
    prizes: Table = {
        "tiers": [tier("first", 1, 300, **low), tier("second", 2, 100), tier("third", yuan=10)],
        "boundary": draw(st.sampled_from(["pool", "extend_up", "push_down", "decision"])),
        "quota_by": draw(st.sampled_from(["all", "division"])),
    }
    prizes |= draw(st.sampled_from([{}, {"round": "r2"}, {"round": "r3"}]))
    vetoes = [("out", "unit", "exclude"), ("last", "unit", "rank_last"), ("void", "entry", "exclude")]
    return rule(
        *(marked(name, **({"unit": DEADLINES} if name == "m1" and draw(st.booleans()) else {}))
          for parts in PARTS.values() for name in parts),
        known(missing=draw(st.sampled_from(["renormalise", "zero", "decision"]))),
        rounds=rounds,
        rounding=rounding,
        adjustments=off,
        divisions=named("d0", "d1"),
        ties=draw(st.sampled_from(CHAINS)),
        prizes=prizes,
        vetoes=[{"id": n, "name": words(n), "subject": s, "effect": e} for n, s, e in vetoes],
        total={"rank_on": draw(st.sampled_from(on)), "places": draw(st.sampled_from(STYLES))},
        carry_out=[
            {"id": "season", "name": words("season"), "weight": 15, "decimals": 1, **draw(st.sampled_from(USES))},
            {"id": "part", "name": words("part"), "component": "m1"},
        ],
    )  # fmt: skip


@st.composite
def courses(draw: st.DrawFn) -> Contest:
    """Two to seven units in two divisions and groups, two judges; only who came to a round is marked in it."""
    scheme = draw(schemes())
    units = [f"u{i}" for i in range(draw(st.integers(2, 7)))]
    group = {(unit, name): f"g{draw(st.integers(0, 1))}" for unit in units for name in PARTS}
    entries = [
        Entry(f"{unit}-{part}{n}", unit, part, group=group[unit, name], submitted=draw(st.sampled_from(SENT)))
        for unit in units
        for name, parts in PARTS.items()
        for part in parts
        for n in range(draw(st.integers(1, 3)) if part == "m1" else 1)
    ]
    roster = Roster(
        tuple(Unit(unit, division=draw(st.sampled_from(["d0", "d1"]))) for unit in units),
        tuple(entries),
        (Judge("j0"), Judge("j1")),
    )
    cuts = [one.id for one in scheme.rounds if one.advance]
    decisions = draw(_decisions(units, [entry.id for entry in entries], cuts))
    values = st.integers(0, 4)
    priors = tuple(Prior(unit, "ordinary", Fraction(draw(values))) for unit in units if draw(values))
    contest = Contest(scheme, roster, (), priors, tuple(decisions))
    last = draw(st.integers(1, 3))
    for number, name in enumerate(list(PARTS)[:last]):
        came = {unit.unit.id for unit in contest.result().units if unit.round == name or number == 0}
        left = {d.subject for d in decisions if d.kind == "withdrawal" and d.rule in list(PARTS)[: number + 1]}
        more = [
            sheet(scheme, judge.id, entry, draw(st.integers(0, 4)))
            for entry in entries
            for judge in roster.judges
            if entry.component in PARTS[name] and entry.unit in came - left and draw(st.integers(0, 19))
        ]
        contest = replace(contest, sheets=(*contest.sheets, *more))
    return contest


@st.composite
def _decisions(draw: st.DrawFn, units: list[str], entries: list[str], cuts: list[str]) -> list[Decision]:
    some = st.lists(st.sampled_from(units), unique=True, max_size=2)
    names = st.sampled_from(list(PARTS))
    leaving = st.lists(st.sampled_from(units), unique=True, max_size=3)
    found = [Decision("withdrawal", unit, draw(st.sampled_from(["r2", "r2", "r3", "r1"]))) for unit in draw(leaving)]
    found += [Decision("advance", unit, draw(st.sampled_from(["r2", "r3"]))) for unit in draw(some)[:1]]
    found += [Decision("veto", unit, draw(st.sampled_from(["out", "last"]))) for unit in draw(some)]
    found += [Decision("veto", entry, "void") for entry in draw(st.lists(st.sampled_from(entries), max_size=1))]
    for kind in ("deduction", "bonus"):
        found += [Decision(kind, unit, f"{kind}-{draw(names)}", str(draw(st.integers(0, 3)))) for unit in draw(some)]
    for name in cuts:
        if draw(st.booleans()):
            order = draw(st.permutations(units))
            found += [Decision("cut", unit, name, str(place)) for place, unit in enumerate(order, 1)]
    return found
