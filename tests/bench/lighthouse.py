"""What Lighthouse says of the judge's page, opened for the first time on its slow phone with its slow network.

Runs the npm package of the lock beside this file with the system's Chromium. It reports nothing to anybody.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.bench.table import told
from tests.conftest import CHROMIUM_ARGUMENTS, chromium

PROGRAM = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
RUNS = 5
WANTED = {"performance": "at least 95", "accessibility": "100", "best-practices": "100"}


def measure(address: str, cookie: str, folder: Path) -> None:
    """Print the rows: every category with the median of the runs, and what was not whole in the last of them."""
    runs = [judged(address, cookie, folder / "lighthouse.json") for _ in range(RUNS)]
    for name, wanted in WANTED.items():
        points = [run["categories"][name]["score"] * 100 for run in runs]
        told(
            f"Lighthouse, mobile, of the judge's page: {name}, median of {RUNS} ({wanted} wanted)", [], points, digits=0
        )
    lacking = [f"{name}: {title}" for name in list(WANTED)[1:] for title in failed(runs[-1], name)]
    assert not lacking, lacking


def judged(address: str, cookie: str, file: Path) -> dict[str, Any]:
    """One run's report."""
    flags = ["--headless=new", "--no-sandbox", *CHROMIUM_ARGUMENTS]
    command = [
        "node", str(PROGRAM), address, "--quiet", "--no-enable-error-reporting", "--output=json",
        f"--output-path={file}", f"--only-categories={','.join(WANTED)}", f"--chrome-flags={' '.join(flags)}",
        f"--extra-headers={json.dumps({'Cookie': f'fieldmark_device={cookie}'})}",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "CHROME_PATH": chromium()})
    report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return report


def failed(report: dict[str, Any], category: str) -> list[str]:
    """The titles of what cost points."""
    counted = {ref["id"] for ref in report["categories"][category]["auditRefs"] if ref["weight"]}
    audits = (report["audits"][name] for name in sorted(counted))
    return [audit["title"] for audit in audits if audit["score"] is not None and audit["score"] < 1]
