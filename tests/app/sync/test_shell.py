"""The judge's page as it is sent: small, and the same for everybody."""

import json
import re
import zlib

import pytest
from fastapi.testclient import TestClient

from app.sync.phone import FIRST, address, later, version
from tests.app.sync.field import Field


def as_sent(client: TestClient, path: str, **headers: str) -> bytes:
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip", **headers}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        body = b"".join(answer.iter_raw())
        assert answer.headers["content-length"] == str(len(body))
        return body


@pytest.mark.parametrize("path", ["/j/c1/", "/j/sw.js"])
def test_who_takes_compressed_answers_gets_the_same_page_in_less(field: Field, path: str) -> None:
    client = field.client()
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "accept-encoding" in plain.headers["vary"].lower()
    packed = as_sent(client, path)
    assert len(packed) < len(plain.content) / 2
    assert zlib.decompress(packed, wbits=31) == plain.content


def test_a_package_is_compressed_and_holds_nothing_of_what_was_sent_nor_of_another_judge(field: Field) -> None:
    phone, other = field.phone("J3"), field.phone("J4")
    marked = phone.sheet("P1", note="probe")
    phone.hand_over(marked)
    packed = as_sent(other.client, "/j/c1/package?q=probe", Referer="https://elsewhere.example/probe")
    told = zlib.decompress(packed, wbits=31)
    assert json.loads(told)["judge"]["id"] == "J4"
    assert b"probe" not in told
    again = as_sent(phone.client, "/j/c1/package")
    assert b"probe" not in zlib.decompress(again, wbits=31)  # not even his own words
    assert len(packed) < len(told) / 2


def test_the_compressed_page_holds_nothing_of_who_asks_nor_of_what_he_sent(field: Field) -> None:
    """Its length could give a secret away: so there must be none, and nothing that another can put beside it."""
    phone, stranger = field.phone("J3"), field.client()
    of_stranger = as_sent(stranger, "/j/c1/")
    sent = {"Referer": "https://elsewhere.example/?q=guess", "User-Agent": "guess", "Cookie": "fieldmark_lang=guess"}
    assert as_sent(phone.client, "/j/c1/") == of_stranger
    assert as_sent(stranger, "/j/c2/?q=guess&lang=guess", **sent) == of_stranger
    assert as_sent(stranger, "/j/c1/?lang=en") != of_stranger  # the language is all that it depends on
    assert as_sent(phone.client, "/j/c2/?lang=en") == as_sent(stranger, "/j/c1/?lang=en")
    assert as_sent(phone.client, "/j/sw.js") == as_sent(stranger, "/j/sw.js?q=guess", **sent)


def test_a_page_gets_the_scripts_of_its_own_edition_or_none(field: Field) -> None:
    client = field.client()
    page = client.get("/j/c1/").text
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(named) == 5  # few: on a slow road each costs a turn
    assert all(one.startswith(f"/static/judge/{version()}/") for one in named)
    for one in named:
        answer = client.get(one)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        again = client.get(one, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        # A server before or after: not its own file of that name, whatever is in it.
        assert client.get(one.replace(version(), "0123456789ab")).status_code == 404
    assert client.get(f"/static/judge/{version()}/js/score.js").status_code == 404
    assert client.get(f"/static/judge/{version()}/../../app/main.py").status_code == 404


def test_what_is_fetched_later_is_of_the_same_edition(field: Field) -> None:
    """The page names it by its place beside the others."""
    client = field.client()
    assert all(client.get(address(file)).status_code == 200 for file in later())
    assert all(address(file) in client.get("/j/sw.js").text for file in (*FIRST, *later()))


def test_while_a_judge_reads_who_he_is_what_he_marks_with_comes(field: Field) -> None:
    page = field.client().get("/j/c1/").text
    needed = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:js|css))"', page))
    badge = field.client().get(f"/b/c1/{field.code('J3')}").text
    assert set(re.findall(r'rel="prefetch" href="([^"]+)"', badge)) == needed
