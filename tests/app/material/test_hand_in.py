"""A unit hands in material for its own entries by its link, until the deadline, and nothing that is sent is lost."""

import hashlib

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from app.audit import AuditRow
from app.material.models import MaterialFile
from tests.app.issues.lists import liaison
from tests.app.material import papers
from tests.app.material.papers import PDF, called, docx, mp4, picture, send
from tests.app.sync.field import Field

ROOT = "/county/c1/material/P1"
KINDS = {"a.pdf": PDF, "b.docx": docx(), "c.mp4": mp4()}


def rows(field: Field) -> list[MaterialFile]:
    with field.database.read() as session:
        return list(session.exec(select(MaterialFile).order_by(MaterialFile.rev)))  # type: ignore[arg-type]


def test_a_unit_hands_in_what_is_called_for_and_reads_its_receipt(field: Field) -> None:
    called(field)
    a = liaison(field, "A")
    for name, content in KINDS.items():
        answer = send(a, ROOT, name, content)
        assert answer.status_code == 201, answer.text
        assert answer.json()["sha256"] == hashlib.sha256(content).hexdigest()
    page = a.get("/county/c1/material").text
    for row, content in zip(rows(field), KINDS.values(), strict=True):
        assert hashlib.sha256(content).hexdigest() in page
        assert f"回执号 {row.rev}" in page
        assert row.by_person is None
    with field.database.read() as session:
        acts = session.exec(select(AuditRow).where(AuditRow.action == "hand_in_material")).all()
    assert [(act.actor, act.subject) for act in acts] == [("A", "P1")] * 3
    for number, content in enumerate(KINDS.values(), 1):
        assert a.get(f"{ROOT}/{number}/1").content == content


def test_before_a_call_there_is_nothing_to_hand_in_and_nothing_of_others_ever(field: Field) -> None:
    called(field, contest="c2")
    a = liaison(field, "A", "c2")
    assert send(a, "/county/c2/material/P2", "a.pdf", PDF).json()["code"] == "material.not_called"
    assert send(a, "/county/c2/material/AR", "a.pdf", PDF).json()["code"] == "material.not_called"
    assert send(a, "/county/c2/material/P1", "a.pdf", PDF).status_code == 201
    b = liaison(field, "B", "c2")
    assert b.get("/county/c2/material/P1/1/1").status_code == 404
    assert b.post("/county/c2/material/P1/1/taking-back").status_code == 404
    assert [row.entry_id for row in rows(field)] == ["P1"]


def test_a_broken_connection_goes_on_where_it_broke(field: Field) -> None:
    called(field)
    a, video = liaison(field, "A"), mp4(media=b"\1" * 500_000)
    facts = {"name": "v.mp4", "size": str(len(video)), "modified": "7"}
    key = a.post(f"{ROOT}/uploads", data=facts, headers=papers.JSON).json()["key"]
    assert papers.append(a, ROOT, key, video[:200_000], 0, len(video)).json() == {"offset": 200_000}
    # The answer was lost, and the same piece comes again: the server says where it stands.
    twice = papers.append(a, ROOT, key, video[:200_000], 0, len(video))
    assert (twice.status_code, twice.json()["params"]) == (409, {"offset": 200_000})
    again = a.post(f"{ROOT}/uploads", data=facts, headers=papers.JSON).json()
    assert again == {"key": key, "offset": 200_000}
    assert papers.append(a, ROOT, key, video[200_000:], 200_000, len(video)).json() == {"offset": len(video)}
    done = a.post(f"{ROOT}/papers", data={**facts, "key": key}, headers=papers.JSON)
    assert (done.status_code, done.json()["sha256"]) == (201, hashlib.sha256(video).hexdigest())
    early = a.post(f"{ROOT}/papers", data={**facts, "key": key}, headers=papers.JSON)
    assert early.json()["code"] == "material.begin_again"
    assert len(rows(field)) == 1


def test_another_file_takes_the_place_of_one_and_both_are_kept(field: Field) -> None:
    called(field)
    a, second = liaison(field, "A"), PDF + b"%%EOF\n"
    send(a, ROOT, "a.pdf", PDF)
    assert send(a, ROOT, "a2.pdf", second, number=1).status_code == 201
    assert [(row.number, row.version, row.name) for row in rows(field)] == [(1, 1, "a.pdf"), (1, 2, "a2.pdf")]
    assert (a.get(f"{ROOT}/1/1").content, a.get(f"{ROOT}/1/2").content) == (PDF, second)
    assert a.post(f"{ROOT}/1/taking-back").status_code == 303
    assert [row.sha256 is None for row in rows(field)] == [False, False, True]
    assert a.get(f"{ROOT}/1/1").content == PDF
    assert send(a, ROOT, "a.pdf", PDF, number=7).json()["code"] == "material.no_such_paper"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"MZ" + b"\0" * 100, "material.wrong_kind"),  # a program that calls itself a PDF
        ("a.pdf", PDF[:30], "material.cut_off"),
        ("a.docx", docx("word/vbaProject.bin"), "material.with_macros"),
        ("a.docx", docx()[:-30], "material.cut_off"),
        ("a.xlsx", docx().replace(b"word/document.xml", b"xl/workbook12.xml"), "material.wrong_kind"),
        ("a.mp4", mp4()[:-1], "material.cut_off"),
        ("a.mp4", mp4(form=b"hvc1"), "material.old_video"),
        ("a.mov", mp4(brand=b"qt  "), "material.old_video"),
        ("a.pdf", PDF + b" " * 1024**2 + b"%%EOF", "material.too_large"),
        ("a.mp4", mp4(media=b"\0" * 3 * 1024**2), "material.too_large"),
        ("a.pdf", b"", "material.empty"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_its_content_with_a_sentence(
    field: Field, name: str, content: bytes, code: str
) -> None:
    called(field)
    a = liaison(field, "A")
    answer = send(a, ROOT, name, content)
    assert answer.json()["code"] == code
    assert answer.json()["sentence"].count("。") == 3
    assert "收下" in answer.json()["sentence"]
    assert rows(field) == []
    assert not [*field.folder.glob("files/c1/parts/material-*")]


def test_a_name_does_not_matter_and_folders_in_it_are_cut_off(field: Field) -> None:
    called(field)
    a = liaison(field, "A")
    assert send(a, ROOT, "..\\..\\C:\\材料\x07.exe", PDF).json()["name"] == "材料.exe"
    answer = a.get(f"{ROOT}/1/1")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith("%E6%9D%90%E6%96%99.pdf")


def test_no_more_files_than_are_asked_for_and_none_twice(field: Field) -> None:
    called(field)
    a = liaison(field, "A")
    assert send(a, ROOT, "1.pdf", PDF).status_code == 201
    twice = send(a, ROOT, "again.pdf", PDF)
    assert (twice.json()["code"], twice.json()["params"]) == ("material.same_file", {"name": "1.pdf"})
    for n in (2, 3):
        assert send(a, ROOT, f"{n}.pdf", PDF + b"%%EOF" * n).status_code == 201
    assert send(a, ROOT, "4.pdf", PDF + b"%%EOF" * 4).json()["code"] == "material.too_many"
    a.post(f"{ROOT}/2/taking-back")
    assert send(a, ROOT, "4.pdf", PDF + b"%%EOF" * 4).status_code == 201


def test_after_the_deadline_a_unit_hands_in_nothing_and_the_organiser_does_with_a_reason(field: Field) -> None:
    called(field)
    a, desk, root = liaison(field, "A"), field.signed_in("organiser"), "/c/c1/material/P1"
    send(a, ROOT, "1.pdf", PDF)
    called(field, hours=-1, reason="提前截止")
    assert send(a, ROOT, "2.pdf", PDF + b"%%EOF").json()["code"] == "material.too_late"
    assert a.post(f"{ROOT}/1/taking-back").status_code == 409
    assert "报送时间已过" in a.get("/county/c1/material").text
    assert send(desk, root, "2.pdf", PDF + b"%%EOF").json()["code"] == "page.reason_missing"
    assert send(desk, root, "2.pdf", PDF + b"%%EOF", reason="传真补交").status_code == 201
    assert "传真补交" in a.get("/county/c1/material").text
    assert [row.by_person is None for row in rows(field)] == [True, False]


def test_the_database_itself_refuses_what_came_too_late_and_every_change(field: Field) -> None:
    called(field)
    send(liaison(field, "A"), ROOT, "1.pdf", PDF)
    late = (
        "INSERT INTO material_file SELECT contest_id, entry_id, 9, 1, rev, sha256, name, media_type, size, component, "
        "call_version, due_at, reason, by_person, '9999-01-01T00:00:00.000000Z' FROM material_file"
    )
    for statement in (
        late,
        "UPDATE material_file SET name = 'x'",
        "DELETE FROM material_file",
        "DELETE FROM material_call",
    ):
        with pytest.raises(DBAPIError):
            field.database.write(lambda s, one=statement: s.execute(text(one)).close())  # type: ignore[misc]
    assert len(rows(field)) == 1


def test_a_picture_is_shown_without_what_a_camera_wrote(field: Field) -> None:
    called(field)
    a = liaison(field, "A")
    assert send(a, ROOT, "p.png", picture()).status_code == 201
    answer = a.get(f"{ROOT}/1/1")
    assert (answer.headers["content-type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")


def test_half_files_of_one_hander_make_room_for_each_other(field: Field) -> None:
    called(field)
    a = liaison(field, "A")
    for n in range(8):
        facts = {"name": f"{n}.pdf", "size": "1000", "modified": "1"}
        key = a.post(f"{ROOT}/uploads", data=facts, headers=papers.JSON).json()["key"]
        assert papers.append(a, ROOT, key, b"x" * 10, 0, 1000).status_code == 200
    assert len([*field.folder.glob("files/c1/parts/material-*")]) == 4
