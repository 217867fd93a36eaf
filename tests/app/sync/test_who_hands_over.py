"""Whose a batch is, and what is no batch: badge again, another judge, too large, too fast."""

import pytest

from tests.app.sync.field import Field, arrivals, stored


def test_a_judge_named_in_a_body_is_ignored(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P1", judge="J2", judge_id="J2", device_id="x"), judge="J2", judge_id="J2")
    assert [row.judge_id for row in stored(field)] == ["J3"]


def test_a_record_of_another_judge_is_not_taken_for_a_duplicate(field: Field) -> None:
    mine, other = field.phone("J3"), field.phone("J4")
    record = mine.sheet()
    mine.hand_over(record)
    assert other.outcome(record) == ("mismatch", "other_judge")


def test_a_page_of_another_judge_on_this_phone_is_refused(field: Field) -> None:
    phone = field.phone("J3")
    answer = phone.client.post("/j/c1/batch", json=phone.batch(phone.sheet()), headers={"Fieldmark-Judge": "J2"})
    assert (answer.status_code, answer.json()["code"]) == (409, "sync.other_judge")
    assert phone.client.get("/j/c1/package", headers={"Fieldmark-Judge": "J3"}).status_code == 200


@pytest.mark.parametrize("cookie", ["", "nonsense", "a.b", "{device}.wrong", "{device}"])
def test_without_a_valid_cookie_the_badge_is_asked_for_in_json(field: Field, cookie: str) -> None:
    phone = field.phone("J3")
    client = field.client(Accept="*/*", Cookie=f"fieldmark_device={cookie.format(device=phone.device)}")
    for answer in (
        client.get("/j/c1/package"),
        client.post("/j/c1/batch", json=phone.batch()),
        client.patch(f"/j/c1/files/{'0' * 64}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "sync.badge_again")
    assert client.head(f"/j/c1/files/{'0' * 64}").status_code == 401


def test_a_device_that_is_no_longer_in_the_database_is_asked_for_its_badge(field: Field) -> None:
    phone = field.phone("J3")
    assert phone.outcome(phone.sheet()) == ("stored", "")
    other = "UPDATE device SET token_hash = 'of another backup'"
    field.database.write(lambda session: session.connection().exec_driver_sql(other).close())
    answer = phone.post(phone.batch(phone.sheet("P2")))
    assert (answer.status_code, answer.json()["code"]) == (401, "sync.badge_again")


def test_a_cookie_of_another_contest_is_refused(field: Field) -> None:
    phone = field.phone("J3", "c2")
    client = field.client(Cookie=f"fieldmark_device={phone.cookie}")
    assert client.post("/j/c1/batch", json=phone.batch(phone.sheet())).status_code == 401
    assert client.get("/j/c1/package").status_code == 401
    assert arrivals(field) == []


def test_too_large_a_batch_is_told_with_a_code(field: Field) -> None:
    phone = field.phone("J3")
    many = phone.post(phone.batch(*[phone.sheet() for _ in range(201)]))
    assert (many.status_code, many.json()["code"]) == (413, "sync.batch_too_large")
    long = phone.post(phone.batch(phone.sheet(note="x" * 1024 * 1024)))
    assert (long.status_code, long.json()["code"]) == (413, "sync.batch_too_large")
    huge = phone.post(phone.batch(phone.sheet(note="x" * 7 * 1024 * 1024)))
    assert (huge.status_code, huge.json()["code"]) == (413, "page.too_large")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"records": 7, "batch_id": "b"}', b"[" * 100_000])
def test_a_body_that_is_no_batch_is_told_with_a_code(field: Field, body: bytes) -> None:
    phone = field.phone("J3")
    answer = phone.client.post("/j/c1/batch", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "sync.unreadable_batch")


def test_a_phone_that_asks_too_fast_waits_and_the_others_do_not(field: Field) -> None:
    phone, other = field.phone("J3"), field.phone("J4")
    asked = (phone.client.head(f"/j/c1/files/{'0' * 64}") for _ in range(600))
    answer = next(one for one in asked if one.status_code == 429)
    assert int(answer.headers["retry-after"]) >= 1
    # The bucket fills again while this goes on, so it may take more than one.
    batches = (phone.post(phone.batch()) for _ in range(600))
    assert next(one for one in batches if one.status_code == 429).json()["code"] == "sync.too_fast"
    assert other.post(other.batch()).status_code == 200
