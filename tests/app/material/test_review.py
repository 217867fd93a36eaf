"""Judges open the material of what they mark, once nobody can change it any more; nobody else opens anything."""

import pytest

from app.contests import assigning
from tests.app.issues.lists import liaison
from tests.app.material.papers import PDF, called, docx, mp4, picture, send
from tests.app.sync.field import Field

ROOT, REVIEW = "/county/c1/material/P2", "/j/c1/material/P2"


@pytest.fixture
def handed(field: Field) -> Field:
    """P2 of B has four papers, the first of them in a second version, and the time is over."""
    called(field)
    b = liaison(field, "B")
    for name, content in {"甲.pdf": PDF, "乙.docx": docx(), "丙.mp4": mp4()}.items():
        assert send(b, ROOT, name, content).status_code == 201
    assert send(b, ROOT, "丁.png", picture(), number=2).status_code == 201
    called(field, hours=-1, reason="截止")
    return field


def test_a_judge_reads_watches_and_downloads_what_stands(handed: Field) -> None:
    client = handed.phone("J1").client
    page = client.get(REVIEW, headers={"Accept": "text/html"})
    assert ("甲.pdf" in page.text, "乙.docx" in page.text, "丁.png" in page.text) == (True, False, True)
    assert "media-src 'self'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    pdf = client.get(f"{REVIEW}/1")
    assert (pdf.content, pdf.headers["content-type"]) == (PDF, "application/pdf")
    assert pdf.headers["content-disposition"].startswith("inline")
    assert "script-src" not in pdf.headers["content-security-policy"]
    assert pdf.headers["content-security-policy"].startswith("default-src 'none'")
    assert pdf.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"{REVIEW}/2").headers["content-type"] == "image/jpeg"


def test_a_word_file_is_offered_as_a_download(field: Field) -> None:
    called(field)
    send(liaison(field, "B"), ROOT, "乙.docx", docx())
    called(field, hours=-1, reason="截止")
    answer = field.phone("J1").client.get(f"{REVIEW}/1")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content == docx()


def test_a_video_comes_in_the_pieces_that_a_player_asks_for(handed: Field) -> None:
    client, video = handed.phone("J1").client, mp4()
    part = client.get(f"{REVIEW}/3", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, video[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(video)}"
    assert client.get(f"{REVIEW}/3", headers={"Range": f"bytes={len(video)}-"}).status_code == 416


def test_as_long_as_a_unit_may_change_it_no_judge_opens_it(field: Field) -> None:
    called(field)
    send(liaison(field, "B"), ROOT, "甲.pdf", PDF)
    client = field.phone("J1").client
    assert client.get(f"{REVIEW}/1").json()["code"] == "material.not_due_yet"
    page = client.get(REVIEW, headers={"Accept": "text/html"})
    assert (page.status_code, "甲.pdf" in page.text) == (200, False)


def test_nobody_opens_what_he_does_not_mark(handed: Field) -> None:
    # J2 is of the unit itself; J3 loses the entry when it is given to others.
    assert handed.phone("J2").client.get(f"{REVIEW}/1").status_code == 404
    three, four = handed.phone("J3"), handed.phone("J4")
    assert three.client.get(f"{REVIEW}/1").status_code == 200
    handed.database.write(lambda s: assigning.share_out(s, "o", contest_id="c1", each=1, component="onsite"))
    given = [one.client.get(f"{REVIEW}/1").status_code for one in (handed.phone("J1"), three, four)]
    assert sorted(given) == [200, 404, 404]
    for client in (handed.client(), handed.signed_in("steward"), liaison(handed, "A"), handed.phone("J1", "c2").client):
        for path in (REVIEW, f"{REVIEW}/1", f"{ROOT}/1/1", "/c/c1/material/P2/1/1"):
            assert client.get(path).status_code in (401, 403, 404), path


def test_a_judges_package_says_where_there_is_material(handed: Field) -> None:
    told = {entry["id"]: entry.get("material", False) for entry in handed.phone("J3").package()["entries"]}
    assert (told["P1"], told["P2"], told["AR"]) == (True, True, False)


def test_a_revoked_phone_opens_nothing(handed: Field) -> None:
    phone = handed.phone("J1")
    handed.revoke(phone)
    assert phone.client.get(f"{REVIEW}/1").status_code == 401
