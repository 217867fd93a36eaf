"""The four files, written and read again."""

from fractions import Fraction

import pytest

from app.tables import Text, read_tables, write_tables
from scoring.faults import Refused
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


ROSTER = "type,id,name,unit,component\nunit,A,,,\nunit,B,,,\nentry,A1,,A,score\nentry,B1,,B,score\njudge,J1,,,\n"
MARKS = "judge,entry,score\nJ1,A1,80\nJ1,B1,70\n"


def told(marks: str = MARKS, roster: str = ROSTER, decisions: str = "") -> list[tuple[str, object, str]]:
    """The faults of two small files: file, line and code."""
    texts = Text("marks.csv", marks.encode()), Text("roster.csv", roster.encode())
    decided = Text("d.csv", decisions.encode()) if decisions else None
    with pytest.raises(Refused) as refused:
        read_tables(shipped("plain-mean"), *texts, decisions=decided)
    return [(str(f.params["file"]), f.params.get("line"), f.code) for f in refused.value.faults]


def test_a_line_of_no_kind_hides_no_other_fault_of_the_roster() -> None:
    bad = ROSTER + "team,x,,,\nunit,A,,,\nentry,P9,,nowhere,score\nentry,P8,,x,score\n"
    assert told(roster=bad) == [
        ("roster.csv", 7, "table.roster_type"),
        ("roster.csv", 8, "roster.double"),
        ("roster.csv", 9, "roster.unknown_unit"),
    ]


def test_with_a_roster_that_cannot_be_read_no_mark_is_called_a_strangers() -> None:
    assert told(roster=ROSTER.replace("type,id", "typ,id")) == [
        ("roster.csv", None, "table.no_column"),
        ("roster.csv", None, "table.unknown_column"),
    ]


def test_every_fault_of_a_row_of_marks_is_told_once() -> None:
    assert told("judge,entry,score,note\n") == [("marks.csv", None, "table.unknown_column")]
    assert told("judge,entry,score\nJ9,A1,999\nJ1,X,x\nJ1,B1,-3\nJ1,B1,101\n") == [
        ("marks.csv", 2, "sheet.out_of_range"),
        ("marks.csv", 2, "sheet.unknown_judge"),
        ("marks.csv", 3, "table.not_a_mark"),
        ("marks.csv", 3, "sheet.unknown_entry"),
        ("marks.csv", 4, "sheet.out_of_range"),
        ("marks.csv", 5, "sheet.out_of_range"),
        ("marks.csv", 5, "sheet.double"),
    ]
    assert ("marks.csv", 2, "sheet.out_of_range") in told(MARKS.replace("80", "999"), ROSTER + "team,x,,,\n")


def test_columns_are_separated_by_commas_tabs_or_semicolons_and_nothing_else() -> None:
    for sign in ",\t;":
        marks, roster = (Text("f.csv", text.replace(",", sign).encode()) for text in (MARKS, ROSTER))
        assert len(read_tables(shipped("plain-mean"), marks, roster).sheets) == 2
    assert told(MARKS.replace(",", "，")) == [("marks.csv", None, "table.separator")]


def test_a_name_where_there_is_nothing_to_name_is_told_so() -> None:
    assert told(decisions="kind,subject,rule\nveto,A,late\n") == [("d.csv", 2, "table.none_to_name")]
