"""Badges and devices: scanning spends nothing, a second phone proves itself, what is revoked says so."""

import io
import re
from concurrent.futures import ThreadPoolExecutor

import pypdfium2 as pdfium
import pytest
import zxingcpp
from fastapi.testclient import TestClient
from pypdf import PdfReader
from sqlmodel import select

from app.accounts.service import hashed
from app.contests.models import JudgeRow
from app.printing import setting
from app.printing.setting import Around
from app.sync import badges
from app.sync.desk import PAPERS, Row, _printed
from app.sync.models import Badge, Device
from tests.app.sync.field import Field


def devices(field: Field) -> list[Device]:
    with field.database.read() as session:
        return list(session.exec(select(Device)))


def browser(field: Field, agent: str = "Mozilla/5.0 (iPhone) MicroMessenger") -> TestClient:
    return field.client(Accept="text/html", **{"User-Agent": agent})


def test_scanning_shows_who_it_is_and_spends_nothing(field: Field) -> None:
    code = field.code("J1")
    for _ in range(3):
        page = browser(field).get(f"/b/c1/{code}")
        assert page.status_code == 200
        assert "评委1" in page.text
        assert "云岭县" in page.text
        assert page.headers["cache-control"] == "no-store"
    assert devices(field) == []


def test_the_first_phone_joins_at_once_with_a_cookie_for_the_judges_page_only(field: Field) -> None:
    code, phone = field.code("J1"), browser(field)
    phone.get(f"/b/c1/{code}")
    answer = phone.post(f"/b/c1/{code}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/j/c1/")
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert re.search(
            r"fieldmark_device=[0-9a-f-]{36}\.[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/[bj]/c1/; SameSite=lax", cookie
        )
    [device] = devices(field)
    assert (device.judge_id, device.label) == ("J1", "iPhone · WeChat")
    assert device.token_hash not in cookies[0]
    assert phone.get("/j/c1/package").json()["judge"]["id"] == "J1"
    assert phone.get("/j/c2/package").status_code == 401


def test_a_second_tap_and_a_second_scan_on_the_same_phone_are_the_same_device(field: Field) -> None:
    code, phone = field.code("J1"), browser(field)
    phone.get(f"/b/c1/{code}")
    scanned = dict(phone.cookies)
    assert [phone.post(f"/b/c1/{code}").status_code for _ in range(2)] == [303, 303]
    late = field.client(Cookie=f"fieldmark_device={scanned['fieldmark_device']}")
    assert late.post(f"/b/c1/{code}").status_code == 303
    assert phone.get(f"/b/c1/{code}").status_code == 200
    assert phone.post(f"/b/c1/{code}").status_code == 303
    assert len(devices(field)) == 1


def test_a_second_phone_gives_the_last_four_digits(field: Field) -> None:
    code = field.code("J1")
    first, second = browser(field), browser(field)
    first.post(f"/b/c1/{code}")
    asked = second.post(f"/b/c1/{code}")
    assert 'name="digits"' in asked.text
    assert second.post(f"/b/c1/{code}", data={"digits": "9999"}).status_code == 403
    assert second.post(f"/b/c1/{code}", data={"digits": " 0001 "}).status_code == 303
    assert len(devices(field)) == 2


def test_tries_are_counted_in_the_database_also_when_they_come_at_once(field: Field) -> None:
    code = field.code("J1")
    browser(field).post(f"/b/c1/{code}")

    def guess(digits: int) -> int:
        return browser(field).post(f"/b/c1/{code}", data={"digits": f"{digits:04}"}).status_code

    with ThreadPoolExecutor(8) as many:
        told = sorted(many.map(guess, range(100, 116)))
    assert told == [403] * badges.TRIES + [429] * (16 - badges.TRIES)
    assert browser(field).post(f"/b/c1/{code}", data={"digits": "0001"}).status_code == 429
    assert len(devices(field)) == 1


def test_the_organiser_lets_one_in_for_ten_minutes_without_digits(field: Field) -> None:
    code = field.code("J4")  # no digits on the list
    browser(field).post(f"/b/c1/{code}")
    assert browser(field).post(f"/b/c1/{code}").status_code == 403
    assert field.signed_in("organiser").post("/c/c1/badges/J4/window").status_code == 303
    assert browser(field).post(f"/b/c1/{code}").status_code == 303


def test_another_judges_badge_on_the_same_phone_is_a_device_of_its_own(field: Field) -> None:
    phone = browser(field)
    assert phone.post(f"/b/c1/{field.code('J1')}").status_code == 303
    code = field.code("J2")
    assert "评委1" in phone.get(f"/b/c1/{code}").text
    assert phone.post(f"/b/c1/{code}").status_code == 303
    assert sorted(device.judge_id for device in devices(field)) == ["J1", "J2"]
    assert phone.get("/j/c1/package").json()["judge"]["id"] == "J2"


def test_a_new_badge_makes_the_old_one_worthless_and_only_hashes_are_kept(field: Field) -> None:
    old = field.code("J1")
    new = field.code("J1")
    refused = browser(field).get(f"/b/c1/{old}")
    assert refused.status_code == 410
    assert browser(field).post(f"/b/c1/{old}").status_code == 410
    assert browser(field).get(f"/b/c1/{new}").status_code == 200
    with field.database.read() as session:
        rows = session.exec(select(Badge)).all()
    assert {row.code_hash for row in rows} == {hashed(old), hashed(new)}
    assert not any(code in str(row.model_dump()) for row in rows for code in (old, new))


@pytest.mark.parametrize("address", ["/b/c1/NOSUCHCODE", "/b/nowhere/NOSUCHCODE"])
def test_an_unknown_badge_has_a_clear_page(field: Field, address: str) -> None:
    assert browser(field).get(address).status_code == 404
    assert browser(field).post(address).status_code == 404


def test_a_badge_of_another_contest_is_unknown(field: Field) -> None:
    assert browser(field).get(f"/b/c2/{field.code('J1')}").status_code == 404


def test_a_revoked_phone_has_a_clear_page_until_the_organiser_lets_it_in(field: Field) -> None:
    code, phone = field.code("J1"), browser(field)
    phone.post(f"/b/c1/{code}")
    desk = field.signed_in("organiser")
    assert desk.post(f"/c/c1/devices/{devices(field)[0].id}/revocation").status_code == 303
    assert phone.get(f"/b/c1/{code}").status_code == 403
    desk.post("/c/c1/badges/J1/window")
    assert phone.get(f"/b/c1/{code}").status_code == 200
    assert phone.post(f"/b/c1/{code}").status_code == 303
    assert phone.get("/j/c1/package").status_code == 200


def test_the_organiser_prints_eight_badges_a_page_that_let_in(field: Field) -> None:
    desk = field.signed_in("organiser")
    paper = desk.post("/c/c1/badges", data={"which": "missing"})
    assert (paper.headers["content-type"], paper.headers["cache-control"]) == ("application/pdf", "no-store")
    [links] = links_on(paper.content)
    assert len(links) == 4
    assert browser(field).get(links[0]).status_code == 200
    again = desk.post("/c/c1/badges", data={"which": "missing"})
    assert again.headers["location"] == "/c/c1/badges"  # nobody lacks one: nothing is changed, nothing printed
    assert browser(field).get(links[0]).status_code == 200
    anew = desk.post("/c/c1/badges", data={"which": "J1"})
    assert [len(page) for page in links_on(anew.content)] == [1]
    assert [browser(field).get(link).status_code for link in links] == [410, 200, 200, 200]
    assert desk.post("/c/c1/badges/J2/revocation").status_code == 303
    assert browser(field).get(links[1]).status_code == 410


@pytest.mark.parametrize(("paper", "on_a_page"), [("a4", 8), ("labels10", 10), ("labels24", 24)])
def test_every_badge_on_every_paper_reads_as_its_link(paper: str, on_a_page: int) -> None:
    links = [f"https://marks.example.org/b/ct1a2b3/{n:02d}{'ABCDEFGHJKMNPQRSTV'}" for n in range(on_a_page + 1)]
    names = ["欧阳喆堃𠮷", "古丽娜尔·买买提艾力·吐尔逊", *(f"评委{n}" for n in range(2, on_a_page + 1))]
    whose = [
        Row(JudgeRow(contest_id="c1", id="J", place_number=1, name=name), "新时代文明实践示范区", "", "", [])
        for name in names
    ]
    pieces = [_printed("1 号评委", row, link) for row, link in zip(whose, links, strict=True)]
    content = setting.badges(Around("证", "十县文明实践拉练", "zh", invented="模拟"), pieces, PAPERS[paper])
    assert content == setting.badges(Around("证", "十县文明实践拉练", "zh", invented="模拟"), pieces, PAPERS[paper])
    pages = PdfReader(io.BytesIO(content)).pages
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox.upper_right] == [210, 297]
    told = ["".join(page.extract_text().split()) for page in pages]
    assert [text.count("模拟") for text in told] == [on_a_page, 1]
    assert all(name in told[0] for name in names[:2])
    with pdfium.PdfDocument(content) as drawn:
        read = [code.text for page in drawn for code in zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())]
    assert sorted(read) == links


def links_on(content: bytes) -> list[list[str]]:
    """The addresses on every page of printed badges."""
    texts = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
    return [re.findall(r"http://testserver(/b/c1/[0-9A-Z]{20})", text) for text in texts]


def test_the_desk_lists_judges_and_phones(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(waiting=2)
    page = field.signed_in("organiser").get("/c/c1/badges").text
    assert page.count("<tr>") == 5
    assert phone.device in page
    assert phone.cookie.split(".")[1] not in page


DESK = [
    ("GET", "/c/{c}/badges"),
    ("POST", "/c/{c}/badges"),
    ("POST", "/c/{c}/badges/J1/revocation"),
    ("POST", "/c/{c}/badges/J1/window"),
    ("POST", "/c/{c}/devices/x/revocation"),
    ("GET", "/c/{c}/phones"),
    ("GET", "/c/{c}/board"),
    ("POST", "/c/{c}/collection"),
    ("GET", "/c/{c}/findings"),
    ("GET", f"/c/{{c}}/files/{'0' * 64}"),
]


@pytest.mark.parametrize(("method", "address"), DESK)
def test_the_desk_is_closed_to_everybody_else(field: Field, method: str, address: str) -> None:
    here = address.format(c="c1")
    assert field.client(Accept="text/html").request(method, here).status_code == 401
    roles = ("tallier", "checker") if "board" in address else ("tallier", "steward", "staff")
    assert field.signed_in(*roles).request(method, here).status_code == 403
    assert field.signed_in("organiser", contest="c2").request(method, here).status_code == 403
    judge = field.phone("J1")
    judge.client.headers["Accept"] = "text/html"
    assert judge.client.request(method, here).status_code == 401
