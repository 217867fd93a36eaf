"""A judge recused or recorded as absent after his sheets came in: the page says so, and what to do."""

from sqlmodel import Session

from app import audit
from app.contests.models import AttendanceRow, RecusalRow
from tests.app.results.test_opening import collected, marked, opens
from tests.app.sync.field import Field


def test_a_contradiction_is_told_in_sentences_with_names_and_can_be_put_right(field: Field) -> None:
    marked(field)
    collected(field)
    organiser, steward = field.signed_in("organiser"), field.signed_in("steward")
    assert (opens(organiser, "organiser"), opens(steward, "steward")) == (303, 303)
    assert 'class="ranking"' in organiser.get("/c/c1/results").text
    facts = {"contest_id": "c1", "by_person": "o", "at": "-"}

    def contradict(session: Session, *, lifted: bool) -> None:
        rev = audit.record(session, "o", "recuse", contest_id="c1")
        state = "present" if lifted else "leave"
        session.add(RecusalRow(rev=rev, number=1, judge_id="J3", entry_id="P2", reason="亲属", lifted=lifted, **facts))
        session.add(AttendanceRow(rev=rev, judge_id="J4", day="2", state=state, **facts))

    field.database.write(lambda session: contradict(session, lifted=False))
    answer = organiser.get("/c/c1/results")
    assert answer.status_code == 200
    assert 'class="ranking"' not in answer.text
    for words in (
        "评委“评委3”应当回避“项目2”",
        "评委“评委4”登记为缺席",
        "“项目3”",
        "/c/c1/recusals",
        "/c/c1/attendance",
    ):
        assert words in answer.text, words
    assert steward.get("/c/c1/results").status_code == 200
    refused = organiser.get("/c/c1/files.zip", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (409, "results.contradicted")

    field.database.write(lambda session: contradict(session, lifted=True))
    assert 'class="ranking"' in organiser.get("/c/c1/results").text
