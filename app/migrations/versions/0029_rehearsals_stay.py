"""A rehearsal stays one: its row carries that the contest is simulated."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_contest_simulated"), "contest", ["id", "simulated"], unique=True)
    with op.batch_alter_table("rehearsal") as table:
        table.add_column(sa.Column("simulated", sa.Boolean(), server_default=sa.true(), nullable=False))
        table.create_check_constraint(op.f("ck_rehearsal_simulated"), "simulated")
        table.create_foreign_key(
            op.f("fk_rehearsal_contest_id_simulated"), "contest", ["contest_id", "simulated"], ["id", "simulated"]
        )
