"""What is known of devices and arrivals: whose device it is, which numbers are missing, what the phone's package holds.

Reads only.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, func, select

from app.accounts.service import hashed
from app.audit import ContestHead
from app.contests import queries as contests
from app.contests.calls import material_calls
from app.contests.categories import categories, category_names
from app.contests.models import AttendanceRow, JudgeRow, RecusalRow, Substitution, UnitRow
from app.contests.road import RoadEntry
from app.db import Quick, once
from app.sync.kinds import Kinds, Sender
from app.sync.models import Arrival, ArrivalAgain, Badge, BadgeWindow, Device, Heartbeat
from scoring.canonical import digest
from scoring.check import Due
from scoring.numbers import plain
from scoring.scheme import Item, Scheme

SILENT_MINUTES = 30  # a phone that was not heard of for longer is asked about
STAGE_BEAT_SECONDS = 3  # so often a phone asks whom the console has called
MOST_MISSING = 500  # so many numbers are asked for in one answer; the next answer asks for the rest


# The statements of every batch are built once: putting one together costs more than running it.
_ARRIVAL, _EPOCH, _DEVICE = (SQLModel.metadata.tables[name] for name in ("arrival", "server_epoch", "device"))
_OF_DEVICE = (_ARRIVAL.c.contest_id == bindparam("contest"), _ARRIVAL.c.device_id == bindparam("device"))
_COUNT = Quick(
    sql_select(func.count(func.distinct(_ARRIVAL.c.device_seq))).where(*_OF_DEVICE, _ARRIVAL.c.device_seq > 0)
)
NEWEST_EPOCH = sql_select(_EPOCH.c.value).order_by(_EPOCH.c.number.desc()).limit(1)
_NEWEST_EPOCH = Quick(NEWEST_EPOCH)
_LIVES = Quick(sql_select(func.count()).select_from(_EPOCH))
_STANDING = Quick(
    sql_select(_DEVICE.c.judge_id, _DEVICE.c.token_hash, _DEVICE.c.revoked_at).where(
        _DEVICE.c.contest_id == bindparam("contest"), _DEVICE.c.id == bindparam("device")
    )
)


def sender(session: Session, contest_id: str, device_id: str, token: str | None = None) -> Sender | None:
    """The device as it stands now; with ``token``, only if that is its own. None where there is no such device here."""
    for judge_id, token_hash, revoked_at in _STANDING(session, contest=contest_id, device=device_id):
        if token is None or hmac.compare_digest(token_hash, hashed(token)):
            return Sender(contest_id, device_id, judge_id, revoked_at is not None)
    return None


def by_hand(session: Session, contest_id: str) -> frozenset[str]:
    """The records that first came in a rescue file, carried by somebody, before or instead of by their phone."""
    return frozenset(
        session.exec(select(Arrival.revision_id).where(Arrival.contest_id == contest_id, Arrival.way == "rescue"))
    )


def device_of(session: Session, contest_id: str, cookie: str) -> Device | None:
    """The device whose id and token stand in ``cookie``, if it belongs to this contest; it may be a revoked one."""
    device_id, _, token = cookie.partition(".")
    device = session.get(Device, (contest_id, device_id)) if token else None
    return device if device and hmac.compare_digest(device.token_hash, hashed(token)) else None


def rescue_key(token_hash: str) -> str:
    """The key with which a device seals its rescue file, in hex; of the token's hash, so that nothing more is kept."""
    return hashlib.sha256(f"fieldmark/rescue/1/{token_hash}".encode()).hexdigest()


def epoch(session: Session) -> str:
    rows = _NEWEST_EPOCH(session)
    return str(rows[0][0]) if rows else ""


def was_restored(session: Session) -> bool:
    """Whether this database had another life before."""
    return bool(_LIVES(session)[0][0] > 1)


def gaps(session: Session, contest_id: str, device_id: str, highest: int) -> list[int]:
    """The numbers up to ``highest`` that never came from this device, the lowest first, at most MOST_MISSING."""
    [(come,)] = _COUNT(session, contest=contest_id, device=device_id)
    if come >= highest:
        return []
    where = (Arrival.contest_id == contest_id, Arrival.device_id == device_id)
    seen = set(session.exec(select(Arrival.device_seq).where(*where)))
    seen.update(
        session.exec(
            select(ArrivalAgain.device_seq).where(
                ArrivalAgain.contest_id == contest_id, ArrivalAgain.device_id == device_id
            )
        )
    )
    missing: list[int] = []
    for seq in range(1, highest + 1):
        if seq not in seen:
            missing.append(seq)
            if len(missing) == MOST_MISSING:
                break
    return missing


@dataclass(frozen=True, slots=True)
class Heard:
    """A device as the organiser sees it: ``lacking`` numbers it gave out have not come."""

    device_id: str
    judge_id: str
    label: str
    made_at: str
    revoked_at: str | None
    heard_at: str
    waiting: int
    lacking: int
    version: str
    finds: tuple[str, ...]
    photos: int


@once
def devices(session: Session, contest_id: str) -> list[Heard]:
    """Every device of the contest, the oldest first."""
    come: dict[str, int] = {}
    for table in (Arrival, ArrivalAgain):
        rows = session.exec(
            select(table.device_id, func.count(func.distinct(table.device_seq)))
            .where(table.contest_id == contest_id, table.device_seq > 0)
            .group_by(table.device_id)
        )
        for device_id, number in rows:
            come[device_id] = come.get(device_id, 0) + number
    pairs = session.exec(
        select(Device, Heartbeat)
        .join(Heartbeat, (col(Heartbeat.contest_id) == Device.contest_id) & (col(Heartbeat.device_id) == Device.id))
        .where(Device.contest_id == contest_id)
        .order_by(col(Device.made_at))
    )
    return [
        Heard(
            device.id, device.judge_id, device.label, device.made_at, device.revoked_at, beat.heard_at, beat.waiting,
            max(0, beat.highest_seq - come.get(device.id, 0)), beat.version, tuple(beat.finds.split()), beat.photos,
        )
        for device, beat in pairs
    ]  # fmt: skip


def badges(session: Session, contest_id: str) -> dict[str, str]:
    """When the badge in force was made, per judge who has one."""
    rows = session.exec(
        select(Badge.judge_id, Badge.made_at).where(Badge.contest_id == contest_id, col(Badge.revoked_at).is_(None))
    )
    return dict(rows.all())


def windows(session: Session, contest_id: str, moment: str) -> dict[str, str]:
    """Until when a badge lets in one more phone without the digits, per judge."""
    rows = session.exec(
        select(BadgeWindow.judge_id, BadgeWindow.until_at).where(
            BadgeWindow.contest_id == contest_id, BadgeWindow.until_at > moment
        )
    )
    return dict(rows.all())


# --- the package ----------------------------------------------------------------------------------------------------


def package(session: Session, sender: Sender, kinds: Kinds) -> tuple[dict[str, Any], str]:
    """Everything this judge's phone needs, but for the clock; and its tag. Nobody else's marks, and no score."""
    # The revision before everything else: what comes in meanwhile is told again, never left out.
    rev = session.exec(select(ContestHead.rev).where(ContestHead.contest_id == sender.contest_id)).one()
    contest = contests.contest(session, sender.contest_id)
    rule = contests.scheme(session, sender.contest_id)
    judge = session.get_one(JudgeRow, (sender.contest_id, sender.judge_id))
    wishes = kinds.asked(session, sender)
    entries = [
        {**entry, "asked": wishes[entry["id"]]} if entry["id"] in wishes and not entry["recused"] else entry
        for entry in _entries(session, rule, judge)
    ]
    _, newest = kinds.changes(session, sender, rev)
    collected = kinds.collected(session, contest.id)
    beat = session.get_one(Heartbeat, (sender.contest_id, sender.device_id))
    used, asked = {entry["unit"] for entry in entries}, {entry["id"] for entry in entries}
    body = {
        "fieldmark": "package/1",
        "contest": {
            "id": contest.id,
            "name": contest.name,
            "simulated": contest.simulated,
            "collected": collected,
        },
        "judge": {"id": judge.id, "number": judge.place_number, "name": judge.name, "unit": judge.unit_id},
        "device": {
            "id": sender.device_id,
            "highest_seq": beat.highest_seq,
            "rescue_key": rescue_key(session.get_one(Device, (sender.contest_id, sender.device_id)).token_hash),
        },
        "scheme_digest": contest.scheme_digest,
        "server_epoch": epoch(session),
        "server_rev": rev,
        "components": [
            {"id": part.id, "name": words(part.name), "full": plain(part.full)}
            for part in rule.components
            if part.source == "marks"
        ],
        "forms": forms(rule, [entry["form"] for entry in entries]),
        "units": [
            {"id": unit.id, "name": unit.name}
            for unit in contests.units(session, contest.id)
            if unit.id in used or unit.id == judge.unit_id
        ],
        "entries": entries,
        "categories": [{"id": one, "name": category_names(one)} for one in categories(contest)],
        "sheets": [sheet for sheet in kinds.sheets(session, sender) if sheet["entry"] in asked],
    }
    called = kinds.called(session, sender)
    if contest.form == "stage":
        body["stage"] = {"called": list(called), "beat_seconds": STAGE_BEAT_SECONDS}
        written = kinds.commented(session, sender)
        entries[:] = [{**one, "comment": written[one["id"]]} if one["id"] in written else one for one in entries]
    unsigned = kinds.unsigned(session, sender)
    if unsigned is not None:
        body["unsigned"] = [sheet for sheet in unsigned if sheet["entry"] in asked]
    return body, tag(frame_of(session, contest.id), sender, state_of(newest, called, collected=collected))


def _entries(session: Session, rule: Scheme, judge: JudgeRow) -> list[dict[str, Any]]:
    """The entries whose panel the judge belongs to, in the order of the road.

    ``recused`` where he does not mark, ``absent`` where he is on leave or another one marks in his place. One that is
    ``dropped`` is told so and not left out: the phone may hold marks for it. ``material`` where units hand in files.
    In a contest with rounds those of the running one, of the units that have come to it.
    """
    due = Due(rule, contests.roster(session, judge.contest_id), absent=set())
    rows, who = contests.known_entries(session, judge.contest_id), contests.judge_of(judge)
    here, called_for = contests.marked_now(session, judge.contest_id), material_calls(session, judge.contest_id)
    return [
        {
            "id": row.id,
            "number": row.place_number,
            "unit": row.unit_id,
            "name": row.name,
            "form": form_of(row),
            "day": row.day,
            "at": row.planned_at,
            "where": row.where,
            "recused": due.recused(who, entry, rule.component[entry.component]),
            "absent": due.away_from(judge.id, entry),
            **({"dropped": True} if row.dropped else {}),
            **({"material": True} if row.component in called_for else {}),
        }
        for row in rows
        if row.id in here
        for entry in [contests.entry_of(row)]
        if due.marks(who, entry, rule.component[entry.component])
    ]


def form_of(row: RoadEntry) -> str:
    return f"{row.component}/{row.kind}"


def forms(rule: Scheme, names: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The score sheets by their names, each a list of items; every mark in ticks of the item's step."""
    return {name: _form(rule, *name.split("/", 1)) for name in dict.fromkeys(names)}


def _form(rule: Scheme, component: str, kind: str) -> list[dict[str, Any]]:
    above = {item.id: criterion for criterion in rule.component[component].criteria for item in criterion.items}
    return [
        {
            "criterion": words(above[item.id].name),
            "id": item.id,
            "name": words(item.name),
            "floor": item.ticks[0],
            "full": item.ticks[-1],
            "step": plain(item.step),
            "usual": _usual(item),
            "role": item.role,
        }
        for item in rule.items(component, kind)
    ]


def _usual(item: Item) -> list[int] | None:
    return [int(mark / item.step) for mark in item.usual] if item.usual else None


def words(text: Any) -> Mapping[str, str]:  # noqa: ANN401  a Text of the scheme; its class has no protocol
    return {"zh": text.zh, "en": text.en}


def tag(frame: str, sender: Sender, state: str) -> str:
    """The package's ETag: what everybody shares, whose it is, and ``state`` of his sheets (see ``state_of``)."""
    # The number is that of the package's form: phones that hold one without the categories fetch it anew.
    parts = f"3/{frame}/{sender.judge_id}/{sender.device_id}/{state}"
    return f'"{hashlib.sha256(parts.encode()).hexdigest()[:24]}"'


def state_of(newest: int, called: Sequence[str], *, collected: bool) -> str:
    """What may change in a package of one device: what came by another way, the collection, whom the stage called.

    What this very device sent is not in it: the phone has that already, and would fetch the package after every sheet.
    """
    return f"{newest}/{'collected' if collected else 'open'}/{' '.join(called)}".rstrip("/")


def frame_of(session: Session, contest_id: str) -> str:
    """The digest of what packages tell of the contest; anybody's recusal or leave changes it for all: no harm."""
    tables = (UnitRow, JudgeRow, RecusalRow, AttendanceRow, Substitution)
    parts: list[object] = [
        [list(map(str, row)) for row in session.execute(_columns(table, contest_id))] for table in tables
    ]
    # What is hidden is not in it: no phone asks anew, and so none can tell that something was prepared.
    parts.append([list(map(str, astuple(one))) for one in contests.known_entries(session, contest_id)])
    contest = contests.contest(session, contest_id)
    parts.append([[name, sorted(there)] for name, there in list(contests.came(session, contest_id).items())[1:]])
    parts.append(sorted(material_calls(session, contest_id)))
    parts.append([contest.name, contest.categories, contest.scheme_digest, contest.simulated, epoch(session)])
    return digest(parts)


def _columns(table: Any, contest_id: str) -> Any:  # noqa: ANN401  rows of any of the contest's tables
    columns = table.__table__.columns
    return select(*columns).where(table.contest_id == contest_id).order_by(*table.__table__.primary_key)
