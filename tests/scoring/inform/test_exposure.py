"""What a rule exposes with its roster, told before the first mark."""

from scoring.inform.exposure import exposures
from scoring.roster import Entry, Judge, Roster, Unit
from scoring.scheme import Scheme
from tests.scoring.contests import Table, marked, rule
from tests.tours import shipped, tour


def told(scheme: Scheme, roster: Roster) -> list[tuple[str, dict[str, str | int]]]:
    return [(fault.code, dict(fault.params)) for fault in exposures(scheme, roster)]


def roster(*judges: Judge, units: str = "AB") -> Roster:
    entries = tuple(Entry(f"{unit}1", unit, "marks") for unit in units)
    return Roster(tuple(Unit(unit) for unit in units), entries, judges)


def test_the_everyday_rule_of_a_tour_is_exposed_to_harsh_marking_by_its_size() -> None:
    """Four of 48 who mark 10 lower: 10 x 4 / 48 = 0.83; on site 60 % of it, 0.50; at the pitch 10 %, 0.08."""
    scheme = shipped("shiyan-2022-tour")
    whole, _, _ = tour(scheme)
    counts = {"unit": "C02", "other": "C01", "judges": 4, "panel": 48, "lower": 10, "points": "0.83"}
    assert told(scheme, whole) == [
        ("exposure.harsh", {"component": "onsite", **counts, "total": "0.50"}),
        ("exposure.harsh", {"component": "pitch", **counts, "total": "0.08"}),
    ]


def test_the_fair_tour_and_the_one_without_recusal_are_not() -> None:
    for name in ("shiyan-2022-tour-fair", "shiyan-2022-tour-no-recusal"):
        scheme = shipped(name)
        whole, _, _ = tour(scheme)
        assert told(scheme, whole) == []


def test_a_bloc_counts_as_one_vote() -> None:
    """One of three blocs, however many judges it sent: a third of 10. Of equal cases the first entry stands for all."""
    how: Table = {"method": "mean", "by": "bloc"}
    judges = [Judge("1", unit="A", bloc="a"), Judge("2", unit="A", bloc="a")]
    judges += [Judge("3", bloc="x"), Judge("4", bloc="y"), Judge("5", unit="B", bloc="b")]
    [(code, params)] = told(rule(marked(panel=how, recusal="own_unit")), roster(*judges))
    assert (code, params["unit"], params["other"], params["points"]) == ("exposure.harsh", "B", "A", "3.33")


def test_a_unit_whose_judges_mark_their_own_gains_nothing_by_it() -> None:
    assert told(rule(marked(recusal="listed")), roster(Judge("1", unit="A"), Judge("2"), Judge("3"))) == []


def test_a_unit_without_entries_gains_nothing_by_it() -> None:
    people = [Judge("1", unit="C"), Judge("2"), Judge("3")]
    units = Roster((Unit("A"), Unit("C")), (Entry("A1", "A", "marks"),), tuple(people))
    assert told(rule(marked(recusal="own_unit")), units) == []


def test_a_trim_that_leaves_two_marks_is_told() -> None:
    how: Table = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}
    few = [Judge(str(n)) for n in range(4)]
    assert told(rule(marked(panel=how)), roster(*few, units="A")) == [
        ("exposure.few_kept", {"entry": "A1", "judges": 4, "kept": "2"})
    ]
    assert told(rule(marked(panel=how)), roster(*few, Judge("9"), units="A")) == []


def test_a_panel_below_the_schemes_own_minimum_is_told() -> None:
    scheme = rule(marked(panel={"method": "mean", "minimum": 5}))
    assert told(scheme, roster(Judge("1"), Judge("2"), units="A")) == [
        ("exposure.below_minimum", {"entry": "A1", "judges": 2, "minimum": 5})
    ]


def test_panels_without_a_common_judge_are_told() -> None:
    scheme = rule(marked(), divisions=[{"id": d, "name": {"zh": d, "en": d}} for d in ("x", "y")])
    judges = (Judge("1", divisions=("x",)), Judge("2", divisions=("y",)))
    both = Roster(
        (Unit("A", division="x"), Unit("B", division="y")),
        (Entry("A1", "A", "marks"), Entry("B1", "B", "marks")),
        judges,
    )
    assert told(scheme, both) == [("exposure.apart", {"component": "marks", "groups": 2})]
