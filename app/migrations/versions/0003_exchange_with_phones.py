"""Tries and windows of badges, records that came again from a second device, and the life of the database."""

import uuid

import sqlalchemy as sa
from alembic import op

from app.audit import now

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrival_again",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "device_id"],
            ["device.contest_id", "device.id"],
            name=op.f("fk_arrival_again_contest_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "device_id", "device_seq", name=op.f("pk_arrival_again")),
    )
    op.create_table(
        "badge_try",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("browser", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "code_hash"],
            ["badge.contest_id", "badge.code_hash"],
            name=op.f("fk_badge_try_contest_id_code_hash"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "code_hash", "at", "browser", name=op.f("pk_badge_try")),
    )
    op.create_table(
        "badge_window",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("until_at", sa.String(length=32), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"],
            ["judge.contest_id", "judge.id"],
            name=op.f("fk_badge_window_contest_id_judge_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_badge_window")),
    )
    made = op.create_table(
        "server_epoch",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_server_epoch")),
    )
    op.bulk_insert(made, [{"number": 1, "value": uuid.uuid4().hex, "at": now()}])
