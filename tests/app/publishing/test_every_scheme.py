"""The worked examples of every shipped scheme: frozen, computed again from the files, and reduced to every level."""

import json

import pytest

from app.i18n import languages
from app.publishing.document import Document, told
from app.publishing.frozen import computed, frozen_files
from app.publishing.levels import LEVELS, public_pages
from app.results.queries import Given
from scoring.tabulate import tabulate
from tests.rubrics import worked


def given_of(name: str, number: int) -> Given:
    """The example as the engine is given it."""
    rule = worked.scheme(name)
    contest = worked.contest_of(rule, rule.examples[number])
    return Given(contest.scheme, contest.roster, contest.sheets, contest.priors, contest.decisions)


@pytest.mark.parametrize(("name", "number"), worked.examples())
def test_a_scheme_is_frozen_and_published_at_every_level(name: str, number: int) -> None:
    given = given_of(name, number)
    tabulation = tabulate(*given)
    document: Document = told(given, tabulation)
    text = worked.FILES[name].read_text(encoding="utf-8")
    assert told(*computed(text, frozen_files(given))) == document
    everybody = {unit.unit.name or unit.unit.id for unit in tabulation.units}
    for level in LEVELS:
        for code, page in public_pages(document, level).items():
            body = json.dumps(page["tiers"], ensure_ascii=False)
            units = [unit for tier in page["tiers"] for unit in tier["units"]]
            names = [unit["name"] for unit in units]
            assert len(names) == len(set(names))
            assert level == "tiers" or set(names) == everybody
            if level in {"tiers", "ranks"}:
                # A score by votes may be a number like a place, which these levels do show.
                rest = json.dumps([{**unit, "place": ""} for unit in units], ensure_ascii=False)
                assert [unit.shown for unit in tabulation.units if unit.shown and f'"{unit.shown}"' in rest] == []
            for judge in given.roster.judges:
                assert f"({judge.id})" not in body
                assert f"（{judge.id}）" not in body
            assert code in languages()
