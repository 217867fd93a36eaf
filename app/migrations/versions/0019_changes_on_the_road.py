"""The itinerary as it is changed on the road: moved, hidden until opened, dropped."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PLACES = "change = 'move' OR (before_id IS NULL AND day = '' AND planned_at = '')"


def upgrade() -> None:
    op.create_table(
        "stop_change",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("before_id", sa.String(length=64), nullable=True),
        sa.Column("day", sa.String(length=32), nullable=False),
        sa.Column("planned_at", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("change IN ('move', 'hide', 'open', 'drop', 'restore')", name=op.f("ck_stop_change_change")),
        sa.CheckConstraint(PLACES, name=op.f("ck_stop_change_only_moves_have_a_place")),
        sa.CheckConstraint("change IN ('hide', 'open') OR reason <> ''", name=op.f("ck_stop_change_reason")),
        sa.CheckConstraint("before_id <> entry_id", name=op.f("ck_stop_change_before_another")),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_stop_change_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "before_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_stop_change_contest_id_before_id"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_stop_change_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "rev", "number", name=op.f("pk_stop_change")),
    )
