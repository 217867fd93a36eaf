"""The judge's phone in a Chromium that refuses service workers, as some in-app browsers do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.app.phone.conftest import PHONE, Running
from tests.app.phone.test_phone_browser import ARRIVES_MS, hand_in, mark_all
from tests.conftest import watched


@pytest.fixture
def workerless(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**PHONE, service_workers="block")
    with watched(context) as opened:
        yield opened
    context.close()


def test_a_page_that_lives_takes_and_sends_marks_and_says_that_it_will_not_open_again(
    workerless: Page, fake: Running
) -> None:
    hand, line = workerless, workerless.locator(".stateline")
    hand.goto(f"{fake.address}/j/tour/")
    expect(hand.locator(".notice.wait")).to_contain_text("请不要关这个页面：这个浏览器没有网时关了就打不开。")
    hand.get_by_role("button", name="知道了").click()
    fake.stop()
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "26.5 21 17 22.5")
    hand_in(hand)
    expect(line).to_contain_text("1 份存在手机里，有网自动上传")
    fake.start()
    line.click()
    expect(line).to_contain_text("1 份已交到 ✓", timeout=ARRIVES_MS)
    fake.stop()
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "25 20.5 16 20")
    hand_in(hand)
    expect(line).to_contain_text("1 份存在手机里，有网自动上传")
    fake.start()
    line.click()
    expect(line).to_contain_text("2 份全部交到 ✓", timeout=ARRIVES_MS)
    records = fake.held()["records"].values()
    assert sorted(one["ticks"] for one in records if one["state"] != "draft") == [[50, 41, 32, 40], [53, 42, 34, 45]]
    hand.locator(".morebutton").click()
    expect(hand.locator(".more")).to_contain_text("本页关掉后打不开：请不要关。")
    fake.stop()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        hand.reload()
