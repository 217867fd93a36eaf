"""Rows of material: every file of every entry as it was handed in. Append-only."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field, SQLModel


class MaterialFile(SQLModel, table=True):
    """One file of an entry as it was handed in, or that it was taken back (then without a digest).

    ``number``: the paper; ``version``: a later one takes its place, and both are kept. ``by_person``: the organiser in
    the unit's place, with a reason; nobody: the unit by its link, and then only until ``due_at`` of the call, which
    the foreign key carries.
    """

    __tablename__ = "material_file"
    __table_args__ = (
        CheckConstraint("number >= 1 AND version >= 1", name="numbered"),
        CheckConstraint("by_person IS NOT NULL OR at <= due_at", name="in_time"),
        CheckConstraint("by_person IS NULL OR reason <> ''", name="reason"),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        ForeignKeyConstraint(["contest_id", "sha256"], ["stored_file.contest_id", "stored_file.sha256"]),
        ForeignKeyConstraint(
            ["contest_id", "component", "call_version", "due_at"],
            [
                "material_call.contest_id", "material_call.component", "material_call.version",
                "material_call.due_at",
            ],
        ),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )  # fmt: skip

    contest_id: str = Field(primary_key=True, max_length=40)
    entry_id: str = Field(primary_key=True, max_length=64)
    number: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    rev: int
    sha256: str | None = Field(default=None, max_length=64)
    name: str = Field(max_length=120)
    media_type: str = Field(default="", max_length=60)
    size: int = 0
    component: str = Field(max_length=64)
    call_version: int
    due_at: str = Field(max_length=32)
    reason: str = Field(default="", max_length=500)
    by_person: str | None = Field(default=None, max_length=32)
    at: str = Field(max_length=32)
