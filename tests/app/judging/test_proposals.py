"""What is decided is proposed by one person and confirmed by another; the database refuses anything else."""

import re

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select, text

from app.db import Database
from app.errors import AppError
from app.judging.confirming import CannotConfirm, OwnProposal, confirm_proposals
from app.judging.decisions import NotMissing, Wanted, admit_sheets, decide, take_back
from app.judging.models import DecisionRow, ProposalAnswer
from app.judging.proposals import NotProposed, ProposedAlready, open_proposals, refuse_proposal
from app.judging.queries import absences, current, is_collected
from app.judging.service import collect
from app.reasons import ReasonMissing
from app.results.blockers import blockers
from tests.app.sync.field import Field, Phone, ticks

C1 = "c1"
HERE, CONFIRM = "/c/c1/decisions", "/c/c1/proposals/confirmation"


def collected(field: Field) -> Phone:
    """J3 has handed in P1 and nothing else; nobody else has. The sheets are collected."""
    phone = field.phone("J3")
    assert phone.outcome(phone.sheet("P1", ticks("P1"))) == ("stored", "")
    field.database.write(lambda s: collect(s, "olga", contest_id=C1))
    return phone


def absent(database: Database, *sheets: str, who: str = "olga") -> int:
    wanted = [Wanted("absence", sheet) for sheet in sheets]
    return database.write(lambda s: decide(s, who, contest_id=C1, wanted=wanted, reason="就医"))


def confirms(database: Database, *revs: int, who: str = "stefan") -> list[int]:
    return database.write(lambda s: confirm_proposals(s, who, contest_id=C1, revs=revs))


def away(database: Database) -> set[tuple[str, str]]:
    with database.read() as session:
        assert is_collected(session, C1)
        return absences(session, C1)


def waiting(database: Database) -> list[int]:
    with database.read() as session:
        return [one.rev for one in open_proposals(session, C1)]


def sql(database: Database, statement: str, **values: object) -> None:
    database.write(lambda s: s.connection().execute(text(statement), values))


def test_an_absence_counts_once_another_person_has_confirmed_it(field: Field) -> None:
    collected(field)
    first, second = absent(field.database, "J3/P2", "J4/P2"), absent(field.database, "J4/P1", who="otto")
    assert away(field.database) == set()
    with field.database.read() as session:
        told = [one.fault.params for one in blockers(session, C1) if one.kind == "proposal"]
        assert session.exec(select(DecisionRow)).all() == []
    assert [(one["by"], one["number"]) for one in told] == [("olga", 2), ("otto", 1)]
    confirms(field.database, first, second)
    assert away(field.database) == {("J3", "P2"), ("J4", "P2"), ("J4", "P1")}
    assert waiting(field.database) == []
    with field.database.read() as session:
        assert not [one for one in blockers(session, C1) if one.kind == "proposal"]
        made = session.exec(select(DecisionRow).order_by("rev", "number")).all()
    assert [(row.by_person, row.confirmed_by) for row in made] == [("olga", "stefan")] * 2 + [("otto", "stefan")]


def test_nobody_confirms_what_he_put_forward(field: Field) -> None:
    collected(field)
    rev = absent(field.database, "J3/P2")
    with pytest.raises(OwnProposal):
        confirms(field.database, rev, who="olga")
    assert away(field.database) == set()


ANSWER = (
    "INSERT INTO proposal_answer (contest_id, proposal_rev, made_by, rev, answer, reason, by_person, at)"
    " VALUES ('c1', :rev, :made_by, 900, :answer, 'r', :by, '-')"
)
DECIDED = (
    "INSERT INTO decision (contest_id, rev, number, kind, subject, rule, value, reason, document, by_person, at,"
    " proposal_rev, confirmed_by) VALUES ('c1', 901, 1, 'absence', 'J3/P2', '', '', 'r', '', :by, '-', :rev, :second)"
)


def test_the_database_refuses_the_same_person_whoever_writes(field: Field) -> None:
    collected(field)
    rev, declined = absent(field.database, "J3/P2"), absent(field.database, "J4/P2")
    field.database.write(lambda s: refuse_proposal(s, "stefan", contest_id=C1, rev=declined, reason="来了"))
    for answer, by in (("confirmed", "olga"), ("declined", "olga"), ("withdrawn", "stefan")):
        with pytest.raises(DBAPIError, match="ck_proposal_answer_two_people"):
            sql(field.database, ANSWER, rev=rev, made_by="olga", answer=answer, by=by)
    # Nor under the name of somebody who did not put it forward.
    with pytest.raises(DBAPIError):
        sql(field.database, ANSWER, rev=rev, made_by="otto", answer="confirmed", by="olga")
    one_way: list[dict[str, object]] = [
        {"by": "olga", "rev": None, "second": None},
        {"by": "olga", "rev": rev, "second": None},
        {"by": "olga", "rev": rev, "second": "stefan"},  # not answered
        {"by": "olga", "rev": declined, "second": "stefan"},
    ]
    for row in one_way:
        with pytest.raises(DBAPIError, match="confirmed by another person"):
            sql(field.database, DECIDED, **row)
    sql(field.database, ANSWER, rev=rev, made_by="olga", answer="confirmed", by="stefan")
    for by, second in (("olga", "olga"), ("stefan", "olga"), ("otto", "stefan"), ("olga", "otto")):
        with pytest.raises(DBAPIError):
            sql(field.database, DECIDED, by=by, rev=rev, second=second)
    assert away(field.database) == set()
    sql(field.database, DECIDED, by="olga", rev=rev, second="stefan")
    assert away(field.database) == {("J3", "P2")}


def test_a_late_sheet_counts_once_its_admission_is_confirmed(field: Field) -> None:
    phone = collected(field)
    late = phone.sheet("P2", ticks("P2", 1))
    assert phone.outcome(late) == ("quarantined", "late")
    asked = {"contest_id": C1, "chosen": [late["revision_id"]], "reason": "途中没有信号"}
    rev = field.database.write(lambda s: admit_sheets(s, "olga", **asked))  # type: ignore[arg-type]

    def counts() -> bool:
        with field.database.read() as session:
            return ("J3", "P2") in current(session, C1)

    assert not counts()
    with pytest.raises(ProposedAlready):
        field.database.write(lambda s: admit_sheets(s, "otto", **asked))  # type: ignore[arg-type]
    [done] = confirms(field.database, rev)
    assert counts()
    back = field.database.write(lambda s: take_back(s, "stefan", contest_id=C1, rev=done, reason="看错了"))
    assert counts()
    confirms(field.database, back, who="olga")
    assert not counts()


def test_what_does_not_hold_any_more_is_not_confirmed_and_nothing_beside_it(field: Field) -> None:
    """While the absence waited the sheet came and was admitted: confirming both would be one too many."""
    phone = collected(field)
    gone, other = absent(field.database, "J3/P2"), absent(field.database, "J4/P2")
    late = phone.sheet("P2", ticks("P2"))
    assert phone.outcome(late) == ("quarantined", "late")
    asked = {"contest_id": C1, "chosen": [late["revision_id"]], "reason": "途中没有信号"}
    confirms(field.database, field.database.write(lambda s: admit_sheets(s, "olga", **asked)))  # type: ignore[arg-type]
    with pytest.raises(CannotConfirm) as told:
        confirms(field.database, gone, other)
    assert (told.value.fault.params["rev"], type(told.value.because)) == (gone, NotMissing)
    assert (away(field.database), waiting(field.database)) == (set(), [gone, other])
    confirms(field.database, other)
    assert away(field.database) == {("J4", "P2")}


@pytest.mark.parametrize(("who", "answer"), [("olga", "withdrawn"), ("stefan", "declined")])
def test_it_is_withdrawn_or_declined_with_a_reason_once(field: Field, who: str, answer: str) -> None:
    collected(field)
    rev = absent(field.database, "J3/P2")

    def refuses(session: Session, reason: str = "他在路上") -> int:
        return refuse_proposal(session, who, contest_id=C1, rev=rev, reason=reason)

    with pytest.raises(ReasonMissing):
        field.database.write(lambda s: refuses(s, " "))
    field.database.write(refuses)
    with field.database.read() as session:
        [row] = session.exec(select(ProposalAnswer)).all()
    assert (row.answer, row.by_person, row.reason) == (answer, who, "他在路上")
    assert (away(field.database), waiting(field.database)) == (set(), [])
    again: list[type[AppError]] = []
    for deed in (refuses, lambda s: confirm_proposals(s, "otto", contest_id=C1, revs=[rev])):
        with pytest.raises(NotProposed) as told:
            field.database.write(deed)
        again.append(type(told.value))
    assert again == [NotProposed, NotProposed]
    assert absent(field.database, "J3/P2") > rev  # it may be put forward again


def test_an_organiser_and_a_steward_settle_all_missing_sheets_in_two_presses(field: Field) -> None:
    collected(field)
    organiser = field.signed_in("organiser")
    page = organiser.get(HERE).text
    owing = re.findall(r'name="owing" value="(\w+)"', page)
    assert owing == ["J1", "J2", "J3", "J4"]
    form = {"all": "yes", "owing": owing, "reason": "已返程", "as": "absence"}
    assert organiser.post(f"{HERE}/absences", data=form).status_code == 303
    alone = organiser.get(HERE).text
    assert ("没有别人可以确认" in alone, 'name="proposal"' in alone, 'name="owing"' in alone) == (True, False, False)
    steward = field.signed_in("steward")
    assert "没有别人可以确认" not in organiser.get(HERE).text
    [rev] = re.findall(r'name="proposal" value="(\d+)" checked', steward.get(HERE).text)
    for reader in (organiser, steward):  # on both people's first page
        assert "有 1 项认定待另一个人确认" in reader.get("/c/c1").text
    assert organiser.post(CONFIRM, data={"proposal": rev}).status_code == 409
    assert away(field.database) == set()
    assert steward.post(CONFIRM, data={"proposal": rev}).status_code == 303
    assert len(away(field.database)) == 17  # of eighteen that are due
    assert 'id="proposed"' not in steward.get(HERE).text
    assert steward.post(CONFIRM, data={"proposal": "x"}).status_code == 422
