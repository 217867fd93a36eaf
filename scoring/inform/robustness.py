"""How firm a result is: everything that is worth knowing of it before it is announced.

Reads a contest; gives plain records. Nothing here can change a score, a place or a prize. With a fixed, complete
electorate of judges the result is exact; errors and chances tell only how thin a margin is.
"""

from dataclasses import dataclass

from scoring.inform.boundaries import Boundary, boundaries
from scoring.inform.chances import Chances, posterior
from scoring.inform.contest import Contest
from scoring.inform.leaving import LeftOut, leave_one_out
from scoring.inform.precision import Precision, Unknown, precision
from scoring.inform.ranksets import RankSets, rank_sets
from scoring.inform.resampling import resampled
from scoring.results import Tabulation


@dataclass(frozen=True, slots=True)
class Robustness:
    """``boundaries`` in the order of the tiers, ``left_out`` case by case, and what can be said of errors and chances.

    Where nothing can be said these are None, and ``unknown`` says why: "jumps", the rule counts in steps; "few", too
    few sheets. ``resampled`` is None, and ``not_resampled`` says why, also where there are fewer than 15 judges.
    """

    boundaries: tuple[Boundary, ...]
    left_out: LeftOut
    precision: Precision | None
    chances: Chances | None
    places: RankSets | None
    unknown: str
    resampled: Chances | None
    not_resampled: str


def robustness(contest: Contest, official: Tabulation) -> Robustness:
    """Everything about ``official``, which is the tabulation of ``contest``."""
    left_out = leave_one_out(contest, official)
    errors, chances, places, again = None, None, None, None
    unknown = not_resampled = ""
    try:
        errors = precision(contest, official)
        chances, places = posterior(contest, errors), rank_sets(errors)
    except Unknown as why:
        unknown = not_resampled = why.why
    if errors:
        try:
            again = resampled(contest, errors)
        except Unknown as why:
            not_resampled = why.why
    found = boundaries(contest.scheme, official, left_out, errors, chances)
    return Robustness(found, left_out, errors, chances, places, unknown, again, not_resampled)
