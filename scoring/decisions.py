"""The recorded decisions, read into what each room of the engine asks for; what does not fit is a fault."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, get_args

from scoring.deadlines import second_of
from scoring.draw import commitment
from scoring.faults import Fault
from scoring.numbers import ZERO, exact, rounded
from scoring.roster import Decision, DecisionKind, Roster

if TYPE_CHECKING:
    from scoring.scheme import Adjustment, Component, Ruling, Scheme, Veto

RENORMALISE = "renormalise"
OWN_SCALES = ("z", "minmax", "order")  # on which judges are compared only if they marked the same entries
_REPEATABLE = ("deduction", "bonus", "overrun")  # each is added
# One of each in a contest: a second seed would be a choice of two results.
_DRAW = ("commit", "public", "secret", "withheld")


class Applied(NamedTuple):
    """One deduction or bonus: its points (above 0), the rule, and the index of its decision."""

    rule: Adjustment
    points: Fraction
    decision: int


@dataclass(slots=True)
class Decided:
    """The decisions by what they are about. Scores are ``None`` where people decided to renormalise.

    ``submissions``: the second, counted from any fixed day, at which a unit handed in.
    """

    absent: set[tuple[str, str]] = field(default_factory=set)
    void: set[tuple[str, str]] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    adjustments: dict[tuple[str, str], list[Applied]] = field(default_factory=dict)
    vetoes: dict[tuple[str, str], list[Veto]] = field(default_factory=dict)
    rulings: dict[str, tuple[Ruling, int]] = field(default_factory=dict)
    priors: dict[tuple[str, str], tuple[Fraction | None, int]] = field(default_factory=dict)
    classes: dict[tuple[str, str], tuple[Fraction | None, int]] = field(default_factory=dict)
    difficulties: dict[tuple[str, str], tuple[Fraction, int]] = field(default_factory=dict)
    bases: dict[tuple[str, str], tuple[Fraction, int]] = field(default_factory=dict)
    uneven: set[str] = field(default_factory=set)
    ties: dict[str, int] = field(default_factory=dict)
    submissions: dict[str, int] = field(default_factory=dict)
    cuts: dict[str, dict[str, int]] = field(default_factory=dict)
    admitted: dict[str, dict[str, int]] = field(default_factory=dict)
    withdrawals: dict[str, str] = field(default_factory=dict)
    awards: dict[str, tuple[str, int]] = field(default_factory=dict)
    overrun: int = 0
    commit: str = ""
    public: str = ""
    secret: str = ""
    withheld: bool = False

    @property
    def excluded(self) -> set[tuple[str, str]]:
        """The units and entries that a veto excludes, such as ``("entry", "P1")``."""
        return {subject for subject, given in self.vetoes.items() if any(veto.effect == "exclude" for veto in given)}

    def of(self, subject: str, name: str) -> Sequence[Applied]:
        """The deductions and bonuses of one unit or entry."""
        return self.adjustments.get((subject, name), ())


def read_decisions(scheme: Scheme, roster: Roster, decisions: Sequence[Decision]) -> tuple[Decided, list[Fault]]:
    """``decisions`` sorted out, and every fault in them (with the index of the decision)."""
    reader = _Reader(scheme, roster)
    faults = []
    seen: set[tuple[str, str, str]] = set()
    for index, decision in enumerate(decisions):
        if decision.kind not in _REPEATABLE:
            # One subject is decided once: which of two decisions holds must not hang on the order of rows.
            rule = (
                decision.rule
                if decision.kind in ("veto", "prior", "class", "cut", "advance", "difficulty", "base")
                else ""
            )
            about = (decision.kind, decision.subject if decision.kind not in _DRAW else "", rule)
            if about in seen:
                double: dict[str, str | int] = {"kind": decision.kind, "subject": decision.subject}
                faults.append(Fault("decision.double", double, ("decisions", index)))
            seen.add(about)
        for code, params in reader.read(index, decision):
            faults.append(Fault(f"decision.{code}", {"kind": decision.kind, **params}, ("decisions", index)))
    given = reader.decided
    if given.secret and given.commit and commitment(given.secret) != given.commit:
        faults.append(Fault("decision.secret_differs"))
    if given.secret and given.withheld:
        faults.append(Fault("decision.secret_revealed"))
    return given, faults


Trouble = tuple[str, dict[str, str | int]]


def points_of(rule: Adjustment, value: Fraction) -> Fraction:
    """The points that a measured ``value`` gives or takes, before the cap: cases, seconds used, or the points."""
    if rule.measure == "cases":
        return value * (rule.points or ZERO)
    if rule.measure == "seconds":
        started = rounded(max(ZERO, value - (rule.limit or ZERO)) / (rule.per or Fraction(1)), 0, "ceil")
        return started * (rule.points or ZERO)
    return value


def taken(applied: Iterable[Applied]) -> Fraction:
    """The points that the deductions among ``applied`` to one subject take from it, each rule's within its cap."""
    sums: dict[str, Fraction] = {}
    for one in applied:
        if one.rule.kind == "deduction":
            points = sums.get(one.rule.id, ZERO) + one.points
            sums[one.rule.id] = points if one.rule.cap is None else min(points, one.rule.cap)
    return sum(sums.values(), ZERO)


class _Reader:
    """Holds the names decisions may speak of, and what was read so far."""

    def __init__(self, scheme: Scheme, roster: Roster) -> None:
        self.scheme = scheme
        self.units = {unit.id for unit in roster.units}
        self.entries = {entry.id: entry for entry in roster.entries}
        self.judges = {judge.id for judge in roster.judges}
        self.adjustments = {rule.id: rule for rule in scheme.adjustments}
        self.vetoes = {rule.id: rule for rule in scheme.vetoes}
        self.rulings = {rule.id: rule for rule in scheme.rulings}
        self.tiers = {tier.id for tier in scheme.prizes.tiers}
        self.decided = Decided()

    def read(self, index: int, decision: Decision) -> Iterator[Trouble]:
        """Sort one decision in; what does not fit is yielded as (code, params)."""
        decided = self.decided
        match decision.kind:
            case "absence" | "void":
                yield from self._sheet(decision)
            case "accept":
                yield from self._known(decision.subject, self.entries, "entry")
                decided.accepted.add(decision.subject)
            case "deduction" | "bonus":
                yield from self._adjustment(index, decision)
            case "veto" | "ruling" | "difficulty" | "base":
                yield from self._rule(index, decision)
            case "prior":
                yield from self._prior(index, decision)
            case "class":
                yield from self._class(index, decision)
            case "uneven":
                yield from self._uneven(decision)
            case "tie" | "submission":
                yield from self._tie(decision) if decision.kind == "tie" else self._submission(decision)
            case "cut" | "advance" | "withdrawal":
                yield from self._round(index, decision)
            case "award" | "overrun":
                yield from self._money(decision)
            case "commit" | "public" | "secret" | "withheld":
                yield from self._of_draw(decision)
            case never:
                yield "unknown_kind", {"known": ", ".join(get_args(DecisionKind)), "given": never}

    def _difficulty(self, index: int, decision: Decision) -> Iterator[Trouble]:
        """A declared difficulty or base value: of the whole entry, or of one part of it, as the scheme wants."""
        entry = self.entries.get(decision.subject)
        yield from self._known(decision.subject, self.entries, "entry")
        part = self.scheme.component.get(entry.component) if entry else None
        if entry is None or part is None or part.panel is None:
            return
        wanted = part.panel.difficulty if decision.kind == "difficulty" else part.panel.base
        items = self.scheme.items(part.id, entry.kind) if entry.kind in ("", *self.scheme.kind_ids) else ()
        lines = {"item": [item.id for item in items], "criterion": [one.id for one in part.criteria]}
        known = {"part": lines.get(part.panel.trim_on or "", []), "entry": [""], "none": []}[wanted]
        if decision.rule not in known:
            yield self._no_rule(decision.rule, known)
            return
        value = _number(decision.value)
        if value is None or (value < 0 and decision.kind == "difficulty"):  # a short jump has points taken before style
            yield "difficulty", {"value": decision.value}
            return
        recorded = self.decided.difficulties if decision.kind == "difficulty" else self.decided.bases
        recorded[decision.subject, decision.rule] = (value, index)

    def _uneven(self, decision: Decision) -> Iterator[Trouble]:
        compared = [part.id for part in self.scheme.components if part.panel and part.panel.counts in OWN_SCALES]
        yield from self._known(decision.subject, compared, "component")
        self.decided.uneven.add(decision.subject)

    def _sheet(self, decision: Decision) -> Iterator[Trouble]:
        judge, _, entry = decision.subject.partition("/")
        if judge not in self.judges or entry not in self.entries:
            yield "subject_sheet", {"subject": decision.subject}
            return
        sheets = self.decided.absent if decision.kind == "absence" else self.decided.void
        sheets.add((judge, entry))

    def _rule(self, index: int, decision: Decision) -> Iterator[Trouble]:
        if decision.kind in ("difficulty", "base"):
            yield from self._difficulty(index, decision)
            return
        if decision.kind == "ruling":
            ruling = self.rulings.get(decision.rule)
            if ruling is None:
                yield self._no_rule(decision.rule, self.rulings)
                return
            yield from self._known(decision.subject, self.entries, "entry")
            self.decided.rulings[decision.subject] = (ruling, index)
            return
        veto = self.vetoes.get(decision.rule)
        if veto is None:
            yield self._no_rule(decision.rule, self.vetoes)
            return
        yield from self._subject(veto.subject, decision.subject)
        self.decided.vetoes.setdefault((veto.subject, decision.subject), []).append(veto)

    def _prior(self, index: int, decision: Decision) -> Iterator[Trouble]:
        priors = {part.id: part for part in self.scheme.components if part.source == "prior"}
        if decision.rule not in priors:
            yield self._no_rule(decision.rule, priors)
            return
        yield from self._known(decision.subject, self.units, "unit")
        value, trouble = self._score(decision.value, priors[decision.rule])
        yield from trouble
        self.decided.priors[decision.rule, decision.subject] = (value, index)

    def _tie(self, decision: Decision) -> Iterator[Trouble]:
        yield from self._known(decision.subject, self.units, "unit")
        if (place := _place(decision.value)) is None:
            yield "tie_place", {"value": decision.value}
            return
        self.decided.ties[decision.subject] = place

    def _round(self, index: int, decision: Decision) -> Iterator[Trouble]:
        yield from self._known(decision.subject, self.units, "unit")
        rounds = [one.id for one in self.scheme.rounds]
        if decision.kind == "cut":
            rounds = [one.id for one in self.scheme.rounds if one.advance]
        elif decision.kind == "advance":
            rounds = rounds[1:]
        if decision.rule not in rounds:
            yield self._no_rule(decision.rule, rounds)
        elif decision.kind == "withdrawal":
            self.decided.withdrawals[decision.subject] = decision.rule
        elif decision.kind == "advance":
            self.decided.admitted.setdefault(decision.rule, {})[decision.subject] = index
        elif (place := _place(decision.value)) is None:
            yield "tie_place", {"value": decision.value}
        else:
            self.decided.cuts.setdefault(decision.rule, {})[decision.subject] = place

    def _of_draw(self, decision: Decision) -> Iterator[Trouble]:
        if decision.kind != "withheld":
            setattr(self.decided, decision.kind, decision.value)
            return
        self.decided.withheld = True
        if self.scheme.draw is None or not self.scheme.draw.secret:
            yield "no_secret", {}

    def _submission(self, decision: Decision) -> Iterator[Trouble]:
        yield from self._known(decision.subject, self.units, "unit")
        second = second_of(decision.value)
        if second is None:
            yield "time", {"value": decision.value}
        else:
            self.decided.submissions[decision.subject] = second

    def _money(self, decision: Decision) -> Iterator[Trouble]:
        yuan = _number(decision.value or "0")
        if yuan is None or yuan < 0 or (yuan * 100).denominator != 1:
            yield "yuan", {"value": decision.value}
        elif decision.kind == "overrun":
            self.decided.overrun += int(yuan * 100)
        elif decision.rule and decision.rule not in self.tiers:
            yield self._no_rule(decision.rule, self.tiers)
        else:
            yield from self._known(decision.subject, self.units, "unit")
            self.decided.awards[decision.subject] = (decision.rule, int(yuan * 100))

    def _adjustment(self, index: int, decision: Decision) -> Iterator[Trouble]:
        rule = self.adjustments.get(decision.rule)
        if rule is None or rule.kind != decision.kind:
            yield self._no_rule(decision.rule, [r.id for r in self.adjustments.values() if r.kind == decision.kind])
            return
        yield from self._subject(rule.subject, decision.subject)
        entry = self.entries.get(decision.subject)
        if rule.component and entry and entry.component != rule.component:
            yield "other_component", {"subject": decision.subject, "rule": rule.id, "component": rule.component}
        value = _number(decision.value)
        if value is None or value < 0 or (rule.measure == "cases" and value.denominator != 1):
            yield "measure", {"value": decision.value, "measure": rule.measure}
            return
        subject = (rule.subject, decision.subject)
        self.decided.adjustments.setdefault(subject, []).append(Applied(rule, points_of(rule, value), index))

    def _class(self, index: int, decision: Decision) -> Iterator[Trouble]:
        entry = self.entries.get(decision.subject)
        yield from self._known(decision.subject, self.entries, "entry")
        if entry is None:
            return
        part = self.scheme.component.get(entry.component)
        if part is None or part.panel is None:
            return  # the roster's fault is told there
        classes = [weight.judge_class for weight in part.panel.classes]
        if decision.rule not in classes:
            yield self._no_rule(decision.rule, classes)
            return
        value, trouble = self._score(decision.value, part)
        yield from trouble
        self.decided.classes[decision.subject, decision.rule] = (value, index)

    def _score(self, text: str, part: Component) -> tuple[Fraction | None, list[Trouble]]:
        if text == RENORMALISE:
            return None, []
        value = _number(text)
        if value is None or not 0 <= value <= part.full:
            return None, [("score", {"value": text, "full": str(part.full)})]
        return value, []

    def _subject(self, subject: str, name: str) -> Iterator[Trouble]:
        yield from self._known(name, self.units if subject == "unit" else self.entries, subject)

    @staticmethod
    def _known(name: str, names: Container[str], what: str) -> Iterator[Trouble]:
        if name not in names:
            yield f"unknown_{what}", {"subject": name}

    @staticmethod
    def _no_rule(name: str, known: Iterable[str]) -> Trouble:
        return "unknown_rule", {"rule": name, "known": ", ".join(sorted(known)) or "-"}


def _place(text: str) -> int | None:
    """A place from 1 on, or nothing."""
    return int(text) if text.isascii() and text.isdecimal() and int(text) >= 1 else None


def _number(text: str) -> Fraction | None:
    try:
        return exact(text)
    except ValueError:
        return None
