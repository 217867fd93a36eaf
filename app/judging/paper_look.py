"""The third look (第三人复看): two people typed a paper sheet differently, and a third reads what stands on the paper.

Reads the two typings. Writes what was seen, and the sheet that counts from then on. Never lets one who typed be the
third, never takes a mark that nobody typed, and changes no typing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from app.audit import now, record
from app.contests.access import Member
from app.errors import AppError
from app.i18n import Language
from app.judging.models import PaperLook
from app.judging.paper import NoSuchSheet, accept_agreed, digests, lock
from app.judging.paper_cells import limits, word
from app.judging.paper_queries import Panel, PaperSheet, Typing, panel, paper_sheets
from app.reasons import reason_in
from scoring.numbers import plain

Which = Literal["first", "second"]


class NothingDiffers(AppError):
    """The two typings agree by now, or one was corrected since the page was made."""

    code = "paper.nothing_differs"
    status = 409


class NoThirdPerson(AppError):
    """The database refuses it too, by ``ck_paper_look_third_person``."""

    code = "paper.no_third_person"
    status = 409


class NotEveryMark(AppError):
    """A mark that was typed differently is not chosen, or where it was chosen nothing had been typed."""

    code = "paper.not_every_mark"
    status = 422


@dataclass(frozen=True, slots=True)
class Differing:
    """One item that was typed differently; an empty text where nothing was typed."""

    id: str
    name: str
    limits: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class LookPage:
    """What the third person sees. ``seen``: the newer of the two typings, so that a later correction is noticed."""

    judge: str
    judge_name: str
    entry: str
    entry_name: str
    items: tuple[Differing, ...]
    seen: int


def look_page(session: Session, member: Member, judge: str, entry: str, language: Language) -> LookPage:
    """The marks in which two typings differ, to whoever made neither.

    Raises NoSuchSheet, NothingDiffers, NoThirdPerson.
    """
    who, (first, second) = _differing(session, member.contest_id, member.id, judge, entry)
    found = []
    for item, one, other in zip(who.items(entry), first.ticks, second.ticks, strict=True):
        if one != other:
            texts = ["" if tick is None else plain(tick * item.step) for tick in (one, other)]
            found.append(Differing(item.id, word(item.name, language), limits(item), *texts))
    return LookPage(
        judge, who.judges[judge].name, entry, who.entries[entry].name, tuple(found), max(first.rev, second.rev)
    )


def look_at_paper(
    session: Session,
    actor: str,
    *,
    contest_id: str,
    judge: str,
    entry: str,
    marks: Mapping[str, Which],
    seen: int,
    reason: str,
) -> int:
    """Say of every item that two people typed differently which typing stands on the paper. Returns the revision.

    ``marks``: by item. ``seen``: of the page. Possible after the collection too: both typings were there before. The
    sheet then counts, unless the phone handed in something else. Raises ReasonMissing, NoSuchSheet, NothingDiffers,
    NoThirdPerson, NotEveryMark.
    """
    why = reason_in(reason)
    lock(session, contest_id)
    who, (first, second) = _differing(session, contest_id, actor, judge, entry)
    if max(first.rev, second.rev) != seen:
        raise NothingDiffers
    ticks = []
    for item, one, other in zip(who.items(entry), first.ticks, second.ticks, strict=True):
        chosen = {"first": one, "second": other}.get(marks.get(item.id, "")) if one != other else one
        if chosen is None:
            raise NotEveryMark
        ticks.append(chosen)
    told = {"sheets": [digests(judge, entry, tuple(ticks), actor)], "reason": why}
    rev = record(session, actor, "look_at_paper", contest_id=contest_id, subject=f"{judge}/{entry}", payload=told)
    session.add(
        PaperLook(
            contest_id=contest_id, rev=rev, first_rev=first.rev, first_number=first.number, first_by=first.by,
            second_rev=second.rev, second_number=second.number, second_by=second.by, ticks=json.dumps(ticks),
            reason=why, looked_by=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()
    accept_agreed(session, actor, contest_id, [paper_sheets(session, contest_id, [entry])[judge, entry]])
    return rev


def _differing(
    session: Session, contest_id: str, person: str, judge: str, entry: str
) -> tuple[Panel, tuple[Typing, Typing]]:
    who = panel(session, contest_id)
    if judge not in who.judges or entry not in who.entries:
        raise NoSuchSheet({"judge": judge, "entry": entry})
    pair = paper_sheets(session, contest_id, [entry]).get((judge, entry), PaperSheet(judge, entry)).differing
    if pair is None:
        raise NothingDiffers
    if person in (pair[0].by, pair[1].by):
        raise NoThirdPerson
    return who, pair
