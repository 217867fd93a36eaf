"""Screens of the hall, and the scenes that operators chose for them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SCENES = "scene IN ('waiting', 'stage', 'marks', 'score', 'standings', 'reveal', 'blank')"


def upgrade() -> None:
    op.create_table(
        "screen",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.Column("revoked_by", sa.String(length=32), nullable=True),
        sa.Column("revoked_rev", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_screen_contest_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_screen_made_by")),
        sa.PrimaryKeyConstraint("contest_id", "id", name=op.f("pk_screen")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_screen_code_hash")),
    )
    op.create_table(
        "screen_cue",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("screen_id", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("scene", sa.String(length=9), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint(SCENES, name=op.f("ck_screen_cue_scene")),
        sa.CheckConstraint("place >= 0", name=op.f("ck_screen_cue_place")),
        sa.CheckConstraint("(scene = 'reveal') = (step > 0)", name=op.f("ck_screen_cue_step")),
        sa.ForeignKeyConstraint(
            ["contest_id", "screen_id"],
            ["screen.contest_id", "screen.id"],
            name=op.f("fk_screen_cue_contest_id_screen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_screen_cue_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_screen_cue_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_screen_cue")),
    )
