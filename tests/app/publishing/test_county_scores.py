"""A county reads its own result after publication, and never another's figure."""

import pytest
from fastapi.testclient import TestClient

from app.issues.access import COOKIE
from app.issues.links import make_links
from tests.app.publishing.ready import NAMES, TOUR, Ready

PATH = f"/county/{TOUR}/scores"
# Each county's total and its score on site.
OWN = {"A": ("83.00", "80.00"), "B": ("89.00", "90.00"), "C": ("85.10", "83.50"), "D": ("77.00", "70.00")}


def liaison(ready: Ready, unit: str) -> TestClient:
    codes = ready.field.database.write(lambda s: make_links(s, "organiser", contest_id=TOUR, units=[unit]))
    client = ready.anybody()
    client.cookies.set(COOKIE, codes[unit], path=f"/county/{TOUR}")
    return client


def test_nothing_stands_there_before_publication(ready: Ready) -> None:
    ready.seals()
    ready.signs()
    ready.approves()
    answer = liaison(ready, "C").get(PATH)
    assert answer.status_code == 200
    assert "结果还没有公布" in answer.text
    assert [text for text in ("85.1", "83.5", "二等奖") if text in answer.text] == []


@pytest.mark.parametrize("level", ["tiers", "ranks", "scores", "workings"])
def test_a_county_reads_its_own_figures_and_nobody_elses(ready: Ready, level: str) -> None:
    ready.published(level)
    # Two decimals of 80 stand for a pitch as well, and 90 for every county's ordinary work.
    common = {"80.00", "90.00"}
    for unit in "AC":
        answer = liaison(ready, unit).get(PATH)
        page = answer.text.partition("<main")[2]
        assert [text for text in OWN[unit] if text not in page] == []
        others = {text for other in OWN if other != unit for text in OWN[other]} - common
        assert [text for text in others if text in page] == []
        assert [name for other, name in NAMES.items() if other != unit and name in page] == []
        assert "评判者" not in page
        assert ("名次" in page) == (level != "tiers")
        assert answer.headers["cache-control"] == "no-store"


def test_nobody_reads_it_without_a_link_of_this_contest(ready: Ready) -> None:
    ready.published()
    assert ready.anybody().get(PATH).status_code == 401
    assert ready.organiser.get(PATH).status_code == 401
    elsewhere = liaison(ready, "C")
    assert elsewhere.get("/county/c1/scores").status_code == 401
    wrong = ready.anybody()
    wrong.cookies.set(COOKIE, "A" * 20, path=f"/county/{TOUR}")
    assert wrong.get(PATH).status_code == 401
