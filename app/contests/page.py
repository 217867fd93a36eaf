"""What the pages of a contest's desk show, put together from its rows.

Reads the contest. Writes nothing. Decides nothing: who may see a page is asked in ``access``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from sqlmodel import Session

from app.clock import local
from app.contests import queries
from app.contests.access import Member
from app.contests.calls import material_calls
from app.contests.models import ROLES, AttendanceRow, Contest, JudgeRow, Rehearsal
from app.contests.schemas import Tick
from app.errors import NotFound
from app.i18n import Language
from app.pages import language_of


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of the desk that this reader may open."""

    name: str
    path: str
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The pages of one part of the organiser's days: the evening before, the day, the result."""

    key: str
    name: str
    tabs: tuple[Tab, ...]

    @property
    def here(self) -> bool:
        return any(tab.here for tab in self.tabs)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands above every page of a contest: which contest, who is reading, where to go.

    ``rehearsal``: names are real, marks are not, and nothing counts.
    """

    contest: Contest
    form: str
    person: Member
    groups: tuple[Group, ...]
    rehearsal: bool

    @property
    def tabs(self) -> tuple[Tab, ...]:
        return tuple(tab for group in self.groups for tab in group.tabs)


# The pages in the order of the organiser's days, and who opens each. Pages of other slices stand here too.
_PAGES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "overview": {"": frozenset(ROLES)},
    "prepare": {
        "import": frozenset({"organiser"}),
        "people": frozenset({"organiser"}),
        "scheme": frozenset({"organiser", "steward"}),
        "recusals": frozenset({"organiser", "steward"}),
        "badges": frozenset({"organiser"}),
        "print": frozenset({"organiser", "staff"}),
        "rehearsal": frozenset({"organiser"}),
    },
    "day": {
        "attendance": frozenset({"organiser", "staff"}),
        "material": frozenset({"organiser"}),
        "board": frozenset({"organiser", "steward", "staff"}),
        "itinerary": frozenset({"organiser"}),
        "console": frozenset({"organiser", "steward", "checker", "staff"}),
        "phones": frozenset({"organiser"}),
        "paper": frozenset({"tallier", "checker", "organiser"}),
        "findings": frozenset({"organiser"}),
        "counties": frozenset({"organiser"}),
    },
    "result": {
        "decisions": frozenset({"organiser", "steward"}),
        "rounds": frozenset({"organiser", "steward"}),
        "results": frozenset({"organiser", "steward"}),
        "publication": frozenset({"organiser", "steward", "checker"}),
        "screens": frozenset({"organiser"}),
    },
    "log": {"log": frozenset({"organiser", "steward"})},
}


_OF_ONE_FORM = {"console": "stage", "itinerary": "tour"}
# Pages without a tab of their own, and the one they are reached from.
_WITHIN = {
    "roster": "import",
    "places": "import",
    "rescue": "phones",
    "signatures": "board",
    "reminders": "board",
    "substitutes": "attendance",
    "order": "console",
    "draw": "console",
    "categories": "findings",
}


def frame(request: Request, session: Session, member: Member) -> Frame:
    """Raises NoContest."""
    language, contest = language_of(request), queries.contest(session, member.contest_id)
    names = page_names(language)
    if contest.form != "tour":
        names["counties"] = language.gettext("Links for units")
    root = f"/c/{contest.id}"
    first = request.url.path.removeprefix(root).strip("/").partition("/")[0]
    here = _WITHIN.get(first, first)
    groups = [
        Group(
            key,
            group_name(key, language),
            tuple(
                Tab(names[page], f"{root}/{page}" if page else root, here=page == here)
                for page, roles in pages.items()
                if not roles.isdisjoint(member.roles) and _OF_ONE_FORM.get(page, contest.form) == contest.form
                if page != "rounds" or queries.scheme(session, contest.id).rounds
                if page != "material" or contest.form != "tour" or material_calls(session, contest.id)
            ),
        )
        for key, pages in _PAGES.items()
    ]
    rehearsal = session.get(Rehearsal, contest.id) is not None
    with_pages = tuple(group for group in groups if group.tabs)
    return Frame(contest, form_name(contest.form, language), member, with_pages, rehearsal)


def group_name(key: str, language: Language) -> str:
    say = language.gettext
    return {
        "overview": say("Overview"),
        "prepare": say("Set-up"),
        "day": say("On the day"),
        "result": say("Result"),
        "log": say("Log"),
    }[key]


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
        "rehearsal": say("Rehearsal"),
        "paper": say("Paper sheets"),
        "board": say("Who has handed in"),
        "material": say("Material"),
        "itinerary": say("Itinerary"),
        "console": say("Stage console"),
        "findings": say("Problems and highlights"),
        "decisions": say("Decisions"),
        "counties": say("Counties' links"),
        "rounds": say("Rounds"),
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
    """One day of the attendance page, of one ``bus`` or of all (None).

    ``buses``: each with how many judges it has and how many of them are not recorded; none where the roster names none.
    ``seen``: the revision of the newest record shown.
    """

    day: str
    days: tuple[tuple[str, int, int], ...]
    lines: tuple[Line, ...]
    on_leave: int
    unrecorded: int
    bus: str | None
    buses: tuple[tuple[str, int, int], ...]
    seen: int


def attendance(
    session: Session, contest: Contest, day: str, ticked: Mapping[str, Tick] | None = None, *, bus: str | None = None
) -> Attendance:
    """The day as it is recorded, with what was just ticked over it. Raises NotFound for a bus that nobody is on."""
    everybody = queries.judges(session, contest.id)
    judges = [judge for judge in everybody if bus is None or judge.bus == bus]
    if bus is not None and not judges:
        raise NotFound
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
            sum((judge.id, one) in rows for judge in everybody),
            sum((judge.id, one) in rows and rows[judge.id, one].state == "leave" for judge in everybody),
        )
        for one in queries.days(session, contest.id)
    )
    recorded = [rows[judge.id, day] for judge in judges if (judge.id, day) in rows]
    on_leave = sum(row.state == "leave" for row in recorded)
    seen = max((row.rev for row in recorded), default=0)
    buses = _buses(everybody, {judge for judge, one in rows if one == day})
    return Attendance(day, days, tuple(lines), on_leave, len(judges) - len(recorded), bus, buses, seen)


def _buses(judges: Sequence[JudgeRow], recorded: set[str]) -> tuple[tuple[str, int, int], ...]:
    """Each bus by name, those on none last."""
    on = Counter(judge.bus for judge in judges)
    open_on = Counter(judge.bus for judge in judges if judge.id not in recorded)
    names = sorted(on, key=lambda name: (not name, name)) if set(on) - {""} else []
    return tuple((name, on[name], open_on[name]) for name in names)


def _at(row: AttendanceRow | None, contest: Contest) -> str:
    return local(row.at, contest.time_zone) if row else ""
