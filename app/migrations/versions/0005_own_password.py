"""Whether a person chose his password himself."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("own_password", sa.Boolean(), nullable=False, server_default=sa.false()))
