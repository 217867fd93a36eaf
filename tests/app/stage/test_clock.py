"""The stage clock: pressed at the console, and what the rule takes for its time; expected values reckoned by hand."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from app.errors import AppError
from app.judging.models import DecisionRow
from app.stage import clock as stage_clock
from app.stage.clock import clocks, deduct_overtime
from app.stage.models import ClockPress
from app.stage.service import time_entrant
from tests.app.judging.by_two import confirm_all
from tests.app.publishing.test_console import next_form
from tests.app.stage.stage import RULE, on_stage, operator, steps
from tests.app.sync.field import Field

# Six minutes; half a point for each thirty seconds begun, at most five.
TIMED = (
    RULE
    + """
[[adjustments]]
id = "overtime"
name = { zh = "超时扣分", en = "Overtime" }
kind = "deduction"
subject = "entry"
measure = "seconds"
limit = 360
per = 30
points = 0.5
cap = 5
"""
)
BEGAN = datetime.fromisoformat("2026-11-21T08:00:00.250000+00:00")


@pytest.fixture(autouse=True)
def stage(field: Field) -> None:
    on_stage(field, rule=TIMED)
    steps(field, "P2", "call")


def presses(field: Field, press: str, seen: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> int:
    at = (BEGAN + timedelta(seconds=seconds)).isoformat(timespec="microseconds")
    monkeypatch.setattr(stage_clock, "now", lambda: at)
    who = operator(field)
    return field.database.write(lambda s: time_entrant(s, who, contest_id="c1", entry_id="P2", press=press, seen=seen))


def deducts(field: Field, seen: int) -> int:
    who = operator(field)
    return field.database.write(
        lambda s: deduct_overtime(s, who, contest_id="c1", entry_id="P2", seen=seen, reason="现场计时")
    )


def refused(code: str, field: Field, seen: int) -> None:
    with pytest.raises(AppError) as told:
        deducts(field, seen)
    assert told.value.code == code


@pytest.mark.parametrize(
    ("seconds", "value", "points"),
    [(360.9, "", ""), (361.0, "361", "0.5"), (390.0, "390", "0.5"), (391.2, "391", "1"), (4000.0, "4000", "5")],
)
def test_the_rule_takes_for_whole_seconds_above_the_limit_and_no_more_than_its_cap(
    field: Field, monkeypatch: pytest.MonkeyPatch, seconds: float, value: str, points: str
) -> None:
    presses(field, "start", 0, 0, monkeypatch)
    stopped = presses(field, "stop", 1, seconds, monkeypatch)
    if not value:
        return refused("console.no_overtime", field, 2)
    with field.database.read() as session:
        found = stage_clock.overtimes(session, "c1", clocks(session, "c1"))["P2"]
    assert str(found.points) == {"0.5": "1/2"}.get(points, points)
    deducts(field, 2)
    refused("decide.proposed_already", field, 2)
    confirm_all(field.database)
    with field.database.read() as session:
        row = session.exec(select(DecisionRow)).one()
    assert (row.kind, row.subject, row.rule, row.value) == ("deduction", "P2", "overtime", value)
    assert (row.reason, row.document) == ("现场计时", f"#{stopped}")
    return refused("console.overtime_taken", field, 2)


def test_a_clock_that_runs_or_was_pressed_elsewhere_takes_nothing(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused("console.no_overtime", field, 0)
    presses(field, "start", 0, 0, monkeypatch)
    refused("console.no_overtime", field, 1)
    with pytest.raises(AppError, match="clock_meanwhile"):
        presses(field, "start", 0, 1, monkeypatch)
    presses(field, "stop", 1, 500, monkeypatch)
    refused("console.clock_meanwhile", field, 1)


def test_a_new_start_is_a_new_run_and_the_end_of_the_performance_stops_the_clock(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (press, seconds) in enumerate((("start", 0), ("stop", 500), ("start", 600))):
        presses(field, press, number, seconds, monkeypatch)
    monkeypatch.setattr(stage_clock, "now", (BEGAN + timedelta(seconds=645)).isoformat)
    steps(field, "P2", "mark")
    with field.database.read() as session:
        clock = clocks(session, "c1")["P2"]
        kept = session.exec(select(ClockPress.press)).all()
    assert (clock.seconds, clock.since, clock.presses) == (45, "", 4)
    assert list(kept) == ["start", "stop", "start", "stop"]


def test_the_console_starts_stops_and_deducts(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    organiser = field.signed_in("organiser")
    here = "/c/c1/console"
    assert "限时 6:00" in organiser.get(here).text
    for seen, press in enumerate(("start", "stop")):
        monkeypatch.setattr(stage_clock, "now", lambda at=seen * 372: (BEGAN + timedelta(seconds=at)).isoformat())
        told = {"press": press, "seen": str(seen)}
        assert organiser.post(f"{here}/P2/clock", data=told, follow_redirects=False).status_code == 303
        assert organiser.post(f"{here}/P2/clock", data=told).status_code == 409
    page = organiser.get(here).text
    assert next_form(page)[1]["step"] == "mark"
    assert ("6:12" in page, "超时扣分：扣 0.50 分" in page) == (True, True)
    assert organiser.post(f"{here}/P2/overtime", data={"seen": "2"}, follow_redirects=False).status_code == 303
    page = organiser.get(here).text
    assert ("超时扣分：已提出扣 0.50 分" in page, "超时扣分：扣 0.50 分" in page) == (True, False)
    confirm_all(field.database)
    assert "超时扣分：已扣 0.50 分" in organiser.get(here).text
