"""The judge's page under an address of plain http that is not this computer's: it says so on its first screen."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserType

from tests.conftest import CHROMIUM_ARGUMENTS, chromium

HOTEL = "hotel.example"


@pytest.fixture
def in_the_hotel(browser: Browser) -> Iterator[Browser]:
    """A browser for which the test's server has a name that is not localhost."""
    kind: BrowserType = browser.browser_type
    mapped = [*CHROMIUM_ARGUMENTS, f"--host-resolver-rules=MAP {HOTEL} 127.0.0.1"]
    launched = kind.launch(executable_path=chromium(), chromium_sandbox=False, args=mapped)
    yield launched
    launched.close()


@pytest.mark.parametrize(
    ("locale", "sentence"), [("zh-CN", "这个网址没有加密"), ("en-US", "This address is not encrypted")]
)
def test_the_phone_says_that_the_address_is_not_encrypted(
    in_the_hotel: Browser, served: str, locale: str, sentence: str
) -> None:
    page = in_the_hotel.new_page(locale=locale)
    page.goto(f"http://{HOTEL}:{urlsplit(served).port}/j/c1/")
    page.get_by_text(sentence).wait_for()
    page.goto(f"{served}/j/c1/")
    page.locator("h1").wait_for()
    assert page.get_by_text(sentence).count() == 0
