"""The page /score in a browser: pasted, computed, corrected in place, printed; in both languages, narrow and wide."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.app.tally.grids import (
    FAULTY,
    MENDED,
    MENDED_RANKING,
    NINE_BY_EIGHTEEN,
    RANKING,
    SENTENCES,
)

WIDTHS = (360, 1366)
LANGUAGES = ("zh", "en")
WORDS = {
    "zh": {"score": "计算", "print": "打印评分汇总表", "third": "三等奖", "sheet": "评分汇总表"},
    "en": {
        "score": "Compute the ranking",
        "print": "Print the tally sheet",
        "third": "Third prize",
        "sheet": "Tally sheet",
    },
}
SIGNERS = {"zh": ["计分员", "核分员", "监督员"], "en": ["Tallier", "Checker", "Steward"]}
PRIZES = {"一等奖": "First prize", "二等奖": "Second prize", "三等奖": "Third prize", "": ""}
# What cannot be read off a page of one state: a region with the same role on every page is fine.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(params=WIDTHS)
def sized(page: Page, request: pytest.FixtureRequest) -> Page:
    page.set_viewport_size({"width": request.param, "height": 740})
    return page


def given(page: Page, grid: str, *, lang: str = "zh", prizes: str = "") -> None:
    page.goto(f"/score?lang={lang}")
    page.fill("#field-full", "10")
    page.fill("#field-prizes", prizes)
    page.fill("#grid-score", grid)


def test_on_a_phone_place_name_score_and_prize_stand_in_sight_and_the_components_under_them(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/score?scheme=shiyan-2022-tour&example=true&lang=zh")
    compute(page)
    frame = page.locator(".frame", has=page.locator(".ranking"))
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    row = page.locator(".ranking .one > tr").first
    place, name, score, prize = (row.locator(one).bounding_box() for one in (".place", ".stay", ".score", ".won"))
    component = row.locator(".part-of").first.bounding_box()
    assert place
    assert name
    assert score
    assert prize
    assert component
    assert place["x"] < name["x"] < score["x"] < score["x"] + score["width"] <= 360
    assert abs(place["y"] - score["y"]) < 8
    assert name["y"] < prize["y"] < component["y"]


def compute(page: Page, lang: str = "zh") -> None:
    page.get_by_role("button", name=WORDS[lang]["score"], exact=True).click()
    page.wait_for_load_state()


def ranking(page: Page) -> list[tuple[str, ...]]:
    """Place, name, score and prize as they are read from the table."""
    rows = page.locator(".ranking .one > tr:first-child")
    return [
        (
            row.locator(".place").inner_text(),
            row.locator("th").inner_text().split()[0],
            row.locator(".score").inner_text(),
            *(row.locator(".prize").all_inner_texts()),
        )
        for row in rows.all()
    ]


def assert_no_sideways_scroll(page: Page) -> None:
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert excess == 0


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def unspaced(text: str) -> str:
    """Where a line goes from one face to another a PDF may be read with a space that nobody wrote."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_pasted_grid_gives_ranking_working_and_a_printable_tally_sheet(sized: Page, lang: str) -> None:
    page, words = sized, WORDS[lang]
    given(page, NINE_BY_EIGHTEEN, lang=lang, prizes="1,2,3")
    expect(page.locator(".preview table tbody tr")).to_have_count(10)
    assert_no_sideways_scroll(page)
    compute(page, lang)
    assert ranking(page) == [
        (place, name, score, prize if lang == "zh" else PRIZES[prize]) for place, name, score, prize in RANKING
    ]
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    first = page.locator(".why details").first
    first.locator("summary").click()
    expect(first.locator("dd")).to_contain_text("67.97 ÷ 7 = 9.71")
    assert_no_sideways_scroll(page)
    expect(page.get_by_role("button", name=words["print"])).to_be_visible()
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    width, height = (float(size) for size in printed.pages[0].mediabox.upper_right)
    assert (round(width), round(height)) == (842, 595)  # A4, landscape
    text = unspaced(printed.pages[0].extract_text())
    for word in (words["sheet"], words["third"], "18号", "9.13", "9.83", *SIGNERS[lang]):
        assert unspaced(word) in text, word
    assert unspaced(words["score"]) not in text  # no form and no buttons on paper
    page.emulate_media(media="print")
    dropped = page.locator(".marks tbody tr").nth(0).locator("s")
    assert dropped.all_inner_texts() == ["9.38", "9.62"]
    assert dropped.first.evaluate("cell => getComputedStyle(cell).textDecorationLine") == "line-through"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_faults_get_a_sentence_each_and_are_corrected_in_place(sized: Page, lang: str) -> None:
    page = sized
    given(page, FAULTY, lang=lang)
    compute(page, lang)
    assert page.locator(".faults li").all_inner_texts() == SENTENCES[lang]
    assert ranking(page) == []
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    page.locator(".faults li a").nth(1).click()
    expect(page.locator("#score-C2 input")).to_be_focused()
    for address, text in MENDED.items():
        page.locator(f"#score-{address} input").fill(text)
    expect(page.locator(".mended")).to_have_count(len(MENDED))
    compute(page, lang)
    assert [line[:3] for line in ranking(page)] == MENDED_RANKING


def test_it_works_without_scripts(browser: Browser, served: str) -> None:
    context = browser.new_context(base_url=served, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    given(page, NINE_BY_EIGHTEEN, prizes="1,2,3")
    compute(page)
    assert ranking(page) == RANKING
    assert page.locator("[data-print]").is_hidden()
    expect(page.locator(".noscript")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert [line[:3] for line in ranking(page)] == [line[:3] for line in RANKING]
    context.close()


def test_a_whole_scheme_with_several_grids(sized: Page) -> None:
    sized.goto("/score?scheme=shiyan-2022-tour&example=true")
    assert_no_sideways_scroll(sized)
    compute(sized)
    assert len(ranking(sized)) == 10
    assert sized.locator(".prize.first").count() == 1
    assert_no_sideways_scroll(sized)
    assert_accessible(sized)


def test_the_preview_follows_the_text(page: Page) -> None:
    page.goto("/score")
    page.fill("#grid-score", "\t甲\t乙\n评委1\t9.5\t<b>9</b>")
    shown = page.locator(".preview tbody tr").nth(1)
    expect(shown.locator("td")).to_have_text(["评委1", "9.5", "<b>9</b>"])
    page.fill("#grid-score", "")
    expect(page.locator(".preview table")).to_have_count(0)


def test_a_file_takes_the_place_of_the_text(page: Page) -> None:
    given(page, FAULTY)
    content = NINE_BY_EIGHTEEN.replace("\t", ",").encode("gb18030")
    page.locator("#file-score").set_input_files({"name": "marks.csv", "mimeType": "text/csv", "buffer": content})
    expect(page.locator("#grid-score")).to_have_value("")
    compute(page)
    assert [line[:3] for line in ranking(page)] == [line[:3] for line in RANKING]


def test_the_page_and_the_server_read_pasted_text_alike(page: Page) -> None:
    vectors: list[dict[str, Any]] = json.loads(
        (Path(__file__).parents[1] / "vectors" / "pasted.json").read_text(encoding="utf-8")
    )
    page.goto("/score")
    read = page.evaluate(
        "async texts => { const { rowsOf } = await import('/static/js/grid.js'); return texts.map(rowsOf); }",
        [case["text"] for case in vectors],
    )
    assert read == [case["rows"] for case in vectors]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/score", "/nothing"])
def test_pages_are_accessible_in_light_and_dark(sized: Page, path: str, scheme: str) -> None:
    sized.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sized.goto(path)
    assert_no_sideways_scroll(sized)
    assert_accessible(sized)


def test_buttons_and_links_are_large_enough_for_a_thumb(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    given(page, NINE_BY_EIGHTEEN)
    compute(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')]
            .filter(e => e.checkVisibility() && !e.closest('.skip') && e.getBoundingClientRect().width)
            .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert small == []
