"""What each key of the scheme's chain says about a group of equals. Source: docs/scoring.md, "Ties"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from scoring.canonical import digest
from scoring.decisions import Decided, taken
from scoring.draw import drawn, rfc3797, seed
from scoring.faults import Fault
from scoring.panel import How
from scoring.roster import Decision, Prior, Record, Roster, Sheet
from scoring.ties import Key, head_to_head, majority_gauge, put_at, spread
from scoring.units import Field

if TYPE_CHECKING:
    from scoring.scheme import Scheme

Value = Callable[[str], Fraction | None]  # of one unit

_AFTER = ("public", "secret", "withheld", "award", "overrun")


class Frozen:
    """The digest of everything before the draw, made only where a draw is needed."""

    def __init__(
        self,
        scheme: Scheme,
        roster: Roster,
        sheets: Collection[Sheet],
        priors: Sequence[Prior | Record],
        decisions: Sequence[Decision],
    ) -> None:
        self._parts = (scheme, roster, sheets, priors, decisions)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the whole input without what is decided after the draw."""
        scheme, roster, sheets, priors, decisions = self._parts
        return digest(
            {
                "scheme": scheme.digest,
                "roster": roster,
                "sheets": sorted(sheets, key=lambda sheet: (sheet.entry, sheet.judge)),
                "priors": sorted(priors, key=_place),
                # What may be decided after the draw does not belong to what it was drawn from.
                "decisions": [d for d in decisions if d.kind not in _AFTER],
            }
        )


def _place(prior: Prior | Record) -> tuple[str, str, str]:
    return prior.component, prior.unit, prior.id if isinstance(prior, Record) else ""


class Chain:
    """The keys in their order, for the units that are ranked; ``open`` and ``used`` fill while they are asked."""

    def __init__(self, field: Field, decided: Decided, frozen: Frozen, ranked: Sequence[str]) -> None:
        self.field = field
        self.scheme = field.scheme
        self.decided = decided
        self.frozen = frozen
        self.ranked = ranked
        self.units = {unit.id: unit for unit in field.marking.roster.units}
        self.open: list[Fault] = []
        self.ties_used: set[str] = set()
        self._totals: dict[How, dict[str, Fraction]] = {}

    def keys(self) -> list[Key]:
        """Every key of the chain."""
        return [key for name in self.scheme.ties for key in self.keys_of(name)]

    def keys_of(self, name: str) -> list[Key]:
        """The keys that a name in the chain stands for."""
        word, _, rest = name.partition(":")
        if value := self._of_each(word, rest):
            return [Key(name, lambda group: _all(group, value))]
        of_groups = {
            "head_to_head": [Key(name, lambda group: head_to_head(self._marks, group), again=rest == "restart")],
            "majority_gauge": [Key(word, lambda group: majority_gauge(self._marks, group), again=True)],
            "firsts": [self._put_at("firsts", 1)],
            "firsts_then_seconds": [self._put_at("firsts", 1), self._put_at("seconds", 2)],
            "earlier_submission": [Key(word, self._submitted)],
            "decision": [Key(word, self._decided_order)],
            "draw": [Key(word, self._draw)],
        }
        return of_groups[word]

    def _of_each(self, word: str, rest: str) -> Value | None:
        """What a key says that looks at one unit at a time; nothing for a key that looks at the group."""
        part, _, line = rest.partition(".")
        values: dict[str, Value] = {
            "component": lambda unit: self._component(unit, rest),
            "round": lambda unit: self._rounds.get(rest, {}).get(unit),
            "prior": lambda unit: self._component(unit, self._prior),
            "criterion": lambda unit: self.field.criterion(part, line, unit),
            "item": lambda unit: self.field.item(part, line, unit),
            "entry": lambda unit: self.field.entry_at(part, int(line), unit),
            "votes": lambda unit: self.field.votes(part, line, unit),
            "median": lambda unit: self._recomputed("median").get(unit),
            "untrimmed_mean": lambda unit: self._recomputed("untrimmed_mean").get(unit),
            "drop_recalc": lambda unit: self._recomputed("one_more_dropped").get(unit),
            "lower_spread": lambda unit: _less(spread(self._marks[unit])),
            "fewer_deductions": lambda unit: _less(self._taken(unit)),
            "judge": lambda unit: self._marks[unit].get(rest),
        }
        return values.get(word)

    def _put_at(self, name: str, place: int) -> Key:
        return Key(name, lambda group: _all(group, lambda unit: put_at(self._marks, place).get(unit)))

    @property
    def _prior(self) -> str:
        return next(part.id for part in self.scheme.components if part.source == "prior")

    @cached_property
    def _marks(self) -> dict[str, dict[str, Fraction]]:
        """Each ranked unit's mark by every judge, on the scale of the total: the mean of his sheets for it."""
        full = self.scheme.total.full
        return {
            unit: {judge: share * full for judge, share in self.field.judge_marks(unit).items()} for unit in self.ranked
        }

    def _component(self, unit: str, component: str) -> Fraction | None:
        node = self.field.components(self.units[unit]).get(component)
        if node is None:
            return None
        return -node.value if self.scheme.total.method == "skating" else node.value  # a lower place is better

    @cached_property
    def _rounds(self) -> dict[str, dict[str, Fraction]]:
        """Round -> unit -> its score in that round by itself."""
        found = {one.id: self.field.round_scores(one) for one in self.field.rounds}
        return {name: {unit: total.unrounded.value for unit, total in of.items()} for name, of in found.items()}

    def _recomputed(self, how: How) -> dict[str, Fraction]:
        if how not in self._totals:
            self._totals[how] = self.field.recomputed(how)
        return self._totals[how]

    def _taken(self, unit: str) -> Fraction:
        """The points that deductions take from the unit and from its entries."""
        rounds = [one.id for one in self.field.rounds]
        applied = [one for one in self.decided.of("unit", unit) if one.rule.round is None or one.rule.round in rounds]
        entries = [entry for part in self.field.parts for entry in self.field.entries.get((part.id, unit), [])]
        return taken(applied) + sum(taken(self.decided.of("entry", entry)) for entry in entries)

    def _submitted(self, group: Sequence[str]) -> dict[str, Fraction] | None:
        """Earlier is better. Where some handed in nobody knows when, nothing is said and it stays open."""
        times = self.decided.submissions
        found = {unit: Fraction(-times[unit]) for unit in group if unit in times}
        if 0 < len(found) < len(group):
            missing = ", ".join(unit for unit in group if unit not in times)
            self.open.append(Fault("tie.submission_unknown", {"units": ", ".join(group), "missing": missing}))
        return found if len(found) == len(group) else None

    def _decided_order(self, group: Sequence[str]) -> dict[str, Fraction] | None:
        """The order people decided; half a decision about a group of equals decides nothing and stays open."""
        ties = self.decided.ties
        found = {unit: Fraction(-ties[unit]) for unit in group if unit in ties}
        if len(found) == len(group):
            self.ties_used |= found.keys()
            return found
        if found:
            self.ties_used |= found.keys()
            missing = ", ".join(unit for unit in group if unit not in ties)
            self.open.append(Fault("tie.partly_decided", {"units": ", ".join(group), "missing": missing}))
        return None

    def _draw(self, group: Sequence[str]) -> dict[str, Fraction] | None:
        order = self.drawn_order(group)
        if order is None and not self.decided.withheld:
            self.open.append(Fault("draw.waiting", {"units": ", ".join(group)}))
        return {unit: Fraction(-place) for place, unit in enumerate(order)} if order else None

    def drawn_order(self, group: Sequence[str]) -> list[str] | None:
        """``group`` in drawn order, or None while the public value or the committed secret is wanting."""
        draw, decided = self.scheme.draw, self.decided
        if draw is None or not decided.public or (draw.secret and not (decided.secret and decided.commit)):
            return None
        if draw.method == "rfc3797":
            # One walk over everybody, in the order of the roster: a place in it does not hang on who is equal.
            everybody = list(self.units)
            order = [everybody[number - 1] for number in rfc3797(decided.public, len(everybody), len(everybody))]
            return sorted(group, key=order.index)
        secret = decided.secret if draw.secret else ""
        return drawn("place", seed(secret, decided.public, self.frozen.digest()), group)


def _all(group: Sequence[str], value: Value) -> dict[str, Fraction] | None:
    """The value of every unit of the group; nothing as soon as one has none."""
    found = {unit: of_unit for unit in group if (of_unit := value(unit)) is not None}
    return found if len(found) == len(group) else None


def _less(value: Fraction | None) -> Fraction | None:
    """``value`` turned round, where less is better."""
    return None if value is None else -value
