"""单位库: found by the very name, else said by a person; never silently, and the same place across contests."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from app import audit
from app.contests.models import Contest, PlaceMatch, PlaceName, PlaceRow, Rehearsal, UnitRow
from app.contests.places import (
    Choice,
    Place,
    PlaceNameTaken,
    PlacesOfRehearsal,
    PlaceUnknown,
    earlier,
    match_places,
    matches,
    proposals,
    register,
    renamings,
    take_name_back,
)
from app.db import Database
from app.reasons import ReasonMissing
from tests.app.contests import rosters
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


def renamed(database: Database, organiser: str, contest_id: str, choice: Choice, reason: str = "撤县设区") -> int:
    return database.write(lambda s: match_places(s, organiser, contest_id=contest_id, choices=[choice], reason=reason))


def id_of(database: Database, name: str) -> str:
    with database.read() as session:
        return next(place.id for place in register(session) if name in (place.name, *place.former))


def test_a_renamed_place_keeps_its_id_and_is_found_under_every_name_it_had(
    database: Database, organiser: str, years: tuple[str, str]
) -> None:
    first, second = years
    cloud = id_of(database, "云岭县")
    rename(database, second, "U1", "云岭区")
    assert shown(database, second)[0] == ("云岭区", "", False)  # nobody has said it yet
    assert renamed(database, organiser, second, Choice("U1", cloud, renamed=True)) == 1
    assert renamed(database, organiser, second, Choice("U1", cloud, renamed=True)) == 0
    assert shown(database, second)[0] == ("云岭区", "云岭区", False)
    assert shown(database, first)[0] == ("云岭县", "云岭区", False)
    third = a_contest(database, organiser)
    with_roster(database, third)
    assert shown(database, third)[0] == ("云岭县", "云岭区", False)  # an old list, a new contest
    rename(database, third, "U1", "云岭高新区")
    renamed(database, organiser, third, Choice("U1", cloud, renamed=True), "并入高新区")
    with database.read() as session:
        assert [place for place in register(session) if place.id == cloud] == [
            Place(cloud, "云岭高新区", ("云岭县", "云岭区"))
        ]
        assert [(one.place.name, one.name, one.reason, one.by) for one in renamings(session)] == [
            ("云岭县", "云岭区", "撤县设区", "Zhou"),
            ("云岭县", "云岭高新区", "并入高新区", "Zhou"),
        ]
        assert [place.id for place in proposals("云岭高新区管委会", register(session))] == [cloud]
        assert earlier(session, third, of={cloud}, among={first, second, third}) == {cloud: ["某市拉练", "某市拉练"]}
        assert list(audit.verify(session, second)) == []
    assert {shown(database, one)[0][1] for one in (first, second, third)} == {"云岭高新区"}


def test_a_new_name_needs_a_reason_and_is_nobody_elses(
    database: Database, organiser: str, years: tuple[str, str]
) -> None:
    _, second = years
    rename(database, second, "U1", "云岭区")
    cloud, river = id_of(database, "云岭县"), id_of(database, "清江市")
    with pytest.raises(ReasonMissing):
        renamed(database, organiser, second, Choice("U1", cloud, renamed=True), " 无 ")
    assert shown(database, second)[0] == ("云岭区", "", False)
    with pytest.raises(PlaceNameTaken):
        renamed(database, organiser, second, Choice("U2", cloud, renamed=True))
    renamed(database, organiser, second, Choice("U1", cloud, renamed=True))
    with pytest.raises(PlaceNameTaken) as taken:
        renamed(database, organiser, second, Choice("U1", river, renamed=True))
    assert taken.value.params == {"name": "云岭区", "place": "云岭区"}

    def without_reason(session: Session) -> None:
        session.add(
            PlaceName(
                name="某区", turn=1, place_id=cloud, reason="", contest_id=second, by_person=organiser, at=audit.now()
            )
        )

    with pytest.raises(DatabaseError):
        database.write(without_reason)


def test_a_name_given_by_mistake_is_taken_back_with_a_reason_and_may_be_anothers(
    database: Database, organiser: str, years: tuple[str, str]
) -> None:
    first, second = years
    rename(database, second, "U1", "云岭区")
    cloud = id_of(database, "云岭县")
    renamed(database, organiser, second, Choice("U1", cloud, renamed=True))

    def back(name: str, reason: str) -> None:
        database.write(lambda s: take_name_back(s, organiser, contest_id=second, name=name, reason=reason))

    with pytest.raises(ReasonMissing):
        back("云岭区", "")
    with pytest.raises(PlaceUnknown):
        back("云岭县", "这是另一个区")  # the name it came in with is its own for good
    back("云岭区", "这是另一个区")
    with pytest.raises(PlaceUnknown):
        back("云岭区", "这是另一个区")
    assert shown(database, second)[0] == ("云岭区", "", False)
    assert shown(database, first)[0] == ("云岭县", "云岭县", False)
    said(database, organiser, second, Choice("U1", new=True))
    assert shown(database, second)[0] == ("云岭区", "云岭区", False)
    assert id_of(database, "云岭区") != cloud
    with database.read() as session:
        rows = session.exec(select(PlaceName)).all()
        assert sorted((row.name, row.turn, row.place_id) for row in rows) == [
            ("云岭区", 1, cloud), ("云岭区", 2, None),
        ]  # fmt: skip


@pytest.mark.parametrize("model", [PlaceRow, PlaceMatch, PlaceName])
def test_nothing_of_the_register_is_changed_or_taken_out(
    database: Database, organiser: str, years: tuple[str, str], model: type[PlaceRow | PlaceMatch | PlaceName]
) -> None:
    said(database, organiser, years[1], Choice("U1"))
    rename(database, years[1], "U2", "清江区")
    renamed(database, organiser, years[1], Choice("U2", id_of(database, "清江市"), renamed=True))

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


def test_the_page_asks_why_a_place_is_renamed_and_the_preview_knows_the_old_name(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    organiser = a_person(app_database, "zhou")
    first, second, third = (a_contest(app_database, organiser) for _ in range(3))
    for made in (first, second):
        with_roster(app_database, made)
    said(app_database, organiser, first, Choice("U1", new=True), Choice("U2", new=True))
    rename(app_database, second, "U1", "云岭区")
    sign_in(organiser)
    page, cloud = f"/c/{second}/places", id_of(app_database, "云岭县")
    form = {"place.U1": cloud, "renamed.U1": "yes", "reason": ""}
    refused = client.post(page, data=form)
    assert refused.status_code == 422
    assert f'value="{cloud}" selected' in refused.text  # what was chosen is still there
    assert 'name="renamed.U1" value="yes" checked' in refused.text
    assert client.post(page, data={"place.U1": "", "renamed.U1": "yes", "reason": "撤县设区"}).status_code == 422
    assert client.post(page, data=form | {"reason": "撤县设区"}).status_code == 303
    listed = client.get(f"{page}?show=all").text
    assert "云岭县 → <b>云岭区</b> · 撤县设区" in listed
    book = {"workbook": ("名单.xlsx", rosters.workbook(rosters.small()))}  # under the old name
    preview = client.get(client.post(f"/c/{third}/import", files=book).headers["location"])
    assert "有 2 个单位在单位库中" in preview.text
    assert client.post(page, data={"take_back": "云岭区", "reason": "弄错了，不是它"}).status_code == 303
    assert "云岭县 → " not in client.get(f"{page}?show=all").text
