"""Rows of accounts: people and their sessions. Passwords and session tokens are kept as hashes only."""

from sqlalchemy import false
from sqlmodel import Field, SQLModel


class Person(SQLModel, table=True):
    """Somebody who signs in with a password: an organiser, a steward, a tallier. Judges have badges instead.

    ``own_password``: he chose it himself, so that nobody else can act in his name.
    """

    __tablename__ = "person"

    id: str = Field(primary_key=True, max_length=32)
    login: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    password_hash: str = Field(max_length=200)
    own_password: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    made_at: str = Field(max_length=32)
    disabled_at: str | None = Field(default=None, max_length=32)


class SignedIn(SQLModel, table=True):
    """One sign-in, as the hash of the token in the cookie; it can be ended at any time."""

    __tablename__ = "signed_in"

    token_hash: str = Field(primary_key=True, max_length=64)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    made_at: str = Field(max_length=32)
    expires_at: str = Field(max_length=32)
    ended_at: str | None = Field(default=None, max_length=32)
