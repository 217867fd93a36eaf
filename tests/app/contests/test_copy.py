"""A new contest out of an earlier one: what is taken, what never is, and that the two share nothing."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, SQLModel, select

from app import audit
from app.contests import queries
from app.contests.categories import set_categories
from app.contests.copying import Wanted, copy_contest, taken
from app.contests.models import Contest, EntryRow, UnitRow
from app.contests.rules import standing
from app.contests.service import ContestNameMissing, add_recusal
from app.db import Database
from tests.app.contests.conftest import SignIn, a_contest, a_person, with_roster

MADE = "abcdef"
TAKEN = {"contest", "contest_head", "membership", "unit", "judge", "entry", "audit", "audit_payload"}


@pytest.fixture
def source(database: Database, organiser: str) -> str:
    """A contest with a roster, rules in force, categories of its own and a recusal."""
    made = a_contest(database, organiser)
    with_roster(database, made)
    database.write(lambda s: set_categories(s, organiser, contest_id=made, lines=["消防"]))
    database.write(lambda s: add_recusal(s, organiser, contest_id=made, judge_id="J3", unit_id="U1", reason="亲属"))
    return made


def copied(database: Database, organiser: str, source: str, *, name: str = "次年") -> str:
    wanted = Wanted(name, judges=True, entries=True)
    return database.write(lambda s: copy_contest(s, organiser, source=source, made=MADE, wanted=wanted))


def test_rules_unsigned_units_judges_categories_and_entries_without_their_days_are_taken(
    database: Database, organiser: str, source: str
) -> None:
    copied(database, organiser, source)
    with database.read() as session:
        old, new = queries.contest(session, source), queries.contest(session, MADE)
        assert (new.scheme, new.scheme_digest, new.categories) == (old.scheme, old.scheme_digest, old.categories)
        assert standing(session, source) is not None
        assert standing(session, MADE) is None
        there, here = queries.imported(session, source), queries.imported(session, MADE)
        assert (here.units, here.judges) == (there.units, there.judges)
        assert [(one.name, one.kind, one.day, one.time) for one in here.entries] == [
            (one.name, one.kind, "", "") for one in there.entries
        ]
        assert list(audit.verify(session, MADE)) == []


def test_nothing_else_is_taken(database: Database, organiser: str, source: str) -> None:
    copied(database, organiser, source)
    with database.read() as session:
        filled = {
            table.name
            for table in SQLModel.metadata.tables.values()
            if "contest_id" in table.c
            and session.connection().execute(select(table.c.contest_id).where(table.c.contest_id == MADE)).first()
        }
        assert filled <= TAKEN
        assert {"unit", "judge", "entry", "membership"} <= filled
        assert [one.id for one in queries.people(session, MADE)] == [organiser]


def test_the_two_share_nothing_afterwards(database: Database, organiser: str, source: str) -> None:
    copied(database, organiser, source)

    def rename(session: Session) -> None:
        session.get_one(UnitRow, (MADE, "U1")).name = "改名县"

    database.write(rename)
    with database.read() as session:
        assert queries.units(session, source)[0].name == "云岭县"


def test_the_same_form_sent_twice_makes_one_contest(database: Database, organiser: str, source: str) -> None:
    assert copied(database, organiser, source) == copied(database, organiser, source, name="又一次") == MADE
    with database.read() as session:
        assert [one.name for one in queries.contests_of(session, organiser)] == ["次年", "某市拉练"]


def test_a_copy_needs_a_name_and_without_one_nothing_is_made(database: Database, organiser: str, source: str) -> None:
    with pytest.raises(ContestNameMissing):
        copied(database, organiser, source, name=" ")
    with database.read() as session:
        assert session.get(Contest, MADE) is None


def test_entries_and_judges_are_taken_only_where_they_are_wanted(database: Database, source: str) -> None:
    with database.read() as session:
        assert taken(session, source, Wanted("", judges=False, entries=False)).counts == {
            "units": 2, "entries": 0, "judges": 0, "priors": 0,
        }  # fmt: skip


def test_without_the_judges_no_entry_is_assigned_to_one(database: Database, source: str) -> None:
    def assign(session: Session) -> None:
        session.get_one(EntryRow, (source, "E1")).judges = "J3"

    database.write(assign)
    with database.read() as session:
        for judges, kept in ((True, "J3"), (False, "")):
            assert taken(session, source, Wanted("", judges=judges, entries=True)).entries[0].judges == kept


def test_the_page_shows_what_is_taken_and_leads_to_the_new_desk(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    organiser = a_person(app_database, "zhou")
    source = a_contest(app_database, organiser)
    with_roster(app_database, source)
    sign_in(organiser)
    assert f"/c/{source}/copy" in client.get("/contests/new?form=tour").text
    page = client.get(f"/c/{source}/copy").text
    assert "水坪镇实践所" in page
    assert "14:20" not in page
    token = re.search('name="token" value="([0-9a-f]{32})"', page)
    assert token
    form = {"token": token[1], "name": "次年拉练", "judges": "true"}
    desks = {client.post(f"/c/{source}/copy", data=form).headers["location"] for _ in range(2)}
    assert len(desks) == 1
    assert client.post(f"/c/{source}/copy", data={"token": "../..", "name": "x"}).status_code == 404
    assert "次年拉练" in client.get("/").text
