"""What the host reads: who is on stage and who comes next, and from the release on the score's words (唱分词).

Reads the stage, which holds no mark, and releases in force. Writes nothing. A score that is confirmed and not yet
released stands on the page for members alone, see ``host``.
"""

from dataclasses import dataclass, replace

from sqlmodel import Session

from app.contests import queries as contests
from app.i18n import Language
from app.publishing.console_page import entrants
from app.publishing.hall import entrant
from app.publishing.scenes import in_force
from app.publishing.spoken import ready, slip, welcome
from app.stage.queries import FOLLOWED, Turn, comments, turns


@dataclass(frozen=True, slots=True)
class Called:
    """An entrant: ``words``, how the host calls him; ``about``: his division and part."""

    id: str
    about: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Score:
    """A score's words for the host, with what experts said of the entrant: who, and what."""

    id: str
    name: str
    words: str
    comments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HostSeen:
    """The host's page. ``confirmed``: scores to come, never by a link; ``released``: the score read out last."""

    title: str
    simulated: bool
    on_stage: tuple[Called, ...]
    coming: tuple[Called, ...]
    released: tuple[Score, ...]
    confirmed: tuple[Score, ...] = ()


def host_seen(session: Session, contest_id: str, language: Language) -> HostSeen:
    """The page for whoever has a link to it: of a score nothing before its release."""
    contest, everybody = contests.contest(session, contest_id), turns(session, contest_id)
    scheme, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)

    def called(turn: Turn, *, here: bool) -> Called:
        who = entrant(scheme, roster, turn.entry.id, turn.number, language)
        about = tuple(str(who[field]) for field in ("division", "part") if who[field])
        say = welcome if here else ready
        return Called(turn.entry.id, about, say(who, language))

    last = [one for one in in_force(session, contest_id) if one.entry_id][-1:]
    said = comments(session, contest_id) if last else {}
    numbers = {turn.entry.id: turn.number for turn in everybody}
    return HostSeen(
        contest.name,
        contest.simulated,
        tuple(called(one, here=True) for one in everybody if one.state in FOLLOWED),
        tuple([called(one, here=False) for one in everybody if one.state == "waiting"][:1]),
        tuple(
            Score(
                one.entry_id, one.document["page"][language.code]["name"],
                slip(one.document, numbers.get(one.entry_id, one.document["page"][language.code]["number"]), language),
                # What a judge wrote himself is for the entrant, and not read out before the other judges.
                tuple((row.expert, row.text) for row in said.get(one.entry_id, ()) if not row.own),
            )
            for one in last
        ),
    )  # fmt: skip


def host(session: Session, contest_id: str, language: Language) -> HostSeen:
    """The same for members, who may also read what two people have confirmed and what is about to be released."""
    waiting = [one for one in entrants(session, contest_id, language) if one.state == "confirmed"]
    told = tuple(Score(one.id, one.name, one.slip, ()) for one in waiting)
    return replace(host_seen(session, contest_id, language), confirmed=told)
