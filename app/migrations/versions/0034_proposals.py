"""What is decided is proposed by one person and confirmed by another."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=16), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_proposal_reason")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_proposal_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_proposal")),
        sa.UniqueConstraint("contest_id", "rev", "made_by", name=op.f("uq_proposal_contest_id_rev_made_by")),
    )
    op.create_table(
        "proposal_answer",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("proposal_rev", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("answer IN ('confirmed', 'declined', 'withdrawn')", name=op.f("ck_proposal_answer_answer")),
        sa.CheckConstraint(
            "(answer = 'withdrawn') = (made_by = by_person)", name=op.f("ck_proposal_answer_two_people")
        ),
        sa.CheckConstraint("answer = 'confirmed' OR reason <> ''", name=op.f("ck_proposal_answer_reason")),
        sa.ForeignKeyConstraint(
            ["contest_id", "proposal_rev", "made_by"],
            ["proposal.contest_id", "proposal.rev", "proposal.made_by"],
            name=op.f("fk_proposal_answer_contest_id_proposal_rev_made_by"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "proposal_rev", name=op.f("pk_proposal_answer")),
    )
    # Decisions that were taken before stay as they are, by one person; the trigger refuses new ones of that kind.
    with op.batch_alter_table("decision") as table:
        table.add_column(sa.Column("proposal_rev", sa.Integer(), nullable=True))
        table.add_column(sa.Column("confirmed_by", sa.String(length=32), nullable=True))
        table.create_check_constraint(op.f("ck_decision_two_people"), "by_person <> confirmed_by")
        table.create_foreign_key(
            op.f("fk_decision_contest_id_proposal_rev"),
            "proposal_answer",
            ["contest_id", "proposal_rev"],
            ["contest_id", "proposal_rev"],
        )
