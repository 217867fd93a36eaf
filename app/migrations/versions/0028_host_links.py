"""A screen may be the host's, and each has an order of the marks and a number of columns of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("screen") as table:
        table.add_column(sa.Column("kind", sa.String(length=4), nullable=False, server_default="hall"))
        table.add_column(sa.Column("marks_by", sa.String(length=4), nullable=False, server_default="seat"))
        table.add_column(sa.Column("columns", sa.Integer(), nullable=False, server_default="0"))
        table.create_check_constraint(op.f("ck_screen_kind"), "kind IN ('hall', 'host')")
        table.create_check_constraint(op.f("ck_screen_marks_by"), "marks_by IN ('seat', 'mark')")
        table.create_check_constraint(op.f("ck_screen_columns"), "columns BETWEEN 0 AND 4")
