"""彩排: made of a contest's set-up, filled, closed; visibly no real one, and the real one is never touched."""

import re

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, select

from app import audit
from app.contests import queries
from app.contests.access import Member
from app.contests.models import Contest, Rehearsal
from app.contests.rules import standing
from app.contests.service import add_member
from app.db import Database
from app.judging.queries import current
from app.judging.service import AlreadyCollected, collect
from app.publishing.rehearsal import (
    NoRehearsal,
    NothingToRehearse,
    RehearsalOfRehearsal,
    close_rehearsal,
    fill_in_marks,
    rehearse,
)
from app.results.queries import tabulated
from app.sync.badges import issue_badges
from app.sync.queries import badges
from tests.app.contests.conftest import NO_HASH, a_contest, a_draft, a_person, with_roster
from tests.app.sync.field import Field

MADE = "abcdef"


@pytest.fixture
def real(database: Database) -> tuple[str, str]:
    """A contest with a roster and a steward; its organiser and its id."""
    organiser = a_person(database, "zhou")
    made = a_contest(database, organiser)
    with_roster(database, made)
    facts = {"contest_id": made, "login": "wu", "name": "吴监督", "role": "steward", "password_hash": NO_HASH}
    database.write(lambda s: add_member(s, organiser, **facts))
    return organiser, made


def rehearsed(database: Database, organiser: str, source: str, made: str = MADE) -> str:
    return database.write(lambda s: rehearse(s, organiser, source=source, made=made, name="某市拉练（彩排）"))


def closed(database: Database, organiser: str, made: str) -> str:
    who = Member(organiser, "", made, frozenset({"organiser"}))
    return database.write(lambda s: close_rehearsal(s, who, contest_id=made))


def rows_of(database: Database, contest_id: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything the database holds of a contest."""
    with database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.connection().execute(
                    select(*table.c).where(table.c.contest_id == contest_id).order_by(*table.primary_key)
                )
            ]
            for table in SQLModel.metadata.tables.values()
            if "contest_id" in table.c
        }


def test_a_whole_rehearsal_leaves_every_row_of_the_real_contest_as_it_was(
    database: Database, real: tuple[str, str]
) -> None:
    organiser, source = real
    before = rows_of(database, source)
    made = rehearsed(database, organiser, source)
    with database.read() as session:
        there, here = queries.contest(session, source), queries.contest(session, made)
        assert (there.simulated, here.simulated) == (False, True)
        assert queries.imported(session, made).entries == queries.imported(session, source).entries
        assert queries.imported(session, made).judges == queries.imported(session, source).judges
        assert [one.value for one in queries.imported(session, made).priors] == ["82", "74"]  # made up, not those
        assert queries.people(session, made) == queries.people(session, source)
        assert standing(session, made) is not None
        due = queries.due(session, made)
    assert database.write(lambda s: fill_in_marks(s, organiser, contest_id=made)) == len(due) == 7
    with database.read() as session:
        assert set(current(session, made)) == set(due)
        _, result = tabulated(session, made)
        assert [unit.shown for unit in result.units] != []
        assert list(audit.verify(session, made)) == []
    database.write(lambda s: issue_badges(s, organiser, contest_id=made, judges=["J1"]))
    assert closed(database, organiser, made) == source
    with database.read() as session:
        assert badges(session, made) == {}
        assert [one.id for one in queries.contests_of(session, organiser)] == [source]
    assert rows_of(database, source) == before


def test_while_one_is_going_on_there_is_no_other_and_afterwards_there_may_be(
    database: Database, real: tuple[str, str]
) -> None:
    organiser, source = real
    assert rehearsed(database, organiser, source) == rehearsed(database, organiser, source, "ghjkmn") == MADE
    with pytest.raises(RehearsalOfRehearsal):
        rehearsed(database, organiser, MADE, "ghjkmn")
    closed(database, organiser, MADE)
    assert rehearsed(database, organiser, source, "ghjkmn") == "ghjkmn"


def test_marks_that_people_gave_stay_and_nothing_is_made_up_in_a_real_contest(
    database: Database, real: tuple[str, str]
) -> None:
    organiser, source = real
    with pytest.raises(NoRehearsal):
        database.write(lambda s: fill_in_marks(s, organiser, contest_id=source))
    with pytest.raises(NoRehearsal):
        closed(database, organiser, source)
    rehearsed(database, organiser, source)
    database.write(lambda s: fill_in_marks(s, organiser, contest_id=MADE))
    with database.read() as session:
        first = current(session, MADE)
    assert database.write(lambda s: fill_in_marks(s, organiser, contest_id=MADE)) == 0
    with database.read() as session:
        assert current(session, MADE) == first
    database.write(lambda s: collect(s, organiser, contest_id=MADE))
    with pytest.raises(AlreadyCollected):
        database.write(lambda s: fill_in_marks(s, organiser, contest_id=MADE))


def test_without_a_roster_there_is_nothing_to_rehearse(database: Database) -> None:
    organiser = a_person(database, "zhou")
    with pytest.raises(NothingToRehearse):
        rehearsed(database, organiser, a_draft(database, organiser))


def test_the_database_lets_no_rehearsal_become_a_real_contest(database: Database, real: tuple[str, str]) -> None:
    rehearsed(database, *real)
    for statement in (
        "UPDATE contest SET simulated = false WHERE id = 'abcdef'",
        "UPDATE rehearsal SET simulated = false",
        "UPDATE rehearsal SET of_contest = 'other'",
        "DELETE FROM rehearsal",
    ):
        with pytest.raises(DBAPIError):
            database.write(lambda s, sql=statement: s.connection().exec_driver_sql(sql))  # type: ignore[misc]
    with database.read() as session:
        assert queries.contest(session, MADE).simulated
        assert session.get_one(Rehearsal, MADE).of_contest == real[1]


def test_no_rehearsal_can_be_made_of_a_real_contest_itself(database: Database, real: tuple[str, str]) -> None:
    organiser, source = real
    other = a_contest(database, organiser)
    row = Rehearsal(contest_id=source, of_contest=other, by_person=organiser, at=audit.now())
    with pytest.raises(DBAPIError):
        database.write(lambda s: s.add(row))


def test_closing_takes_off_phones_screens_and_links(field: Field) -> None:
    organiser = field.signed_in("organiser")
    made = organiser.post("/c/c1/rehearsal").headers["location"].split("/")[2]
    phone, real = field.phone("J3", made), field.phone("J3")
    assert phone.outcome(phone.sheet("P1")) == ("stored", "")
    new = f"/c/{made}/screens"
    wall = re.search(r"/screen/\w+", organiser.post(new, data={"name": "大厅"}).text)
    host = re.search(r"/screen/\w+", organiser.post(new, data={"name": "主持台", "kind": "host"}).text)
    link = re.search(rf"/county/{made}/link/\w+", organiser.post(f"/c/{made}/counties", data={"which": "all"}).text)
    assert wall
    assert host
    assert link
    assert [field.client().get(page[0]).status_code for page in (wall, host, link)] == [200, 200, 200]
    assert organiser.post(f"/c/{made}/rehearsal/closing").status_code == 303
    assert [field.client().get(page[0]).status_code for page in (wall, host, link)] == [410, 410, 410]
    assert phone.client.get(f"/j/{made}/package").status_code in (401, 403)
    assert phone.outcome(phone.sheet("P2")) == ("quarantined", "revoked_device")
    assert real.outcome(real.sheet("P1")) == ("stored", "")  # the real contest's phone works on


def test_the_button_makes_it_and_every_page_of_it_says_what_it_is(field: Field) -> None:
    organiser = field.signed_in("organiser")
    page = "/c/c1/rehearsal"
    made = organiser.post(page).headers["location"]
    assert organiser.post(page).headers["location"] == made
    assert made in organiser.get(page).text
    root = made.removesuffix("/rehearsal")
    for path in ("", "/rehearsal", "/board", "/badges", "/publication"):
        assert "彩排：打分是虚构的" in organiser.get(root + path).text, path
    assert "生成" in organiser.get(made).text
    assert organiser.post(f"{made}/marks").status_code == 303
    assert "已全部交到" in organiser.get(made).text
    assert organiser.post(f"{made}/closing").headers["location"] == page
    assert organiser.get(made).status_code == 403
    assert organiser.post(f"{page}/closing").status_code == 409

    def rows(session: Session) -> list[tuple[str, bool]]:
        return [
            (row.of_contest, row.closed_at is not None and session.get_one(Contest, row.contest_id).simulated)
            for row in session.exec(select(Rehearsal))
        ]

    with field.database.read() as session:
        assert rows(session) == [("c1", True)]
