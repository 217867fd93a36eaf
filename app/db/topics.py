"""What a committed deed has changed, told to every open page. Reads and writes no row."""

from collections.abc import Callable

from sqlmodel import Session


def after_commit(session: Session, topic: str) -> None:
    """Tell every open page, after the commit, that ``topic`` has changed."""
    session.info.setdefault("topics", set()).add(topic)


Listener = Callable[[str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Call ``listener``, in the writer's thread, with each topic a committed deed has changed; returns what ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def tell(topics: set[str]) -> None:
    for topic in sorted(topics):
        for listener in tuple(_listeners):
            listener(topic)
