"""Rehearsals: contests that were made to try another one out."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rehearsal",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("of_contest", sa.String(length=40), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.CheckConstraint("contest_id <> of_contest", name=op.f("ck_rehearsal_another")),
        sa.CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name=op.f("ck_rehearsal_closed")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_rehearsal_contest_id")),
        sa.ForeignKeyConstraint(["of_contest"], ["contest.id"], name=op.f("fk_rehearsal_of_contest")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_rehearsal_by_person")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_rehearsal_closed_by")),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_rehearsal")),
    )
