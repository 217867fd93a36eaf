"""替补: somebody else marks from a stop on, also in the middle of a day; what the first judge marked stays his."""

import pytest

from app import audit
from app.contests import queries
from app.contests.models import Substitution
from app.contests.road import itinerary
from app.contests.schemas import Tick
from app.contests.service import record_attendance
from app.contests.substitution import turns
from app.judging.board import board
from app.judging.models import SheetRevision
from app.judging.queries import current_sheets
from app.judging.service import collect
from tests.app.contests.conftest import a_contest, a_person, with_roster
from tests.app.sync.field import Field

FORM = {
    "judge": "J3", "stop": "E2", "reason": "中暑，已送县人民医院", "name": "王替补", "unit": "", "phone_end": "4321",
    "by": "",
}  # fmt: skip


@pytest.fixture
def tour(field: Field) -> str:
    """E1 and E2 on the first day, E3 on the second; J3 is a guest and marks all of them."""
    made = a_contest(field.database, a_person(field.database, "zhou"))
    with_roster(field.database, made)
    return made


def marks(field: Field, contest: str, judge: str, entry: str) -> None:
    sheet = SheetRevision(
        contest_id=contest, revision_id=f"{judge}{entry}", server_rev=1, judge_id=judge, entry_id=entry, ticks="[]",
        kind="submitted", origin="phone", marked_at="", came_at="-", digest="-",
    )  # fmt: skip
    field.database.write(lambda s: s.add(sheet))


def due(field: Field, contest: str, judge: str) -> list[str]:
    with field.database.read() as session:
        return [entry for who, entry in queries.due(session, contest) if who == judge]


def test_from_a_stop_in_the_middle_of_a_day_another_one_marks(field: Field, tour: str) -> None:
    organiser, ill = field.signed_in("organiser", contest=tour), field.phone("J3", tour)
    present = {judge: Tick("present", "") for judge in ("J1", "J2", "J3", "J4")}
    field.database.write(lambda s: record_attendance(s, "o", contest_id=tour, day="第1天", ticks=present))
    marks(field, tour, "J3", "E1")
    with field.database.read() as session:
        before = board(session, tour).due
    assert organiser.post(f"/c/{tour}/substitutes", data=FORM).status_code == 303
    assert (due(field, tour, "J3"), due(field, tour, "J5")) == (["E1"], ["E2", "E3"])
    with field.database.read() as session:
        page = board(session, tour)
        assert (page.due, page.received) == (before, 1)
        assert [(one.judge, one.entry) for one in current_sheets(session, tour)] == [("J3", "E1")]
        assert list(audit.verify(session, tour)) == []
    told = {one["id"]: one["absent"] for one in field.phone("J5", tour).package()["entries"]}
    assert told == {"E1": True, "E2": False, "E3": False}
    assert [one["id"] for one in ill.package()["entries"] if not one["absent"]] == ["E1"]
    shown = organiser.get(f"/c/{tour}/substitutes").text
    assert "中暑，已送县人民医院" in shown
    assert "已有评委证" in shown  # field.phone made him one


def test_his_badge_is_printed_from_the_page_and_the_first_judge_may_come_back(field: Field, tour: str) -> None:
    organiser, page = field.signed_in("organiser", contest=tour), f"/c/{tour}/substitutes"
    organiser.post(page, data=FORM)
    assert 'name="which" value="J5"' in organiser.get(page).text
    printed = organiser.post(f"/c/{tour}/badges", data={"which": "J5"})
    assert printed.headers["content-type"] == "application/pdf"
    assert 'name="which" value="J5"' not in organiser.get(page).text
    back = {"judge": "J5", "by": "J3", "stop": "E3", "reason": "已经康复"}
    assert organiser.post(page, data=back).status_code == 303
    assert (due(field, tour, "J3"), due(field, tour, "J5")) == (["E1", "E3"], ["E2"])


def test_what_makes_no_sense_is_refused_and_nothing_is_changed(field: Field, tour: str) -> None:
    organiser, page = field.signed_in("organiser", contest=tour), f"/c/{tour}/substitutes"
    marks(field, tour, "J3", "E1")
    for change, status in (
        ({"reason": "病"}, 422), ({"judge": "J9"}, 422), ({"stop": "E9"}, 404), ({"name": ""}, 422),
        ({"by": "J4"}, 409), ({"stop": "E1"}, 409),
    ):  # fmt: skip
        assert organiser.post(page, data=FORM | change).status_code == status, change
    assert "已交“水坪镇实践所”的评分表" in organiser.post(page, data=FORM | {"stop": "E1"}).text
    with field.database.read() as session:
        assert [row.id for row in queries.judges(session, tour)] == ["J1", "J2", "J3", "J4"]
    assert due(field, tour, "J3") == ["E1", "E2", "E3"]
    field.database.write(lambda s: collect(s, "o", contest_id=tour))
    assert organiser.post(page, data=FORM).status_code == 409


def test_of_two_at_one_stop_the_later_laid_down_counts(field: Field, tour: str) -> None:
    facts = {"contest_id": tour, "from_entry": "E2", "reason": "病了", "by_person": "o", "at": "-"}
    made = [
        Substitution(rev=1, judge_id="J3", by_judge="J5", **facts),
        Substitution(rev=2, judge_id="J5", by_judge="J6", **facts),
    ]
    with field.database.read() as session:
        found = turns(made, itinerary(session, tour))
    assert {judge: sorted(out) for judge, out in found.items()} == {
        "J3": ["E2", "E3"], "J5": ["E1", "E2", "E3"], "J6": ["E1"],
    }  # fmt: skip
