"""Places that got another name keep the old one beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_name",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_place_name_reason")),
        sa.CheckConstraint("place_id IS NOT NULL OR turn > 1", name=op.f("ck_place_name_given_before_taken")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_place_name_contest_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_name_place_id")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_place_name_by_person")),
        sa.PrimaryKeyConstraint("name", "turn", name=op.f("pk_place_name")),
    )
