"""Small pictures: before the photo, under its name, never taken for it, and only for the organiser."""

from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlmodel import select

from app.files.models import StoredFile, Thumbnail
from tests.app.issues.lists import liaison, named, note, picture, release, upload
from tests.app.sync.field import Field, Phone


def small(edge: int = 240, quality: int = 70) -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "Secret phone"
    Image.new("RGB", (edge, edge * 3 // 4), (200, 10, 50)).save(out, "JPEG", exif=exif, quality=quality)
    return out.getvalue()


def ahead(phone: Phone, photo: bytes, content: bytes) -> tuple[int, str]:
    answer = phone.client.put(f"/j/{phone.contest}/files/{named(photo)}/thumbnail", content=content)
    return answer.status_code, answer.headers.get("upload-complete", "")


def shown(client: TestClient, photo: bytes) -> int:
    return client.get(f"/c/c1/files/{named(photo)}/thumbnail").status_code


def test_it_is_shown_with_its_finding_until_the_photo_comes(field: Field) -> None:
    phone, organiser, photo = field.phone("J3"), field.signed_in("organiser"), picture()
    note(phone, files=[named(photo)])
    page = organiser.get("/c/c1/findings")
    assert "照片还在手机里" in page.text
    assert f"{named(photo)}/thumbnail" not in page.text
    assert ahead(phone, photo, small()) == (204, "?1")
    assert ahead(phone, photo, small()) == (204, "?1")
    later = organiser.get("/c/c1/findings", headers={"If-None-Match": page.headers.get("etag", "")})
    assert later.status_code == 200
    assert f'src="/c/c1/files/{named(photo)}/thumbnail"' in later.text
    assert "原图还在手机里" in later.text
    assert "联络员3" in later.text
    answer = organiser.get(f"/c/c1/files/{named(photo)}/thumbnail")
    with Image.open(BytesIO(answer.content)) as drawn:
        assert (drawn.size, dict(drawn.getexif())) == ((240, 180), {})
    upload(phone, photo)
    whole = organiser.get("/c/c1/findings").text
    assert "thumbnail" not in whole
    assert "联络员3" not in whole
    assert f'src="/c/c1/files/{named(photo)}"' in whole


def test_it_is_never_taken_for_the_photo(field: Field) -> None:
    phone, organiser, photo = field.phone("J3"), field.signed_in("organiser"), picture()
    note(phone, files=[named(photo)], text=" ")
    ahead(phone, photo, small())
    head = phone.client.head(f"/j/c1/files/{named(photo)}")
    assert (head.headers["upload-offset"], "upload-complete" in head.headers) == ("0", False)
    assert organiser.get(f"/c/c1/files/{named(photo)}").status_code == 404
    # Without words it says nothing yet, whatever its small picture shows.
    assert release(organiser) == 422
    with field.database.read() as session:
        assert session.exec(select(StoredFile)).all() == []
        assert len(session.exec(select(Thumbnail)).all()) == 1


def test_a_county_gets_the_full_photo_when_it_comes_and_never_the_small_one(field: Field) -> None:
    phone, organiser, photo = field.phone("J3"), field.signed_in("organiser"), picture()
    note(phone, files=[named(photo)])
    ahead(phone, photo, small())
    form = organiser.get("/c/c1/findings/A").text
    assert f"{named(photo)}/thumbnail" in form
    assert release(organiser) == 303
    county = liaison(field)
    assert "<img" not in county.get("/county/c1").text
    assert county.get("/county/c1/photos/problem/1/1").status_code == 404
    assert shown(county, photo) == 401
    upload(phone, photo)
    assert 'src="/county/c1/photos/problem/1/1/small' in county.get("/county/c1").text
    assert county.get("/county/c1/photos/problem/1/1").status_code == 200


@pytest.mark.parametrize(
    ("content", "status"), [(b"x" * (20 * 1024 + 1), 413), (b"#!/bin/sh", 415), (small()[:200], 415), (b"", 415)]
)
def test_what_is_no_small_picture_is_refused(field: Field, content: bytes, status: int) -> None:
    phone, photo = field.phone("J3"), picture()
    assert ahead(phone, photo, content)[0] == status
    assert shown(field.signed_in("organiser"), photo) == 404
    assert phone.client.put("/j/c1/files/xyz/thumbnail", content=small()).status_code == 404


def test_a_large_picture_in_few_bytes_becomes_a_small_one(field: Field) -> None:
    phone, photo = field.phone("J3"), picture()
    assert ahead(phone, photo, small(1200, 5)) == (204, "?1")
    content = field.signed_in("organiser").get(f"/c/c1/files/{named(photo)}/thumbnail").content
    with Image.open(BytesIO(content)) as drawn:
        assert max(drawn.size) == 320


def test_only_a_phone_sends_one_and_only_the_organiser_of_this_contest_sees_it(field: Field) -> None:
    phone, photo = field.phone("J3"), picture()
    stranger = field.client(Accept="application/json")
    assert stranger.put(f"/j/c1/files/{named(photo)}/thumbnail", content=small()).status_code == 401
    ahead(phone, photo, small())
    assert shown(field.signed_in("organiser"), photo) == 200
    assert shown(field.signed_in("steward"), photo) == 403
    assert shown(field.signed_in("organiser", contest="c2"), photo) == 403
    assert shown(field.client(Accept="text/html"), photo) == 401
