"""What phones say of themselves, and the organiser's page of them: the one that needs him first stands first."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.sync.models import Heartbeat
from app.sync.phone import version
from app.sync.phones import phones
from app.sync.schemas import FINDS
from tests.app.sync.field import Field, Phone


def about(*finds: str, page: str = "", photos: int = 0) -> dict[str, Any]:
    return {"version": page or version(), "finds": list(finds), "photos": photos}


def beat(field: Field, phone: Phone) -> Heartbeat:
    with field.database.read() as session:
        return session.exec(select(Heartbeat).where(Heartbeat.device_id == phone.device)).one()


def quiet(field: Field, phone: Phone) -> None:
    """The phone was last heard of an hour ago."""

    def deed(session: Session) -> None:
        row = session.get_one(Heartbeat, (phone.contest, phone.device))
        row.heard_at = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    field.database.write(deed)


def order(field: Field) -> list[str]:
    with field.database.read() as session:
        return [one.heard.device_id for one in phones(session, "c1", served=version(), moment=datetime.now(UTC))]


def test_what_a_phone_says_of_itself_is_kept_with_its_last_contact(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet(), phone=about("no_worker", "clock", photos=2))
    row = beat(field, phone)
    assert (row.version, row.finds, row.photos) == (version(), "no_worker clock", 2)
    phone.hand_over(phone=about())
    row = beat(field, phone)
    assert (row.version, row.finds, row.photos) == (version(), "", 0)


@pytest.mark.parametrize(
    "said",
    [None, 7, [], {}, {"finds": "no_worker"}, {"version": 3, "finds": [[], {}, None, "<b>", "x" * 500], "photos": -1}],
)
def test_what_cannot_be_read_of_it_spoils_nothing(field: Field, said: object) -> None:
    phone = field.phone("J3")
    assert phone.outcome(phone.sheet(), phone=said) == ("stored", "")
    row = beat(field, phone)
    assert (row.version, row.finds, row.photos) == ("", "", 0)


def test_every_word_of_the_test_fits_its_column_and_has_a_sentence(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone=about(*reversed(FINDS)))
    assert beat(field, phone).finds.split() == list(FINDS)
    page = field.signed_in("organiser").get("/c/c1/phones").text
    found = re.search(r'<ul class="finds">(.*?)</ul>', page, re.DOTALL)
    assert found
    assert len(re.findall(r"<li>[^<]{5,}</li>", found[1])) == len(FINDS)


def test_the_phone_that_needs_the_organiser_first_stands_first(field: Field) -> None:
    well, limited, old, holds, gone, broken, before = (field.phone(f"J{n}") for n in (1, 2, 3, 4, 1, 2, 3))
    well.hand_over(phone=about("not_persisted"))
    limited.hand_over(phone=about("no_worker"))
    old.hand_over(phone=about(page="0123456789ab"))
    holds.hand_over(waiting=2, phone=about())
    gone.hand_over(phone=about(photos=1))
    quiet(field, gone)
    broken.hand_over(phone=about("not_kept"))
    before.hand_over()  # its page says nothing of itself
    everybody = [broken, gone, holds, old, limited, before, well]
    assert order(field) == [phone.device for phone in everybody]
    field.revoke(broken)
    assert order(field) == [phone.device for phone in [*everybody[1:], broken]]


def test_the_page_says_of_each_phone_how_it_stands(field: Field) -> None:
    desk, first, second = field.signed_in("organiser"), field.phone("J3"), field.phone("J2")
    first.hand_over(first.sheet(), waiting=3, phone=about(photos=2))
    second.hand_over(phone=about(page="0123456789ab"))
    quiet(field, second)
    page = desk.get("/c/c1/phones", headers={"Accept-Language": "en"}).text
    rows = re.findall(r'<tr data-key="(.+?)">(.*?)</tr>', page, re.DOTALL)
    assert [key for key, _ in rows] == [first.device, second.device]
    for word in ("records: 3", "photos: 2", "ready", "current", version()):
        assert word in rows[0][1]
    for word in ("nothing", "old page", "0123456789ab"):
        assert word in rows[1][1]
    assert "2 judges have no phone" in page
    assert "评委1" in page


def test_a_gap_counts_as_not_here_also_when_the_phone_says_that_nothing_waits(field: Field) -> None:
    """Its store was thrown away: what it gave out and nobody has got is still owed."""
    phone = field.phone("J3")
    phone.hand_over(phone.sheet(), highest_seq=5, phone=about())
    with field.database.read() as session:
        [one] = phones(session, "c1", served=version(), moment=datetime.now(UTC))
    assert (one.unsent, one.need) == (4, 2)


def test_the_page_of_the_judge_carries_the_version_that_the_organiser_compares_with(field: Field) -> None:
    assert f'data-version="{version()}"' in field.client().get("/j/c1/").text
