"""A county's link: one unit, one contest, for reading, until it ends; and its secret stays out of the address bar."""

import re
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from app.accounts.service import hashed
from app.audit import AuditRow
from app.contests.models import Contest
from app.issues.access import COOKIE
from app.issues.models import CountyLink
from app.sync.pace import Pace
from tests.app.issues.lists import CODE, liaison, link, note
from tests.app.sync.field import Field


def links(field: Field) -> list[CountyLink]:
    with field.database.read() as session:
        return list(session.exec(select(CountyLink).order_by(col(CountyLink.unit_id), col(CountyLink.number))))


def begin(field: Field) -> None:
    note(field.phone("J3"))


def test_a_link_is_printed_once_and_only_its_hash_is_kept(field: Field) -> None:
    begin(field)
    organiser = field.signed_in("organiser")
    printed = organiser.post("/c/c1/counties").text
    paths = CODE.findall(printed)
    assert (len(paths), printed.count("<svg")) == (2, 3)  # one more is the name of the house
    assert "云岭县" in printed
    assert "清江市" in printed
    rows = links(field)
    assert [(row.unit_id, row.number, row.revoked_at) for row in rows] == [("A", 1, None), ("B", 1, None)]
    codes = [path.rpartition("/")[2] for path in paths]
    assert [row.code_hash for row in rows] == [hashed(code) for code in codes]
    shown = organiser.get("/c/c1/counties").text
    assert not any(code in shown + str([row.model_dump() for row in rows]) for code in codes)
    assert CODE.findall(organiser.post("/c/c1/counties").text) == []


def test_a_link_ends_after_half_a_year(field: Field) -> None:
    begin(field)
    link(field)
    [row] = links(field)
    made, until = (
        datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC) for at in (row.made_at, row.until_at)
    )
    assert round((until - made).total_seconds()) == 180 * 24 * 3600


def test_opening_says_whose_page_it_is_and_does_nothing(field: Field) -> None:
    begin(field)
    path, browser = link(field), field.client(Accept="text/html")
    for _ in range(2):
        page = browser.get(path)
        assert page.status_code == 200
        assert "这是云岭县的页面" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "set-cookie" not in page.headers
    assert browser.get("/county/c1").status_code == 401
    assert links(field)[0].opened_at is None


def test_going_on_moves_the_secret_from_the_address_to_a_cookie(field: Field) -> None:
    begin(field)
    path, browser = link(field), field.client(Accept="text/html")
    went = browser.post(path)
    assert (went.status_code, went.headers["location"]) == (303, "/county/c1")
    code = path.rpartition("/")[2]
    cookie = went.headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}={code}; HttpOnly; Max-Age=\d+; Path=/county/c1; SameSite=lax", cookie)
    page = browser.get("/county/c1")
    assert page.status_code == 200
    assert "云岭县" in page.text
    assert code not in page.text
    with field.database.read() as session:
        [act] = session.exec(select(AuditRow).where(AuditRow.action == "open_county_link")).all()
    assert (act.actor, act.subject) == ("A", "A")
    assert links(field)[0].opened_at


def test_over_https_the_cookie_is_for_https_only(field: Field) -> None:
    begin(field)
    path = link(field)
    https = {"public_url": "https://testserver"}
    field.app.state.settings = field.app.state.settings.model_copy(update=https)
    went = field.client(Accept="text/html").post(path)
    assert "; Secure" in went.headers["set-cookie"]


def test_a_new_link_makes_the_old_one_worthless_also_where_it_is_open(field: Field) -> None:
    begin(field)
    first, browser = link(field), field.client(Accept="text/html")
    browser.post(first)
    second = link(field)
    assert [(row.number, bool(row.revoked_at)) for row in links(field)] == [(1, True), (2, False)]
    assert browser.get("/county/c1").status_code == 410
    assert "作废" in browser.get("/county/c1").text
    assert [browser.get(first).status_code, browser.post(first).status_code] == [410, 410]
    assert browser.post(second).status_code == 303
    assert browser.get("/county/c1").status_code == 200


def test_a_revoked_link_opens_nothing_and_the_others_stay(field: Field) -> None:
    begin(field)
    a, b = liaison(field, "A"), liaison(field, "B")
    assert field.signed_in("organiser").post("/c/c1/counties/A/revocation").status_code == 303
    assert (a.get("/county/c1").status_code, b.get("/county/c1").status_code) == (410, 200)
    assert [bool(row.revoked_by) for row in links(field)] == [True, False]


def test_a_link_that_has_ended_opens_nothing(field: Field) -> None:
    begin(field)
    path = link(field)
    browser = field.client(Accept="text/html")
    browser.post(path)

    def ends(session: Session) -> None:
        row = session.exec(select(CountyLink)).one()
        row.until_at = "2026-01-01T00:00:00.000000Z"
        session.add(row)

    field.database.write(ends)
    assert browser.get("/county/c1").status_code == 410
    assert [browser.get(path).status_code, browser.post(path).status_code] == [410, 410]
    assert "已到期" in browser.get("/county/c1").text


def test_a_guessed_link_is_none(field: Field) -> None:
    begin(field)
    link(field)
    browser = field.client(Accept="text/html")
    path = f"/county/c1/link/{'2' * 20}"
    assert [browser.get(path).status_code, browser.post(path).status_code] == [404, 404]


def test_one_link_cannot_be_asked_for_too_fast(field: Field) -> None:
    begin(field)
    path, browser = link(field), field.client(Accept="text/html")
    field.app.state.pace = Pace(burst=3, per_second=0.01)
    told = [browser.get(path).status_code for _ in range(5)]
    assert told == [200, 200, 200, 429, 429]


def test_another_countys_link_on_the_same_device_takes_its_place(field: Field) -> None:
    begin(field)
    browser, other = liaison(field, "A"), link(field, "B")
    assert "本机正打开着云岭县的页面" in browser.get(other).text
    browser.post(other)
    assert "清江市" in browser.get("/county/c1").text


def test_closing_forgets_the_link_on_this_device_only(field: Field) -> None:
    begin(field)
    path = link(field)
    one, two = field.client(Accept="text/html"), field.client(Accept="text/html")
    for browser in (one, two):
        browser.post(path)
    assert one.post("/county/c1/leaving").status_code == 200
    assert (one.get("/county/c1").status_code, two.get("/county/c1").status_code) == (401, 200)


def test_in_a_stage_contest_the_page_speaks_of_units(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert organiser.get("/c/c1/counties").text.count("县市区链接") == 3  # title, tab, heading

    def staged(session: Session) -> None:
        session.get_one(Contest, "c1").form = "stage"

    field.database.write(staged)
    page = organiser.get("/c/c1/counties").text
    assert (page.count("参评单位链接"), page.count("县市区链接")) == (3, 0)


def test_before_the_roster_is_settled_there_are_no_links(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert "登记第一次签到" in organiser.get("/c/c1/counties").text
    assert organiser.post("/c/c1/counties").status_code == 409
    assert links(field) == []


def test_a_unit_that_is_not_there_gets_no_link(field: Field) -> None:
    begin(field)
    assert CODE.findall(field.signed_in("organiser").post("/c/c1/counties", data={"which": "Z"}).text) == []
    assert links(field) == []


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/counties"), ("POST", "/counties"), ("POST", "/counties/A/revocation")]
)
def test_only_organisers_of_this_contest_make_and_revoke_links(field: Field, method: str, path: str) -> None:
    begin(field)

    def status(client: TestClient) -> int:
        return client.request(method, f"/c/c1{path}").status_code

    assert status(field.client(Accept="text/html")) == 401
    assert [status(field.signed_in(role)) for role in ("steward", "tallier", "checker", "staff")] == [403] * 4
    assert status(field.signed_in("organiser", contest="c2")) == 403
    assert status(liaison(field)) == 401
