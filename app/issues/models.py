"""Rows of issues: what judges noted on site. Append-only revisions, as with score sheets."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text
from sqlmodel import Field, SQLModel


class Finding(SQLModel, table=True):
    """A problem or a highlight as a judge noted it on his phone; a later revision of the same finding replaces it."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("kind IN ('problem', 'highlight', 'withdrawn')", name="kind"),
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    finding_id: str = Field(index=True, max_length=36)
    server_rev: int
    judge_id: str = Field(max_length=64)
    entry_id: str = Field(max_length=64)
    kind: str = Field(max_length=16)
    text: str = Field(sa_type=Text)
    files: str = Field(default="[]", sa_type=Text)
    device_id: str = Field(max_length=36)
    device_seq: int
    marked_at: str = Field(max_length=32)
    came_at: str = Field(max_length=32)
