"""The award table, and amounts in Chinese capitals as the rule for receipts writes them."""

from fractions import Fraction

import pytest
from sqlmodel import select

from app import audit
from app.exports.award_book import award_workbook
from app.exports.capitals import capitals
from app.exports.queries import Tallied
from app.i18n import languages
from app.results.queries import Given
from scoring.roster import Entry, Judge, Prior, Roster, Sheet, Unit
from scoring.scheme import read_scheme
from scoring.tabulate import tabulate
from tests.app.exports.counted import RULE_TEXT, counted, opened, points
from tests.app.exports.reading import cells, formulas
from tests.app.sync.field import Field

AWARDS = "/c/c1/awards.xlsx"


# 《支付结算办法》附一: the first six are its own examples, in the form it prints first, and 整 after 角 as it allows.
@pytest.mark.parametrize(
    ("yuan", "told"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("100000", "壹拾万元整"),
        ("50000", "伍万元整"),
        ("1005.30", "壹仟零伍元叁角整"),
        ("20000", "贰万元整"),
        ("10", "壹拾元整"),
        ("300000", "叁拾万元整"),
        ("100500", "壹拾万零伍佰元整"),
        ("120034", "壹拾贰万零叁拾肆元整"),
        ("10010", "壹万零壹拾元整"),
        ("1000001", "壹佰万零壹元整"),
        ("30050000", "叁仟零伍万元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("102003000", "壹亿零贰佰万叁仟元整"),
        ("100050000", "壹亿零伍万元整"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.30", "叁角整"),
        ("0.35", "叁角伍分"),
        ("7.00", "柒元整"),
    ],
)
def test_an_amount_in_capitals(yuan: str, told: str) -> None:
    assert capitals(int(Fraction(yuan) * 100)) == told


@pytest.mark.parametrize("fen", [-1, 10**14])
def test_no_amount_is_written_that_cannot_be_paid(fen: int) -> None:
    with pytest.raises(ValueError, match=str(fen)):
        capitals(fen)


def test_the_table_says_who_is_paid_what_and_adds_up(field: Field) -> None:
    counted(field)
    organiser, steward = opened(field)
    content = organiser.get(AWARDS).content
    (name, rows), *others = cells(content).items()
    assert (name, others, formulas(content)) == ("奖励资金表", [], [])
    assert rows[0][0] == "拉练 c1奖励资金表"
    assert rows[2:6] == [
        ["序号", "奖项等次", "参评单位", "奖励资金（元）", "大写金额", "领取人签字"],
        [1, "一等奖", "云岭县", 100000, "壹拾万元整", ""],
        [2, "二等奖", "清江市", 50000, "伍万元整", ""],
        ["合计", "", "", 150000, "壹拾伍万元整", ""],
    ]
    steward.get(AWARDS)
    with field.database.read() as session:
        looks = session.exec(select(audit.AuditRow).where(audit.AuditRow.action == "look")).all()
    assert [row.subject for row in looks] == ["awards.xlsx", "awards.xlsx"]


def test_in_english_the_heading_says_that_the_amount_stands_in_chinese_capitals() -> None:
    told = field_of(RULE_TEXT, TOTALS)
    rows = cells(award_workbook(told, languages()["en"]))["Award table"]
    assert rows[2] == [
        "No.",
        "Prize",
        "Unit",
        "Amount (yuan)",
        "Amount in Chinese capitals",
        "Signature of the recipient",
    ]
    assert rows[3] == [1, "First prize", "D县", 100000, "壹拾万元整", ""]


def test_before_two_have_opened_there_is_no_table(field: Field) -> None:
    counted(field)
    assert field.signed_in("organiser").get(AWARDS).status_code == 409


def test_a_scheme_without_prizes_has_no_table_and_no_link(field: Field) -> None:
    head, _, tail = RULE_TEXT.partition("[prizes]")
    counted(field, head + "[publication]" + tail.partition("[publication]")[2].partition("[[examples]]")[0])
    organiser, _ = opened(field)
    answer = organiser.get(AWARDS, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "exports.no_prizes")
    page = organiser.get("/c/c1/results").text
    assert ("/c/c1/tally.xlsx" in page, "/c/c1/awards.xlsx" in page) == (True, False)


def field_of(rule: str, totals: dict[str, str]) -> Tallied:
    """Units in the manual order A, B, C ..., each with one project, one pitch and one judge."""
    scheme = read_scheme(rule)
    kinds = {"P": ("onsite", "centre"), "R": ("pitch", "")}
    entries = [Entry(f"{unit}{end}", unit, *kinds[end]) for unit in totals for end in "PR"]
    roster = Roster(tuple(Unit(unit, f"{unit}县") for unit in totals), tuple(entries), (Judge("J"),))
    marks = {entry.id: points("P1" if entry.kind else "AR", totals[entry.unit]) for entry in entries}
    sheets = tuple(Sheet("J", entry, tuple(found)) for entry, found in marks.items())
    priors = tuple(Prior(unit, "ordinary", Fraction(total)) for unit, total in totals.items())
    given = Given(scheme, roster, sheets, priors, ())
    places = {unit: place for place, unit in enumerate(totals, 1)}
    whole = tabulate(scheme, roster, sheets, priors)
    return Tallied("拉练", False, 0, rule, given, whole, places, {})  # noqa: FBT003  neither simulated nor published


# D wins, then B and C the second prizes, A and E the third.
TOTALS = {"A": "80", "B": "85", "C": "90", "D": "95", "E": "82"}


@pytest.mark.parametrize(
    ("level", "order"), [("tiers", "D BC AE"), ("ranks", "D CB EA"), ("scores", "D CB EA"), ("workings", "D CB EA")]
)
def test_where_only_tiers_are_published_the_manual_order_stands_within_a_tier(level: str, order: str) -> None:
    told = field_of(RULE_TEXT.replace('level = "ranks"', f'level = "{level}"'), TOTALS)
    rows = cells(award_workbook(told, languages()["zh"]))["奖励资金表"][3:8]
    assert [row[2] for row in rows] == [f"{unit}县" for unit in order.replace(" ", "")]
    assert [row[3] for row in rows] == [100000, 50000, 50000, 20000, 20000]


def test_equals_who_share_the_places_of_two_tiers_share_their_money_to_the_fen() -> None:
    # A, B and C are equal for the first and both second prizes: 200,000 in three parts, 66,666.67 twice and once less.
    rule = RULE_TEXT.replace('boundary = "decision"', 'boundary = "pool"')
    told = field_of(rule, dict.fromkeys("ABC", "90"))
    rows = cells(award_workbook(told, languages()["zh"]))["奖励资金表"][3:7]
    assert [row[1:5] for row in rows] == [
        ["一等奖、二等奖", "A县", 66666.67, "陆万陆仟陆佰陆拾陆元陆角柒分"],
        ["一等奖、二等奖", "B县", 66666.67, "陆万陆仟陆佰陆拾陆元陆角柒分"],
        ["一等奖、二等奖", "C县", 66666.66, "陆万陆仟陆佰陆拾陆元陆角陆分"],
        ["", "", 200000, "贰拾万元整"],
    ]
