"""The approval is written down: who, in what office, when, by which document."""

import pytest

from app.publishing.models import Approval
from tests.app.publishing.ready import APPROVAL, PAGE, TOUR, Ready


def test_an_approval_is_written_down_and_shown(ready: Ready) -> None:
    ready.seals()
    ready.signs()
    assert ready.approves().status_code == 303
    with ready.field.database.read() as session:
        row = session.get_one(Approval, (TOUR, 1))
        assert {name: getattr(row, name) for name in APPROVAL} == APPROVAL
    page = ready.steward.get(PAGE).text
    for text in ("周书记", "市委宣传部部长", "2026-01-31", "某宣发〔2026〕3号", "原则同意"):
        assert text in page


def test_it_needs_the_counter_signature(ready: Ready) -> None:
    ready.seals()
    assert ready.approves().status_code == 409
    assert ready.count(Approval) == 0


@pytest.mark.parametrize("missing", ["leader", "office", "approved_on", "document"])
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(ready: Ready, missing: str) -> None:
    ready.seals()
    ready.signs()
    answer = ready.approves(1, **{missing: "  "})
    assert answer.status_code == 422
    kept = [text for name, text in APPROVAL.items() if name != missing]
    assert [text for text in kept if f'value="{text}"' not in answer.text] == []
    assert ready.count(Approval) == 0


@pytest.mark.parametrize("day", ["2026-02-30", "31.1.2026", "20260131", "2999-01-01", "昨天"])
def test_a_day_that_is_none_or_still_to_come_is_refused(ready: Ready, day: str) -> None:
    ready.seals()
    ready.signs()
    answer = ready.approves(approved_on=day)
    assert (answer.status_code, day in answer.text) == (422, True)
    assert ready.count(Approval) == 0


def test_it_is_written_down_once(ready: Ready) -> None:
    ready.seals()
    ready.signs()
    ready.approves()
    assert ready.approves(leader="另一人").status_code == 409
    with ready.field.database.read() as session:
        assert session.get_one(Approval, (TOUR, 1)).leader == "周书记"


def test_a_database_that_has_changed_since_is_not_approved(ready: Ready) -> None:
    ready.seals()
    ready.signs()
    ready.renamed("A", "云岭区")
    assert ready.approves().status_code == 409
    assert ready.count(Approval) == 0
