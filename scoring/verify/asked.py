"""What a scheme asks of each judge: no equal totals, so many sheets in a band. Source: docs/scoring.md, "Judges"."""

from collections.abc import Iterator

from scoring.verify.compare import own_sheets
from scoring.verify.given import Given
from scoring.verify.numbers import F, Table, printed, written

Told = tuple[str, dict[str, str | int]]


def wanted_of_judges(given: Given, part: Table) -> Iterator[Told]:
    """What judges have still to change."""
    how, name = part["panel"], part["id"]
    for judge, row in own_sheets(given, name).items():
        where: dict[str, str | int] = {"judge": judge, "component": name}
        for group in _groups(given, row, how["distinct"]) if how["distinct"] else []:
            for total in dict.fromkeys(group.values()):
                level = [entry for entry, value in group.items() if value == total]
                if len(level) > 1:
                    yield "judge.equal", where | {"entries": ", ".join(level), "total": written(total)}
        for group in _groups(given, row, how["quota_within"]) if how["bands"] else []:
            for band in how["bands"]:
                yield from ((code, where | params) for code, params in _in_band(how["bands"], band, group))


def _groups(given: Given, row: dict[str, F], within: str) -> list[dict[str, F]]:
    """A judge's sheets all together, or division by division."""
    if within != "division":
        return [row]
    division = {entry: given.units[given.entries[entry]["unit"]]["division"] for entry in row}
    return [
        {entry: value for entry, value in row.items() if division[entry] == one}
        for one in dict.fromkeys(division.values())
    ]


def _in_band(bands: list[Table], band: Table, group: dict[str, F]) -> Iterator[Told]:
    """A band, best first, with too many or too few sheets."""
    own = [
        entry for entry, value in group.items()
        if band == next((one for one in bands if value >= F(one["least"])), None)
    ]  # fmt: skip
    size = len(group)
    told: dict[str, str | int] = {
        "band": band["id"], "number": len(own), "sheets": size, "entries": ", ".join(own) or "-",
    }  # fmt: skip
    limits = {}
    for key in ("at_most", "at_least"):
        number, share = band.get(key), band.get(f"{key}_share")
        limits[key] = [F(number)] if number is not None else []
        limits[key] += [F(share) * size] if share is not None else []
    if limits["at_most"] and len(own) > min(limits["at_most"]):
        yield "judge.band_above", told | {"limit": printed(min(limits["at_most"]), 0, "floor")}
    if limits["at_least"] and len(own) < max(limits["at_least"]):
        yield "judge.band_below", told | {"limit": printed(max(limits["at_least"]), 0, "ceil")}
