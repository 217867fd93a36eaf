"""Counter-signing: by somebody else, after everything came out again from the frozen files."""

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, select

from app import audit
from app.audit import AuditRow
from app.publishing.frozen import recomputed
from app.publishing.models import Approval, CounterSignature, Publication, SealRow
from app.publishing.service import is_intact
from tests.app.publishing.ready import PAGE, TOUR, Ready

JSON = {"Accept": "application/json"}


def signs(client: TestClient, version: int = 1) -> int:
    return client.post(f"{PAGE}/{version}/counter-signature").status_code


@pytest.mark.parametrize("role", ["steward", "checker", "organiser"])
def test_somebody_else_counter_signs_after_seeing_that_all_is_equal(ready: Ready, role: str) -> None:
    ready.seals()
    signer = ready.somebody(role)
    page = signer.get(PAGE).text
    assert "全部数字一致" in page
    assert "counter-signature" in page
    assert signs(signer) == 303
    assert "用锁定时的文件复算：全部数字一致" in ready.organiser.get(PAGE).text


def test_the_sealer_is_offered_no_button_and_refused(ready: Ready) -> None:
    ready.seals()
    assert "counter-signature" not in ready.organiser.get(PAGE).text
    refused = ready.organiser.post(f"{PAGE}/1/counter-signature")
    assert refused.status_code == 409
    assert "锁定成绩的人不能自己复核" in refused.text
    assert ready.count(CounterSignature) == 0


def test_the_database_refuses_the_sealer(ready: Ready) -> None:
    ready.seals()
    sealer = ready.sealed().sealed_by
    with ready.field.database.read() as session:
        steward = session.exec(select(AuditRow).where(AuditRow.subject == "steward")).one().actor

    def signature(sealed_by: str) -> CounterSignature:
        return CounterSignature(
            contest_id=TOUR, version=1, rev=1, sealed_by=sealed_by, signed_by=sealer, at=audit.now()
        )

    # Nor may it be said that somebody else sealed.
    for said in (sealer, steward):
        with pytest.raises(IntegrityError):
            ready.field.database.write(lambda session, said=said: session.add(signature(said)))  # type: ignore[misc]


def test_the_database_lets_no_step_be_left_out(ready: Ready) -> None:
    ready.seals()
    sealer, at = ready.sealed().sealed_by, audit.now()
    rows: tuple[SQLModel, ...] = (
        Approval(
            contest_id=TOUR, version=1, rev=1, leader="-", office="-", approved_on="2026-01-31", document="-",
            by_person=sealer, at=at,
        ),
        Publication(contest_id=TOUR, version=1, rev=1, level="ranks", document="{}", by_person=sealer, at=at),
    )  # fmt: skip
    for row in rows:
        with pytest.raises(IntegrityError):
            ready.field.database.write(lambda session, row=row: session.add(row))  # type: ignore[misc]


def test_whoever_was_given_his_password_by_somebody_else_cannot(ready: Ready) -> None:
    ready.seals()
    assert signs(ready.somebody("steward", own_password=False)) == 409
    assert ready.count(CounterSignature) == 0


def test_only_the_newest_version_and_only_once(ready: Ready) -> None:
    ready.seals()
    assert signs(ready.steward) == 303
    again = ready.steward.post(f"{PAGE}/1/counter-signature", headers=JSON)
    assert (again.status_code, again.text != "") == (409, True)
    ready.seals("重新锁定", after=1)
    assert signs(ready.steward, 1) == 409
    assert signs(ready.steward, 2) == 303
    assert signs(ready.steward, 3) == 404


def test_a_database_that_has_changed_since_is_not_signed(ready: Ready) -> None:
    ready.seals()
    ready.decided("deduction", "B", "1", rule="none")
    page = ready.steward.get(PAGE).text
    assert "与锁定时不一致" in page
    assert "认定：" in page
    assert signs(ready.steward) == 409
    assert ready.count(CounterSignature) == 0


def plant(session: Session, row: SealRow, **other: str) -> None:
    """Another version as somebody would forge it who can write rows: consistent in itself but for what he changed."""
    facts = {name: getattr(row, name) for name in SealRow.model_fields}
    session.add(SealRow(**facts | {"version": 2, "reason": "-", **other}))


def test_a_planted_figure_is_found_and_named(ready: Ready) -> None:
    ready.seals()
    row = ready.sealed()
    assert recomputed(row) == []
    document = json.loads(row.document)
    document["result"]["units"][1]["score"] = "89.1"
    document["page"]["zh"]["tiers"][0]["units"][0]["name"] = "松坪县"
    ready.field.database.write(lambda session: plant(session, row, document=json.dumps(document, ensure_ascii=False)))
    planted = ready.sealed(2)
    assert [(one.where, one.sealed, one.again) for one in recomputed(planted)] == [
        (("result", "units", "C", "score"), "89.1", "85.1"),
        (("page", "zh", "tiers", "1", "units", "B", "name"), "松坪县", "清江市"),
    ]
    page = ready.steward.get(PAGE).text
    assert "结果 · 松坪县 · 得分：锁定时 89.1，复算得 85.1" in page
    assert signs(ready.steward, 2) == 409


def test_a_planted_mark_is_found(ready: Ready) -> None:
    ready.seals()
    row = ready.sealed()
    old = next(line for line in row.marks.splitlines() if line.startswith("J5,DP,"))
    new = old.replace("J5,DP,15,", "J5,DP,15.5,")
    assert old != new, old
    ready.field.database.write(lambda session: plant(session, row, marks=row.marks.replace(old, new)))
    assert recomputed(ready.sealed(2)) != []
    assert signs(ready.steward, 2) == 409


def test_a_seal_whose_letter_was_changed_without_a_figure_is_not_whole(ready: Ready) -> None:
    ready.seals()
    row = ready.sealed()
    ready.field.database.write(lambda session: plant(session, row, reason="另一种说法"))
    planted = ready.sealed(2)
    with ready.field.database.read() as session:
        assert (recomputed(planted), is_intact(session, planted)) == ([], False)
    assert signs(ready.steward, 2) == 409


def test_a_reason_in_two_lines_as_a_browser_sends_it_comes_out_again(ready: Ready) -> None:
    ready.decided("void", "J1/BP", reason="打分时离场\r\n监督员在场")
    assert ready.seals().status_code == 303
    assert recomputed(ready.sealed()) == []
    assert signs(ready.steward) == 303


def test_nobody_seals_in_the_name_of_somebody_to_whom_he_gave_a_password(ready: Ready) -> None:
    other = ready.somebody("organiser", own_password=False)
    refused = other.post(f"{PAGE}/seals", data={"reason": "", "after": 0})
    assert refused.status_code == 409
    assert ready.count(SealRow) == 0
    assert ready.seals().status_code == 303
