"""Every phone of a contest as the organiser sees it, the one that needs him first at the top.

Reads devices. Writes nothing, and reads no mark: what a phone holds is a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.models import JudgeRow
from app.sync.queries import SILENT_MINUTES, Heard, devices

Tone = Literal["bad", "wait", "ok", "off"]
# What the phone's own test may find that its judge cannot do without; the rest is told and asks for nothing.
_NOT_KEPT, _HINDERS = "not_kept", frozenset({"insecure", "no_worker", "no_files"})


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone. ``unsent``: records it made that are not here; ``silent``: not heard of for half an hour.

    ``old``: it runs another page than the one that is served now. ``need``: 0 needs the organiser first.
    """

    judge: JudgeRow
    heard: Heard
    unsent: int
    silent: bool
    old: bool
    need: int

    @property
    def tested(self) -> bool:
        return bool(self.heard.version)

    @property
    def tone(self) -> Tone:
        """How its test of itself ended."""
        found = set(self.heard.finds)
        if _NOT_KEPT in found:
            return "bad"
        return "wait" if found & _HINDERS else "ok" if self.tested else "off"


def phones(session: Session, contest_id: str, *, served: str, moment: datetime) -> list[Phone]:
    """Every phone, the one that needs the organiser first at the top; ``served``: the page's version now."""
    judges = {row.id: row for row in contests.judges(session, contest_id)}
    since = (moment.astimezone(UTC) - timedelta(minutes=SILENT_MINUTES)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    found = [_phone(judges[one.judge_id], one, served, since) for one in devices(session, contest_id)]
    return sorted(found, key=lambda one: (one.need, one.heard.heard_at, one.judge.place_number))


def without(session: Session, contest_id: str, found: Sequence[Phone]) -> list[JudgeRow]:
    """The judges who have joined on no phone that still reads."""
    joined = {one.judge.id for one in found if not one.heard.revoked_at}
    return [row for row in contests.judges(session, contest_id) if row.id not in joined]


def _phone(judge: JudgeRow, heard: Heard, served: str, since: str) -> Phone:
    # A number that it gave out and that is not here is counted once, whether it says it is waiting or not.
    unsent, silent = max(heard.waiting, heard.lacking), heard.heard_at < since
    old = bool(heard.version) and heard.version != served
    needs = (
        _NOT_KEPT in heard.finds and not heard.revoked_at,
        bool(unsent or heard.photos) and silent,
        bool(unsent or heard.photos),
        old and not heard.revoked_at,
        bool(_HINDERS.intersection(heard.finds)) and not heard.revoked_at,
        not heard.version and not heard.revoked_at,
        silent and not heard.revoked_at,
        not heard.revoked_at,
    )
    return Phone(judge, heard, unsent, silent, old, next((n for n, so in enumerate(needs) if so), len(needs)))
