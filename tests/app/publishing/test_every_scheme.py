"""The worked examples of every shipped scheme: frozen, computed again from the files, and reduced to every level."""

import json
from typing import Any

import pytest

from app.i18n import languages
from app.publishing.document import Document, told
from app.publishing.frozen import computed, frozen_files
from app.publishing.levels import LEVELS, public_pages
from app.results.queries import Given
from scoring.tabulate import tabulate
from tests.rubrics import test_rubrics as rubrics


def given_of(name: str, number: int, monkeypatch: pytest.MonkeyPatch) -> Given:
    """The example as the engine is given it."""
    seen: list[tuple[Any, ...]] = []

    def watched(*given: Any) -> object:  # noqa: ANN401
        seen.append(given)
        return tabulate(*given)

    monkeypatch.setattr(rubrics, "tabulate", watched)
    rule = rubrics.scheme(name)
    rubrics.run(rule, rule.examples[number])
    rule, roster, sheets, priors, decisions = seen[0]
    return Given(rule, roster, tuple(sheets), tuple(priors), tuple(decisions))


@pytest.mark.parametrize(("name", "number"), rubrics.examples())
def test_a_scheme_is_frozen_and_published_at_every_level(
    name: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = given_of(name, number, monkeypatch)
    tabulation = tabulate(*given)
    document: Document = told(given, tabulation)
    text = (rubrics.ROOT / "rubrics" / f"{name}.toml").read_text(encoding="utf-8")
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
                assert [unit.shown for unit in tabulation.units if unit.shown and f'"{unit.shown}"' in body] == []
            for judge in given.roster.judges:
                assert f"({judge.id})" not in body
                assert f"（{judge.id}）" not in body
            assert code in languages()
