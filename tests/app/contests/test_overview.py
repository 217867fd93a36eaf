"""The overview: which steps are ticked, what is no step, and that every reader may open whatever it leads to."""

import re

import pytest
from fastapi.testclient import TestClient

from app.contests.models import ROLES
from app.judging.service import collect
from app.sync.badges import issue_badges
from tests.app.issues.lists import link, note, release
from tests.app.sync.field import Field

STEP = re.compile(r'<li class="(\w+)">\s*<div>\s*<h3><a href="/c/c1/(\w+)"')
ROLES_OF_READERS = [(role,) for role in ROLES]


def listed(client: TestClient) -> tuple[dict[str, str], dict[str, str]]:
    """The steps, and the pages that are none, each with its state."""
    steps, _, beside = client.get("/c/c1").text.partition('<ul class="steps beside">')
    return {page: state for state, page in STEP.findall(steps)}, {page: state for state, page in STEP.findall(beside)}


def ticked(client: TestClient) -> set[str]:
    return {page for page, state in listed(client)[0].items() if state == "done"}


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


def test_paper_is_no_step_of_the_way_but_where_something_is_open_on_it_it_is_next(field: Field) -> None:
    organiser, typist = field.signed_in("organiser"), field.signed_in("tallier")
    steps, beside = listed(organiser)
    assert "paper" not in steps
    assert beside == {"print": "open", "paper": "open"}
    assert listed(typist) == ({}, {"paper": "open"})


@pytest.mark.parametrize("roles", [*ROLES_OF_READERS, ROLES])
def test_the_overview_leads_to_no_page_that_its_reader_may_not_open(field: Field, roles: tuple[str, ...]) -> None:
    for state in ("before", "after"):
        reader = field.signed_in(*roles)
        page = reader.get("/c/c1").text
        paths = set(re.findall(r'href="(/c/[^"?#]+)', page))
        assert {path: reader.get(path).status_code for path in paths} == dict.fromkeys(paths, 200), state
        if roles == ("tallier",):
            assert {path.rpartition("/")[2] for path in paths} == {"c1", "paper"}
        if state == "before":
            field.database.write(lambda session: collect(session, "o", contest_id="c1"))
