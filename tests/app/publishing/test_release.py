"""Scores and standings released to the hall: who confirms, what is frozen, what keeps it back, and taking it back.

The figures are those of ready.py: at 清江市's project judge 1 gave 95 and judge 2 gave 85, everybody else 90. The
highest and the lowest fall out, and the other eight give 90.00.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app import audit
from app.accounts import service as accounts
from app.contests.access import Member
from app.errors import AppError
from app.publishing import release
from app.publishing.models import Release
from app.publishing.release import (
    AlreadyReleased,
    ConfirmedByYourself,
    LaterStandsOnIt,
    MovedSinceConfirmed,
    NoSuchEntrant,
    NotConfirmed,
    NothingLeft,
    NotReleased,
    NotSettled,
    OtherVersionReleased,
    ReleasedMeanwhile,
)
from app.publishing.scenes import Released, in_force
from app.publishing.service import NotSigned
from app.reasons import ReasonMissing
from app.results.service import StillBlind
from tests.app.publishing.ready import TOUR, Ready
from tests.app.sync.field import Field

B_PROJECT = "BP"


class Hall:
    """The console with two people: one confirms, the other releases."""

    def __init__(self, field: Field, contest: str = TOUR) -> None:
        self.database, self.contest = field.database, contest
        self.checker, self.organiser = self.person("checker"), self.person("organiser")

    def person(self, role: str) -> Member:
        def deed(session: Session) -> str:
            return accounts.add_person(session, "-", login=f"hall-{role}", name=role, password_hash="-")  # noqa: S106

        return Member(self.database.write(deed), role, self.contest, frozenset({role}))

    def confirms(self, entry: str = B_PROJECT, by: Member | None = None) -> str:
        who = by or self.checker
        return self.database.write(lambda s: release.confirm_score(s, who, contest_id=self.contest, entry_id=entry))

    def releases(self, entry: str = B_PROJECT, by: Member | None = None) -> int:
        who = by or self.organiser
        return self.database.write(lambda s: release.release_score(s, who, contest_id=self.contest, entry_id=entry))

    def reveals(self, how: release.How = "tier", version: int = 1, after: int | None = None) -> int:
        facts = {"contest_id": self.contest, "version": version}
        return self.database.write(
            lambda s: release.release_standing(s, self.organiser, how=how, after=after, **facts)  # type: ignore[arg-type]
        )

    def withdraws(self, rev: int, reason: str = "念错了") -> int:
        facts = {"contest_id": self.contest, "reason": reason}
        return self.database.write(lambda s: release.withdraw_release(s, self.organiser, rev=rev, **facts))

    def shown(self) -> list[Released]:
        with self.database.read() as session:
            return in_force(session, self.contest)

    def refuses(self, why: type[AppError], deed: Callable[[], object]) -> None:
        before = self.shown()
        with pytest.raises(why):
            deed()
        assert self.shown() == before


@pytest.fixture
def hall(ready: Ready) -> Hall:
    return Hall(ready.field)


def page(one: Released, code: str = "zh") -> Any:  # noqa: ANN401  JSON
    return one.document["page"][code]


def test_a_confirmed_score_is_frozen_with_its_marks_and_the_dropped_ones_named(hall: Hall) -> None:
    assert hall.confirms() == "90.00"
    rev = hall.releases()
    [one] = hall.shown()
    assert (one.rev, one.kind, one.entry_id, one.document["score"]) == (rev, "score", B_PROJECT, "90.00")
    marks = [(mark["seat"], mark["mark"], mark["out"]) for mark in one.document["marks"]]
    assert marks[:3] == [(1, "95.00", "high"), (2, "85.00", "low"), (3, "90.00", "")]
    assert len(marks) == 10
    assert (page(one)["number"], page(one)["name"], page(one)["unit"]) == (2, "BP", "清江市")
    text = json.dumps(one.document, ensure_ascii=False)
    assert "评判者" not in text


def test_what_is_released_is_canonical_and_never_changed(hall: Hall) -> None:
    hall.confirms()
    rev = hall.releases()
    with hall.database.read() as session:
        document = session.get_one(Release, (TOUR, rev)).document
    assert document == json.dumps(json.loads(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    with pytest.raises(DBAPIError, match="append-only"):
        hall.database.write(lambda s: s.connection().exec_driver_sql("UPDATE release SET document = ''"))
    with pytest.raises(DBAPIError, match="append-only"):
        hall.database.write(lambda s: s.connection().exec_driver_sql("DELETE FROM score_confirmation"))


def test_nobody_releases_what_nobody_or_only_he_himself_has_confirmed(hall: Hall) -> None:
    hall.refuses(NotConfirmed, hall.releases)
    hall.confirms(by=hall.organiser)
    hall.refuses(ConfirmedByYourself, hall.releases)
    hall.confirms()
    hall.releases()
    hall.refuses(AlreadyReleased, hall.releases)


def test_the_database_refuses_a_score_that_one_person_confirmed_and_released(hall: Hall) -> None:
    hall.confirms(by=hall.organiser)
    with hall.database.read() as session:
        confirmed = release.confirmation(session, TOUR, B_PROJECT)
    assert confirmed

    def deed(session: Session, **other: None) -> None:
        rev = audit.record(session, "-", "release_score", contest_id=TOUR)
        row = Release(
            contest_id=TOUR, rev=rev, kind="score", entry_id=B_PROJECT, confirmed_rev=confirmed.rev,
            confirmed_by=hall.organiser.id, by_person=hall.organiser.id, at=audit.now(),
        )  # fmt: skip
        for name, value in other.items():
            setattr(row, name, value)
        session.add(row)

    for other in ({}, {"confirmed_by": None}, {"confirmed_rev": None}, {"entry_id": None}):
        with pytest.raises(DBAPIError):
            hall.database.write(lambda s, other=other: deed(s, **other))  # type: ignore[misc]
    assert hall.shown() == []


def test_a_score_that_has_moved_since_is_confirmed_again(hall: Hall, ready: Ready) -> None:
    hall.confirms()
    ready.decided("void", f"J1/{B_PROJECT}")
    hall.refuses(MovedSinceConfirmed, hall.releases)
    # Nine sheets are left, of which none is dropped: (85 + 8 x 90) / 9 = 89.444...
    assert hall.confirms() == "89.44"
    hall.releases()
    assert [mark["out"] for mark in hall.shown()[0].document["marks"]] == [""] * 9


def test_a_score_with_something_open_is_neither_confirmed_nor_released(hall: Hall, ready: Ready) -> None:
    hall.refuses(NoSuchEntrant, lambda: hall.confirms("P9"))
    for judge in range(1, 8):  # of ten sheets three are left, and the scheme asks for five
        ready.decided("void", f"J{judge}/{B_PROJECT}")
    hall.refuses(NotSettled, hall.confirms)


def test_under_the_blind_nothing_is_confirmed(field: Field) -> None:
    hall = Hall(field, "c1")
    hall.refuses(StillBlind, lambda: hall.confirms("P1"))


def test_a_withdrawn_score_is_in_force_no_more_and_may_be_released_anew(hall: Hall) -> None:
    hall.confirms()
    rev = hall.releases()
    hall.refuses(ReasonMissing, lambda: hall.withdraws(rev, " "))
    hall.withdraws(rev)
    assert hall.shown() == []
    hall.refuses(NotReleased, lambda: hall.withdraws(rev))
    hall.releases()
    assert [one.entry_id for one in hall.shown()] == [B_PROJECT]


def test_the_reveal_goes_from_the_lowest_prize_up_and_says_no_more_than_the_scheme_publishes(
    hall: Hall, ready: Ready
) -> None:
    ready.seals()
    hall.refuses(NotSigned, hall.reveals)
    ready.signs()
    told = []
    for how in ("tier", "unit", "unit", "tier"):
        hall.reveals(how)
        one = page(hall.shown()[-1])
        told.append((one["tier"], [unit["name"] for unit in one["units"]]))
    # One third prize, two second (松坪县 before 云岭县), one first.
    assert told == [("三等奖", ["岩门县"]), ("二等奖", ["云岭县"]), ("二等奖", ["松坪县"]), ("一等奖", ["清江市"])]
    assert [one.document["first"] for one in hall.shown()] == [False, False, False, True]
    assert set(page(hall.shown()[0])["units"][0]) == {"name", "division", "place"}  # the tour publishes ranks
    hall.refuses(NothingLeft, hall.reveals)


def test_a_whole_prize_at_once_stands_in_the_order_of_the_ranking(hall: Hall, ready: Ready) -> None:
    ready.seals()
    ready.signs()
    hall.reveals()
    hall.refuses(ReleasedMeanwhile, lambda: hall.reveals(after=0))
    hall.reveals(after=1)
    assert [unit["name"] for unit in page(hall.shown()[-1])["units"]] == ["松坪县", "云岭县"]
    assert page(hall.shown()[-1], "en")["tier"] == "Second prize"


def test_the_reveal_is_withdrawn_from_its_end_and_before_another_version_begins(hall: Hall, ready: Ready) -> None:
    ready.seals()
    ready.signs()
    first, second = hall.reveals(), hall.reveals()
    hall.refuses(LaterStandsOnIt, lambda: hall.withdraws(first))
    ready.prior("A", "91")
    ready.seals("更正平时工作分", after=1)
    hall.refuses(NotSigned, lambda: hall.reveals(version=1))
    ready.signs(2)
    hall.refuses(OtherVersionReleased, lambda: hall.reveals(version=2))
    hall.withdraws(second)
    hall.withdraws(first)
    hall.reveals(version=2)
    assert [one.version for one in hall.shown()] == [2]
