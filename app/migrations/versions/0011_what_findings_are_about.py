"""What a finding is about and how grave it is, as the judge noted it and as it was released; a contest's own list."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contest", sa.Column("categories", sa.Text(), nullable=False, server_default=""))
    for table in ("finding", "issue"):
        op.add_column(table, sa.Column("category", sa.String(length=24), nullable=False, server_default=""))
        op.add_column(table, sa.Column("severity", sa.String(length=12), nullable=False, server_default=""))
