"""``make deep``: change what decides a number line by line, try very many random contests and days on the road.

Reads ``scoring/`` and its tests, and ``survivors.toml``: every changed line that no test notices, with the reason why
it changes no result. Writes ``docs/deep.md`` with the date, and ``mutants/``, a copy to change. Ends with 1 where a
changed line survives unexplained, or a contest or a day fails.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.deep import days, properties

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "deep.md"
CASES = int(os.environ.get("CASES", "100000"))
MINUTES = float(os.environ.get("MINUTES", "inf"))  # for the random contests, and again for the days on the road

Change = tuple[str, str, str]  # module, the line as it is, the line as it was changed


def main() -> int:
    """Measure, write what was measured into the table, and say whether all is well."""
    parts = {
        "mutants": ("Changed lines", mutants),
        "cases": ("Random contests", cases),
        "road": ("Days on the road", road),
    }
    fine = True
    for name in sys.argv[1:] or parts:
        title, measured = parts[name]
        text, good = measured()
        written(f"{title}\n\n{datetime.now(UTC):%Y-%m-%d}.\n{text}")
        sys.stdout.write(text)
        fine = fine and good
    return 0 if fine else 1


def written(section: str) -> None:
    """Put a section in the place of the one with its title; the other keeps what was measured, and its date."""
    head, *old = TABLE.read_text(encoding="utf-8").split("\n## ")
    kept = [section if one.partition("\n")[0] == section.partition("\n")[0] else one for one in old]
    TABLE.write_text("\n## ".join([head, *(kept if section in kept else [*kept, section])]), encoding="utf-8")


def mutants() -> tuple[str, bool]:
    """Every change of a line of the rooms named in ``[tool.mutmut]``: how many were noticed; the others explained."""
    run("-m", "mutmut", "run")
    counts: dict[str, Counter[str]] = {}
    unnoticed: list[str] = []
    for line in run("-m", "mutmut", "results", "--all", "true").splitlines():
        name, _, verdict = line.strip().partition(": ")
        if not verdict:
            continue
        counts.setdefault(".".join(name.split(".")[:2]), Counter())[verdict] += 1
        if verdict not in ("killed", "timeout", "not checked"):
            unnoticed.append(name)
    rows = [
        f"| `{room}` | {count.total()} | {count['killed']} | {count['timeout']} | {count['survived']} "
        f"| {count['not checked']} |"
        for room, count in sorted(counts.items())
    ]
    reasons = explained()
    found = [(change, because(change, reasons)) for change in map(changed, unnoticed)]
    table = "\n| module | changes | noticed | never ends | unnoticed | not tried |\n"
    table += "|---|---:|---:|---:|---:|---:|\n"
    known = Counter(reason for _, reason in found if reason)
    why = "".join(f"- {number} x: {reason}\n" for reason, number in sorted(known.items()))
    lost = [f"- {room}: `{before}` -> `{after}`\n" for (room, before, after), reason in found if not reason]
    text = table + "\n".join(rows) + "\n\nUnnoticed, because they change no result:\n\n" + why
    return text + (f"\nUnnoticed and unexplained:\n\n{''.join(lost)}" if lost else ""), not lost


def explained() -> list[dict[str, Any]]:
    """The reasons: ``changes`` of single lines, and what is the same ``wherever`` it is changed."""
    read: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text("utf-8"))["reason"]
    return read


def because(change: Change, reasons: list[dict[str, Any]]) -> str | None:
    """Why no test can notice a change; nothing where nobody has said so."""
    _, before, after = change
    for reason in reasons:
        swaps = reason.get("wherever", ())
        if [*change] in reason.get("changes", ()) or any(before.replace(one, other) == after for one, other in swaps):
            return str(reason["because"])
    return None


def changed(name: str) -> Change:
    """The line that a mutant changes, before and after."""
    lines = run("-m", "mutmut", "show", name).splitlines()
    before = [line[1:].strip() for line in lines if re.match(r"-(?!--)", line)]
    after = [line[1:].strip() for line in lines if re.match(r"\+(?!\+\+)", line)]
    return ".".join(name.split(".")[:2]), " ".join(before), " ".join(after)


def cases() -> tuple[str, bool]:
    """What must hold for every contest, with so many random ones each."""
    found = properties.tried(CASES, MINUTES, TABLE.read_text(encoding="utf-8"))
    return properties.table(found, CASES), not any(one.failed for one in found)


def road() -> tuple[str, bool]:
    """Three phones and a server through so many random days. Written turn by turn: what was gone through counts."""
    said = ""

    def write(text: str) -> None:
        nonlocal said
        said = text
        written(f"Days on the road\n\n{datetime.now(UTC):%Y-%m-%d}.\n{text}")

    good = days.gone(CASES, MINUTES, TABLE.read_text(encoding="utf-8"), write)
    return said, good


def run(*arguments: str) -> str:
    """What a program of this environment prints."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=None
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
