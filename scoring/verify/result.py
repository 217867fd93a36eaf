"""The result as the second calculation finds it, in the rows of a bundle's sections."""

from scoring.verify.apart import excluded
from scoring.verify.carry import carried_rows
from scoring.verify.compare import severity
from scoring.verify.given import Given, once
from scoring.verify.numbers import F, NotRecomputed, Table, written
from scoring.verify.panel import entry_score
from scoring.verify.prizes import books
from scoring.verify.ranking import order, places, rank_value, rows, scores_printed
from scoring.verify.rounds import awaited, course, idle, last_total, provisional, standing_rows
from scoring.verify.sheets import who
from scoring.verify.unit import Total, excluded_entry, otherwise, unit_score


@once
def result_of(given: Given) -> Table:
    """The sections of the result, row by row; the ranking and what follows from it where totals alone decide."""
    found: Table = {
        "scores": [entry_row(given, entry) for entry in given.entries],
        "severities": [
            {"component": part["id"], "judge": judge, "value": written(value)}
            for part in given.rule["components"]
            if part["panel"] and part["panel"]["counts"] == "less_severity"
            for judge, value in (severity(given, part["id"]) or {}).items()
        ],
    }
    draw = given.rule["draw"]
    if draw and draw["method"] not in ("sha256", "rfc3797"):
        given.unknown.add(("draw.method", draw["method"]))
        return found
    if other := otherwise(given):
        given.unknown.add(other)
        return found
    try:
        found |= {"ranking": ranking_rows(given), "money": money(given)}
    except NotRecomputed as unknown:
        given.unknown.add((unknown.key, unknown.choice))
        return found
    if given.rule["rounds"]:
        found["standings"] = standing_rows(given)
    if given.rule["carry_out"]:
        found["carried"] = carried_rows(given)
    return found


def entry_row(given: Given, entry: str) -> Table:
    """One entry: its score, and what became of every judge's sheet."""
    return {
        "entry": entry,
        "score": _written(entry_score(given, entry, "rule")),
        **{name: judges for name, judges in who(given, entry).items() if judges or name != "abstained"},
        **({"missing": []} if idle(given, entry) else {}),
        "provisional": awaited(given, entry),
        "excluded": excluded_entry(given, entry),
    }


def ranking_rows(given: Given) -> list[Table]:
    """Every unit in the order of the ranking, those without a place after them in the order of the roster."""
    found, awards, prints = order(given), books(given).awards, scores_printed(given)
    placed = places(given)
    told = []
    rounds, went = given.rule["rounds"], course(given)
    for unit in [unit for group in rows(given) for unit in group]:
        whole, number = last_total(given, unit), went.reached[unit]
        place, shown, sharing = placed.get(unit, (None, "", 1))
        tiers, fen = awards.get(unit, (None, None))
        told.append(
            {
                "unit": unit,
                "components": {
                    part["id"]: _written(unit_score(given, unit, part["id"], "rule"))
                    for part in given.rule["components"]
                },
                "score": _written(whole.published if whole else None),
                "rank_value": _written(rank_value(given, unit) if whole else None),
                "shown": prints.get(unit, ""),
                "place": place,
                "place_shown": shown,
                "sharing": sharing,
                "tiers": tiers,
                "fen": fen,
                "provisional": provisional(given, unit),
                "excluded": excluded(given, unit),
                "round": rounds[number]["id"] if rounds and number >= 0 else "",
                "status": went.ends[number].became[unit] if rounds and number >= 0 else "withdrawn" if rounds else None,
                "withdrew": next((one["rule"] for _, one in given.decided("withdrawal", unit)), ""),
                "vetoes": [veto["id"] for veto in given.vetoes("unit", unit)],
                "comparisons": [
                    {"key": key, "values": None if said is None else {name: written(v) for name, v in said.items()}}
                    for key, said in found.compared.get(unit, [])
                ],
            }
        )
    return told


def money(given: Given) -> Table:
    """The books in fen."""
    found = books(given)
    return {"planned": found.planned, "paid": found.paid, "vacant": found.vacant, "overrun": found.overrun}


def stated(given: Given, sections: Table) -> None:
    """Note what the bundle says, for methods that are not known here; everything else is calculated."""
    for row in sections["scores"]:
        given.stated["entry_score", row["entry"], "rule"] = _read(row["score"])
    for row in sections["ranking"]:
        for component, value in row["components"].items():
            given.stated["unit_score", row["unit"], component, "rule"] = _read(value)
        given.stated["total", row["unit"], "rule"] = _whole(row)
        for one in row["comparisons"]:
            values = None if one["values"] is None else {unit: F(value) for unit, value in one["values"].items()}
            given.stated["said", one["key"], frozenset(one["values"] or ())] = values
    numbers = {one["id"]: number for number, one in enumerate(given.rule["rounds"])}
    for row in sections.get("standings", []):
        at_end = given.stated.setdefault(("through", numbers[row["round"]]), {})
        at_end["total", row["unit"], "rule"] = _whole(row)


def _whole(row: Table) -> Total | None:
    """What a row says of a total: what was published, and what ranks."""
    score, ranks = _read(row["score"]), _read(row["rank_value"])
    return None if score is None or ranks is None else Total(score, ranks, ranks, ranks)


def _written(value: F | None) -> str | None:
    return None if value is None else written(value)


def _read(value: str | None) -> F | None:
    return None if value is None else F(value)
