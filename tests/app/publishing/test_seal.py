"""Sealing: only what is settled, everything frozen, and nothing of it ever changed."""

import json

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from app import audit
from app.audit import AuditRow
from app.publishing.models import SealRow
from app.publishing.service import is_intact
from tests.app.publishing.ready import PAGE, TOUR, Ready, add_tour
from tests.app.sync.field import RULE, SCHEME, Field


def test_a_result_with_nothing_open_is_sealed_with_all_it_is_computed_from(ready: Ready) -> None:
    assert ready.seals().status_code == 303
    row = ready.sealed()
    assert (row.version, row.reason, row.scheme, row.scheme_digest) == (1, "", SCHEME, RULE.digest)
    assert row.marks.count("\r\n") == 1 + 80
    document = json.loads(row.document)
    told = [
        (unit["name"], unit["place"], unit["score"], unit["tiers"], unit["fen"]) for unit in document["result"]["units"]
    ]
    assert told == [
        ("清江市", 1, "89", ["first"], 10_000_000),
        ("松坪县", 2, "85.1", ["second"], 5_000_000),
        ("云岭县", 3, "83", ["second"], 5_000_000),
        ("岩门县", 4, "77", ["third"], 2_000_000),
    ]
    with ready.field.database.read() as session:
        assert is_intact(session, row)
        act = session.exec(select(AuditRow).where(AuditRow.action == "seal")).one()
        assert act.actor == row.sealed_by


def test_what_is_open_is_listed_with_a_link_and_refuses_the_seal(field: Field) -> None:
    field.database.write(add_tour)
    organiser = field.signed_in("organiser", contest=TOUR)
    page = organiser.get(PAGE).text
    assert f'href="/c/{TOUR}/board"' in page
    assert f'href="/c/{TOUR}/results"' in page
    assert "publication/seals" not in page
    refused = organiser.post(f"{PAGE}/seals", data={"after": 0})
    assert refused.status_code == 409
    with field.database.read() as session:
        assert session.exec(select(SealRow)).all() == []


def test_a_second_version_needs_a_reason_and_keeps_what_was_typed(ready: Ready) -> None:
    ready.seals()
    assert ready.seals(after=1).status_code == 422
    assert ready.seals("更正云岭县得分", after=1).status_code == 303
    assert (ready.sealed(2).reason, ready.count(SealRow)) == ("更正云岭县得分", 2)


def test_two_people_who_press_at_once_seal_once(ready: Ready) -> None:
    ready.seals()
    again = ready.seals("两人同时点了", after=0)
    assert again.status_code == 409
    assert "两人同时点了" in again.text
    assert ready.count(SealRow) == 1


@pytest.mark.parametrize("statement", ["UPDATE seal SET document = '{}'", "DELETE FROM seal"])
def test_a_frozen_row_cannot_be_changed(ready: Ready, statement: str) -> None:
    ready.seals()
    with pytest.raises(DBAPIError, match="append-only"):
        ready.field.database.write(lambda session: session.connection().exec_driver_sql(statement))


def test_what_is_recorded_after_the_seal_is_told_with_what_to_do(ready: Ready) -> None:
    ready.seals()
    assert "与锁定时不一致" not in ready.organiser.get(PAGE).text
    ready.renamed("A", "云岭区")
    page = ready.organiser.get(PAGE).text
    assert "与锁定时不一致" in page
    assert "锁定第 2 版" in page
    assert "名单、回避和请假" in page


def test_the_chain_of_acts_is_whole_after_every_step(ready: Ready) -> None:
    ready.published()
    with ready.field.database.read() as session:
        assert list(audit.verify(session, TOUR)) == []
        acts = session.exec(select(AuditRow.action).where(AuditRow.contest_id == TOUR).order_by(AuditRow.rev)).all()  # type: ignore[arg-type]
    assert [act for act in acts if act not in {"sheets", "look"}][-4:] == ["seal", "counter_sign", "approve", "publish"]
