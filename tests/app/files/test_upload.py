"""Photos: in parts, taken up again after a cut, checked before they count, shown without where and when."""

import hashlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from PIL import Image

from app.files import service
from tests.app.sync.field import Field, Phone
from tests.conftest import COMES_WITHIN_SECONDS, free_port


def photo(size: tuple[int, int] = (64, 48), form: str = "JPEG", *, turned: bool = False, seed: int = 0) -> bytes:
    picture = Image.new("RGB", size, (200, seed % 256, 50))
    out = BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6  # the phone was held upright
    exif[0x010F] = "Secret phone"
    picture.save(out, form, exif=exif)
    return out.getvalue()


def named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def send(
    phone: Phone, content: bytes, *, at: int = 0, until: int | None = None, sha256: str = ""
) -> tuple[int, int, str]:
    """Status, offset and completeness after sending the bytes from ``at``."""
    headers = {"Upload-Offset": str(at), "Upload-Length": str(len(content))}
    address = f"/j/{phone.contest}/files/{sha256 or named(content)}"
    answer = phone.client.patch(address, content=content[at:until], headers=headers)
    return answer.status_code, int(answer.headers.get("upload-offset", -1)), answer.headers.get("upload-complete", "")


def standing(phone: Phone, content: bytes) -> tuple[int, str]:
    answer = phone.client.head(f"/j/{phone.contest}/files/{named(content)}")
    assert answer.status_code == 204
    return int(answer.headers["upload-offset"]), answer.headers.get("upload-complete", "")


def test_a_photo_in_two_parts_is_whole_after_the_second(field: Field) -> None:
    phone, content = field.phone("J3"), photo()
    assert standing(phone, content) == (0, "")
    assert send(phone, content, until=100) == (204, 100, "")
    assert standing(phone, content) == (100, "")
    assert send(phone, content, at=100) == (204, len(content), "?1")
    assert standing(phone, content) == (len(content), "?1")
    assert send(phone, content) == (204, len(content), "?1")


def test_photos_that_come_at_once_are_drawn_one_by_one_and_a_sheet_waits_for_none(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = [field.phone(judge) for judge in ("J1", "J2", "J3")]
    proper, go_on, begun = service.shown_version, threading.Event(), threading.Semaphore(0)

    def slow(content: bytes) -> tuple[str, bytes]:
        begun.release()
        assert go_on.wait(COMES_WITHIN_SECONDS)
        return proper(content)

    monkeypatch.setattr(service, "shown_version", slow)
    with ThreadPoolExecutor() as several:
        sent = [several.submit(send, phone, photo(seed=n)) for n, phone in enumerate(phones)]
        try:
            assert begun.acquire(timeout=COMES_WITHIN_SECONDS)
            assert not begun.acquire(timeout=0.5), "two at once"
            marker = field.phone("J4")
            assert marker.hand_over(marker.sheet("P1"))["results"][0]["result"] == "stored"
        finally:
            go_on.set()
        assert [one.result()[2] for one in sent] == ["?1"] * 3


def test_a_part_at_the_wrong_place_is_told_where_to_go_on(field: Field) -> None:
    phone, content = field.phone("J3"), photo()
    send(phone, content, until=100)
    assert send(phone, content, until=50) == (409, 100, "")
    assert send(phone, content, at=200) == (409, 100, "")
    assert standing(phone, content) == (100, "")


def test_another_phone_starts_its_own_part_and_finds_the_whole(field: Field) -> None:
    first, second, content = field.phone("J3"), field.phone("J4"), photo()
    send(first, content, until=100)
    assert standing(second, content) == (0, "")
    assert send(second, content) == (204, len(content), "?1")
    assert standing(first, content) == (len(content), "?1")


def test_what_is_not_the_named_content_is_thrown_away(field: Field) -> None:
    phone, content = field.phone("J3"), photo()
    assert send(phone, photo(seed=9), sha256=named(content))[0] == 422
    assert standing(phone, content) == (0, "")


@pytest.mark.parametrize("content", [b"#!/bin/sh", b"<svg onload=alert(1)>", b"GIF89a....", photo()[:200]])
def test_what_is_no_picture_is_refused(field: Field, content: bytes) -> None:
    phone = field.phone("J3")
    assert send(phone, content)[0] == 415
    assert standing(phone, content) == (0, "")


def test_what_is_too_large_is_refused_before_it_comes(field: Field) -> None:
    phone = field.phone("J3")
    for length in (service.MOST_BYTES + 1, 0):
        headers = {"Upload-Offset": "0", "Upload-Length": str(length)}
        answer = phone.client.patch(f"/j/c1/files/{'0' * 64}", content=b"x", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "files.too_large")
    headers = {"Upload-Offset": "0", "Upload-Length": "3"}
    assert phone.client.patch(f"/j/c1/files/{'0' * 64}", content=b"xxxx", headers=headers).status_code == 413
    assert phone.client.patch("/j/c1/files/..%2f..%2fx", content=b"x", headers=headers).status_code == 404
    assert phone.client.patch("/j/c1/files/xyz", content=b"x", headers=headers).status_code == 404


def test_a_picture_that_unfolds_to_too_much_is_refused(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_PIXELS", 1000)
    assert send(field.phone("J3"), photo())[0] == 415


def test_the_shown_version_is_upright_small_and_without_exif() -> None:
    kind, shown = service.shown_version(photo((4000, 3000), turned=True))
    with Image.open(BytesIO(shown)) as picture:
        assert (kind, picture.size, dict(picture.getexif())) == ("image/jpeg", (1536, 2048), {})
    assert b"Secret phone" not in shown
    assert service.shown_version(photo(form="PNG"))[0] == "image/png"


def test_an_iphones_heic_is_shown_upright_and_without_exif() -> None:
    """96 by 64, left half blue, and said to be turned: upright it stands on its side, with the blue half above."""
    content = (Path(__file__).parent / "turned.heic").read_bytes()
    kind, shown = service.shown_version(content)
    with Image.open(BytesIO(shown)) as picture:
        red, _, blue = picture.getpixel((32, 10))  # type: ignore[misc]
        assert (kind, picture.size, dict(picture.getexif()), blue > 2 * red) == ("image/heic", (64, 96), {}, True)
    assert b"Secret phone" in content
    assert b"Secret phone" not in shown


def test_a_heic_that_cannot_be_read_here_is_kept_without_a_version_to_show() -> None:
    assert service.shown_version(b"\0\0\0\x18ftypheic" + b"\0" * 40) == ("image/heic", b"")


def test_only_the_organiser_of_this_contest_sees_a_photo_with_its_finding(field: Field) -> None:
    phone, content = field.phone("J3"), photo(turned=True)
    phone.hand_over(phone.finding("P1", text="<b>堵塞</b>", files=[named(content)]))
    organiser = field.signed_in("organiser")
    address = f"/c/c1/files/{named(content)}"
    before = organiser.get("/c/c1/findings").text
    assert "&lt;b&gt;堵塞" in before
    assert address not in before
    send(phone, content)
    assert address in organiser.get("/c/c1/findings").text
    answer = organiser.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert b"Secret phone" not in answer.content
    assert organiser.get(f"/c/c1/files/{named(b'other')}").status_code == 404
    assert field.signed_in("organiser", contest="c2").get(address).status_code == 403
    assert field.signed_in("organiser", contest="c2").get(address.replace("c1", "c2")).status_code == 404
    assert phone.client.get(address).status_code == 401


def test_a_withdrawn_finding_is_gone_and_a_later_text_replaces_the_first(field: Field) -> None:
    phone = field.phone("J3")
    first = phone.finding("P1", text="甲")
    phone.hand_over(first, phone.finding("P1", text="乙", finding_id=first["finding_id"]))
    gone = phone.finding("P2", text="丙")
    phone.hand_over(gone, phone.finding("P2", text="丙", finding_id=gone["finding_id"], state="withdrawn"))
    page = field.signed_in("organiser").get("/c/c1/findings").text
    assert [word in page for word in "甲乙丙"] == [False, True, False]


def test_a_cut_connection_keeps_what_came_and_goes_on_from_there(field: Field) -> None:
    phone, content = field.phone("J3"), photo((1500, 1500), "PNG") + b"\0" * 200_000
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(field.app, port=port, lifespan="off", log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            threading.Event().wait(0.02)
        head = (
            f"PATCH /j/c1/files/{named(content)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Cookie: fieldmark_device={phone.cookie}\r\nUpload-Offset: 0\r\nUpload-Length: {len(content)}\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port)) as wire:
            wire.sendall(head.encode() + content[:150_000])
            for _ in range(200):
                if standing(phone, content)[0] == 150_000:
                    break
                threading.Event().wait(0.02)
        here, whole = standing(phone, content)
        assert (here, whole) == (150_000, "")
        assert send(phone, content, at=here) == (204, len(content), "?1")
    finally:
        server.should_exit = True
        thread.join()


def test_no_file_is_served_to_a_stranger(field: Field) -> None:
    client: TestClient = field.client()
    for method in ("HEAD", "PATCH", "GET"):
        assert client.request(method, f"/j/c1/files/{'0' * 64}").status_code in {401, 405}


def test_a_part_that_is_all_there_and_was_never_looked_at_is_finished_by_a_part_without_bytes(field: Field) -> None:
    """As after a server that was stopped between the last byte and the look at the whole."""
    phone, content = field.phone("J3"), photo()
    part = service.shelf(field.folder, "c1").part(phone.device, named(content))
    part.parent.mkdir(parents=True)
    part.write_bytes(content)
    assert standing(phone, content) == (len(content), "")
    assert send(phone, content, at=len(content)) == (204, len(content), "?1")
