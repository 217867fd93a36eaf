"""What ``--explain`` and the page say of a number: every figure can be made again from what is printed."""

from app.i18n import languages
from app.results.report import explanation
from app.results.rows import ranked
from app.results.wording import named
from scoring.roster import Decision
from tests.scoring.contests import Contest, Table, by_unit, column, contest, known, marked, rule, tier, words


def told(given: Contest, unit: str, language: str = "en") -> list[str]:
    result = given.result()
    names = named(given.scheme, given.roster, given.decisions)
    return list(explanation(given.scheme, result, by_unit(result)[unit], names, languages()[language]))


def adjustment(name: str, kind: str, **more: object) -> Table:
    return {"id": name, "name": words(name), "kind": kind, "subject": "unit", "measure": "points", **more}


def veto(name: str, effect: str, **more: object) -> Table:
    return {"id": name, "name": words(name), "subject": "unit", "effect": effect, **more}


def test_with_one_component_what_comes_after_the_panel_is_told_too() -> None:
    scheme = rule(
        adjustments=[
            adjustment("noise", "deduction", measure="cases", points=2, cap=5),
            adjustment("media", "bonus", cap=3),
        ]
    )
    decided = [
        Decision("deduction", "a", "noise", "2", "market square"),
        Decision("deduction", "a", "noise", "1", "school"),
        Decision("bonus", "a", "media", "1", "provincial paper", "No. 7"),
    ]
    # 70 - min(4 + 2, 5) = 65, + 1 = 66.
    lines = told(contest(scheme, column({"a": 70}), decisions=decided), "a")
    assert lines == [
        "a: score 66.00, place 1",
        "  Score",
        "    65.00 + 1.00 media (provincial paper, No. 7) = 66.00",
        "    70.00 − 5.00 noise (measured 2, market square) (measured 1, school) = 65.00",
        "    6.00, but not above 5.00",
        "    4.00 + 2.00 = 6.00",
        "  marks",
        "    a: 1 judge: 70.00 ÷ 1 = 70.00",
    ]


def test_the_page_shows_panel_and_total_where_the_only_component_has_another_scale() -> None:
    given = contest(rule(marked(full=50)), column({"a": 40}))
    [place] = ranked(given.scheme, given.roster, given.result(), languages()["en"]).places
    assert [working.title for working in place.workings] == ["Score", "marks"]


def test_a_veto_stands_beside_the_name_and_in_the_explanation_with_its_reason() -> None:
    scheme = rule(vetoes=[veto("accident", "no_money")], prizes={"tiers": [tier("first", 1, 100)]})
    decided = [Decision("veto", "a", "accident", reason="fire", document="No. 3")]
    given = contest(scheme, column({"a": 90, "b": 80}), decisions=decided)
    assert told(given, "a")[:4] == ["a: score 90.00, place 1", "  Prize: first", "  Veto: accident", "    fire, No. 3"]
    first, second = ranked(given.scheme, given.roster, given.result(), languages()["en"]).places
    assert (first.state, second.state) == ("accident", "")


def test_who_is_not_ranked_is_told_so_in_a_whole_sentence() -> None:
    scheme = rule(vetoes=[veto("accident", "exclude")])
    given = contest(scheme, column({"a": 90, "b": 80}), decisions=[Decision("veto", "a", "accident", reason="fire")])
    assert told(given, "a")[0] == "a: score 90.00, not ranked"
    assert told(given, "a", "zh")[0] == "a：得分 90.00，不排名次"


def test_a_shared_place_says_by_how_many() -> None:
    given = contest(rule(), column({"a": 90, "b": 90}))
    assert told(given, "a")[0] == "a: score 90.00, place 1, shared by 2"


def test_weights_that_are_thirds_are_told_as_weights() -> None:
    scheme = rule(marked(weight=1), known(weight=2))
    given = contest(scheme, column({"a": 90}), priors={"ordinary": {"a": "93"}})
    assert "    (marks 90.00 × 1 + ordinary 93.00 × 2) ÷ 3 = 92.00" in told(given, "a")


def test_a_score_that_stands_in_for_a_missing_one_says_so() -> None:
    scheme = rule(marked(weight=50), known(weight=50, missing="field_median"))
    given = contest(scheme, column({"a": 90, "b": 80}), priors={"ordinary": {"b": "70"}})
    assert "    70.00, the median of the others, because no score was given" in told(given, "a")
    substituted = [note for note in given.result().notes if note.code == "note.prior_substituted"]
    assert [note.params["unit"] for note in substituted] == ["a"]


def test_a_median_shows_its_marks_and_a_rounding_its_unit() -> None:
    scheme = rule(marked(panel={"method": "median"}), rounding=[{"after": "panel", "decimals": 1}])
    given = contest(scheme, {"a": {"x": "80.15", "y": "90", "z": "70"}})
    assert (
        told(given, "a")[-1]
        == "    a: 3 judges: 70.00, 80.15, 90.00; the middle is 80.15; rounded half up to 0.1: 80.2"
    )
