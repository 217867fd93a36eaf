"""Paper typed by two people: what is accepted, what is refused, and that nothing else is kept."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from app import audit
from app.audit import AuditPayload, AuditRow, now
from app.db import Database
from app.errors import AppError
from app.judging import paper
from app.judging.models import DecisionRow, PaperMatch, PaperTyping, SheetRevision
from app.judging.paper_queries import PaperSheet, paper_sheets
from app.judging.queries import current_sheets
from app.results.queries import decisions
from scoring.roster import Sheet
from tests.app.judging.by_two import by_two
from tests.app.judging.paper_contest import CONTEST, MARKS, collects, goes_on_leave, make, phones, types

OTHERWISE = (*MARKS[:-1], 45)


@pytest.fixture(autouse=True)
def contest(database: Database) -> None:
    database.write(make)


def sheet(database: Database, judge: str = "J2", entry: str = "E1") -> PaperSheet:
    with database.read() as session:
        return paper_sheets(session, CONTEST, [entry]).get((judge, entry), PaperSheet(judge, entry))


def rows(database: Database, table: type[SheetRevision | PaperMatch | PaperTyping]) -> Sequence[object]:
    with database.read() as session:
        return session.exec(select(table)).all()


def counted(database: Database) -> dict[str, tuple[int | None, ...]]:
    """The marks that count, by sheet: the newest revision of each."""
    with database.read() as session:
        found = session.exec(select(SheetRevision).order_by(SheetRevision.server_rev)).all()  # type: ignore[arg-type]
        return {f"{row.judge_id}/{row.entry_id} {row.origin}": tuple(json.loads(row.ticks)) for row in found}


def decides(database: Database, counts: str, reason: str = "评委当面确认") -> int:
    why = {"contest_id": CONTEST, "judge": "J2", "entry": "E1", "counts": counts, "reason": reason}
    return by_two(database, lambda s: paper.decide_conflict(s, "olga", **why), CONTEST)  # type: ignore[arg-type]


def refused(deed: Callable[[], object], code: str) -> AppError:
    with pytest.raises(AppError) as told:
        deed()
    assert told.value.code == code
    return told.value


# --- two typings ------------------------------------------------------------------------------------------------------


def test_two_people_who_type_alike_make_a_sheet_that_counts(database: Database) -> None:
    first = types(database, "ann")
    assert sheet(database).state == "once"
    assert counted(database) == {}
    second = types(database, "bo")
    assert sheet(database).state == "accepted"
    with database.read() as session:
        revision = session.exec(select(SheetRevision)).one()
        match = session.exec(select(PaperMatch)).one()
        acceptance = session.exec(select(AuditRow).where(AuditRow.action == "accept_paper")).one()
        assert list(audit.verify(session, CONTEST)) == []
    assert (revision.origin, revision.kind, revision.server_rev) == ("paper", "submitted", acceptance.rev)
    assert tuple(json.loads(revision.ticks)) == MARKS
    assert len(revision.revision_id) == 36
    assert match.revision_id == revision.revision_id
    assert (match.first_rev, match.first_by, match.second_rev, match.second_by) == (first, "ann", second, "bo")


def test_one_person_alone_never_makes_a_sheet_that_counts(database: Database) -> None:
    types(database, "ann")
    told = refused(lambda: types(database, "ann"), "paper.same_person")
    assert told.params == {"n": 1}
    types(database, "ann", OTHERWISE)
    refused(lambda: types(database, "ann", OTHERWISE), "paper.same_person")
    assert sheet(database).state == "once"
    assert rows(database, SheetRevision) == []


def test_the_database_refuses_one_person_for_both_typings(database: Database) -> None:
    rev = types(database, "ann")
    again = types(database, "ann", OTHERWISE)

    def match(first_by: str, second_by: str) -> Callable[[Session], None]:
        def deed(session: Session) -> None:
            session.connection().exec_driver_sql(
                "INSERT INTO paper_match (contest_id, revision_id, first_rev, first_number, first_by, second_rev,"
                f" second_number, second_by, at) VALUES ('{CONTEST}', 'r', {rev}, 1, '{first_by}', {again}, 1,"
                f" '{second_by}', '{now()}')"
            )

        return deed

    with pytest.raises(IntegrityError, match="two_people"):
        database.write(match("ann", "ann"))
    # Somebody else's name instead is refused as well: the foreign key carries who typed.
    with pytest.raises(IntegrityError):
        database.write(match("ann", "bo"))
    assert rows(database, PaperMatch) == []


def test_different_typings_wait_until_one_of_the_two_corrects_his_own(database: Database) -> None:
    types(database, "ann")
    types(database, "bo", OTHERWISE)
    assert sheet(database).state == "differs"
    assert sheet(database).different == (5,)
    assert counted(database) == {}
    types(database, "bo")
    assert sheet(database).state == "accepted"
    assert counted(database) == {"J2/E1 paper": MARKS}
    assert len(rows(database, PaperTyping)) == 3


def test_a_third_person_is_not_needed_but_may_help_while_two_differ(database: Database) -> None:
    types(database, "ann")
    types(database, "bo", OTHERWISE)
    types(database, "olga", OTHERWISE)
    assert sheet(database).state == "accepted"
    assert counted(database) == {"J2/E1 paper": OTHERWISE}


def test_what_two_people_accepted_is_closed_to_a_third(database: Database) -> None:
    types(database, "ann")
    types(database, "bo")
    refused(lambda: types(database, "olga", OTHERWISE), "paper.already_accepted")


def test_an_accepted_sheet_stays_in_force_while_its_typists_correct_it(database: Database) -> None:
    types(database, "ann")
    types(database, "bo")
    types(database, "bo", OTHERWISE)
    assert sheet(database).state == "differs"
    assert counted(database) == {"J2/E1 paper": MARKS}
    types(database, "ann", OTHERWISE)
    assert sheet(database).state == "accepted"
    assert counted(database) == {"J2/E1 paper": OTHERWISE}
    assert len(rows(database, SheetRevision)) == 2


def test_two_who_save_at_the_same_moment_do_not_miss_each_other(database: Database) -> None:
    keys = [("J2", f"E{n}") for n in (1, 4)] + [("J3", f"E{n}") for n in (1, 4)] + [("J4", f"E{n}") for n in (1, 4)]
    with ThreadPoolExecutor(12) as many:
        typed = [
            many.submit(types, database, person, MARKS, judge, entry)
            for judge, entry in keys
            for person in ("ann", "bo")
        ]
    assert all(one.result() for one in typed)
    assert {sheet(database, *key).state for key in keys} == {"accepted"}
    assert len(rows(database, SheetRevision)) == len(keys)


# --- empty cells ------------------------------------------------------------------------------------------------------


def test_a_sheet_with_an_item_missing_is_not_accepted_and_says_which(database: Database) -> None:
    lacking = (26, None, *MARKS[2:])
    types(database, "ann", lacking)
    assert (sheet(database).state, sheet(database).missing) == ("incomplete", (1,))
    types(database, "bo", lacking)
    assert (sheet(database).state, sheet(database).missing) == ("incomplete", (1,))
    assert counted(database) == {}


def test_an_empty_cell_is_not_nought(database: Database) -> None:
    types(database, "ann", (26, None, *MARKS[2:]))
    with database.read() as session:
        assert json.loads(session.exec(select(PaperTyping.ticks)).one())[1] is None


def test_clearing_every_cell_takes_ones_typing_back(database: Database) -> None:
    types(database, "ann")
    types(database, "ann", [None] * 6)
    assert sheet(database).state == "due"
    types(database, "bo")
    types(database, "olga")
    assert sheet(database).state == "accepted"


def test_an_untouched_sheet_is_not_a_typing(database: Database) -> None:
    assert types(database, "ann", [None] * 6) == 0
    assert rows(database, PaperTyping) == []


# --- what may not be typed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("judge", "entry", "marks", "code"),
    [
        ("J1", "E1", MARKS, "paper.recused"),
        ("J9", "E1", MARKS, "paper.no_such_sheet"),
        ("J2", "E9", MARKS, "paper.no_such_sheet"),
        ("J2", "E1", MARKS[:-1], "paper.off_grid"),
        ("J2", "E1", (*MARKS[:-1], 51), "paper.off_grid"),
        ("J2", "E1", (*MARKS[:-1], 29), "paper.off_grid"),
        ("J2", "E1", (*MARKS[:-1], 0), "paper.off_grid"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused_whole(
    database: Database, judge: str, entry: str, marks: Sequence[int], code: str
) -> None:
    sheets = [paper.TypedSheet("J3", "E1", MARKS), paper.TypedSheet(judge, entry, tuple(marks))]
    refused(
        lambda: database.write(lambda s: paper.type_sheets(s, "ann", contest_id=CONTEST, sheets=sheets)),
        code,
    )
    assert rows(database, PaperTyping) == []


def test_a_judge_on_leave_hands_in_no_paper_for_that_day(database: Database) -> None:
    goes_on_leave(database, "J2", "1")
    told = refused(lambda: types(database, "ann"), "paper.on_leave")
    assert told.params == {"judge": "评委2", "entry": "水坪镇实践中心"}
    assert types(database, "ann", [180], entry="E7")


def test_after_collection_paper_is_refused(database: Database) -> None:
    types(database, "ann")
    collects(database)
    refused(lambda: types(database, "bo"), "paper.collected")
    assert sheet(database).state == "once"


def test_a_window_that_was_opened_before_does_not_undo_what_was_typed_since(database: Database) -> None:
    seen = types(database, "ann")
    types(database, "ann", OTHERWISE, seen=seen)
    refused(lambda: types(database, "ann", [None] * 6, seen=seen), "paper.typed_since")


# --- phone and paper --------------------------------------------------------------------------------------------------


def test_equal_marks_by_phone_and_on_paper_are_no_conflict(database: Database) -> None:
    phones(database, MARKS)
    types(database, "ann")
    types(database, "bo")
    assert sheet(database).state == "accepted"


@pytest.mark.parametrize("kind", ["draft", "withdrawn"])
def test_what_the_phone_did_not_hand_in_is_no_conflict(database: Database, kind: str) -> None:
    phones(database, OTHERWISE, kind=kind)
    types(database, "ann")
    types(database, "bo")
    assert sheet(database).state == "accepted"


def test_paper_does_not_win_over_a_phone_until_the_organiser_says_so(database: Database) -> None:
    phones(database, OTHERWISE)
    types(database, "ann")
    types(database, "bo")
    assert (sheet(database).state, sheet(database).different) == ("conflict", (5,))
    assert counted(database) == {"J2/E1 phone": OTHERWISE}
    assert rows(database, PaperMatch) == []
    refused(lambda: decides(database, "paper", reason="  "), "page.reason_missing")
    rev = decides(database, "paper")
    assert sheet(database).state == "accepted"
    assert counted(database) == {"J2/E1 phone": OTHERWISE, "J2/E1 paper": MARKS}
    assert len(rows(database, PaperMatch)) == 1
    with database.read() as session:
        decision = session.exec(select(DecisionRow)).one()
    assert (decision.rev, decision.kind, decision.subject, decision.value) == (rev, "paper", "J2/E1", "paper")
    assert (decision.reason, decision.by_person) == ("评委当面确认", "olga")
    refused(lambda: decides(database, "paper"), "paper.no_conflict")


def test_the_organiser_may_say_that_the_phone_counts_until_something_new_comes(database: Database) -> None:
    phones(database, OTHERWISE)
    types(database, "ann")
    types(database, "bo")
    decides(database, "phone")
    assert sheet(database).state == "phone_counts"
    assert counted(database) == {"J2/E1 phone": OTHERWISE}
    phones(database, (*MARKS[:-1], 46))
    assert sheet(database).state == "conflict"


@pytest.mark.parametrize("counts", ["paper", "phone"])
def test_the_engine_is_given_the_sheet_that_counts_and_not_the_decision(database: Database, counts: str) -> None:
    phones(database, OTHERWISE)
    types(database, "ann")
    types(database, "bo")
    decides(database, counts)
    with database.read() as session:
        kinds = [row.kind for row in session.exec(select(DecisionRow))]
        sheets, told = current_sheets(session, CONTEST), decisions(session, CONTEST)
    assert (kinds, told) == (["paper"], [])
    assert sheets == [Sheet("J2", "E1", MARKS if counts == "paper" else OTHERWISE)]


def test_a_conflict_can_be_decided_after_collection(database: Database) -> None:
    phones(database, OTHERWISE)
    types(database, "ann")
    types(database, "bo")
    collects(database)
    decides(database, "paper")
    assert sheet(database).state == "accepted"


def test_a_judge_may_change_on_his_phone_what_was_accepted_from_paper(database: Database) -> None:
    types(database, "ann")
    types(database, "bo")
    phones(database, OTHERWISE)
    assert sheet(database).state == "remarked"
    assert counted(database)["J2/E1 phone"] == OTHERWISE


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_names_the_sheets_and_holds_no_mark(database: Database) -> None:
    types(database, "ann", [190], entry="E7")
    types(database, "bo", [190], entry="E7")
    with database.read() as session:
        acts = session.exec(select(AuditRow).where(AuditRow.contest_id == CONTEST).order_by(AuditRow.rev)).all()  # type: ignore[arg-type]
        bodies = session.exec(select(AuditPayload.body).where(AuditPayload.contest_id == CONTEST)).all()
    assert [(act.actor, act.action, act.subject) for act in acts] == [
        ("ann", "type_paper", "J2/E7"),
        ("bo", "type_paper", "J2/E7"),
        ("bo", "accept_paper", "J2/E7"),
    ]
    for told in (json.loads(body) for body in bodies):
        assert set(told) == {"salt", "sheets"}
        assert [{**one, "digest": len(one["digest"])} for one in told["sheets"]] == [
            {"digest": 64, "entry": "E7", "judge": "J2"}
        ]


@pytest.mark.parametrize("table", ["paper_typing", "paper_match"])
def test_what_was_typed_is_never_changed(database: Database, table: str) -> None:
    types(database, "ann")
    types(database, "bo")
    for statement in (f"UPDATE {table} SET at = ''", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            database.write(lambda session, s=statement: session.connection().exec_driver_sql(s))  # type: ignore[misc]
