"""The host's link: who is on stage, and a score's words from the release on; before it nothing, not even a length."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import open_database
from app.i18n import languages
from app.publishing import release, scenes, screens
from app.publishing.host_page import host_seen
from app.publishing.scenes import hall_rev, in_force
from app.stage.service import comment
from tests.app.publishing.test_console import C1, checks, confirms, member_with, releases
from tests.app.stage.stage import marks, on_stage, steps
from tests.app.sync.field import Field

CANARY = 2  # steps above the floor on every item, from every judge


class Evening:
    """One entrant's way through the stage, and what the link said at each state of it."""

    def __init__(self, field: Field, above: int) -> None:
        self.field, self.above = field, above
        self.crew = {role: member_with(field, role, role) for role in ("organiser", "steward", "checker")}
        on_stage(field)
        making = screens.make_screen
        code = field.database.write(lambda s: making(s, self.crew["organiser"], **C1, name="主持台", kind="host"))
        self.client, self.address = TestClient(field.app, headers={"Accept": "text/html"}), f"/screen/{code}"

    def told(self) -> str:
        """Headers and page, with the moments of the server left out."""
        answer = self.client.get(self.address)
        assert answer.status_code == 200
        return "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), answer.text])

    def states(self) -> dict[str, str]:
        phones = [self.field.phone(judge) for judge in ("J1", "J3", "J4")]

        def marked() -> None:
            assert {marks(phone, "P2", above=self.above) for phone in phones} == {("stored", "")}

        def said() -> None:
            who = self.crew["organiser"].id
            self.field.database.write(lambda s: comment(s, who, **C1, entry_id="P2", expert="某专家", text="台风稳健"))

        way: dict[str, Callable[[], object]] = {
            "waiting": lambda: None,
            "on stage": lambda: steps(self.field, "P2", "call"),
            "being marked": lambda: steps(self.field, "P2", "mark"),
            "all in": marked,
            "commented": said,
            "collected": lambda: steps(self.field, "P2", "collect"),
            "checked": lambda: checks(self.field, self.crew["checker"]),
            "confirmed": lambda: confirms(self.field, self.crew["steward"]),
            "the next on stage": lambda: steps(self.field, "P1", "call"),
            "released": lambda: releases(self.field, self.crew["organiser"]),
        }
        found = {}
        for state, deed in way.items():
            deed()
            found[state] = self.told()
        return found


@pytest.fixture
def evenings(sqlite_file: Path, tmp_path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The same evening twice, with other marks."""
    told = []
    for name, above in (("one", CANARY), ("other", 0)):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(sqlite_file, folder / "fieldmark.db")
        database = open_database(f"sqlite:///{folder}/fieldmark.db")
        told.append(Evening(Field(database, folder), above).states())
        database.close()
    return told[0], told[1]


def test_nothing_of_a_score_reaches_the_host_before_its_release(
    evenings: tuple[dict[str, str], dict[str, str]],
) -> None:
    one, other = evenings
    released = one.pop("released")
    score = re.search(r"最后得分[^0-9]*([0-9]+\.[0-9]+)", released)
    assert score, released
    assert "台风稳健" in released
    assert other.pop("released") != released
    for state, page in one.items():
        assert (score[1] in page, "最后得分" in page, "台风稳健" in page) == (False, False, False), state
    # Not by a length or an order either: the other evening sends the very same.
    assert one == other


def test_the_host_is_told_whom_to_call_and_who_gets_ready(field: Field) -> None:
    evening = Evening(field, 0)
    steps(field, "P2", "call")
    with field.database.read() as session:
        told, rev = host_seen(session, "c1", languages()["zh"]), hall_rev(session, "c1")
    assert [one.words for one in told.on_stage] == ["有请1号选手上场：清江市，项目2。"]
    assert [one.words for one in told.coming] == ["请2号选手做好准备：云岭县，项目1。"]
    steps(field, "P2", "mark")
    with field.database.read() as session:
        assert hall_rev(session, "c1") > rev  # its page is told to ask again
    assert "2号选手" in evening.told()


def test_a_score_withdrawn_is_taken_from_the_host(field: Field) -> None:
    evening = Evening(field, 0)
    evening.states()
    with field.database.read() as session:
        [one] = in_force(session, "c1")
    who = evening.crew["organiser"]
    field.database.write(lambda s: release.withdraw_release(s, who, **C1, rev=one.rev, reason="念错了"))
    assert "最后得分" not in evening.told()


def test_a_host_shows_no_scene_and_a_screen_is_set_by_its_operator(field: Field) -> None:
    organiser = field.signed_in("organiser")
    page = organiser.post("/c/c1/screens", data={"name": "主持台", "kind": "host"})
    assert page.status_code == 200
    organiser.post("/c/c1/screens", data={"name": "主会场"})
    with field.database.read() as session:
        host, hall = scenes.screens(session, "c1")
    assert organiser.post(f"/c/c1/screens/{host.id}/next", data={"after": "0"}).status_code == 404
    told = {"marks_by": "mark", "columns": "3"}
    assert organiser.post(f"/c/c1/screens/{hall.id}/settings", data=told).status_code == 303
    with field.database.read() as session:
        hall = scenes.screens(session, "c1")[1]
        marks_given = ({"mark": "88.5"}, {"mark": "90"}, {"mark": "9"})
        shown = scenes.set_for(hall, scenes.Seen("marks", "", simulated=False, marks=marks_given))
    assert ([one["mark"] for one in shown.marks], shown.columns) == (["90", "88.5", "9"], 3)
    assert organiser.post(f"/c/c1/screens/{hall.id}/settings", data={"columns": "5"}).status_code == 422
