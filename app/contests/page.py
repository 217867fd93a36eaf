"""What the pages of a contest's desk show, put together from its rows.

Reads the contest. Writes nothing. Decides nothing: who may see a page is asked in ``access``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlmodel import Session

from app.contests import queries
from app.contests.access import Member
from app.contests.models import ROLES, AttendanceRow, Contest, EntryRow, JudgeRow, UnitRow
from app.contests.rules import standing, waiting
from app.contests.schemas import Tick
from app.contests.schemes import word
from app.contests.steps import Ahead, Days, next_page
from app.i18n import Language
from app.pages import language_of


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of the desk that this reader may open."""

    name: str
    path: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands above every page of a contest: which contest, who is reading, where to go."""

    contest: Contest
    form: str
    person: Member
    tabs: tuple[Tab, ...]


# Page, and who opens it. Pages of other slices stand here too.
_PAGES: tuple[tuple[str, frozenset[str]], ...] = (
    ("", frozenset(ROLES)),
    ("import", frozenset({"organiser"})),
    ("scheme", frozenset({"organiser", "steward"})),
    ("badges", frozenset({"organiser"})),
    ("phones", frozenset({"organiser"})),
    ("recusals", frozenset({"organiser", "steward"})),
    ("attendance", frozenset({"organiser", "staff"})),
    ("print", frozenset({"organiser", "staff"})),
    ("paper", frozenset({"tallier", "checker", "organiser"})),
    ("board", frozenset({"organiser", "steward", "staff"})),
    ("console", frozenset({"organiser", "steward", "checker", "staff"})),
    ("findings", frozenset({"organiser"})),
    ("decisions", frozenset({"organiser", "steward"})),
    ("counties", frozenset({"organiser"})),
    ("results", frozenset({"organiser", "steward"})),
    ("screens", frozenset({"organiser"})),
    ("publication", frozenset({"organiser", "steward", "checker"})),
    ("people", frozenset({"organiser"})),
    ("log", frozenset({"organiser", "steward"})),
)


_OF_THE_STAGE = frozenset({"console"})


def frame(request: Request, session: Session, member: Member) -> Frame:
    """Raises NoContest."""
    language, contest = language_of(request), queries.contest(session, member.contest_id)
    names = page_names(language)
    if contest.form != "tour":
        names["counties"] = language.gettext("Links for units")
    root = f"/c/{contest.id}"
    tabs = [
        Tab(names[page], path, here=request.url.path == path or (page != "" and request.url.path.startswith(path)))
        for page, roles in _PAGES
        for path in [f"{root}/{page}" if page else root]
        if not roles.isdisjoint(member.roles) and (contest.form == "stage" or page not in _OF_THE_STAGE)
    ]
    return Frame(contest, form_name(contest.form, language), member, tuple(tabs))


def page_names(language: Language) -> dict[str, str]:
    say = language.gettext
    return {
        "": say("Overview"),
        "import": say("Roster"),
        "scheme": say("Scoring rules"),
        "badges": say("Badges"),
        "phones": say("Phones"),
        "recusals": say("Recusals"),
        "attendance": say("Attendance"),
        "print": say("Print"),
        "paper": say("Paper sheets"),
        "board": say("Who has handed in"),
        "console": say("Stage console"),
        "findings": say("Problems and highlights"),
        "decisions": say("Decisions"),
        "counties": say("Counties' links"),
        "results": say("Results"),
        "screens": say("Screens"),
        "publication": say("Publish"),
        "people": say("People"),
        "log": say("Log"),
    }


def form_name(form: str, language: Language) -> str:
    say = language.gettext
    return {"tour": say("Tour"), "stage": say("Stage contest"), "desk": say("Desk review")}[form]


def role_names(language: Language) -> dict[str, str]:
    """Every role with its name, in the order of ROLES."""
    say = language.gettext
    return {
        "organiser": say("Organiser"),
        "steward": say("Steward"),
        "tallier": say("Tallier"),
        "checker": say("Checker"),
        "staff": say("Staff"),
    }


def role_hints(language: Language) -> dict[str, str]:
    say = language.gettext
    return {
        "organiser": say("sets up, collects, opens together with the steward"),
        "steward": say("sees the process and the log, opens together with the organiser"),
        "tallier": say("types paper sheets"),
        "checker": say("types them a second time and checks"),
        "staff": say("ticks attendance"),
    }


# --- the desk


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: ``state`` is done, next or later; ``told`` says how far it is."""

    name: str
    path: str
    state: str
    told: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The overview: what there is, and what to do next. ``beside``: pages that are no step, for nothing ends them."""

    scheme: str
    summary: str
    counts: tuple[tuple[int, str], ...]
    steps: tuple[Step, ...]
    beside: tuple[Step, ...]
    due: int
    exposed: tuple[str, ...]


def desk(session: Session, around: Frame, language: Language, days: Days, ahead: Ahead) -> Desk:
    contest_id = around.contest.id
    rule = queries.scheme(session, contest_id)
    units, entries = queries.units(session, contest_id), queries.entries(session, contest_id)
    judges = queries.judges(session, contest_id)
    due = len(queries.due(session, contest_id))
    say, ngettext = language.gettext, language.ngettext
    counts = (
        (len(units), ngettext("unit", "units", len(units))),
        (len(entries), ngettext("entry", "entries", len(entries))),
        (len(judges), ngettext("judge", "judges", len(judges))),
        (due, ngettext("sheet due", "sheets due", due)),
    )
    recusals = len(queries.recusals(session, contest_id))
    if units:
        told = say(
            "{units} units, {entries} entries, {judges} judges",
            units=len(units),
            entries=len(entries),
            judges=len(judges),
        )
    else:
        told = say("Download the workbook, fill it in, upload it.")
    if days.recorded:
        ticks = say("Recorded: {done} of {all} days", done=len(days.recorded), all=len(days.every))
    else:
        ticks = say("Each morning: who is here, who is on leave. It defines which sheets are due.")
    signed = standing(session, contest_id) is not None
    to_go = next_page(days, ahead, roster=bool(units), signed=signed)
    known = ngettext("{n} besides one's own unit", "{n} besides one's own unit", recusals)
    if to_go == "recusals":
        known = say("{known}. Enter who else must not mark; if there is nobody, go on with the badges.", known=known)
    progress = {
        "import": (bool(units), told),
        "scheme": (signed, rules_told(session, contest_id, language)),
        "recusals": (bool(units) and signed and to_go != "recusals", known),
        "badges": (False, say("One for each judge, to print and hand out. Scanning it opens the sheets on his phone.")),
        "attendance": (len(days.recorded) == len(days.every), ticks),
        "board": (False, say("Who has handed in, who has not, and whose phone has been silent.")),
        "findings": (False, say("What judges noted on the spot, with photos.")),
        "counties": (
            False,
            say("One link for each, to hand to its liaison: issue list and scores, and nobody else's."),
        ),
        "decisions": (
            False,
            say("Sheets that will not come, late sheets, equal scores: people decide, with a reason."),
        ),
        "results": (False, say("After collecting and opening: scores, ranking, prizes.")),
        "publication": (False, say("Seal, counter-sign, approval, publication: from a result to an official one.")),
    }
    told_of = {
        page: (page in ahead.done or done, ahead.told.get(page, told)) for page, (done, told) in progress.items()
    }
    steps = _steps(around, told_of, to_go, ready=bool(units))
    typed = say("Sheets on paper, typed twice by two people.")
    printed = say("Score sheets, itinerary, tally sheets and lists to print the night before.")
    beside = _steps(around, {"print": (False, printed), "paper": (False, typed)}, to_go, ready=bool(units))
    return Desk(word(rule.name, language), word(rule.summary, language), counts, steps, beside, due, ahead.exposed)


def rules_told(session: Session, contest_id: str, language: Language) -> str:
    """How far the signing of the rules is, in a sentence."""
    say = language.gettext
    if asked := waiting(session, contest_id):
        return say("Put forward by {name}; a second person has to sign", name=asked.maker)
    if now := standing(session, contest_id):
        if now.signed_by:
            return say("Version {n}, signed by {maker} and {signer}", n=now.number, maker=now.maker, signer=now.signer)
        return say("In force since before rules were signed here")
    return say("Before the first badge two people sign them. After that the score sheet stays as it is.")


def _steps(around: Frame, progress: Mapping[str, tuple[bool, str]], to_go: str, *, ready: bool) -> tuple[Step, ...]:
    """The pages in the order of the work, one of them next; until it is ``ready``, with a roster, nothing else is."""
    pages = {tab.path.removeprefix(f"/c/{around.contest.id}").strip("/"): tab for tab in around.tabs}
    return tuple(
        Step(pages[page].name, pages[page].path, state, told)
        for page, (done, told) in progress.items()
        if page in pages
        for state in ["next" if page == to_go else "done" if done else "open" if ready else "later"]
    )


# --- attendance


@dataclass(frozen=True, slots=True)
class Line:
    """One judge on the attendance page: as recorded, or as the reader has just ticked."""

    judge: JudgeRow
    unit: str
    state: str
    reason: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Attendance:
    """One day of the attendance page."""

    day: str
    days: tuple[tuple[str, int, int], ...]
    lines: tuple[Line, ...]
    on_leave: int
    unrecorded: int


def attendance(session: Session, contest: Contest, day: str, ticked: Mapping[str, Tick] | None = None) -> Attendance:
    """The day as it is recorded, with what was just ticked over it."""
    judges = queries.judges(session, contest.id)
    rows = queries.attendance(session, contest.id)
    units = {unit.id: unit.name for unit in queries.units(session, contest.id)}
    lines = []
    for judge in judges:
        row, tick = rows.get((judge.id, day)), (ticked or {}).get(judge.id)
        state = tick.state if tick else row.state if row else "present"
        reason = tick.reason if tick else row.reason if row else ""
        lines.append(Line(judge, units.get(judge.unit_id, ""), state, reason, _at(row, contest)))
    days = tuple(
        (
            one,
            sum((judge.id, one) in rows for judge in judges),
            sum((judge.id, one) in rows and rows[judge.id, one].state == "leave" for judge in judges),
        )
        for one in queries.days(session, contest.id)
    )
    recorded = [rows[judge.id, day] for judge in judges if (judge.id, day) in rows]
    on_leave = sum(row.state == "leave" for row in recorded)
    return Attendance(day, days, tuple(lines), on_leave, len(judges) - len(recorded))


def _at(row: AttendanceRow | None, contest: Contest) -> str:
    return local(row.at, contest) if row else ""


def local(at: str, contest: Contest) -> str:
    """A stored moment on the contest's own clock."""
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(contest.time_zone)).strftime("%m-%d %H:%M")


# --- recusals


@dataclass(frozen=True, slots=True)
class ShownRecusal:
    """One recusal in force, in names."""

    rev: int
    number: int
    judge: str
    subject: str
    whole_unit: bool
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Recusals:
    """The page of recusals: those in force, and what can be chosen for another."""

    listed: tuple[ShownRecusal, ...]
    judges: tuple[JudgeRow, ...]
    units: tuple[UnitRow, ...]
    entries: tuple[tuple[EntryRow, str], ...]
    own_unit: int


def recusals(session: Session, contest: Contest) -> Recusals:
    judges, units = queries.judges(session, contest.id), queries.units(session, contest.id)
    entries = queries.entries(session, contest.id)
    judge = {one.id: f"{one.place_number} {one.name}" for one in judges}
    place = {one.id: one.place_number for one in judges}
    unit = {one.id: one.name for one in units}
    entry = {one.id: f"{unit[one.unit_id]} {one.name}" for one in entries}
    listed = [
        ShownRecusal(
            row.rev, row.number, judge.get(row.judge_id, row.judge_id),
            unit.get(row.unit_id, "") if row.unit_id else entry.get(row.entry_id, ""),
            bool(row.unit_id), row.reason, local(row.at, contest),
        )
        for row in sorted(queries.recusals(session, contest.id), key=lambda row: (place.get(row.judge_id, 0), row.rev))
    ]  # fmt: skip
    rule = queries.scheme(session, contest.id)
    by_rule = any(part.recusal == "own_unit" for part in rule.components if part.source == "marks")
    own = sum(bool(one.unit_id) for one in judges) if by_rule else 0
    return Recusals(tuple(listed), tuple(judges), tuple(units), tuple((one, unit[one.unit_id]) for one in entries), own)
