"""The scoring rules as a form: only what was changed is written into the text, linted and tried on made-up marks."""

from pathlib import Path

import pytest

from app.contests.schemes import shipped
from app.db import Database
from app.i18n import languages
from app.results.scheme_form import groups, rewritten
from app.results.scheme_sample import sample
from scoring.faults import Refused
from scoring.scheme import read_scheme
from tests.app.sync.field import Field

TOUR = shipped()["shiyan-2022-tour"].text
ZH = languages()["zh"]


@pytest.fixture
def field(database: Database, tmp_path: Path) -> Field:
    return Field(database, tmp_path)


def test_one_field_changes_one_line_and_no_remark_is_lost() -> None:
    after = rewritten(TOUR, {"components.0.weight": ("number", "55.50"), "prizes.tiers.1.quota": ("whole", "3")})
    differing = [(a, b) for a, b in zip(TOUR.splitlines(), after.splitlines(), strict=True) if a != b]
    assert differing == [("weight = 60", "weight = 55.50"), ("quota = 2", "quota = 3")]
    assert rewritten(TOUR, {}) == TOUR
    said = rewritten(
        TOUR, {"ties": ("list", "component:onsite； draw"), "components.0.panel.trim.share": ("number", "1/8")}
    )
    assert (
        read_scheme(said.replace("[total]", '[draw]\npublic = { zh = "福彩", en = "lottery" }\n\n[total]')).ties[-1]
        == "draw"
    )


@pytest.mark.parametrize("written", ["", "six", "1e3", "0,5", "１"])
def test_what_is_no_number_is_told_with_its_key(written: str) -> None:
    with pytest.raises(Refused) as found:
        rewritten(TOUR, {"components.0.weight": ("number", written)})
    assert [(one.code, one.params["key"]) for one in found.value.faults] == [
        ("rules.not_a_number", "components.0.weight")
    ]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scheme_has_a_form_that_writes_nothing_by_itself_and_a_sample(name: str) -> None:
    rule = shipped()[name]
    fields = [one for group in groups(rule.scheme, ZH, signed=False) for one in group.fields]
    assert {"total.decimals", "ties", "publication.level"} <= {one.path for one in fields}
    # Every field at its own value says the same rule.
    same = rewritten(rule.text, {one.path: (one.kind, one.value) for one in fields})
    assert read_scheme(same).digest == rule.scheme.digest
    if not rule.scheme.rounds:
        made = sample(rule.scheme, ZH)
        assert len(made.places) == 4
        assert all(one.score for one in made.places)


def test_the_page_looks_saves_and_tells_what_is_wrong(field: Field) -> None:
    organiser = field.signed_in("organiser")
    page = "/c/c1/scheme/edit"
    assert "试算" in organiser.get(page).text
    changed = {"text": TOUR, "was.components.0.weight": "60", "kind.components.0.weight": "number", "do": "look"}
    looked = organiser.post(page, data={**changed, "field.components.0.weight": "50"}).text
    assert "weight = 50" in looked
    assert organiser.post(page, data={"text": "x =", "do": "look"}).status_code == 200
    # The rules of this contest stand already: its items stay, and a change needs a reason.
    fuller = TOUR.replace("full = 20\nfloor = 12", "full = 25\nfloor = 12")
    assert "已经签署" in organiser.post(page, data={"text": fuller, "do": "save", "reason": "改"}).text
    lighter = {**changed, "field.components.0.weight": "50", "do": "save"}
    assert organiser.post(page, data=lighter).status_code == 422
    assert organiser.post(page, data={**lighter, "reason": "重新确定权重"}).status_code == 303
    assert "重新确定权重" in organiser.get("/c/c1/scheme").text
