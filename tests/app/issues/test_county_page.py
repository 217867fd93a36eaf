"""A county reads its own released list and photos, and nothing of anybody else's."""

from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.issues.access import COOKIE
from tests.app.issues.lists import liaison, link, note, picture, release, upload
from tests.app.sync.field import Field

OWN = ("/county/c1", "/county/c1/issues.xlsx", "/county/c1/photos/problem/1/1", "/county/c1/photos/problem/1/1/small")


def released(field: Field) -> None:
    """A problem with a photo for each county of c1."""
    phone = field.phone("J3")
    for seed, (unit, entry, text) in enumerate((("A", "P1", "云岭的通道"), ("B", "P2", "清江的展板"))):
        note(phone, entry, text, files=[upload(phone, picture(seed * 100))])
        assert release(field.signed_in("organiser"), unit) == 303


def colour(content: bytes) -> int:
    """The green of a photo, which tells them apart."""
    with Image.open(BytesIO(content)) as shown:
        pixel = shown.convert("RGB").getpixel((20, 20))
        assert isinstance(pixel, tuple)
        return round(pixel[1] / 100) * 100


def statuses(client: TestClient) -> list[int]:
    return [client.get(path).status_code for path in OWN]


def test_a_county_reads_its_own_list_with_photos(field: Field) -> None:
    released(field)
    a, b = liaison(field, "A"), liaison(field, "B")
    page = a.get("/county/c1")
    assert "云岭的通道" in page.text
    assert "清江" not in page.text
    assert "/county/c1/photos/problem/1/1/small" in page.text
    assert "下发" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.text
    assert (colour(a.get(OWN[2]).content), colour(b.get(OWN[2]).content)) == (0, 100)
    assert "清江的展板" in b.get("/county/c1").text


def test_a_photo_is_large_or_small_and_without_what_the_phone_wrote(field: Field) -> None:
    released(field)
    a = liaison(field, "A")
    for path, size in ((OWN[2], (1600, 1200)), (OWN[3], (480, 360))):
        answer = a.get(path)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["vary"] == "Cookie"
        with Image.open(BytesIO(answer.content)) as shown:
            assert (shown.size, dict(shown.getexif())) == (size, {})
        assert b"Secret phone" not in answer.content


def test_before_the_release_there_is_nothing(field: Field) -> None:
    phone = field.phone("J3")
    note(phone, "P1", "云岭的通道", files=[upload(phone, picture())])
    a = liaison(field, "A")
    page = a.get("/county/c1").text
    assert "还没有下发" in page
    assert "云岭的通道" not in page
    assert statuses(a) == [200, 200, 404, 404]


def test_another_countys_cookie_opens_its_own_list_only(field: Field) -> None:
    released(field)
    phone = field.phone("J4")
    note(phone, "P3", "云岭第二条", files=[upload(phone, picture(100)), upload(phone, picture(200))])
    release(field.signed_in("organiser"), "A")
    b = liaison(field, "B")
    page = b.get("/county/c1").text
    assert "云岭的通道" not in page
    assert "云岭第二条" not in page
    for path in ("/problem/2/1", "/problem/2/2", "/problem/1/2", "/highlight/1/1"):
        for end in ("", "/small"):
            assert b.get(f"/county/c1/photos{path}{end}").status_code == 404


def test_without_a_link_there_is_no_list(field: Field) -> None:
    released(field)
    assert statuses(field.client(Accept="text/html")) == [401] * 4
    for client in (field.signed_in("organiser"), field.signed_in("steward"), field.phone("J1").client):
        assert statuses(client) == [401] * 4


def test_with_a_revoked_link_there_is_no_list(field: Field) -> None:
    released(field)
    a = liaison(field, "A")
    assert statuses(a) == [200] * 4
    field.signed_in("organiser").post("/c/c1/counties/A/revocation")
    assert statuses(a) == [410] * 4


def test_the_same_unit_of_another_contest_is_another_countys(field: Field) -> None:
    released(field)
    note(field.phone("J3", "c2"))
    other = liaison(field, "A", "c2")
    assert other.get("/county/c2").status_code == 200
    assert statuses(other) == [401] * 4
    # Also when it is sent where the browser would not send it.
    code = link(field, "A", "c2").rpartition("/")[2]
    assert statuses(field.client(Accept="text/html", Cookie=f"{COOKIE}={code}")) == [401] * 4
    assert field.client(Accept="text/html").post(f"/county/c1/link/{code}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/0/1", "/1/0", "/-1/1", "/99999999999999999999/1", "/1/99999999999999999999", "/x/1"]
)
def test_a_photo_that_cannot_be_is_refused(field: Field, path: str) -> None:
    released(field)
    a = liaison(field, "A")
    assert a.get(f"/county/c1/photos/problem{path}").status_code == 422
    assert a.get("/county/c1/photos/withdrawn/1/1").status_code == 422


def test_a_link_opens_no_page_of_the_desk_and_no_file_by_its_name(field: Field) -> None:
    released(field)
    a = liaison(field, "A")
    a.cookies.set(COOKIE, a.cookies[COOKIE], path="/")
    for path in (
        "/c/c1",
        "/c/c1/findings",
        "/c/c1/counties",
        "/c/c1/results",
        "/c/c1/files/" + "0" * 64,
        "/c/c1/board",
    ):
        assert a.get(path).status_code == 401, path


def test_text_is_shown_as_it_was_written(field: Field) -> None:
    note(field.phone("J3"), text="<b>堵塞</b>")
    release(field.signed_in("organiser"))
    page = liaison(field).get("/county/c1").text
    assert "<b>堵塞" not in page
    assert "堵塞" in page


def test_the_page_is_in_the_readers_language(field: Field) -> None:
    released(field)
    a = liaison(field, "A")
    english = a.get("/county/c1?lang=en").text
    assert "1 problem to put right" in english
    assert "需整改" not in english


def test_the_scores_have_a_tab_only_where_they_are_served(field: Field) -> None:
    released(field)
    a = liaison(field, "A")
    served = any("/county/c1/scores" in a.get("/county/c1").text for _ in range(1))
    assert served == (a.get("/county/c1/scores").status_code != 404)
