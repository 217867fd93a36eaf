"""Findings become a county's list: numbered once, worded by the organiser, and nothing in it leads back to a judge."""

import re

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from app.audit import AuditRow, verify
from app.issues.models import Finding, FindingLeftOut, IssueListRow, IssueRow
from tests.app.issues.lists import liaison, named, note, picture, release, upload
from tests.app.sync.field import Field


def issues(field: Field, unit: str = "A") -> list[tuple[str, int, int, str]]:
    """Kind, number, version and words of everything released to the unit."""
    with field.database.read() as session:
        rows = session.exec(
            select(IssueRow)
            .where(IssueRow.contest_id == "c1", IssueRow.unit_id == unit)
            .order_by(col(IssueRow.kind).desc(), col(IssueRow.number))
        )
        return [(row.kind, row.number, row.version, row.text) for row in rows]


def test_a_release_numbers_problems_and_highlights_each_from_one_in_the_manual_order(field: Field) -> None:
    phone, other = field.phone("J3"), field.phone("J4")
    note(phone, "P3", "展板脱落")
    note(other, "P1", "消防通道堵塞")
    note(phone, "P1", "讲解生动", state="highlight")
    note(other, "P2", "清江市的事")
    assert release(field.signed_in("organiser"), "A") == 303
    assert issues(field, "A") == [
        ("problem", 1, 1, "消防通道堵塞"),
        ("problem", 2, 1, "展板脱落"),
        ("highlight", 1, 1, "讲解生动"),
    ]
    assert issues(field, "B") == []


def test_a_later_release_adds_with_new_numbers_and_never_renumbers(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    note(phone, "P3", "甲")
    release(organiser)
    note(phone, "P1", "乙")
    assert release(organiser) == 303
    assert issues(field) == [("problem", 1, 1, "甲"), ("problem", 2, 2, "乙")]
    with field.database.read() as session:
        lists = session.exec(select(IssueListRow).order_by(col(IssueListRow.version))).all()
        assert [(row.unit_id, row.version) for row in lists] == [("A", 1), ("A", 2)]
        acts = session.exec(select(AuditRow).where(AuditRow.action == "release_list")).all()
        assert [(row.actor, row.subject) for row in acts] == [(lists[0].by_person, "A")] * 2
        assert list(verify(session, "c1")) == []


def test_the_organiser_edits_the_words_and_the_judges_own_are_kept(field: Field) -> None:
    revision = note(field.phone("J3"), text="太乱了！")
    organiser = field.signed_in("organiser")
    assert release(organiser, words={revision: "室内物品摆放零乱。"}) == 303
    assert issues(field) == [("problem", 1, 1, "室内物品摆放零乱。")]
    with field.database.read() as session:
        assert session.get_one(Finding, ("c1", revision)).text == "太乱了！"
    page = organiser.get("/c/c1/findings").text
    assert "太乱了！" in page
    assert "室内物品摆放零乱。" in page


def test_what_is_left_out_stays_out_of_later_releases_until_it_is_ticked(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    first = phone.finding("P1", text="与文明实践无关")
    assert phone.outcome(first) == ("stored", "")
    note(phone, "P3", "展板脱落")
    assert release(organiser, without=(first["revision_id"],)) == 303
    assert issues(field) == [("problem", 1, 1, "展板脱落")]
    # Also when the judge writes it anew, and when everything is released at once.
    note(phone, "P1", "还是无关", finding_id=first["finding_id"])
    seen = re.findall(r'name="release" value="([^"]+)"', organiser.get("/c/c1/findings/A").text)
    organiser.post("/c/c1/findings/releases", data={"seen": seen})
    assert release(organiser) == 303
    assert issues(field) == [("problem", 1, 1, "展板脱落")]
    form = {"seen": seen, "release": seen, f"words:{seen[0]}": "还是下发"}
    assert organiser.post("/c/c1/findings/A/releases", data=form).status_code == 303
    assert issues(field)[1:] == [("problem", 2, 2, "还是下发")]
    with field.database.read() as session:
        assert [row.revision_id for row in session.exec(select(FindingLeftOut))] == [first["revision_id"]]


def test_everything_ready_is_released_to_every_unit_at_once(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    note(phone, "P1", "甲")
    note(phone, "P2", "乙")
    note(phone, "P4", "评委2说不好")
    note(phone, "P3", " ")
    page = organiser.get("/c/c1/findings").text
    assert "2 条要先由您改写" in page
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    note(phone, "P1", "页面打开以后才来的")
    assert organiser.post("/c/c1/findings/releases", data={"seen": seen}).status_code == 303
    assert (issues(field, "A"), issues(field, "B")) == ([("problem", 1, 1, "甲")], [("problem", 1, 1, "乙")])


def test_a_form_sent_twice_releases_once(field: Field) -> None:
    revision, organiser = note(field.phone("J3")), field.signed_in("organiser")
    form = {"seen": [revision], "release": [revision], f"words:{revision}": "甲"}
    answers = [organiser.post("/c/c1/findings/A/releases", data=form).status_code for _ in range(2)]
    assert answers == [303, 409]
    assert issues(field) == [("problem", 1, 1, "甲")]


def test_words_that_name_a_judge_are_refused_and_nothing_typed_is_lost(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    one, two = note(phone, "P1", "甲"), note(phone, "P3", "乙")
    words = {one: "评委3指出通道堵塞", two: "改过的乙"}
    form: dict[str, str | list[str]] = {"seen": [one, two], "release": [one, two]}
    form |= {f"words:{revision}": text for revision, text in words.items()}
    answer = organiser.post("/c/c1/findings/A/releases", data=form)
    assert answer.status_code == 422
    assert all(text in answer.text for text in words.values())
    assert issues(field) == []


@pytest.mark.parametrize("what", ["changed", "withdrawn", "of another unit", "unknown"])
def test_what_is_not_what_the_organiser_saw_is_not_released(field: Field, what: str) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    first = phone.finding("P1", text="甲")
    phone.outcome(first)
    revision = first["revision_id"]
    if what == "changed":
        note(phone, "P1", "新甲", finding_id=first["finding_id"])
    elif what == "withdrawn":
        note(phone, "P1", "", finding_id=first["finding_id"], state="withdrawn")
    elif what == "of another unit":
        revision = note(phone, "P2", "清江市的事")
    else:
        revision = "0" * 36
    form = {"seen": [revision], "release": [revision], f"words:{revision}": "甲"}
    assert organiser.post("/c/c1/findings/A/releases", data=form).status_code == 409
    assert (issues(field, "A"), issues(field, "B")) == ([], [])


def test_what_a_judge_does_after_the_release_changes_nothing_in_the_list(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    first, second = phone.finding("P1", text="甲"), phone.finding("P3", text="乙")
    phone.hand_over(first, second)
    release(organiser)
    note(phone, "P1", "新甲", finding_id=first["finding_id"])
    note(phone, "P3", "", finding_id=second["finding_id"], state="withdrawn")
    assert issues(field) == [("problem", 1, 1, "甲"), ("problem", 2, 1, "乙")]
    page = organiser.get("/c/c1/findings").text
    assert "下发后评委改过" in page
    assert "下发后评委撤回了" in page
    assert release(organiser) == 303
    assert len(issues(field)) == 2


def test_a_photo_goes_along_if_it_is_here_and_ticked(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    here, there = upload(phone, picture(1)), upload(phone, picture(2))
    revision = note(phone, files=[here, there, "0" * 64])
    form = {"seen": [revision], "release": [revision], f"words:{revision}": "甲", f"photo:{revision}": ["2", "3"]}
    assert organiser.post("/c/c1/findings/A/releases", data=form).status_code == 303
    with field.database.read() as session:
        assert session.exec(select(IssueRow)).one().files == f'["{there}", "{"0" * 64}"]'


def test_a_photo_that_comes_after_the_release_joins_its_issue(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    here, later, never = picture(1), picture(100), picture(200)
    revision = note(phone, files=[named(later), upload(phone, here), named(never)])
    page = organiser.get("/c/c1/findings/A").text
    assert "照片 1 收到后自动并入" in page
    assert re.findall(rf'name="photo:{revision}" value="(\d)" checked', page) == ["1", "2", "3"]
    form = {"seen": [revision], "release": [revision], f"words:{revision}": "甲", f"photo:{revision}": ["1", "2"]}
    assert organiser.post("/c/c1/findings/A/releases", data=form).status_code == 303
    county = liaison(field, "A")
    shown = "/county/c1/photos/problem/1/{}/small"

    def photos() -> list[str]:
        return re.findall(r'src="/county/c1/photos/problem/1/(\d)/small', county.get("/county/c1").text)

    assert photos() == ["2"]
    assert county.get(shown.format(1)).status_code == 404
    upload(phone, later)
    upload(phone, never)  # unticked: it stays away
    assert photos() == ["1", "2"]
    assert [county.get(shown.format(n)).status_code for n in (1, 2, 3)] == [200, 200, 404]


def test_a_photo_alone_that_is_not_here_yet_is_nothing_to_release(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    revision = note(phone, text="", files=[named(picture(1))])
    form = {"seen": [revision], "release": [revision], f"words:{revision}": " ", f"photo:{revision}": ["1"]}
    assert organiser.post("/c/c1/findings/A/releases", data=form).status_code == 422
    assert issues(field) == []


def test_with_everything_at_once_photos_on_the_phones_join_too(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    revision = note(phone, files=[named(picture(1))])
    assert organiser.post("/c/c1/findings/releases", data={"seen": [revision]}).status_code == 303
    upload(phone, picture(1))
    assert "/photos/problem/1/1/small" in liaison(field, "A").get("/county/c1").text


def test_nothing_a_county_reads_leads_back_to_a_judge(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    photo = upload(phone, picture())
    revision = note(phone, files=[photo])
    with field.database.read() as session:
        finding = session.get_one(Finding, ("c1", revision))
        came, finding_id = finding.came_at, finding.finding_id
    release(organiser)
    county = liaison(field)
    answers = [county.get(path) for path in ("/county/c1", "/county/c1/photos/problem/1/1")]
    told = "".join(f"{answer.content!r}{answer.text}{dict(answer.headers)}" for answer in answers)
    secrets = [
        "评委3",
        "J3",
        photo,
        revision,
        finding_id,
        phone.device,
        "2026-11-21",
        "16:15",
        came[11:16],
        "Secret phone",
    ]
    assert [secret for secret in secrets if secret in told] == []
    assert "last-modified" not in answers[1].headers
    assert "第 1 天" in told


@pytest.mark.parametrize("table", ["issue", "issue_list", "finding_left_out"])
def test_what_was_released_cannot_be_changed(field: Field, table: str) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    left = note(phone, "P1", "甲")
    note(phone, "P3", "乙")
    release(organiser, without=(left,))
    for statement in (f"UPDATE {table} SET contest_id = 'c1'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            field.database.write(lambda session, s=statement: session.connection().exec_driver_sql(s))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/findings"),
        ("POST", "/findings/releases"),
        ("GET", "/findings/A"),
        ("POST", "/findings/A/releases"),
        ("GET", "/findings/A/issues.xlsx"),
    ],
)
def test_only_organisers_of_this_contest_release(field: Field, method: str, path: str) -> None:
    note(field.phone("J3"))

    def asked(**who: str) -> int:
        client = field.signed_in(*who["roles"].split(), contest=who.get("contest", "c1")) if who else field.client()
        return client.request(method, f"/c/c1{path}").status_code

    assert asked() == 401
    assert [asked(roles=role) for role in ("steward", "tallier", "checker", "staff")] == [403] * 4
    assert asked(roles="organiser", contest="c2") == 403
    assert asked(roles="organiser") == (200 if method == "GET" else 303)
    assert issues(field) == []


def test_a_unit_that_is_not_there_has_no_form(field: Field) -> None:
    organiser = field.signed_in("organiser")
    for answer in (organiser.get("/c/c1/findings/Z"), organiser.post("/c/c1/findings/Z/releases", data={})):
        assert answer.status_code == 404
