"""The shipped rules, the fields of a plain one, and a scheme in words."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.i18n import languages
from app.results.rule_words import rule_lines
from app.tally.example import example
from app.tally.grid import Limits
from app.tally.intake import Given
from app.tally.rules import Fields, UnknownScheme, adjusted, fields_of, on_totals, scheme_of, shipped
from app.tally.service import score
from app.tally.sources import rows_of_text
from scoring.faults import Refused

TRIM = Fields(full="100", floor="0", step="0.01", high="1", low="1", decimals="2", prizes="")


def test_plain_rules_come_first_and_the_usual_one_before_all() -> None:
    plain = [fields_of(scheme) is not None for scheme in shipped().values()]
    assert plain == sorted(plain, reverse=True)
    assert list(shipped())[:2] == ["plain-trim", "plain-mean"]
    assert scheme_of("") is shipped()["plain-trim"]


def test_an_unknown_scheme_is_told_of() -> None:
    with pytest.raises(UnknownScheme):
        scheme_of("../../secrets")


def test_a_plain_rule_shows_its_fields() -> None:
    assert fields_of(shipped()["plain-trim"]) == TRIM
    assert fields_of(shipped()["shiyan-2022-tour"]) is None


def test_fields_left_as_they_are_leave_the_scheme_as_it_is() -> None:
    assert adjusted(shipped()["plain-trim"], TRIM) is shipped()["plain-trim"]


def test_changed_fields_make_a_changed_scheme() -> None:
    wanted = Fields(full="10", floor="6", step="0.1", high="2", low="1", decimals="3", prizes="1、2，3")
    scheme = adjusted(shipped()["plain-trim"], wanted)
    (item,) = scheme.items("score")
    assert (item.full, item.floor, item.step) == (Fraction(10), Fraction(6), Fraction(1, 10))
    assert fields_of(scheme) == replace(wanted, prizes="1,2,3")
    assert [tier.name.zh for tier in scheme.prizes.tiers] == ["一等奖", "二等奖", "三等奖"]
    assert scheme.digest != shipped()["plain-trim"].digest


def test_blank_fields_stay_as_they_were_and_blank_prizes_are_none() -> None:
    with_prizes = replace(TRIM, prizes="1,2")
    assert with_prizes.written({"full": " ", "step": "0.5", "prizes": "", "more": "x"}) == replace(TRIM, step="0.5")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"full": "ten"}, ["rule.full"]),
        ({"full": "x", "floor": "y", "step": "z", "high": "1.5", "low": "-1", "decimals": "9", "prizes": "a"},
         ["rule.full", "rule.floor", "rule.step", "rule.high", "rule.low", "rule.decimals", "rule.prizes"]),
        ({"full": "0"}, ["rule.not_positive"]),
        ({"step": "0"}, ["rule.not_positive"]),
        ({"floor": "100"}, ["rule.floor_above_full"]),
        ({"step": "0.3"}, ["rule.step_does_not_fit"]),
        ({"step": "0.000000001", "full": "1000"}, ["rule.step_too_fine"]),
        ({"prizes": "1,2,3,4,5,6,7"}, ["rule.prizes"]),
        ({"prizes": "999,999"}, ["rule.prizes"]),
    ],
)  # fmt: skip
def test_fields_that_cannot_be_are_all_told_of_at_once(changes: dict[str, str], codes: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        adjusted(shipped()["plain-trim"], TRIM.written(changes))
    assert [fault.code for fault in refused.value.faults] == codes


def test_a_rule_in_words_says_every_step() -> None:
    wanted = Fields(full="10", floor="6", step="0.1", high="2", low="1", decimals="3", prizes="1,2,3")
    scheme = adjusted(shipped()["plain-trim"], wanted)
    assert rule_lines(scheme, languages()["zh"]) == (
        "每位评委打 6 至 10 分，以 0.1 分为单位；去掉 2 个最高分、1 个最低分；其余取平均分。",
        "得分保留 3 位小数，排名按未舍入的得分。",
        "奖项：一等奖 1 名、二等奖 2 名、三等奖 3 名。",
        "并列跨等次的：研究确定。",
    )
    assert rule_lines(scheme, languages()["en"]) == (
        (
            "Each judge marks from 6 to 10 in steps of 0.1; the 2 highest and the 1 lowest marks are dropped; "
            "the mean of the rest counts."
        ),
        "The score is shown with 3 decimals; the exact value decides the place.",
        "Prizes: First prize 1, Second prize 2, Third prize 3.",
        "Equals across the end of a prize: people decide.",
    )


@pytest.mark.parametrize("code", ["zh", "en"])
@pytest.mark.parametrize("name", list(shipped()))
def test_every_shipped_scheme_has_words_and_invented_marks_that_score(name: str, code: str) -> None:
    scheme, language = shipped()[name], languages()[code]
    assert all("{" not in line for line in rule_lines(on_totals(scheme), language))
    given = {part: Given(rows_of_text(text)) for part, text in example(scheme, language).items()}
    scored = score(scheme, given, Limits())
    assert scored.faults == ()
    assert scored.tabulation is not None
    assert all(unit.score is not None for unit in scored.tabulation.units)
