"""Random ledgers, calculated twice."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from scoring.bundle import compose
from scoring.roster import Record, Roster, Unit
from scoring.verify import verify
from scoring.verify.working import again
from scoring.working import Node
from tests.scoring.chances import Chance, drawn
from tests.scoring.contests import Contest, Table, scores, words
from tests.scoring.ledgers import DOUBLE, LEVELS, STATES, STEPS, idle, level, result, scheme, section

F = Fraction
D = Decimal


def rules(chance: Chance, name: str, before: list[str]) -> Table:
    points_ = chance.pick([D("-0.5"), -2, 1, 3, D("0.3")])
    cap = {"cap": chance.number(1, 6)} if chance.coin() else {}
    project_cap = {"project_cap": chance.number(1, 4)} if chance.coin() else {}
    factors = {"factors": DOUBLE} if chance.coin() else {}
    shape: Table = chance.pick(
        [
            {"shape": "fixed", "points": points_, **factors},
            {"shape": "cases", "points": points_, **cap, **project_cap, **factors},
            {"shape": "missing", "points": points_, "due": 3, **cap},
            {
                "shape": "below_target",
                "points": points_,
                "target": 70,
                "per": 5,
                "count": chance.pick(["full", "begun"]),
                **cap,
            },
            {"shape": "range", "least": -2, "most": 3, **cap, **project_cap, **factors},
            {"shape": "level", "levels": LEVELS, **cap},
            {"shape": "level", "levels": [level("near", -1), level("far", least=-9, most=-3)], **cap},
            {"shape": "grade", "levels": [level("good", 2), level("fail", least=-2, most=-1)]},
            {"shape": "steps", "steps": STEPS},
            {"shape": "state", "points": points_, "states": STATES},
            {"shape": "all_or_nothing", "points": points_, "target": 40},
            {"shape": "share", "points": points_, "target": 7},
            {"shape": "share", "points": points_},
            {"shape": "rank", "rank_points": [9, 4, 1]},
            {"shape": "committee", "least": -2, "most": 3},
            {"shape": "forfeit"},
            {"shape": "veto"},
            *([{"shape": "extra", "points": points_}] if before else []),
        ]
    )
    shape = {"id": name, "name": words(name), **shape}
    if before and (shape["shape"] == "extra" or chance.once_in(5)):
        shape |= {"when": chance.pick(before), "reached": chance.pick([-1, 0, 2])}
    if shape["shape"] in ("extra", "forfeit", "veto"):
        return shape
    return shape | ({"required": False} if chance.number(0, 9) else {})


def value_for(chance: Chance, of: Table, name: str) -> Fraction | None:
    found: Table = next((one for one in of.get("levels", []) if one["id"] == name), {})
    if "least" in found or of["shape"] in ("range", "committee"):
        bounds = found if "least" in found else of
        return F(chance.number(2 * bounds["least"], 2 * bounds["most"]), 2)
    match of["shape"]:
        case "cases" | "missing" | "share":
            return F(chance.number(0, 4)) if chance.coin() else None
        case "below_target" | "steps" | "all_or_nothing":
            return F(chance.number(0, 200), 2)
        case "rank":
            return F(chance.number(1, 5))
        case "state" if not name:
            return F(chance.number(0, 5))
    return None


Drawn = tuple[list[Table], list[Record]]


@drawn
def ledgers(chance: Chance) -> Drawn:
    """Up to three sections with their rules, and records of two units."""
    sections: list[Table] = []
    names: list[str] = []
    for number in range(chance.few(1, 3)):
        own = []
        for place in range(chance.few(1, 4)):
            own.append(rules(chance, f"s{number}r{place}", list(names)))
            names.append(own[-1]["id"])
        sheet = section(*own, name=f"s{number}", start=chance.pick([0, 50]))
        if number:
            del sheet["full"]
            sheet |= {"start": 0} | chance.pick([{}, {"most": 4}, {"least": -3, "most": 9}])
        sections.append(sheet)
    records: list[Record] = []
    for of in (one for sheet in sections for one in sheet["rules"] if one["shape"] != "extra"):
        single = of["shape"] not in ("cases", "missing", "range", "level", "share", "forfeit", "veto")
        rare = of["shape"] in ("forfeit", "veto") and chance.number(0, 4)
        for unit in ("u", "v"):
            for _ in range(0 if rare else chance.few(0, 1 if single else 4)):
                ids = [one["id"] for key in ("levels", "states", "factors") for one in of.get(key, [])]
                name = chance.pick(ids if "levels" in of else [*ids, ""]) if ids else ""
                project, day = chance.pick(["", "p", "q"]), str(chance.number(1, 9))
                told = (value_for(chance, of, name), name, project, day, "paper")
                records.append(Record(f"r{len(records)}", unit, "ordinary", of["id"], *told))
    return sections, records


@given(ledgers())
def test_random_ledgers_come_out_as_the_second_calculation_says(ledger: Drawn) -> None:
    sections, records = ledger
    by, units = scheme(*sections), (Unit("u"), Unit("v"))
    found = result(by, *records, units=units)
    contest = Contest(by, Roster(units, (), ()), (), tuple(records))
    assert verify(compose(contest.inputs, None)).difference is None
    assert scores(result(by, *records[::-1], units=units)) == scores(found)
    without = [row for row in records if row.id not in idle(found)]
    bested = any(rule["shape"] == "share" and "target" not in rule for sheet in sections for rule in sheet["rules"])
    assert bested or scores(result(by, *without, units=units)) == scores(found)
    for unit in found.units:
        working = unit.components["ordinary"]
        if working:
            assert again(working, lambda leaf: leaf.value) == unit.score
            assert {leaf.ref for leaf in leaves(working) if leaf.op == "record"} <= {row.id for row in records}


def leaves(node: Node) -> list[Node]:
    return [leaf for arg in node.args for leaf in leaves(arg)] if node.args else [node]
