"""Paper after the collection: typed where people decided so, set aside where it cannot be finished."""

from collections.abc import Callable

import pytest

from app.db import Database
from app.errors import AppError
from app.judging import decisions, paper
from app.judging.paper_queries import PaperSheet, late_sheets, paper_sheets
from tests.app.judging.by_two import by_two
from tests.app.judging.paper_contest import CONTEST, MARKS, collects, goes_on_leave, make, phones, types

OTHERWISE = (27, *MARKS[1:])


@pytest.fixture(autouse=True)
def contest(database: Database) -> None:
    database.write(make)


def let(database: Database, *sheets: tuple[str, str], reason: str = "途中淋湿，晚到") -> int:
    why = {"contest_id": CONTEST, "sheets": sheets, "reason": reason}
    return by_two(database, lambda s: paper.let_type(s, "olga", **why), CONTEST)  # type: ignore[arg-type]


def aside(database: Database, counts: str = "phone") -> int:
    why = {"judge": "J2", "entry": "E1", "counts": counts, "reason": "评委当面确认"}
    return by_two(database, lambda s: paper.decide_conflict(s, "olga", contest_id=CONTEST, **why), CONTEST)  # type: ignore[arg-type]


def sheet(database: Database) -> PaperSheet:
    with database.read() as session:
        return paper_sheets(session, CONTEST, ["E1"])["J2", "E1"]


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(AppError) as told:
        deed()
    return told.value.code


def test_a_late_sheet_is_typed_by_two_and_counts_and_its_leave_can_be_taken_back(database: Database) -> None:
    collects(database)
    assert refused(lambda: types(database, "ann")) == "paper.collected"
    rev = let(database, ("J2", "E1"))
    types(database, "ann")
    types(database, "bo")
    assert sheet(database).state == "accepted"
    assert refused(lambda: types(database, "ann", entry="E4")) == "paper.collected"
    back = {"contest_id": CONTEST, "rev": rev, "reason": "不再接收"}
    by_two(database, lambda s: decisions.take_back(s, "olga", **back), CONTEST)  # type: ignore[arg-type]
    assert refused(lambda: types(database, "ann", OTHERWISE)) == "paper.collected"


def test_whoever_was_decided_absent_has_no_late_paper(database: Database) -> None:
    collects(database)
    let(database, ("J2", "E1"), ("J3", "E1"))
    wanted = [decisions.Wanted("absence", "J2/E1")]
    by_two(database, lambda s: decisions.decide(s, "olga", contest_id=CONTEST, wanted=wanted, reason="就医"), CONTEST)
    with database.read() as session:
        assert late_sheets(session, CONTEST) == {("J3", "E1")}


@pytest.mark.parametrize(
    ("sheets", "reason", "code"),
    [
        ((), "途中淋湿，晚到", "paper.none_chosen"),
        ((("J2", "E1"),), "  晚 ", "page.reason_missing"),
        ((("J1", "E1"),), "途中淋湿，晚到", "paper.recused"),
        ((("J3", "E1"),), "途中淋湿，晚到", "paper.on_leave"),
        ((("J2", "E1"), ("J9", "E1")), "途中淋湿，晚到", "paper.no_such_sheet"),
    ],
)
def test_only_due_sheets_may_be_typed_late_and_with_a_reason(
    database: Database, sheets: tuple[tuple[str, str], ...], reason: str, code: str
) -> None:
    goes_on_leave(database, "J3", "1")
    assert refused(lambda: let(database, *sheets, reason=reason)) == code
    with database.read() as session:
        assert late_sheets(session, CONTEST) == frozenset()


def test_paper_typed_once_is_set_aside_and_comes_back_with_a_new_typing(database: Database) -> None:
    types(database, "ann")
    assert refused(lambda: aside(database, "paper")) == "paper.no_conflict"
    aside(database)
    assert sheet(database).state == "due"
    types(database, "bo", OTHERWISE)
    assert sheet(database).state == "differs"


@pytest.mark.parametrize(("counts", "state"), [("phone", "phone_counts"), ("paper", "accepted")])
def test_paper_changed_by_phone_since_is_settled_either_way(database: Database, counts: str, state: str) -> None:
    types(database, "ann")
    types(database, "bo")
    phones(database, OTHERWISE)
    assert sheet(database).state == "remarked"
    aside(database, counts)
    assert sheet(database).state == state
