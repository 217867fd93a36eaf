"""Databases for tests: SQLite in a temporary folder, and a private PostgreSQL that lives as long as the test run.

The server is started from the system's own programs on a unix socket in a temporary folder; nothing listens on the
network. PostgreSQL refuses to run as root, so there it runs as the user ``postgres`` that its package made.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

KINDS = ("sqlite", "postgresql")
# Nothing here outlives the run, so nothing is done for the day the machine's power fails.
PASSING = ("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off")


def program(name: str) -> str:
    """The path of a PostgreSQL server program, looked for as .ci/prepare does."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = shutil.which(name) or (str(newest[-1]) if newest else None)
    assert found, f"no {name}: run .ci/prepare"
    return found


@contextmanager
def postgres() -> Iterator[str]:
    """A running server; gives the URL of its database ``postgres``."""
    folder = Path(tempfile.mkdtemp(prefix="fm-pg-"))
    as_user: dict[str, str | list[str]] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    cluster = folder / "cluster"

    def run(command: list[str]) -> None:
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, cwd="/", **as_user)  # type: ignore[call-overload]

    run([program("initdb"), "-D", str(cluster), "-U", "fieldmark", "-A", "trust", "-E", "UTF8", "--locale=C"])
    options = " -c ".join([f"-k {folder}", "listen_addresses=''", "max_connections=200", *PASSING])
    control = [program("pg_ctl"), "-D", str(cluster), "-w", "-l", str(folder / "log")]
    run([*control, "-o", options, "start"])
    try:
        yield f"postgresql+psycopg://fieldmark@/postgres?host={folder}"
    finally:
        run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_postgres(server: str, template: str = "template1") -> Iterator[str]:
    """A new database on the running server, made as a copy of ``template`` and dropped afterwards."""
    name = f"t{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield database_on(server, name)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def database_on(server: str, name: str) -> str:
    """The URL of the database ``name`` on the running server."""
    return server.replace("/postgres?", f"/{name}?")
