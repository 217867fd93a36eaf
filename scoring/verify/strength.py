"""Bradley-Terry: the strengths under which the wins are most likely. Source: docs/scoring.md, "Scales".

All strengths at once by Newton's method on their logarithms, each step shortened so that it cannot lead away; the nine
decimals are given only where a bound of the distance to the true ones proves them.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from scoring.verify.compare import own_sheets
from scoring.verify.given import Given, once
from scoring.verify.numbers import ZERO, F

Wins = dict[str, dict[str, F]]  # one -> the other -> how often it was put above, half for level
Decimals = list[Decimal]

_NINE = Decimal("1e-9")
_DIGITS = 40  # at first; twice as many as often as the nine decimals are not proven
_STEPS = 100  # so many before more digits are taken


@once
def wins_of(given: Given, component: str) -> Wins:
    """How often each entry was put above each other one, with the wins that the scheme grants."""
    sheets = own_sheets(given, component)
    entries = dict.fromkeys(entry for row in sheets.values() for entry in row)
    granted = F(given.part(component)["panel"]["pseudo_wins"] or 0)
    wins: Wins = {one: dict.fromkeys((other for other in entries if other != one), granted) for one in entries}
    for row in sheets.values():
        for one, value in row.items():
            for other in row.keys() - {one}:
                wins[one][other] += F(1, 2) if value == row[other] else F(value > row[other])
    return wins


@once
def strengths(given: Given, component: str) -> dict[str, F]:
    """The logarithm of every entry's strength, their mean being 0, to nine decimals; nothing where one has no bound."""
    wins = wins_of(given, component)
    names = list(wins)
    if not bounded(wins):
        return {}
    table = [[ZERO if one == other else wins[one][other] for other in names] for one in names]
    return dict(zip(names, most_likely(table), strict=True))


def bounded(wins: Wins) -> bool:
    """Whether everybody beat everybody, directly or by way of others: else somebody's strength has no bound."""
    return len(unbeaten(wins)) <= 1


def unbeaten(wins: Wins) -> list[list[str]]:
    """Those who beat each other, directly or by way of others, in groups; who beat the most comes first."""
    beat = {one: _beaten(wins, one) for one in wins}
    groups: list[list[str]] = []
    for one in wins:
        group = [other for other in wins if other in beat[one] and one in beat[other]]
        if group not in groups:
            groups.append(group)
    return sorted(groups, key=lambda group: -len(beat[group[0]]))


def _beaten(wins: Wins, start: str) -> set[str]:
    """All whom somebody beat, and himself."""
    found, waiting = {start}, [start]
    while waiting:
        new = {other for other, won in wins[waiting.pop()].items() if won} - found
        found |= new
        waiting += new
    return found


def most_likely(wins: Sequence[Sequence[F]]) -> list[F]:
    """The logarithms of the strengths; ``wins[i][j]``: how often i beat j. Everybody must be bounded."""
    size, digits = len(wins), _DIGITS
    logs = [Decimal(0)] * size
    while True:
        with localcontext(prec=digits):
            table = [[Decimal(won.numerator) / won.denominator for won in row] for row in wins]
            logs = _climbed(table, logs, Decimal(10) ** (-digits // 2))
            margin = 2 * _distance(*_slope(table, logs), table, Decimal(10) ** (4 - digits))
            mean = sum(logs, Decimal(0)) / max(1, size)
            if margin < _NINE:
                below, above = ([_nine(log - mean + side) for log in logs] for side in (-margin, margin))
                if below == above:
                    return [F(value) for value in below]
        digits *= 2


def _nine(value: Decimal) -> Decimal:
    return value.quantize(_NINE, ROUND_HALF_EVEN)


def _climbed(wins: list[Decimals], logs: Decimals, small: Decimal) -> Decimals:
    """Newton's steps up to one over less than ``small``; the next would be below what the decimals show."""
    for _ in range(_STEPS):
        step = _solved(*_slope(wins, logs))
        # A step over a distance d is taken ln(1 + d) / d of the way: so the likelihood never falls.
        length = max(step, default=Decimal(0)) - min(step, default=Decimal(0))
        part = (1 + length).ln() / length if length else Decimal(1)
        logs = [log + part * one for log, one in zip(logs, step, strict=True)]
        if length < small:
            break
    return logs


def _slope(wins: list[Decimals], logs: Decimals) -> tuple[Decimals, dict[tuple[int, int], Decimal]]:
    """What everybody won above what his strength foretells; and how much that bends between any two who met."""
    slope = [Decimal(0)] * len(logs)
    pairs: dict[tuple[int, int], Decimal] = {}
    for one in range(len(logs)):
        for other in range(one):
            met = wins[one][other] + wins[other][one]
            if met:
                chance = 1 / (1 + (logs[other] - logs[one]).exp())
                above = wins[one][other] - met * chance
                slope[one] += above
                slope[other] -= above
                pairs[one, other] = met * chance * (1 - chance)
    return slope, pairs


def _distance(slope: Decimals, pairs: dict[tuple[int, int], Decimal], wins: list[Decimals], last: Decimal) -> Decimal:
    """A bound of how far any logarithm can lie from the true one; ``last``: more than what one number was rounded by.

    On the straight way to the true ones, of length t between the two that differ most, the slope falls to 0. At its
    begin it is at most half the sum of all slopes. It falls at least by the least bend over n - 1, since the two are
    joined by at most n - 1 pairs who met, and a bend flattens at most by e to the -t: so 1 - e^-t is at most
    q = slopes x (n - 1) / (2 x bend), and t at most 2 q while q is at most 1/2.
    """
    if not pairs:
        return Decimal(0)
    slopes = sum(map(abs, slope), Decimal(0)) + len(pairs) * last * sum(map(sum, wins), Decimal(1))
    q = slopes * (len(slope) - 1) / (2 * min(pairs.values()))
    return 2 * q if 2 * q <= 1 else Decimal("Infinity")


def _solved(slope: Decimals, pairs: dict[tuple[int, int], Decimal]) -> Decimals:
    """The step at whose end the slope would be nothing if the bends stayed; the last one is held where it is."""
    size = max(0, len(slope) - 1)
    rows = [[Decimal(0)] * size + [slope[i]] for i in range(size)]
    for (one, other), bend in pairs.items():
        for i, j in ((one, other), (other, one)):
            if i < size:
                rows[i][i] += bend
                if j < size:
                    rows[i][j] -= bend
    for i in range(size):
        top = rows[i]
        for below in range(i + 1, size):
            factor = rows[below][i] / top[i]
            if factor:
                row = rows[below]
                for k in range(i, size + 1):
                    row[k] -= factor * top[k]
    step = [Decimal(0)] * len(slope)
    for i in reversed(range(size)):
        known = sum((rows[i][k] * step[k] for k in range(i + 1, size)), Decimal(0))
        step[i] = (rows[i][size] - known) / rows[i][i]
    return step
