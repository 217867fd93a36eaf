"""What the form of an approval holds, as text; whether it will do is for the deed to say, so nothing typed is lost."""

from pydantic import BaseModel, Field


class ApprovalForm(BaseModel):
    """Who approved, when, by which document."""

    leader: str = Field(default="", max_length=80)
    office: str = Field(default="", max_length=120)
    approved_on: str = Field(default="", max_length=20)
    document: str = Field(default="", max_length=120)
    note: str = Field(default="", max_length=500)
