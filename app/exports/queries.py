"""A contest's result with what it was computed from, read once for whichever file is made of it.

Reads only. Whoever calls makes sure that the marks are open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.clock import local
from app.contests import queries as contests
from app.judging.decision_queries import UNSIGNED, in_force
from app.judging.queries import Dictated, dictated
from app.judging.signature_queries import asks_signature, signatures, unsigned
from app.publishing.frozen import drift
from app.publishing.queries import last_published, seal
from app.results.queries import Given, tabulated
from scoring.results import Tabulation


@dataclass(frozen=True, slots=True)
class Signing:
    """What a judge has signed on glass. ``at``: when he signed last; ``typed``: the name, where he typed it.

    ``missing``: so many of his sheets that count are not signed. ``waived``: it was decided that they count so.
    """

    number: int
    name: str
    at: str
    typed: str
    missing: int
    waived: bool


@dataclass(frozen=True, slots=True)
class Tallied:
    """A result to be written down. ``published``: the newest version that is public, or 0.

    ``moved``: something stands otherwise now than in that version; its figures may be others than these.
    ``units``, ``entries``: the place of each in the manual order (序号). ``dictated``: the sheets entered for their
    judges. ``signings``: of every judge, where the scheme asks for signatures on glass; else empty.
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
    dictated: Sequence[Dictated] = ()
    signings: Sequence[Signing] = ()


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
        dictated=dictated(session, contest_id),
        signings=_signings(session, contest_id, contest.time_zone) if asks_signature(session, contest_id) else (),
    )


def _signings(session: Session, contest_id: str, zone: str) -> list[Signing]:
    made = signatures(session, contest_id)
    missing = {one.judge_id: len(one.entries) for one in unsigned(session, contest_id)}
    waived = {row.subject for row in in_force(session, contest_id) if row.kind == UNSIGNED}
    return [
        Signing(
            judge.place_number, judge.name, local(made[judge.id][0].marked_at, zone) if judge.id in made else "",
            made[judge.id][0].name if judge.id in made else "", missing.get(judge.id, 0), judge.id in waived,
        )
        for judge in contests.judges(session, contest_id)
    ]  # fmt: skip
