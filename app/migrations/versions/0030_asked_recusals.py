"""Recusals that judges ask for on their phones, and what the organiser answers."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recusal_request",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("server_rev", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.String(length=32), nullable=False),
        sa.Column("came_at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_recusal_request_reason")),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"],
            ["judge.contest_id", "judge.id"],
            name=op.f("fk_recusal_request_contest_id_judge_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", name=op.f("pk_recusal_request")),
        sa.UniqueConstraint(
            "contest_id", "revision_id", "judge_id", name=op.f("uq_recusal_request_contest_id_revision_id_judge_id")
        ),
    )
    op.create_table(
        "recusal_answer",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("recusal_rev", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("recusal_rev IS NOT NULL OR reason <> ''", name=op.f("ck_recusal_answer_reason")),
        sa.ForeignKeyConstraint(
            ["contest_id", "revision_id", "judge_id"],
            ["recusal_request.contest_id", "recusal_request.revision_id", "recusal_request.judge_id"],
            name=op.f("fk_recusal_answer_contest_id_revision_id_judge_id"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_recusal_answer_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", name=op.f("pk_recusal_answer")),
    )
