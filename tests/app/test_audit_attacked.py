"""The log attacked by somebody who can write to the database itself: every way is found, and named by act and number.

The attacker drops the triggers first. What he rewrites so that it fits itself is found by the end of the log that was
noted outside, and by nothing else: that is tested as well.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine
from sqlmodel import select
from typer.testing import CliRunner, Result

from app import audit
from app.accounts import service as accounts
from app.audit import START, AuditPayload, AuditRow
from app.cli import main
from app.db import Database
from app.judging.paper import TypedSheet, type_sheets
from app.judging.service import collect
from app.migrations.tables import append_only
from scoring.faults import Fault
from tests.app.sync.field import Field, ticks

ON_PAPER = [TypedSheet("J3", "P1", tuple(ticks("P1")))]
COLUMNS = ("contest_id", "rev", "at", "actor", "action", "subject", "payload_digest", "hash")


@pytest.fixture
def field(database: Database, tmp_path: Path) -> Field:
    """Two contests with real acts: badges, phones, sheets, paper typed twice, the collection."""
    made = Field(database, tmp_path)

    def clerk(login: str) -> str:
        add = accounts.add_person
        return database.write(lambda s: add(s, "-", login=login, name=login, password_hash="-"))  # noqa: S106

    one, other = clerk("one"), clerk("other")
    for contest in ("c1", "c2"):
        phone = made.phone("J1", contest)
        for entry in ("P2", "P4"):
            assert phone.outcome(phone.sheet(entry)) == ("stored", "")
        for person in (one, other):
            database.write(lambda s, p=person, c=contest: type_sheets(s, p, contest_id=c, sheets=ON_PAPER))  # type: ignore[misc]
        database.write(lambda s, c=contest: collect(s, one, contest_id=c))  # type: ignore[misc]
    return made


# The acts of each contest, in their order.
ACTS = [
    "issue_badges", "open_window", "confirm_badge", "receive", "receive", "type_paper", "type_paper", "accept_paper",
    "collect",
]  # fmt: skip
LAST = len(ACTS)


@pytest.fixture
def attack(field: Field) -> Iterator[Callable[[str], None]]:
    """A way to the tables that asks no trigger."""
    engine = create_engine(field.database.engine.url, module=_driver(field))
    with engine.connect() as connection:
        _without_triggers(connection)

        def run(statement: str, **values: Any) -> None:  # noqa: ANN401
            connection.exec_driver_sql(_bound(statement, connection), values)
            connection.commit()

        yield run
    engine.dispose()


def _driver(field: Field) -> Any:  # noqa: ANN401
    return field.database.engine.dialect.dbapi


def _bound(statement: str, connection: Connection) -> str:
    """``:name`` as the driver wants it."""
    if connection.dialect.name == "sqlite":
        return statement
    for name in sorted(("contest", "rev", "value", "hash", "to", *COLUMNS, "body"), key=len, reverse=True):
        statement = statement.replace(f":{name}", f"%({name})s")
    return statement


def _without_triggers(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for made in append_only("audit", "sqlite"):
            if made.startswith("DROP"):
                connection.exec_driver_sql(made)
    else:
        connection.exec_driver_sql("DROP TRIGGER audit_no_change ON audit")
    connection.commit()


def found(field: Field, contest: str = "c1", anchor: tuple[int, str] | None = None) -> list[Fault]:
    with field.database.read() as session:
        return list(audit.verify(session, contest, anchor))


def names(faults: list[Fault]) -> list[tuple[str, Any, Any]]:
    """What each break says: its code, the number and the act."""
    return [(fault.code, fault.params.get("rev"), fault.params.get("action")) for fault in faults]


def rows(field: Field, contest: str = "c1") -> list[dict[str, Any]]:
    with field.database.read() as session:
        mine = session.exec(select(AuditRow).where(AuditRow.contest_id == contest).order_by(AuditRow.rev))  # type: ignore[arg-type]
        return [row.model_dump() for row in mine]


def end_of(field: Field, contest: str = "c1") -> tuple[int, str]:
    with field.database.read() as session:
        end = audit.anchor_of(session, contest)
    assert end is not None
    return audit.read_anchor(end.code)


Attack = Callable[..., None]


def test_untouched_it_is_whole(field: Field, attack: Attack) -> None:  # noqa: ARG001
    assert [row["action"] for row in rows(field)] == ACTS
    assert found(field, anchor=end_of(field)) == []


def test_an_altered_row_is_named_alone(field: Field, attack: Attack) -> None:
    there = rows(field)
    for column in (name for name in COLUMNS if name not in {"contest_id", "rev"}):
        for rev in (1, 4, LAST):
            where = "WHERE contest_id = 'c1' AND rev = :rev"
            attack(f"UPDATE audit SET {column} = :value {where}", value="f" * 20, rev=rev)
            action = "f" * 20 if column == "action" else ACTS[rev - 1]
            expected = [("audit.altered", rev, action)]
            if column == "payload_digest":
                expected.append(("audit.payload_altered", rev, action))
            assert names(found(field)) == expected
            attack(f"UPDATE audit SET {column} = :value {where}", value=there[rev - 1][column], rev=rev)
    assert found(field) == []


def test_a_row_of_another_number_leaves_a_gap_and_stands_out(field: Field, attack: Attack) -> None:
    attack("UPDATE audit SET rev = 99 WHERE contest_id = 'c1' AND rev = 4")
    told = found(field)
    assert ("audit.missing", 5, "receive") in names(told)
    assert told[0].params["from"] == told[0].params["to"] == 4
    assert ("audit.added", 99, "receive") in names(told)


@pytest.mark.parametrize(("first", "last"), [(1, 1), (4, 4), (3, 6)])
def test_deleted_rows_are_named_with_the_next(field: Field, attack: Attack, first: int, last: int) -> None:
    attack("DELETE FROM audit WHERE contest_id = 'c1' AND rev BETWEEN :rev AND :to", rev=first, to=last)
    told = found(field)
    gaps = [fault for fault in told if fault.code == "audit.missing"]
    assert [(gap.params["from"], gap.params["to"], gap.params["rev"]) for gap in gaps] == [(first, last, last + 1)]
    assert [fault.params["rev"] for fault in told if fault.code == "audit.payload_added"] == [*range(first, last + 1)]


def test_the_numbers_closed_up_behind_a_deleted_row_are_named(field: Field, attack: Attack) -> None:
    for table in ("audit", "audit_payload"):
        attack(f"DELETE FROM {table} WHERE contest_id = 'c1' AND rev = 4")
        for rev in range(5, LAST + 1):
            attack(f"UPDATE {table} SET rev = :to WHERE contest_id = 'c1' AND rev = :rev", rev=rev, to=rev - 1)
    told = names(found(field))
    assert told[0] == ("audit.altered", 4, "receive")
    assert {rev for code, rev, _ in told if code == "audit.altered"} == {*range(4, LAST)}


def test_two_rows_that_changed_places_are_both_named(field: Field, attack: Attack) -> None:
    for rev, to in ((6, 99), (8, 6), (99, 8)):
        attack("UPDATE audit SET rev = :to WHERE contest_id = 'c1' AND rev = :rev", rev=rev, to=to)
    told = [(rev, action) for code, rev, action in names(found(field)) if code == "audit.altered"]
    assert (6, "accept_paper") in told
    assert (8, "type_paper") in told


def inserted(attack: Attack, contest: str, rev: int, before: str, body: str = '{"salt":"0"}') -> str:
    """A row as the application would have written it, with its payload; returns its hash."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    row = AuditRow(
        contest_id=contest, rev=rev, at=audit.now(), actor="J1", action="receive", subject="x", payload_digest=digest,
        hash="",
    )  # fmt: skip
    own = audit.chained(before, row)
    columns = ", ".join(COLUMNS)
    values = {**row.model_dump(), "hash": own}
    attack(f"INSERT INTO audit ({columns}) VALUES ({', '.join(':' + name for name in COLUMNS)})", **values)
    attack(
        "INSERT INTO audit_payload (contest_id, rev, body) VALUES (:contest, :rev, :body)",
        contest=contest, rev=rev, body=body,
    )  # fmt: skip
    return own


def test_a_row_put_in_is_named(field: Field, attack: Attack) -> None:
    inserted(attack, "c1", LAST + 1, rows(field)[-1]["hash"])
    assert names(found(field)) == [("audit.added", LAST + 1, "receive")]


def test_a_row_put_in_the_middle_is_named(field: Field, attack: Attack) -> None:
    before = rows(field)[3]["hash"]
    for table in ("audit", "audit_payload"):
        for rev in range(LAST, 4, -1):
            attack(f"UPDATE {table} SET rev = :to WHERE contest_id = 'c1' AND rev = :rev", rev=rev, to=rev + 1)
    inserted(attack, "c1", 5, before)
    told = names(found(field))
    assert ("audit.altered", 6, "receive") in told
    assert told[-1][0] == "audit.added"


def test_a_tail_cut_off_is_named(field: Field, attack: Attack) -> None:
    for table in ("audit", "audit_payload"):
        attack(f"DELETE FROM {table} WHERE contest_id = 'c1' AND rev > 6")
    told = found(field)
    assert [(fault.code, fault.params) for fault in told] == [("audit.cut_off", {"from": 7, "to": LAST})]


def set_back(field: Field, attack: Attack, contest: str = "c1") -> None:
    """The head row as it would be if the last row there is were the last."""
    there = rows(field, contest)
    rev, end = (there[-1]["rev"], there[-1]["hash"]) if there else (0, START)
    attack("UPDATE contest_head SET rev = :rev, audit_hash = :hash WHERE contest_id = :contest", rev=rev, hash=end, contest=contest)  # fmt: skip  # noqa: E501


@pytest.mark.parametrize("left", [6, 0])
def test_a_tail_cut_off_with_the_head_set_back_is_found_by_the_anchor_alone(
    field: Field, attack: Attack, left: int
) -> None:
    anchor = end_of(field)
    for table in ("audit", "audit_payload"):
        attack(f"DELETE FROM {table} WHERE contest_id = 'c1' AND rev > :rev", rev=left)
    set_back(field, attack)
    assert found(field) == []
    told = found(field, anchor=anchor)
    assert [(fault.code, fault.params) for fault in told] == [("audit.anchor_cut", {"rev": LAST, "last": left})]


def rewritten(field: Field, attack: Attack, first: int) -> None:
    """Another actor from the row ``first`` on, each with the hash that fits."""
    before = rows(field)[first - 2]["hash"] if first > 1 else START
    for old in rows(field)[first - 1 :]:
        row = AuditRow(**{**old, "actor": "J2"})
        before = audit.chained(before, row)
        attack(
            "UPDATE audit SET actor = 'J2', hash = :hash WHERE contest_id = 'c1' AND rev = :rev",
            hash=before, rev=row.rev,
        )  # fmt: skip


@pytest.mark.parametrize("first", [1, 5, LAST])
def test_a_chain_rewritten_from_a_row_on_is_found_by_the_anchor_alone(field: Field, attack: Attack, first: int) -> None:
    anchor = end_of(field)
    rewritten(field, attack, first)
    assert names(found(field)) == [("audit.replaced", LAST, "collect")]
    set_back(field, attack)
    assert found(field) == []
    assert names(found(field, anchor=anchor)) == [("audit.anchor", LAST, "collect")]


def test_a_forged_chain_that_grew_on_is_found_by_the_old_anchor(field: Field, attack: Attack) -> None:
    anchor = end_of(field)
    rewritten(field, attack, 5)
    inserted(attack, "c1", LAST + 1, rows(field)[-1]["hash"])
    set_back(field, attack)
    assert found(field) == []
    assert names(found(field, anchor=anchor)) == [("audit.anchor", LAST, "collect")]


def test_an_altered_payload_is_named(field: Field, attack: Attack) -> None:
    with field.database.read() as session:
        body = session.get_one(AuditPayload, ("c1", 4)).body
    other = body.replace('"stored"', '"rejected"')
    assert other != body
    attack("UPDATE audit_payload SET body = :body WHERE contest_id = 'c1' AND rev = 4", body=other)
    assert names(found(field)) == [("audit.payload_altered", 4, "receive")]


def test_a_deleted_payload_is_named_unless_its_erasure_is_an_act(field: Field, attack: Attack) -> None:
    attack("DELETE FROM audit_payload WHERE contest_id = 'c1' AND rev = 4")
    assert names(found(field)) == [("audit.payload_missing", 4, "receive")]


def test_a_recorded_erasure_breaks_nothing_and_excuses_nothing_else(field: Field, attack: Attack) -> None:
    erase = audit.erase_payload
    field.database.write(lambda s: erase(s, "organiser", contest_id="c1", rev=4, reason="asked for by the judge"))
    with field.database.read() as session:
        assert session.get(AuditPayload, ("c1", 4)) is None
    assert found(field) == []
    assert rows(field)[-1]["action"] == "erase_payload"
    attack("DELETE FROM audit_payload WHERE contest_id = 'c1' AND rev = 5")
    assert names(found(field)) == [("audit.payload_missing", 5, "receive")]


def test_a_payload_of_no_act_is_named(field: Field, attack: Attack) -> None:
    attack("INSERT INTO audit_payload (contest_id, rev, body) VALUES ('c1', 99, '{}')")
    assert names(found(field)) == [("audit.payload_added", 99, None)]


def test_exchanged_payloads_are_both_named(field: Field, attack: Attack) -> None:
    for rev, to in ((6, 99), (7, 6), (99, 7)):
        attack("UPDATE audit_payload SET rev = :to WHERE contest_id = 'c1' AND rev = :rev", rev=rev, to=to)
    assert names(found(field)) == [
        ("audit.payload_altered", 6, "type_paper"),
        ("audit.payload_altered", 7, "type_paper"),
    ]


def test_rows_moved_to_another_contest_are_missed_here_and_named_there(field: Field, attack: Attack) -> None:
    attack("DELETE FROM audit WHERE contest_id = 'c2' AND rev >= 7")
    attack("UPDATE audit SET contest_id = 'c2' WHERE contest_id = 'c1' AND rev >= 7")
    assert [fault.params["from"] for fault in found(field) if fault.code == "audit.cut_off"] == [7]
    there = names(found(field, "c2"))
    assert [(rev, action) for code, rev, action in there if code == "audit.altered"] == [
        (7, "type_paper"), (8, "accept_paper"), (9, "collect"),
    ]  # fmt: skip


def test_a_head_row_that_is_gone_is_told(field: Field, attack: Attack) -> None:
    attack("DELETE FROM contest_head WHERE contest_id = 'c1'")
    assert names(found(field)) == [("audit.no_head", LAST, None)]


def test_equal_payloads_have_different_digests(field: Field) -> None:
    """Else whoever knows the few marks there can be would try them all against the digest."""
    for _ in range(2):
        field.database.write(lambda s: audit.record(s, "x", "same", contest_id="c1", payload={"mark": 9}))
    one, other = rows(field)[-2:]
    assert one["payload_digest"] != other["payload_digest"]
    with field.database.read() as session:
        bodies = [json.loads(session.get_one(AuditPayload, ("c1", row["rev"])).body) for row in (one, other)]
    assert [body.pop("salt") != "" for body in bodies] == [True, True]
    assert bodies == [{"mark": 9}, {"mark": 9}]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "9",
        "9-",
        "9-3f9a",
        "-9-3f9a-22bc-0d1e-77aa-9b3c",
        "x-3f9a-22bc-0d1e-77aa-9b3c",
        "9-3f9a-22bc-0d1e-77aa-9b3g",
    ],
)
def test_what_is_no_anchor_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(code)}$"):
        audit.read_anchor(code)


def test_an_anchor_is_read_as_it_was_printed() -> None:
    anchor = audit.Anchor("c1", 128, "3f9a22bc0d1e77aa9b3c" + "0" * 44)
    assert anchor.code == "128-3f9a-22bc-0d1e-77aa-9b3c"
    assert audit.read_anchor(" 128-3F9A-22BC-0D1E-77AA-9B3C ") == (128, "3f9a22bc0d1e77aa9b3c")


# --- the command -----------------------------------------------------------------------------------------------------


def audited(field: Field, *arguments: str, lang: str = "en") -> Result:
    url = field.database.engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(main, ["audit", *arguments, "--lang", lang], env={"FIELDMARK_DATABASE_URL": url})


def test_the_command_tells_of_every_log_that_it_is_whole(field: Field) -> None:
    run = audited(field)
    assert run.exit_code == 0
    with field.database.read() as session:
        ends = [audit.anchor_of(session, contest) for contest in ("-", "c1", "c2")]
    codes = [end.code for end in ends if end]
    assert run.stdout.splitlines() == [
        f"Installation (accounts, settings): 2 acts, unbroken; anchor -:{codes[0]}",
        f"拉练 c1: 9 acts, unbroken; anchor c1:{codes[1]}",
        f"拉练 c2: 9 acts, unbroken; anchor c2:{codes[2]}",
    ]
    assert audited(field, "--contest", "c2").stdout.splitlines() == run.stdout.splitlines()[2:]
    assert audited(field, "--anchor", f"c1:{codes[1]}", "--anchor", f"-:{codes[0]}").exit_code == 0


def test_the_command_names_every_break_and_fails(field: Field, attack: Attack) -> None:
    attack("UPDATE audit SET actor = 'x' WHERE contest_id = 'c1' AND rev = 4")
    attack("DELETE FROM audit_payload WHERE contest_id = 'c1' AND rev = 6")
    run = audited(field, lang="zh")
    assert run.exit_code == 1
    told = [line for line in run.stdout.splitlines() if line.startswith("  ")]
    assert [line[: line.index("）")] for line in told] == ["  第 4 号记录（从手机交来", "  第 6 号记录（录入纸质评分表"]
    assert "拉练 c1：日志有 2 处断开" in run.stdout


def test_the_command_compares_with_what_was_noted_outside(field: Field, attack: Attack) -> None:
    rev, digits = end_of(field)
    for table in ("audit", "audit_payload"):
        attack(f"DELETE FROM {table} WHERE contest_id = 'c1' AND rev > 6")
    set_back(field, attack)
    assert audited(field).exit_code == 0
    run = audited(field, "--anchor", f"c1:{rev}-{digits}")
    assert run.exit_code == 1
    assert "A code of act 9 was noted outside, but the log ends with act 6" in run.stdout


def test_a_contest_whose_whole_log_was_deleted_is_told(field: Field, attack: Attack) -> None:
    for table in ("audit", "audit_payload", "contest_head"):
        attack(f"DELETE FROM {table} WHERE contest_id = 'c1'")
    run = audited(field)
    assert run.exit_code == 1
    assert "The head row of the log is gone" in run.stdout


def test_the_command_writes_nothing_and_makes_no_database(field: Field) -> None:
    before = rows(field)
    audited(field)
    assert rows(field) == before
    nowhere = field.folder / "nowhere"
    run = CliRunner().invoke(main, ["audit"], env={"FIELDMARK_DATABASE_URL": "", "FIELDMARK_DATA_DIR": str(nowhere)})
    assert run.exit_code == 1
    assert "数据库打不开" in run.stderr
    assert not nowhere.exists()
    shutil.rmtree(nowhere, ignore_errors=True)


def test_an_anchor_that_is_none_is_told(field: Field) -> None:
    run = audited(field, "--anchor", "c1:9-nonsense")
    assert run.exit_code == 1
    assert "“c1:9-nonsense” is no anchor." in run.stderr
