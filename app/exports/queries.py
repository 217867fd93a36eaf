"""A contest's result with what it was computed from, read once for whichever file is made of it.

Reads only. Whoever calls makes sure that the marks are open.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.contests import queries as contests
from app.publishing.frozen import drift
from app.publishing.queries import last_published, seal
from app.results.queries import Given, tabulated
from scoring.results import Tabulation


@dataclass(frozen=True, slots=True)
class Tallied:
    """A result to be written down. ``published``: the newest version that is public, or 0.

    ``moved``: something stands otherwise now than in that version; its figures may be others than these.
    ``units``, ``entries``: the place of each in the manual order (序号).
    """

    name: str
    simulated: bool
    published: int
    scheme_text: str
    given: Given
    tabulation: Tabulation
    units: Mapping[str, int]
    entries: Mapping[str, int]
    moved: bool = False


def tallied(session: Session, contest_id: str) -> Tallied:
    """The contest as it stands. Raises Contradicted."""
    contest = contests.contest(session, contest_id)
    given, tabulation = tabulated(session, contest_id)
    public = last_published(session, contest_id)
    return Tallied(
        name=contest.name,
        simulated=contest.simulated,
        published=public.version if public else 0,
        scheme_text=contest.scheme,
        given=given,
        tabulation=tabulation,
        units={row.id: row.place_number for row in contests.units(session, contest_id)},
        entries={row.id: row.place_number for row in contests.entries(session, contest_id)},
        moved=bool(public and drift(seal(session, contest_id, public.version), given, contest.scheme)),
    )
