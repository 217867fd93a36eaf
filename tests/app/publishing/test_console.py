"""核分 -> 确认 -> 亮分 at the console: two people for every score, and nothing that has moved since."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.accounts.models import Person
from app.audit import AuditRow, now
from app.contests.access import Member
from app.contests.models import Membership
from app.i18n import languages
from app.judging.decisions import Wanted, decide
from app.publishing import release
from app.publishing.console_page import Console, console
from app.publishing.models import ScoreConfirmation
from app.publishing.scenes import in_force
from app.publishing.spoken import slip
from app.results.queries import is_open
from app.results.service import OwnPasswordFirst, StillBlind
from app.stage.service import ask_again, comment
from scoring.scheme import read_scheme
from tests.app.judging.by_two import by_two
from tests.app.stage.stage import BLIND, BY_ENTRANT, RULE, marks, on_stage, steps, turn
from tests.app.sync.field import Field

C1 = {"contest_id": "c1"}


def member_with(field: Field, login: str, *roles: str, own_password: bool = True) -> Member:
    def deed(session: Session) -> str:
        person = Person(id=login, login=login, name=login, password_hash="-", made_at=now(), own_password=own_password)  # noqa: S106
        session.add(person)
        session.flush()
        for role in roles:
            session.add(Membership(contest_id="c1", person_id=login, role=role, made_at=now()))
        return login

    return Member(field.database.write(deed), login, "c1", frozenset(roles))


@pytest.fixture
def crew(field: Field) -> dict[str, Member]:
    return {role: member_with(field, role, role) for role in ("organiser", "steward", "checker")}


def marked(field: Field, rule: str = RULE) -> None:
    """Everybody has marked P2, and it is collected."""
    on_stage(field, rule=rule)
    steps(field, "P2", "call", "mark")
    for judge in ("J1", "J3", "J4"):
        assert marks(field.phone(judge), "P2", scheme_digest=read_scheme(rule).digest) == ("stored", "")
    steps(field, "P2", "collect")


def checks(field: Field, who: Member, entry: str = "P2") -> str:
    return field.database.write(lambda s: release.check_score(s, who, **C1, entry_id=entry))


def confirms(field: Field, who: Member, entry: str = "P2") -> str:
    return field.database.write(lambda s: release.confirm_score(s, who, **C1, entry_id=entry))


def releases(field: Field, who: Member, entry: str = "P2") -> int:
    return field.database.write(lambda s: release.release_score(s, who, **C1, entry_id=entry))


def shown(field: Field, who: Member) -> Console:
    with field.database.read() as session:
        return console(session, "c1", who.id, who.roles, languages()["zh"])


def states(field: Field, who: Member) -> dict[str, str]:
    return {one.id: one.state for one in shown(field, who).entrants}


def test_a_score_is_checked_confirmed_and_read_out_by_different_people(field: Field, crew: dict[str, Member]) -> None:
    marked(field)
    with pytest.raises(release.NotChecked):
        confirms(field, crew["steward"])
    checks(field, crew["checker"])
    assert [one.slip for one in shown(field, crew["organiser"]).entrants] == [
        ""
    ] * 4  # nothing of it on the console yet
    with pytest.raises(release.CheckedByYourself):
        confirms(field, crew["checker"])
    with pytest.raises(release.NotConfirmed):
        releases(field, crew["organiser"])
    confirms(field, crew["steward"])
    assert states(field, crew["organiser"])["P2"] == "confirmed"
    releases(field, crew["organiser"])
    assert states(field, crew["organiser"])["P2"] == "released"
    with field.database.read() as session:
        [told] = in_force(session, "c1")
    assert told.document["page"]["zh"]["number"] == 1  # as drawn: P2 stands second in the roster


def test_the_database_refuses_who_checked_as_who_confirms(field: Field, crew: dict[str, Member]) -> None:
    marked(field)
    checks(field, crew["checker"])
    with field.database.read() as session:
        check = release.newest_check(session, "c1", "P2")
    assert check
    row = {"contest_id": "c1", "rev": 10_000, "entry_id": "P2", "document": check.document, "at": now()}
    for said in ("checker", "steward"):  # himself; and somebody named as the checker who did not check
        mine = {**row, "checked_by": said, "check_rev": check.rev, "confirmed_by": "checker"}
        with pytest.raises(IntegrityError):
            field.database.write(lambda s, m=mine: s.add(ScoreConfirmation(**m)))  # type: ignore[misc]


def test_before_the_collection_and_while_a_judge_marks_again_nothing_is_checked(
    field: Field, crew: dict[str, Member]
) -> None:
    on_stage(field)
    steps(field, "P2", "call", "mark")
    phones = [field.phone(judge) for judge in ("J1", "J3", "J4")]
    assert {marks(phone, "P2") for phone in phones} == {("stored", "")}
    with pytest.raises(release.NotCollected):
        checks(field, crew["checker"])
    steps(field, "P2", "collect")
    field.database.write(lambda s: ask_again(s, "organiser", **C1, judge_id="J3", entry_id="P2", reason="笔误"))
    with pytest.raises(release.NotCollected):
        checks(field, crew["checker"])
    assert marks(phones[1], "P2", above=1, based_on=phones[1].package()["server_rev"]) == ("stored", "")
    checks(field, crew["checker"])


def test_a_missing_sheet_is_settled_before_the_check(field: Field, crew: dict[str, Member]) -> None:
    on_stage(field)
    steps(field, "P2", "call", "mark")
    assert marks(field.phone("J3"), "P2") == ("stored", "")
    steps(field, "P2", "collect", reason="两块平板坏了")
    with pytest.raises(release.NotSettled):
        checks(field, crew["checker"])
    gone = [Wanted("absence", f"{judge}/P2") for judge in ("J1", "J4")]
    by_two(field.database, lambda s: decide(s, "organiser", **C1, wanted=gone, reason="没有评分表"))
    checks(field, crew["checker"])


def test_what_moves_after_the_check_or_the_confirmation_undoes_both(field: Field, crew: dict[str, Member]) -> None:
    marked(field)
    checks(field, crew["checker"])
    void = [Wanted("void", "J3/P2")]
    first = by_two(field.database, lambda s: decide(s, "organiser", **C1, wanted=void, reason="串场"))
    assert first
    assert states(field, crew["steward"])["P2"] == "collected"
    with pytest.raises(release.NotChecked):
        confirms(field, crew["steward"])
    checks(field, crew["checker"])
    confirms(field, crew["steward"])
    other = [Wanted("void", "J4/P2")]
    by_two(field.database, lambda s: decide(s, "organiser", **C1, wanted=other, reason="串场"))
    assert states(field, crew["organiser"])["P2"] == "collected"
    with pytest.raises(release.MovedSinceConfirmed):
        releases(field, crew["organiser"])


def test_under_the_blind_no_score_is_checked_unless_the_scheme_opens_each_entrant(
    field: Field, crew: dict[str, Member]
) -> None:
    marked(field, rule=BLIND)
    with pytest.raises(StillBlind):
        checks(field, crew["checker"])


def test_each_entrant_is_opened_by_himself_where_the_scheme_says_so(field: Field, crew: dict[str, Member]) -> None:
    marked(field, rule=BY_ENTRANT)
    checks(field, crew["checker"])
    confirms(field, crew["steward"])
    releases(field, crew["organiser"])
    with field.database.read() as session:
        assert not is_open(session, "c1")  # the page of all results stays shut


def test_whoever_was_given_his_password_makes_his_own_first(field: Field, crew: dict[str, Member]) -> None:
    marked(field)
    new = member_with(field, "new", "checker", "steward", own_password=False)
    with pytest.raises(OwnPasswordFirst):
        checks(field, new)
    checks(field, crew["checker"])
    with pytest.raises(OwnPasswordFirst):
        confirms(field, new)


# --- the next step ----------------------------------------------------------------------------------------------------


def keys(field: Field, crew: dict[str, Member]) -> Iterator[tuple[str, str]]:
    for who in crew.values():
        following = shown(field, who).next
        yield (following.key, following.entrant.id) if following else ("", "")


def test_each_reader_has_one_next_step_in_the_usual_rhythm(field: Field, crew: dict[str, Member]) -> None:
    marked(field)
    assert list(keys(field, crew)) == [("call", "P1"), ("", "P2"), ("check", "P2")]
    checks(field, crew["checker"])
    assert list(keys(field, crew)) == [("call", "P1"), ("confirm", "P2"), ("", "P2")]
    confirms(field, crew["steward"])
    assert next(keys(field, crew)) == ("call", "P1")  # read out after the next has performed
    steps(field, "P1", "call")
    assert next(keys(field, crew)) == ("mark", "P1")
    steps(field, "P1", "mark")
    assert next(keys(field, crew)) == ("release", "P2")
    releases(field, crew["organiser"])
    assert next(keys(field, crew)) == ("", "P1")  # waits for sheets


def test_without_a_checker_the_organiser_checks_and_the_steward_confirms(field: Field) -> None:
    crew = {role: member_with(field, role, role) for role in ("organiser", "steward")}
    marked(field)
    assert list(keys(field, crew)) == [("check", "P2"), ("", "P2")]
    checks(field, crew["organiser"])
    assert list(keys(field, crew)) == [("call", "P1"), ("confirm", "P2")]


# --- the words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outs", "words"),
    [
        (["high", "low", ""], "去掉一个最高分 9.75 分，去掉一个最低分 9.10 分，3 号选手最后得分 9.50 分。"),
        (["high", "high", "low"], "去掉 2 个最高分 9.75、9.10 分，去掉一个最低分 9.50 分，3 号选手最后得分 9.50 分。"),
        (["", "", ""], "3 号选手最后得分 9.50 分。"),
    ],
)
def test_the_hosts_words_are_those_of_the_rule(outs: list[str], words: str) -> None:
    given = [
        {"seat": n, "mark": mark, "out": out}
        for n, (mark, out) in enumerate(zip(("9.75", "9.10", "9.50"), outs, strict=True), 1)
    ]
    document = {"marks": given, "score": "9.50", "page": {"zh": {"adjusted": []}, "en": {"adjusted": []}}}
    assert slip(document, 3, languages()["zh"]) == words
    late = {**document, "page": {"zh": {"adjusted": [{"name": "超时扣分", "points": "−0.10"}]}}}
    assert "，超时扣分，减 0.10 分，" in "，" + slip(late, 3, languages()["zh"])


# --- the pages --------------------------------------------------------------------------------------------------------


def next_form(page: str) -> tuple[str, dict[str, str]]:
    form = re.search(r'<section class="next".*?<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    assert form
    return form[1], dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))


def test_the_page_takes_step_after_step_and_tells_the_second_console_who_was_first(field: Field) -> None:
    on_stage(field)
    organiser, another = field.signed_in("organiser"), field.signed_in("organiser")
    for step in ("call", "mark"):
        where, fields = next_form(organiser.get("/c/c1/console").text)
        assert fields["step"] == step
        assert organiser.post(where, data=fields).status_code == 303
    for judge in ("J1", "J3", "J4"):
        marks(field.phone(judge), "P2", above=3)
    page = organiser.get("/c/c1/console").text
    assert "3/3" in page
    where, fields = next_form(page)
    assert (fields["step"], organiser.post(where, data=fields).status_code) == ("collect", 303)
    again = another.post(where, data=fields)
    assert again.status_code == 409
    assert "刚在另一个控台" in again.text
    assert turn(field, "P2").state == "collected"


def test_every_look_at_an_entrants_marks_is_in_the_log(field: Field) -> None:
    marked(field)
    checker = field.signed_in("checker")
    assert checker.get("/c/c1/console/P2/score").status_code == 200
    assert checker.get("/c/c1/console/P1/score").status_code == 200  # not collected: no mark, no look
    with field.database.read() as session:
        looks = session.exec(
            select(AuditRow.subject).where(AuditRow.contest_id == "c1", AuditRow.action == "look")
        ).all()
    assert looks == ["entrant"]


def test_a_comment_is_held_until_the_score_is_read_out(field: Field) -> None:
    on_stage(field)
    organiser = field.signed_in("organiser")
    steps(field, "P2", "call")
    said = {"expert": "刘教授", "text": "贴近群众"}
    assert organiser.post("/c/c1/console/P2/comments", data=said).status_code == 303
    assert "亮分后送出" in organiser.get("/c/c1/console").text


def test_the_host_reads_what_two_people_confirmed_and_comments_once_it_is_read_out(
    field: Field, crew: dict[str, Member]
) -> None:
    marked(field)
    field.database.write(lambda s: comment(s, "organiser", **C1, entry_id="P2", expert="刘教授", text="贴近群众"))
    host = field.signed_in("staff")
    assert "最后得分" not in host.get("/c/c1/host").text
    checks(field, crew["checker"])
    assert "最后得分" not in host.get("/c/c1/host").text
    confirms(field, crew["steward"])
    page = host.get("/c/c1/host").text
    assert "1 号选手最后得分" in page
    assert "贴近群众" not in page
    releases(field, crew["organiser"])
    assert "贴近群众" in host.get("/c/c1/host").text


def order_form(client: TestClient, **typed: str) -> tuple[int, str]:
    page = client.get("/c/c1/order").text
    fields = dict(re.findall(r'<input type="(?:hidden|text)"[^>]*name="([^"]+)" value="([^"]*)"', page))
    fields |= dict(re.findall(r'name="(number:[^"]+)" value="([^"]*)"', page))
    done = client.post("/c/c1/order", data={**fields, "staggered": "on", **typed})
    return done.status_code, done.text


def test_the_order_is_typed_in_and_changed_with_a_reason(field: Field) -> None:
    on_stage(field)
    organiser = field.signed_in("organiser")
    assert order_form(organiser, **{"number:P2": "x", "reason": "重抽"})[0] == 422
    assert order_form(organiser, **{"number:P2": "2", "number:P1": "2", "reason": "重抽"})[0] == 422
    refused = order_form(organiser, **{"number:P2": "3", "number:P4": "1"})
    assert refused[0] == 422
    assert 'value="3"' in refused[1]
    typed = {"number:P2": "3", "number:P4": "1", "number:P1": "2", "number:P3": ""}
    assert order_form(organiser, **typed, reason="重抽", together="2")[0] == 303
    assert [turn(field, entry).place for entry in ("P4", "P1", "P2")] == [1, 2, 3]
