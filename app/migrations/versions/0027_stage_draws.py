"""抽签: the order of appearance drawn so that anybody can check it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stage_draw",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("entrants", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_stage_draw_contest_id")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_stage_draw_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_stage_draw")),
    )
    op.create_table(
        "stage_drawn",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("draw_rev", sa.Integer(), nullable=False),
        sa.Column("order_rev", sa.Integer(), nullable=False),
        sa.Column("public", sa.String(length=80), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "draw_rev"],
            ["stage_draw.contest_id", "stage_draw.rev"],
            name=op.f("fk_stage_drawn_contest_id_draw_rev"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "order_rev"],
            ["stage_order.contest_id", "stage_order.rev"],
            name=op.f("fk_stage_drawn_contest_id_order_rev"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_stage_drawn_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "draw_rev", name=op.f("pk_stage_drawn")),
    )
