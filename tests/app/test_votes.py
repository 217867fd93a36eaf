"""Votes for grades where people meet them: in words, and refused where the pages cannot ask for them."""

from pathlib import Path

import pytest

from app.contests.schemes import chosen
from app.i18n import languages
from app.results.wording import lines
from scoring.faults import Refused
from scoring.scheme import read_scheme
from tests.scoring.contests import contest

FILE = Path(__file__).parents[2] / "rubrics" / "known" / "grade-votes.toml"


def test_a_live_contest_refuses_what_its_pages_cannot_ask_for() -> None:
    with pytest.raises(Refused) as refused:
        chosen("", FILE.read_bytes())
    assert [(fault.code, fault.params) for fault in refused.value.faults] == [("scheme.votes_live", {"item": "prize"})]


def test_a_vote_is_told_in_words() -> None:
    """First 3 of 5; second or better 3 of 5: second, 2 points."""
    result = contest(
        read_scheme(FILE.read_text(encoding="utf-8")), {"a": dict(zip("vwxyz", (3, 3, 3, 1, 1), strict=True))}
    )
    node = result.result().entries["a"].working
    assert node
    assert lines(node, languages()["en"]) == ["a: 3 of 5 votes carry the grade of 2.00 points"]
    assert lines(node, languages()["zh"]) == ["a：5 票中 3 票达到该等次，计 2.00 分"]
