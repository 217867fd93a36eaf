"""The judge's page as it is sent: small, and the same for everybody."""

import json
import zlib

import pytest
from fastapi.testclient import TestClient

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
