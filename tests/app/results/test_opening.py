"""Blind until two people open; then the ranking, and files from which anybody computes it again."""

import io
import zipfile
from fractions import Fraction

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from app import audit
from app.accounts.models import Person
from app.contests.models import Contest, PriorRow
from app.judging.service import collect
from app.results.models import OpeningRow
from app.results.queries import tabulated
from app.tables import Text, read_tables
from scoring.scheme import read_scheme
from scoring.tabulate import tabulate
from tests.app.sync.field import RULE, SCHEME, Field, ticks

# Every sheet of B's first project has these points; nothing else on any page looks like it.
CANARY = "83.5"


def marked(field: Field, *, contest: str = "c1") -> None:
    """Every due sheet handed in, B's first project with the canary; prior scores known."""
    for judge, own in (("J1", "A"), ("J2", "B"), ("J3", ""), ("J4", "")):
        phone = field.phone(judge, contest)
        for entry, unit in (("P1", "A"), ("P2", "B"), ("P3", "A"), ("P4", "B"), ("AR", "A"), ("BR", "B")):
            if unit == own:
                continue
            marks = ticks(entry)
            if entry == "P2":
                # Half points: from the floors (60 of 100) up to 83.5, spread over the items that have room.
                left = 47
                for place, item in enumerate(RULE.items("onsite", "centre")):
                    more = min(left, len(item.ticks) - 1)
                    marks[place] += more
                    left -= more
                assert left == 0
            assert phone.outcome(phone.sheet(entry, list(marks))) == ("stored", "")
    priors = [PriorRow(contest_id=contest, unit_id=unit, component="ordinary", value="90") for unit in ("A", "B")]
    field.database.write(lambda session: session.add_all(priors))


def collected(field: Field, contest: str = "c1") -> None:
    field.database.write(lambda session: collect(session, "organiser", contest_id=contest))


def opens(client: TestClient, role: str) -> int:
    return client.post("/c/c1/results/opening", data={"role": role}).status_code


def test_nobody_opens_before_the_sheets_are_collected(field: Field) -> None:
    assert opens(field.signed_in("organiser"), "organiser") == 409
    with field.database.read() as session:
        assert session.exec(select(OpeningRow)).all() == []


def test_one_half_opens_nothing(field: Field) -> None:
    marked(field)
    collected(field)
    organiser = field.signed_in("organiser")
    assert opens(organiser, "organiser") == 303
    page = organiser.get("/c/c1/results").text
    assert CANARY not in page
    assert organiser.get("/c/c1/files.zip").status_code == 409


def test_a_person_with_both_roles_opens_one_half_only(field: Field) -> None:
    collected(field)
    both = field.signed_in("organiser", "steward")
    assert opens(both, "organiser") == 303
    assert opens(both, "steward") == 409
    with field.database.read() as session:
        assert [row.role for row in session.exec(select(OpeningRow))] == ["organiser"]


def test_the_database_refuses_one_person_for_both_halves(field: Field) -> None:
    collected(field)
    both = field.signed_in("organiser", "steward")
    opens(both, "organiser")
    with field.database.read() as session:
        person = session.exec(select(OpeningRow)).one().person_id
    row = OpeningRow(contest_id="c1", role="steward", person_id=person, rev=99, at=audit.now())
    with pytest.raises(IntegrityError):
        field.database.write(lambda session: session.add(row))


def test_whoever_was_given_his_password_by_somebody_else_opens_nothing(field: Field) -> None:
    collected(field)
    given = field.signed_in("steward", own_password=False)
    assert opens(given, "steward") == 409
    assert (
        "results.own_password"
        in given.post("/c/c1/results/opening", data={"role": "steward"}, headers={"Accept": "application/json"}).text
    )


def test_the_same_half_is_not_opened_twice(field: Field) -> None:
    collected(field)
    assert opens(field.signed_in("organiser"), "organiser") == 303
    assert opens(field.signed_in("organiser"), "organiser") == 409


@pytest.mark.parametrize("role", ["steward", "tallier"])
def test_only_who_holds_the_role_opens_its_half(field: Field, role: str) -> None:
    collected(field)
    assert opens(field.signed_in(role), "organiser") == 403


def test_two_people_open_and_every_look_is_in_the_log(field: Field) -> None:
    marked(field)
    collected(field)
    organiser, steward = field.signed_in("organiser"), field.signed_in("steward")
    assert (opens(organiser, "organiser"), opens(steward, "steward")) == (303, 303)
    page = organiser.get("/c/c1/results").text
    assert CANARY in page
    assert page.index("清江市") < page.index("云岭县")
    steward.get("/c/c1/results")
    organiser.get("/c/c1/files.zip")
    with field.database.read() as session:
        looks = session.exec(select(audit.AuditRow).where(audit.AuditRow.action == "look")).all()
        assert [row.subject for row in looks] == ["results", "results", "files.zip"]
        assert {row.actor for row in looks} <= set(session.exec(select(Person.id)))
        assert list(audit.verify(session, "c1")) == []


def test_the_files_give_the_same_result_again(field: Field) -> None:
    marked(field)
    collected(field)
    organiser, steward = field.signed_in("organiser"), field.signed_in("steward")
    opens(organiser, "organiser")
    opens(steward, "steward")
    archive = zipfile.ZipFile(io.BytesIO(organiser.get("/c/c1/files.zip").content))
    files = {name: archive.read(name) for name in archive.namelist()}
    rule = read_scheme(files.pop("scheme.toml").decode())
    texts = {name: Text(name, body) for name, body in files.items()}
    read = read_tables(rule, *(texts[f"{name}.csv"] for name in ("marks", "roster", "priors", "decisions")))
    again = tabulate(rule, read.roster, read.sheets, read.priors, read.decisions)
    with field.database.read() as session:
        _, there = tabulated(session, "c1")
    assert again == there
    # B: on site (83.5 + 60) / 2 = 71.75; pitch at its floor 60; ordinary 90: 43.05 + 6 + 27 = 76.05. A: 60, 60, 90: 69.
    assert [(unit.unit.id, unit.score) for unit in there.units] == [("B", Fraction("76.05")), ("A", Fraction(69))]


@pytest.mark.parametrize("path", ["/c/c1/results", "/c/c1/files.zip"])
def test_only_organisers_and_stewards_of_this_contest_may_ask(field: Field, path: str) -> None:
    statuses = [
        field.client(Accept="application/json").get(path).status_code,
        field.signed_in("tallier").get(path).status_code,
        field.signed_in("organiser", contest="c2").get(path).status_code,
    ]
    assert statuses == [401, 403, 403]


def test_a_steward_sees_the_result_and_not_who_gave_what(field: Field) -> None:
    """One sheet is dropped at each end: the organiser reads in the working whose they were, the steward does not."""
    trims = SCHEME.replace('share = 0.10, share_count = "floor"', "low = 1, high = 1")
    assert trims != SCHEME
    field.database.write(lambda session: set_scheme(session, trims))
    marked(field)
    collected(field)
    organiser, steward = field.signed_in("organiser"), field.signed_in("steward")
    opens(organiser, "organiser")
    opens(steward, "steward")
    judges = [f"评委{n}" for n in (1, 2, 3, 4)]
    both = organiser.get("/c/c1/results").text, steward.get("/c/c1/results").text
    assert [CANARY in told for told in both] == [True, True]
    assert [any(name in told for name in judges) for told in both] == [True, False]
    files = ("files.zip", "tally.xlsx", "awards.xlsx")
    assert [steward.get(f"/c/c1/{name}").status_code for name in files] == [403, 403, 200]


def set_scheme(session: Session, text: str) -> None:
    session.execute(update(Contest).where(col(Contest.id) == "c1").values(scheme=text))
