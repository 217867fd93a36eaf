"""What a sheet counts with where that hangs on other sheets. Source: docs/scoring.md, "Severity" and "Scales"."""

from scoring.verify.given import Given, once
from scoring.verify.numbers import ZERO, F, NotRecomputed, mean, standard
from scoring.verify.sheets import counted, sheet_score

Votes = dict[tuple[str, str], F]  # (judge, entry) -> what the sheet counts with


@once
def own_sheets(given: Given, component: str) -> dict[str, dict[str, F]]:
    """Each judge's counted sheets in one component: judge -> entry -> score."""
    found: dict[str, dict[str, F]] = {judge: {} for judge in given.judges}
    for entry, row in given.entries.items():
        for judge in counted(given, entry) if row["component"] == component else []:
            found[judge][entry] = sheet_score(given, judge, entry)
    return {judge: row for judge, row in found.items() if row}


@once
def counts_with(given: Given, component: str) -> Votes | None:
    """What every sheet of a component counts with; None where its judges cannot be compared."""
    counts, sheets = given.part(component)["panel"]["counts"], own_sheets(given, component)
    if counts == "score":
        return {(judge, entry): value for judge, row in sheets.items() for entry, value in row.items()}
    if counts == "less_severity":
        off = severity(given, component)
        if off is None:
            return None
        return {(judge, entry): value - off[judge] for judge, row in sheets.items() for entry, value in row.items()}
    if not even(given, component) and not given.decided("uneven", component):
        return None
    return {
        (judge, entry): value for judge in sheets for entry, value in rescaled(given, component, judge, counts).items()
    }


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
    """What each judge gives above the others: all unknowns at once, by elimination; None if it is not determined."""
    sheets = own_sheets(given, component)
    cells = {(judge, entry): value for judge, row in sheets.items() for entry, value in row.items()}
    names = [*(("judge", judge) for judge in sheets), *(("entry", e) for e in dict.fromkeys(e for _, e in cells))]
    place = {name: i for i, name in enumerate(names)}
    rows = [[ZERO] * (len(names) + 1) for _ in names]
    for (judge, entry), value in cells.items():
        ends = place["judge", judge], place["entry", entry]
        for one, other in (ends, ends[::-1]):
            rows[one][one] += 1
            rows[one][other] += 1
            rows[one][-1] += value
    rows.append([F(kind == "judge") for kind, _ in names] + [ZERO])
    for column in range(len(names)):
        found = next((i for i in range(column, len(rows)) if rows[i][column]), None)
        if found is None:
            return None
        rows[column], rows[found] = rows[found], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for i, row in enumerate(rows):
            if i != column and row[column]:
                rows[i] = [a - row[column] * b for a, b in zip(row, rows[column], strict=True)]
    return {judge: given.stage("severity", rows[place["judge", judge]][-1], component) for judge in sheets}
