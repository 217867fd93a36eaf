"""The rescue file: taken in as if its phone had sent it, once only, and only with the phone's own seal."""

import hashlib
import hmac
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import select

from app.contests import queries as contests
from app.i18n import languages
from app.judging.models import SheetRevision
from app.judging.queries import current
from app.judging.service import collect
from app.results.queries import ranking
from app.sync.models import Arrival, Heartbeat
from tests.app.judging.by_two import confirm_all
from tests.app.sync.field import Field, Phone, ticks

ROOT = Path(__file__).resolve().parents[3]
HERE = "/c/c1/rescue"
ENTERED = "Sheets that came another way"


def sealed(phone: Phone, *records: Any, key: str = "") -> str:  # noqa: ANN401
    """The file that a phone makes; docs/exchange.md by hand."""
    content = json.dumps({"contest": "c1", "device": phone.device, "batches": [phone.batch(*records)]})
    key = key or phone.package()["device"]["rescue_key"]
    mac = hmac.new(bytes.fromhex(key), content.encode(), hashlib.sha256).hexdigest()
    return json.dumps({"fieldmark": "rescue/1", "content": content, "mac": mac})


def framed(contest: str, mac: str = "") -> str:
    """A file of a phone that there is not."""
    content = json.dumps({"contest": contest, "device": "x", "batches": []})
    return json.dumps({"fieldmark": "rescue/1", "content": content, "mac": mac})


def hands_in(desk: TestClient, text: str, *, as_file: bool = True) -> Response:
    if as_file:
        return desk.post(HERE, files={"file": ("fieldmark-3.json", text.encode(), "application/json")})
    return desk.post(HERE, data={"text": text})


def arrivals(field: Field) -> list[tuple[str, str, str, int]]:
    with field.database.read() as session:
        rows = session.exec(select(Arrival).order_by("rev", "device_seq")).all()
    return [(row.way, row.result, row.reason, row.device_seq) for row in rows]


def counted(field: Field, judge: str = "J3", entry: str = "P1") -> list[int] | None:
    with field.database.read() as session:
        found = current(session, "c1").get((judge, entry))
    return json.loads(found.ticks) if found else None


@pytest.mark.parametrize("as_file", [True, False])
def test_a_file_with_the_phones_seal_is_taken_in_as_a_batch(field: Field, *, as_file: bool) -> None:
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    records = [phone.sheet("P1", ticks("P1", 2)), phone.finding("P1"), phone.sheet("P2", ticks("P2", 1))]
    answer = hands_in(desk, sealed(phone, *records), as_file=as_file)
    assert answer.status_code == 200
    assert arrivals(field) == [("rescue", "stored", "", n) for n in (1, 2, 3)]
    assert counted(field) == ticks("P1", 2)
    assert "评委3" in answer.text


def test_twice_by_file_and_once_by_the_phone_itself_leaves_one_row_each(field: Field) -> None:
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    records = [phone.sheet("P1"), phone.sheet("P2")]
    text = sealed(phone, *records)
    assert [hands_in(desk, text).status_code for _ in range(2)] == [200, 200]
    told = phone.hand_over(*records)
    assert [one["result"] for one in told["results"]] == ["duplicate", "duplicate"]
    assert told["missing"] == []
    assert arrivals(field) == [("rescue", "stored", "", 1), ("rescue", "stored", "", 2)]


def test_the_working_of_a_unit_tells_which_sheets_came_in_a_file(field: Field) -> None:
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    hands_in(desk, sealed(phone, phone.sheet("P1", ticks("P1", 2))))
    phone.post(phone.batch(phone.sheet("P2")))
    with field.database.read() as session:
        [entry] = [one.name for one in contests.entries(session, "c1") if one.id == "P1"]
        places = ranking(session, "c1", languages()["en"], "unnamed").places
    told = [line for place in places for one in place.workings if one.title == ENTERED for line in one.lines]
    assert told == [f"{entry}: 1 sheet from a rescue file"]


def test_a_changed_file_counts_nothing_until_people_decide_so(field: Field) -> None:
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    one = phone.sheet("P1", ticks("P1", 2))
    text = sealed(phone, one)
    changed = text.replace(json.dumps(one["ticks"]), json.dumps(ticks("P1", 9)))
    assert changed != text
    assert hands_in(desk, changed).status_code == 200
    assert hands_in(desk, changed).status_code == 200
    assert arrivals(field) == [("rescue", "quarantined", "wrong_mac", 0)]
    assert counted(field) is None
    with field.database.read() as session:
        [kept] = session.exec(select(Arrival)).all()
    page = desk.get("/c/c1/decisions").text
    assert kept.revision_id in page
    assert "校验不通过" in page
    assert "没有人能担保" in page
    assert f'name="shown" value="{kept.revision_id}"' not in page
    # What the phone itself sends has its number and its name free.
    assert phone.hand_over(one)["results"][0]["result"] == "stored"
    assert counted(field) == ticks("P1", 2)


def test_a_changed_file_is_admitted_by_decision_where_nothing_else_came(field: Field) -> None:
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    hands_in(desk, sealed(phone, phone.sheet("P1", ticks("P1", 4)), key="00" * 32))
    with field.database.read() as session:
        [kept] = session.exec(select(Arrival)).all()
    form = {"as": "admit", "sheet": kept.revision_id, "reason": "评委当面确认"}
    assert desk.post("/c/c1/decisions/waiting", data=form).status_code == 303
    confirm_all(desk.app.state.database)  # type: ignore[attr-defined]
    assert counted(field) == ticks("P1", 4)


def test_another_phones_key_is_a_wrong_seal(field: Field) -> None:
    phone, other, desk = field.phone("J3"), field.phone("J4"), field.signed_in("organiser")
    hands_in(desk, sealed(phone, phone.sheet("P1"), key=other.package()["device"]["rescue_key"]))
    assert [row[:3] for row in arrivals(field)] == [("rescue", "quarantined", "wrong_mac")]


def test_late_and_revoked_files_wait_as_their_batches_would(field: Field) -> None:
    phone, other, desk = field.phone("J3"), field.phone("J4"), field.signed_in("organiser")
    text = sealed(other, other.sheet("P1"))
    field.revoke(other)
    hands_in(desk, text)
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    hands_in(desk, sealed(phone, phone.sheet("P1")))
    told = [("rescue", "quarantined", "revoked_device", 1), ("rescue", "quarantined", "late", 1)]
    assert arrivals(field) == told


def test_a_phone_whose_file_came_was_not_heard_of_for_that(field: Field) -> None:
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    phone.hand_over(phone={"version": "v", "finds": ["clock"], "photos": 2})
    with field.database.read() as session:
        before = session.exec(select(Heartbeat)).one()
    records = [phone.sheet("P1"), phone.sheet("P2")]
    hands_in(desk, sealed(phone, records[1]))
    with field.database.read() as session:
        after = session.exec(select(Heartbeat)).one()
    assert (after.heard_at, after.version, after.photos) == (before.heard_at, "v", 2)
    assert after.highest_seq == 2  # the first is missing, and the board knows it


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "sync.not_a_rescue_file"),
        ("PK\x03\x04", "sync.not_a_rescue_file"),
        ('{"fieldmark": "rescue/1", "content": "{}", "mac": ""}', "sync.not_a_rescue_file"),
        ('{"fieldmark": "rescue/1", "content": 7, "mac": ""}', "sync.not_a_rescue_file"),
        ('{"fieldmark": "batch/1", "content": "{}", "mac": ""}', "sync.not_a_rescue_file"),
        ("[" * 100_000, "sync.not_a_rescue_file"),
        (framed("c2", mac="é"), "sync.not_a_rescue_file"),
        (framed("c2"), "sync.rescue_of_another"),
        (framed("c1"), "sync.rescue_of_unknown_phone"),
    ],
)
def test_what_is_no_file_of_this_contest_is_refused_with_a_reason(field: Field, text: str, code: str) -> None:
    desk = field.signed_in("organiser")
    desk.headers["Accept"] = "application/json"
    answer = hands_in(desk, text)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert arrivals(field) == []


def test_a_phone_unknown_since_a_restore_is_told_to_join_again_and_its_next_file_is_taken(field: Field) -> None:
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    unknown = replace(phone, device="joined-after-the-backup")
    records = [unknown.sheet("P1"), unknown.sheet("P2")]
    desk.headers["Accept"] = "application/json"
    answer = hands_in(desk, sealed(unknown, *records))
    assert (answer.status_code, answer.json()["code"]) == (422, "sync.rescue_of_unknown_phone")
    assert "重新扫一次评委证" in answer.text
    assert arrivals(field) == []
    hands_in(desk, sealed(field.phone("J3"), *records))
    assert [row[1] for row in arrivals(field)] == ["stored", "stored"]


def test_one_bad_record_in_a_file_never_blocks_the_others(field: Field) -> None:
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    hands_in(desk, sealed(phone, phone.sheet("P1"), "torn", phone.sheet("P2", [1]), phone.sheet("P3")))
    assert sorted(row[1] for row in arrivals(field)) == ["rejected", "rejected", "stored", "stored"]


SHIPPED = """
import { shipped } from %(module)s;
import { IDBFactory } from %(idb)s;
const { Store, Outbox, rescued } = await shipped(["store.js", "outbox.js", "later/rescue.js"]);
const told = JSON.parse(process.argv[2]);
let n = 0;
const means = { uuid: () => `00000000-0000-4000-8000-${String(++n).padStart(12, "0")}`, now: () => Date.now() };
const store = new Store("fieldmark/c1/J3", { indexedDB: new IDBFactory() });
const outbox = new Outbox(store, means);
for (const { device_seq, ...content } of told.records) await outbox.append(content);
const pack = { contest: { id: "c1" }, device: told.device };
process.stdout.write((await rescued({ outbox, pack, means })) || "nothing");
"""


@pytest.mark.parametrize("secure", [True, False])
def test_the_shipped_script_makes_a_file_that_the_server_takes_in(
    field: Field, tmp_path: Path, *, secure: bool
) -> None:
    """Also without https, where the browser lends no digest, and with words beyond ASCII."""
    phone, desk = field.phone("J3"), field.signed_in("organiser")
    records = [
        phone.sheet("P1", ticks("P1", 3), note="现场整洁 ✓ 𝄞"),
        *(phone.sheet("P2", ticks("P2", n % 5)) for n in range(205)),
    ]
    script = tmp_path / "make.mjs"
    paths = {
        "module": json.dumps((ROOT / "tests/js/shipped.mjs").as_uri()),
        "idb": json.dumps((ROOT / "node_modules/fake-indexeddb/build/esm/index.js").as_uri()),
    }
    insecure = "" if secure else "Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined });\n"
    script.write_text(insecure + SHIPPED % paths, encoding="utf-8")
    given = json.dumps({"device": phone.package()["device"], "records": records})
    (tmp_path / "package.json").write_text('{"type": "module"}')
    run = subprocess.run(["node", str(script), given], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(json.loads(json.loads(run.stdout)["content"])["batches"]) == 2
    answer = hands_in(desk, run.stdout)
    assert answer.status_code == 200, answer.text
    assert [row[:3] for row in arrivals(field)] == [("rescue", "stored", "")] * 206
    assert counted(field) == ticks("P1", 3)
    assert counted(field, entry="P2") == ticks("P2", 204 % 5)
    with field.database.read() as session:
        assert len(session.exec(select(SheetRevision)).all()) == 206
    told = phone.hand_over(*records[:200])
    assert {one["result"] for one in told["results"]} == {"duplicate"}


def test_a_key_of_its_own_for_each_phone_and_none_for_a_revoked_one(field: Field) -> None:
    phones = [field.phone("J3"), field.phone("J3")]
    keys = {phone.package()["device"]["rescue_key"] for phone in phones}
    assert len(keys) == 2
    assert all(len(key) == 64 for key in keys)
    field.revoke(phones[0])
    assert phones[0].client.get("/j/c1/package").status_code == 401
