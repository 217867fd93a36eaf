"""The choice of a language, and a sentence told in it."""

import pytest

from app.i18n import chosen, languages
from scoring.faults import Fault


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "code"),
    [
        (None, None, "", "zh"),
        (None, None, "fr-FR,fr;q=0.9", "zh"),
        (None, None, "en-US,en;q=0.9", "en"),
        (None, None, "fr, zh-CN;q=0.4, en;q=0.7", "en"),
        (None, None, "en;q=0, zh;q=0.1", "zh"),
        (None, None, "en;q=nonsense", "zh"),
        (None, "en", "zh-CN", "en"),
        ("zh", "en", "en-US", "zh"),
        ("tlh", "en", "zh-CN", "en"),
    ],
)
def test_the_address_beats_the_cookie_beats_the_browser(
    asked: str | None, remembered: str | None, accepted: str, code: str
) -> None:
    assert chosen(asked, remembered, accepted, "zh").code == code


def test_the_operator_chooses_the_language_of_strangers() -> None:
    assert chosen(None, None, "fr", "en").code == "en"


def test_a_fault_is_told_with_its_particulars() -> None:
    fault = Fault("grid.cell_above_full", {"cell": "C3", "written": "12", "full": "10", "judge": "J1", "entrant": "A"})
    assert languages()["en"].sentence(fault) == "C3 is 12, above full marks of 10 (J1 for A). Check the score sheet."
    assert languages()["zh"].sentence(fault) == "C3 是 12 分，超过满分 10 分（J1给A）。请核对原始评分表。"


def test_a_fault_without_its_particulars_is_still_told() -> None:
    assert languages()["en"].sentence(Fault("grid.heading_missing")).startswith("{cell} is empty") is True


def test_the_lines_of_a_problem_are_what_happened_what_is_safe_what_to_do() -> None:
    for language in languages().values():
        assert len(language.lines(Fault("page.broken"))) == 3


def test_text_from_a_reader_is_not_taken_for_a_hole() -> None:
    fault = Fault("rule.full", {"written": "{0.__class__}"})
    assert "“{0.__class__}”" in languages()["en"].sentence(fault)
