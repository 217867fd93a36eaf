"""What a finding is about and how grave it is: the judge's own, the organiser's in the list, the county's to read."""

import re
from typing import Any

import pytest
from sqlmodel import select

from app.audit import AuditRow, verify
from app.contests.models import Contest
from app.issues.models import Finding, IssueRow
from tests.app.issues.lists import liaison, note, release
from tests.app.sync.field import Field

HOUSE = ["阵地设施", "标识展陈", "环境卫生", "安全隐患", "组织机制", "队伍建设", "活动开展", "档案资料"]


def rows(field: Field) -> list[tuple[str, str, str]]:
    with field.database.read() as session:
        found = session.exec(select(IssueRow).where(IssueRow.contest_id == "c1"))
        return [(row.kind, row.category, row.severity) for row in found]


def noted(field: Field, revision: str) -> tuple[str, str]:
    with field.database.read() as session:
        row = session.get_one(Finding, ("c1", revision))
        return row.category, row.severity


def test_a_record_of_an_older_phone_has_neither_and_is_taken(field: Field) -> None:
    assert noted(field, note(field.phone("J3"))) == ("", "")


@pytest.mark.parametrize("said", ["minor", "considerable", "serious"])
def test_what_a_judge_tapped_is_kept(field: Field, said: str) -> None:
    revision = note(field.phone("J3"), category="safety", severity=said)
    assert noted(field, revision) == ("safety", said)


@pytest.mark.parametrize(
    "bad", [{"severity": "huge"}, {"severity": 3}, {"category": 3}, {"category": "长" * 25}, {"category": "a\0b"}]
)
def test_what_cannot_be_read_is_kept_as_it_came_and_told(field: Field, bad: dict[str, Any]) -> None:
    phone = field.phone("J3")
    assert phone.outcome(phone.finding(**bad)) == ("rejected", "unreadable")


def test_a_highlight_has_a_category_and_is_never_grave(field: Field) -> None:
    revision = note(field.phone("J3"), state="highlight", category="people", severity="serious")
    assert noted(field, revision) == ("people", "")


def test_the_phone_is_told_the_list_in_both_languages_and_a_new_one_at_its_next_contact(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    told = phone.package()["categories"]
    assert [one["name"]["zh"] for one in told] == HOUSE
    assert told[3] == {"id": "safety", "name": {"zh": "安全隐患", "en": "Safety"}}
    before = phone.client.get("/j/c1/package").headers["etag"]
    sent = organiser.post("/c/c1/categories", data={"categories": "安全隐患\r\n\r\n 无障碍 \r\n无障碍\r\n"})
    assert sent.status_code == 303
    answer = phone.client.get("/j/c1/package", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert answer.json()["categories"] == [
        {"id": "safety", "name": {"zh": "安全隐患", "en": "Safety"}},
        {"id": "无障碍", "name": {"zh": "无障碍", "en": "无障碍"}},
    ]
    page = organiser.get("/c/c1/categories").text
    assert re.findall(r'name="categories"[^>]*>\n([^<]*)<', page) == ["安全隐患\n无障碍"]
    organiser.post("/c/c1/categories", data={"categories": " "})
    assert len(phone.package()["categories"]) == len(HOUSE)
    with field.database.read() as session:
        acts = session.exec(select(AuditRow).where(AuditRow.action == "set_categories")).all()
        assert len(acts) == 2
        assert list(verify(session, "c1")) == []


@pytest.mark.parametrize(
    ("lines", "told"), [("\n".join(f"类{n}" for n in range(21)), "最多放 20 个"), ("长" * 25, "超过 24 个字")]
)
def test_a_list_that_does_not_fit_a_phone_is_refused_and_nothing_typed_is_lost(
    field: Field, lines: str, told: str
) -> None:
    organiser = field.signed_in("organiser")
    answer = organiser.post("/c/c1/categories", data={"categories": lines})
    assert answer.status_code == 422
    assert told in answer.text
    assert lines in answer.text
    with field.database.read() as session:
        assert session.get_one(Contest, "c1").categories == ""


def test_only_the_organiser_of_the_contest_changes_the_list(field: Field) -> None:
    for client, status in (
        (field.client(Accept="text/html"), 401),
        (field.signed_in("steward"), 403),
        (field.signed_in("organiser", contest="c2"), 403),
    ):
        assert client.get("/c/c1/categories").status_code == status
        assert client.post("/c/c1/categories", data={"categories": "甲"}).status_code == status
    with field.database.read() as session:
        assert session.get_one(Contest, "c1").categories == ""


def test_the_organiser_changes_them_at_the_release_and_the_judges_own_stay(field: Field) -> None:
    revision, organiser = note(field.phone("J3"), category="safety", severity="serious"), field.signed_in("organiser")
    page = organiser.get("/c/c1/findings/A").text
    assert '<option value="safety" selected>安全隐患</option>' in page
    assert re.search(r'<option value="serious" selected>\s*● 严重</option>', page)
    form = {
        "seen": [revision], "release": [revision], f"words:{revision}": "通道堵塞",
        f"category:{revision}": "hygiene", f"severity:{revision}": "minor",
    }  # fmt: skip
    assert organiser.post("/c/c1/findings/A/releases", data=form).status_code == 303
    assert rows(field) == [("problem", "hygiene", "minor")]
    assert noted(field, revision) == ("safety", "serious")
    findings = organiser.get("/c/c1/findings").text
    assert all(word in findings for word in ("安全隐患", "严重", "环境卫生", "一般"))
    county = liaison(field).get("/county/c1").text
    assert "环境卫生" in county
    assert "一般" in county
    assert "安全隐患" not in county
    assert "严重" not in county


def test_a_release_to_all_takes_the_judges_own_along(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    seen = [note(phone, category="safety", severity="serious"), note(phone, state="highlight", category="people")]
    assert organiser.post("/c/c1/findings/releases", data={"seen": seen}).status_code == 303
    assert sorted(rows(field)) == [("highlight", "people", ""), ("problem", "safety", "serious")]


@pytest.mark.parametrize(("name", "value"), [("category", "unheard of"), ("severity", "huge")])
def test_terms_that_are_not_on_offer_are_refused(field: Field, name: str, value: str) -> None:
    revision, organiser = note(field.phone("J3")), field.signed_in("organiser")
    form = {"seen": [revision], "release": [revision], f"words:{revision}": "甲", f"{name}:{revision}": value}
    assert organiser.post("/c/c1/findings/A/releases", data=form).status_code == 422
    assert rows(field) == []


def test_a_category_that_names_a_judge_does_not_go_out(field: Field) -> None:
    revision, organiser = note(field.phone("J3"), category="评委3说的"), field.signed_in("organiser")
    assert release(organiser) == 422
    assert organiser.post("/c/c1/findings/releases", data={"seen": [revision]}).status_code == 303
    assert rows(field) == []


def test_a_category_the_list_has_no_more_is_still_offered_where_it_was_noted(field: Field) -> None:
    note(field.phone("J3"), category="老类别")
    organiser = field.signed_in("organiser")
    assert '<option value="老类别" selected>老类别</option>' in organiser.get("/c/c1/findings/A").text
    assert release(organiser) == 303
    assert rows(field) == [("problem", "老类别", "")]
