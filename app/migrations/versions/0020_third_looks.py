"""第三人复看: what a third person saw on a paper sheet that two typed differently."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TYPING = [f"paper_typing.{column}" for column in ("contest_id", "rev", "number", "typed_by")]


def upgrade() -> None:
    op.create_table(
        "paper_look",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("first_rev", sa.Integer(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("first_by", sa.String(length=32), nullable=False),
        sa.Column("second_rev", sa.Integer(), nullable=False),
        sa.Column("second_number", sa.Integer(), nullable=False),
        sa.Column("second_by", sa.String(length=32), nullable=False),
        sa.Column("ticks", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("looked_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("first_by <> second_by", name=op.f("ck_paper_look_two_people")),
        sa.CheckConstraint("looked_by <> first_by AND looked_by <> second_by", name=op.f("ck_paper_look_third_person")),
        sa.ForeignKeyConstraint(
            ["contest_id", "first_rev", "first_number", "first_by"],
            _TYPING,
            name=op.f("fk_paper_look_contest_id_first_rev_first_number_first_by"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "second_rev", "second_number", "second_by"],
            _TYPING,
            name=op.f("fk_paper_look_contest_id_second_rev_second_number_second_by"),
        ),
        sa.ForeignKeyConstraint(["looked_by"], ["person.id"], name=op.f("fk_paper_look_looked_by")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_paper_look")),
    )
