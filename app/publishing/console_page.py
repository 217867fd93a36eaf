"""What the console shows: everybody's way to the released score, the entrant at hand, and the one next step.

Reads the stage and what was checked, confirmed and released. Writes nothing. No mark stands here; a score only from its
confirmation on, as the frozen words that the host reads out.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from app.contests import queries as contests
from app.errors import AppError
from app.i18n import Language
from app.publishing.document import Document
from app.publishing.hall import called
from app.publishing.release import CONFIRMERS, confirmation, newest_check, settled
from app.publishing.scenes import in_force
from app.publishing.spoken import slip
from app.results.rule_words import word
from app.results.wording import figure
from app.stage.clock import Clock, Overtime, clocks, overtimes, rule_for
from app.stage.queries import FOLLOWED, Said, Turn, comments, order, turns
from scoring.canonical import canonical
from scoring.scheme import Scheme

# 候场, 上场, 打分, 收分, 核分, 确认, 亮分
STATES = ("waiting", "on_stage", "marking", "collected", "checked", "confirmed", "released")
OPERATORS = frozenset({"organiser"})
CHECKERS = frozenset({"organiser", "checker"})

Key = Literal["call", "mark", "collect", "check", "confirm", "release"]


@dataclass(frozen=True, slots=True)
class Timed:
    """An entrant's clock, and the rule for it: its ``limit`` in seconds, 0 where there is none.

    ``rule`` and ``points``: what it takes for the last run; empty within the limit. ``taken``: that was decided;
    ``proposed``: it waits.
    """

    clock: Clock
    limit: int
    rule: str
    points: str
    taken: bool
    proposed: bool


@dataclass(frozen=True, slots=True)
class Entrant:
    """One line of the running order. ``state``: one of STATES; ``slip``: the host's words, once confirmed."""

    turn: Turn
    name: str
    unit: str
    part: str
    division: str
    day: str
    state: str
    missing: tuple[str, ...]
    again: tuple[str, ...]
    checked_by: str
    confirmed_by: str
    slip: str
    comments: tuple[Said, ...]
    timed: Timed

    @property
    def id(self) -> str:
        return self.turn.entry.id

    @property
    def received(self) -> int:
        return self.turn.due - len(self.turn.missing)


@dataclass(frozen=True, slots=True)
class Next:
    """The one next step for this reader; ``key`` is empty where he waits, and ``told`` says for what."""

    entrant: Entrant
    key: Key | Literal[""]
    told: str


@dataclass(frozen=True, slots=True)
class Console:
    """The whole page. ``present``: whom it is about now, those on stage or being marked.

    ``callable``: who may be called out of turn; ``commented``: those at hand, and those of whom an expert has spoken.
    """

    entrants: tuple[Entrant, ...]
    present: tuple[Entrant, ...]
    next: Next | None
    callable: tuple[Entrant, ...]
    commented: tuple[Entrant, ...]
    judges: tuple[tuple[str, str], ...]


def console(session: Session, contest_id: str, person: str, roles: Collection[str], language: Language) -> Console:
    """The page for one reader: what the next step is depends on what he may do."""
    head = order(session, contest_id)
    everybody = entrants(session, contest_id, language)
    checkers = any("checker" in one.roles for one in contests.people(session, contest_id))
    may = {
        deed
        for deed, allowed in (
            ("operate", not OPERATORS.isdisjoint(roles)),
            ("check", "checker" in roles or ("organiser" in roles and not checkers)),
            # Whoever confirms does not read out: the operator is not sent to confirm.
            ("confirm", not CONFIRMERS.isdisjoint(roles) and OPERATORS.isdisjoint(roles)),
        )
        if allowed
    }
    staggered = head.staggered if head else True
    following = _next(everybody, may, person, language, staggered=staggered)
    busy = tuple(one for one in everybody if one.turn.state in FOLLOWED)
    open_ones = [one for one in everybody if one.state in ("collected", "checked", "confirmed")]
    present = busy or ((following.entrant,) if following else ()) or tuple(open_ones[:1]) or everybody[-1:]
    judges = tuple((row.id, row.name) for row in contests.judges(session, contest_id))
    together = head is not None and head.together > 1
    due = following.entrant if following and following.key == "call" else None
    out_of_turn = [one for one in everybody if one.state == "waiting" and one is not due and (together or not busy)]
    commented = [one for one in everybody if one.comments or (one in present and one.state != "waiting")]
    return Console(everybody, present, following, tuple(out_of_turn), tuple(commented), judges)


def entrants(session: Session, contest_id: str, language: Language) -> tuple[Entrant, ...]:
    """Everybody in the order of appearance with how far he is."""
    scheme = contests.scheme(session, contest_id)
    units = {row.id: row.name for row in contests.units(session, contest_id)}
    judges = {row.id: row.name for row in contests.judges(session, contest_id)}
    divisions = {one.id: word(one.name, language) for one in scheme.divisions}
    released = {one.entry_id: one.document for one in in_force(session, contest_id) if one.entry_id}
    said, every_clock = comments(session, contest_id), clocks(session, contest_id)
    over = overtimes(session, contest_id, every_clock)
    found = []
    for turn in turns(session, contest_id):
        name, unit = called(turn.entry.name, units[turn.entry.unit_id])
        state, checked, confirmed, document = _standing(session, contest_id, turn, released)
        found.append(
            Entrant(
                turn, name, unit, word(scheme.component[turn.entry.component].name, language),
                divisions.get(turn.group[2], ""), turn.entry.day, state,
                tuple(judges[one] for one in turn.missing), tuple(judges[one] for one in turn.again),
                checked, confirmed, slip(document, turn.number, language) if document else "",
                tuple(said.get(turn.entry.id, ())),
                _timed(scheme, turn, every_clock, over, language),
            )
        )  # fmt: skip
    return tuple(found)


def _timed(
    scheme: Scheme, turn: Turn, every_clock: Mapping[str, Clock], over: Mapping[str, Overtime], language: Language
) -> Timed:
    rule, found = rule_for(scheme, turn.entry.component), over.get(turn.entry.id)
    return Timed(
        every_clock.get(turn.entry.id, Clock()),
        int(rule.limit or 0) if rule else 0,
        word(found.rule.name, language) if found else "",
        figure(found.points) if found else "",
        found is not None and found.taken,
        found is not None and found.proposed,
    )


def _standing(
    session: Session, contest_id: str, turn: Turn, released: dict[str, Document]
) -> tuple[str, str, str, Document | None]:
    """State, who checked, who confirmed, and what was confirmed; all of it as far as it still holds."""
    if turn.entry.id in released:
        return "released", "", "", released[turn.entry.id]
    if turn.state != "collected":
        return turn.state, "", "", None
    checked, confirmed = (
        newest_check(session, contest_id, turn.entry.id),
        confirmation(session, contest_id, turn.entry.id),
    )
    if not checked and not confirmed:
        return "collected", "", "", None
    try:
        document = canonical(settled(session, contest_id, turn.entry.id)).decode()
    except AppError:
        return "collected", "", "", None
    if confirmed and confirmed.document == document:
        return "confirmed", "", confirmed.confirmed_by, json.loads(document)
    if checked and checked.document == document:
        return "checked", checked.checked_by, "", None
    return "collected", "", "", None


def _next(
    everybody: Sequence[Entrant], may: Collection[str], person: str, language: Language, *, staggered: bool
) -> Next | None:
    """The next step in the usual rhythm; who checks or confirms sees his own before the operator goes on."""
    of = {state: [one for one in everybody if one.state == state] for state in STATES}
    pending = [*of["collected"], *of["checked"], *of["confirmed"]]
    found = _at_hand(everybody, of, person, language, staggered=staggered) if "operate" in may else None
    if not found and "check" in may and of["collected"]:
        found = _to_check(of["collected"][0], language)
    if not found and "confirm" in may:
        found = next((Next(one, "confirm", "") for one in of["checked"] if one.checked_by != person), None)
    if not found and "operate" in may and of["waiting"] and (staggered or not pending):
        found = Next(of["waiting"][0], "call", "")
    return found or _elsewhere(of, language)


def _at_hand(
    everybody: Sequence[Entrant], of: dict[str, list[Entrant]], person: str, language: Language, *, staggered: bool
) -> Next | None:
    """What is on stage, and a score whose moment has come: after the next performance, where that is agreed."""
    to_come = of["waiting"] + of["on_stage"]
    for one in of["confirmed"]:
        later = any(other.turn.place > one.turn.place for other in everybody if other not in to_come)
        if (later or not staggered or not to_come) and one.confirmed_by != person:
            return Next(one, "release", "")
    if of["on_stage"]:
        return Next(of["on_stage"][0], "mark", "")
    if of["marking"]:
        one = next((one for one in of["marking"] if one.turn.all_in), of["marking"][0])
        return Next(one, "collect", "") if one.turn.all_in else _waiting(one, language)
    return None


def _to_check(one: Entrant, language: Language) -> Next:
    return _waiting(one, language) if one.missing or one.again else Next(one, "check", "")


def _waiting(one: Entrant, language: Language) -> Next:
    names = dict.fromkeys(one.missing + one.again)
    return Next(one, "", language.gettext("Waiting for {names}", names=language.gettext(", ").join(names)))


def _elsewhere(of: dict[str, list[Entrant]], language: Language) -> Next | None:
    """What this reader waits for others to do."""
    say = language.gettext
    if of["collected"]:
        return Next(of["collected"][0], "", say("A second device: somebody else checks this score."))
    if of["checked"]:
        return Next(of["checked"][0], "", say("A second device: somebody else confirms this score."))
    left = [*of["on_stage"], *of["marking"], *of["confirmed"], *of["waiting"]]
    return Next(left[0], "", say("The organiser's console takes the next step.")) if left else None


def state_names(language: Language) -> dict[str, str]:
    """What every state on the way is called."""
    say = language.gettext
    return {
        "waiting": say("Waiting"),
        "on_stage": say("On stage"),
        "marking": say("Being marked"),
        "collected": say("Collected"),
        "checked": say("Checked"),
        "confirmed": say("Confirmed"),
        "released": say("Read out"),
    }
