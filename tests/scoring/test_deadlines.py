"""Deadlines by hand: at each one more entry of a unit counts."""

import pytest

from scoring.faults import Refused
from scoring.roster import Entry
from tests.scoring.contests import contest, marked, rule, scores
from tests.scoring.staged import faults

FIRST, SECOND = "2021-07-19 20:01", "2021-07-22 20:01"


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        # 70 alone came in time, then the best of the rest: 70 + 90
        ({"x": "2021-07-19 20:01", "y": "2021-07-19 20:02", "z": "2021-07-20 08:00"}, 160),
        # the first deadline was missed and is made up at the second: 80 + 90
        ({"x": "2021-07-23 08:00", "y": "2021-07-20 08:00", "z": "2021-07-22 20:00"}, 170),
        # nothing at either deadline, then the best of the rest: 90 + 80
        ({"x": "2021-07-23 08:00", "y": "2021-07-23 08:00", "z": ""}, 170),
        # all at once
        ({"x": "2021-07-01 08:00", "y": "2021-07-01 08:00:59", "z": "2021-07-01T08:00"}, 170),
    ],
)
def test_at_every_deadline_one_more_entry_counts(times: dict[str, str], expected: int) -> None:
    unit = {"method": "sum", "best": 2, "deadlines": [FIRST, SECOND]}
    by = rule(marked("m", unit=unit))
    entries = [Entry(name, "a", "m", submitted=at) for name, at in times.items()]
    grid = {"x": {"j": 70}, "y": {"j": 90}, "z": {"j": 80}}
    result = contest(by, grid, entries=entries).result()
    assert scores(result) == {"a": expected}
    unknown = [fault.params["entry"] for fault in result.notes if fault.code == "note.submitted_unknown"]
    assert unknown == [name for name, at in times.items() if not at]


def test_a_time_that_is_none_is_refused() -> None:
    by = rule(marked("m"))
    entry = Entry("x", "a", "m", submitted="2021-07-32 20:00")
    assert faults(contest(by, {"x": {"j": 1}}, entries=[entry])) == [
        ("roster.submitted", {"id": "x", "given": "2021-07-32 20:00"})
    ]


@pytest.mark.parametrize(
    ("deadlines", "best", "expected"),
    [
        ([FIRST, SECOND], 1, "deadlines_best"),
        ([SECOND, FIRST], 2, "deadlines_rise"),
        ([FIRST, FIRST], 2, "deadlines_rise"),
        (["tomorrow"], 2, "deadlines_rise"),
    ],
)
def test_deadlines_that_contradict_themselves_are_refused(deadlines: list[str], best: int, expected: str) -> None:
    with pytest.raises(Refused) as found:
        rule(marked("m", unit={"method": "sum", "best": best, "deadlines": deadlines}))
    assert [fault.code for fault in found.value.faults] == [f"scheme.{expected}"]
