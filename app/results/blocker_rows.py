"""What keeps a result from being sealed as it stands on a page: sentences in the reader's language, page by page.

Reads blockers and the pages that the reader may open. Writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.page import Frame, page_names
from app.i18n import Language
from app.results.blockers import Blocker
from app.results.naming import caller


@dataclass(frozen=True, slots=True)
class Together:
    """What is settled on one page. ``path`` is empty where the reader may not open it, and somebody else does it."""

    name: str
    path: str
    sentences: tuple[str, ...]


def by_page(session: Session, found: Sequence[Blocker], around: Frame, language: Language) -> tuple[Together, ...]:
    """The blockers by the page on which they are settled, in their order."""
    scheme, roster = contests.scheme(session, around.contest.id), contests.roster(session, around.contest.id)
    names, paths = page_names(language), {tab.path for tab in around.tabs}
    several: dict[str, list[str]] = {}
    called = caller(scheme, roster, language)
    for one in found:
        several.setdefault(one.page, []).append(language.sentence(called(one.fault)))
    return tuple(
        Together(names[page], path if path in paths else "", tuple(sentences))
        for page, sentences in several.items()
        for path in [f"/c/{around.contest.id}/{page}"]
    )
