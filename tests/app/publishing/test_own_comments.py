"""点评 that a judge writes on his own phone: to the entrant's unit after the release, and to no other judge ever."""

import re
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app import audit
from app.contests.access import Member
from app.publishing import release, screens
from tests.app.publishing.test_comments_delivered import liaison
from tests.app.publishing.test_console import C1, checks, confirms, marked, member_with, releases
from tests.app.stage.stage import marks, steps
from tests.app.sync.field import Field, Phone

SAID, OTHER = "台风稳健，案例再具体一些更好。", "结尾可以更有力。"


def says(phone: Phone, text: Any = SAID, entry: str = "P2", *, named: Any = False, **other: Any) -> dict[str, Any]:  # noqa: ANN401
    phone.seq += 1
    return {
        "kind": "comment", "revision_id": str(uuid4()), "device_seq": phone.seq, "entry_id": entry, "text": text,
        "named": named, "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0, **other,
    }  # fmt: skip


def written(client: TestClient) -> list[tuple[str, str]]:
    """What a unit reads on its page: the name that goes with it, or none, and the words."""
    page = client.get("/county/c1/scores")
    assert page.status_code == 200
    return re.findall(r'<p class="comment">(?:<b>(.*?)：</b>)?(.*?)</p>', page.text)


def told(phone: Phone, entry: str = "P2") -> dict[str, Any]:
    one = next(one for one in phone.package()["entries"] if one["id"] == entry)
    said: dict[str, Any] = one.get("comment", {})
    return said


@pytest.fixture
def crew(field: Field) -> dict[str, Member]:
    marked(field)  # P2, of unit B; J1, J3 and J4 have handed in
    return {role: member_with(field, role, role) for role in ("organiser", "steward", "checker")}


def test_it_reaches_the_unit_after_the_release_with_the_name_only_where_the_judge_chose_so(
    field: Field, crew: dict[str, Member]
) -> None:
    named, unnamed = field.phone("J3"), field.phone("J4")
    assert named.outcome(says(named, OTHER, named=True)) == ("stored", "")
    assert unnamed.outcome(says(unnamed)) == ("stored", "")
    own, rival, public = liaison(field, "B"), liaison(field, "A"), field.client(Accept="text/html")
    link = field.database.write(lambda s: screens.make_screen(s, crew["organiser"], **C1, name="主持人", kind="host"))

    def others() -> str:
        """Everything that anybody else may read: the other unit, the host, the public, two other judges."""
        seen = [rival.get("/county/c1/scores"), public.get("/p/c1"), public.get(f"/screen/{link}")]
        assert seen[-1].status_code == 200
        return "".join(one.text for one in seen) + str([field.phone(judge).package() for judge in ("J1", "J2")])

    steps(field, "P4", "call", "mark")  # of the same unit, and not read out yet
    assert marks(named, "P4") == ("stored", "")
    assert named.outcome(says(named, "还没有亮分", "P4", named=True)) == ("stored", "")
    checks(field, crew["checker"])
    confirms(field, crew["steward"])
    assert written(own) == []
    assert SAID not in others()
    rev = releases(field, crew["organiser"])
    assert written(own) == [("", SAID), ("评委3", OTHER)]
    assert "评委4" not in own.get("/county/c1/scores").text
    assert SAID not in others()
    assert OTHER not in others()
    field.database.write(lambda s: release.withdraw_release(s, crew["organiser"], **C1, rev=rev, reason="念错了"))
    assert written(own) == []


def test_his_newest_counts_also_after_the_release_and_an_empty_one_takes_it_back(
    field: Field, crew: dict[str, Member]
) -> None:
    phone, own = field.phone("J3"), liaison(field, "B")
    checks(field, crew["checker"])
    confirms(field, crew["steward"])
    releases(field, crew["organiser"])
    first = says(phone)
    assert [phone.outcome(first), phone.outcome(first)] == [("stored", ""), ("duplicate", "")]
    assert written(own) == [("", SAID)]
    older, newer = says(phone, OTHER), says(phone, "改过的点评", named=True)
    phone.hand_over(newer, older)  # in one batch: the phone's own count says which is newer
    assert written(own) == [("评委3", "改过的点评")]
    assert told(phone)["text"] == "改过的点评"
    assert phone.outcome(says(phone, "  ")) == ("stored", "")
    assert written(own) == []
    assert told(phone)["text"] == ""
    with field.database.read() as session:
        assert list(audit.verify(session, "c1")) == []


def test_the_console_shows_it_as_his_to_the_organiser_alone(field: Field, crew: dict[str, Member]) -> None:
    assert crew
    organiser, watching = field.signed_in("organiser"), [field.signed_in(role) for role in ("steward", "staff")]
    before = organiser.get("/c/c1/console")
    for judge, named in (("J3", True), ("J4", False)):
        phone = field.phone(judge)
        phone.hand_over(says(phone, f"{judge} 写的", named=named))
    page = organiser.get("/c/c1/console", headers={"If-None-Match": before.headers["etag"]})
    assert page.status_code == 200  # the open page is told
    lines = [re.sub(r"<.*?>|\s+", "", one) for one in re.findall(r"<dt>.*?</dd>", page.text, re.DOTALL)]
    assert lines == [
        "项目2·评委3评委本人填写，转给单位时写上姓名亮分后送出J3写的",
        "项目2·评委4评委本人填写，转给单位时不写姓名亮分后送出J4写的",
    ]
    assert not [client for client in watching if "写的" in client.get("/c/c1/console").text]


def test_only_who_handed_in_a_sheet_comments_and_a_sheet_that_comes_with_it_is_enough(field: Field) -> None:
    marked(field)
    own_unit, phone = field.phone("J2"), field.phone("J3")
    assert own_unit.outcome(says(own_unit)) == ("rejected", "no_sheet")  # recused there, and has no sheet
    steps(field, "P4", "call", "mark")
    assert phone.outcome(says(phone, entry="P4")) == ("rejected", "no_sheet")
    assert marks(phone, "P4") == ("stored", "")
    assert phone.outcome(says(phone, entry="P4")) == ("stored", "")
    for wrong in (says(phone, "字" * 1001), says(phone, None), says(phone, named="yes"), says(phone, SAID + "\0")):
        assert phone.outcome(wrong) == ("rejected", "unreadable")
    assert phone.outcome(says(phone, entry="P9")) == ("rejected", "unknown_entry")
    field.revoke(phone)
    assert phone.outcome(says(phone, entry="P4")) == ("quarantined", "revoked_device")


def test_a_contest_without_a_stage_takes_none(field: Field) -> None:
    phone = field.phone("J3")
    results = phone.hand_over(phone.sheet("P2"), says(phone))["results"]
    assert [(one["result"], one["reason"]) for one in results] == [("stored", ""), ("rejected", "unknown_entry")]


def test_sheet_and_comment_come_together(field: Field) -> None:
    marked(field)
    steps(field, "P1", "call", "mark")
    phone = field.phone("J3")
    sheet = phone.sheet("P1", scheme_digest=phone.package()["scheme_digest"])
    results = phone.hand_over(sheet, says(phone, entry="P1"))["results"]
    assert [one["result"] for one in results] == ["stored", "stored"]
