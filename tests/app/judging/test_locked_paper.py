"""Paper of a stop that is locked: no more of it counts, but by decision, as with a phone's sheet."""

import pytest

from app.judging.paper import PaperCollected, TypedSheet, let_type, type_sheets
from app.judging.queries import current
from app.judging.service import lock_stop
from tests.app.judging.by_two import by_two
from tests.app.judging.test_lock_stop import closes_by_stop
from tests.app.sync.field import Field, ticks


def types(field: Field, person: str, entry: str, above: int = 0) -> None:
    sheet = TypedSheet("J4", entry, tuple(ticks(entry, above)))
    field.database.write(lambda s: type_sheets(s, person, contest_id="c1", sheets=[sheet]))


def locks_p1(field: Field) -> None:
    field.database.write(lambda session: lock_stop(session, "organiser", contest_id="c1", entry_id="P1"))


def counted(field: Field) -> set[tuple[str, str]]:
    with field.database.read() as session:
        return set(current(session, "c1"))


def test_a_paper_sheet_of_a_locked_stop_is_typed_only_where_that_was_decided(field: Field) -> None:
    closes_by_stop(field)
    types(field, "ann", "P1")
    locks_p1(field)
    with pytest.raises(PaperCollected):
        types(field, "bo", "P1")
    assert counted(field) == set()
    types(field, "ann", "P2")
    types(field, "bo", "P2")
    assert counted(field) == {("J4", "P2")}
    why = {"sheets": [("J4", "P1")], "reason": "雨中晚到"}
    by_two(field.database, lambda s: let_type(s, "organiser", contest_id="c1", **why))  # type: ignore[arg-type]
    types(field, "bo", "P1")
    assert counted(field) == {("J4", "P1"), ("J4", "P2")}


def test_what_was_accepted_before_the_lock_is_not_corrected_after_it(field: Field) -> None:
    closes_by_stop(field)
    types(field, "ann", "P1")
    types(field, "bo", "P1")
    locks_p1(field)
    with pytest.raises(PaperCollected):
        types(field, "ann", "P1", above=1)


def test_the_grid_shows_a_locked_stop_shut(field: Field) -> None:
    closes_by_stop(field)
    tallier = field.signed_in("tallier")
    where = "/c/c1/paper?component=onsite&judge=J4"
    before = tallier.get(where).text
    assert 'id="J4/P1/' in before
    assert "readonly" not in before
    locks_p1(field)
    shut = [cell for cell in tallier.get(where).text.split("<td") if "readonly" in cell]
    assert len(shut) == len(ticks("P1"))
    assert all('id="J4/P1/' in cell for cell in shut)
