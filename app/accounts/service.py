"""Deeds of accounts: make a person, sign in, sign out, change a password. Called by the pages and the command line.

Reads and writes people and sign-ins, through ``db.write``. Never keeps a password or a token, only their hashes.
"""

import hashlib
import secrets
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlmodel import Session, col, select

from app.accounts.models import Person, SignedIn
from app.audit import INSTALLATION, now, record
from app.errors import AppError

# 19 MiB, two passes, one lane: what OWASP asks for at the least; 58 ms on a small server, where the default takes 250.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex())  # compared where there is no such person, so that time tells nothing
_HASHING = threading.BoundedSemaphore(2)  # each takes 19 MiB and a core: a flood of sign-ins waits instead of swelling
SHORTEST_PASSWORD = 10


class WrongPassword(AppError):
    """Neither says whether the name or the password was wrong."""

    code = "accounts.wrong_password"
    status = 401


class WrongOldPassword(AppError):
    code = "accounts.wrong_old_password"
    status = 422


class LoginTaken(AppError):
    code = "accounts.login_taken"
    status = 409


class PasswordTooShort(AppError):
    code = "accounts.password_too_short"
    status = 422


class NameMissing(AppError):
    code = "accounts.name_missing"
    status = 422


class NotEmpty(AppError):
    """Somebody can sign in already: then people are made by an organiser, and not by whoever comes along."""

    code = "accounts.not_empty"
    status = 409


def hashed(token: str) -> str:
    """What is kept of a token that is random enough by itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    """The hash that is kept. Takes about 60 ms: computed before the deed, never inside it."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort({"least": SHORTEST_PASSWORD})
    with _HASHING:
        return _HASHER.hash(password)


def first_password() -> str:
    """A password to be handed over on paper and changed: no letters that look alike, in groups to be read aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


def add_person(session: Session, actor: str, *, login: str, name: str, password_hash: str) -> str:
    """A new person; returns the id."""
    login, name = login.strip(), name.strip()
    if not (login and name):
        raise NameMissing
    # The record locks the installation's head row: from here on nobody else can take the login.
    record(session, actor, "add_person", contest_id=INSTALLATION, subject=login)
    if person_with(session, login):
        raise LoginTaken({"login": login})
    person = Person(id=uuid4().hex, login=login, name=name, password_hash=password_hash, made_at=now())
    session.add(person)
    session.flush()  # rows of other slices will refer to it
    return person.id


def add_first_person(session: Session, *, login: str, name: str, password_hash: str) -> str:
    """The person who sets the installation up; returns the id. Raises NotEmpty where there is somebody already."""
    record(session, login.strip(), "set_up", contest_id=INSTALLATION)  # locks, so that two cannot both be the first
    if not is_empty(session):
        raise NotEmpty
    person_id = add_person(session, login.strip(), login=login, name=name, password_hash=password_hash)
    session.get_one(Person, person_id).own_password = True
    return person_id


def change_password(session: Session, actor: str, *, person_id: str, password_hash: str) -> None:
    """A new password; ends every sign-in of the person, so that whoever knew the old one is out."""
    record(session, actor, "change_password", contest_id=INSTALLATION, subject=person_id)
    person = session.get_one(Person, person_id)
    person.password_hash = password_hash
    person.own_password = actor == person_id
    session.add(person)
    for row in session.exec(select(SignedIn).where(SignedIn.person_id == person_id, col(SignedIn.ended_at).is_(None))):
        row.ended_at = now()
        session.add(row)


def person_with(session: Session, login: str) -> Person | None:
    """The person with this login, if there is one."""
    return session.exec(select(Person).where(Person.login == login)).first()


def is_empty(session: Session) -> bool:
    """Whether nobody can sign in yet."""
    return session.exec(select(Person.id)).first() is None


def check_password(session: Session, login: str, password: str) -> str:
    """The id of the person with this name and password. Raises WrongPassword. Takes about 60 ms."""
    person = person_with(session, login)
    try:
        with _HASHING:
            _HASHER.verify(person.password_hash if person else _NOBODY, password)
    except VerificationError as error:
        raise WrongPassword from error
    if person is None or person.disabled_at:
        raise WrongPassword
    return person.id


def check_own_password(session: Session, person_id: str, password: str) -> None:
    """That a signed-in person knows the password still. Raises WrongOldPassword."""
    try:
        check_password(session, session.get_one(Person, person_id).login, password)
    except WrongPassword as error:
        raise WrongOldPassword from error


def sign_in(session: Session, person_id: str, *, hours: int) -> str:
    """A new sign-in of a person whose password was checked; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    until = (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    session.add(SignedIn(token_hash=hashed(token), person_id=person_id, made_at=now(), expires_at=until))
    record(session, person_id, "sign_in", contest_id=INSTALLATION)
    return token


def sign_out(session: Session, token: str) -> None:
    """End a sign-in; nothing where there is none."""
    row = session.get(SignedIn, hashed(token))
    if row and row.ended_at is None:
        row.ended_at = now()
        session.add(row)
        record(session, row.person_id, "sign_out", contest_id=INSTALLATION)


def known_as(session: Session, login: str, mark: str) -> str:
    """``mark``, if it is that of a sign-in this person once made, whether it has ended or not; else nothing."""
    row = session.get(SignedIn, mark) if mark else None
    person = session.get(Person, row.person_id) if row else None
    return mark if person and person.login == login else ""


def person_of(session: Session, token: str) -> Person | None:
    """Who is signed in with this token, if anybody."""
    row = session.get(SignedIn, hashed(token)) if token else None
    if row is None or row.ended_at or row.expires_at <= now():
        return None
    person = session.get(Person, row.person_id)
    return None if person is None or person.disabled_at else person
