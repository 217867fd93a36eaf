"""What the public reads of who goes on from a round."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round_notice",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("round", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "round", "version"],
            ["round_list_confirmation.contest_id", "round_list_confirmation.round", "round_list_confirmation.version"],
            name=op.f("fk_round_notice_contest_id"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_round_notice_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_round_notice")),
    )
