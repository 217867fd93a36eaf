"""Runs the steps of the history. Alembic imports this file; people call ``app.migrations.upgrade``."""

from typing import Literal

from alembic import context
from sqlalchemy import DDL, inspect, text
from sqlmodel import AutoString

from app.db import migration_engine
from app.migrations.tables import APPEND_ONLY, LASTING, METADATA, append_only, confirmed_decisions, lasting


def rendered(type_: str, item: object, _: object) -> str | Literal[False]:
    """SQLModel's own text type is a plain String to the database; a step should not need SQLModel to be read."""
    return f"sa.String(length={item.length})" if type_ == "type" and isinstance(item, AutoString) else False


engine = migration_engine(context.config.attributes["url"])
with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        # Two workers that start at once: the second waits here, and then finds everything done. Until the commit
        # below, so also if this process dies. On SQLite ``upgrade`` sees to it: there Alembic commits after each step.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('fieldmark migrations'))"))
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, render_item=rendered)
    with context.begin_transaction():
        context.run_migrations()
        # A batch step on SQLite copies a table and drops its triggers without a word: so they are always made anew.
        # Those there are: whoever stops at an older step has not all of them.
        there = inspect(connection).get_table_names()
        dialect = connection.dialect.name
        statements = [line for table in APPEND_ONLY if table in there for line in append_only(table, dialect)]
        statements += [line for table in LASTING if table in there for line in lasting(table, dialect)]
        statements += confirmed_decisions(dialect) if "proposal_answer" in there else []
        for statement in statements:
            connection.execute(DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
    connection.commit()
engine.dispose()
