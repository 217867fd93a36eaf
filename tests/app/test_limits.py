"""How often one may try: passwords, badges, the four digits, batches, files.

Each limit answers 429 with Retry-After and a sentence. None is counted by an address alone that a whole hotel shares.
"""

import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app import workbook
from app.accounts import service as accounts
from app.accounts.attempts import MOST_BY_ADDRESS, MOST_BY_LOGIN
from app.main import create_app
from app.settings import Settings
from app.sync import badges
from app.sync.pace import Pace
from tests.app.sync.field import Field

PASSWORD = "a good password"  # noqa: S105  of an invented person
PHONES = 52


def refused(answer: Response, sentence: str) -> int:
    """That it was told as it should be; returns the seconds to wait."""
    assert answer.status_code == 429
    told = answer.json()["sentence"] if "json" in answer.headers["content-type"] else answer.text
    assert sentence in told
    return int(answer.headers["retry-after"])


def organiser(field: Field, login: str = "zhou") -> str:
    kept = accounts.hash_password(PASSWORD)
    add = accounts.add_person
    return field.database.write(lambda s: add(s, "-", login=login, name=login, password_hash=kept))


def sign_in(client: TestClient, password: str = PASSWORD, login: str = "zhou") -> Response:
    return client.post("/sign-in", data={"login": login, "password": password})


# --- passwords -------------------------------------------------------------------------------------------------------


def test_a_login_is_closed_for_a_while_after_ten_wrong_passwords(field: Field) -> None:
    organiser(field)
    for _ in range(MOST_BY_LOGIN):
        assert sign_in(field.client(), "wrong").status_code == 401
    assert 540 < refused(sign_in(field.client()), "输错的次数太多") <= 600


def test_an_address_is_closed_for_a_while_after_forty(field: Field) -> None:
    organiser(field)
    for n in range(MOST_BY_ADDRESS):
        assert sign_in(field.client(), "wrong", f"p{n}").status_code == 401
    assert 540 < refused(sign_in(field.client()), "输错的次数太多") <= 600


def test_whoever_guesses_in_the_same_network_does_not_lock_out_who_has_signed_in_before(field: Field) -> None:
    organiser(field)
    laptop = field.client()
    assert sign_in(laptop).status_code == 303
    laptop.post("/sign-out")
    for n in range(MOST_BY_ADDRESS):
        sign_in(field.client(), "wrong", "zhou" if n < MOST_BY_LOGIN else f"p{n}")
    assert sign_in(field.client()).status_code == 429
    assert sign_in(laptop).status_code == 303


def test_a_browser_that_is_known_is_counted_too_and_for_its_own_person_only(field: Field) -> None:
    organiser(field)
    organiser(field, "li")
    laptop = field.client()
    sign_in(laptop)
    laptop.post("/sign-out")
    for _ in range(MOST_BY_LOGIN):
        assert sign_in(laptop, "wrong").status_code == 401
    refused(sign_in(laptop), "输错的次数太多")
    assert sign_in(field.client()).status_code == 303  # nobody else is locked out by it
    for _ in range(MOST_BY_LOGIN):
        assert sign_in(laptop, "wrong", "li").status_code == 401
    refused(sign_in(field.client(), PASSWORD, "li"), "输错的次数太多")  # those counted as a stranger's


def test_the_mark_of_a_known_browser_opens_nothing(field: Field) -> None:
    organiser(field)
    laptop = field.client()
    sign_in(laptop)
    mark = laptop.cookies.get("fieldmark_known")
    assert mark
    stranger = field.client(Accept="application/json")
    stranger.cookies.set("fieldmark_session", mark)
    assert stranger.get("/password").status_code == 401


def test_changing_the_password_counts_wrong_ones_and_not_by_address(field: Field) -> None:
    organiser(field)
    laptop = field.client()
    sign_in(laptop)
    for n in range(MOST_BY_ADDRESS):
        sign_in(field.client(), "wrong", f"p{n}")
    form = {"old": "wrong", "new": "another good one"}
    for _ in range(MOST_BY_LOGIN):
        assert laptop.post("/password", data=form).status_code == 422
    refused(laptop.post("/password", data={**form, "old": PASSWORD}), "输错的次数太多")


def test_a_new_start_of_the_server_forgets_attempts_and_nothing_else(field: Field) -> None:
    """In memory: a stranger's guesses wait for no writer, and only the operator can start the server."""
    organiser(field)
    for _ in range(MOST_BY_LOGIN):
        sign_in(field.client(), "wrong")
    assert sign_in(field.client()).status_code == 429
    again = again_started(field)
    assert sign_in(TestClient(again, follow_redirects=False)).status_code == 303


def again_started(field: Field) -> Any:  # noqa: ANN401
    app = create_app(Settings(data_dir=field.folder))
    app.state.database = field.database
    return app


# --- badges ----------------------------------------------------------------------------------------------------------


def second_phone(field: Field, code: str, digits: str, app: Any = None) -> Response:  # noqa: ANN401
    client = TestClient(app or field.app, follow_redirects=False)
    return client.post(f"/b/c1/{code}", data={"digits": digits})


def test_the_four_digits_are_tried_five_times_and_a_new_start_does_not_help(field: Field) -> None:
    field.phone("J1")
    code = field.code("J1")
    field.database.write(lambda s: s.connection().exec_driver_sql("UPDATE badge_window SET until_at = ''"))
    for _ in range(badges.TRIES):
        assert second_phone(field, code, "9999").status_code == 403
    assert refused(second_phone(field, code, "0001"), "请等十分钟") == 600
    assert refused(second_phone(field, code, "0001", again_started(field)), "请等十分钟") == 600
    field.database.write(lambda s: badges.open_window(s, "organiser", contest_id="c1", judge_id="J1"))
    assert second_phone(field, code, "").status_code == 303


def test_tries_at_one_badge_close_no_other(field: Field) -> None:
    field.phone("J1")
    field.phone("J2")
    one, other = field.code("J1"), field.code("J2")
    field.database.write(lambda s: s.connection().exec_driver_sql("UPDATE badge_window SET until_at = ''"))
    for _ in range(badges.TRIES + 1):
        second_phone(field, one, "9999")
    assert second_phone(field, other, "0002").status_code == 303


def test_the_button_of_a_badge_has_a_pace(field: Field) -> None:
    field.app.state.pace = Pace(burst=5, per_second=0.1)
    code = field.code("J1")
    client = field.client(Accept="application/json")
    answers = [client.post(f"/b/c1/{code}") for _ in range(6)]
    assert [one.status_code for one in answers] == [303] * 5 + [429]
    assert 1 <= refused(answers[5], "发得太快") <= 10
    assert second_phone(field, field.code("J2"), "").status_code == 303


# --- phones ----------------------------------------------------------------------------------------------------------


def test_a_phone_that_asks_without_end_is_told_when_to_come_again(field: Field) -> None:
    field.app.state.pace = Pace(burst=5, per_second=0.1)
    phone, other = field.phone("J1"), field.phone("J2")
    answers = [phone.client.get("/j/c1/package") for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert 1 <= refused(answers[5], "存在手机里的内容都在") <= 10
    assert refused(phone.post(phone.batch(phone.sheet())), "存在手机里的内容都在") >= 1
    assert other.outcome(other.sheet()) == ("stored", "")


def test_fifty_two_phones_behind_one_address_do_not_lock_each_other_out(field: Field) -> None:
    """All from the address of the test's client: badges, packages and a day's sheets, and nobody waits."""
    phones = [field.phone(f"J{1 + n % 4}") for n in range(PHONES)]
    assert len({phone.device for phone in phones}) == PHONES
    for _ in range(3):
        for phone in phones:
            assert phone.client.get("/j/c1/package").status_code == 200
            assert phone.post(phone.batch(phone.sheet("P3" if phone.judge != "J1" else "P2"))).status_code == 200


# --- files -----------------------------------------------------------------------------------------------------------


def test_no_more_files_are_opened_at_once_than_the_server_bears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_OPENING", threading.BoundedSemaphore(1))
    monkeypatch.setattr(workbook, "_PATIENCE_SECONDS", 0.01)
    with TestClient(create_app(Settings(data_dir=tmp_path))) as client:
        files = {"file.score": ("a.xlsx", b"PK\x03\x04nonsense")}
        with workbook._OPENING:  # noqa: SLF001  as if another file were being read
            busy = client.post("/score", data={"do": "score"}, files=files)
        assert "服务器正在读取别的文件，这个文件还没有读。" in busy.text
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "10")
        read = client.post("/score", data={"do": "score"}, files=files)
        assert "正在读取别的文件" not in read.text
        assert (read.status_code, "retry-after" in read.headers) == (422, False)
