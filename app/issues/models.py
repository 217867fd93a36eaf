"""Rows of issues: what judges noted on site, and what of it was released to a county. Append-only, but for links."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
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
    category: str = Field(default="", max_length=24)
    severity: str = Field(default="", max_length=12)
    files: str = Field(default="[]", sa_type=Text)
    device_id: str = Field(max_length=36)
    device_seq: int
    marked_at: str = Field(max_length=32)
    came_at: str = Field(max_length=32)


class IssueListRow(SQLModel, table=True):
    """One release of a unit's issue list (问题清单): who let it out and when. A later one adds to it."""

    __tablename__ = "issue_list"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "unit_id"], ["unit.contest_id", "unit.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    unit_id: str = Field(primary_key=True, max_length=64)
    version: int = Field(primary_key=True)
    rev: int
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class IssueRow(SQLModel, table=True):
    """A problem or a highlight as its unit was told, in the organiser's words; nothing in it names a judge.

    Problems and highlights are numbered apart, each from 1 within the unit. ``revision_id``: what the judge noted;
    his own words stay there. ``files``: JSON list of the photos that went along, by their digests on the server.
    """

    __tablename__ = "issue"
    __table_args__ = (
        CheckConstraint("kind IN ('problem', 'highlight')", name="kind"),
        CheckConstraint("number >= 1", name="number"),
        ForeignKeyConstraint(
            ["contest_id", "unit_id", "version"],
            ["issue_list.contest_id", "issue_list.unit_id", "issue_list.version"],
        ),
        ForeignKeyConstraint(["contest_id", "revision_id"], ["finding.contest_id", "finding.revision_id"]),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        UniqueConstraint("contest_id", "revision_id"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    unit_id: str = Field(primary_key=True, max_length=64)
    kind: str = Field(primary_key=True, max_length=16)
    number: int = Field(primary_key=True)
    version: int
    revision_id: str = Field(max_length=36)
    entry_id: str = Field(max_length=64)
    text: str = Field(sa_type=Text)
    category: str = Field(default="", max_length=24)
    severity: str = Field(default="", max_length=12)
    files: str = Field(sa_type=Text)


class FindingLeftOut(SQLModel, table=True):
    """The organiser looked at a finding and did not release it; he still may, later."""

    __tablename__ = "finding_left_out"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "revision_id"], ["finding.contest_id", "finding.revision_id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    rev: int = Field(primary_key=True)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class CountyLink(SQLModel, table=True):
    """The link that lets a unit's liaison in, as the hash of its code. The newest of a unit is the one in force."""

    __tablename__ = "county_link"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "unit_id"], ["unit.contest_id", "unit.id"]),
        UniqueConstraint("contest_id", "code_hash"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    unit_id: str = Field(primary_key=True, max_length=64)
    number: int = Field(primary_key=True)
    code_hash: str = Field(max_length=64)
    made_by: str = Field(max_length=32)
    made_at: str = Field(max_length=32)
    until_at: str = Field(max_length=32)
    opened_at: str | None = Field(default=None, max_length=32)
    revoked_at: str | None = Field(default=None, max_length=32)
    revoked_by: str | None = Field(default=None, max_length=32)
