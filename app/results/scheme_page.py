"""What the page of the scoring rules shows: what is in force, what waits for its second person, and whom it would move.

Reads the contest. Writes nothing. While the marks are closed it tells how many would move and nobody's name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.access import Member
from app.contests.rules import Version, standing, undeclared, versions, waiting
from app.i18n import Language
from app.judging.queries import current_sheets
from app.results.naming import called
from app.results.queries import OPENERS, Contradicted, is_open, tabulated
from app.results.rule_words import rule_lines, word
from scoring.faults import Fault, Refused
from scoring.inform.contest import Contest
from scoring.inform.whatif import Change, Stand, told_blind, under_scheme
from scoring.scheme import Scheme, read_scheme


@dataclass(frozen=True, slots=True)
class Moved:
    """One unit that would stand elsewhere or win something else: place, score and prizes, before and after."""

    name: str
    place: tuple[str, str]
    score: tuple[str, str]
    prize: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a version would do. ``number``: how many would move by the marks there are; ``moved``: who, once opened.

    ``words`` and ``keys``: the sentences of the rule and the keys of the file that differ, before and after.
    """

    marks: bool
    opened: bool
    words: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, str, str], ...]
    number: int = 0
    moved: tuple[Moved, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesPage:
    """``standing``, ``waiting``: the version in force, the one to sign. ``objections``: why nothing can be signed."""

    name: str
    summary: str
    lines: tuple[str, ...]
    digest: str
    standing: Version | None
    waiting: Version | None
    every: tuple[Version, ...]
    objections: tuple[Fault, ...]
    preview: Preview | None
    signers: tuple[str, ...]
    may_propose: bool
    may_sign: bool


def rules_page(session: Session, who: Member, language: Language) -> RulesPage:
    scheme, now = contests.scheme(session, who.contest_id), standing(session, who.contest_id)
    asked = waiting(session, who.contest_id)
    maker = asked.made_by if asked else who.id
    people = [
        one for one in contests.people(session, who.contest_id) if one.id != maker and set(OPENERS) & set(one.roles)
    ]
    return RulesPage(
        word(scheme.name, language),
        word(scheme.summary, language),
        rule_lines(scheme, language),
        scheme.digest,
        now,
        asked,
        tuple(versions(session, who.contest_id)),
        () if now else tuple(undeclared(scheme)),
        preview(session, who.contest_id, read_scheme(asked.text), language) if asked and now else None,
        tuple(one.name for one in people),
        may_propose="organiser" in who.roles,
        may_sign=asked is not None and asked.made_by != who.id and not who.roles.isdisjoint(OPENERS),
    )


def preview(session: Session, contest_id: str, wanted: Scheme, language: Language) -> Preview:
    """Every rank and prize that would move if ``wanted`` were in force; while the marks are closed, only how many."""
    was, opened = contests.scheme(session, contest_id), is_open(session, contest_id)
    there = Preview(
        next(iter(current_sheets(session, contest_id)), None) is not None,
        opened,
        tuple(_differing_lines(rule_lines(was, language), rule_lines(wanted, language))),
        tuple(_differing_keys(was, wanted)),
    )
    if not there.marks:
        return there
    try:
        given, official = tabulated(session, contest_id)
        found = under_scheme(Contest(*given), official, wanted, Change("scheme", wanted.id))
    except (Contradicted, Refused) as trouble:
        roster = contests.roster(session, contest_id)
        return replace(there, faults=tuple(called(fault, was, roster, language) for fault in trouble.faults))
    if not opened:
        return replace(there, number=told_blind(found).moves)
    names = {unit.id: unit.name for unit in given.roster.units}
    moved = tuple(
        Moved(
            names[move.unit],
            (move.before.place_shown, move.after.place_shown),
            (move.before.shown, move.after.shown),
            (_prizes(was, move.before, language), _prizes(wanted, move.after, language)),
        )
        for move in found.moves
    )
    return replace(there, number=len(moved), moved=moved)


def _prizes(scheme: Scheme, stand: Stand, language: Language) -> str:
    names = {tier.id: word(tier.name, language) for tier in scheme.prizes.tiers}
    return language.gettext(", ").join(names.get(tier, tier) for tier in stand.tiers)


def _differing_lines(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The sentences of the rule that go and those that come, in their order."""
    gone = [line for line in before if line not in after]
    come = [line for line in after if line not in before]
    for place in range(max(len(gone), len(come))):
        yield (gone[place] if place < len(gone) else "", come[place] if place < len(come) else "")


def _differing_keys(before: Scheme, after: Scheme) -> Iterator[tuple[str, str, str]]:
    """Every key of the scheme that differs, with both values as the file writes them."""
    was, now = (dict(_keys("", one.model_dump(mode="json", exclude={"examples"}))) for one in (before, after))
    for key in dict.fromkeys((*was, *now)):
        if was.get(key) != now.get(key):
            yield key, was.get(key, ""), now.get(key, "")


def _keys(above: str, value: object) -> Iterator[tuple[str, str]]:
    """The leaves of a table by their path; an element of a list by its id where it has one."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _keys(f"{above}.{key}" if above else key, one)
    elif isinstance(value, list):
        for place, one in enumerate(value, 1):
            name = one.get("id", place) if isinstance(one, Mapping) else place
            yield from _keys(f"{above}[{name}]", one)
    else:
        yield above, "" if value is None else str(value)
