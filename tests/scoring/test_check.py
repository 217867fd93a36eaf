"""What must hold before a number is computed: every fault, with the record it is in, all at once."""

from dataclasses import replace
from fractions import Fraction

import pytest

from scoring.faults import Param, Refused
from scoring.roster import Absence, Decision, Entry, Judge, Prior, Recusal, Roster, Sheet, Unit
from tests.scoring.contests import Contest, contest, criterion, item, known, marked, named, rule

SCHEME = rule(
    marked(
        "site",
        criterion("c", item("x", 10, "0.5", floor=2), item("y", 5, 1, kinds=["k1"])),
        recusal="own_unit",
        marked_by=["e"],
    ),
    marked("pitch"),
    known(),
    kinds=named("k1", "k2"),
    judge_classes=named("e", "p"),
    divisions=named("north", "south"),
)
UNITS = (Unit("a", division="north"), Unit("b", division="south"))
ENTRIES = (Entry("a1", "a", "site", "k1", day="1"), Entry("b1", "b", "site", "k2", day="2"), Entry("p", "a", "pitch"))
JUDGES = (Judge("1", judge_class="e", unit="b"), Judge("2", judge_class="e"), Judge("3", judge_class="p"))
ROSTER = Roster(UNITS, ENTRIES, JUDGES)
SHEETS = (Sheet("1", "a1", (20, 5)), Sheet("2", "b1", (4,)), Sheet("3", "p", (10_000,)))
PRIORS = (Prior("a", "ordinary", Fraction(100)), Prior("b", "ordinary", Fraction(0)))
SOUND = Contest(SCHEME, ROSTER, SHEETS, PRIORS)


def refused(given: Contest) -> list[tuple[str, dict[str, Param], tuple[str, int] | None]]:
    with pytest.raises(Refused) as error:
        given.result()
    return [(fault.code, fault.params, fault.record) for fault in error.value.faults]


def test_a_sound_contest_has_no_fault() -> None:
    assert SOUND.result().entries["a1"].score == 100


@pytest.mark.parametrize(
    ("change", "code", "params", "at"),
    [
        ({"units": (*UNITS, Unit("", division="north"))}, "bad_id", {"id": ""}, ("units", 2)),
        ({"units": (*UNITS, Unit("c/d", division="north"))}, "bad_id", {"id": "c/d"}, ("units", 2)),
        ({"units": (*UNITS, UNITS[0])}, "double", {"id": "a"}, ("units", 2)),
        ({"entries": (*ENTRIES, ENTRIES[2])}, "double", {"id": "p"}, ("entries", 3)),
        ({"judges": (*JUDGES, Judge("3"))}, "double", {"id": "3"}, ("judges", 3)),
        (
            {"units": (*UNITS, Unit("c", division="east"))},
            "unknown_division",
            {"id": "c", "name": "east", "known": "north, south"},
            ("units", 2),
        ),
        (
            {"units": (*UNITS, Unit("c"))},
            "unknown_division",
            {"id": "c", "name": "", "known": "north, south"},
            ("units", 2),
        ),
        (
            {"entries": (*ENTRIES, Entry("q", "c", "pitch"))},
            "unknown_unit",
            {"id": "q", "name": "c", "known": "a, b"},
            ("entries", 3),
        ),
        (
            {"entries": (*ENTRIES, Entry("q", "a", "ordinary"))},
            "unknown_component",
            {"id": "q", "name": "ordinary", "known": "pitch, site"},
            ("entries", 3),
        ),
        (
            {"entries": (*ENTRIES, Entry("q", "a", "site", "k9"))},
            "unknown_kind",
            {"id": "q", "name": "k9", "known": "k1, k2"},
            ("entries", 3),
        ),
        ({"entries": (*ENTRIES, Entry("q", "a", "site"))}, "kind_needed", {"id": "q"}, ("entries", 3)),
        (
            {"judges": (*JUDGES, Judge("4", judge_class="x"))},
            "unknown_class",
            {"id": "4", "name": "x", "known": "e, p"},
            ("judges", 3),
        ),
        (
            {"judges": (*JUDGES, Judge("4", unit="x"))},
            "unknown_unit",
            {"id": "4", "name": "x", "known": "a, b"},
            ("judges", 3),
        ),
        (
            {"judges": (*JUDGES, Judge("4", divisions=("north", "x")))},
            "unknown_division",
            {"id": "4", "name": "x", "known": "north, south"},
            ("judges", 3),
        ),
        (
            {"judges": (*JUDGES, Judge("4", components=("x",)))},
            "unknown_component",
            {"id": "4", "name": "x", "known": "ordinary, pitch, site"},
            ("judges", 3),
        ),
        (
            {"recusals": (Recusal("2", entry="p"), Recusal("9", unit="a"))},
            "unknown_judge",
            {"id": "9", "name": "9", "known": "1, 2, 3"},
            ("recusals", 1),
        ),
        ({"recusals": (Recusal("2", unit="x"),)}, "recusal_subject", {"judge": "2", "name": "x"}, ("recusals", 0)),
        ({"recusals": (Recusal("2", entry="x"),)}, "recusal_subject", {"judge": "2", "name": "x"}, ("recusals", 0)),
        ({"recusals": (Recusal("2"),)}, "recusal_subject", {"judge": "2", "name": ""}, ("recusals", 0)),
        (
            {"recusals": (Recusal("3", unit="b", entry="a1"),)},
            "recusal_subject",
            {"judge": "3", "name": "b"},
            ("recusals", 0),
        ),
        (
            {"absences": (Absence("9"),)},
            "unknown_judge",
            {"id": "9", "name": "9", "known": "1, 2, 3"},
            ("absences", 0),
        ),
        ({"absences": (Absence("3", entry="x"),)}, "absence_subject", {"judge": "3", "name": "x"}, ("absences", 0)),
        (
            {"absences": (Absence("2", entry="b1", day="2"),)},
            "absence_both",
            {"judge": "2", "entry": "b1", "day": "2"},
            ("absences", 0),
        ),
        ({"absences": (Absence("3", day="9"),)}, "absence_subject", {"judge": "3", "name": "9"}, ("absences", 0)),
    ],
)
def test_a_name_that_is_missing_doubled_or_unknown_in_the_roster(
    change: dict[str, tuple[object, ...]], code: str, params: dict[str, Param], at: tuple[str, int]
) -> None:
    roster = replace(ROSTER, **change)  # type: ignore[arg-type]  # a field of the roster by its name
    assert refused(replace(SOUND, roster=roster)) == [(f"roster.{code}", params, at)]


def on(judge: str, entry: str, **more: Param) -> dict[str, Param]:
    return {"judge": judge, "entry": entry, **more}


OFF_X: dict[str, Param] = {"item": "x", "floor": "2", "full": "10"}


@pytest.mark.parametrize(
    ("sheet", "code", "params"),
    [
        (Sheet("9", "a1", (20, 5)), "unknown_judge", on("9", "a1")),
        (Sheet("2", "x", (20, 5)), "unknown_entry", on("2", "x")),
        (Sheet("1", "a1", (20, 5)), "double", on("1", "a1")),
        (Sheet("3", "a1", (20, 5)), "not_his", on("3", "a1")),
        (Sheet("1", "b1", (20,)), "recused", on("1", "b1")),
        (Sheet("2", "a1", (20,)), "length", on("2", "a1", given=1, due=2)),
        (Sheet("2", "a1", (3, 5)), "out_of_range", on("2", "a1", mark="1.5") | OFF_X),
        (Sheet("2", "a1", (21, 5)), "out_of_range", on("2", "a1", mark="10.5") | OFF_X),
        (Sheet("2", "a1", (-4, 5)), "out_of_range", on("2", "a1", mark="-2") | OFF_X),
        (Sheet("2", "a1", (0, 5)), "out_of_range", on("2", "a1", mark="0") | OFF_X),
    ],
)
def test_a_sheet_of_nobody_for_nothing_twice_by_the_wrong_one_or_off_the_grid(
    sheet: Sheet, code: str, params: dict[str, Param]
) -> None:
    assert refused(replace(SOUND, sheets=(*SHEETS, sheet))) == [(f"sheet.{code}", params, ("sheets", 3))]


@pytest.mark.parametrize("ticks", [(4, 5), (20, 0), (None, None), (4, None)])
def test_floor_and_full_marks_and_an_open_item_are_no_fault(ticks: tuple[int | None, ...]) -> None:
    replace(SOUND, sheets=(*SHEETS, Sheet("2", "a1", ticks))).result()


@pytest.mark.parametrize(
    ("recusals", "absences", "code"),
    [
        ((Recusal("2", unit="a"),), (), "recused"),
        ((Recusal("2", entry="a1"),), (), "recused"),
        ((), (Absence("2", entry="a1"),), "absent"),
        ((), (Absence("2", day="1"),), "absent"),
    ],
)
def test_a_sheet_by_one_who_was_recused_or_absent_is_refused(
    recusals: tuple[Recusal, ...], absences: tuple[Absence, ...], code: str
) -> None:
    roster = replace(ROSTER, recusals=recusals, absences=absences)
    given = replace(SOUND, roster=roster, sheets=(*SHEETS, Sheet("2", "a1", (20, 5))))
    assert refused(given) == [(f"sheet.{code}", on("2", "a1"), ("sheets", 3))]


@pytest.mark.parametrize(("recusals", "absences"), [((Recusal("2", unit="a"),), ()), ((), (Absence("2", entry="a1"),))])
def test_a_sheet_that_was_set_aside_contradicts_nothing_and_does_not_count(
    recusals: tuple[Recusal, ...], absences: tuple[Absence, ...]
) -> None:
    roster = replace(ROSTER, recusals=recusals, absences=absences)
    given = replace(SOUND, roster=roster, sheets=(*SHEETS, Sheet("2", "a1", (20, 5)))).having(Decision("void", "2/a1"))
    assert "2" not in given.result().entries["a1"].counted


def test_a_sheet_that_was_set_aside_must_still_fit_its_rubric() -> None:
    given = replace(SOUND, sheets=(*SHEETS, Sheet("2", "a1", (20,)))).having(Decision("void", "2/a1"))
    assert refused(given) == [("sheet.length", on("2", "a1", given=1, due=2), ("sheets", 3))]


def test_a_sheet_by_one_who_was_absent_by_decision_is_refused() -> None:
    assert refused(SOUND.having(Decision("absence", "2/b1"))) == [("sheet.absent", on("2", "b1"), ("sheets", 1))]


@pytest.mark.parametrize(
    ("judge", "entry"),
    [
        (Judge("4", judge_class="e", divisions=("south",)), "a1"),
        (Judge("4", judge_class="e", components=("pitch",)), "a1"),
        (Judge("4"), "a1"),
    ],
)
def test_a_sheet_outside_a_judges_division_component_or_class_is_not_his(judge: Judge, entry: str) -> None:
    given = replace(
        SOUND, roster=replace(ROSTER, judges=(*JUDGES, judge)), sheets=(*SHEETS, Sheet("4", entry, (20, 5)))
    )
    assert refused(given) == [("sheet.not_his", on("4", entry), ("sheets", 3))]


def assigned(**judges: tuple[str, ...] | None) -> Contest:
    """The sound contest with entries assigned to these judges alone."""
    entries = tuple(replace(entry, judges=judges.get(entry.id)) for entry in ROSTER.entries)
    return replace(SOUND, roster=replace(ROSTER, entries=entries))


def test_a_sheet_of_an_entry_that_is_assigned_to_others_is_not_his() -> None:
    assert refused(assigned(a1=("2", "3"))) == [("sheet.not_his", on("1", "a1"), ("sheets", 0))]


def test_an_entry_assigned_to_nobody_there_is_a_fault() -> None:
    told = {"id": "a1", "name": "9", "known": "1, 2, 3"}
    assert refused(assigned(a1=("1", "9"))) == [("roster.unknown_judge", told, ("entries", 0))]


def test_only_those_an_entry_is_assigned_to_are_waited_for() -> None:
    """In the order of the roster, whatever order they were written in; without any, everybody who may."""
    waited = {who: assigned(a1=who).result().entries["a1"] for who in (None, ("1",), ("2", "1"), ("1", "3"))}
    assert {who: (entry.counted, entry.missing) for who, entry in waited.items()} == {
        None: (("1",), ("2",)),
        ("1",): (("1",), ()),
        ("2", "1"): (("1",), ("2",)),
        ("1", "3"): (("1",), ()),  # of another class: he marks no site, assigned or not
    }


def test_a_judge_of_a_class_without_weight_marks_nothing() -> None:
    weights = [{"judge_class": "e", "weight": 1}]
    scheme = rule(marked(panel={"method": "mean", "classes": weights}), judge_classes=named("e", "p"))
    given = contest(scheme, {"a": {"1": 50}}, judges=[Judge("1", judge_class="p")])
    assert refused(given) == [("sheet.not_his", on("1", "a"), ("sheets", 0))]


@pytest.mark.parametrize(
    ("prior", "code", "params"),
    [
        (Prior("x", "ordinary", Fraction(1)), "unknown_unit", {}),
        (Prior("c", "site", Fraction(1)), "unknown_component", {"known": "ordinary"}),
        (Prior("c", "x", Fraction(1)), "unknown_component", {"known": "ordinary"}),
        (Prior("c", "ordinary", Fraction(1001, 10)), "out_of_range", {"value": "100.1", "full": "100"}),
        (Prior("c", "ordinary", Fraction(-1, 3)), "out_of_range", {"value": "-1/3", "full": "100"}),
        (Prior("a", "ordinary", Fraction(100)), "double", {}),
    ],
)
def test_a_prior_score_of_nobody_for_nothing_twice_or_out_of_range(
    prior: Prior, code: str, params: dict[str, Param]
) -> None:
    roster = replace(ROSTER, units=(*UNITS, Unit("c", division="north")))
    where = {"unit": prior.unit, "component": prior.component}
    given = replace(SOUND, roster=roster, priors=(*PRIORS, prior))
    assert refused(given) == [(f"prior.{code}", {**where, **params}, ("priors", 2))]


def test_all_faults_of_all_lists_are_told_at_once() -> None:
    given = Contest(
        SCHEME,
        replace(ROSTER, units=(*UNITS, UNITS[0]), entries=(*ENTRIES, Entry("q", "x", "x", "x"))),
        (*SHEETS, Sheet("9", "x", ()), Sheet("2", "a1", (3, 6)), Sheet("1", "q", (1,))),
        (*PRIORS, Prior("x", "x", Fraction(1))),
        (Decision("accept", "x"), Decision("class", "q", "e", "1")),
    )
    assert [(code, at) for code, _, at in refused(given)] == [
        ("roster.double", ("units", 2)),
        ("roster.unknown_unit", ("entries", 3)),
        ("roster.unknown_component", ("entries", 3)),
        ("roster.unknown_kind", ("entries", 3)),
        ("sheet.unknown_judge", ("sheets", 3)),
        ("sheet.unknown_entry", ("sheets", 3)),
        ("sheet.out_of_range", ("sheets", 4)),
        ("sheet.out_of_range", ("sheets", 4)),
        ("prior.unknown_unit", ("priors", 2)),
        ("prior.unknown_component", ("priors", 2)),
        ("decision.unknown_entry", ("decisions", 0)),
    ]


def test_a_sheet_for_an_entry_of_unknown_kind_is_the_rosters_fault_alone() -> None:
    roster = replace(ROSTER, entries=(*ENTRIES, Entry("q", "a", "site", "k9")))
    given = replace(SOUND, roster=roster, sheets=(*SHEETS, Sheet("2", "q", (20,))))
    assert [code for code, _, _ in refused(given)] == ["roster.unknown_kind"]
