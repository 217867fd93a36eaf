"""The stage: order of appearance, steps of the console, experts' comments, a grace after a lock."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not as a batch, which would copy the table: its rows are official.
    op.add_column("stop_lock", sa.Column("grace_until", sa.String(length=32), nullable=False, server_default=""))
    op.create_table(
        "stage_order",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("together", sa.Integer(), nullable=False),
        sa.Column("staggered", sa.Boolean(), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("together BETWEEN 1 AND 9", name=op.f("ck_stage_order_together")),
        sa.CheckConstraint("grace_seconds BETWEEN 0 AND 120", name=op.f("ck_stage_order_grace_seconds")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_stage_order_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_stage_order")),
    )
    op.create_table(
        "stage_turn",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "rev"],
            ["stage_order.contest_id", "stage_order.rev"],
            name=op.f("fk_stage_turn_contest_id_rev"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"], ["entry.contest_id", "entry.id"], name=op.f("fk_stage_turn_contest_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "rev", "place", name=op.f("pk_stage_turn")),
        sa.UniqueConstraint("contest_id", "rev", "entry_id", name=op.f("uq_stage_turn_contest_id_rev_entry_id")),
    )
    op.create_table(
        "console_step",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("step IN ('call', 'mark', 'collect', 'back')", name=op.f("ck_console_step_step")),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_console_step_contest_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_console_step")),
        sa.UniqueConstraint(
            "contest_id", "entry_id", "number", name=op.f("uq_console_step_contest_id_entry_id_number")
        ),
    )
    op.create_table(
        "stage_comment",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("expert", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_stage_comment_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_stage_comment_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_stage_comment")),
    )
