"""Stops that were locked one by one, where the scheme closes sheets with each stop."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stop_lock",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"], ["entry.contest_id", "entry.id"], name=op.f("fk_stop_lock_contest_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "entry_id", name=op.f("pk_stop_lock")),
    )
