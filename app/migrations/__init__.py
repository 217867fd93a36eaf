"""The database's history, a step per file; ``upgrade`` brings any database to today."""

from pathlib import Path

from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent


def upgrade(url: str) -> None:
    """Create or bring up to date the database at ``url``; does nothing where it is up to date."""
    command.upgrade(_config(url), "head")


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = url
    return config
