"""A statement handed to the driver itself. Reads and writes what the statement says, in the session's transaction."""

from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlmodel import Session


class Quick:
    """A statement of the batch path: compiled once for each kind of database, and handed to the driver itself.

    SQLAlchemy takes ten times as long to pass a statement on as SQLite takes to do it. For text and whole numbers only,
    which need no conversion. It runs in the transaction of the session, and sees only what that has flushed.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._compiled: dict[type, tuple[str, dict[str, Any]]] = {}

    def __call__(self, session: Session, **values: object) -> list[Any]:
        """The rows, as tuples. Raises what SQLAlchemy would raise."""
        driver: Any = session.info.get("driver")
        if driver is None or session.in_nested_transaction():
            # The session makes a savepoint only when it is asked for its connection.
            driver = session.connection().connection.driver_connection
        text, always = self._compiled.get(type(driver)) or self._compile(session, type(driver))
        given = {**always, **values} if always else values
        try:
            cursor = driver.execute(text, given)
            return list(cursor.fetchall()) if cursor.description else []
        except Exception as trouble:
            dialect: Any = session.get_bind().dialect
            if not isinstance(trouble, dialect.loaded_dbapi.Error):
                raise
            raise DBAPIError.instance(text, given, trouble, dialect.loaded_dbapi.Error, dialect=dialect) from trouble

    def _compile(self, session: Session, driver: type) -> tuple[str, dict[str, Any]]:
        made = self._statement.compile(session.get_bind(), compile_kwargs={"render_postcompile": True})
        always = {name: value for name, value in made.params.items() if value is not None}
        self._compiled[driver] = found = (made.string, always)
        return found
