"""What judges signed on glass, and which revisions of which sheets each signature covers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "judge_signature",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("server_rev", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("strokes", sa.Text(), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.String(length=32), nullable=False),
        sa.Column("came_at", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("way IN ('drawn', 'typed')", name=op.f("ck_judge_signature_way")),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"],
            ["judge.contest_id", "judge.id"],
            name=op.f("fk_judge_signature_contest_id_judge_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", name=op.f("pk_judge_signature")),
    )
    op.create_index("ix_judge_signature_judge", "judge_signature", ["contest_id", "judge_id"])
    op.create_table(
        "signed_sheet",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("signature_id", sa.String(length=36), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "signature_id"],
            ["judge_signature.contest_id", "judge_signature.revision_id"],
            name=op.f("fk_signed_sheet_contest_id_signature_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "signature_id", "revision_id", name=op.f("pk_signed_sheet")),
    )
    op.create_index("ix_signed_sheet_sheet", "signed_sheet", ["contest_id", "judge_id", "entry_id"])
