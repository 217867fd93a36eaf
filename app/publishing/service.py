"""Deeds of publishing: seal, counter-sign, approve, publish. A correction is a new version that goes the same way.

Writes seals, counter-signatures, approvals and publications; each refers to the one before it. Never changes one that
is there, and never a mark.
"""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.accounts.models import Person
from app.audit import now, record
from app.contests import queries as contests
from app.contests.access import Member
from app.errors import AppError
from app.publishing import queries
from app.publishing.document import Document, figures, sealed_document
from app.publishing.frozen import computed, digest_of, drift, frozen_files, recomputed
from app.publishing.levels import LEVELS, county_documents, moved, public_pages
from app.publishing.models import Approval, CounterSignature, CountyResult, Publication, SealRow
from app.reasons import reason_in
from app.results.blockers import blockers
from app.results.queries import given
from app.results.service import OwnPasswordFirst
from scoring.canonical import canonical
from scoring.tabulate import tabulate

SEALERS = frozenset({"organiser"})
COUNTER_SIGNERS = frozenset({"organiser", "steward", "checker"})


class SomethingOpen(AppError):
    """The page of publication lists it, each with the page on which it is settled."""

    code = "publishing.something_open"
    status = 409


class SealedMeanwhile(AppError):
    """Somebody else sealed between the page that was read and the button that was pressed."""

    code = "publishing.sealed_meanwhile"
    status = 409


class NotReproducible(AppError):
    """What would be frozen does not give the result again: then it is not frozen."""

    code = "publishing.not_reproducible"
    status = 409


class NotNewest(AppError):
    code = "publishing.not_newest"
    status = 409


class ChangedSince(AppError):
    code = "publishing.changed_since"
    status = 409


class OnePerson(AppError):
    """The database says the same, by a constraint."""

    code = "publishing.one_person"
    status = 409


class AlreadySigned(AppError):
    code = "publishing.already_signed"
    status = 409


class NotEqual(AppError):
    """A figure does not come out again, or the row is not as it was sealed."""

    code = "publishing.not_equal"
    status = 409


class NotSigned(AppError):
    code = "publishing.not_signed"
    status = 409


class AlreadyApproved(AppError):
    code = "publishing.already_approved"
    status = 409


class ApprovalIncomplete(AppError):
    code = "publishing.approval_incomplete"
    status = 422


class NoSuchDay(AppError):
    """No date, or one that is still to come."""

    code = "publishing.no_such_day"
    status = 422


class NotApproved(AppError):
    code = "publishing.not_approved"
    status = 409


class AlreadyPublished(AppError):
    code = "publishing.already_published"
    status = 409


class NoLevel(AppError):
    code = "publishing.no_level"
    status = 422


def seal(session: Session, member: Member, *, contest_id: str, reason: str, after: int | None = None) -> int:
    """锁定成绩: freeze the result and everything it is computed from; returns the version.

    ``after``: the newest version the page showed, so that two people do not both seal.
    """
    why = reason_in(reason, needed=False)
    rev = record(session, member.id, "seal", contest_id=contest_id, payload={"reason": why})
    with_own_password(session, member)
    before = queries.newest(session, contest_id)
    if after is not None and after != before:
        raise SealedMeanwhile({"version": before})
    reason_in(reason, needed=bool(before))
    if found := blockers(session, contest_id):
        raise SomethingOpen({"n": len(found)})
    contest, now_given = contests.contest(session, contest_id), given(session, contest_id)
    files = frozen_files(now_given)
    # What is sealed is what the files give, so that whoever has them finds it again; and that is what stands here.
    again, tabulation = computed(contest.scheme, files)
    if not tabulation.final or figures(again, tabulation) != figures(now_given, tabulate(*now_given)):
        raise NotReproducible
    row = SealRow(
        contest_id=contest_id, version=before + 1, rev=rev, reason=why if before else "", scheme=contest.scheme,
        scheme_digest=tabulation.scheme_digest, engine=tabulation.engine, **files,
        document=canonical(sealed_document(contest, again, tabulation)).decode(), digest="",
        sealed_by=member.id, at=now(),
    )  # fmt: skip
    row.digest = digest_of(row, _digest_before(session, row))
    session.add(row)
    session.flush()
    return row.version


def counter_sign(session: Session, member: Member, *, contest_id: str, version: int) -> None:
    """复核: somebody who did not seal lets the frozen files be computed again, and signs that all is equal."""
    rev = record(session, member.id, "counter_sign", contest_id=contest_id, subject=str(version))
    row = _newest(session, contest_id, version)
    if row.sealed_by == member.id:
        raise OnePerson
    with_own_password(session, member)
    if session.get(CounterSignature, (contest_id, version)):
        raise AlreadySigned
    if not is_intact(session, row) or recomputed(row):
        raise NotEqual({"version": version})
    _still_stands(session, row)
    session.add(
        CounterSignature(
            contest_id=contest_id, version=version, rev=rev, sealed_by=row.sealed_by, signed_by=member.id, at=now()
        )
    )
    session.flush()


def approve(
    session: Session,
    member: Member,
    *,
    contest_id: str,
    version: int,
    leader: str,
    office: str,
    approved_on: str,
    document: str,
    note: str = "",
) -> None:
    """送审: write down who approved the result, on which day, by which document."""
    facts = {"leader": leader, "office": office, "approved_on": approved_on, "document": document, "note": note}
    facts = {name: text.strip() for name, text in facts.items()}
    rev = record(session, member.id, "approve", contest_id=contest_id, subject=str(version), payload=facts)
    row = _newest(session, contest_id, version)
    if session.get(CounterSignature, (contest_id, version)) is None:
        raise NotSigned
    if session.get(Approval, (contest_id, version)):
        raise AlreadyApproved
    if not all(facts[name] for name in ("leader", "office", "approved_on", "document")):
        raise ApprovalIncomplete
    _a_day_that_was(facts["approved_on"], contests.contest(session, contest_id).time_zone)
    _still_stands(session, row)
    session.add(Approval(contest_id=contest_id, version=version, rev=rev, by_person=member.id, at=now(), **facts))
    session.flush()


def publish(session: Session, member: Member, *, contest_id: str, version: int, level: str) -> None:
    """公布: make what the level shows public, and what each unit reads of its own. A later version takes its place."""
    rev = record(session, member.id, "publish", contest_id=contest_id, subject=str(version), payload={"level": level})
    row = _newest(session, contest_id, version)
    approval = session.get(Approval, (contest_id, version))
    if approval is None:
        raise NotApproved
    if session.get(Publication, (contest_id, version)):
        raise AlreadyPublished
    if level not in LEVELS:
        raise NoLevel
    if not is_intact(session, row):
        raise NotEqual({"version": version})
    _still_stands(session, row)
    body = canonical(public_document(session, row, level, approval)).decode()
    session.add(
        Publication(
            contest_id=contest_id, version=version, rev=rev, level=level, document=body, by_person=member.id, at=now()
        )
    )
    session.flush()
    for unit_id, own in county_documents(json.loads(row.document), level).items():
        told = canonical(own).decode()
        session.add(CountyResult(contest_id=contest_id, version=version, unit_id=unit_id, document=told))
    session.flush()


def public_document(session: Session, row: SealRow, level: str, approval: Approval | None) -> Document:
    """Everything the public reads of a seal at ``level``: this is what is stored, and what a preview shows."""
    sealed: Document = json.loads(row.document)
    pages = public_pages(sealed, level)
    before = queries.last_published(session, row.contest_id)
    correction = None
    if before and before.version < row.version:
        told = moved(json.loads(before.document), pages)
        correction = {"version": before.version, "reason": row.reason, "moved": told}
    return {
        "format": "public/1",
        "contest": sealed["contest"],
        "version": row.version,
        "level": level,
        "scheme": row.scheme_digest,
        "engine": row.engine,
        "seal": row.digest,
        "approved": {"on": approval.approved_on, "document": approval.document} if approval else None,
        "correction": correction,
        "page": pages,
    }


def is_intact(session: Session, row: SealRow) -> bool:
    """Whether the row is what was sealed: nobody has changed a letter, or put another seal before it."""
    return row.digest == digest_of(row, _digest_before(session, row))


def with_own_password(session: Session, member: Member) -> None:
    """Whoever made a person's first password could sign in as him: then the two who seal and sign would be one."""
    if not session.get_one(Person, member.id).own_password:
        raise OwnPasswordFirst


def _digest_before(session: Session, row: SealRow) -> str:
    return queries.seal(session, row.contest_id, row.version - 1).digest if row.version > 1 else ""


def _newest(session: Session, contest_id: str, version: int) -> SealRow:
    """The seal, if no later one has taken its place."""
    row, last = queries.seal(session, contest_id, version), queries.newest(session, contest_id)
    if version != last:
        raise NotNewest({"version": version, "newest": last})
    return row


def _still_stands(session: Session, row: SealRow) -> None:
    """Refuse where anything is otherwise now than it was sealed, or something came that is not settled."""
    if drift(row, given(session, row.contest_id), contests.contest(session, row.contest_id).scheme):
        raise ChangedSince({"version": row.version, "next": row.version + 1})
    if found := blockers(session, row.contest_id):
        raise SomethingOpen({"n": len(found)})


def _a_day_that_was(given_day: str, time_zone: str) -> None:
    try:
        day = date.fromisoformat(given_day)
    except ValueError as error:
        raise NoSuchDay({"given": given_day[:20]}) from error
    if len(given_day) != 10 or day > datetime.now(ZoneInfo(time_zone)).date():
        raise NoSuchDay({"given": given_day[:20]})
