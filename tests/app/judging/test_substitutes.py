"""替补: somebody else marks from a stop on, also in the middle of a day; what the first judge marked stays his."""

import pytest

from app import audit
from app.contests import queries
from app.contests.models import Substitution
from app.contests.road import itinerary
from app.contests.schemas import Tick
from app.contests.service import record_attendance
from app.contests.substitution import instead, turns
from app.judging.board import board
from app.judging.decision_queries import engine_decisions
from app.judging.models import SheetRevision
from app.judging.queries import current, current_sheets, rebuilt
from app.judging.service import collect
from app.results.blockers import blockers
from scoring.tabulate import contradictions
from tests.app.contests.conftest import a_contest, a_person, with_roster
from tests.app.judging.by_two import confirm_all
from tests.app.sync.field import Field, Phone

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


def handed_over(field: Field, phone: Phone, entry: str, above: int = 0) -> tuple[str, str]:
    """Result and reason of a sheet whose marks are so many ticks above their floors."""
    with field.database.read() as session:
        row = next(one for one in queries.entries(session, phone.contest) if one.id == entry)
        items = queries.scheme(session, phone.contest).items(row.component, row.kind)
    return phone.outcome(phone.sheet(entry, [item.ticks[0] + above for item in items]))


def told_of(field: Field, contest: str) -> list[tuple[str, str, str]]:
    with field.database.read() as session:
        found = [one for one in blockers(session, contest) if one.kind in ("contradiction", "proposal")]
    return [(one.fault.code, str(one.fault.params.get("entry", "")), one.page) for one in found]


@pytest.mark.parametrize("opened", [False, True], ids=["blind", "opened"])
def test_a_late_sheet_of_the_first_judge_counts_before_the_handover_and_after_it_people_set_it_aside(
    field: Field, tour: str, *, opened: bool
) -> None:
    """His phone had no signal: its sheets come after the substitute has marked the stop that both were at."""
    organiser, steward = field.signed_in("organiser", contest=tour), field.signed_in("steward", contest=tour)
    ill, url = field.phone("J3", tour), f"/c/{tour}"
    assert organiser.post(f"{url}/substitutes", data=FORM).status_code == 303
    second = field.phone("J5", tour)
    assert handed_over(field, second, "E2", 2) == ("stored", "")
    assert told_of(field, tour) == []
    with field.database.read() as session:
        before = board(session, tour)
    assert [handed_over(field, ill, "E1"), handed_over(field, ill, "E2", 1)] == [("stored", ""), ("stored", "")]
    assert told_of(field, tour) == [("sheet.replaced", "好人广场", "decisions")]
    with field.database.read() as session:
        page = board(session, tour)
        assert (page.due, page.received) == (before.due, before.received + 1), "E2 was counted twice"
        kept = {pair: one.ticks for pair, one in current(session, tour).items()}
    assert kept.keys() == {("J3", "E1"), ("J3", "E2"), ("J5", "E2")}
    if opened:
        field.database.write(lambda s: collect(s, "o", contest_id=tour))
        for client, role in ((organiser, "organiser"), (steward, "steward")):
            assert client.post(f"{url}/results/opening", data={"role": role}).status_code == 303
        assert 'class="ranking"' not in organiser.get(f"{url}/results").text, "one place counts twice"
    shown = organiser.get(f"{url}/decisions").text
    assert "“好人广场”已由“王替补”接替评委“" in shown
    assert 'value="J3/E2"' in shown
    reason = {"sheet": "J3/E2", "reason": "该点位由替补评委评分"}
    assert organiser.post(f"{url}/decisions/voids", data=reason).status_code == 303
    assert [code for code, _, _ in told_of(field, tour) if code != "sheet.replaced"] == ["blocker.proposal"]
    confirm_all(field.database, tour)
    assert told_of(field, tour) == []
    with field.database.read() as session:
        decided = engine_decisions(session, tour)
        faults = contradictions(
            queries.scheme(session, tour), queries.roster(session, tour), current_sheets(session, tour), (), decided
        )
        assert [fault.code for fault in faults if fault.code.startswith("sheet.")] == []
        assert {pair: one.ticks for pair, one in current(session, tour).items()} == kept, "a sheet was lost"
        assert current(session, tour) == rebuilt(session, tour)
        assert list(audit.verify(session, tour)) == []


def test_the_place_of_a_substitute_who_is_replaced_is_told_by_who_marks_there(field: Field, tour: str) -> None:
    organiser, page = field.signed_in("organiser", contest=tour), f"/c/{tour}/substitutes"
    organiser.post(page, data=FORM)
    organiser.post(page, data=FORM | {"judge": "J5", "stop": "E3", "name": "李再替"})
    with field.database.read() as session:
        assert instead(session, tour) == {
            ("J3", "E2"): "J5", ("J3", "E3"): "J6", ("J5", "E3"): "J6",
        }  # fmt: skip
