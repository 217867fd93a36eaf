"""Deeds of the scoring rules: put a version forward, and sign it as the second person.

Writes versions and signatures; appends only. What is in force is copied to the contest itself when it is signed.
"""

from sqlmodel import Session

from app.accounts.models import Person
from app.audit import now, record
from app.contests import queries
from app.contests.models import SchemeSignature, SchemeVersion
from app.contests.rules import fixed, standing, undeclared, versions, waiting
from app.contests.schemes import Rule
from app.errors import AppError
from app.reasons import reason_in
from scoring.faults import Refused
from scoring.scheme import Scheme, read_scheme
from scoring.tabulate import contradictions


class RulesUnchanged(AppError):
    code = "rules.unchanged"
    status = 422


class RulesGone(AppError):
    """Another version was put forward since, or this one is signed already, or the draft was changed beside it."""

    code = "rules.gone"
    status = 409


class RulesOnePerson(AppError):
    """The database says the same, by a constraint."""

    code = "rules.one_person"
    status = 409


class RulesOwnPassword(AppError):
    """Whoever made somebody's first password could sign as him: two names would be one person."""

    code = "rules.own_password"
    status = 409


def write_scheme(session: Session, actor: str, *, contest_id: str, rule: Rule) -> int:
    """Put another draft in the place of the scheme, as long as none is signed; returns the revision."""
    rev = record(session, actor, "write_scheme", contest_id=contest_id, payload={"scheme": rule.scheme.digest})
    if standing(session, contest_id):
        raise RulesGone
    contest = queries.contest(session, contest_id)
    if rule.scheme.contest != contest.form:
        raise Refused(list(fixed(queries.scheme(session, contest_id), rule.scheme))[:1])
    _fits(session, contest_id, rule.scheme)
    contest.scheme, contest.scheme_digest = rule.text, rule.scheme.digest
    session.add(contest)
    return rev


def propose_rules(session: Session, actor: str, *, contest_id: str, rule: Rule | None = None, reason: str = "") -> int:
    """Put the rules forward for a second person to sign; returns the version.

    The first time it is the scheme as it stands; after that ``rule`` in its place, for a ``reason``.
    Raises ReasonMissing, RulesUnchanged, and Refused where it changes what stays or leaves a boundary undeclared.
    """
    contest, why = queries.contest(session, contest_id), reason_in(reason, needed=False)
    text, scheme = (rule.text, rule.scheme) if rule else (contest.scheme, queries.scheme(session, contest_id))
    facts = {"scheme": scheme.digest, "reason": why}
    rev = record(session, actor, "propose_rules", contest_id=contest_id, payload=facts)
    _with_own_password(session, actor)
    every = versions(session, contest_id)
    if standing(session, contest_id):
        reason_in(reason)
        if scheme.digest == contest.scheme_digest:
            raise RulesUnchanged
        if faults := list(fixed(queries.scheme(session, contest_id), scheme)):
            raise Refused(faults)
    elif text != contest.scheme:
        raise RulesGone
    if faults := list(undeclared(scheme)):
        raise Refused(faults)
    _fits(session, contest_id, scheme)
    number = every[0].number + 1 if every else 1
    session.add(
        SchemeVersion(
            contest_id=contest_id, version=number, rev=rev, text=text, digest=scheme.digest,
            reason=why, made_by=actor, at=now(),
        )
    )  # fmt: skip
    return number


def sign_rules(session: Session, actor: str, *, contest_id: str, version: int) -> int:
    """The second person's signature: from this revision on that version is in force. Returns the revision."""
    rev = record(session, actor, "sign_rules", contest_id=contest_id, subject=str(version))
    asked = waiting(session, contest_id)
    if asked is None or asked.number != version:
        raise RulesGone
    if asked.made_by == actor:
        raise RulesOnePerson
    _with_own_password(session, actor)
    scheme = read_scheme(asked.text)
    _fits(session, contest_id, scheme)
    session.add(
        SchemeSignature(
            contest_id=contest_id, version=version, rev=rev, made_by=asked.made_by, signed_by=actor, at=now()
        )
    )
    contest = queries.contest(session, contest_id)
    contest.scheme, contest.scheme_digest = asked.text, asked.digest
    session.add(contest)
    return rev


def _with_own_password(session: Session, actor: str) -> None:
    if not session.get_one(Person, actor).own_password:
        raise RulesOwnPassword


def _fits(session: Session, contest_id: str, scheme: Scheme) -> None:
    """Raises Refused where the roster or what is known before does not fit the scheme."""
    roster = queries.roster(session, contest_id)
    if faults := contradictions(scheme, roster, (), queries.priors(session, contest_id)):
        raise Refused(faults)
