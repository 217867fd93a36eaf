"""Rows of publishing: what was sealed, counter-signed, approved, published, and shown to the hall. All append-only.

A row of each table stands on the row of the step before it, by foreign key: what was not counter-signed cannot be
approved, and what was not approved cannot be published, whatever a program does.
"""

from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

Scene = Literal["waiting", "stage", "marks", "score", "standings", "reveal", "blank"]


class SealRow(SQLModel, table=True):
    """锁定成绩: a result frozen with everything it is computed from.

    ``document``: the result as canonical JSON (see ``publishing.document``); ``digest``: SHA-256 over the whole row's
    content, which names the seal before it, so that none can be taken out.
    """

    __tablename__ = "seal"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("version = 1 OR reason <> ''", name="reason"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["sealed_by"], ["person.id"]),
        UniqueConstraint("contest_id", "version", "sealed_by"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    rev: int
    reason: str = Field(default="", max_length=500)
    scheme: str = Field(sa_type=Text)
    scheme_digest: str = Field(max_length=64)
    engine: str = Field(max_length=40)
    marks: str = Field(sa_type=Text)
    roster: str = Field(sa_type=Text)
    priors: str = Field(sa_type=Text)
    decisions: str = Field(sa_type=Text)
    document: str = Field(sa_type=Text)
    digest: str = Field(max_length=64)
    sealed_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


class CounterSignature(SQLModel, table=True):
    """复核: somebody else computed it again. The foreign key carries who sealed, so that it cannot be said wrongly."""

    __tablename__ = "counter_signature"
    __table_args__ = (
        CheckConstraint("sealed_by <> signed_by", name="two_people"),
        ForeignKeyConstraint(
            ["contest_id", "version", "sealed_by"], ["seal.contest_id", "seal.version", "seal.sealed_by"]
        ),
        ForeignKeyConstraint(["signed_by"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    rev: int
    sealed_by: str = Field(max_length=32)
    signed_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


class Approval(SQLModel, table=True):
    """送审: which leader approved, on which day, by which document; ``by_person`` wrote it down."""

    __tablename__ = "approval"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "version"], ["counter_signature.contest_id", "counter_signature.version"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    rev: int
    leader: str = Field(max_length=80)
    office: str = Field(max_length=120)
    approved_on: str = Field(max_length=10)
    document: str = Field(max_length=120)
    note: str = Field(default="", max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class Publication(SQLModel, table=True):
    """公布: what the public reads, already reduced to its level: more than that is not in the row."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("level IN ('tiers', 'ranks', 'scores', 'workings')", name="level"),
        ForeignKeyConstraint(["contest_id", "version"], ["approval.contest_id", "approval.version"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    rev: int
    level: str = Field(max_length=8)
    document: str = Field(sa_type=Text)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class CountyResult(SQLModel, table=True):
    """What one unit reads of its own result once it is published; a row for each, so that no page holds another's."""

    __tablename__ = "county_result"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "version"], ["publication.contest_id", "publication.version"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    unit_id: str = Field(primary_key=True, max_length=64)
    document: str = Field(sa_type=Text)


class ScoreCheck(SQLModel, table=True):
    """核分: somebody went through the marks and the score of one entrant on stage; ``document``: what he saw."""

    __tablename__ = "score_check"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        ForeignKeyConstraint(["checked_by"], ["person.id"]),
        UniqueConstraint("contest_id", "rev", "entry_id", "checked_by"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    entry_id: str = Field(max_length=64)
    document: str = Field(sa_type=Text)
    checked_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


_CHECKED = [f"score_check.{column}" for column in ("contest_id", "rev", "entry_id", "checked_by")]


class ScoreConfirmation(SQLModel, table=True):
    """确认: somebody confirmed the score of one entrant; ``document``: exactly what the hall may see of it.

    On a stage somebody else has checked it before: the foreign key carries who, so that it cannot be said wrongly.
    """

    __tablename__ = "score_confirmation"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        ForeignKeyConstraint(["confirmed_by"], ["person.id"]),
        ForeignKeyConstraint(["contest_id", "check_rev", "entry_id", "checked_by"], _CHECKED),
        CheckConstraint("(check_rev IS NULL) = (checked_by IS NULL)", name="checked"),
        CheckConstraint("checked_by <> confirmed_by", name="two_people"),
        UniqueConstraint("contest_id", "rev", "entry_id", "confirmed_by"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    entry_id: str = Field(max_length=64)
    document: str = Field(sa_type=Text)
    confirmed_by: str = Field(max_length=32)
    check_rev: int | None = None
    checked_by: str | None = Field(default=None, max_length=32)
    at: str = Field(max_length=32)


_CONFIRMED = [f"score_confirmation.{column}" for column in ("contest_id", "rev", "entry_id", "confirmed_by")]


class Release(SQLModel, table=True):
    """亮分, and the steps of the reveal: what the hall may see from this moment on. Nothing else reaches a screen.

    ``score``: one entrant (``entry_id``), confirmed by somebody else than who releases it. ``standing``: one step of
    the reveal of a counter-signed version. ``withdrawal``: takes the release ``withdraws`` back, and shows nothing.
    ``document``: canonical JSON, see ``publishing.hall``.
    """

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("kind IN ('score', 'standing', 'withdrawal')", name="kind"),
        CheckConstraint(
            "kind <> 'score' OR (entry_id IS NOT NULL AND confirmed_rev IS NOT NULL AND confirmed_by IS NOT NULL"
            " AND confirmed_by <> by_person)",
            name="two_people",
        ),
        CheckConstraint("(kind = 'standing') = (version IS NOT NULL)", name="version"),
        CheckConstraint("(kind = 'withdrawal') = (withdraws IS NOT NULL)", name="withdraws"),
        CheckConstraint("kind <> 'withdrawal' OR reason <> ''", name="reason"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["contest_id", "confirmed_rev", "entry_id", "confirmed_by"], _CONFIRMED),
        ForeignKeyConstraint(["contest_id", "version"], ["counter_signature.contest_id", "counter_signature.version"]),
        ForeignKeyConstraint(["contest_id", "withdraws"], ["release.contest_id", "release.rev"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
        UniqueConstraint("contest_id", "withdraws"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    kind: str = Field(max_length=10)
    entry_id: str | None = Field(default=None, max_length=64)
    confirmed_rev: int | None = None
    confirmed_by: str | None = Field(default=None, max_length=32)
    version: int | None = None
    document: str = Field(default="", sa_type=Text)
    withdraws: int | None = None
    reason: str = Field(default="", max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class Screen(SQLModel, table=True):
    """A screen of the hall, by the hash of its link's code. What it shows is said by its cues.

    ``kind``: one in the hall, or the host's, which follows the console. ``marks_by``: marks in the order of the seats,
    or the highest first. ``columns`` of standings and prizes; 0: as many as the wall is wide.
    """

    __tablename__ = "screen"
    __table_args__ = (
        CheckConstraint("kind IN ('hall', 'host')", name="kind"),
        CheckConstraint("marks_by IN ('seat', 'mark')", name="marks_by"),
        CheckConstraint("columns BETWEEN 0 AND 4", name="columns"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["made_by"], ["person.id"]),
        UniqueConstraint("code_hash"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=40)
    kind: str = Field(default="hall", max_length=4)
    marks_by: str = Field(default="seat", max_length=4)
    columns: int = 0
    code_hash: str = Field(max_length=64)
    rev: int
    made_by: str = Field(max_length=32)
    made_at: str = Field(max_length=32)
    revoked_at: str | None = Field(default=None, max_length=32)
    revoked_by: str | None = Field(default=None, max_length=32)
    revoked_rev: int | None = None


class ScreenCue(SQLModel, table=True):
    """A scene that an operator chose for a screen. ``place``: how far on its way; stepping back lowers it.

    ``entry_id``: whose scene it is; for standings an entrant of the part that is ranked. ``step``: how many steps of
    the reveal are shown.
    """

    __tablename__ = "screen_cue"
    __table_args__ = (
        CheckConstraint(
            "scene IN ('waiting', 'stage', 'marks', 'score', 'standings', 'reveal', 'blank')", name="scene"
        ),
        CheckConstraint("place >= 0", name="place"),
        CheckConstraint("(scene = 'reveal') = (step > 0)", name="step"),
        ForeignKeyConstraint(["contest_id", "screen_id"], ["screen.contest_id", "screen.id"]),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    screen_id: str = Field(max_length=16)
    place: int
    scene: str = Field(max_length=9)
    entry_id: str | None = Field(default=None, max_length=64)
    step: int = 0
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)
