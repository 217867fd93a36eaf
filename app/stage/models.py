"""Rows of the stage: the order of appearance and its draw, console, clock, comments. All append-only."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class StageOrder(SQLModel, table=True):
    """出场顺序 as it was laid down at one moment, whole, with how the stage is run; the newest counts.

    ``together``: so many of the first of each group may be marked together. ``staggered`` (错位报分): a score is read
    out after the next one has performed. ``grace_seconds``: see ``StopLock``.
    """

    __tablename__ = "stage_order"
    __table_args__ = (
        CheckConstraint("together BETWEEN 1 AND 9", name="together"),
        CheckConstraint("grace_seconds BETWEEN 0 AND 120", name="grace_seconds"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    together: int
    staggered: bool
    grace_seconds: int
    reason: str = Field(default="", max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class StageTurn(SQLModel, table=True):
    """One entrant's place in the order of ``rev``, from 1."""

    __tablename__ = "stage_turn"
    __table_args__ = (
        UniqueConstraint("contest_id", "rev", "entry_id"),
        ForeignKeyConstraint(["contest_id", "rev"], ["stage_order.contest_id", "stage_order.rev"]),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    place: int = Field(primary_key=True, ge=1)
    entry_id: str = Field(max_length=64)


class StageDraw(SQLModel, table=True):
    """A draw that was promised (抽签): the digest of a secret, and who is drawn; ``secret`` is shown once it is drawn.

    ``entrants``: JSON, the groups by name, each with its entries; exactly this text is frozen. ``reason``: why an order
    that was laid down before is drawn anew.
    """

    __tablename__ = "stage_draw"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    commitment: str = Field(max_length=64)
    secret: str = Field(max_length=64)
    entrants: str = Field(sa_type=Text)
    reason: str = Field(default="", max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class StageDrawn(SQLModel, table=True):
    """The draw of ``draw_rev`` was held: ``public``, what was called out or thrown in the hall after the promise.

    ``order_rev``: the order that it laid down.
    """

    __tablename__ = "stage_drawn"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "draw_rev"], ["stage_draw.contest_id", "stage_draw.rev"]),
        ForeignKeyConstraint(["contest_id", "order_rev"], ["stage_order.contest_id", "stage_order.rev"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    draw_rev: int = Field(primary_key=True)
    order_rev: int
    public: str = Field(max_length=80)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class ConsoleStep(SQLModel, table=True):
    """One step of one entrant at the console (控台): called on stage, marked, collected, or sent back to wait.

    ``number`` counts the steps of the entrant, so that two consoles cannot both take the same one.
    """

    __tablename__ = "console_step"
    __table_args__ = (
        CheckConstraint("step IN ('call', 'mark', 'collect', 'back')", name="step"),
        UniqueConstraint("contest_id", "entry_id", "number"),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    entry_id: str = Field(max_length=64)
    number: int = Field(ge=1)
    step: str = Field(max_length=8)
    reason: str = Field(default="", max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class ClockPress(SQLModel, table=True):
    """The stage clock (计时) of one entrant, started or stopped; ``number`` counts as that of ``ConsoleStep`` does."""

    __tablename__ = "clock_press"
    __table_args__ = (
        CheckConstraint("press IN ('start', 'stop')", name="press"),
        UniqueConstraint("contest_id", "entry_id", "number"),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    entry_id: str = Field(max_length=64)
    number: int = Field(ge=1)
    press: str = Field(max_length=8)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class StageComment(SQLModel, table=True):
    """What an expert said of an entrant, as typed at the console; his newest counts, an empty one takes it back."""

    __tablename__ = "stage_comment"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    entry_id: str = Field(max_length=64)
    expert: str = Field(max_length=80)
    text: str = Field(max_length=1000)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class OwnComment(SQLModel, table=True):
    """What a judge wrote to an entrant on his own phone; his newest counts, an empty one takes it back.

    ``named``: his name goes with it to the entrant's unit.
    """

    __tablename__ = "own_comment"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    server_rev: int
    judge_id: str = Field(max_length=64)
    entry_id: str = Field(max_length=64)
    text: str = Field(max_length=1000)
    named: bool
    device_id: str = Field(max_length=36)
    device_seq: int
    marked_at: str = Field(default="", max_length=32)
    came_at: str = Field(max_length=32)
