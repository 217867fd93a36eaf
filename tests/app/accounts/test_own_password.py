"""Whose password it is: his own, or one that somebody made for him."""

from sqlmodel import select

from app.accounts import service
from app.accounts.models import Person
from app.db import Database

NO_HASH = "-"


def own(database: Database) -> dict[str, bool]:
    with database.read() as session:
        return {person.login: person.own_password for person in session.exec(select(Person))}


def test_the_first_organiser_chose_his_password_himself(database: Database) -> None:
    database.write(lambda s: service.add_first_person(s, login="wu", name="吴", password_hash=NO_HASH))
    assert own(database) == {"wu": True}


def test_a_first_password_is_somebody_elses_until_changed_and_again_when_renewed(
    database: Database,
) -> None:
    wu = database.write(lambda s: service.add_first_person(s, login="wu", name="吴", password_hash=NO_HASH))
    li = database.write(lambda s: service.add_person(s, wu, login="li", name="李", password_hash=NO_HASH))
    assert own(database) == {"wu": True, "li": False}
    database.write(lambda s: service.change_password(s, li, person_id=li, password_hash=NO_HASH))
    assert own(database) == {"wu": True, "li": True}
    database.write(lambda s: service.change_password(s, wu, person_id=li, password_hash=NO_HASH))
    assert own(database) == {"wu": True, "li": False}
