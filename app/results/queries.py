"""The result of a contest, computed when it is asked for from what stands in the database, and stored nowhere.

Reads only. Whoever calls makes sure that the marks are open: this computes for anybody.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from sqlmodel import Session, col, select

from app.accounts.models import Person
from app.audit import AuditRow
from app.contests import queries as contests
from app.contests.road import changes
from app.contests.substitution import instead
from app.errors import AppError
from app.i18n import Language
from app.judging.decision_queries import engine_decisions
from app.judging.queries import current, current_sheets, dictated, is_collected, locks, on_paper
from app.kept import Kept
from app.results.models import OpeningRow
from app.results.rows import Ranked, ranked
from app.results.wording import Named, named
from app.sync.queries import by_hand
from scoring.faults import Fault, Refused
from scoring.results import Tabulation
from scoring.roster import Decision, Prior, Record, Roster, Sheet
from scoring.scheme import Scheme
from scoring.tabulate import contradictions, tabulate

OPENERS = ("organiser", "steward")


class Contradicted(AppError):
    """What stands in the database contradicts itself, and nothing is computed: a sheet of a judge recused since."""

    code = "results.contradicted"
    status = 409

    def __init__(self, scheme: Scheme, roster: Roster, faults: tuple[Fault, ...]) -> None:
        super().__init__()
        self.scheme, self.roster, self.faults = scheme, roster, faults


class Given(NamedTuple):
    """Everything a result is computed from."""

    scheme: Scheme
    roster: Roster
    sheets: tuple[Sheet, ...]
    priors: tuple[Prior | Record, ...]
    decisions: tuple[Decision, ...]


def given(session: Session, contest_id: str) -> Given:
    """What stands in the database now, as the engine takes it."""
    return Given(
        contests.scheme(session, contest_id),
        contests.roster(session, contest_id),
        tuple(current_sheets(session, contest_id)),
        tuple(contests.priors(session, contest_id)),
        tuple(decisions(session, contest_id)),
    )


def decisions(session: Session, contest_id: str) -> list[Decision]:
    """The decisions in force that the engine knows, in the order they were made."""
    return engine_decisions(session, contest_id)


class _Kept(NamedTuple):
    """A result, and its ranking in the languages it was read in: the words take longer than the numbers."""

    given: Given
    tabulation: Tabulation
    worded: dict[tuple[str, str], Ranked]


def tabulated(session: Session, contest_id: str) -> tuple[Given, Tabulation]:
    """The result of the contest as it stands. Raises Contradicted."""
    kept = _kept(session, contest_id)
    return kept.given, kept.tabulation


def ranking(session: Session, contest_id: str, language: Language, judges: Literal["named", "unnamed"]) -> Ranked:
    """The same in words. Raises Contradicted. ``unnamed``: for who sees the process, but not who gave what."""
    kept = _kept(session, contest_id)
    found = kept.worded.get((language.code, judges))
    if found is None:
        scheme, roster, *_, decided = kept.given
        names = named(scheme, roster, decided, kept.given.priors)
        if judges == "unnamed":
            names = replace(names, judges=dict.fromkeys(names.judges, ""))
        dictation = list(_dictated(session, contest_id, language, names))
        roads = (_on_paper, _carried)
        entered = [*dictation, *(one for road in roads for one in road(session, contest_id, language, names))]
        names = replace(names, entered=_by_unit(roster, entered))
        found = ranked(scheme, roster, kept.tabulation, language, names=names)
        told = (*(sentence for _, sentence in dictation), *_dropped(session, contest_id, language))
        found = replace(found, notes=(*found.notes, *told))
        kept.worded[language.code, judges] = found
    return found


def _dictated(session: Session, contest_id: str, language: Language, names: Named) -> Iterator[tuple[str, str]]:
    """The sheets that count as they were dictated: the entry, and who entered it; the judge where he may be named."""
    say = language.gettext
    for one in dictated(session, contest_id):
        told = {"entry": names.entries[one.entry_id], "first": one.first, "second": one.second}
        if judge := names.judges[one.judge_id]:
            sentence = say("{judge} on {entry}: entered as dictated, by {first} and {second}", judge=judge, **told)
        else:
            sentence = say("A sheet for {entry} was entered as its judge dictated it, by {first} and {second}", **told)
        yield one.entry_id, sentence


def _on_paper(session: Session, contest_id: str, language: Language, names: Named) -> Iterator[tuple[str, str]]:
    """The entries of which sheets came on paper, and how many."""
    count = on_paper(session, contest_id)
    for entry, name in names.entries.items():
        if n := count[entry]:
            yield (
                entry,
                language.ngettext(
                    "{name}: {n} sheet on paper, typed twice", "{name}: {n} sheets on paper, typed twice", n, name=name
                ),
            )


def _carried(session: Session, contest_id: str, language: Language, names: Named) -> Iterator[tuple[str, str]]:
    """The entries of which sheets were carried in by hand, in a phone's rescue file, and how many."""
    files = by_hand(session, contest_id)
    counts = current(session, contest_id).values() if files else ()
    count = Counter(one.entry_id for one in counts if one.revision_id in files)
    for entry, name in names.entries.items():
        if n := count[entry]:
            yield (
                entry,
                language.ngettext(
                    "{name}: {n} sheet from a rescue file", "{name}: {n} sheets from rescue files", n, name=name
                ),
            )


def _by_unit(roster: Roster, told: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Sentences about entries, by the units of these."""
    units = {entry.id: entry.unit for entry in roster.entries}
    found: dict[str, list[str]] = {}
    for entry, sentence in told:
        found.setdefault(units[entry], []).append(sentence)
    return found


def _dropped(session: Session, contest_id: str, language: Language) -> Iterator[str]:
    """The projects that were not visited, each with the reason and with how many sheets are kept and do not count."""
    dropped = [one for one in contests.known_entries(session, contest_id) if one.dropped]
    why = {row.entry_id: row.reason for row in changes(session, contest_id) if row.change == "drop"} if dropped else {}
    kept = Counter(entry for _, entry in current(session, contest_id)) if dropped else Counter()
    for one in dropped:
        yield language.ngettext(
            "{entry} was not visited ({reason}). It does not count, nor does the {n} sheet handed in for it.",
            "{entry} was not visited ({reason}). It does not count, nor do the {n} sheets handed in for it.",
            kept[one.id], entry=one.name or one.id, reason=why[one.id],
        )  # fmt: skip


def last_act(session: Session, contest_id: str) -> tuple[str, str, str]:
    """The last act in the contest's log that is more than a look: a result depends on nothing else.

    So what is kept under it need not be told of a change. It is the act's hash: a number may be given out twice.
    """
    last = (
        select(AuditRow.hash)
        .where(AuditRow.contest_id == contest_id, AuditRow.action != "look")
        .order_by(col(AuditRow.rev).desc())
        .limit(1)
    )
    return str(session.get_bind().engine.url), contest_id, session.exec(last).first() or ""


def _kept(session: Session, contest_id: str) -> _Kept:
    return _KEPT.of(last_act(session, contest_id), lambda: _computed(session, contest_id))


def _computed(session: Session, contest_id: str) -> _Kept:
    found = given(session, contest_id)
    try:
        result = tabulate(found.scheme, found.roster, found.sheets, found.priors, found.decisions)
    except Refused as refused:
        faults = _of_substitutes(session, contest_id, refused.faults)
        raise Contradicted(found.scheme, found.roster, faults) from refused
    return _Kept(found, result, {})


# What is wrong with a sheet because of whose it is: told without a mark, and settled by setting it aside.
OF_SHEETS = ("sheet.recused", "sheet.absent", "sheet.replaced", "sheet.not_his")


def replaced(session: Session, contest_id: str) -> tuple[Fault, ...]:
    """Sheets of judges for stops that substitutes mark: told before the opening too, so that it is decided blind."""
    if not instead(session, contest_id):
        return ()
    faults = _of_substitutes(session, contest_id, contradictions(*given(session, contest_id)))
    return tuple(fault for fault in faults if fault.code == "sheet.replaced")


def _of_substitutes(session: Session, contest_id: str, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The same, but of a judge whom a substitute replaced is said who marks in his place: he was there, and is not."""
    by = instead(session, contest_id)

    def told(fault: Fault) -> Fault:
        taken = by.get((str(fault.params.get("judge")), str(fault.params.get("entry"))))
        if fault.code != "sheet.absent" or taken is None:
            return fault
        return Fault("sheet.replaced", {**fault.params, "instead": taken}, fault.record)

    return tuple(told(fault) for fault in faults)


_KEPT: Kept[tuple[str, str, str], _Kept] = Kept()


class Half(NamedTuple):
    """Who opened for one role, and when; empty where nobody has yet."""

    role: str
    name: str
    at: str


def opening(session: Session, contest_id: str) -> list[Half]:
    """Both halves of the opening."""
    rows = session.exec(
        select(OpeningRow, Person.name)
        .join(Person, col(Person.id) == col(OpeningRow.person_id))
        .where(OpeningRow.contest_id == contest_id)
    ).all()
    found = {row.role: Half(row.role, name, row.at) for row, name in rows}
    return [found.get(role, Half(role, "", "")) for role in OPENERS]


def published_version(session: Session, contest_id: str) -> int:
    """The newest version that was published, 0 before there is one. The log tells: publications come after results."""
    acts = select(AuditRow.subject).where(AuditRow.contest_id == contest_id, AuditRow.action == "publish")
    return int(session.exec(acts.order_by(col(AuditRow.rev).desc()).limit(1)).first() or 0)


def is_entrant_open(session: Session, contest_id: str, entry_id: str) -> bool:
    """Whether the score of one entrant may be checked and confirmed: all marks are open, or his are by themselves."""
    if is_open(session, contest_id):
        return True
    by_entrant = contests.scheme(session, contest_id).publication.blind == "entrant"
    return by_entrant and (entry_id in locks(session, contest_id) or is_collected(session, contest_id))


def is_open(session: Session, contest_id: str) -> bool:
    """Whether two people have lifted the blind; in a contest that is live from the start, always."""
    if contests.scheme(session, contest_id).publication.blind == "live":
        return True
    return all(half.name for half in opening(session, contest_id))
