"""The four files, written and read again."""

from fractions import Fraction

from app.tables import Text, read_tables, write_tables
from scoring.roster import Decision, Recusal, Roster
from tests.tours import shipped, tour


def test_a_contest_written_as_files_is_read_as_it_was() -> None:
    rule = shipped("shiyan-2022-tour")
    roster, sheets, priors = tour(rule)
    roster = Roster(
        roster.units,
        roster.entries,
        roster.judges,
        (Recusal("J50", unit="C02", reason='ordered, "by letter"\nof the third'),),
        roster.absences,
    )
    sheets = [sheet for sheet in sheets if (sheet.judge, sheet.entry[:3]) != ("J50", "C02")]
    decisions = [Decision("prior", "C10", "ordinary", "renormalise", "new county", "No. 7", "office", "2022-07-09")]
    priors = [prior for prior in priors if prior.unit != "C10"]
    files = {name: Text(name, body) for name, body in write_tables(rule, roster, sheets, priors, decisions).items()}
    read = read_tables(rule, *(files[f"{name}.csv"] for name in ("marks", "roster", "priors", "decisions")))
    assert (read.roster, read.priors, read.decisions) == (roster, tuple(priors), tuple(decisions))
    assert read.sheets == tuple(sheets)
    assert {type(prior.value) for prior in read.priors} == {Fraction}
