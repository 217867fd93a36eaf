"""Comments that judges type themselves, to the entrant on stage."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_comment",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("server_rev", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.String(length=32), nullable=False),
        sa.Column("came_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"],
            ["judge.contest_id", "judge.id"],
            name=op.f("fk_own_comment_contest_id_judge_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_own_comment_contest_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", name=op.f("pk_own_comment")),
    )
