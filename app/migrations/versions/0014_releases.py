"""What the hall may see: confirmed scores, and what was released of them and of the final ranking."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CONFIRMED = (
    "kind <> 'score' OR (entry_id IS NOT NULL AND confirmed_rev IS NOT NULL AND confirmed_by IS NOT NULL"
    " AND confirmed_by <> by_person)"
)


def upgrade() -> None:
    op.create_table(
        "score_confirmation",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_score_confirmation_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_score_confirmation_confirmed_by")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_score_confirmation")),
        sa.UniqueConstraint(
            "contest_id",
            "rev",
            "entry_id",
            "confirmed_by",
            name=op.f("uq_score_confirmation_contest_id_rev_entry_id_confirmed_by"),
        ),
    )
    op.create_table(
        "release",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=True),
        sa.Column("confirmed_rev", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('score', 'standing', 'withdrawal')", name=op.f("ck_release_kind")),
        sa.CheckConstraint(CONFIRMED, name=op.f("ck_release_two_people")),
        sa.CheckConstraint("(kind = 'standing') = (version IS NOT NULL)", name=op.f("ck_release_version")),
        sa.CheckConstraint("(kind = 'withdrawal') = (withdraws IS NOT NULL)", name=op.f("ck_release_withdraws")),
        sa.CheckConstraint("kind <> 'withdrawal' OR reason <> ''", name=op.f("ck_release_reason")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_release_contest_id")),
        sa.ForeignKeyConstraint(
            ["contest_id", "confirmed_rev", "entry_id", "confirmed_by"],
            [
                "score_confirmation.contest_id",
                "score_confirmation.rev",
                "score_confirmation.entry_id",
                "score_confirmation.confirmed_by",
            ],
            name=op.f("fk_release_contest_id_confirmed_rev_entry_id_confirmed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "version"],
            ["counter_signature.contest_id", "counter_signature.version"],
            name=op.f("fk_release_contest_id_version"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "withdraws"],
            ["release.contest_id", "release.rev"],
            name=op.f("fk_release_contest_id_withdraws"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_release_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_release")),
        sa.UniqueConstraint("contest_id", "withdraws", name=op.f("uq_release_contest_id_withdraws")),
    )
