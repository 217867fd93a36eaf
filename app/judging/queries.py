"""The current sheets, folded from their revisions; who has handed in what, without a single mark; one judge's own.

Reads only. The fold: inside a device the phone's own numbers order its revisions, between devices the server's
revisions do. Never a clock.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, literal_column, select
from sqlmodel import Session, SQLModel, col

from app.accounts.models import Person
from app.contests import queries as contests
from app.contests.models import RoundCollection
from app.db import Quick, once
from app.judging.models import Collection, DecisionRow, PaperMatch, SheetRevision, StopLock
from app.sync.kinds import Sender
from app.sync.models import Arrival, Device
from app.sync.queries import SILENT_MINUTES, Heard, devices
from app.sync.schemas import number
from scoring.roster import Sheet

PAPER = "paper"
DICTATED = "dictated"  # the origin of a sheet that people entered for a judge, as he told them his marks
AFTER_SIGNATURE = "after_signature"  # why a sheet waits that would replace what its judge has signed


class Revision(NamedTuple):
    """What the fold needs of a sheet's revision. Paper has the device "" and the number 0."""

    judge_id: str
    entry_id: str
    kind: str
    ticks: str
    device_id: str
    device_seq: int
    server_rev: int
    revision_id: str
    origin: str
    based_on: int
    digest: str


_TABLE = SQLModel.metadata.tables["sheet_revision"]
_COLUMNS = [_TABLE.c[name] for name in Revision._fields]
# The statements of every batch are built once: putting one together costs more than running it.
_OTHERS = (
    _TABLE.c.contest_id == bindparam("contest"),
    _TABLE.c.judge_id == bindparam("judge"),
    _TABLE.c.device_id != bindparam("device"),
)
# "+ 0" keeps them off the index over revisions, in which they would look through the whole contest's sheets.
_REV = _TABLE.c.server_rev + literal_column("0")
# A signature given on another phone of the judge is told too: the package says what is still unsigned. And what he
# was answered when he asked to be recused.
_SIGNED = SQLModel.metadata.tables["judge_signature"]
_ANSWERED = SQLModel.metadata.tables["recusal_answer"]
_NEWEST = Quick(
    select(
        select(func.max(_REV)).where(*_OTHERS).scalar_subquery(),
        select(func.max(_SIGNED.c.server_rev))
        .where(
            _SIGNED.c.contest_id == bindparam("contest"),
            _SIGNED.c.judge_id == bindparam("judge"),
            _SIGNED.c.device_id != bindparam("device"),
        )
        .scalar_subquery(),
        select(func.max(_ANSWERED.c.rev))
        .where(_ANSWERED.c.contest_id == bindparam("contest"), _ANSWERED.c.judge_id == bindparam("judge"))
        .scalar_subquery(),
    )
)
_BY_OTHERS = select(*_COLUMNS).where(*_OTHERS)
_BY_OTHERS_OF = Quick(_BY_OTHERS.where(_TABLE.c.entry_id == bindparam("entry"), _TABLE.c.kind != "draft"))
_COLLECTED = Quick(
    select(SQLModel.metadata.tables["collection"].c.rev).where(
        SQLModel.metadata.tables["collection"].c.contest_id == bindparam("contest")
    )
)


def revisions(session: Session, contest_id: str, *where: Any) -> list[Revision]:  # noqa: ANN401  conditions of SQLAlchemy
    rows = session.connection().execute(select(*_COLUMNS).where(_TABLE.c.contest_id == contest_id, *where))
    return [Revision(*row) for row in rows]


def newest(several: Iterable[Revision]) -> Revision | None:
    """The newest of one sheet's revisions: of each device the one it numbered highest, of these the server's newest.

    A phone may deliver an older revision after a newer one; between two devices only the server saw an order.
    """
    last: dict[str, Revision] = {}
    for one in sorted(several, key=lambda one: (one.device_seq, one.server_rev)):
        before = last.get(one.device_id)
        # A browser that threw its store away counts from 1 again. What it then made knew the marks from before, and
        # came after them: ``based_on`` alone may be a number of the server's life before a restore.
        if before is None or before.based_on < one.server_rev or before.server_rev <= one.server_rev:
            last[one.device_id] = one
    return max(last.values(), key=lambda one: (one.server_rev, one.device_seq), default=None)


def folded(several: Iterable[Revision]) -> dict[tuple[str, str], Revision]:
    """The newest revision of each sheet, by judge and entry; a withdrawn sheet is not there."""
    sheets: dict[tuple[str, str], list[Revision]] = {}
    for one in several:
        if one.kind != "draft":
            sheets.setdefault((one.judge_id, one.entry_id), []).append(one)
    found = ((key, rows[0] if len(rows) == 1 else newest(rows)) for key, rows in sheets.items())
    return {key: one for key, one in found if one and one.kind == "submitted"}


@once
def current(session: Session, contest_id: str) -> dict[tuple[str, str], Revision]:
    """The sheets that count now. After collection nothing is added but by decision."""
    return folded(revisions(session, contest_id, SheetRevision.kind != "draft"))


def current_sheets(session: Session, contest_id: str) -> list[Sheet]:
    """The same as the engine takes them, in the order of judges and entries.

    None of an entry that was dropped, and none that a recusal has ``set_aside``.
    """
    aside = set_aside(session, contest_id)
    found = {key: one for key, one in current(session, contest_id).items() if key not in aside}
    judges = {row.id: row.place_number for row in contests.judges(session, contest_id)}
    entries = {row.id: row.place_number for row in contests.entries(session, contest_id)}
    keys = sorted((key for key in found if key[1] in entries), key=lambda key: (entries[key[1]], judges[key[0]]))
    return [Sheet(judge, entry, tuple(json.loads(found[judge, entry].ticks))) for judge, entry in keys]


def set_aside(session: Session, contest_id: str) -> set[tuple[str, str]]:
    """The (judge, entry) pairs whose sheet is kept and does not count, because the judge was recused in time.

    In time is before the entry was closed, by its stop or by the collection. Whoever is recused later may be so because
    somebody knows his marks: his sheet then contradicts the recusal, and people decide.
    """
    recused = contests.recusals(session, contest_id)
    if not recused:
        return set()
    collected = session.get(Collection, contest_id)
    always = [collected.rev] if collected else []
    rounds = {row.round: row.rev for row in session.scalars(_of(RoundCollection, contest_id))}
    stops = {row.entry_id: row.rev for row in session.scalars(_of(StopLock, contest_id))}
    of = contests.round_of(session, contest_id)
    found = set()
    for entry in contests.entries(session, contest_id):
        closed = [*always, *([stops[entry.id]] if entry.id in stops else [])]
        closed += [rounds[of[entry.component]]] if of.get(entry.component) in rounds else []
        for row in recused:
            if entry.id == row.entry_id or entry.unit_id == row.unit_id:
                found |= {(row.judge_id, entry.id)} if all(row.rev < rev for rev in closed) else set()
    return found


def _of(model: type[SQLModel], contest_id: str) -> Any:  # noqa: ANN401  a statement of SQLAlchemy
    return select(model).where(model.__table__.c.contest_id == contest_id)  # type: ignore[attr-defined]


def rebuilt(session: Session, contest_id: str) -> dict[tuple[str, str], Revision]:
    """The same fold from what arrived, as it arrived, with what people put in: must equal ``current``.

    People put in paper, as two of them typed it, late sheets that they admitted, and by his signature a judge puts in
    what had come after an earlier one of his.
    """
    devices_of = select(Device).where(col(Device.contest_id) == contest_id)
    judge_of = {device.id: device.judge_id for device in session.scalars(devices_of)}
    stored = session.scalars(
        select(Arrival).where(
            col(Arrival.contest_id) == contest_id, col(Arrival.kind) == "sheet", col(Arrival.result) == "stored"
        )
    )
    bodies = [(row, json.loads(row.body)) for row in stored]
    phones = [
        Revision(
            judge_of[row.device_id], body["entry_id"], body["state"], json.dumps(body["ticks"]),
            row.device_id, row.device_seq, row.rev, row.revision_id, "phone", number(body.get("based_on")), row.sha256,
        )
        for row, body in bodies
    ]  # fmt: skip
    signed_later = select(col(Arrival.revision_id)).where(
        col(Arrival.contest_id) == contest_id, col(Arrival.reason) == AFTER_SIGNATURE
    )
    put_in = (col(SheetRevision.device_id) == "") | col(SheetRevision.revision_id).in_(signed_later)
    return folded([*phones, *revisions(session, contest_id, put_in)])


# --- one judge's own ------------------------------------------------------------------------------------------------


def own_sheets(session: Session, sender: Sender) -> list[dict[str, Any]]:
    """The judge's sheets for his package: of each entry what counts, and a draft where that is newer."""
    mine: dict[str, list[Revision]] = {}
    for one in revisions(session, sender.contest_id, SheetRevision.judge_id == sender.judge_id):
        mine.setdefault(one.entry_id, []).append(one)
    found = [one for rows in mine.values() for one in _standing(rows) if one.kind != "withdrawn"]
    return _told(session, sender.contest_id, found)


def changes(session: Session, sender: Sender, since: int) -> tuple[list[dict[str, Any]], int]:
    """What reached this judge's sheets by another way than this device, after ``since``; and the newest of all that.

    A signature that he gave on another device, and an answer to what he asked, count among the newest, and are no
    change of a sheet.
    """
    whose = {"contest": sender.contest_id, "judge": sender.judge_id, "device": sender.device_id}
    newest_rev = max(int(rev or 0) for rev in _NEWEST(session, **whose)[0])
    if newest_rev <= since:
        return [], newest_rev
    theirs: dict[str, list[Revision]] = {}
    for row in session.connection().execute(_BY_OTHERS, whose):
        one = Revision(*row)
        theirs.setdefault(one.entry_id, []).append(one)
    # A phone offers again what it holds in an order of its own: an old revision that came last is nothing to tell.
    told = [one for rows in theirs.values() for one in _standing(rows) if one.server_rev > since]
    return _told(session, sender.contest_id, told), newest_rev


def _standing(rows: Sequence[Revision]) -> list[Revision]:
    """Of one sheet's revisions what counts, and a draft where that is newer."""
    counts, last = newest(one for one in rows if one.kind != "draft"), newest(rows)
    return [one for one in dict.fromkeys((counts, last)) if one]


def by_others(session: Session, sender: Sender, entry_id: str) -> Revision | None:
    """The newest of one of this judge's sheets that came by another way than this device; no draft."""
    whose = {"contest": sender.contest_id, "judge": sender.judge_id, "device": sender.device_id}
    return newest(Revision(*row) for row in _BY_OTHERS_OF(session, **whose, entry=entry_id))


def _told(session: Session, contest_id: str, found: Iterable[Revision]) -> list[dict[str, Any]]:
    """Sheets as a phone is told of them; of one that was dictated also who entered and who confirmed it."""
    told = [as_told(one) for one in sorted(found, key=lambda one: (one.server_rev, one.device_seq))]
    for one in told:
        if one["origin"] == DICTATED:
            one["by"] = _entered_by(session, contest_id, one["revision_id"])
    return told


def _entered_by(session: Session, contest_id: str, revision_id: str) -> list[str]:
    match = session.get(PaperMatch, (contest_id, revision_id))
    people = (match.first_by, match.second_by) if match else ()
    found = [(person, session.get(Person, person)) for person in people]
    return [row.name if row else person for person, row in found]


def as_told(one: Revision) -> dict[str, Any]:
    return {
        "entry": one.entry_id,
        "revision_id": one.revision_id,
        "rev": one.server_rev,
        "state": one.kind,
        "ticks": json.loads(one.ticks),
        "origin": one.origin,
    }


class Dictated(NamedTuple):
    """A sheet that counts as its judge dictated it, and the names of the two who typed it."""

    judge_id: str
    entry_id: str
    first: str
    second: str


def dictated(session: Session, contest_id: str) -> list[Dictated]:
    """Every such sheet, in the order of entries and judges."""
    if not revisions(session, contest_id, SheetRevision.origin == DICTATED):
        return []
    judges = {row.id: row.place_number for row in contests.judges(session, contest_id)}
    entries = {row.id: row.place_number for row in contests.entries(session, contest_id)}
    counts = current(session, contest_id).values()
    found = [one for one in counts if one.origin == DICTATED and one.entry_id in entries]
    found.sort(key=lambda one: (entries[one.entry_id], judges[one.judge_id]))
    return [Dictated(one.judge_id, one.entry_id, *_entered_by(session, contest_id, one.revision_id)) for one in found]


def on_paper(session: Session, contest_id: str) -> Counter[str]:
    """How many of the sheets that count of each entry came on paper, which two people typed alike."""
    some = revisions(session, contest_id, SheetRevision.origin == PAPER)
    counts = current(session, contest_id).values() if some else ()
    return Counter(one.entry_id for one in counts if one.origin == PAPER)


def is_collected(session: Session, contest_id: str) -> bool:
    return bool(_COLLECTED(session, contest=contest_id))


def locks(session: Session, contest_id: str) -> dict[str, str]:
    """The entries whose stop is locked, or whose round is collected, with the moment."""
    found = select(col(StopLock.entry_id), col(StopLock.at)).where(col(StopLock.contest_id) == contest_id)
    stops = {str(row[0]): str(row[1]) for row in session.connection().execute(found)}
    if over := contests.round_collections(session, contest_id):
        of = contests.round_of(session, contest_id)
        every = [(row.id, of[row.component]) for row in contests.entries(session, contest_id)]
        stops = {entry: over[name] for entry, name in every if name in over} | stops
    return stops


def graces(session: Session, contest_id: str) -> dict[str, tuple[str, str]]:
    """Of each entry whose lock leaves a grace, when it was locked and until when."""
    found = select(col(StopLock.entry_id), col(StopLock.at), col(StopLock.grace_until)).where(
        col(StopLock.contest_id) == contest_id, col(StopLock.grace_until) != ""
    )
    return {str(row[0]): (str(row[1]), str(row[2])) for row in session.connection().execute(found)}


# --- who has handed in ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Doubt:
    """A device of which it is not known what it holds: ``lacking`` numbers never came, or it was silent too long."""

    judge_id: str
    since: str
    lacking: int
    waiting: int
    silent: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """One entry: how many sheets are due, received, missing; ``unknown`` of the missing may lie on a phone.

    ``begun``: whether it has taken place, as far as can be known. Until then its missing sheets are due, and no more.
    """

    entry_id: str
    due: int
    received: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    unknown_since: str
    begun: bool


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Counts only, never a mark: what the board may show before the opening."""

    stops: tuple[Stop, ...]
    doubts: tuple[Doubt, ...]

    @property
    def complete(self) -> bool:
        """Nothing missing and nothing unknown."""
        return not self.doubts and not any(stop.missing for stop in self.stops)


def handed_in(session: Session, contest_id: str, *, silent_minutes: int = SILENT_MINUTES) -> HandedIn:
    """What has come and what has not, per entry in the manual order, and the phones nobody knows enough of."""
    due: dict[str, list[str]] = {row.id: [] for row in contests.entries(session, contest_id)}
    decided = absences(session, contest_id)
    for judge, entry in contests.due(session, contest_id):
        if (judge, entry) not in decided:
            due[entry].append(judge)
    come = current(session, contest_id).keys()
    doubts = doubtful(session, contest_id, silent_minutes=silent_minutes)
    begun = _begun(session, contest_id, {entry for _, entry in come} | locks(session, contest_id).keys())
    stops = []
    for entry, judges in due.items():
        missing = tuple(judge for judge in judges if (judge, entry) not in come)
        unknown = tuple(judge for judge in missing if judge in doubts)
        since = min((doubts[judge].since for judge in unknown), default="")
        received = len(judges) - len(missing)
        stops.append(Stop(entry, len(judges), received, missing, unknown, since, entry in begun))
    still_due = {judge for stop in stops for judge in stop.missing}
    # A silent phone of a judge who has handed in everything, and that said it holds nothing, is at rest.
    open_doubts = (one for one in doubts.values() if one.lacking or one.waiting or one.judge_id in still_due)
    return HandedIn(tuple(stops), tuple(open_doubts))


def _begun(session: Session, contest_id: str, marked: set[str]) -> set[str]:
    """The entries that have taken place: those ``marked`` or locked, or attendance or a sheet tells of a later day.

    After the collection, and where judges mark files in their own time, all of them.
    """
    entries = contests.entries(session, contest_id)
    if is_collected(session, contest_id) or contests.contest(session, contest_id).form == "desk":
        return {entry.id for entry in entries}
    days = contests.days(session, contest_id)
    told = {day for _, day in contests.attendance(session, contest_id)}
    told.update(entry.day for entry in entries if entry.id in marked)
    over = days[: max((place for place, day in enumerate(days) if day in told), default=0)]
    return marked | {entry.id for entry in entries if entry.day in over}


def doubtful(session: Session, contest_id: str, *, silent_minutes: int = SILENT_MINUTES) -> dict[str, Doubt]:
    """The judges of whose phone too little is known now: phones and time change it, not only acts of the contest."""
    return _doubts(_with_undecided(session, contest_id, devices(session, contest_id)), silent_minutes)


# A sheet that came and does not count, of which its judge alone can say what is to be.
_UNDECIDED = select(col(Arrival.device_id), col(Arrival.body), col(Arrival.rev)).where(
    col(Arrival.contest_id) == bindparam("contest"),
    col(Arrival.kind) == "sheet",
    col(Arrival.result).in_(("conflict", "rejected")),
    col(Arrival.reason).in_(("", "incomplete", "out_of_range", "stale_scheme")),
)


def _with_undecided(session: Session, contest_id: str, heard: Sequence[Heard]) -> list[Heard]:
    """The same devices, each ``waiting`` also for what its judge has still to settle on it.

    Another sheet of his may count meanwhile, so nothing is missing; but it need not be the one he meant. After the
    collection he can settle nothing any more: people decide, and ``decision_queries.undecided`` lists it.
    """
    if is_collected(session, contest_id):
        return list(heard)
    judge_of = {one.device_id: one.judge_id for one in heard}
    undecided: dict[str, set[str]] = {}
    arrivals = session.connection().execute(_UNDECIDED, {"contest": contest_id}).all()
    counts = current(session, contest_id) if arrivals else {}
    marked = {entry.id for entry in contests.entries(session, contest_id)} if arrivals else ()
    for device, body, rev in arrivals:
        sheet = json.loads(body)
        counted = counts.get((judge_of[device], sheet["entry_id"]))
        if sheet["state"] == "submitted" and sheet["entry_id"] in marked and counted and counted.server_rev < rev:
            undecided.setdefault(device, set()).add(sheet["entry_id"])
    return [replace(one, waiting=one.waiting + len(undecided.get(one.device_id, ()))) for one in heard]


def _doubts(heard: Sequence[Heard], silent_minutes: int) -> dict[str, Doubt]:
    """Per judge the device that is known least of: one that holds something before one that is only silent."""
    limit = (datetime.now(UTC) - timedelta(minutes=silent_minutes)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    found: dict[str, Doubt] = {}
    newest_first = sorted(heard, key=lambda one: one.heard_at, reverse=True)
    for one in sorted(newest_first, key=lambda one: bool(one.lacking or one.waiting)):
        silent = one.heard_at < limit
        if one.revoked_at is None and (one.lacking or one.waiting or silent):
            found[one.judge_id] = Doubt(one.judge_id, one.heard_at, one.lacking, one.waiting, silent)
    return found


def absences(session: Session, contest_id: str) -> set[tuple[str, str]]:
    """The (judge, entry) pairs of which people decided that the sheet will not come."""
    of_contest = select(DecisionRow).where(col(DecisionRow.contest_id) == contest_id).order_by(col(DecisionRow.rev))
    several = session.scalars(of_contest).all()
    revoked = {row.revoked_rev for row in several}
    subjects = (row.subject.partition("/") for row in several if row.kind == "absence" and row.rev not in revoked)
    return {(judge, entry) for judge, _, entry in subjects}
