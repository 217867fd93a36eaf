"""Rows of files: what is known of a photo or document, addressed by the SHA-256 of its content."""

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel


class StoredFile(SQLModel, table=True):
    """A file that is whole on the server. Append-only: a file is never changed, only added."""

    __tablename__ = "stored_file"
    __table_args__ = (ForeignKeyConstraint(["contest_id"], ["contest.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    sha256: str = Field(primary_key=True, max_length=64)
    media_type: str = Field(max_length=60)
    size: int
    shown_sha256: str = Field(default="", max_length=64)
    by_device: str = Field(default="", max_length=36)
    at: str = Field(max_length=32)


class Thumbnail(SQLModel, table=True):
    """The small picture that comes before a photo, under the photo's digest; never taken for the photo. Append-only."""

    __tablename__ = "thumbnail"
    __table_args__ = (ForeignKeyConstraint(["contest_id"], ["contest.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    sha256: str = Field(primary_key=True, max_length=64)
    small_sha256: str = Field(max_length=64)
    by_device: str = Field(default="", max_length=36)
    at: str = Field(max_length=32)
