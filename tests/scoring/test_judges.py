"""What is asked of each judge: enough sheets, no equal totals, so many in a band; and bonuses within full marks."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.faults import Refused
from scoring.marked import Marked
from scoring.results import Tabulation
from scoring.roster import Absence, Decision
from tests.scoring.contests import Grid, Score, Table, contest, criterion, entry_scores, item, marked, named, rule
from tests.scoring.contests import words as text

MEAN: Table = {"method": "mean"}


def told(result: Tabulation, *codes: str) -> list[dict[str, Any]]:
    return [dict(fault.params) for fault in (*result.open, *result.notes) if fault.code in codes]


def few(share: str, *absences: Absence, decisions: tuple[Decision, ...] = ()) -> Tabulation:
    """All five are marked by j, two of them by k."""
    grid: Grid = {f"e{n}": {"j": 80, **({"k": 60} if n < 2 else {})} for n in range(5)}
    scheme = rule(marked("m", panel={**MEAN, "minimum_share": share}))
    return contest(scheme, grid, absences=absences, decisions=decisions).result()


def test_who_marked_less_than_the_share_due_does_not_count_at_all() -> None:
    """Two of five are 40 %."""
    result = few("0.5")
    assert entry_scores(result) == dict.fromkeys([f"e{n}" for n in range(5)], 80)
    assert told(result, "note.judge_too_few") == [
        {"judge": "k", "component": "m", "marked": 2, "due": 5, "share": "50"}
    ]
    assert result.entries["e0"].void == result.entries["e4"].void == ("k",)
    assert result.open == ()


def test_who_marked_just_the_share_counts_and_the_rest_is_waited_for() -> None:
    result = few("0.4")
    assert entry_scores(result)["e0"] == 70
    assert [fault.code for fault in result.open] == ["entry.missing"] * 3


def test_what_is_not_due_is_not_held_against_him() -> None:
    """Absent from two, void in one: one of two is left, 50 %."""
    void = Decision("void", "k/e0")
    assert entry_scores(few("0.5", Absence("k", "e3"), Absence("k", "e4"), decisions=(void,)))["e1"] == 70


def test_a_judge_gives_no_two_entries_the_same_total() -> None:
    grid = {"a": {"j": 80, "k": 80}, "b": {"j": 80, "k": 81}, "c": {"j": 79, "k": 80}}
    result = contest(rule(marked("m", panel={**MEAN, "distinct": "component"})), grid).result()
    assert told(result, "judge.equal") == [
        {"judge": "j", "component": "m", "entries": "a, b", "total": "80"},
        {"judge": "k", "component": "m", "entries": "a, c", "total": "80"},
    ]
    by_division = rule(marked("m", panel={**MEAN, "distinct": "division"}), divisions=named("x", "y"))
    divided = contest(by_division, grid, units={"a": "x", "b": "y", "c": "x"}).result()
    assert told(divided, "judge.equal") == [{"judge": "k", "component": "m", "entries": "a, c", "total": "80"}]


def test_every_sheet_is_looked_at_once_however_many_judges_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    plainly = Marked.sheet_scores

    def counted(marked: Marked) -> list[tuple[str, Fraction]]:
        seen.append(marked.entry.id)
        return plainly(marked)

    monkeypatch.setattr(Marked, "sheet_scores", counted)
    grid: Grid = {f"e{n}": {f"j{k}": 90 - n for k in range(7)} for n in range(5)}
    result = contest(rule(marked("m", panel={**MEAN, "distinct": "component"})), grid).result()
    assert (result.open, seen) == ((), [f"e{n}" for n in range(5)])


def band(name: str, least: int, points: int, **quota: object) -> Table:
    return {"id": name, "name": text(name), "least": least, "points": points, **quota}


def banded(*bands: Table, **more: object) -> Table:
    return {**MEAN, "counts": "band", "bands": list(bands), **more}


def test_sheets_count_with_the_points_of_their_bands() -> None:
    """95 and 80: 87.5; 80 and, below both, 0: 40."""
    scheme = rule(marked("m", panel=banded(band("good", 90, 95), band("fair", 70, 80))))
    result = contest(scheme, {"a": {"j": 90, "k": "89.99"}, "b": {"j": 70, "k": 69}}).result()
    assert entry_scores(result) == {"a": Decimal("87.5"), "b": 40}


@pytest.mark.parametrize(
    ("quota", "code", "limit"),
    [
        ({"at_most": 1}, "judge.band_above", "1"),
        ({"at_most_share": "0.3"}, "judge.band_above", "1"),  # 30 % of five is 1.5
        ({"at_least": 3}, "judge.band_below", "3"),
        ({"at_least_share": "0.5"}, "judge.band_below", "3"),  # half of five is 2.5
    ],
)
def test_a_quota_that_is_not_kept_stays_open_with_names(quota: Table, code: str, limit: str) -> None:
    scheme = rule(marked("m", panel=banded(band("good", 90, 95, **quota), band("fair", 0, 80))))
    result = contest(scheme, {f"e{n}": {"j": 95 if n < 2 else 75} for n in range(5)}).result()
    assert told(result, "judge.band_above", "judge.band_below") == [
        {
            "judge": "j", "component": "m", "band": "good", "number": 2, "sheets": 5, "entries": "e0, e1",
            "limit": limit,
        }
    ]  # fmt: skip
    assert [fault.code for fault in result.open] == [code]


def test_a_quota_that_is_just_kept_says_nothing_and_may_run_by_division() -> None:
    exact = {"at_most_share": "0.4", "at_least": 2}
    scheme = rule(marked("m", panel=banded(band("good", 90, 95, **exact), band("fair", 0, 80))))
    grid = {f"e{n}": {"j": 95 if n < 2 else 75} for n in range(5)}
    assert contest(scheme, grid).result().open == ()
    how = banded(band("good", 90, 95, at_most=1), band("fair", 0, 80), quota_within="division")
    divided = rule(marked("m", panel=how), divisions=named("x", "y"))
    units = {f"e{n}": "xy"[n % 2] for n in range(5)}
    assert contest(divided, grid, units=units).result().open == ()


def sheet(marks: list[int], **rules: object) -> Score:
    lines = [item("x", 100, 1), item("b", 10, 1, role="bonus"), item("d", 10, 1, role="deduct")]
    scheme = rule(marked("m", criterion("c", *lines), panel=MEAN, sheet={"points": "sum", **rules}))
    return entry_scores(contest(scheme, {"a": {"j": marks}}).result())["a"]


def test_a_bonus_fills_up_to_full_marks_and_deductions_come_after_it() -> None:
    """92 + 10 stop at 100, less 3. Without the rule 99."""
    assert (sheet([92, 10, 3], bonus="within_full"), sheet([92, 10, 3])) == (97, 99)
    assert sheet([80, 10, 3], bonus="within_full") == 87


@given(st.integers(0, 100), st.integers(0, 10), st.integers(0, 10))
def test_a_bonus_within_full_marks_lies_between_no_bonus_and_all_of_it(mark: int, bonus: int, less: int) -> None:
    value = sheet([mark, bonus, less], bonus="within_full")
    assert value == max(0, min(100, mark + bonus) - less)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (marked("m", panel={**MEAN, "minimum_share": 0}), "scheme.minimum_share"),
        (marked("m", panel={**MEAN, "bands": [band("a", 1, 1)]}), "scheme.sheet_bands"),
        (marked("m", panel=banded(band("a", 1, 1), band("b", 2, 1))), "scheme.sheet_bands"),
        (marked("m", panel=banded(band("a", 2, 1), band("b", 1, 2))), "scheme.sheet_bands"),
        (marked("m", panel=banded(band("a", 1, 1, at_most_share=2))), "scheme.band_share"),
        (marked("m", panel={**banded(band("a", 1, 1)), "method": "median"}), "scheme.band_method"),
        (
            marked(
                "m",
                panel={**MEAN, "trim": {"low": 0, "high": 0}, "trim_on": "item"},
                sheet={"bonus": "within_full"},
            ),
            "scheme.whole_sheets",
        ),
        (
            marked(
                "m",
                panel={**MEAN, "trim": {"low": 0, "high": 0}, "trim_on": "item", "distinct": "component"},
                sheet={"incomplete": "item"},
            ),
            "scheme.whole_sheets",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(part: Table, code: str) -> None:
    with pytest.raises(Refused) as refused:
        rule(part)
    assert [fault.code for fault in refused.value.faults] == [code]
