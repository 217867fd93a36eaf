"""How a tour of the demo ends, by the deeds of the desk: from the collection to the publication and the issue lists.

Reads what stands. Never writes a row itself. The leader and the documents are as invented as the tour.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.access import Member
from app.db import Database
from app.issues.links import make_links
from app.issues.queries import findings
from app.issues.release import release_all
from app.judging.confirming import confirm_everything
from app.judging.decisions import Wanted, decide
from app.judging.service import collect
from app.publishing.service import approve, counter_sign, publish, seal
from app.results.service import open_marks

LEFT_EARLY = ("接到防汛通知，当天中午前提前返回，后面的点位没有评。", "拉练评审组会议纪要第1号（演示）")
KINSHIP = ("评委报告与项目负责人是近亲属，本人这份评分表不计入。", "拉练评审组会议纪要第2号（演示）")
LEADER, OFFICE = "周示范", "拉练观摩领导小组组长"


@dataclass(frozen=True, slots=True)
class Desk:
    """The people at the desk of one contest: their ids and their names, by role."""

    database: Database
    contest_id: str
    people: Mapping[str, str]
    names: Mapping[str, str]

    def act(self, deed: Callable[..., Any], role: str, /, **facts: object) -> None:
        """A deed that is told who did it."""
        whose = self.contest_id
        self.database.write(lambda session: deed(session, self.people[role], contest_id=whose, **facts))

    def sign(self, deed: Callable[..., Any], role: str, /, **facts: object) -> None:
        """A deed that asks for the roles of who does it."""
        member = Member(self.people[role], self.names[role], self.contest_id, frozenset({role}))
        self.database.write(lambda session: deed(session, member, **facts))


def decide_and_open(desk: Desk, *, absent: Sequence[str], void: str) -> None:
    """收分, what people decide of it, and 开分 by two. ``absent``, ``void``: sheets, as ``J1/E1``."""
    desk.act(collect, "organiser")
    for wanted, (reason, document) in (
        ([Wanted("absence", sheet) for sheet in absent], LEFT_EARLY),
        ([Wanted("void", void)], KINSHIP),
    ):
        desk.act(decide, "organiser", wanted=wanted, reason=reason, document=document)
        desk.act(confirm_everything, "steward")
    for role in ("organiser", "steward"):
        desk.sign(open_marks, role, role=role)


def publish_result(desk: Desk) -> None:
    """锁定成绩, 复核 by another, 送审, 公布 at the level of the scheme."""
    with desk.database.read() as session:
        level = contests.scheme(session, desk.contest_id).publication.level
        zone = ZoneInfo(contests.contest(session, desk.contest_id).time_zone)
    today = datetime.now(zone).date().isoformat()
    version = {"contest_id": desk.contest_id, "version": 1}
    desk.sign(seal, "organiser", contest_id=desk.contest_id, reason="", after=0)
    desk.sign(counter_sign, "steward", **version)
    desk.sign(
        approve, "organiser", **version, leader=LEADER, office=OFFICE, approved_on=today,
        document=f"演示文〔{today[:4]}〕7号",
    )  # fmt: skip
    desk.sign(publish, "organiser", **version, level=level)


def release_lists(desk: Desk, *, units: Sequence[str]) -> None:
    """The issue lists of ``units`` in the judges' words, and a link for each of them."""
    desk.act(_release, "organiser", units=units)
    desk.act(make_links, "organiser", units=units)


def _release(session: Session, actor: str, *, contest_id: str, units: Sequence[str]) -> int:
    """As the organiser presses the button with what he has just read."""
    seen = {one.finding.revision_id for one in findings(session, contest_id) if one.entry.unit_id in units}
    return release_all(session, actor, contest_id=contest_id, seen=seen)
