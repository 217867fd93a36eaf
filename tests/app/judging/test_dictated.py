"""代录: what a judge dictates is typed by two people, has an origin of its own, and yields to his own hand."""

from functools import partial
from typing import Literal

import pytest
from sqlmodel import Session, select

from app.audit import AuditRow
from app.contests import queries as contests
from app.i18n import languages
from app.judging import paper
from app.judging.models import PaperMatch, PaperTyping, SheetRevision
from app.judging.paper_queries import paper_sheets
from app.judging.queries import current
from app.judging.service import collect
from app.judging.signature_queries import unsigned
from app.reasons import ReasonMissing
from app.results.blockers import blockers
from app.results.queries import ranking
from scoring.numbers import plain
from tests.app.judging.test_signature import glass, signature  # noqa: F401  # a fixture
from tests.app.sync.field import RULE, Field, ticks

ITEMS = RULE.items("onsite", "centre")
ENTERED = "Sheets that came another way"
BY_PHONE = paper.Source("telephone", "手机没电了")


def types(field: Field, person: str, source: paper.Source = BY_PHONE, above: int = 0, judge: str = "J3") -> int:
    typed = [paper.TypedSheet(judge, "P1", tuple(ticks("P1", above=above)))]
    deed = partial(paper.type_sheets, actor=person, contest_id="c1", sheets=typed, source=source)
    return field.database.write(deed)


def state(field: Field) -> str:
    with field.database.read() as session:
        return paper_sheets(session, "c1", ["P1"])["J3", "P1"].state


def counting(field: Field) -> SheetRevision | None:
    with field.database.read() as session:
        found = current(session, "c1").get(("J3", "P1"))
        return session.get(SheetRevision, ("c1", found.revision_id)) if found else None


def test_two_people_enter_it_and_it_counts_with_an_origin_of_its_own(field: Field) -> None:
    types(field, "wang")
    assert (state(field), counting(field)) == ("once", None)
    with pytest.raises(paper.SamePerson):
        types(field, "wang")
    types(field, "li")
    row = counting(field)
    assert row is not None
    assert (row.origin, row.kind, row.device_id) == ("dictated", "submitted", "")
    with field.database.read() as session:
        typings = session.exec(select(PaperTyping)).all()
        match = session.exec(select(PaperMatch)).one()
        acts = [one.action for one in session.exec(select(AuditRow).where(AuditRow.contest_id == "c1"))]
        board = field.signed_in("organiser").get("/c/c1/board").text
    assert {(one.typed_by, one.way, one.reason) for one in typings} == {
        ("wang", "telephone", "手机没电了"), ("li", "telephone", "手机没电了"),
    }  # fmt: skip
    assert (match.first_by, match.second_by) == ("wang", "li")
    assert acts[-3:] == ["type_dictated", "type_dictated", "accept_dictated"]
    assert "代录 1 份" in board


@pytest.mark.parametrize("judges", ["named", "unnamed"])
def test_the_working_of_a_unit_tells_which_sheets_people_entered(
    field: Field, judges: Literal["named", "unnamed"]
) -> None:
    for person in ("wang", "li"):
        types(field, person)
        types(field, person, paper.Source(), judge="J4")
    english = languages()["en"]
    with field.database.read() as session:
        entry = next(one for one in contests.entries(session, "c1") if one.id == "P1")
        units = {row.id: row.name for row in contests.units(session, "c1")}
        places = ranking(session, "c1", english, judges).places
        [judge] = [row.name for row in contests.judges(session, "c1") if row.id == "J3"]
    told = {place.name: [one.lines for one in place.workings if one.title == ENTERED] for place in places}
    who = f"{judge} on {entry.name}: entered as dictated"
    if judges == "unnamed":
        who = f"A sheet for {entry.name} was entered as its judge dictated it"
    expected = [(f"{who}, by wang and li", f"{entry.name}: 1 sheet on paper, typed twice")]
    assert told == {name: expected if unit == entry.unit_id else [] for unit, name in units.items()}


def test_what_the_second_person_hears_differently_counts_for_nothing(field: Field) -> None:
    types(field, "wang")
    types(field, "li", above=1)
    assert (state(field), counting(field)) == ("differs", None)


@pytest.mark.parametrize(
    ("source", "trouble"),
    [
        (paper.Source("telephone", " "), ReasonMissing),
        (paper.Source("rumour", "手机没电了"), paper.WayUnknown),
    ],
)
def test_how_and_why_are_asked(field: Field, source: paper.Source, trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        types(field, "wang", source)
    with field.database.read() as session:
        assert session.exec(select(PaperTyping)).all() == []


def test_the_judge_is_told_by_whom_and_his_own_hand_corrects_it_without_a_decision(field: Field) -> None:
    phone = field.phone("J3")
    field.signed_in("tallier")  # somebody with a name
    types(field, "wang")
    types(field, "li")
    [told] = phone.package()["sheets"]
    assert (told["origin"], told["by"]) == ("dictated", ["wang", "li"])
    [change] = phone.hand_over()["changes"]
    assert change == told
    own = phone.sheet("P1", ticks("P1", above=1), based_on=told["rev"])
    assert phone.outcome(own) == ("stored", "")
    row = counting(field)
    assert row is not None
    assert row.revision_id == own["revision_id"]
    assert state(field) == "phone_counts"
    with field.database.read() as session:
        assert [one for one in blockers(session, "c1") if one.kind == "paper"] == []


def test_marks_the_phone_had_handed_in_do_not_give_way_silently(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P1", ticks("P1", above=2)))
    types(field, "wang")
    types(field, "li")
    assert state(field) == "conflict"
    row = counting(field)
    assert row is not None
    assert row.origin == "phone"


def test_the_dead_phones_own_sheet_that_comes_later_is_put_before_the_judge(field: Field) -> None:
    phone = field.phone("J3")
    types(field, "wang")
    types(field, "li")
    assert phone.outcome(phone.sheet("P1", ticks("P1", above=3))) == ("conflict", "")


def test_after_the_collection_it_is_typed_by_decision_only(field: Field) -> None:
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    with pytest.raises(paper.PaperCollected):
        types(field, "wang")


def test_where_judges_sign_they_sign_what_was_entered_for_them(glass: Field) -> None:  # noqa: F811
    types(glass, "wang")
    types(glass, "li")

    def lacking(session: Session) -> list[str]:
        return [one.judge_id for one in unsigned(session, "c1")]

    with glass.database.read() as session:
        assert lacking(session) == ["J3"]
    phone = glass.phone("J3")
    [told] = phone.package()["unsigned"]
    covers = [{"entry_id": told["entry"], "revision_id": told["revision_id"], "digest": told["digest"]}]
    assert phone.outcome(signature(phone, covers=covers)) == ("stored", "")
    with glass.database.read() as session:
        assert lacking(session) == []


def test_the_page_of_paper_takes_it_and_asks_a_second_person(field: Field) -> None:
    lowest = [(item.id, plain(item.ticks[0] * item.step)) for item in ITEMS]
    form = {f"mark:J3/P1/{name}": mark for name, mark in lowest}
    asked = {"component": "onsite", "judge": "J3", "entry": "P1", "seen": "9999"}
    one, two = field.signed_in("tallier"), field.signed_in("checker")
    page = one.get("/c/c1/paper", params=asked).text
    assert "代录：评委口述分数" in page
    without = one.post("/c/c1/paper", data={**form, **asked, "way": "aloud"})
    assert without.status_code == 422
    assert '<option value="aloud" selected>' in without.text
    dictated = {**form, **asked, "way": "aloud", "why": "手机没电了"}
    assert one.post("/c/c1/paper", data=dictated).status_code == 303
    assert "代录：待另一人向评委复核" in two.get("/c/c1/paper", params=asked).text
    assert two.post("/c/c1/paper", data=dictated).status_code == 303
    [told] = field.phone("J3").package()["sheets"]
    assert told["by"] == ["组织者", "组织者"]  # so are all called who sign in here
    row = counting(field)
    assert row is not None
    assert row.origin == "dictated"
