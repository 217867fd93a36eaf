"""A stage for tests: the field's contest ``c1`` as a stage contest whose sheets close entrant by entrant.

P1 and P3 are of one unit, P2 and P4 of the other; J3 and J4 mark everything, J1 and J2 what is not of their unit.
"""

from sqlmodel import Session, col, select, update

from app.accounts import service as accounts
from app.accounts.models import Person
from app.contests.models import Contest, EntryRow
from app.stage.queries import Turn, turns
from app.stage.service import lay_order, take_step
from scoring.scheme import read_scheme
from tests.app.sync.field import SCHEME, Field, Phone, ticks

BLIND = SCHEME.replace('lock = "collection"', 'lock = "stop"').replace("minimum = 5", "minimum = 1")
RULE = BLIND.replace('blind = "until_opened"', 'blind = "live"')
BY_ENTRANT = BLIND.replace('blind = "until_opened"', 'blind = "entrant"')
DIGEST = read_scheme(RULE).digest
ORDER = ("P2", "P1", "P4", "P3")


def on_stage(field: Field, *, together: int = 1, grace_seconds: int = 0, rule: str = RULE) -> None:
    """Everybody of day 1, in the order P2, P1, P4, P3."""
    digest = read_scheme(rule).digest

    def deed(session: Session) -> None:
        as_stage = {"form": "stage", "scheme": rule, "scheme_digest": digest}
        session.execute(update(Contest).where(col(Contest.id) == "c1").values(**as_stage))
        session.execute(update(EntryRow).where(col(EntryRow.contest_id) == "c1").values(day="1"))
        accounts.add_person(session, "-", login="operator", name="控台员", password_hash="-")  # noqa: S106

    field.database.write(deed)
    lays(field, ORDER, together=together, grace_seconds=grace_seconds)


def operator(field: Field) -> str:
    with field.database.read() as session:
        return session.exec(select(Person.id).where(Person.login == "operator")).one()


def lays(field: Field, entries: tuple[str, ...], **other: object) -> int:
    who = operator(field)
    return field.database.write(lambda s: lay_order(s, who, contest_id="c1", entries=entries, **other))  # type: ignore[arg-type]


def steps(field: Field, entry: str, *several: str, reason: str = "", seen: int | None = None) -> None:
    """Take steps one after the other, each as a console does that shows the newest page."""
    who = operator(field)
    for step in several:
        number = turn(field, entry).last if seen is None else seen
        whose = {"contest_id": "c1", "entry_id": entry, "step": step, "seen": number, "reason": reason}
        field.database.write(lambda s, w=whose: take_step(s, who, **w))  # type: ignore[misc]


def turn(field: Field, entry: str) -> Turn:
    with field.database.read() as session:
        return next(one for one in turns(session, "c1") if one.entry.id == entry)


def marks(phone: Phone, entry: str, above: int = 0, **other: object) -> tuple[str, str]:
    return phone.outcome(phone.sheet(entry, ticks(entry, above), **{"scheme_digest": DIGEST, **other}))
