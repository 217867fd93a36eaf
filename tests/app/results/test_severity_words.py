"""What a unit is told of the severity of its own judges, by the worked example of two counties."""

import json
from dataclasses import replace

import pytest

from app.i18n import languages
from app.results.bundled import explained
from scoring.bundle import compose
from scoring.roster import Absence, Entry, Judge
from tests.scoring.contests import Contest, contest, marked, rule

# s_x = 5.25 - s_y / 4, s_y = -3 - s_x / 4: s_x = 6.4, s_y = -4.6. X is raised by 6.4 / 4, Y lowered by 4.6 / 4.
MARKS = {
    "X1": {"y1": 84, "n1": 88, "n2": 90, "n3": 86}, "X2": {"y1": 80, "n1": 84, "n2": 86, "n3": 82},
    "Y1": {"x1": 92, "n1": 86, "n2": 88, "n3": 84}, "Y2": {"x1": 90, "n1": 82, "n2": 84, "n3": 80},
}  # fmt: skip
JUDGES = [Judge("x1", unit="X"), Judge("y1", unit="Y"), Judge("n1"), Judge("n2"), Judge("n3")]


def two_counties(**panel: object) -> Contest:
    scheme = rule(marked(recusal="own_unit", panel={"method": "mean", "counts": "less_severity", **panel}))
    entries = [Entry(name, name[0], "marks") for name in MARKS]
    return contest(scheme, MARKS, entries=entries, judges=JUDGES)


def told(of: Contest, unit: str, code: str = "en") -> list[str]:
    return explained(compose(of.inputs, None), unit, languages()[code], 1)


ABOVE = (
    "  marks: own judges mark 6.40 above the panel in all; because they did not mark X, X is raised by 6.40 ÷ 4 = 1.60"
)
BELOW = (
    "  marks: own judges mark 4.60 below the panel in all; because they did not mark Y, Y is lowered by 4.60 ÷ 4 = 1.15"
)


@pytest.mark.parametrize(
    ("unit", "code", "line"),
    [
        ("X", "en", ABOVE),
        ("Y", "en", BELOW),
        ("X", "zh", "  marks：本单位评委打分合计比评委组高 6.40 分；因其回避未评X，X相应加 6.40 ÷ 4 = 1.60 分"),
        ("Y", "zh", "  marks：本单位评委打分合计比评委组低 4.60 分；因其回避未评Y，Y相应减 4.60 ÷ 4 = 1.15 分"),
    ],
)
def test_a_unit_is_told_what_the_severity_of_its_own_judges_changed(unit: str, code: str, line: str) -> None:
    """The raw means are 87 and 83, and 87.5 and 84; the scores 88.6 and 84.6, and 86.35 and 82.85."""
    lines = told(two_counties(), unit, code)
    assert line in lines
    assert len(lines) <= 6
    assert line in explained(compose(two_counties().inputs, None), unit, languages()[code], 2)


def test_where_a_trim_or_an_absence_stands_between_no_single_number_is_told() -> None:
    trimmed = two_counties(trim={"low": 1, "high": 1}, trim_on="sheet_total")
    expected = (
        "  marks: own judges mark 6.40 above the panel in all and did not mark X; every judge's severity is taken out "
        "of his sheets, so X does not lose by it"
    )
    assert expected in told(trimmed, "X")
    assert any("so Y does not gain by it" in line for line in told(trimmed, "Y"))
    whole = two_counties()
    sheets = tuple(one for one in whole.sheets if (one.judge, one.entry) != ("n1", "X2"))
    away = replace(whole, sheets=sheets, roster=replace(whole.roster, absences=(Absence("n1", entry="X2"),)))
    assert any("so X does not lose by it" in line for line in told(away, "X"))


def test_nothing_is_told_where_severity_stays_or_nobody_was_recused() -> None:
    plain = two_counties(counts="score")
    assert not any("own judges" in line for line in told(plain, "X"))
    other = replace(two_counties(), roster=replace(two_counties().roster, judges=tuple(Judge(j.id) for j in JUDGES)))
    absent = tuple(Absence(judge, entry=entry) for judge, unit in (("x1", "X"), ("y1", "Y")) for entry in MARKS
                   if entry[0] == unit)  # fmt: skip
    other = replace(other, roster=replace(other.roster, absences=absent))
    assert not any("own judges" in line for line in told(other, "X"))
    assert json.loads(compose(other.inputs, None))["sections"]["open"] == []
