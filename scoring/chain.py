"""What each key of the scheme's chain says about a group of equals. Source: docs/scoring.md, "Ties"."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from scoring.canonical import digest
from scoring.decisions import Decided
from scoring.draw import drawn, seed
from scoring.faults import Fault
from scoring.roster import Decision, Prior, Roster, Sheet
from scoring.scheme import Scheme
from scoring.ties import Key, head_to_head
from scoring.units import Field


class Frozen:
    """The digest of everything before the draw, made only where a draw is needed."""

    def __init__(
        self,
        scheme: Scheme,
        roster: Roster,
        sheets: Sequence[Sheet],
        priors: Sequence[Prior],
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
                "priors": sorted(priors, key=lambda prior: (prior.component, prior.unit)),
                # What may be decided after the draw does not belong to what it was drawn from.
                "decisions": [d for d in decisions if d.kind not in ("public", "secret", "award", "overrun")],
            }
        )


class Chain:
    """The keys in their order; ``open`` and ``ties_used`` fill while they are asked."""

    def __init__(self, field: Field, decided: Decided, frozen: Frozen) -> None:
        self.field = field
        self.scheme = field.scheme
        self.decided = decided
        self.frozen = frozen
        self.units = {unit.id: unit for unit in field.marking.roster.units}
        self.open: list[Fault] = []
        self.ties_used: set[str] = set()

    def keys(self) -> list[tuple[str, Key]]:
        """Every key with its name."""
        return [(name, self._key(name)) for name in self.scheme.ties]

    def _key(self, name: str) -> Key:
        """What a key of the chain says about a group: more is better; None where it cannot say of all."""
        word, _, rest = name.partition(":")
        match word:
            case "component":
                return lambda group: self._all(group, lambda unit: self._component(unit, rest))
            case "prior":
                prior = next(part.id for part in self.scheme.components if part.source == "prior")
                return lambda group: self._all(group, lambda unit: self._component(unit, prior))
            case "criterion":
                component, _, criterion = rest.partition(".")
                return lambda group: self._all(group, lambda unit: self.field.criterion(component, criterion, unit))
            case "median":
                return lambda group: self._all(group, self.field.recomputed("median").get)
            case "untrimmed_mean":
                return lambda group: self._all(group, self.field.recomputed("untrimmed_mean").get)
            case "head_to_head":
                return lambda group: head_to_head({unit: self.field.judge_marks(unit) for unit in group}, group)
            case "decision":
                return self._decided_order
            case "draw":
                return self._draw
        raise AssertionError(name)

    def _component(self, unit: str, component: str) -> Fraction | None:
        node = self.field.components(self.units[unit])[component]
        return node.value if node else None

    @staticmethod
    def _all(group: Sequence[str], value: Callable[[str], Fraction | None]) -> dict[str, Fraction] | None:
        found = {unit: of_unit for unit in group if (of_unit := value(unit)) is not None}
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
        if order is None:
            self.open.append(Fault("draw.waiting", {"units": ", ".join(group)}))
        return {unit: Fraction(-place) for place, unit in enumerate(order)} if order else None

    def drawn_order(self, group: Sequence[str]) -> list[str] | None:
        """``group`` in drawn order, or None while the public value or the committed secret is wanting."""
        draw, decided = self.scheme.draw, self.decided
        if draw is None or not decided.public or (draw.secret and not (decided.secret and decided.commit)):
            return None
        secret = decided.secret if draw.secret else ""
        return drawn("place", seed(secret, decided.public, self.frozen.digest()), group)
