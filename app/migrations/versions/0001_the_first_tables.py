"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_audit")),
    )
    op.create_table(
        "audit_payload",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", "rev", name=op.f("pk_audit_payload")),
    )
    op.create_table(
        "contest",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scheme_digest", sa.String(length=64), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("form IN ('tour', 'stage', 'desk')", name=op.f("ck_contest_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
    )
    op.create_table(
        "contest_head",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("audit_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_contest_head")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("disabled_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "collection",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_collection_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_collection")),
    )
    op.create_table(
        "decision",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("revoked_rev", sa.Integer(), nullable=True),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_decision_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "rev", "number", name=op.f("pk_decision")),
    )
    op.create_table(
        "judge",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("judge_class", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("bloc", sa.String(length=64), nullable=False),
        sa.Column("divisions", sa.String(length=200), nullable=False),
        sa.Column("components", sa.String(length=200), nullable=False),
        sa.Column("phone_end", sa.String(length=4), nullable=False),
        sa.Column("aide", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_judge_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "id", name=op.f("pk_judge")),
        sa.UniqueConstraint("contest_id", "place_number", name=op.f("uq_judge_contest_id_place_number")),
    )
    op.create_table(
        "membership",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "role IN ('organiser', 'steward', 'tallier', 'checker', 'staff')", name=op.f("ck_membership_role")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_membership_contest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("contest_id", "person_id", "role", name=op.f("pk_membership")),
    )
    op.create_table(
        "signed_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signed_in_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_signed_in")),
    )
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("shown_sha256", sa.String(length=64), nullable=False),
        sa.Column("by_device", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_stored_file_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "sha256", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "unit",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("division", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_unit_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "id", name=op.f("pk_unit")),
        sa.UniqueConstraint("contest_id", "name", name=op.f("uq_unit_contest_id_name")),
        sa.UniqueConstraint("contest_id", "place_number", name=op.f("uq_unit_contest_id_place_number")),
    )
    op.create_table(
        "attendance",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("state IN ('present', 'leave')", name=op.f("ck_attendance_state")),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"], ["judge.contest_id", "judge.id"], name=op.f("fk_attendance_contest_id_judge_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "rev", "judge_id", "day", name=op.f("pk_attendance")),
    )
    op.create_table(
        "badge",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"], ["judge.contest_id", "judge.id"], name=op.f("fk_badge_contest_id_judge_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "code_hash", name=op.f("pk_badge")),
    )
    op.create_table(
        "device",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"], ["judge.contest_id", "judge.id"], name=op.f("fk_device_contest_id_judge_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index("ix_device_token", ["contest_id", "token_hash"], unique=True)

    op.create_table(
        "entry",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place_number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("day", sa.String(length=32), nullable=False),
        sa.Column("planned_at", sa.String(length=16), nullable=False),
        sa.Column("where", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "unit_id"], ["unit.contest_id", "unit.id"], name=op.f("fk_entry_contest_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "id", name=op.f("pk_entry")),
        sa.UniqueConstraint("contest_id", "place_number", name=op.f("uq_entry_contest_id_place_number")),
    )
    op.create_table(
        "prior",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "unit_id"], ["unit.contest_id", "unit.id"], name=op.f("fk_prior_contest_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "unit_id", "component", name=op.f("pk_prior")),
    )
    op.create_table(
        "recusal",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("lifted", sa.Boolean(), nullable=False),
        sa.Column("by_person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"], ["judge.contest_id", "judge.id"], name=op.f("fk_recusal_contest_id_judge_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "rev", "number", name=op.f("pk_recusal")),
    )
    op.create_table(
        "arrival",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "result IN ('stored', 'mismatch', 'quarantined', 'conflict', 'rejected')", name=op.f("ck_arrival_result")
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "device_id"],
            ["device.contest_id", "device.id"],
            name=op.f("fk_arrival_contest_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", "sha256", name=op.f("pk_arrival")),
    )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.create_index("ix_arrival_seq", ["contest_id", "device_id", "device_seq"], unique=False)

    op.create_table(
        "finding",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("finding_id", sa.String(length=36), nullable=False),
        sa.Column("server_rev", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.String(length=32), nullable=False),
        sa.Column("came_at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('problem', 'highlight', 'withdrawn')", name=op.f("ck_finding_kind")),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"], ["entry.contest_id", "entry.id"], name=op.f("fk_finding_contest_id_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"], ["judge.contest_id", "judge.id"], name=op.f("fk_finding_contest_id_judge_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_finding_id"), ["finding_id"], unique=False)

    op.create_table(
        "heartbeat",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("highest_seq", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("clock_offset_ms", sa.Integer(), nullable=False),
        sa.Column("heard_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "device_id"],
            ["device.contest_id", "device.id"],
            name=op.f("fk_heartbeat_contest_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "device_id", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "paper_typing",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("ticks", sa.Text(), nullable=False),
        sa.Column("typed_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_paper_typing_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"],
            ["judge.contest_id", "judge.id"],
            name=op.f("fk_paper_typing_contest_id_judge_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "rev", "number", name=op.f("pk_paper_typing")),
        sa.UniqueConstraint(
            "contest_id", "rev", "number", "typed_by", name=op.f("uq_paper_typing_contest_id_rev_number_typed_by")
        ),
    )
    with op.batch_alter_table("paper_typing", schema=None) as batch_op:
        batch_op.create_index("ix_paper_typing_sheet", ["contest_id", "judge_id", "entry_id"], unique=False)

    op.create_table(
        "sheet_revision",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("server_rev", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ticks", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.String(length=32), nullable=False),
        sa.Column("came_at", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('draft', 'submitted', 'withdrawn')", name=op.f("ck_sheet_revision_kind")),
        sa.CheckConstraint("origin IN ('phone', 'paper')", name=op.f("ck_sheet_revision_origin")),
        sa.ForeignKeyConstraint(
            ["contest_id", "entry_id"],
            ["entry.contest_id", "entry.id"],
            name=op.f("fk_sheet_revision_contest_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "judge_id"],
            ["judge.contest_id", "judge.id"],
            name=op.f("fk_sheet_revision_contest_id_judge_id"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", name=op.f("pk_sheet_revision")),
    )
    with op.batch_alter_table("sheet_revision", schema=None) as batch_op:
        batch_op.create_index("ix_sheet_revision_rev", ["contest_id", "server_rev"], unique=False)
        batch_op.create_index("ix_sheet_revision_sheet", ["contest_id", "judge_id", "entry_id"], unique=False)

    op.create_table(
        "paper_match",
        sa.Column("contest_id", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("first_rev", sa.Integer(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("first_by", sa.String(length=32), nullable=False),
        sa.Column("second_rev", sa.Integer(), nullable=False),
        sa.Column("second_number", sa.Integer(), nullable=False),
        sa.Column("second_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("first_by <> second_by", name=op.f("ck_paper_match_two_people")),
        sa.ForeignKeyConstraint(
            ["contest_id", "first_rev", "first_number", "first_by"],
            ["paper_typing.contest_id", "paper_typing.rev", "paper_typing.number", "paper_typing.typed_by"],
            name=op.f("fk_paper_match_contest_id_first_rev_first_number_first_by"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "second_rev", "second_number", "second_by"],
            ["paper_typing.contest_id", "paper_typing.rev", "paper_typing.number", "paper_typing.typed_by"],
            name=op.f("fk_paper_match_contest_id_second_rev_second_number_second_by"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "revision_id", name=op.f("pk_paper_match")),
    )
    # The installation's own chain of acts is there from the first day.
    op.bulk_insert(
        sa.table("contest_head", sa.column("contest_id"), sa.column("rev"), sa.column("audit_hash")),
        [{"contest_id": "-", "rev": 0, "audit_hash": "0" * 64}],
    )
