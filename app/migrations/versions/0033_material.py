"""Material that units hand in for judges to mark at a desk."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "material_call",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("most_files", sa.Integer(), nullable=False),
        sa.Column("document_mb", sa.Integer(), nullable=False),
        sa.Column("video_mb", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_material_call_version")),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_material_call_reason")),
        sa.CheckConstraint(
            "most_files >= 1 AND document_mb >= 1 AND video_mb >= 0", name=op.f("ck_material_call_limits")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_material_call_contest_id")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_material_call_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "component", "version", name=op.f("pk_material_call")),
        sa.UniqueConstraint(
            "contest_id", "component", "version", "due_at",
            name=op.f("uq_material_call_contest_id_component_version_due_at"),
        ),
    )  # fmt: skip
    op.create_table(
        "material_file",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("call_version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("number >= 1 AND version >= 1", name=op.f("ck_material_file_numbered")),
        sa.CheckConstraint("by_person IS NOT NULL OR at <= due_at", name=op.f("ck_material_file_in_time")),
        sa.CheckConstraint("by_person IS NULL OR reason <> ''", name=op.f("ck_material_file_reason")),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_material_file_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "sha256"],
            ["stored_file.contest_id", "stored_file.sha256"],
            name=op.f("fk_material_file_contest_id_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "component", "call_version", "due_at"],
            ["material_call.contest_id", "material_call.component", "material_call.version", "material_call.due_at"],
            name=op.f("fk_material_file_contest_id_component_call_version_due_at"),
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_material_file_by_person")),
        sa.PrimaryKeyConstraint("contest_id", "entry_id", "number", "version", name=op.f("pk_material_file")),
    )
