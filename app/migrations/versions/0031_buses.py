"""Which bus a judge rides on."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("judge", sa.Column("bus", sa.String(length=40), server_default="", nullable=False))
