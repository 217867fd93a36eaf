"""A phone-sized Chromium, and servers in processes of their own that can be stopped and started under it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import free_port, wait_until_ready, watched

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}


@dataclass
class Running:
    """A server on a port of its own, which keeps its port over a stop."""

    factory: str
    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        log = self.folder / "server.log"
        command = [sys.executable, "-m", "uvicorn", "--factory", self.factory, f"--port={self.port}"]
        with log.open("ab") as written:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdout=written,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
            )
        wait_until_ready(self.address, self.process, log)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def held(self) -> dict[str, Any]:
        told: dict[str, Any] = httpx2.get(f"{self.address}/held", trust_env=False).json()
        return told

    def set(self, **state: object) -> None:
        httpx2.post(f"{self.address}/mood", json=state, trust_env=False)


@pytest.fixture(scope="module")
def fake_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder, root = tmp_path_factory.mktemp("fake"), Path(__file__).resolve().parents[3]
    environment = {"FAKE_SERVER_STATE": str(folder / "state.json"), "PYTHONPATH": str(root)}
    made = Running("tests.app.phone.fake_server:create", folder, environment)
    yield made
    made.stop()


@pytest.fixture
def fake(fake_process: Running) -> Running:
    """The small server of the exchange, running and empty."""
    if not fake_process.process:
        fake_process.start()
    fake_process.set(records={}, paper=[], files={}, rev=0, epoch=uuid4().hex, mood="", judge="J17", days=2, stage=None)
    return fake_process


@pytest.fixture
def handset(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**PHONE)
    yield context
    context.close()


@pytest.fixture
def hand(handset: BrowserContext) -> Iterator[Page]:
    with watched(handset) as opened:
        yield opened
