"""What the operator may change, read from the environment once, when the application is made.

Reads the variables ``FIELDMARK_...``. Writes nothing. No other module looks into the environment.
"""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

USUAL_PORT = {"http": 80, "https": 443}


class Settings(BaseSettings):
    """Each field is the variable ``FIELDMARK_`` and its name in capitals, such as ``FIELDMARK_DEFAULT_LANGUAGE``."""

    model_config = SettingsConfigDict(env_prefix="FIELDMARK_", extra="ignore", frozen=True)

    default_language: Literal["zh", "en"] = Field(
        default="zh", description="The language of a reader whose browser asks for neither Chinese nor English."
    )
    database_url: str = Field(
        default="",
        description="Where everything is kept, such as postgresql+psycopg://user@host/name. Empty: SQLite in data_dir.",
    )
    data_dir: Path = Field(
        default=Path("fieldmark-data"), description="The folder for the SQLite database and for files."
    )
    public_url: str = Field(
        default="",
        description="The address people open, such as https://marks.example.org: links and QR codes are made from it, "
        "and no other host is answered. Empty: links are made from the address of the request.",
    )
    simulated: bool = Field(
        default=False, description="Every contest made on this server is a rehearsal, and each of its pages says so."
    )
    session_hours: int = Field(default=72, ge=1, description="How long a sign-in lasts.")
    max_body_bytes: int = Field(
        default=6 * 1024 * 1024, ge=1024, description="The largest request the server reads, with all its files."
    )
    max_judges: int = Field(default=200, ge=1, description="The most judges in one grid of marks.")
    max_entrants: int = Field(default=1000, ge=1, description="The most entrants in one grid of marks.")
    workbook_seconds: float = Field(
        default=10.0, gt=0, description="How long reading one uploaded workbook may take before it is given up."
    )
    workbook_memory_bytes: int = Field(
        default=1024**3, ge=256 * 1024**2, description="How much memory reading one uploaded workbook may take."
    )

    @field_validator("public_url")
    @classmethod
    def plain_address(cls, given: str) -> str:
        """Scheme, host and perhaps a port; browsers leave the usual port out, and so is it here."""
        if not given:
            return ""
        parts = urlsplit(given)
        port = parts.port  # raises ValueError itself where it is no number
        bare = (parts.path in {"", "/"}) and not (parts.query or parts.fragment or "@" in parts.netloc)
        if parts.scheme not in USUAL_PORT or not parts.hostname or not bare or not given.isascii():
            raise ValueError(given)
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return f"{parts.scheme}://{host}" + ("" if port in {None, USUAL_PORT[parts.scheme]} else f":{port}")

    @property
    def url(self) -> str:
        """The database's address, the default one written out."""
        return self.database_url or f"sqlite:///{self.data_dir / 'fieldmark.db'}"
