"""WebKitGTK over the WebDriver protocol in plain requests: the few calls of a thumb need no library.

What the browser keeps lies in a folder and outlives it. Leaving ``opened`` ends screen, driver and window all at once,
as an empty battery does.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

from tests.conftest import COMES_WITHIN_SECONDS, EVERY_SECONDS, STARTS_WITHIN_SECONDS, free_port

WINDOW = Path(__file__).with_name("webkit_window.py")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's word for one
# A page draws first and scrolls to where the judge is a frame later. Two frames after both it stands where it will be.
STANDS_STILL = """
const [one, done] = arguments;
const place = () => {
  one.scrollIntoView({ block: "nearest" });
  const { x, y } = one.getBoundingClientRect();
  return `${x} ${y}`;
};
const look = (before, left) => requestAnimationFrame(() => setTimeout(() => {
  if (!one.isConnected) return done(false);
  const now = place();
  if (now !== before) look(now, 2);
  else if (left) look(now, left - 1);
  else done(true);
}));
look(place(), 2);
"""


class Handset:
    """A page in a phone-sized window."""

    def __init__(self, client: httpx2.Client, session: str) -> None:
        self.client = client
        self.session = session

    def ask(self, method: str, path: str, **body: object) -> Any:  # noqa: ANN401  # whatever JSON says
        answer = self.client.request(method, f"/session/{self.session}/{path}", json=body)
        value = answer.json()["value"]
        assert answer.is_success, value
        return value

    def go(self, address: str) -> None:
        self.ask("POST", "url", url=address)

    def reload(self) -> None:
        self.ask("POST", "refresh")

    def run(self, script: str, *given: object) -> Any:  # noqa: ANN401  # whatever the script returns
        return self.ask("POST", "execute/sync", script=script, args=list(given))

    def promised(self, expression: str) -> Any:  # noqa: ANN401  # whatever the promise holds
        script = f"Promise.resolve({expression}).then(arguments[0], (why) => arguments[0](String(why)))"
        return self.ask("POST", "execute/async", script=script, args=[])

    def press(self, words: str) -> None:
        """Touch the button with these words, or named so for the blind."""
        spelt = json.dumps(words, ensure_ascii=False)
        self._click(f"//button[normalize-space()={spelt} or @aria-label={spelt}]", "xpath")

    def touch(self, css: str) -> None:
        self._click(css, "css selector")

    def choose(self, css: str, file: Path) -> None:
        self.ask("POST", f"element/{self._found(css, 'css selector')}/value", text=str(file))

    def told(self, css: str, words: str) -> None:
        """Wait until the first of these is there and says so."""
        script = "const one = document.querySelector(arguments[0]); return one && one.innerText;"
        give_up = time.monotonic() + COMES_WITHIN_SECONDS
        while words not in ((said := self.run(script, css)) or ()):
            assert time.monotonic() < give_up, f"{css} says {said!r}, not {words!r}"
            time.sleep(EVERY_SECONDS)

    def _click(self, value: str, using: str) -> None:
        """A driver aims and presses within a frame, which no thumb can: it would press where the button was."""
        give_up = time.monotonic() + COMES_WITHIN_SECONDS
        while not self._still(found := self._found(value, using)):
            assert time.monotonic() < give_up, f"{value} does not stand still"
        self.ask("POST", f"element/{found}/click")

    def _still(self, found: str) -> bool:
        """Whether it is still on the page once the page stands still."""
        return bool(self.ask("POST", "execute/async", script=STANDS_STILL, args=[{ELEMENT: found}]))

    def _found(self, value: str, using: str) -> str:
        found: list[dict[str, str]] = []
        give_up = time.monotonic() + COMES_WITHIN_SECONDS
        while not found:
            assert time.monotonic() < give_up, f"there is no {value}"
            found = self.ask("POST", "elements", using=using, value=value)
        return found[0][ELEMENT]


@contextlib.contextmanager
def opened(store: Path, *without: str, size: str = "390x844", grown: float = 1) -> Iterator[Handset]:
    """The browser of the phone whose memory is ``store``.

    ``without``: features as WebKit names them. ``size``: CSS pixels. ``grown``: how much larger type is than asked for.
    """
    environment = {
        **os.environ,
        "FIELDMARK_WEBKIT_STORE": str(store),
        "FIELDMARK_WEBKIT_WITHOUT": " ".join(without),
        "FIELDMARK_WEBKIT_SIZE": size,
        "FIELDMARK_WEBKIT_TYPE": str(grown),
        # The engine's own jail needs rights that a container has not; every page opened here is ours.
        "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    }
    with contextlib.ExitStack() as ended, (store / "browser.log").open("ab") as log:
        read, write = os.pipe()
        screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x1000x24", "-nolisten", "tcp"],
            stderr=log, pass_fds=[write], process_group=0,
        )  # fmt: skip
        ended.callback(screen.wait)
        ended.callback(os.killpg, screen.pid, signal.SIGKILL)
        os.close(write)
        with os.fdopen(read) as said:
            environment["DISPLAY"] = ":" + said.readline().strip()
        port = free_port()
        driver = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"],
            stdout=log, stderr=log, env=environment, process_group=screen.pid,
        )  # fmt: skip
        ended.callback(driver.wait)
        ended.callback(driver.kill)
        client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)
        ended.callback(client.close)
        yield Handset(client, _session(client))


def _session(client: httpx2.Client) -> str:
    binary = {"binary": "/usr/bin/python3", "args": [str(WINDOW)]}
    wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": binary}}}
    give_up = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            answer = client.post("/session", json=wanted).json()["value"]
        except httpx2.TransportError:  # the driver does not listen yet
            assert time.monotonic() < give_up, "WebKitWebDriver did not start"
            time.sleep(EVERY_SECONDS)
        else:
            return str(answer["sessionId"])
