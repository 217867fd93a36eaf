"""Entries that are assigned to some of the judges."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("judges", sa.String(length=1000), nullable=False, server_default=""))
