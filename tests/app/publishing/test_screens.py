"""Screens of the hall: which scene comes next, stepping back, links, and that nothing is sent that is not released."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.audit import record
from app.db import Database
from app.i18n import languages
from app.main import create_app
from app.publishing import screens
from app.publishing.scenes import Cue, Seen, hall_rev, in_force, path_of, seen
from app.publishing.screens import (
    NoSuchScreen,
    NothingBefore,
    NothingNext,
    NotYetReleased,
    ScreenRevoked,
    ShownMeanwhile,
    TooManyScreens,
)
from app.settings import Settings
from tests.app.publishing.stage import NAMES, STAGE, Stage, marks, score


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def way(stage: Stage, screen: str) -> list[tuple[str, str, int]]:
    with stage.database.read() as session:
        return [(cue.scene, cue.entry_id, cue.step) for cue in path_of(session, STAGE, screen)[1]]


def now(stage: Stage, screen: str) -> Seen:
    with stage.database.read() as session:
        _, path = path_of(session, STAGE, screen)
        return seen(session, STAGE, path[-1] if path else Cue("waiting"), languages()["zh"])


def test_an_evening_by_one_key_with_every_score_read_out_after_the_next_performance(stage: Stage) -> None:
    screen, _ = stage.screen()
    stage.goes_on(screen)
    stage.goes_on(screen)  # nothing is released: the second entrant comes on
    stage.releases(1)
    for _ in range(3):
        stage.goes_on(screen)
    assert way(stage, screen) == [
        ("stage", "e1", 0), ("stage", "e2", 0), ("marks", "e1", 0), ("score", "e1", 0), ("stage", "e3", 0),
    ]  # fmt: skip
    stage.releases(2)
    stage.releases(3)
    for _ in range(5):
        stage.goes_on(screen)
    stage.releases(4)
    for _ in range(3):
        stage.goes_on(screen)
    assert [step[:2] for step in way(stage, screen)[5:]] == [
        ("marks", "e2"), ("score", "e2"), ("marks", "e3"), ("score", "e3"), ("stage", "e4"), ("marks", "e4"),
        ("score", "e4"), ("standings", "e4"),
    ]  # fmt: skip
    told = [(line.place, line.name, line.score) for line in now(stage, screen).lines]
    assert told == [(n, NAMES[4 - n], score(5 - n)) for n in (1, 2, 3, 4)]
    with pytest.raises(NothingNext):
        stage.goes_on(screen)
    stage.signs()
    stage.reveals("unit")
    stage.reveals("unit")
    stage.reveals("tier")
    stage.reveals("tier")
    tiers = []
    for _ in range(4):
        stage.goes_on(screen)
        shown = now(stage, screen)
        tiers.append((shown.tier, [unit["name"] for unit in shown.units], shown.first))
    assert tiers == [
        ("三等奖", [NAMES[0]], False), ("三等奖", [NAMES[1], NAMES[0]], False), ("二等奖", [NAMES[2]], False),
        ("一等奖", [NAMES[3]], True),
    ]  # fmt: skip


def test_back_shows_what_was_before_and_next_goes_the_same_way_again(stage: Stage) -> None:
    screen, _ = stage.screen()
    stage.releases(1)
    for _ in range(3):
        stage.goes_on(screen)
    before = way(stage, screen)
    assert [step[0] for step in before] == ["marks", "score", "stage"]
    stage.goes_back(screen)
    assert way(stage, screen) == before[:-1]
    stage.goes_on(screen)
    assert way(stage, screen) == before
    stage.shows(screen, "blank")
    stage.goes_on(screen)
    assert way(stage, screen)[-1] == ("stage", "e2", 0)
    for _ in range(5):
        stage.goes_back(screen)
    assert now(stage, screen).scene == "waiting"
    with pytest.raises(NothingBefore):
        stage.goes_back(screen)


def test_two_screens_have_cursors_of_their_own_and_two_operators_do_not_both_move_one(stage: Stage) -> None:
    hall, foyer = stage.screen()[0], stage.screen("前厅")[0]
    stage.goes_on(hall)
    assert (now(stage, hall).scene, now(stage, foyer).scene) == ("stage", "waiting")
    with pytest.raises(ShownMeanwhile):
        stage.shows(hall, "blank", after=0)
    stage.shows(foyer, "blank", after=0)
    assert (now(stage, hall).scene, now(stage, foyer).scene) == ("stage", "blank")


def test_no_scene_shows_what_is_not_released_or_was_withdrawn(stage: Stage) -> None:
    screen, _ = stage.screen()
    for scene, step in (("marks", 0), ("score", 0), ("reveal", 1)):
        with pytest.raises(NotYetReleased):
            stage.shows(screen, scene, 0 if step else 2, step)  # type: ignore[arg-type]
    rev = stage.releases(2)
    stage.shows(screen, "score", 2)
    assert now(stage, screen).score == score(2)
    stage.withdraws(rev)
    told = now(stage, screen)
    assert (told.scene, told.score, told.marks) == ("stage", "", ())
    assert told.who is not None
    assert told.who["name"] == NAMES[1]


def test_an_act_that_no_screen_shows_moves_no_screen(stage: Stage) -> None:
    screen, _ = stage.screen()
    stage.goes_on(screen)
    with stage.database.read() as session:
        before = hall_rev(session, STAGE)
    stage.database.write(lambda s: record(s, "-", "look", contest_id=STAGE))
    with stage.database.read() as session:
        assert hall_rev(session, STAGE) == before
    stage.releases(1)
    with stage.database.read() as session:
        assert hall_rev(session, STAGE) > before
        assert len(in_force(session, STAGE)) == 1


def test_a_link_opens_its_own_screen_until_it_is_ended(stage: Stage, tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, default_language="zh"))
    app.state.database = stage.database
    client = TestClient(app, headers={"Accept": "text/html"}, follow_redirects=False)
    screen, code = stage.screen()
    stage.goes_on(screen)
    answer = client.get(f"/screen/{code}")
    assert answer.status_code == 200
    assert NAMES[0] in answer.text
    assert answer.headers["cache-control"] == "no-store"
    tag = answer.headers["etag"]
    assert client.get(f"/screen/{code}", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"/screen/{code[:-1]}").status_code == 404
    assert client.get(f"/screen/{code}/events").status_code == 200  # without a running server it ends at once
    stage.database.write(lambda s: screens.revoke_screen(s, stage.organiser, contest_id=STAGE, screen_id=screen))
    assert client.get(f"/screen/{code}").status_code == 410
    assert client.get(f"/screen/{code}/events").status_code == 410
    with stage.database.read() as session, pytest.raises(ScreenRevoked):
        screens.screen_of(session, code)
    with pytest.raises(NoSuchScreen):
        stage.goes_on(screen)
    for number in range(12):
        stage.screen(f"{number}")
    with pytest.raises(TooManyScreens):
        stage.screen()


def test_the_operator_makes_a_screen_moves_it_and_withdraws_by_the_page_alone(stage: Stage, tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, default_language="zh"))
    app.state.database = stage.database
    client = TestClient(app, headers={"Accept": "text/html"}, follow_redirects=True)
    client.cookies.set("fieldmark_session", stage.cookie())
    desk = f"/c/{STAGE}/screens"
    made = client.post(desk, data={"name": "主会场"}).text
    link = re.search(r"/screen/[0-9A-Z]{20}", made)
    assert link
    assert link[0] not in client.get(desk).text
    assert client.post(desk, data={"name": " "}).status_code == 422
    page = client.get(desk).text
    root = re.search(rf"{desk}/(\w+)/next", page)
    assert root
    screen = root[1]
    stage.releases(1)
    after = re.search(r'name="after" value="(\d+)"', client.post(f"{desk}/{screen}/next", data={"after": 0}).text)
    assert after
    assert [mark for mark in marks(1) if mark not in client.get(link[0]).text] == []
    assert score(1) not in client.get(link[0]).text.replace(f"<b>{score(1)}</b>", "")
    answer = client.post(f"{desk}/{screen}/cues", data={"after": after[1], "scene": "score", "entry": "e2"})
    assert answer.status_code == 409
    assert "还没有亮出" in answer.text
    assert client.post(f"{desk}/{screen}/back", data={"after": after[1]}).status_code == 200
    with stage.database.read() as session:
        [one] = in_force(session, STAGE)
    told = client.post(f"{desk}/releases/{one.rev}/withdrawal", data={"reason": "念错了"})
    assert told.status_code == 200
    stage.signs()
    answer = client.post(f"{desk}/reveal", data={"version": 1, "how": "unit", "after": 0})
    assert "已揭晓 1 家" in answer.text
    assert client.post(f"{desk}/reveal", data={"version": 1, "how": "unit", "after": 0}).status_code == 409
    assert client.post(f"{desk}/{screen}/revocation").status_code == 200
