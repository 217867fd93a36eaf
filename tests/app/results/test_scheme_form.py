"""The scoring rules as a form: only what was changed is written into the text, linted and tried on made-up marks."""

from pathlib import Path

import pytest

from app.contests.schemes import shipped
from app.db import Database
from app.i18n import languages
from app.results.scheme_form import groups, rewritten
from app.results.scheme_parts import added, removed
from app.results.scheme_sample import sample
from scoring.faults import Refused
from scoring.scheme import Scheme, read_scheme
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


@pytest.mark.parametrize("name", sorted(shipped()))
def test_items_criteria_and_prizes_are_put_into_every_shipped_scheme_and_taken_out_again(name: str) -> None:
    rule = shipped()[name]
    marked = [number for number, part in enumerate(rule.scheme.components) if part.criteria]
    lists = ["prizes.tiers"]
    for number in marked:
        root = f"components.{number}.criteria"
        lists += [root, *(f"{root}.{at}.items" for at in range(len(rule.scheme.components[number].criteria)))]
    for path in lists:
        longer = added(rule.text, path)
        assert read_scheme(longer).digest != rule.scheme.digest, path
        # What was there stands where it stood, remarks included.
        kept = [line for line in rule.text.splitlines() if line.startswith("#")]
        assert [line for line in longer.splitlines() if line.startswith("#")] == kept
        assert longer.count("新") == rule.text.count("新") + (2 if path.endswith("criteria") else 1)
        shorter = removed(longer, f"{path}.{_length(rule.scheme, path)}")
        assert read_scheme(shorter).digest == rule.scheme.digest, path


def _length(scheme: Scheme, path: str) -> int:
    there: object = scheme
    for key in path.split("."):
        there = there[int(key)] if isinstance(there, tuple) else getattr(there, key)
    assert isinstance(there, tuple)
    return len(there)


def test_a_new_item_is_marked_as_the_one_before_it_and_bears_an_id_of_its_own() -> None:
    after = read_scheme(added(added(TOUR, "components.1.criteria.0.items"), "components.1.criteria.0.items"))
    first, second, third = after.components[1].criteria[0].items
    assert (second.id, third.id) == ("item-1", "item-2")
    assert (second.full, second.floor, second.step, second.usual) == (first.full, first.floor, first.step, first.usual)
    assert second.name.zh == "新评分项"


def test_with_its_last_item_a_criterion_goes_and_the_last_of_a_part_stays() -> None:
    once = removed(TOUR, "components.0.criteria.0.items.0")
    assert (
        len(read_scheme(once).components[0].criteria[0].items)
        == len(read_scheme(TOUR).components[0].criteria[0].items) - 1
    )
    with pytest.raises(Refused) as found:
        removed(TOUR, "components.1.criteria.0.items.0")
    assert found.value.faults[0].code == "rules.last_one"


@pytest.mark.parametrize(
    "path", ["components", "components.0", "sources.0", "prizes.tiers.9", "components.9.criteria.0", "prizes.tiers.-1"]
)
def test_nothing_else_can_be_taken_out(path: str) -> None:
    with pytest.raises(Refused) as found:
        removed(TOUR, path)
    assert found.value.faults[0].code == "rules.no_such_key"


def test_buttons_put_parts_in_and_take_them_out_and_what_does_not_agree_is_said_beside_the_fields(
    field: Field,
) -> None:
    organiser = field.signed_in("organiser")
    made = organiser.post("/contests", data={"form": "tour", "name": "新活动", "scheme": "shiyan-2022-tour"})
    page = f"{made.headers['location']}/scheme/edit"
    first = organiser.get(page).text
    assert 'value="add prizes.tiers"' in first
    assert 'value="remove components.0.criteria.0.items.0"' in first
    typed = {"was.components.0.weight": "60", "kind.components.0.weight": "number", "field.components.0.weight": "55"}
    longer = organiser.post(page, data={"text": TOUR, **typed, "do": "add components.1.criteria.0.items"}).text
    assert "新评分项" in longer
    assert "weight = 55" in longer  # what was typed beside it is not lost
    # The budget is that of four prizes: with three it does not agree, and the fields stay to put it right.
    shorter = organiser.post(page, data={"text": TOUR, "do": "remove prizes.tiers.3"}).text
    assert "这样不行" in shorter
    assert 'name="field.prizes.budget_yuan"' in shorter
    assert organiser.post(page, data={"text": TOUR, "do": "remove sources.0"}).status_code == 422
    # Nothing of it was kept, and once the rules are signed there is no such button.
    assert organiser.get(page).text == first
    assert 'value="add ' not in organiser.get("/c/c1/scheme/edit").text


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
