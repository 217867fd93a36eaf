"""The server is lost and restored from an older backup: the phone gives it everything it does not have, by itself."""

import re
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from app.backup.opening import Wish
from app.backup.restoring import restore
from app.backup.taking import take
from app.db import open_database
from app.files.models import StoredFile
from app.files.service import shelf
from app.issues.models import Finding
from app.judging.models import SheetRevision
from app.settings import Settings
from app.sync import badges
from tests.app.phone.conftest import Running
from tests.app.phone.test_phone_browser import ARRIVES_MS, hand_in, next_item
from tests.app.sync.field import add_contest
from tests.conftest import becomes


def marks_a_project(page: Page, photo: Path | None = None) -> None:
    page.get_by_role("button", name="开始打分").click()
    expect(page.locator(".line.on .mark")).to_have_text("—")
    for _ in range(page.locator(".line").count()):
        page.locator(".pad button").nth(7).click()  # one step up: the lowest mark
        next_item(page)
    if photo:
        page.get_by_role("button", name="问题·拍照").click()
        page.set_input_files("input[capture]", photo)
        expect(page.locator(".shots img:not(.working)")).to_have_count(1)
        page.get_by_role("button", name="好了，回评分表").click()
    hand_in(page)
    page.get_by_role("button", name="不写理由，提交").click()


def held(settings: Settings) -> list[list[tuple[str, ...]]]:
    """What the server has of sheets, findings and photos, without its own numbers."""

    def known(session: Session) -> list[list[tuple[str, ...]]]:
        sheets = session.exec(select(SheetRevision)).all()
        findings = session.exec(select(Finding)).all()
        return [
            sorted((one.revision_id, one.entry_id, one.kind, one.ticks, one.digest) for one in sheets),
            sorted((one.revision_id, one.entry_id, one.files) for one in findings),
            sorted((one.sha256, one.shown_sha256) for one in session.exec(select(StoredFile)).all()),
        ]

    database = open_database(settings.url, alone=False)
    try:
        with database.read() as session:
            return known(session)
    finally:
        database.close()


def test_after_a_restore_the_phone_hands_over_again_what_the_backup_had_not(
    hand: Page, tmp_path: Path, sqlite_file: Path
) -> None:
    lost, restored = Settings(data_dir=tmp_path / "lost"), Settings(data_dir=tmp_path / "restored")
    lost.data_dir.mkdir()
    shutil.copy(sqlite_file, lost.data_dir / "fieldmark.db")
    database = open_database(lost.url)
    database.write(lambda session: add_contest(session, "c1"))
    code = database.write(lambda s: badges.issue_badges(s, "organiser", contest_id="c1", judges=["J3"]))["J3"]
    database.close()
    photo = tmp_path / "photo.jpg"
    Image.effect_noise((800, 600), 70).convert("RGB").save(photo)
    server = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(lost.data_dir)})
    server.start()
    try:
        hand.goto(f"{server.address}/b/c1/{code}")
        hand.get_by_role("button", name=re.compile("我是")).click()
        hand.get_by_role("button", name="知道了").click()
        marks_a_project(hand)
        expect(hand.locator(".stateline")).to_contain_text("1 份已交到 ✓", timeout=ARRIVES_MS)
        taken = take(lost, tmp_path / "backup.zip")  # while the server runs
        marks_a_project(hand, photo)
        expect(hand.locator(".stateline")).to_contain_text("2 份全部交到 ✓", timeout=ARRIVES_MS)
        server.stop()

        restore(restored, taken.file, Wish())
        in_backup, before = held(restored), held(lost)
        assert [len(part) for part in in_backup] != [len(part) for part in before]
        server.environment = {"FIELDMARK_DATA_DIR": str(restored.data_dir)}
        server.start()
        hand.reload()  # the judge looks at his phone
        expect(hand.locator(".stateline")).to_contain_text("2 份全部交到 ✓", timeout=ARRIVES_MS)
        becomes(lambda: held(restored), before)
    finally:
        server.stop()
    for sha256, shown in held(restored)[2]:
        assert shelf(restored.data_dir, "c1").whole(sha256).exists()
        assert shelf(restored.data_dir, "c1").whole(shown).exists()
