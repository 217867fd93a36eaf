"""The two doors of the database, on SQLite and on PostgreSQL."""

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from app import audit, db, migrations
from app.db.sqlite import SqliteDatabase
from app.migrations.tables import APPEND_ONLY, METADATA
from scoring.faults import Refused
from tests.conftest import COMES_WITHIN_SECONDS
from tests.loop import on_a_loop


@pytest.fixture(autouse=True)
def chain(request: pytest.FixtureRequest) -> None:
    if "database" in request.fixturenames:
        database: db.Database = request.getfixturevalue("database")
        database.write(lambda session: audit.begin_chain(session, "c1"))


def record(session: Session, action: str = "done") -> int:
    return audit.record(session, "somebody", action, contest_id="c1", payload={"n": 1})


def test_deeds_of_one_contest_get_revisions_without_gap_or_double_in_commit_order(database: db.Database) -> None:
    with ThreadPoolExecutor(32) as many:
        revisions = list(many.map(lambda _: database.write(record), range(200)))
    assert sorted(revisions) == list(range(1, 201))
    with database.read() as session:
        assert list(audit.verify(session, "c1")) == []


def test_what_a_deed_raises_rolls_back_that_deed_alone(database: db.Database) -> None:
    def fails(session: Session) -> None:
        record(session, "never")
        raise LookupError("no such entry")

    with ThreadPoolExecutor(8) as many:
        good = [many.submit(database.write, record) for _ in range(10)]
        bad = [many.submit(database.write, fails) for _ in range(10)]
    assert sorted(one.result() for one in good) == list(range(1, 11))
    assert {type(one.exception()) for one in bad} == {LookupError}
    with database.read() as session:
        assert {row.action for row in session.exec(select(audit.AuditRow))} == {"done"}


def test_a_failed_commit_is_told_to_whoever_asked(database: db.Database) -> None:
    def breaks_the_commit(session: Session) -> str:
        record(session)
        # A constraint that is looked at when the transaction commits, and is broken: the deed itself succeeds.
        if session.get_bind().dialect.name == "sqlite":
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            sql = "INSERT INTO unit (contest_id, id, place_number, name, division) VALUES ('none','u',1,'n','')"
            session.connection().exec_driver_sql(sql)
        else:
            session.connection().exec_driver_sql(
                "CREATE TEMP TABLE late (a int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP"
            )
            session.connection().exec_driver_sql("INSERT INTO late VALUES (1), (1)")
        return "saved"

    with pytest.raises(DBAPIError):
        database.write(breaks_the_commit)
    with database.read() as session:
        assert session.exec(select(audit.AuditRow)).all() == []


def test_a_reading_asks_once_and_a_deed_each_time(database: db.Database) -> None:
    asked: list[str] = []

    @db.once
    def acts(session: Session, contest_id: str) -> int:
        asked.append(contest_id)
        return len(session.exec(select(audit.AuditRow).where(audit.AuditRow.contest_id == contest_id)).all())

    def deed(session: Session) -> tuple[int, int]:
        before = acts(session, "c1")
        record(session)
        session.flush()
        return before, acts(session, "c1")

    before, after = database.write(deed)
    assert after == before + 1  # the deed sees what it did itself
    asked.clear()
    with database.read() as session:
        assert [acts(session, "c1"), acts(session, "c2"), acts(session, "c1")] == [after, 0, after]
    assert asked == ["c1", "c2"]
    database.write(record)
    with database.read() as session:  # the next reading sees what came since
        assert acts(session, "c1") == after + 1


def test_a_reading_session_cannot_write(database: db.Database) -> None:
    with database.read() as session:
        session.add(audit.ContestHead(contest_id="c2"))
        with pytest.raises(DBAPIError):
            session.commit()


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_an_append_only_table_refuses_update_and_delete(database: db.Database, table: str) -> None:
    column = METADATA.tables[table].columns.keys()[0]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with database.read() as session:
            dialect = session.get_bind().dialect.name
        if dialect == "sqlite":
            # On SQLite a trigger fires for rows, and there are none yet: so its presence is asked for.
            with database.read() as session:
                names = session.connection().execute(
                    text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"), {"t": table}
                )
                verb = statement.split()[0]
                assert f"{table}_no_{verb}" in {row[0] for row in names}
        else:
            with pytest.raises(DBAPIError, match="append-only"):
                database.write(lambda session, s=statement: session.connection().exec_driver_sql(s))  # type: ignore[misc]


def test_an_audit_row_cannot_be_changed_or_deleted(database: db.Database) -> None:
    database.write(record)
    for statement in ("UPDATE audit SET action = 'other'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"):
            database.write(lambda session, s=statement: session.connection().exec_driver_sql(s))  # type: ignore[misc]


def test_the_history_leads_to_the_tables_of_the_models(database: db.Database) -> None:
    with database.read() as session:
        found = inspect(session.get_bind())
        there = {name: {c["name"] for c in found.get_columns(name)} for name in found.get_table_names()}
    there.pop("alembic_version")
    assert there == {name: set(table.columns.keys()) for name, table in METADATA.tables.items()}


def test_bringing_an_up_to_date_database_up_to_date_changes_nothing(database_url: str) -> None:
    opened = db.open_database(database_url)
    opened.write(lambda session: audit.begin_chain(session, "c1"))
    opened.write(record)
    opened.close()
    migrations.upgrade(database_url)
    opened = db.open_database(database_url)
    with opened.read() as session:
        assert len(session.exec(select(audit.AuditRow)).all()) == 1
    opened.close()


def test_topics_are_told_after_the_commit_and_only_of_what_was_committed(database: db.Database) -> None:
    told: list[str] = []
    db.listen(told.append)

    def fails(session: Session) -> None:
        db.after_commit(session, "lost")
        raise LookupError

    database.write(record)
    with pytest.raises(LookupError):
        database.write(fails)
    assert told == ["c1"]


HEADS = audit.ContestHead.__table__  # type: ignore[attr-defined]
ADD_HEAD = db.Quick(insert(HEADS).inline())
REV = db.Quick(select(HEADS.c.rev).where(HEADS.c.contest_id == bindparam("contest"), HEADS.c.audit_hash != "no"))


def add_head(session: Session, contest: str) -> None:
    ADD_HEAD(session, contest_id=contest, rev=7, audit_hash="-")


def test_a_quick_statement_runs_in_the_deed_and_raises_what_sqlalchemy_would(database: db.Database) -> None:
    def twice(session: Session) -> None:
        add_head(session, "c2")
        assert REV(session, contest="c2")[0][0] == 7
        add_head(session, "c2")

    with pytest.raises(IntegrityError):
        database.write(twice)
    with database.read() as session:
        assert REV(session, contest="c2") == []
        with pytest.raises(DBAPIError):
            add_head(session, "c2")
    database.write(lambda session: add_head(session, "c2"))
    with database.read() as session:
        assert [tuple(row) for row in REV(session, contest="c2")] == [(7,)]


def test_a_quick_statement_in_a_savepoint_is_undone_with_it(database: db.Database) -> None:
    def half(session: Session) -> None:
        add_head(session, "c2")
        with contextlib.suppress(LookupError), session.begin_nested():
            add_head(session, "c3")
            raise LookupError

    database.write(half)
    with database.read() as session:
        assert [len(REV(session, contest=name)) for name in ("c2", "c3")] == [1, 0]


def test_what_was_submitted_is_committed_when_it_has_been_awaited(database: db.Database) -> None:
    async def several() -> list[int]:
        return await asyncio.gather(*(database.submit("c1", record) for _ in range(100)))

    assert sorted(on_a_loop(several())) == list(range(1, 101))
    with database.read() as session:
        assert len(session.exec(select(audit.AuditRow)).all()) == 100


def test_what_a_submitted_deed_raises_reaches_whoever_awaits_it_and_nobody_else(database: db.Database) -> None:
    def fails(session: Session) -> int:
        record(session, "never")
        raise LookupError("no such entry")

    async def several() -> list[int | BaseException]:
        return await asyncio.gather(
            *(database.submit("c1", deed) for deed in (record, fails, record)), return_exceptions=True
        )

    first, second, third = on_a_loop(several())
    assert (sorted([first, third]), type(second)) == ([1, 2], LookupError)  # type: ignore[type-var]


def test_deeds_of_one_group_share_no_rows_in_memory(database: db.Database) -> None:
    """The writer has one session for a group: what one deed read or left undone must not be there for the next."""

    def reads(session: Session) -> int:
        return session.get_one(audit.ContestHead, "c1").rev

    def leaves_undone(session: Session) -> int:
        session.get_one(audit.ContestHead, "c1").audit_hash = "spoilt"
        raise LookupError

    async def several() -> list[int | BaseException]:
        deeds = (reads, record, reads, leaves_undone, record)
        return await asyncio.gather(*(database.submit("c1", deed) for deed in deeds), return_exceptions=True)

    told = on_a_loop(several())
    assert sorted([told[1], told[4]]) == [1, 2]  # type: ignore[type-var]
    with database.read() as session:
        assert list(audit.verify(session, "c1")) == []


@pytest.fixture
def sqlite(sqlite_file: Path, tmp_path: Path) -> Iterator[SqliteDatabase]:
    shutil.copy(sqlite_file, tmp_path / "x.db")
    opened = SqliteDatabase(f"sqlite:///{tmp_path}/x.db", alone=True)
    opened.write(lambda session: audit.begin_chain(session, "c1"))
    yield opened
    opened.close()


Deed = Callable[[Session], object]


async def keeps_the_writer(database: SqliteDatabase, going: threading.Event) -> asyncio.Task[bool]:
    """A deed that the writer has begun and that ends with ``going``."""
    begun = threading.Event()

    def deed(_: Session) -> bool:
        begun.set()
        return going.wait(COMES_WITHIN_SECONDS)

    task = asyncio.create_task(database.submit("c1", deed))
    while not begun.is_set():  # noqa: ASYNC110  # an event of the loop would be one more thing that wakes it
        await asyncio.sleep(0.01)
    return task


async def one_group(
    database: SqliteDatabase, *deeds: Deed, meanwhile: Callable[[list[asyncio.Task[object]]], object] = len
) -> list[object]:
    """The outcomes of ``deeds``, which wait until all are there and are then one group of the writer."""
    going = threading.Event()
    first = await keeps_the_writer(database, going)
    tasks = [asyncio.create_task(database.submit("c1", deed)) for deed in deeds]
    await asyncio.sleep(0)
    meanwhile(tasks)
    going.set()
    await first
    return list(await asyncio.gather(*tasks, return_exceptions=True))


def test_a_deed_nobody_waits_for_any_more_is_not_begun(sqlite: SqliteDatabase) -> None:
    gone, stays = on_a_loop(one_group(sqlite, record, record, meanwhile=lambda tasks: tasks[0].cancel()))
    assert isinstance(gone, asyncio.CancelledError)
    assert stays == 1


def test_a_group_wakes_the_loop_once(sqlite: SqliteDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []

    async def counted() -> list[object]:
        loop = asyncio.get_running_loop()
        plain = loop.call_soon_threadsafe

        def count(told: Callable[[object], object], jobs: list[object]) -> asyncio.Handle:
            woken.append(len(jobs))
            return plain(told, jobs)

        monkeypatch.setattr(loop, "call_soon_threadsafe", count)
        return await one_group(sqlite, *[record] * 10)

    assert on_a_loop(counted()) == list(range(1, 11))
    assert woken == [1, 10]  # the deed that kept the writer waiting, and the group


def test_a_loop_that_has_stopped_does_not_stop_the_writer(sqlite: SqliteDatabase) -> None:
    going = threading.Event()

    async def leaves() -> None:
        task = await keeps_the_writer(sqlite, going)
        task.cancel()

    with contextlib.suppress(asyncio.CancelledError):
        on_a_loop(leaves())
    going.set()
    assert sqlite.write(record) == 1


def test_when_sqlite_gives_up_the_transaction_no_deed_of_the_group_is_told_it_was_kept(
    sqlite: SqliteDatabase,
) -> None:
    def full_disk(session: Session) -> None:
        session.info["driver"].execute("ROLLBACK")
        raise OSError("no space left")

    several = on_a_loop(one_group(sqlite, record, full_disk, record))
    assert {type(one) for one in several} == {OSError}
    with sqlite.read() as session:
        assert session.exec(select(audit.AuditRow)).all() == []
    assert sqlite.write(record) == 1


def test_when_no_transaction_can_be_begun_everybody_is_told(
    sqlite: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locked:
        def begin(self) -> None:
            raise TimeoutError("database is locked")

    def lock(_: object) -> None:
        monkeypatch.setattr(sqlite, "_writing", Locked())

    several = on_a_loop(one_group(sqlite, *[record] * 3, meanwhile=lock))
    assert {type(one) for one in several} == {TimeoutError}
    monkeypatch.undo()


def test_a_second_process_may_not_write_to_the_same_sqlite_file(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    migrations.upgrade(url)
    first = db.open_database(url)
    with pytest.raises(Refused) as refused:
        db.open_database(url)
    assert [fault.code for fault in refused.value.faults] == ["db.not_alone"]
    first.close()
    db.open_database(url).close()


# People and sign-ins are the installation's, and so are its epochs; a contest is itself.
OF_THE_INSTALLATION = {"contest", "person", "place", "place_name", "signed_in", "server_epoch"}


def test_every_table_of_a_contest_has_it_in_its_key_and_refers_only_within_it() -> None:
    """So that a distributed database can keep a contest on one node."""
    without = {name for name, table in METADATA.tables.items() if "contest_id" not in table.primary_key.columns}
    assert without <= OF_THE_INSTALLATION
    abroad = [
        (name, key.name)
        for name, table in METADATA.tables.items()
        for key in table.foreign_key_constraints
        if key.referred_table.name not in OF_THE_INSTALLATION and "contest_id" not in key.column_keys
    ]
    assert abroad == []
