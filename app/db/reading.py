"""What one reading asks for several times, and is read once.

A page asks for the roster or for the sheets from several sides. Its reading sees one state of the database, so the
first answer holds until its end. Reads and writes nothing itself; never keeps anything for another reading.
"""

import functools
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

T = TypeVar("T")

_FOUND = "found"


def reading(engine: Engine) -> Session:
    """A session that may keep what it found: nothing is written in it."""
    return Session(engine, info={_FOUND: {}})


def once(read: Callable[[Session, str], T]) -> Callable[[Session, str], T]:
    """``read``, once for each contest and reading. Whoever gets the answer must not change it.

    In a writing session it is read each time: the deed itself changes what there is.
    """

    @functools.wraps(read)
    def asked(session: Session, contest_id: str) -> T:
        found = session.info.get(_FOUND)
        if found is None:
            return read(session, contest_id)
        key = (read, contest_id)
        if key not in found:
            found[key] = read(session, contest_id)
        answer: T = found[key]
        return answer

    return asked
