"""The overview: which steps are ticked, what is no step, and that every reader may open whatever it leads to."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.contests.models import ROLES, Contest
from app.judging.service import collect
from app.sync.badges import issue_badges
from tests.app.issues.lists import link, note, release
from tests.app.sync.field import Field

STEP = re.compile(r'<li class="(\w+)">\s*<h3><a href="/c/c1/(\w+)"')
ROLES_OF_READERS = [(role,) for role in ROLES]


def listed(client: TestClient) -> dict[str, str]:
    """Every page on the overview with its state."""
    return {page: state for state, page in STEP.findall(client.get("/c/c1").text)}


def ticked(client: TestClient) -> set[str]:
    return {page for page, state in listed(client).items() if state == "done"}


def test_a_step_is_ticked_once_it_is_known_to_be_done(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert ticked(organiser) == {"import", "scheme"}
    field.database.write(lambda s: issue_badges(s, "o", contest_id="c1", judges=["J1"]))
    assert ticked(organiser) == {"import", "scheme", "recusals"}
    note(field.phone("J3"))
    assert "1 条问题或亮点待下发" in organiser.get("/c/c1").text
    assert ticked(organiser) == {"import", "scheme", "recusals"}
    assert release(organiser) == 303
    assert ticked(organiser) == {"import", "scheme", "recusals", "findings"}
    link(field, "A")
    assert "2 个单位中有 1 个有链接" in organiser.get("/c/c1").text
    assert "counties" not in ticked(organiser)
    link(field, "B")
    assert ticked(organiser) == {"import", "scheme", "recusals", "findings", "counties"}
    organiser.post("/c/c1/counties/A/revocation")
    assert ticked(organiser) == {"import", "scheme", "recusals", "findings"}


def test_where_nobody_noted_anything_there_is_nothing_to_release_after_the_collection(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert "findings" not in ticked(organiser)
    field.database.write(lambda session: collect(session, "o", contest_id="c1"))
    assert "findings" in ticked(organiser)


def test_every_page_of_the_desk_is_on_the_overview_and_what_nothing_ends_is_never_ticked(field: Field) -> None:
    organiser, typist = field.signed_in("organiser"), field.signed_in("tallier")
    assert listed(organiser) == {
        "import": "done", "people": "open", "scheme": "done", "recusals": "next", "badges": "open", "print": "open",
        "rehearsal": "open", "attendance": "open", "board": "open", "itinerary": "open", "phones": "open",
        "paper": "open",
        "findings": "open", "counties": "open", "decisions": "open", "results": "open", "publication": "open",
        "screens": "open", "log": "open",
    }  # fmt: skip
    assert listed(typist) == {"paper": "open"}


def above(client: TestClient, page: str) -> tuple[list[str], list[str]]:
    """What stands in the two rows above a page: the parts, and the pages of the part where the reader is."""
    rows = re.search(r'<nav class="tabs".*?</nav>', client.get(f"/c/c1{page}").text, re.DOTALL)
    assert rows
    parts, _, pages = rows[0].partition('<ul class="pages"')
    return re.findall(r">([^<>\s]+)</a>", parts), re.findall(r"/c/c1/(\w+)\"", pages)


def test_the_pages_stand_in_parts_and_those_of_one_part_are_shown_where_the_reader_is(field: Field) -> None:
    organiser = field.signed_in("organiser")
    parts = ["概况", "准备", "当天", "结果", "日志"]
    assert above(organiser, "") == (parts, [])
    evening = ["import", "people", "scheme", "recusals", "badges", "print", "rehearsal"]
    assert above(organiser, "/badges") == (parts, evening)
    assert above(organiser, "/roster/units") == (parts, evening)
    assert above(organiser, "/results")[1] == ["decisions", "results", "publication", "screens"]


def test_a_part_of_which_one_page_is_open_to_the_reader_is_that_page(field: Field) -> None:
    assert above(field.signed_in("checker"), "/paper") == (["概况", "纸质评分表", "公布"], [])
    assert above(field.signed_in("staff"), "/board") == (["概况", "打印", "当天"], ["attendance", "board"])


@pytest.mark.parametrize("form", ["tour", "stage", "desk"])
@pytest.mark.parametrize("roles", [*ROLES_OF_READERS, ROLES])
def test_the_overview_leads_to_no_page_that_its_reader_may_not_open(
    field: Field, roles: tuple[str, ...], form: str
) -> None:
    def of_this_form(session: Session) -> None:
        session.get_one(Contest, "c1").form = form

    field.database.write(of_this_form)
    for state in ("before", "after"):
        reader = field.signed_in(*roles)
        page = reader.get("/c/c1").text
        paths = set(re.findall(r'href="(/c/[^"?#]+)', page))
        assert {path: reader.get(path).status_code for path in paths} == dict.fromkeys(paths, 200), state
        if roles == ("tallier",):
            assert {path.rpartition("/")[2] for path in paths} == {"c1", "paper"}
        if state == "before":
            field.database.write(lambda session: collect(session, "o", contest_id="c1"))
