"""Issue lists as they were released to the counties, what was left out of them, and the counties' links."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "county_link",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("until_at", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.Column("revoked_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id", "unit_id"], ["unit.contest_id", "unit.id"], name=op.f("fk_county_link_contest_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "unit_id", "number", name=op.f("pk_county_link")),
        sa.UniqueConstraint("contest_id", "code_hash", name=op.f("uq_county_link_contest_id_code_hash")),
    )
    op.create_table(
        "issue_list",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "unit_id"], ["unit.contest_id", "unit.id"], name=op.f("fk_issue_list_contest_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "unit_id", "version", name=op.f("pk_issue_list")),
    )
    op.create_table(
        "issue",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('problem', 'highlight')", name=op.f("ck_issue_kind")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_issue_number")),
        sa.ForeignKeyConstraint(
            ["contest_id", "unit_id", "version"],
            ["issue_list.contest_id", "issue_list.unit_id", "issue_list.version"],
            name=op.f("fk_issue_contest_id_unit_id_version"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "revision_id"],
            ["finding.contest_id", "finding.revision_id"],
            name=op.f("fk_issue_contest_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"], ["entry.contest_id", "entry.id"], name=op.f("fk_issue_contest_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "unit_id", "kind", "number", name=op.f("pk_issue")),
        sa.UniqueConstraint("contest_id", "revision_id", name=op.f("uq_issue_contest_id_revision_id")),
    )
    op.create_table(
        "finding_left_out",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "revision_id"],
            ["finding.contest_id", "finding.revision_id"],
            name=op.f("fk_finding_left_out_contest_id_revision_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", "rev", name=op.f("pk_finding_left_out")),
    )
