"""How far a contest is behind its roster: badges, sheets, what is to settle, opened, published. For the overview.

Reads through the queries of the parts. Writes nothing, and tells no mark: counts, and what is done.
"""

from sqlmodel import Session

from app.audit import now
from app.contests import queries as contests
from app.contests.models import Rehearsal
from app.contests.steps import Ahead
from app.i18n import Language
from app.issues.links import newest_links
from app.issues.lists import by_unit
from app.judging.proposals import open_proposals
from app.judging.queries import handed_in, is_collected
from app.judging.recusal_queries import open_requests
from app.publishing.queries import Version, versions
from app.results.blockers import Blocker, kept_blockers
from app.results.naming import caller
from app.results.queries import is_open, opening
from app.results.round_words import round_name
from app.sync.queries import badges
from scoring.inform.exposure import exposures
from scoring.inform.lint import lint


def look_ahead(session: Session, contest_id: str, language: Language) -> Ahead:
    """What is done and begun, what to say of each page, and once the sheets are collected which page is next."""
    say = language.gettext
    judges = [judge.id for judge in contests.judges(session, contest_id)]
    with_badge = set(badges(session, contest_id)).intersection(judges)
    handed = handed_in(session, contest_id)
    due, received = (sum(getattr(stop, what) for stop in handed.stops) for what in ("due", "received"))
    told = {}
    begun = {page for page, so_far in (("badges", with_badge), ("board", received)) if so_far}
    done = {"badges"} if judges and len(with_badge) == len(judges) else set[str]()
    if with_badge:
        told["badges"] = say("{n} of {all} judges have one", n=len(with_badge), all=len(judges))
    if due:
        told["board"] = say("{received} of {due} sheets handed in", received=received, due=due)
    collected = is_collected(session, contest_id)
    _tell_of_findings(session, contest_id, language, told, done, collected=collected)
    if asked := len(open_requests(session, contest_id)):
        told["recusals"] = language.ngettext("{n} judge asks to be recused", "{n} judges ask to be recused", asked)
        begun.add("recusals")
    _tell_of_rehearsal(session, contest_id, language, told, done, begun)
    waiting = len(open_proposals(session, contest_id))
    if waiting:
        told["decisions"] = language.ngettext(
            "{n} proposal waits for another person", "{n} proposals wait for another person", waiting
        )
        begun.add("decisions")
    if not collected:
        following = _rounds(session, contest_id, language, told) or ("decisions" if waiting else "")
        exposed = () if received else _exposed(session, contest_id, language)
        return Ahead(following, frozenset(done), frozenset(begun), told, exposed)
    done.add("board")
    open_now = kept_blockers(session, contest_id)
    settling = [one for one in open_now if one.page != "results"]
    if settling and not waiting:
        told["decisions"] = language.ngettext("{n} thing to settle", "{n} things to settle", len(settling))
    elif not settling:
        done.add("decisions")
        told["decisions"] = say("Nothing to settle")
    told["results"] = _opened(session, contest_id, language)
    if is_open(session, contest_id):
        done.add("results")
    newest = next(iter(versions(session, contest_id)), None)
    if newest:
        told["publication"] = _published(newest, language)
        begun.add("publication")
    if newest and newest.published:
        done.add("publication")
    return Ahead(_next(open_now, newest), frozenset(done), frozenset(begun), told)


def _tell_of_rehearsal(
    session: Session, contest_id: str, language: Language, told: dict[str, str], done: set[str], begun: set[str]
) -> None:
    """Whether the whole way was tried once. A rehearsal itself is at it all the time."""
    made = contests.rehearsals(session, contest_id)
    if session.get(Rehearsal, contest_id):
        begun.add("rehearsal")
    elif made and made[-1].closed_at:
        done.add("rehearsal")
        told["rehearsal"] = language.gettext("Tried out and closed")
    elif made:
        told["rehearsal"] = language.gettext("Going on. Close it before the real contest begins.")


def _tell_of_findings(
    session: Session, contest_id: str, language: Language, told: dict[str, str], done: set[str], *, collected: bool
) -> None:
    """How far the issue lists and the units' links are: nothing waits any more, every unit has a link that opens."""
    units, links = by_unit(session, contest_id), newest_links(session, contest_id)
    waiting = sum(len(unit.pending) for unit in units)
    if waiting:
        told["findings"] = language.ngettext(
            "{n} finding waits to be released", "{n} findings wait to be released", waiting
        )
    elif collected or any(unit.noted for unit in units):
        done.add("findings")
    moment = now()
    good = [link for link in links.values() if link.revoked_at is None and link.until_at > moment]
    if good:
        told["counties"] = language.gettext("{n} of {all} units have a link", n=len(good), all=len(units))
    if "findings" in done and units and len(good) == len(units):
        done.add("counties")


def _rounds(session: Session, contest_id: str, language: Language, told: dict[str, str]) -> str:
    """Tells which round is being marked; the page of rounds is next once its sheets are collected."""
    rounds = contests.scheme(session, contest_id).rounds
    if not rounds:
        return ""
    running = contests.running(session, contest_id)
    name = round_name(contests.scheme(session, contest_id), running, language)
    over = running in contests.round_collections(session, contest_id)
    say = language.gettext
    told["rounds"] = say("{round}: collected", round=name) if over else say("{round}: being marked", round=name)
    return "rounds" if over else ""


def _exposed(session: Session, contest_id: str, language: Language) -> tuple[str, ...]:
    """What the chosen rule exposes with this roster, and what the linter warns of, in names."""
    scheme, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)
    found = [*exposures(scheme, roster), *lint(scheme, roster)] if roster.entries and roster.judges else []
    called = caller(scheme, roster, language)
    return tuple(language.sentence(called(fault)) for fault in found)


def _next(open_now: tuple[Blocker, ...], newest: Version | None) -> str:
    """The page on which the first open thing is settled; then the publication, until it is done."""
    if open_now:
        return open_now[0].page
    return "" if newest and newest.published else "publication"


def _opened(session: Session, contest_id: str, language: Language) -> str:
    if is_open(session, contest_id):
        return language.gettext("Opened: scores, ranking, prizes.")
    halves = [half.name for half in opening(session, contest_id) if half.name]
    if halves:
        return language.gettext("Opened by {name}; the other half is missing", name=halves[0])
    return language.gettext("Opened by the organiser and the steward together")


def _published(newest: Version, language: Language) -> str:
    say = language.gettext
    if newest.published:
        return say("Version {n} is published", n=newest.version)
    if newest.approved:
        return say("Version {n} is approved, not published", n=newest.version)
    if newest.signed:
        return say("Version {n} is counter-signed, not approved", n=newest.version)
    return say("Version {n} is sealed, not counter-signed", n=newest.version)
