"""Judges who take over from others on the road."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "substitution",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("by_judge", sa.String(length=64), nullable=False),
        sa.Column("from_entry", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("judge_id <> by_judge", name=op.f("ck_substitution_another")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_substitution_reason")),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"],
            ["judge.contest_id", "judge.id"],
            name=op.f("fk_substitution_contest_id_judge_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "by_judge"],
            ["judge.contest_id", "judge.id"],
            name=op.f("fk_substitution_contest_id_by_judge"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_substitution_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_substitution")),
    )
