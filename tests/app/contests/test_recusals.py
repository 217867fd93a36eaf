"""回避: added and lifted by rows that are never changed."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.contests import queries, service
from app.contests.models import RecusalRow
from app.db import Database
from app.errors import AppError
from app.reasons import ReasonMissing
from tests.app.contests.conftest import SignIn, a_contest, a_person, with_roster


def add(
    database: Database, contest_id: str, judge: str, *, unit: str = "", entry: str = "", reason: str = "亲属"
) -> int:
    facts = {"judge_id": judge, "unit_id": unit, "entry_id": entry, "reason": reason}
    return database.write(lambda s: service.add_recusal(s, "o", contest_id=contest_id, **facts))


def lift(database: Database, contest_id: str, rev: int) -> int:
    return database.write(
        lambda s: service.lift_recusal(s, "o", contest_id=contest_id, rev=rev, number=1, reason="误登记")
    )


def test_a_recusal_is_in_force_until_it_is_lifted_and_may_be_added_again(database: Database, contest_id: str) -> None:
    with_roster(database, contest_id)
    first = add(database, contest_id, "J3", unit="U1")
    with pytest.raises(service.RecusedAlready):
        add(database, contest_id, "J3", unit="U1")
    lift(database, contest_id, first)
    with pytest.raises(service.NotRecused):
        lift(database, contest_id, first)
    with database.read() as session:
        assert queries.recusals(session, contest_id) == []
    add(database, contest_id, "J3", unit="U1")
    with database.read() as session:
        assert [(row.judge_id, row.unit_id) for row in queries.recusals(session, contest_id)] == [("J3", "U1")]
        assert [row.lifted for row in session.exec(select(RecusalRow).order_by("rev"))] == [False, True, False]


@pytest.mark.parametrize(
    ("facts", "trouble"),
    [
        ({"judge": "J9", "unit": "U1"}, service.NoSuchJudge),
        ({"judge": "J3"}, service.RecusalSubject),
        ({"judge": "J3", "unit": "U1", "entry": "E1"}, service.RecusalSubject),
        ({"judge": "J3", "unit": "U9"}, service.RecusalSubject),
        ({"judge": "J3", "unit": "U1", "reason": " "}, ReasonMissing),
    ],
)
def test_add_recusal_refuses_what_makes_no_sense(
    database: Database, contest_id: str, facts: dict[str, str], trouble: type[AppError]
) -> None:
    with_roster(database, contest_id)
    with pytest.raises(trouble):
        add(database, contest_id, **facts)


def test_the_page_adds_and_lifts(client: TestClient, app_database: Database, sign_in: SignIn) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    with_roster(app_database, contest_id)
    sign_in(zhou)
    form = {"judge": "J3", "subject": "entry.E2", "reason": "参与过这个项目"}
    assert client.post(f"/c/{contest_id}/recusals", data=form).status_code == 303
    page = client.get(f"/c/{contest_id}/recusals").text
    assert "参与过这个项目" in page
    (address,) = re.findall('action="([^"]+/lifting)"', page)
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "误登记"}).status_code == 303
    assert "参与过这个项目" not in client.get(f"/c/{contest_id}/recusals").text
