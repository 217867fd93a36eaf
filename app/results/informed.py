"""A question about a contest, answered in lines: what if, and how firm are the prizes.

Reads the contest from its files. Writes nothing; nothing it says changes a score, a place or a prize.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.i18n import Language
from app.results.robust_words import boundary_lines, whatif_lines
from app.results.wording import Named, named
from app.tables import Tables
from scoring.faults import Fault, Refused
from scoring.inform.alternatives import alternative
from scoring.inform.contest import Contest
from scoring.inform.robustness import robustness
from scoring.inform.whatif import Change, WhatIf, under_scheme, without_bloc, without_judge, without_one_entry
from scoring.results import Tabulation
from scoring.scheme import Scheme
from scoring.tabulate import tabulate


@dataclass(frozen=True, slots=True)
class Wanted:
    """The one thing that is changed: who is left out, or which rule or scheme holds instead."""

    judge: str = ""
    bloc: str = ""
    entry: str = ""
    rule: str = ""
    scheme: Scheme | None = None

    @property
    def one(self) -> bool:
        """Whether it is one thing and no more."""
        return sum(map(bool, (self.judge, self.bloc, self.entry, self.rule, self.scheme))) == 1


def whatif_answer(scheme: Scheme, tables: Tables, wanted: Wanted, language: Language) -> Iterator[str]:
    """Who would stand elsewhere. Raises Refused where there is no such judge, bloc, entry or rule, or no one wish."""
    if not wanted.one:
        raise Refused([Fault("cli.whatif_one")])
    contest, official, names = _given(scheme, tables)
    rule = wanted.scheme or (alternative(scheme, wanted.rule) if wanted.rule else scheme)
    return whatif_lines(scheme, rule, _asked(contest, official, rule, wanted), names, language)


def _asked(contest: Contest, official: Tabulation, rule: Scheme, wanted: Wanted) -> WhatIf:
    if wanted.judge:
        return without_judge(contest, official, wanted.judge)
    if wanted.bloc:
        return without_bloc(contest, official, wanted.bloc)
    if wanted.entry:
        return without_one_entry(contest, official, wanted.entry)
    change = Change("scheme", rule.id) if wanted.scheme else Change("rule", wanted.rule)
    return under_scheme(contest, official, rule, change)


def boundaries_answer(scheme: Scheme, tables: Tables, language: Language) -> Iterator[str]:
    """How firm every boundary and every place is."""
    contest, official, names = _given(scheme, tables)
    return boundary_lines(scheme, official, robustness(contest, official), names, language)


def _given(scheme: Scheme, tables: Tables) -> tuple[Contest, Tabulation, Named]:
    """The contest, the result that holds, and what everything is called."""
    contest = Contest(scheme, tables.roster, tables.sheets, tables.priors, tables.decisions)
    official = tabulate(scheme, tables.roster, tables.sheets, tables.priors, tables.decisions)
    return contest, official, named(scheme, tables.roster, tables.decisions, tables.priors)
