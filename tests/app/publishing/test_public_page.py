"""What everybody reads: only what was published, at its level, whatever happens in the contest since."""

import re

import pytest
from httpx2 import Response
from sqlmodel import select

from app.audit import AuditRow
from tests.app.publishing.ready import PAGE, TOUR, Ready

# What no reader sees below the level: 松坪县's total and its score on site, 清江市's total; marks that were dropped.
SCORES = ("85.1", "83.5", "89.00", "77.00")
MARKS = ("95.00", "720")


def whole(answer: Response) -> str:
    """Everything a reader is sent."""
    return answer.text + "\n" + "\n".join(f"{name}: {value}" for name, value in answer.headers.items())


def standing(figure: str, told: str) -> bool:
    """Whether the figure stands there by itself: the digests of the sheets are made of digits too."""
    return re.search(rf"(?<!\w){re.escape(figure)}(?!\w)", told) is not None


def read(text: str) -> str:
    """The words of the page, without its marks."""
    inside = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside))


@pytest.mark.parametrize("path", ["", "/1", "/2"])
def test_before_publication_nobody_learns_whether_there_is_such_a_contest(ready: Ready, path: str) -> None:
    ready.seals()
    ready.signs()
    ready.approves()
    here, nowhere = ready.anybody().get(f"/p/{TOUR}{path}"), ready.anybody().get(f"/p/t9{path}")
    assert here.status_code == nowhere.status_code == 404
    assert here.text.replace(TOUR, "t9") == nowhere.text
    assert dict(here.headers) == dict(nowhere.headers)
    assert "还没有公布的结果" in here.text


@pytest.mark.parametrize("path", ["/p/a%00b", "/p/t1/0", "/p/t1/99999999999999999999", "/p/t1/x", "/p/" + "a" * 99])
def test_an_address_that_can_be_none_gets_a_sentence(ready: Ready, path: str) -> None:
    assert ready.anybody().get(path).status_code in {404, 422}


@pytest.mark.parametrize("level", ["tiers", "ranks", "scores", "workings"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_level_hides_what_is_above_it(ready: Ready, level: str, language: str) -> None:
    ready.published(level)
    answer = ready.anybody().get(f"/p/{TOUR}", headers={"Accept-Language": language})
    told = whole(answer)
    assert answer.status_code == 200
    assert [text for text in SCORES if text in told] == ([] if level in {"tiers", "ranks"} else list(SCORES))
    assert [text for text in MARKS if standing(text, told)] == (list(MARKS) if level == "workings" else [])
    assert "评判者" not in told
    assert "<script" not in told
    assert "set-cookie" not in answer.headers


def test_prizes_alone_stand_in_administrative_order(ready: Ready) -> None:
    ready.published("tiers")
    told = read(ready.anybody().get(f"/p/{TOUR}").text)
    assert "名次" not in told
    # 松坪县 has more points than 云岭县, and stands behind it as in every list.
    order = ["一等奖", "清江市", "二等奖", "云岭县", "松坪县", "三等奖", "岩门县"]
    assert sorted(order, key=told.index) == order


def test_ranks_stand_in_the_order_of_the_places(ready: Ready) -> None:
    ready.published("ranks")
    told = read(ready.anybody().get(f"/p/{TOUR}").text)
    order = ["一等奖", "1 清江市", "二等奖", "2 松坪县", "3 云岭县", "三等奖", "4 岩门县"]
    assert sorted(order, key=told.index) == order
    assert "每个 50,000 元" in told
    assert "奖励资金合计" in told


def test_a_working_can_be_done_again_with_a_calculator(ready: Ready) -> None:
    ready.published("workings")
    told = read(ready.anybody().get(f"/p/{TOUR}").text)
    assert "这个分数怎么算的" in told
    assert "90.00 × 60% + 路演 80.00 × 10% + 平时工作 90.00 × 30% = 89.00" in told
    assert "720.00 ÷ 8 = 90.00" in told


def test_the_page_says_what_it_is_and_by_what_it_was_made(ready: Ready) -> None:
    ready.published()
    told = read(ready.anybody().get(f"/p/{TOUR}").text)
    row = ready.sealed()
    for text in (row.engine, row.scheme_digest[:12], row.digest[:12], "2026-01-31 审定", "某宣发〔2026〕3号", "虚构"):
        assert text in told
    for text in ("周书记", "原则同意", "组织者"):
        assert text not in told


def test_nothing_moves_on_the_page_when_the_contest_changes(ready: Ready) -> None:
    ready.published("scores")
    before = ready.anybody().get(f"/p/{TOUR}")
    ready.renamed("C", "改名县")
    ready.prior("A", "100")
    ready.decided("void", "J1/BP")
    ready.seals("又有新的登记", after=1)
    after = ready.anybody().get(f"/p/{TOUR}")
    assert after.text == before.text
    again = ready.anybody().get(f"/p/{TOUR}", headers={"If-None-Match": before.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def article(text: str) -> str:
    """The page itself, without the moment of publication, which a preview cannot know."""
    inside = text.partition("<article")[2].partition("</article>")[0]
    return re.sub(r"<span>[^<]* 公布</span>\s*", "", inside)


@pytest.mark.parametrize("level", ["tiers", "ranks", "scores", "workings"])
def test_the_preview_is_the_page_that_is_published(ready: Ready, level: str) -> None:
    ready.seals()
    ready.signs()
    ready.approves()
    preview = ready.steward.get(f"{PAGE}/1?level={level}")
    assert "公众看到的就是这一页" in preview.text
    assert preview.headers["cache-control"] == "no-store"
    assert ready.anybody().get(f"/p/{TOUR}").status_code == 404
    ready.publishes(level=level)
    public = ready.anybody().get(f"/p/{TOUR}").text
    assert "公众看到的就是这一页" not in public
    assert len(article(public)) > 1000
    assert article(public).split() == article(preview.text).split()


def test_every_look_at_a_preview_is_in_the_log(ready: Ready) -> None:
    ready.seals()
    ready.steward.get(f"{PAGE}/1?level=workings")
    ready.organiser.get(f"{PAGE}/1/files.zip")
    with ready.field.database.read() as session:
        looks = session.exec(select(AuditRow.subject).where(AuditRow.action == "look")).all()
    assert looks == ["publication", "frozen.zip"]
