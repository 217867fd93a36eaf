"""The signed scoring rules (评分办法) of a contest: its versions, which one is in force, and what a new one may change.

Reads the rows of versions and signatures. Writes nothing. From the first signed version on the score sheet stays as
it is: a phone on the road holds marks that nobody has seen yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.accounts.models import Person
from app.contests import queries
from app.contests.models import SchemeSignature, SchemeVersion
from app.errors import AppError
from scoring.faults import Fault
from scoring.scheme import Component, Item, Scheme

# What decides how a mark is asked for, and who is asked: the rest of an item is its weight and what a mark counts.
_OF_ITEM = ("id", "name", "full", "floor", "step", "role", "kinds", "usual", "grades")
_OF_COMPONENT = ("source", "full", "recusal", "marked_by", "ledger")
_OF_SCHEME = ("contest", "divisions", "kinds", "judge_classes", "rounds")
_OF_PUBLICATION = ("blind", "lock", "signature")


class RulesUnsigned(AppError):
    """Nobody marks by rules that two people have not signed."""

    code = "rules.unsigned"
    status = 409


@dataclass(frozen=True, slots=True)
class Version:
    """One version with who made and who signed it, by id and by name; ``signed_by`` is empty until somebody has."""

    number: int
    text: str
    digest: str
    reason: str
    made_by: str
    maker: str
    made_at: str
    signed_by: str
    signer: str
    signed_at: str

    @property
    def in_force(self) -> bool:
        """Signed; or, made by nobody, the rules under which marking had begun before rules were signed here."""
        return bool(self.signed_by) or not self.made_by


def versions(session: Session, contest_id: str) -> list[Version]:
    """Every version that was put forward, the newest first."""
    rows = session.exec(
        select(SchemeVersion).where(SchemeVersion.contest_id == contest_id).order_by(col(SchemeVersion.version).desc())
    ).all()
    signed = {
        row.version: row
        for row in session.exec(select(SchemeSignature).where(SchemeSignature.contest_id == contest_id))
    }
    people = {row.made_by for row in rows if row.made_by} | {row.signed_by for row in signed.values()}
    names = {one.id: one.name for one in session.exec(select(Person).where(col(Person.id).in_(people)))}
    found = []
    for row in rows:
        hand, maker = signed.get(row.version), row.made_by or ""
        signer, at = (hand.signed_by, hand.at) if hand else ("", "")
        found.append(
            Version(
                row.version, row.text, row.digest, row.reason, maker, names.get(maker, ""), row.at,
                signer, names.get(signer, ""), at,
            )
        )  # fmt: skip
    return found


def standing(session: Session, contest_id: str) -> Version | None:
    """The version in force; nothing before the rules are signed."""
    return next((one for one in versions(session, contest_id) if one.in_force), None)


def waiting(session: Session, contest_id: str) -> Version | None:
    """The newest version, if it waits for its second person and nothing was changed beside it since."""
    every = versions(session, contest_id)
    newest = next(iter(every), None)
    if newest is None or newest.in_force:
        return None
    changed_since = len(every) == 1 or not any(one.in_force for one in every)
    return None if changed_since and newest.text != queries.contest(session, contest_id).scheme else newest


def digests(session: Session, contest_id: str) -> frozenset[str]:
    """The digests that a phone's sheet may name: of every version that is or was in force, for their sheets are one."""
    return frozenset(one.digest for one in versions(session, contest_id) if one.in_force)


def demand_signed(session: Session, contest_id: str) -> None:
    """Raises RulesUnsigned where nobody may mark yet."""
    if standing(session, contest_id) is None:
        raise RulesUnsigned


def undeclared(scheme: Scheme) -> Iterator[Fault]:
    """Boundaries between prizes for which nothing says what happens to equals."""
    limited = [tier for tier in scheme.prizes.tiers if tier.quota is not None or tier.share is not None]
    if limited and scheme.prizes.boundary == "decision" and not {"decision", "draw"} & set(scheme.ties):
        yield Fault("rules.no_tie_policy", {"n": len(limited)})


def fixed(was: Scheme, wanted: Scheme) -> Iterator[Fault]:
    """What a new version would change of what stays as it was signed, each with its key."""
    for key in _OF_SCHEME:
        if getattr(was, key) != getattr(wanted, key):
            yield Fault("rules.fixed", {"key": key})
    for key in _OF_PUBLICATION:
        if getattr(was.publication, key) != getattr(wanted.publication, key):
            yield Fault("rules.fixed", {"key": f"publication.{key}"})
    if [part.id for part in was.components] != [part.id for part in wanted.components]:
        yield Fault("rules.fixed", {"key": "components"})
        return
    for before, after in zip(was.components, wanted.components, strict=True):
        for key in _OF_COMPONENT:
            if getattr(before, key) != getattr(after, key):
                yield Fault("rules.fixed", {"key": f"components.{before.id}.{key}"})
        yield from _fixed_items(before, after)


def _fixed_items(before: Component, after: Component) -> Iterator[Fault]:
    was, now = _items(before), _items(after)
    if list(was) != list(now):
        yield Fault("rules.fixed", {"key": f"components.{before.id}.criteria"})
        return
    for place, item in was.items():
        for key in _OF_ITEM:
            if getattr(item, key) != getattr(now[place], key):
                yield Fault("rules.item_fixed", {"component": before.id, "item": item.id, "key": key})


def _items(part: Component) -> dict[tuple[str, str], Item]:
    """The items by their criterion and id, in the order of the sheet."""
    return {(criterion.id, item.id): item for criterion in part.criteria for item in criterion.items}
