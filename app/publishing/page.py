"""What the page of publication shows: the steps in their order, one of them next, and what keeps it from being done.

Reads what was sealed and what stands now. Writes nothing. Who may press a button is asked again by the route.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.page import Frame
from app.i18n import Language
from app.publishing import queries
from app.publishing.frozen import Difference, Drift, drift, recomputed
from app.publishing.levels import LEVELS
from app.publishing.queries import Version
from app.publishing.service import COUNTER_SIGNERS, SEALERS, is_intact
from app.results.blocker_rows import Together, by_page
from app.results.blockers import kept_blockers
from app.results.queries import given


@dataclass(frozen=True, slots=True)
class Level:
    """How much of the result is published."""

    id: str
    name: str
    told: str


@dataclass(frozen=True, slots=True)
class Publishing:
    """The page. ``next``: seal, counter_sign, approve, publish, or nothing; ``equal`` is None where nobody asks."""

    versions: tuple[Version, ...]
    current: Version | None
    open: tuple[Together, ...]
    drifts: tuple[str, ...]
    next: str
    equal: bool | None
    differences: tuple[str, ...]
    levels: tuple[Level, ...]
    level: str
    today: str
    may_seal: bool
    may_sign: bool

    @property
    def open_count(self) -> int:
        return sum(len(together.sentences) for together in self.open)

    @property
    def stands(self) -> bool:
        """Whether the newest seal says what stands in the database, with nothing new to settle."""
        return not self.drifts and not self.open


def publishing(session: Session, around: Frame, language: Language) -> Publishing:
    """The page for one reader."""
    contest = around.contest
    found = tuple(queries.versions(session, contest.id))
    current = found[0] if found else None
    drifts: list[Drift] = []
    differences: list[Difference] = []
    equal = None
    if current:
        row = queries.seal(session, contest.id, current.version)
        drifts = drift(row, given(session, contest.id), contest.scheme)
        if current.signed is None:
            differences = recomputed(row)
            equal = not differences and is_intact(session, row)
    names = {unit.id: unit.name for unit in contests.units(session, contest.id)}
    person = around.person
    return Publishing(
        versions=found,
        current=current,
        open=by_page(session, kept_blockers(session, contest.id), around, language),
        drifts=tuple(_drifted(one, language) for one in drifts),
        next=_next(current, drifted=bool(drifts)),
        equal=equal,
        differences=tuple(_different(one, names, language) for one in differences),
        levels=levels(language),
        level=contests.scheme(session, contest.id).publication.level,
        today=datetime.now(ZoneInfo(contest.time_zone)).date().isoformat(),
        may_seal=not SEALERS.isdisjoint(person.roles),
        may_sign=bool(
            current and current.sealed.person_id != person.id and not COUNTER_SIGNERS.isdisjoint(person.roles)
        ),
    )


def _next(current: Version | None, *, drifted: bool) -> str:
    if current is None or drifted:
        return "seal"
    if current.signed is None:
        return "counter_sign"
    if current.approval is None:
        return "approve"
    return "" if current.published else "publish"


def levels(language: Language) -> tuple[Level, ...]:
    """The four levels, from the least to the most."""
    say = language.gettext
    told = {
        "tiers": (say("Prizes only"), say("Who won which prize, in administrative order. No place, no score.")),
        "ranks": (say("Ranks"), say("The places and the prizes. No score.")),
        "scores": (say("Scores"), say("The places, the prizes, the scores and their components.")),
        "workings": (
            say("Workings"),
            say("Everything above, and how each score came about, with the reasons of deductions. No judge is named."),
        ),
    }
    return tuple(Level(level, *told[level]) for level in LEVELS)


def _drifted(one: Drift, language: Language) -> str:
    say = language.gettext
    names = {
        "marks": say("Score sheets"), "roster": say("Roster, recusals and leave"), "priors": say("Ordinary work"),
        "decisions": say("Decisions"), "scheme": say("Scheme"),
    }  # fmt: skip
    if not (one.came or one.went):
        return say("{name}: another order", name=names[one.file])
    return say(
        "{name}: {came} lines stand there now that were not sealed, and {went} sealed lines are gone",
        name=names[one.file], came=one.came, went=one.went,
    )  # fmt: skip


def _different(one: Difference, names: dict[str, str], language: Language) -> str:
    """Where a figure does not come out again, as far as it has a name, and both values."""
    say = language.gettext
    words = {
        "result": say("Result"), "page": say("What is published"), "place": say("Place"), "place_shown": say("Place"),
        "score": say("Score"), "shown": say("Score"), "rank_value": say("Score"), "tiers": say("Prize"),
        "yuan": say("Amount (yuan)"), "fen": say("Amount (yuan)"), "components": say("Component"),
        "parts": say("Component"), "working": say("Working"), "workings": say("Working"), "entries": say("Entries"),
        "engine": say("Engine"), "scheme_digest": say("Scheme"), "files": say("Frozen files"),
    }  # fmt: skip
    called = [words.get(step) or names.get(step, "") for step in one.where]
    where = " · ".join(dict.fromkeys(name for name in called if name))
    return say("{where}: sealed {sealed}, computed again {again}", where=where, sealed=one.sealed or "—",
               again=one.again or "—")  # fmt: skip


def level_name(level: str, known: Sequence[Level]) -> str:
    return next((one.name for one in known if one.id == level), "")
