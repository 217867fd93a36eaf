"""A small contest as the statistics take it, and its result."""

from scoring.inform.contest import Contest
from scoring.results import Tabulation
from scoring.tabulate import tabulate
from tests.scoring import contests


def asked(small: contests.Contest) -> Contest:
    return Contest(small.scheme, small.roster, small.sheets, small.priors, small.decisions)


def official(whole: Contest) -> Tabulation:
    return tabulate(whole.scheme, whole.roster, whole.sheets, whole.priors, whole.decisions)
