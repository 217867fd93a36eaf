"""Rows of the exchange with phones: badges, devices, and everything that ever arrived."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel


class Badge(SQLModel, table=True):
    """A judge's badge, as the hash of the code in its QR. Scanning spends nothing; a badge can be revoked."""

    __tablename__ = "badge"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    code_hash: str = Field(primary_key=True, max_length=64)
    judge_id: str = Field(max_length=64)
    made_at: str = Field(max_length=32)
    revoked_at: str | None = Field(default=None, max_length=32)


class Device(SQLModel, table=True):
    """One browser store of one judge. ``highest_seq``: the highest number it ever said it had given out."""

    __tablename__ = "device"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
        Index("ix_device_token", "contest_id", "token_hash", unique=True),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=36)
    judge_id: str = Field(max_length=64)
    token_hash: str = Field(max_length=64)
    label: str = Field(default="", max_length=120)
    made_at: str = Field(max_length=32)
    revoked_at: str | None = Field(default=None, max_length=32)


class Heartbeat(SQLModel, table=True):
    """When a device was last heard of and what it then held: apart from the head row, so that it never waits.

    ``version``: the page it ran, empty from before pages said so; ``finds``: what its test of itself found, words with
    spaces between; ``photos``: how many had not gone yet.
    """

    __tablename__ = "heartbeat"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "device_id"], ["device.contest_id", "device.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    device_id: str = Field(primary_key=True, max_length=36)
    highest_seq: int = 0
    waiting: int = 0
    clock_offset_ms: int = 0
    heard_at: str = Field(max_length=32)
    version: str = Field(default="", max_length=16)
    finds: str = Field(default="", max_length=80)
    photos: int = 0


class Arrival(SQLModel, table=True):
    """Everything that came from a phone, also what was refused or came twice with other content; append-only."""

    __tablename__ = "arrival"
    __table_args__ = (
        CheckConstraint("result IN ('stored', 'mismatch', 'quarantined', 'conflict', 'rejected')", name="result"),
        ForeignKeyConstraint(["contest_id", "device_id"], ["device.contest_id", "device.id"]),
        Index("ix_arrival_seq", "contest_id", "device_id", "device_seq"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    sha256: str = Field(primary_key=True, max_length=64)
    device_id: str = Field(max_length=36)
    device_seq: int
    kind: str = Field(max_length=16)
    body: str = Field(sa_type=Text)
    way: str = Field(max_length=16)
    result: str = Field(max_length=16)
    reason: str = Field(default="", max_length=60)
    rev: int
    at: str = Field(max_length=32)


class ArrivalAgain(SQLModel, table=True):
    """A record that this device sent after another device of the judge had sent it: its number is not missing here."""

    __tablename__ = "arrival_again"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "device_id"], ["device.contest_id", "device.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    device_id: str = Field(primary_key=True, max_length=36)
    device_seq: int = Field(primary_key=True)


class BadgeTry(SQLModel, table=True):
    """Somebody typed the last four digits for a badge: kept in the database, so that every process counts all tries."""

    __tablename__ = "badge_try"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "code_hash"], ["badge.contest_id", "badge.code_hash"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    code_hash: str = Field(primary_key=True, max_length=64)
    at: str = Field(primary_key=True, max_length=32)
    browser: str = Field(primary_key=True, max_length=36)


class BadgeWindow(SQLModel, table=True):
    """For ten minutes the organiser lets a judge's badge in on one more phone without the digits."""

    __tablename__ = "badge_window"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    judge_id: str = Field(max_length=64)
    until_at: str = Field(max_length=32)
    by_person: str = Field(max_length=32)


class ServerEpoch(SQLModel, table=True):
    """Which life of the database this is: a new row when it was restored from a backup, and phones offer all again."""

    __tablename__ = "server_epoch"

    number: int = Field(primary_key=True)
    value: str = Field(max_length=32)
    at: str = Field(max_length=32)
