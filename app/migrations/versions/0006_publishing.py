"""Sealing, counter-signing, approving and publishing a result."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seal",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scheme_digest", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("priors", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_seal_version")),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_seal_reason")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_seal_contest_id")),
        sa.ForeignKeyConstraint(["sealed_by"], ["person.id"], name=op.f("fk_seal_sealed_by")),
        sa.PrimaryKeyConstraint("contest_id", "version", name=op.f("pk_seal")),
        sa.UniqueConstraint("contest_id", "version", "sealed_by", name=op.f("uq_seal_contest_id_version_sealed_by")),
    )
    op.create_table(
        "counter_signature",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sealed_by", sa.String(length=32), nullable=False),
        sa.Column("signed_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("sealed_by <> signed_by", name=op.f("ck_counter_signature_two_people")),
        sa.ForeignKeyConstraint(
            ["contest_id", "version", "sealed_by"],
            ["seal.contest_id", "seal.version", "seal.sealed_by"],
            name=op.f("fk_counter_signature_contest_id_version_sealed_by"),
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_counter_signature_signed_by")),
        sa.PrimaryKeyConstraint("contest_id", "version", name=op.f("pk_counter_signature")),
    )
    op.create_table(
        "approval",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("leader", sa.String(length=80), nullable=False),
        sa.Column("office", sa.String(length=120), nullable=False),
        sa.Column("approved_on", sa.String(length=10), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "version"],
            ["counter_signature.contest_id", "counter_signature.version"],
            name=op.f("fk_approval_contest_id_version"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_approval_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "version", name=op.f("pk_approval")),
    )
    op.create_table(
        "publication",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("level IN ('tiers', 'ranks', 'scores', 'workings')", name=op.f("ck_publication_level")),
        sa.ForeignKeyConstraint(
            ["contest_id", "version"],
            ["approval.contest_id", "approval.version"],
            name=op.f("fk_publication_contest_id_version"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_publication_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "version", name=op.f("pk_publication")),
    )
    op.create_table(
        "county_result",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "version"],
            ["publication.contest_id", "publication.version"],
            name=op.f("fk_county_result_contest_id_version"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "version", "unit_id", name=op.f("pk_county_result")),
    )
