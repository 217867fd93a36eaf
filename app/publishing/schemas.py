"""What the forms of publishing hold; whether it will do is for the deeds to say, so nothing typed is lost."""

from pydantic import BaseModel, Field

from app.publishing.models import Scene


class ApprovalForm(BaseModel):
    """Who approved, when, by which document."""

    leader: str = Field(default="", max_length=80)
    office: str = Field(default="", max_length=120)
    approved_on: str = Field(default="", max_length=20)
    document: str = Field(default="", max_length=120)
    note: str = Field(default="", max_length=500)


class CueForm(BaseModel):
    """A scene that an operator chose. ``after``: the cue that his page showed."""

    scene: Scene = "waiting"
    entry: str = Field(default="", max_length=64)
    step: int = Field(default=0, ge=0, le=9999)
    after: int = Field(default=0, ge=0, le=2**31 - 1)
