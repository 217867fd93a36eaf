"""A new version of the app comes, and the server out of a backup, while sheets lie on the phone that are not handed in.

The new page finds them all, and hands over again what the backup had not.
"""

import re
import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from app.backup.opening import Wish
from app.backup.restoring import restore
from app.backup.taking import take
from app.db import open_database
from app.settings import Settings
from app.sync import badges
from tests.app.phone.conftest import Running
from tests.app.phone.test_phone_browser import ARRIVES_MS, photo, reconnects, settles
from tests.app.phone.test_restored_browser import held, marks_a_project
from tests.app.sync.field import add_contest
from tests.conftest import becomes

__all__ = ["photo"]  # the fixture

ROOT = Path(__file__).resolve().parents[3]
EDITION = "document.documentElement.dataset.version"
LOOKS_FOR_ANOTHER = "navigator.serviceWorker.getRegistration('/j/').then((one) => one.update())"
# The new worker has fetched all of its edition and waits until no page of the old one is open.
WAITS = "navigator.serviceWorker.getRegistration('/j/').then((one) => !!one.waiting)"


def newer(folder: Path) -> Path:
    """A copy of the app with another word in a script and another rule in a style."""
    for part in ("app", "scoring", "rubrics", "static"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    script, style = folder / "static/js/judge/courier.js", folder / "static/css/judge.css"
    script.write_text(script.read_text(encoding="utf-8").replace("FIRST_WAIT = 3", "FIRST_WAIT = 2"), encoding="utf-8")
    style.write_text(style.read_text(encoding="utf-8") + "\n.of-the-new-edition { color: red }\n", encoding="utf-8")
    return folder


def test_a_new_version_with_a_restored_server_takes_what_lay_unsent_and_all_that_the_backup_had_not(
    hand: Page, tmp_path: Path, sqlite_file: Path, photo: Path
) -> None:
    lost, restored = Settings(data_dir=tmp_path / "lost"), Settings(data_dir=tmp_path / "restored")
    lost.data_dir.mkdir()
    shutil.copy(sqlite_file, lost.data_dir / "fieldmark.db")
    database = open_database(lost.url)
    database.write(lambda session: add_contest(session, "c1"))
    code = database.write(lambda s: badges.issue_badges(s, "organiser", contest_id="c1", judges=["J3"]))["J3"]
    database.close()
    server = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(lost.data_dir)})
    server.start()
    try:
        hand.goto(f"{server.address}/b/c1/{code}")
        hand.get_by_role("button", name=re.compile("我是")).click()
        hand.get_by_role("button", name="知道了").click()
        settles(hand)
        marks_a_project(hand)
        expect(hand.locator(".stateline")).to_contain_text("1 份已交到 ✓", timeout=ARRIVES_MS)
        taken = take(lost, tmp_path / "backup.zip")
        marks_a_project(hand, photo)
        expect(hand.locator(".stateline")).to_contain_text("2 份全部交到 ✓", timeout=ARRIVES_MS)
        server.stop()
        marks_a_project(hand)
        expect(hand.locator(".stateline")).to_contain_text("1 份存在手机里")
        older, before = hand.evaluate(EDITION), held(lost)

        restore(restored, taken.file, Wish())
        server.folder, server.environment = newer(tmp_path / "newer"), {"FIELDMARK_DATA_DIR": str(restored.data_dir)}
        no_road = "**/j/c1/batch"
        hand.context.route(no_road, lambda route: route.abort())
        server.start()
        hand.reload()
        expect(hand.locator(".stateline")).to_contain_text("1 份存在手机里")
        assert hand.evaluate(EDITION) == older, "a page was mixed of two editions"
        hand.evaluate(LOOKS_FOR_ANOTHER)
        becomes(lambda: hand.evaluate(WAITS), wanted=True)
        address, phone = hand.url, hand.context
        hand.close()
        opened = phone.new_page()
        opened.goto(address)
        becomes(lambda: opened.evaluate(EDITION) != older, wanted=True)
        # Its package told of the restored server: everything is offered again.
        expect(opened.locator(".stateline")).to_contain_text("3 份、1 条记录存在手机里")
        phone.unroute(no_road)
        reconnects(opened, "3 份全部交到 ✓")
        becomes(lambda: [len(part) for part in held(restored)], [3, len(before[1]), len(before[2])])
        arrived = held(restored)
    finally:
        server.stop()
    assert set(before[0]) < set(arrived[0])
    assert arrived[1:] == before[1:]
