"""Bradley-Terry: the strengths under which the wins of some over others are most likely.

Source: docs/scoring.md, "Scales"; the iteration is Newman's (Journal of Machine Learning Research 24, 2023), the
condition that there is such a strength Ford's (1957). A strength is irrational, so its nine decimals are part of the
rule; they are proven before they are given, and hang on no machine and on no number of steps.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

Wins = Sequence[Sequence[int]]  # how often the one of the row beat the one of the column; only ratios count

_NINE = Decimal("1e-9")


def unbeaten_groups(wins: Wins) -> list[list[int]]:
    """Those who beat each other, directly or by way of others, in groups; nobody of a later one beats an earlier one.

    There are strengths only if there is one group: else those of an earlier one are stronger without any bound.
    """
    beats = [_reached(wins, start) for start in range(len(wins))]
    groups: list[list[int]] = []
    for one in sorted(range(len(wins)), key=lambda one: -len(beats[one])):
        home = next((group for group in groups if one in beats[group[0]] and group[0] in beats[one]), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return groups


def _reached(wins: Wins, start: int) -> set[int]:
    reached, waiting = {start}, [start]
    while waiting:
        row = wins[waiting.pop()]
        new = {other for other, won in enumerate(row) if won} - reached
        reached |= new
        waiting += new
    return reached


def strengths(wins: Wins) -> list[Fraction]:
    """The logarithm of everybody's strength, their mean being 0, half even to nine decimals.

    ``wins`` must be of one group (:func:`unbeaten_groups`).
    """
    strength = [Decimal(1)] * len(wins)
    digits = 36
    while True:
        with localcontext(prec=digits):
            margin = Decimal(10) ** -(digits // 3)
            strength = _iterated(wins, strength, margin)
            logs = [value.ln() for value in strength]
            mean = sum(logs, Decimal(0)) / max(1, len(logs))
            # With the margin to both sides the same nine decimals: they are the true ones.
            below, above = ([_nine(log - mean + side) for log in logs] for side in (-2 * margin, 2 * margin))
            if below == above:
                return [Fraction(value) for value in below]
        digits *= 2


def _nine(value: Decimal) -> Decimal:
    return value.quantize(_NINE, ROUND_HALF_EVEN)


def _iterated(wins: Wins, strength: list[Decimal], margin: Decimal) -> list[Decimal]:
    """Newman's step for one after the other, until every logarithm is proven to lie within ``margin``."""
    met = [[other for other in range(len(wins)) if wins[one][other] or wins[other][one]] for one in range(len(wins))]
    while _farthest(wins, met, strength, margin**3 * 1000) > margin:
        for one, own in enumerate(strength):
            won = sum((wins[one][other] * strength[other] / (own + strength[other]) for other in met[one]), Decimal(0))
            lost = sum((wins[other][one] / (own + strength[other]) for other in met[one]), Decimal(0))
            strength[one] = won / lost
    return strength


def _farthest(wins: Wins, met: Sequence[Sequence[int]], strength: Sequence[Decimal], rounding: Decimal) -> Decimal:
    """A bound of how far any logarithm can lie from the true one.

    The likelihood curves between any two who met by at least ``curve``, and any two are joined by at most n - 1 such
    pairs; so a slope of ``slope`` in all cannot lead farther away than slope x (n - 1) / curve. Twice that also covers
    that the curve flattens on the way, as long as it is small; ``rounding`` is more than what the decimals lose at one
    meeting.
    """
    slope, curve, meetings = Decimal(0), Decimal("Infinity"), 0
    for one, own in enumerate(strength):
        pull = Decimal(0)
        for other in met[one]:
            both, won, lost = own + strength[other], wins[one][other], wins[other][one]
            pull += (won * strength[other] - lost * own) / both
            curve = min(curve, (won + lost) * own * strength[other] / (both * both))
            meetings += won + lost
        slope += abs(pull)
    return 2 * (slope + meetings * rounding) * (len(strength) - 1) / curve if meetings else Decimal(0)
