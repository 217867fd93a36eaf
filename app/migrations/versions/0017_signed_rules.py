"""Versions of a contest's scheme and the second person's signature. Where marking has begun, the scheme stands."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TAKE_OVER = """
INSERT INTO scheme_version (contest_id, version, rev, text, digest, reason, made_by, at)
SELECT id, 1, 0, scheme, scheme_digest, '', NULL, made_at FROM contest WHERE id IN (
    SELECT contest_id FROM badge UNION SELECT contest_id FROM paper_typing UNION SELECT contest_id FROM sheet_revision
)
"""


def upgrade() -> None:
    op.create_table(
        "scheme_version",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_scheme_version_version")),
        sa.CheckConstraint("version = 1 OR made_by IS NOT NULL", name=op.f("ck_scheme_version_made_by")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_scheme_version_contest_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_scheme_version_made_by")),
        sa.PrimaryKeyConstraint("contest_id", "version", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint(
            "contest_id", "version", "made_by", name=op.f("uq_scheme_version_contest_id_version_made_by")
        ),
    )
    op.create_table(
        "scheme_signature",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("signed_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("made_by <> signed_by", name=op.f("ck_scheme_signature_two_people")),
        sa.ForeignKeyConstraint(
            ["contest_id", "version", "made_by"],
            ["scheme_version.contest_id", "scheme_version.version", "scheme_version.made_by"],
            name=op.f("fk_scheme_signature_contest_id_version_made_by"),
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_scheme_signature_signed_by")),
        sa.PrimaryKeyConstraint("contest_id", "version", name=op.f("pk_scheme_signature")),
    )
    op.execute(TAKE_OVER)
