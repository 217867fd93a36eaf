"""Sheets that a judge dictated (代录): how he gave his marks and why, and an origin of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ORIGIN = "origin IN ('phone', 'paper', 'dictated')"


def upgrade() -> None:
    with op.batch_alter_table("paper_typing") as table:
        table.add_column(sa.Column("way", sa.String(length=9), nullable=False, server_default="paper"))
        table.add_column(sa.Column("reason", sa.String(length=500), nullable=False, server_default=""))
    with op.batch_alter_table("sheet_revision") as table:
        table.drop_constraint(op.f("ck_sheet_revision_origin"), type_="check")
        table.create_check_constraint(op.f("ck_sheet_revision_origin"), ORIGIN)
