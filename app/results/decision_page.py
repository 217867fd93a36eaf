"""The page of decisions put together: what waits for one, what can be decided, and what was decided.

Reads the contest, what waits, and once the marks are open the tabulation. Writes nothing. Before the opening nothing on
the page comes from a mark; afterwards it names equals, and shows a sheet that waits beside the one that counts.
"""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlmodel import Session

from app.clock import local
from app.contests import queries as contests
from app.contests.access import Member
from app.i18n import Language
from app.judging.decision_queries import ADMIT, REJECT, UNSIGNED, Undecided, undecided
from app.judging.models import Collection
from app.judging.paper_queries import DECISION
from app.judging.proposals import proposed
from app.judging.queries import AFTER_SIGNATURE, Revision, current
from app.judging.signature_queries import unsigned
from app.results.blockers import owed
from app.results.decided import CONFIRMERS, Proposed, Recorded, Words, others_to_confirm, put_forward, recorded
from app.results.naming import caller, entry_names, kind_names
from app.results.queries import OF_SHEETS, Contradicted, is_open, replaced, tabulated
from app.results.rule_words import word
from app.sync.rescue import UNSEALED
from scoring.faults import Fault
from scoring.numbers import plain
from scoring.roster import Roster
from scoring.scheme import Item, Scheme

Choice = tuple[str, str]  # what is sent, and what is read


@dataclass(frozen=True, slots=True)
class Owing:
    """A judge whose sheets are missing after the collection; each as ``judge/entry`` and by its name."""

    judge: str
    name: str
    sheets: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet that came and does not count, with the evidence. ``trouble``: why it can only be left out.

    ``marks``: once the marks are open, each item with this sheet's mark and the one that counts, both in full; empty
    before. ``note``: what the judge wrote on it, which may tell a mark: empty before the opening too. ``vouched``:
    it is as its phone made it; not so in a rescue file whose seal does not fit.
    """

    revision_id: str
    judge: str
    entry: str
    why: str
    came: str
    corrected: str
    in_time: bool | None
    device: str
    lacking: int
    older: int
    withdraws: bool
    counts: bool
    trouble: str
    marks: tuple[tuple[str, str, str], ...] = ()
    note: str = ""
    vouched: bool = True


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """A deduction, bonus, veto or ruling that the scheme declares; ``subjects`` names what it is about."""

    value: str
    name: str
    kind: str
    hint: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """What the tabulation leaves open, by the form that settles it."""

    contradicted: tuple[Choice, ...] = ()
    equals: tuple[tuple[Choice, ...], ...] = ()
    few: tuple[Choice, ...] = ()
    classes: tuple[Choice, ...] = ()
    priors: tuple[Choice, ...] = ()
    uneven: tuple[Choice, ...] = ()
    overrun: str = ""
    draw: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Everything ``results/decisions.html`` shows. ``alone``: nobody else has an account that could confirm."""

    may: bool
    confirms: bool
    alone: bool
    proposed: tuple[Proposed, ...]
    collected: bool
    opened: bool
    owing: tuple[Owing, ...]
    unsigned: tuple[Choice, ...]
    waiting: tuple[Waiting, ...]
    judges: tuple[Choice, ...]
    entries: tuple[Choice, ...]
    units: tuple[Choice, ...]
    rules: tuple[RuleChoice, ...]
    tiers: tuple[Choice, ...]
    by_award: bool
    draw: str
    secret: bool
    open: Open
    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What was posted and could not be recorded, to be shown again in its own form, with what is wrong."""

    form: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    trouble: tuple[str, ...] = ()

    def text(self, form: str, name: str) -> str:
        return next(iter(self.fields.get(name, ())), "") if form == self.form else ""

    def has(self, form: str, name: str, value: str) -> bool:
        return form == self.form and value in self.fields.get(name, ())


def decision_page(session: Session, member: Member, language: Language) -> DecisionPage:
    """The page as ``member`` may see it."""
    contest = contests.contest(session, member.contest_id)
    scheme, roster = contests.scheme(session, contest.id), contests.roster(session, contest.id)
    collection = session.get(Collection, contest.id)
    opened = is_open(session, contest.id)
    words = Words(scheme, roster, contest.time_zone, language)
    desk = _Desk(session, scheme, roster, contest.time_zone, language)
    return DecisionPage(
        may="organiser" in member.roles,
        confirms=not member.roles.isdisjoint(CONFIRMERS),
        alone=others_to_confirm(session, contest.id, member.id) == 0,
        proposed=tuple(put_forward(session, words, contest.id, member.id)),
        collected=collection is not None,
        opened=opened,
        owing=tuple(desk.owing(contest.id)) if collection else (),
        unsigned=tuple(desk.unsigned(contest.id)) if collection else (),
        waiting=tuple(desk.waiting(contest.id, collection, opened=opened)),
        judges=tuple((judge.id, judge.name or judge.id) for judge in roster.judges),
        entries=tuple(desk.entries.items()),
        units=tuple(desk.units.items()),
        rules=tuple(_rules(scheme, language)),
        tiers=tuple((tier.id, word(tier.name, language)) for tier in scheme.prizes.tiers),
        by_award="decision" not in scheme.ties,
        draw=word(scheme.draw.public, language) if scheme.draw else "",
        secret=scheme.draw is not None and scheme.draw.secret,
        open=desk.open(contest.id) if opened else Open(desk.contradicted(replaced(session, contest.id), contest.id)),
        recorded=tuple(recorded(session, words, contest.id)),
    )


class _Desk:
    """One contest's names, in the reader's language and on the contest's own clock."""

    def __init__(self, session: Session, scheme: Scheme, roster: Roster, zone: str, language: Language) -> None:
        self.session, self.scheme, self.roster, self.zone, self.language = session, scheme, roster, zone, language
        self.judges = {judge.id: judge.name or judge.id for judge in roster.judges}
        self.entries = entry_names(scheme, roster)
        self._called = caller(scheme, roster, language)
        self.units = {unit.id: unit.name or unit.id for unit in roster.units}

    def owing(self, contest_id: str) -> Iterator[Owing]:
        waiting = self._waits(contest_id, "absence", DECISION)
        for judge, entries in owed(self.session, contest_id).items():
            sheets = [(sheet, self.entries[entry]) for entry in entries if (sheet := f"{judge}/{entry}") not in waiting]
            if sheets:
                yield Owing(judge, self.judges[judge], tuple(sheets))

    def _waits(self, contest_id: str, *kinds: str) -> set[str]:
        """What such a proposal is about that nobody has confirmed: it is asked about above, and nowhere else."""
        return {line.subject for line in proposed(self.session, contest_id) if line.kind in kinds}

    def unsigned(self, contest_id: str) -> Iterator[Choice]:
        told = self.language.ngettext
        waiting = self._waits(contest_id, UNSIGNED)
        for one in (one for one in unsigned(self.session, contest_id) if one.judge_id not in waiting):
            n, name = len(one.entries), self.judges[one.judge_id]
            yield one.judge_id, told("{name}: {n} sheet", "{name}: {n} sheets", n, name=name)

    def waiting(self, contest_id: str, collection: Collection | None, *, opened: bool) -> Iterator[Waiting]:
        counts = current(self.session, contest_id)
        waiting = {line.rule for line in proposed(self.session, contest_id) if line.kind in (ADMIT, REJECT)}
        for one in (one for one in undecided(self.session, contest_id) if one.revision_id not in waiting):
            in_time = one.corrected_at <= collection.at if collection and one.corrected_at else None
            yield Waiting(
                revision_id=one.revision_id,
                judge=self.judges[one.judge_id],
                entry=self.entries[one.entry_id],
                why=self._why(one),
                came=local(one.came_at, self.zone),
                corrected=local(one.corrected_at, self.zone),
                in_time=in_time,
                device=one.device,
                lacking=one.lacking,
                older=one.older,
                withdraws=one.sheet.state == "withdrawn",
                counts=(one.judge_id, one.entry_id) in counts,
                trouble=self._trouble(one, collected=collection is not None),
                marks=tuple(self._beside(one, counts.get((one.judge_id, one.entry_id)))) if opened else (),
                note=one.sheet.note if opened else "",
                vouched=one.reason != UNSEALED,
            )

    def _beside(self, one: Undecided, counts: Revision | None) -> Iterator[tuple[str, str, str]]:
        """Each item with the mark of the sheet that waits and the one that counts; empty where there is none."""
        entry = next(entry for entry in self.roster.entries if entry.id == one.entry_id)
        items = self.scheme.items(entry.component, entry.kind)
        ours: Sequence[int | None] = one.sheet.ticks
        theirs: Sequence[int | None] = json.loads(counts.ticks) if counts else [None] * len(items)
        if len(ours) != len(items) or len(theirs) != len(items):
            return  # made on another form; what its ticks mean there is not known here
        for item, here, there in zip(items, ours, theirs, strict=True):
            yield word(item.name, self.language), _mark(here, item), _mark(there, item)

    def _why(self, one: Undecided) -> str:
        say = self.language.gettext
        return {
            "late": say("Came after the collection"),
            AFTER_SIGNATURE: say("Changes a sheet that its judge has signed, and is not signed itself"),
            "revoked_device": say("From a revoked phone"),
            UNSEALED: say("From a rescue file whose seal does not fit: somebody may have changed it"),
            "incomplete": say("Handed in with an item unmarked, so it was not taken"),
            "out_of_range": say("Handed in with a mark off the rubric, so it was not taken"),
            "stale_scheme": say("Made on another version of the scheme, so it was not taken"),
        }.get(one.reason, say("Another sheet of this judge, from another phone or from paper, has other marks"))

    def _trouble(self, one: Undecided, *, collected: bool) -> str:
        say = self.language.gettext
        if one.why == "conflict" and not collected:
            return say("The judge is asked on his phone which one counts. After the collection it is decided here.")
        return "" if one.admissible else say("It cannot be admitted; it can only be left out.")

    def contradicted(self, faults: Sequence[Fault], contest_id: str) -> tuple[Choice, ...]:
        """The sheets among ``faults`` that are not put forward to be set aside."""
        void = self._waits(contest_id, "void")
        sheets = {
            f"{fault.params['judge']}/{fault.params['entry']}": fault for fault in faults if fault.code in OF_SHEETS
        }
        told = self.language.sentence
        return tuple((sheet, told(self._called(fault))) for sheet, fault in sheets.items() if sheet not in void)

    def open(self, contest_id: str) -> Open:
        try:
            _, tabulation = tabulated(self.session, contest_id)
        except Contradicted as found:
            others = [self.language.sentence(self._called(f)) for f in found.faults if f.code not in OF_SHEETS]
            return Open(self.contradicted(found.faults, contest_id), others=tuple(others))
        by_code: dict[str, list[Fault]] = {}
        for fault in tabulation.open:
            by_code.setdefault(fault.code, []).append(fault)
        equals = [*by_code.get("boundary.undecided", ()), *by_code.get("tie.partly_decided", ())]
        groups = dict.fromkeys(tuple(str(fault.params["units"]).split(", ")) for fault in equals)
        ordered = self._waits(contest_id, "tie", "award")
        asked = {(line.kind, line.subject, line.rule) for line in proposed(self.session, contest_id)}
        left = partial(self._left, by_code, asked)
        return Open(
            equals=tuple(
                tuple((unit, self.units[unit]) for unit in group) for group in groups if ordered.isdisjoint(group)
            ),
            few=left("entry.few", "accept", "{entry}"),
            classes=left("entry.class_empty", "class", "{entry}/{class}"),
            priors=left("unit.prior_missing", "prior", "{unit}/{component}"),
            uneven=left("counts.uneven", "uneven", "{component}"),
            overrun="".join(str(fault.params["yuan"]) for fault in by_code.get("money.overrun", ()))
            if ("overrun", "", "") not in asked
            else "",
            draw="draw.waiting" in by_code,
            others=tuple(
                self.language.sentence(self._called(fault))
                for fault in tabulation.open
                if fault.code not in _WITH_FORMS
            ),
        )

    def _left(
        self, by_code: Mapping[str, Sequence[Fault]], asked: Container[tuple[str, str, str]], code: str, kind: str,
        key: str,
    ) -> tuple[Choice, ...]:  # fmt: skip
        """What is open under ``code`` and not put forward; ``key``: what is sent of it, subject before rule."""
        found = [(key.format_map(fault.params), fault) for fault in by_code.get(code, ())]
        return tuple(
            (sent, self.language.sentence(self._called(fault)))
            for sent, fault in found
            if (kind, sent.partition("/")[0], sent.partition("/")[2]) not in asked
        )


def _mark(tick: int | None, item: Item) -> str:
    return "" if tick is None else plain(tick * item.step)


_WITH_FORMS = (
    "entry.missing", "boundary.undecided", "tie.partly_decided", "entry.few", "entry.class_empty",
    "unit.prior_missing", "counts.uneven", "money.overrun", "draw.waiting",
)  # fmt: skip


def _rules(scheme: Scheme, language: Language) -> Iterator[RuleChoice]:
    """What the scheme lets people give or apply, with what its value measures."""
    say, kinds = language.gettext, kind_names(language)
    hints = {
        "points": say("the number of points"),
        "cases": say("the number of cases"),
        "seconds": say("the seconds used in all, not the seconds over the limit"),
    }
    for rule in scheme.adjustments:
        name, hint = word(rule.name, language), hints[rule.measure]
        yield RuleChoice(f"{rule.kind}/{rule.id}", name, kinds[rule.kind], hint, (rule.subject,))
    for veto in scheme.vetoes:
        yield RuleChoice(f"veto/{veto.id}", word(veto.name, language), kinds["veto"], "", (veto.subject,))
    for ruling in scheme.rulings:
        yield RuleChoice(f"ruling/{ruling.id}", word(ruling.name, language), kinds["ruling"], "", ("entry",))
