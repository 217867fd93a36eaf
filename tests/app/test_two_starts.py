"""Workers that start at the same moment on a database without tables: one makes them, the others wait for it."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import inspect

from app import db
from app.migrations.tables import METADATA
from tests import databases

WORKER = "import sys; from app import db, migrations; print(flush=True); input(); migrations.upgrade(sys.argv[1])"
WORKERS = 3


@pytest.mark.parametrize("kind", databases.KINDS)
def test_workers_that_start_at_once_bring_an_empty_database_up_to_date(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> None:
    if kind == "sqlite":
        start_all(f"sqlite:///{tmp_path}/x.db")
        return
    with databases.empty_postgres(request.getfixturevalue("postgres_server")) as url:
        start_all(url)


def start_all(url: str) -> None:
    command = [sys.executable, "-c", WORKER, url]
    pipe = subprocess.PIPE
    with ExitStack() as closing:
        workers = [
            closing.enter_context(subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe))
            for _ in range(WORKERS)
        ]
        for worker in workers:
            assert worker.stdout
            worker.stdout.readline()
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("now\n")
            worker.stdin.flush()
        ended = [(worker.communicate(timeout=60)[1], worker.returncode) for worker in workers]
    assert [wrong for wrong, code in ended if code] == []
    opened = db.open_database(url)
    there = set(inspect(opened.engine).get_table_names())
    opened.close()
    assert there == {*METADATA.tables, "alembic_version"}
