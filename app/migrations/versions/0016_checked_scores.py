"""核分: who checked a score on stage before somebody else confirmed it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "score_check",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_score_check_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_score_check_checked_by")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_score_check")),
        sa.UniqueConstraint(
            "contest_id",
            "rev",
            "entry_id",
            "checked_by",
            name=op.f("uq_score_check_contest_id_rev_entry_id_checked_by"),
        ),
    )
    with op.batch_alter_table("score_confirmation") as table:
        table.add_column(sa.Column("check_rev", sa.Integer(), nullable=True))
        table.add_column(sa.Column("checked_by", sa.String(length=32), nullable=True))
        table.create_foreign_key(
            op.f("fk_score_confirmation_contest_id_check_rev_entry_id_checked_by"),
            "score_check",
            ["contest_id", "check_rev", "entry_id", "checked_by"],
            ["contest_id", "rev", "entry_id", "checked_by"],
        )
        table.create_check_constraint(
            op.f("ck_score_confirmation_checked"), "(check_rev IS NULL) = (checked_by IS NULL)"
        )
        table.create_check_constraint(op.f("ck_score_confirmation_two_people"), "checked_by <> confirmed_by")
