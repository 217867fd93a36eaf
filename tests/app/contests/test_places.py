"""单位库: found by the very name, else said by a person; never silently, and the same place across contests."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from app import audit
from app.contests.models import Contest, PlaceMatch, PlaceRow, Rehearsal, UnitRow
from app.contests.places import (
    Choice,
    Place,
    PlacesOfRehearsal,
    PlaceUnknown,
    earlier,
    match_places,
    matches,
    proposals,
    register,
)
from app.db import Database
from tests.app.contests.conftest import SignIn, a_contest, a_person, with_roster


@pytest.fixture
def years(database: Database, organiser: str) -> tuple[str, str]:
    """Two contests of the same two counties; after the first one both stand in the register."""
    first, second = (a_contest(database, organiser) for _ in range(2))
    for made in (first, second):
        with_roster(database, made)
    said(database, organiser, first, Choice("U1", new=True), Choice("U2", new=True))
    return first, second


def said(database: Database, organiser: str, contest_id: str, *choices: Choice) -> int:
    return database.write(lambda s: match_places(s, organiser, contest_id=contest_id, choices=choices))


def rename(database: Database, contest_id: str, unit: str, name: str) -> None:
    def deed(session: Session) -> None:
        session.get_one(UnitRow, (contest_id, unit)).name = name

    database.write(deed)


def shown(database: Database, contest_id: str) -> list[tuple[str, str, bool]]:
    with database.read() as session:
        return [(one.unit.name, one.place.name if one.place else "", one.said) for one in matches(session, contest_id)]


def test_a_unit_of_the_very_name_is_found_by_itself_and_another_only_proposed(
    database: Database, organiser: str, years: tuple[str, str]
) -> None:
    _, second = years
    assert shown(database, second) == [("云岭县", "云岭县", False), ("清江市", "清江市", False)]
    rename(database, second, "U1", "云岭县（市）")
    assert shown(database, second)[0] == ("云岭县（市）", "", False)
    with database.read() as session:
        there = register(session)
        assert [place.name for place in proposals("云岭县（市）", there)] == ["云岭县"]
        cloud = next(place for place in there if place.name == "云岭县")
    assert said(database, organiser, second, Choice("U1", cloud.id)) == 1
    assert shown(database, second)[0] == ("云岭县（市）", "云岭县", True)
    assert said(database, organiser, second, Choice("U1", cloud.id)) == 0  # said again, it changes nothing
    with database.read() as session:
        assert list(audit.verify(session, second)) == []


def test_a_match_is_mended_taken_back_and_gone_with_a_new_name(
    database: Database, organiser: str, years: tuple[str, str]
) -> None:
    _, second = years
    assert said(database, organiser, second, Choice("U1")) == 1
    assert shown(database, second)[0] == ("云岭县", "", True)
    with database.read() as session:
        river = next(place for place in register(session) if place.name == "清江市")
    said(database, organiser, second, Choice("U1", river.id))
    assert shown(database, second)[0] == ("云岭县", "清江市", True)
    rename(database, second, "U1", "新名县")
    assert shown(database, second)[0] == ("新名县", "", False)
    assert said(database, organiser, second, Choice("U1")) == 1
    assert shown(database, second)[0] == ("新名县", "", True)


def test_a_place_took_part_in_the_contests_of_earlier_years_and_rehearsals_are_none(
    database: Database, organiser: str, years: tuple[str, str]
) -> None:
    first, second = years
    with database.read() as session:
        ids = {place.id for place in register(session)}
        found = earlier(session, second, of=ids, among={first, second})
        assert sorted(found) == sorted(ids)
        assert set(map(tuple, found.values())) == {("某市拉练",)}
        assert earlier(session, second, of=ids, among=set()) == {}

    def tried(session: Session) -> None:
        session.get_one(Contest, second).simulated = True
        session.flush()
        session.add(Rehearsal(contest_id=second, of_contest=first, by_person=organiser, at=audit.now()))

    database.write(tried)
    with pytest.raises(PlacesOfRehearsal):
        said(database, organiser, second, Choice("U1", new=True))
    with database.read() as session:
        assert earlier(session, first, of=ids, among={first, second}) == {}


def test_what_is_not_in_the_register_is_refused_and_nothing_is_written(
    database: Database, organiser: str, years: tuple[str, str]
) -> None:
    _, second = years
    rename(database, second, "U2", "某区")
    with pytest.raises(PlaceUnknown):
        said(database, organiser, second, Choice("U2", new=True), Choice("U1", "nowhere"))
    with database.read() as session:
        assert [place.name for place in register(session)] == ["云岭县", "清江市"]
        assert session.exec(select(PlaceMatch)).all() == []


@pytest.mark.parametrize("model", [PlaceRow, PlaceMatch])
def test_nothing_of_the_register_is_changed_or_taken_out(
    database: Database, organiser: str, years: tuple[str, str], model: type[PlaceRow | PlaceMatch]
) -> None:
    said(database, organiser, years[1], Choice("U1"))

    def change(session: Session) -> None:
        row = session.exec(select(model)).first()
        assert row
        row.at = "-"
        session.add(row)

    with pytest.raises(DatabaseError):
        database.write(change)


def test_proposals_are_names_alike_the_likest_first() -> None:
    places = [Place(name, name) for name in ("云岭县", "云岭县水坪镇", "清江市", "南云岭县", "郧阳区")]
    # Pairs of letters in common, beginning included: 2 of 3 and 3; 2 of 3 and 6; only 1 of 3 and 4.
    assert [place.name for place in proposals("云岭区", places)] == ["云岭县", "云岭县水坪镇"]
    assert proposals("郧县", places[:3]) == []


def test_the_page_asks_of_each_and_lists_of_many(client: TestClient, app_database: Database, sign_in: SignIn) -> None:
    organiser = a_person(app_database, "zhou")
    first, second = (a_contest(app_database, organiser) for _ in range(2))
    for made in (first, second):
        with_roster(app_database, made)
    sign_in(organiser)
    page = f"/c/{first}/places"
    assert "云岭县" in client.get(page).text
    assert client.post(page, data={"do": "all_new"}).status_code == 303
    assert "所有单位都已说明" in client.get(page).text
    rename(app_database, second, "U1", "云岭县（市）")
    page = f"/c/{second}/places"
    asked = client.get(page).text
    assert "清江市" not in asked
    assert "尚未说明" in asked
    assert client.post(page, data={"place.U1": "", "name.U1": "云岭"}).status_code == 422
    assert client.post(page, data={"place.U1": "", "name.U1": "云岭县"}).status_code == 303
    assert "某市拉练" in client.get(f"{page}?show=all").text
    assert client.post(page, data={"place.U9": "none"}).status_code == 422

    def many(session: Session) -> None:
        session.add_all(
            UnitRow(contest_id=second, id=f"S{n}", place_number=n + 10, name=f"第{n}站") for n in range(3000)
        )

    app_database.write(many)
    listed = client.get(page).text
    assert listed.count('name="place.') == 50
    assert "第 1 / 60 页" in listed
    assert client.get(f"{page}?q=第2999站").text.count('name="place.') == 1
