"""Every fault of the field has a test of its own, and none of them goes away unnoticed.

Reads ``faults.toml`` and the tests it names.
"""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAULTS = tomllib.loads((Path(__file__).parent / "faults.toml").read_text(encoding="utf-8"))["fault"]
ROWS = 16  # of the table of what goes wrong in the field


def names_in(path: Path) -> set[str]:
    """The tests of a file by their names: functions in Python, sentences in JavaScript."""
    pattern = r"^def (test_\w+)" if path.suffix == ".py" else r'^test\("(.+?)", '
    return set(re.findall(pattern, path.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["where"].partition(",")[0] for fault in FAULTS])
def test_a_fault_of_the_field_has_its_tests(fault: dict[str, list[str]]) -> None:
    assert fault["tests"]
    for name in fault["tests"]:
        file, _, test = name.partition("::")
        assert test in names_in(ROOT / file), name


def test_no_fault_is_forgotten() -> None:
    assert len({fault["what"] for fault in FAULTS}) == ROWS


def test_a_name_that_is_gone_is_noticed(tmp_path: Path) -> None:
    script = tmp_path / "a.test.mjs"
    script.write_text('test("here, and named", () => {});\n', encoding="utf-8")
    assert names_in(script) == {"here, and named"}
