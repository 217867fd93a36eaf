"""What a sheet counts with where that hangs on other sheets. Source: docs/scoring.md, "Severity" and "Scales"."""

from collections.abc import Mapping
from math import lcm

from scoring.verify.elimination import solved
from scoring.verify.given import Given, once
from scoring.verify.numbers import ZERO, F, NotRecomputed, mean, standard
from scoring.verify.sheets import counted, sheet_score

Votes = dict[tuple[str, str], F]  # (judge, entry) -> what the sheet counts with


@once
def own_sheets(given: Given, component: str) -> dict[str, dict[str, F]]:
    """Each judge's counted sheets in one component, as far as they are whole: judge -> entry -> score."""
    found: dict[str, dict[str, F]] = {judge: {} for judge in given.judges}
    for entry, row in given.entries.items():
        for judge in counted(given, entry) if row["component"] == component else []:
            if None not in given.marks[judge, entry]:
                found[judge][entry] = sheet_score(given, judge, entry)
    return {judge: row for judge, row in found.items() if row}


@once
def counts_with(given: Given, component: str) -> Votes | None:
    """What every sheet of a component counts with; None where its judges cannot be compared."""
    counts, sheets = given.part(component)["panel"]["counts"], own_sheets(given, component)
    if counts in ("score", "place"):
        return {(judge, entry): value for judge, row in sheets.items() for entry, value in row.items()}
    if counts == "less_severity":
        off = severity(given, component)
        if off is None:
            return None
        return {(judge, entry): value - off[judge] for judge, row in sheets.items() for entry, value in row.items()}
    if counts == "band":
        bands = given.part(component)["panel"]["bands"]
        worth = {
            (judge, entry): [F(band["points"]) for band in bands if value >= F(band["least"])]
            for judge, row in sheets.items() for entry, value in row.items()
        }  # fmt: skip
        return {sheet: reached[0] if reached else ZERO for sheet, reached in worth.items()}
    if not even(given, component) and not given.decided("uneven", component):
        return None
    return {
        (judge, entry): value for judge in sheets for entry, value in rescaled(given, component, judge, counts).items()
    }


def linked(sheets: Mapping[str, Mapping[str, F]]) -> list[list[str]]:
    """The judges in groups that are linked by entries in common; one group where all are."""
    groups: list[tuple[list[str], set[str]]] = []
    for judge, row in sheets.items():
        beside = [group for group in groups if group[1] & row.keys()]
        judges = [one for group in beside for one in group[0]]
        groups = [group for group in groups if group not in beside]
        groups.append(([*judges, judge], set(row).union(*(group[1] for group in beside))))
    order = list(sheets)
    return sorted((sorted(judges, key=order.index) for judges, _ in groups), key=lambda group: order.index(group[0]))


def even(given: Given, component: str) -> bool:
    """Whether all who marked anything marked the same entries."""
    return len({frozenset(row) for row in own_sheets(given, component).values()}) <= 1


def rescaled(given: Given, component: str, judge: str, scale: str) -> dict[str, F]:
    """One judge's sheets on his own scale: entry -> value."""
    part, row = given.part(component), own_sheets(given, component)[judge]
    values = list(row.values())
    if scale == "order":
        return {e: F(sum(v > o for o in values)) + F(sum(v == o for o in values) - 1, 2) for e, v in row.items()}
    if scale == "minmax":
        low, high, full = min(values), max(values), F(part["full"])
        return {e: full * ((v - low) / (high - low) if high > low else F(1, 2)) for e, v in row.items()}
    if scale != "z":
        raise NotRecomputed("panel.counts", scale)
    average = mean(values)
    variance = mean([(v - average) ** 2 for v in values])
    centre, spread = F(part["z_mean"]), F(part["z_spread"])
    return {e: centre + spread * standard(v, average, variance) for e, v in row.items()}


@once
def duels_won(given: Given, component: str) -> dict[str, F]:
    """For each entry with a sheet, the others it beats with more of the judges who marked both; half for a draw."""
    sheets = own_sheets(given, component).values()
    entries = dict.fromkeys(entry for row in sheets for entry in row)
    won = dict.fromkeys(entries, ZERO)
    for one in entries:
        for other in entries:
            above = sum(row[one] > row[other] for row in sheets if one in row and other in row)
            below = sum(row[one] < row[other] for row in sheets if one in row and other in row)
            if one != other:
                won[one] += F(1, 2) if above == below else F(above > below)
    return won


@once
def severity(given: Given, component: str) -> dict[str, F] | None:
    """What each judge gives above the others, by least squares; None if it is not determined.

    With the worth of every entry put in as the mean of what is left of its sheets, one equation per judge remains: what
    he gives above the means of his entries is his severity less those of the panels he sat on. In whole numbers: all
    marks times ``grain``, all equations times ``scale``. They add up to 0 = 0; the last gives way to: the sum is 0.
    """
    sheets = own_sheets(given, component)
    panels: dict[str, list[str]] = {}
    for judge, row in sheets.items():
        for entry in row:
            panels.setdefault(entry, []).append(judge)
    scale = lcm(*map(len, panels.values()))
    grain = lcm(*(value.denominator for row in sheets.values() for value in row.values()))
    ticks = {
        judge: {e: v.numerator * (grain // v.denominator) for e, v in row.items()} for judge, row in sheets.items()
    }
    sums = {entry: sum(ticks[judge][entry] for judge in panel) for entry, panel in panels.items()}
    equations = []
    for judge, marks in ticks.items():
        off = dict.fromkeys(sheets, 0)
        for entry in marks:
            for beside in panels[entry]:
                off[beside] -= scale // len(panels[entry])
        off[judge] += scale * len(marks)
        above = sum(value * scale - sums[e] * (scale // len(panels[e])) for e, value in marks.items())
        equations.append([*off.values(), above])
    equations[-1:] = [[1] * len(sheets) + [0]] if sheets else []
    found = solved(equations)
    if found is None:
        return None
    return {judge: given.stage("severity", F(s, grain), component) for judge, s in zip(sheets, found, strict=True)}
