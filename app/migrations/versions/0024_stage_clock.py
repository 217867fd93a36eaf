"""计时: the stage clock, started and stopped at the console."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_press",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("press", sa.String(length=8), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("press IN ('start', 'stop')", name=op.f("ck_clock_press_press")),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_clock_press_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_clock_press_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_clock_press")),
        sa.UniqueConstraint("contest_id", "entry_id", "number", name=op.f("uq_clock_press_contest_id_entry_id_number")),
    )
