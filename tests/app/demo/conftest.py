"""The tours of the demo, made once, and how one comes to their pages."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import Database, open_database
from app.demo.roster import SEED
from app.demo.serving import MADE, Demo, Link, prepared, settings_in
from app.i18n import languages
from app.main import create_app

BASE = "http://testserver"
ENGLISH = languages()["en"]
SIMULATED = re.compile(r"Simulated: |\(simulated\)|marks are invented|模拟数据")


def made(folder: Path, *, seed: int = SEED) -> Demo:
    return prepared(settings_in(folder), base=BASE, seed=seed, tell=lambda _done, _whole: None, language=ENGLISH)


@dataclass(frozen=True)
class Stage:
    demo: Demo
    folder: Path

    @property
    def running(self) -> str:
        return self.demo.tours.running

    @property
    def finished(self) -> str:
        return self.demo.tours.finished


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The tours, made once for all tests that change nothing in them."""
    folder = tmp_path_factory.mktemp("demo")
    return Stage(made(folder), folder)


@pytest.fixture
def database(stage: Stage) -> Iterator[Database]:
    opened = open_database(settings_in(stage.folder).url, alone=False)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app_client(stage: Stage) -> Iterator[TestClient]:
    with TestClient(create_app(settings_in(stage.folder)), headers={"Accept-Language": "en"}) as client:
        yield client


def signed_in(client: TestClient, demo: Demo, link: Link) -> None:
    client.cookies.clear()
    path = link.address.removeprefix(BASE)
    form = {"login": link.login, "password": demo.password, "onward": path}
    answer = client.post("/sign-in", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, path)


def opened_by_its_link(client: TestClient, demo: Demo) -> str:
    """The page behind the county's link."""
    client.cookies.clear()
    (link,) = (link for link in demo.links if "/county/" in link.address)
    went = client.post(link.address.removeprefix(BASE), follow_redirects=False)
    assert went.status_code == 303
    return client.get(went.headers["location"]).text


def copied(whole: Path, copy: Path) -> None:
    with sqlite3.connect(whole / "fieldmark.db") as source, sqlite3.connect(copy / "fieldmark.db") as target:
        source.backup(target)
    (copy / MADE).write_bytes((whole / MADE).read_bytes())
