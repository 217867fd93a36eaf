"""Fixtures every test may ask for: Fieldmark served by a process of its own, and the system's Chromium.

Reads ``FIELDMARK_CHROMIUM``. Writes only into pytest's temporary folders.
"""

import contextlib
import gc
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import SystemRandom

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright
from sqlalchemy import create_engine, text

from app import db, migrations
from tests import databases

# What is waited for comes in a moment or never; a busy machine makes a moment long. Nothing here is a measure.
STARTS_WITHIN_SECONDS = 150
COMES_WITHIN_SECONDS = 30
EVERY_SECONDS = 0.05
expect.set_options(timeout=COMES_WITHIN_SECONDS * 1000)

# Below those that the system gives to whoever asks for any: nobody gets one while its server is down.
PORTS = range(20_000, 32_000)

# Without these Chromium calls its maker's hosts while the tests run.
CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The path of the browser that .ci/prepare looked for, by the same names."""
    named = os.environ.get("FIELDMARK_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "no Chromium: run .ci/prepare"
    return found


def free_port() -> int:
    """A port that no other process of this run is given."""
    mine = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    several = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    while True:
        port = SystemRandom().choice(PORTS[mine::several])
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def becomes(read: Callable[[], object], wanted: object, pause: Callable[[float], None] = time.sleep) -> None:
    """Wait until ``read`` gives what is wanted. ``pause`` waits so many seconds: that of a page hears its events."""
    give_up = time.monotonic() + COMES_WITHIN_SECONDS
    while (found := read()) != wanted and time.monotonic() < give_up:
        pause(EVERY_SECONDS)
    assert found == wanted


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        try:
            if httpx2.get(f"{address}/healthz", trust_env=False).is_success:
                return
        except httpx2.TransportError:
            time.sleep(EVERY_SECONDS)
    process.kill()
    process.wait()
    pytest.fail(f"Fieldmark did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Fieldmark, such as http://127.0.0.1:40123, in an empty folder."""
    folder = tmp_path_factory.mktemp("served")
    log = folder / "server.log"
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory", f"--port={port}"]
    with (
        log.open("wb") as written,
        subprocess.Popen(command, cwd=folder, stdout=written, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_until_ready(address, process, log)
            yield address
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(), chromium_sandbox=False, args=CHROMIUM_ARGUMENTS
        )
        yield launched
        launched.close()


@pytest.fixture
def browsing(browser: Browser, served: str) -> Iterator[BrowserContext]:
    """A visitor of their own: no cookies, Chinese first; paths are relative to the served Fieldmark."""
    context = browser.new_context(base_url=served, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context
    context.close()


@contextlib.contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """A page whose scripts must neither fail nor be refused by the content security policy, whatever else is tested."""
    troubles: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    def on_error(error: Error) -> None:
        troubles.append(str(error))

    opened = context.new_page()
    opened.on("console", on_console)
    opened.on("pageerror", on_error)
    yield opened
    assert troubles == []


@pytest.fixture
def page(browsing: BrowserContext) -> Iterator[Page]:
    with watched(browsing) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running server with an up-to-date database ``fresh`` to copy from, so that the history is run once."""
    with databases.postgres() as server:
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE fresh"))
        engine.dispose()
        migrations.upgrade(databases.database_on(server, "fresh"))
        yield server


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An up-to-date empty SQLite database to copy from."""
    file = tmp_path_factory.mktemp("sqlite") / "fieldmark.db"
    migrations.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An up-to-date empty database, on SQLite and on PostgreSQL: whoever asks for it is run on both."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_file"), tmp_path / "fieldmark.db")
        yield f"sqlite:///{tmp_path}/fieldmark.db"
        return
    with databases.empty_postgres(request.getfixturevalue("postgres_server"), "fresh") as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[db.Database]:
    opened = db.open_database(database_url)
    yield opened
    opened.close()


def pytest_collection_finish() -> None:
    """What is imported and collected stays: looking through it for garbage took a sixth of the time of every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run in which PostgreSQL passed fewer tests than SQLite has not shown what it claims."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    passed = [report.nodeid for report in reporter.stats.get("passed", ()) if report.when == "call"]
    ran = {kind: sum(f"[{kind}" in name for name in passed) for kind in databases.KINDS}
    if any(ran.values()):
        reporter.write_line("")
        reporter.write_line("databases: " + ", ".join(f"{kind} {number} passed" for kind, number in ran.items()))
    if ran["postgresql"] < ran["sqlite"] and session.exitstatus == 0:
        reporter.write_line("PostgreSQL ran fewer tests than SQLite", red=True)
        session.exitstatus = 1
