"""What each phone says of itself: the page it runs, what its test found, photos that have not gone yet."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("heartbeat") as table:
        table.add_column(sa.Column("version", sa.String(length=16), nullable=False, server_default=""))
        table.add_column(sa.Column("finds", sa.String(length=80), nullable=False, server_default=""))
        table.add_column(sa.Column("photos", sa.Integer(), nullable=False, server_default="0"))
