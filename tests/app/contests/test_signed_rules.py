"""The scoring rules: signed by two people before anybody marks, and changed only by versions after that."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from app import migrations
from app.accounts.models import Person
from app.audit import now
from app.contests import rules, signing
from app.contests.models import Contest, Membership, SchemeSignature, SchemeVersion
from app.contests.schemes import Rule, shipped
from app.db import Database, open_database
from app.judging.paper import TypedSheet, type_sheets
from app.reasons import ReasonMissing
from app.sync.badges import issue_badges
from scoring.faults import Refused
from scoring.scheme import read_scheme
from tests.app.contests.conftest import SignIn, a_draft, a_person, with_roster
from tests.app.sync.field import Field
from tests.app.worlds import World, advance, populate

TOUR = shipped()["shiyan-2022-tour"].text
LIGHTER = re.sub(r"\nweight = 60\n", "\nweight = 50\n", re.sub(r"\nweight = 30\n", "\nweight = 40\n", TOUR))
assert LIGHTER.count("weight = 50") == LIGHTER.count("weight = 40") == 1


def a_rule(written: str) -> Rule:
    return Rule(read_scheme(written), written)


@pytest.fixture
def two(database: Database) -> tuple[str, str]:
    """An organiser and a steward with passwords of their own."""
    made = a_person(database, "zhou"), a_person(database, "wu")
    with_own_passwords(database, *made)
    return made


@pytest.fixture
def draft(database: Database, two: tuple[str, str]) -> str:
    made = a_draft(database, two[0])
    with_roster(database, made)
    return made


def with_own_passwords(database: Database, *people: str) -> None:
    def deed(session: Session) -> None:
        for person in people:
            session.get_one(Person, person).own_password = True

    database.write(deed)


def signs(database: Database, contest_id: str, two: tuple[str, str], rule: Rule | None = None, reason: str = "") -> int:
    facts = {"contest_id": contest_id, "reason": reason}
    version = database.write(lambda s: signing.propose_rules(s, two[0], rule=rule, **facts))
    database.write(lambda s: signing.sign_rules(s, two[1], contest_id=contest_id, version=version))
    return version


def refused(database: Database, deed: Callable[[Session], object]) -> list[str]:
    with pytest.raises(Refused) as found:
        database.write(deed)
    return [fault.code for fault in found.value.faults]


def test_nobody_marks_by_rules_that_two_people_have_not_signed(
    database: Database, draft: str, two: tuple[str, str]
) -> None:
    sheet = TypedSheet("J2", "E1", (26,))
    for deed in (
        lambda s: issue_badges(s, two[0], contest_id=draft, judges=["J1"]),
        lambda s: type_sheets(s, two[0], contest_id=draft, sheets=[sheet]),
    ):
        with pytest.raises(rules.RulesUnsigned):
            database.write(deed)
    assert signs(database, draft, two) == 1
    assert database.write(lambda s: issue_badges(s, two[0], contest_id=draft, judges=["J1"]))


def test_one_person_is_not_two(database: Database, draft: str, two: tuple[str, str]) -> None:
    version = database.write(lambda s: signing.propose_rules(s, two[0], contest_id=draft))
    with pytest.raises(signing.RulesOnePerson):
        database.write(lambda s: signing.sign_rules(s, two[0], contest_id=draft, version=version))

    def alone(session: Session) -> None:
        session.add(
            SchemeSignature(
                contest_id=draft, version=version, rev=99, made_by=two[0], signed_by=two[0], at=now()
            )
        )  # fmt: skip

    def under_another_name(session: Session) -> None:
        session.add(
            SchemeSignature(contest_id=draft, version=version, rev=99, made_by=two[1], signed_by=two[0], at=now())
        )

    for forged in (alone, under_another_name):
        with pytest.raises(IntegrityError):
            database.write(forged)


def test_a_first_password_signs_nothing(database: Database, draft: str, two: tuple[str, str]) -> None:
    version = database.write(lambda s: signing.propose_rules(s, two[0], contest_id=draft))
    new = a_person(database, "new")
    with pytest.raises(signing.RulesOwnPassword):
        database.write(lambda s: signing.sign_rules(s, new, contest_id=draft, version=version))


def test_what_is_signed_is_what_was_put_forward(database: Database, draft: str, two: tuple[str, str]) -> None:
    version = database.write(lambda s: signing.propose_rules(s, two[0], contest_id=draft))
    database.write(lambda s: signing.write_scheme(s, two[0], contest_id=draft, rule=a_rule(LIGHTER)))
    with pytest.raises(signing.RulesGone):
        database.write(lambda s: signing.sign_rules(s, two[1], contest_id=draft, version=version))
    assert signs(database, draft, two) == 2
    with pytest.raises(signing.RulesGone):
        database.write(lambda s: signing.write_scheme(s, two[0], contest_id=draft, rule=a_rule(TOUR)))
    with database.read() as session:
        assert session.get_one(Contest, draft).scheme_digest == read_scheme(LIGHTER).digest


def test_versions_are_never_written_over(database: Database, draft: str, two: tuple[str, str]) -> None:
    signs(database, draft, two)
    for model in (SchemeVersion, SchemeSignature):
        with pytest.raises(DBAPIError):
            database.write(lambda s, m=model: setattr(s.get_one(m, (draft, 1)), "at", "1999"))  # type: ignore[misc]
        with pytest.raises(DBAPIError):
            database.write(lambda s, m=model: s.delete(s.get_one(m, (draft, 1))))  # type: ignore[misc]


def test_no_opening_without_a_tie_policy_for_each_boundary(database: Database, two: tuple[str, str]) -> None:
    contest_id = a_draft(database, two[0])
    silent = TOUR.replace(', "prior", "decision"]', ', "prior"]')
    database.write(lambda s: signing.write_scheme(s, two[0], contest_id=contest_id, rule=a_rule(silent)))
    deed = lambda s: signing.propose_rules(s, two[0], contest_id=contest_id)  # noqa: E731
    assert refused(database, deed) == ["rules.no_tie_policy"]
    for boundary in ("pool", "extend_up", "push_down"):
        said = silent.replace('boundary = "decision"', f'boundary = "{boundary}"')
        assert list(rules.undeclared(read_scheme(said))) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("full = 20\nfloor = 12", "full = 25\nfloor = 12", ("rules.item_fixed", "full")),
        ("full = 20\nfloor = 12", "full = 20\nfloor = 10", ("rules.item_fixed", "floor")),
        ('zh = "路演得分"', 'zh = "路演"', ("rules.item_fixed", "name")),
        ("full = 100\nfloor = 60\nstep = 0.5", "full = 100\nfloor = 60\nstep = 1", ("rules.item_fixed", "step")),
        ('id = "benefit"', 'id = "gain"', ("rules.fixed", "components.onsite.criteria")),
        ('weight = 10\nfull = 100\nrecusal = "own_unit"', 'weight = 10\nfull = 100\nrecusal = "listed"',
         ("rules.fixed", "components.pitch.recusal")),
        ('blind = "until_opened"', 'blind = "live"', ("rules.fixed", "publication.blind")),
        ('zh = "好人广场"', 'zh = "广场"', ("rules.fixed", "kinds")),
    ],
)  # fmt: skip
def test_the_score_sheet_stays_as_it_was_signed(before: str, after: str, said: tuple[str, str]) -> None:
    assert before in TOUR
    faults = list(rules.fixed(read_scheme(TOUR), read_scheme(TOUR.replace(before, after, 1))))
    assert (faults[0].code, faults[0].params["key"]) == said


def test_weights_change_by_a_version_with_a_reason_and_both_digests_stay_good(
    database: Database, draft: str, two: tuple[str, str]
) -> None:
    signs(database, draft, two)
    lighter = a_rule(LIGHTER)
    with pytest.raises(ReasonMissing):
        database.write(lambda s: signing.propose_rules(s, two[0], contest_id=draft, rule=lighter))
    same = a_rule(TOUR + "\n# a remark\n")
    with pytest.raises(signing.RulesUnchanged):
        database.write(lambda s: signing.propose_rules(s, two[0], contest_id=draft, rule=same, reason="备注"))
    full = TOUR.replace("full = 20\nfloor = 12", "full = 25\nfloor = 12")
    deed = lambda s: signing.propose_rules(s, two[0], contest_id=draft, rule=a_rule(full), reason="改动")  # noqa: E731
    assert refused(database, deed) == ["rules.item_fixed"]
    assert signs(database, draft, two, rule=lighter, reason="市里重新确定权重") == 2
    with database.read() as session:
        contest = session.get_one(Contest, draft)
        assert (contest.scheme, contest.scheme_digest) == (LIGHTER, lighter.scheme.digest)
        assert rules.digests(session, draft) == {read_scheme(TOUR).digest, lighter.scheme.digest}
        newest = rules.versions(session, draft)[0]
        assert (newest.number, newest.reason, newest.maker, newest.signer) == (2, "市里重新确定权重", "Zhou", "Wu")


def test_a_phone_that_was_on_the_road_hands_in_under_the_version_it_knew(field: Field) -> None:
    phone = field.phone("J3")
    person = a_person(field.database, "zhou"), a_person(field.database, "wu")
    with_own_passwords(field.database, *person)
    signs(field.database, "c1", person, rule=a_rule(LIGHTER), reason="权重")
    assert phone.outcome(phone.sheet("P1")) == ("stored", "")
    assert phone.outcome(phone.sheet("P2", scheme_digest=read_scheme(LIGHTER).digest)) == ("stored", "")


@pytest.fixture
def field(database: Database, tmp_path: Path) -> Field:
    return Field(database, tmp_path)


def test_a_contest_that_had_begun_keeps_its_rules_and_one_that_had_not_signs_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    migrations.upgrade(url, "0016")
    database = open_database(url)
    at = "2026-01-01T00:00:00.000000Z"
    contest = (
        "INSERT INTO contest (id, name, form, scheme, scheme_digest, time_zone, simulated, categories, made_at)"
        " VALUES (:id, '拉练', 'tour', 'text', 'digest', 'Asia/Shanghai', 0, '', :at)"
    )
    judge = (
        "INSERT INTO judge (contest_id, id, place_number, name, judge_class, unit_id, bloc, divisions, components,"
        " phone_end, aide) VALUES ('begun', 'J1', 1, '张一', '', '', '', '', '', '', '')"
    )
    badge = "INSERT INTO badge (contest_id, code_hash, judge_id, made_at) VALUES ('begun', 'x', 'J1', :at)"

    def deed(session: Session) -> None:
        for name in ("begun", "empty"):
            session.connection().execute(text(contest), {"id": name, "at": at})
        session.connection().execute(text(judge))
        session.connection().execute(text(badge), {"at": at})

    database.write(deed)
    database.close()
    migrations.upgrade(url)
    database = open_database(url)
    try:
        with database.read() as session:
            kept = rules.standing(session, "begun")
            assert kept is not None
            assert (kept.number, kept.text, kept.made_by, kept.in_force) == (1, "text", "", True)
            assert rules.standing(session, "empty") is None
    finally:
        database.close()


# --- the page


def test_the_page_leads_two_people_through(client: TestClient, app_database: Database, sign_in: SignIn) -> None:
    zhou, wu = a_person(app_database, "zhou"), a_person(app_database, "wu")
    with_own_passwords(app_database, zhou, wu)
    contest_id = a_draft(app_database, zhou)
    with_roster(app_database, contest_id)
    sign_in(zhou)
    page = f"/c/{contest_id}/scheme"
    assert "提请签署" in client.get(page).text
    assert client.post(f"/c/{contest_id}/badges", data={"which": "all"}).status_code == 409
    assert client.post(f"{page}/versions").status_code == 303
    assert "还没有其他人可以签署" in client.get(page).text
    app_database.write(lambda s: s.add(Membership(contest_id=contest_id, person_id=wu, role="steward", made_at=now())))
    assert client.post(f"{page}/versions/1/signature").status_code == 409
    sign_in(wu)
    assert "签署第 1 版" in client.get(page).text
    assert client.post(f"{page}/versions/1/signature").status_code == 303
    assert "已签署" in client.get(page).text
    assert client.get(f"{page}/scheme.toml?version=1").text == TOUR
    assert client.get(f"{page}/scheme.toml?version=9").status_code == 404


def test_while_blind_only_how_many_would_move_is_told(database: Database, tmp_path: Path) -> None:
    """B leads by its marks and by nothing else: without them A, whose ordinary work is better, would be first."""
    world = World(tmp_path, "B")
    field = Field(database, tmp_path)
    populate(field, world)
    people = world.people["organiser"], world.people["steward"]
    with database.read() as session:
        before = session.get_one(Contest, "c1").scheme
    other = before.replace("quota = 1\nyuan = 100000", "quota = 2\nyuan = 100000").replace("= 300000", "= 400000")
    more, reason = a_rule(other), "增加名额"
    database.write(lambda s: signing.propose_rules(s, people[0], contest_id="c1", rule=more, reason=reason))
    client = field.client(Accept="text/html")
    name, value, _ = world.cookies["organiser"]
    client.cookies.set(name, value)
    blind = client.get("/c/c1/scheme").text
    assert "将有 1 个单位的名次或奖项变动" in blind
    assert "云岭县" not in blind
    assert "清江市" not in blind
    for state in ("collected", "half", "opened"):
        advance(world, field.app, state)
    opened = client.get("/c/c1/scheme").text
    assert re.search(r"<th scope=\"row\">(云岭县|清江市)</th>", opened)
    assert re.search(r"<del>二等奖</del> <ins>一等奖</ins>", opened)
    with database.read() as session:
        assert rules.waiting(session, "c1") is not None
