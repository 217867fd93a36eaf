"""Rows of results: who opened the marks. Append-only."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel


class OpeningRow(SQLModel, table=True):
    """开分: one half of it. The marks are open when both halves are there, and one person cannot be both."""

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("role IN ('organiser', 'steward')", name="role"),
        UniqueConstraint("contest_id", "person_id"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["person_id"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    role: str = Field(primary_key=True, max_length=16)
    person_id: str = Field(max_length=32)
    rev: int
    at: str = Field(max_length=32)


class RoundOpening(SQLModel, table=True):
    """开分 of one round before the last: one half of it, as of the whole contest's."""

    __tablename__ = "round_opening"
    __table_args__ = (
        CheckConstraint("role IN ('organiser', 'steward')", name="role"),
        UniqueConstraint("contest_id", "round", "person_id"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["person_id"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    round: str = Field(primary_key=True, max_length=64)
    role: str = Field(primary_key=True, max_length=16)
    person_id: str = Field(max_length=32)
    rev: int
    at: str = Field(max_length=32)
