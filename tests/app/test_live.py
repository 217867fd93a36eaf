"""The tag of a page: the same for the very same page, another as soon as anything on it is another."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import col, func, select

from app import audit
from app.judging.service import collect
from app.sync.models import Heartbeat
from tests.app.files.test_upload import named, photo, send
from tests.app.sync.field import Field, ticks

PAGES = ("", "/board", "/findings", "/results")
BY_ITSELF = {"Fieldmark-Live": "1"}


def again(client: TestClient, page: str, tag: str) -> Response:
    return client.get(f"/c/c1{page}", headers={"If-None-Match": tag, **BY_ITSELF})


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_sent_again_only_when_something_has_happened(field: Field, page: str) -> None:
    organiser, phone = field.signed_in("organiser"), field.phone("J3")
    first = organiser.get(f"/c/c1{page}")
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    assert f'data-tag="{tag.replace(chr(34), "&#34;")}"' in first.text
    same = again(organiser, page, tag)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert same.headers["Cache-Control"] == "no-store"
    assert phone.outcome(phone.sheet("P1", ticks("P1"))) == ("stored", "")
    newer = again(organiser, page, tag)
    assert newer.status_code == 200
    assert newer.headers["ETag"] != tag
    assert again(organiser, page, newer.headers["ETag"]).status_code == 304


def test_another_reader_language_or_contest_has_another_tag(field: Field) -> None:
    organiser = field.signed_in("organiser")
    tags = [
        organiser.get("/c/c1/board").headers["ETag"],
        organiser.get("/c/c1/board?lang=en").headers["ETag"],
        field.signed_in("organiser", contest="c2").get("/c/c2/board").headers["ETag"],
        field.signed_in("organiser").get("/c/c1/board").headers["ETag"],
        field.signed_in("steward").get("/c/c1/board").headers["ETag"],
        field.signed_in("organiser", "steward").get("/c/c1/board").headers["ETag"],
    ]
    assert len(set(tags)) == len(tags)


def test_a_phone_that_falls_silent_changes_the_board_and_nothing_in_the_log(field: Field) -> None:
    organiser, phone, other = field.signed_in("organiser"), field.phone("J3"), field.phone("J4")
    phone.hand_over()
    assert other.outcome(other.sheet("P1")) == ("stored", "")  # the stop is under way, so J3 owes his sheet
    tag = organiser.get("/c/c1/board").headers["ETag"]
    head = select(audit.ContestHead.rev).where(audit.ContestHead.contest_id == "c1")
    with field.database.read() as session:
        before = session.exec(head).one()

    def an_hour_ago(session: object) -> None:
        beat = session.exec(select(Heartbeat).where(col(Heartbeat.device_id) == phone.device)).one()  # type: ignore[attr-defined]
        beat.heard_at = "2026-11-21T00:00:00.000000Z"
        session.add(beat)  # type: ignore[attr-defined]

    field.database.write(an_hour_ago)
    told = again(organiser, "/board", tag)
    assert told.status_code == 200
    assert "11-21 08:00" in told.text
    # The same for a phone that says it holds something: no act of the contest either.
    phone.hand_over(waiting=3)
    assert "手机里待传 3 条" in again(organiser, "/board", told.headers["ETag"]).text
    with field.database.read() as session:
        assert session.exec(head).one() == before


def test_a_photo_that_comes_later_changes_the_findings(field: Field) -> None:
    organiser, phone, content = field.signed_in("organiser"), field.phone("J3"), photo()
    assert phone.outcome(phone.finding(files=[named(content)])) == ("stored", "")
    told = organiser.get("/c/c1/findings")
    assert "照片还在手机里" in told.text
    assert send(phone, content)[2] == "?1"
    newer = again(organiser, "/findings", told.headers["ETag"])
    assert newer.status_code == 200
    assert "照片还在手机里" not in newer.text


def test_a_page_of_results_that_fetches_itself_shows_no_score_and_logs_no_look(field: Field) -> None:
    organiser, steward = field.signed_in("organiser"), field.signed_in("steward")
    phone = field.phone("J3")
    assert phone.outcome(phone.sheet("P1", ticks("P1"))) == ("stored", "")
    field.database.write(lambda session: collect(session, "o", contest_id="c1"))
    tag = organiser.get("/c/c1/results").headers["ETag"]
    for client, role in ((organiser, "organiser"), (steward, "steward")):
        assert client.post("/c/c1/results/opening", data={"role": role}).status_code == 303
    waiting = again(organiser, "/results", tag)
    assert waiting.status_code == 200
    assert "查看评分结果" in waiting.text
    assert 'class="ranking' not in waiting.text
    assert again(organiser, "/results", waiting.headers["ETag"]).status_code == 304
    looks = select(func.count()).where(audit.AuditRow.contest_id == "c1", audit.AuditRow.action == "look")
    with field.database.read() as session:
        assert session.exec(looks).one() == 0
    # With his own hand he sees it, and nothing of it is fetched again by itself.
    opened = organiser.get("/c/c1/results", headers={"If-None-Match": waiting.headers["ETag"]})
    assert opened.status_code == 200
    assert 'class="ranking' in opened.text
    assert "data-live" not in opened.text
    with field.database.read() as session:
        assert session.exec(looks).one() == 1


def test_a_page_that_fetches_itself_asks_for_permission_like_any_other(field: Field) -> None:
    tags = {page: field.signed_in("organiser").get(f"/c/c1{page}").headers["ETag"] for page in PAGES}
    staff, stranger, other = field.signed_in("staff"), field.signed_in(), field.signed_in("organiser", contest="c2")
    for page, tag in tags.items():
        assert again(field.client(), page, tag).status_code == 401
        assert again(stranger, page, tag).status_code == 403
        assert again(other, page, tag).status_code == 403
    assert [again(staff, page, tag).status_code for page, tag in tags.items()] == [200, 200, 403, 403]
