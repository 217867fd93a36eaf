"""Entries of rounds that are held in groups."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("group_name", sa.String(length=64), nullable=False, server_default=""))
