"""Who is asking: the person behind the cookie.

Reads sign-ins. Writes nothing.
"""

from dataclasses import dataclass

from fastapi import Request

from app.accounts.service import person_of
from app.db import Database
from app.errors import AppError

COOKIE = "fieldmark_session"


class SignInFirst(AppError):
    code = "accounts.sign_in_first"
    status = 401


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person."""

    id: str
    name: str


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def signed_in(request: Request) -> Actor | None:
    """The person behind the cookie, or nobody."""
    with database_of(request).read() as session:
        person = person_of(session, request.cookies.get(COOKIE, ""))
        return Actor(person.id, person.name) if person else None


def somebody(request: Request) -> Actor:
    """The person behind the cookie. Raises SignInFirst."""
    actor = signed_in(request)
    if actor is None:
        raise SignInFirst
    return actor
