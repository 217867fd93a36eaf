"""The verifiable draw: promised before, held after, and checked here with SHA-256 alone."""

import hashlib
import json

import pytest
from sqlmodel import Session, select

from app.contests.models import Contest
from app.errors import AppError
from app.exports.papers import order as printed
from app.exports.papers import papers
from app.i18n import languages
from app.stage.draw import Draw, Group, changed_since, draws, hold_draw, promise_draw
from app.stage.models import StageDraw
from app.stage.queries import order, turns
from tests.app.stage.stage import ORDER, RULE, lays, on_stage, operator, steps
from tests.app.sync.field import Field

GROUPS: tuple[Group, ...] = (("第一组", ("P1", "P2", "P3", "P4")),)
WHY = "抽签结果作废重抽"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(autouse=True)
def stage(field: Field) -> None:
    on_stage(field, rule=RULE)


def promises(field: Field, groups: tuple[Group, ...] = GROUPS, reason: str = WHY) -> int:
    who = operator(field)
    return field.database.write(lambda s: promise_draw(s, who, contest_id="c1", groups=groups, reason=reason))


def holds(field: Field, rev: int, public: str = "7") -> int:
    who = operator(field)
    told = {"contest_id": "c1", "public": public, "reason": "电脑抽签"}
    return field.database.write(lambda s: hold_draw(s, who, rev=rev, **told))


def newest(field: Field) -> Draw:
    with field.database.read() as session:
        return draws(session, "c1")[0]


def appearing(field: Field) -> list[str]:
    with field.database.read() as session:
        return [turn.entry.id for turn in turns(session, "c1")]


def test_the_order_follows_from_the_promise_and_what_was_called_out(field: Field) -> None:
    rev = promises(field)
    before = newest(field)
    assert (before.secret, before.order) == ("", ())
    holds(field, rev)
    after = newest(field)
    assert after.commitment == before.commitment == sha256(f"commit/1|{after.secret}")
    frozen = sha256(json.dumps(GROUPS, ensure_ascii=False))
    assert (before.frozen, after.frozen) == (frozen, frozen)
    seed = sha256(f"seed/1|{after.secret}|7|{frozen}")
    ((name, several),) = GROUPS
    wanted = sorted(several, key=lambda entry: sha256(f"draw/1|{name}|{seed}|{entry}"))
    assert [list(drawn) for _, drawn in after.order] == [wanted]
    assert appearing(field) == wanted


def test_another_number_called_out_gives_another_seed(field: Field) -> None:
    holds(field, promises(field), "7")
    first = newest(field).seed
    holds(field, promises(field), "8")
    assert newest(field).seed != first


def test_a_promise_is_held_once_and_before_another_is_made(field: Field) -> None:
    rev = promises(field)
    with pytest.raises(AppError, match=r"console\.draw_open"):
        promises(field)
    with pytest.raises(AppError, match=r"console\.public_missing"):
        holds(field, rev, "  ")
    with pytest.raises(AppError, match=r"console\.no_draw"):
        holds(field, rev + 100)
    holds(field, rev)
    with pytest.raises(AppError, match=r"console\.no_draw"):
        holds(field, rev)
    assert promises(field) > rev


def test_an_order_laid_down_before_is_drawn_anew_with_a_reason_only(field: Field) -> None:
    with pytest.raises(AppError, match=r"page\.reason_missing"):
        promises(field, reason="")
    holds(field, promises(field))
    with field.database.read() as session:
        head = order(session, "c1")
    assert head is not None
    assert head.reason == WHY


def test_nobody_is_promised_who_has_been_on_stage(field: Field) -> None:
    steps(field, "P2", "call")
    with pytest.raises(AppError, match=r"console\.order_begun"):
        promises(field)


def test_who_is_called_between_promise_and_draw_stays_ahead(field: Field) -> None:
    rev = promises(field)
    steps(field, "P2", "call")
    holds(field, rev)
    ((_, several),) = newest(field).order
    assert appearing(field) == ["P2", *(entry for entry in several if entry != "P2")]


def test_a_tour_has_no_draw(field: Field) -> None:
    def tour(session: Session) -> None:
        session.get_one(Contest, "c1").form = "tour"

    field.database.write(tour)
    with pytest.raises(AppError, match=r"console\.not_on_stage"):
        promises(field)


def test_an_order_typed_after_the_draw_is_told_on_its_page(field: Field) -> None:
    holds(field, promises(field))
    with field.database.read() as session:
        head = order(session, "c1")
        assert head is not None
        assert changed_since(session, "c1") is None
    lays(field, ORDER, reason="三号选手的车晚到", seen=head.rev)
    assert "三号选手的车晚到" in field.client().get("/draw/c1").text


def test_the_printed_list_carries_promise_and_secret_until_it_is_changed(field: Field) -> None:
    def notes() -> list[str]:
        with field.database.read() as session:
            return [note for leaf in printed(papers(session, "c1", languages()["zh"])) for note in leaf.notes]

    assert notes() == []
    rev = promises(field)
    assert notes() == ["尚未抽签。", f"抽签的封存校验码：{newest(field).commitment}"]
    laid = holds(field, rev)
    drawn = newest(field)
    promise, secret = f"抽签的封存校验码：{drawn.commitment}", f"封存数（抽签后公布）：{drawn.secret}"
    assert notes() == ["现场报出的数：7", promise, secret]
    lays(field, ORDER, reason="三号选手的车晚到", seen=laid)
    assert notes() == []


def test_anybody_sees_the_promise_before_and_the_secret_only_after(field: Field) -> None:
    organiser, anybody = field.signed_in("organiser"), field.client()
    assert anybody.get("/draw/c1").status_code == 404
    assert organiser.post("/c/c1/draw", data={"group": []}).status_code == 422
    assert organiser.post("/c/c1/draw", data={"group": ["0"], "reason": WHY}).status_code == 303
    with field.database.read() as session:
        secret = secret_of(session)
    for page in (anybody.get("/draw/c1"), organiser.get("/c/c1/draw")):
        assert (sha256(f"commit/1|{secret}") in page.text, secret in page.text) == (True, False)
    rev = newest(field).rev
    assert organiser.post(f"/c/c1/draw/{rev}", data={"public": "7"}).status_code == 303
    assert f"seed/1|{secret}|7|" in anybody.get("/draw/c1").text


def secret_of(session: Session) -> str:
    return session.exec(select(StageDraw.secret)).one()
