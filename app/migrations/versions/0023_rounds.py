"""Rounds: the collection and the opening of each, the lists of who comes to the next, and their second person."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round_collection",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("round", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_round_collection_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "round", name=op.f("pk_round_collection")),
    )
    op.create_table(
        "round_opening",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("round", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("role IN ('organiser', 'steward')", name=op.f("ck_round_opening_role")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_round_opening_contest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_round_opening_person_id")),
        sa.PrimaryKeyConstraint("contest_id", "round", "role", name=op.f("pk_round_opening")),
        sa.UniqueConstraint(
            "contest_id", "round", "person_id", name=op.f("uq_round_opening_contest_id_round_person_id")
        ),
    )
    op.create_table(
        "round_list",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("round", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_round_list_version")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_round_list_contest_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_round_list_made_by")),
        sa.PrimaryKeyConstraint("contest_id", "round", "version", name=op.f("pk_round_list")),
        sa.UniqueConstraint(
            "contest_id", "round", "version", "made_by", name=op.f("uq_round_list_contest_id_round_version_made_by")
        ),
    )
    op.create_table(
        "round_list_confirmation",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("round", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("made_by <> confirmed_by", name=op.f("ck_round_list_confirmation_two_people")),
        sa.ForeignKeyConstraint(
            ["contest_id", "round", "version", "made_by"],
            ["round_list.contest_id", "round_list.round", "round_list.version", "round_list.made_by"],
            name=op.f("fk_round_list_confirmation_contest_id_round_version_made_by"),
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_round_list_confirmation_confirmed_by")),
        sa.PrimaryKeyConstraint("contest_id", "round", "version", name=op.f("pk_round_list_confirmation")),
    )
