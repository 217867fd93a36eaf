"""The result of a contest, computed when it is asked for from what stands in the database, and stored nowhere.

Reads only. Whoever calls makes sure that the marks are open: this computes for anybody.
"""

from typing import NamedTuple, cast, get_args

from sqlmodel import Session, col, select

from app.accounts.models import Person
from app.audit import AuditRow
from app.contests import queries as contests
from app.errors import AppError
from app.judging.models import DecisionRow
from app.judging.queries import current_sheets
from app.results.models import OpeningRow
from scoring.faults import Fault, Refused
from scoring.results import Tabulation
from scoring.roster import Decision, DecisionKind, Prior, Roster, Sheet
from scoring.scheme import Scheme
from scoring.tabulate import tabulate

# What the engine decides by; other decisions, such as whether paper or phone counts, have had their effect before.
_KINDS = get_args(DecisionKind)
OPENERS = ("organiser", "steward")


class Contradicted(AppError):
    """What stands in the database contradicts itself, and nothing is computed: a sheet of a judge recused since."""

    code = "results.contradicted"
    status = 409

    def __init__(self, scheme: Scheme, roster: Roster, faults: tuple[Fault, ...]) -> None:
        super().__init__()
        self.scheme, self.roster, self.faults = scheme, roster, faults


class Given(NamedTuple):
    """Everything a result is computed from."""

    scheme: Scheme
    roster: Roster
    sheets: tuple[Sheet, ...]
    priors: tuple[Prior, ...]
    decisions: tuple[Decision, ...]


def given(session: Session, contest_id: str) -> Given:
    """What stands in the database now, as the engine takes it."""
    return Given(
        contests.scheme(session, contest_id),
        contests.roster(session, contest_id),
        tuple(current_sheets(session, contest_id)),
        tuple(contests.priors(session, contest_id)),
        tuple(decisions(session, contest_id)),
    )


def decisions(session: Session, contest_id: str) -> list[Decision]:
    """The decisions in force, in the order they were made."""
    rows = session.exec(
        select(DecisionRow)
        .where(DecisionRow.contest_id == contest_id)
        .order_by(col(DecisionRow.rev), col(DecisionRow.number))
    ).all()
    revoked = {row.revoked_rev for row in rows}
    return [
        Decision(
            cast("DecisionKind", row.kind), row.subject, row.rule, row.value, row.reason, row.document,
            row.by_person, row.at,
        )
        for row in rows
        if row.rev not in revoked and row.kind in _KINDS
    ]  # fmt: skip


def tabulated(session: Session, contest_id: str) -> tuple[Given, Tabulation]:
    """The result of the contest as it stands. Raises Contradicted.

    The last few are kept under everything they depend on, so that nothing has to be told when something changes: the
    last act in the contest's log that is more than a look.
    """
    last = (
        select(AuditRow.hash)
        .where(AuditRow.contest_id == contest_id, AuditRow.action != "look")
        .order_by(col(AuditRow.rev).desc())
        .limit(1)
    )
    key = (str(session.get_bind().engine.url), contest_id, session.exec(last).first() or "")
    kept = _KEPT.get(key)
    if kept is None:
        found = given(session, contest_id)
        try:
            kept = (found, tabulate(found.scheme, found.roster, found.sheets, found.priors, found.decisions))
        except Refused as refused:
            raise Contradicted(found.scheme, found.roster, refused.faults) from refused
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = kept
    return kept


_MOST_KEPT = 8
_KEPT: dict[tuple[str, str, str], tuple[Given, Tabulation]] = {}


class Half(NamedTuple):
    """Who opened for one role, and when; empty where nobody has yet."""

    role: str
    name: str
    at: str


def opening(session: Session, contest_id: str) -> list[Half]:
    """Both halves of the opening."""
    rows = session.exec(
        select(OpeningRow, Person.name)
        .join(Person, col(Person.id) == col(OpeningRow.person_id))
        .where(OpeningRow.contest_id == contest_id)
    ).all()
    found = {row.role: Half(row.role, name, row.at) for row, name in rows}
    return [found.get(role, Half(role, "", "")) for role in OPENERS]


def is_open(session: Session, contest_id: str) -> bool:
    """Whether two people have lifted the blind; in a contest that is live from the start, always."""
    if contests.scheme(session, contest_id).publication.blind == "live":
        return True
    return all(half.name for half in opening(session, contest_id))
