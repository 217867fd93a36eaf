"""What is published says which marks were dropped, and never whose: neither a judge's nor a delegation's."""

from fractions import Fraction

import pytest

from app.i18n import languages
from app.publishing.document import unnamed
from app.results.queries import Given
from app.results.wording import lines, named
from scoring.roster import Judge, Roster
from scoring.working import Node
from tests.app.sync.field import RULE

JUDGES = tuple(Judge(f"J{n}", f"评判者{n}", bloc=f"某县评委组{n}") for n in range(1, 4))
MARKS = (Fraction(95), Fraction(90), Fraction(70))


def dropping(*, by_bloc: bool) -> Node:
    """Three judges, or three blocs of one: the highest and the lowest are dropped."""
    sheets = [Node("sheet", mark, ref=f"{judge.id}/P1") for judge, mark in zip(JUDGES, MARKS, strict=True)]
    blocs = [
        Node("mean", sheet.value, (sheet,), of=f"bloc:{judge.bloc}")
        for judge, sheet in zip(JUDGES, sheets, strict=True)
    ]
    return Node("trimmed_mean", Fraction(90), tuple(blocs if by_bloc else sheets), of="entry:P1", low=1, high=1)


@pytest.mark.parametrize("by_bloc", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_marks_are_told_without_names(by_bloc: bool, language: str) -> None:  # noqa: FBT001  a parameter of the test
    given = Given(RULE, Roster((), (), JUDGES), (), (), ())
    names = named(RULE, given.roster)
    inside = " ".join(lines(dropping(by_bloc=by_bloc), languages()[language], names))
    outside = " ".join(lines(dropping(by_bloc=by_bloc), languages()[language], unnamed(names, given)))
    whose = "某县评委组" if by_bloc else "评判者"
    assert whose in inside
    for text in ("评判者", "某县评委组", "J1", "J3"):
        assert text not in outside
    assert "95.00" in outside
    assert "70.00" in outside
