"""Opening the marks by two people."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("role IN ('organiser', 'steward')", name=op.f("ck_opening_role")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_opening_contest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opening_person_id")),
        sa.PrimaryKeyConstraint("contest_id", "role", name=op.f("pk_opening")),
        sa.UniqueConstraint("contest_id", "person_id", name=op.f("uq_opening_contest_id_person_id")),
    )
