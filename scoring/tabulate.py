"""The one entry point: a scheme, a roster, the current sheets, prior scores and decisions in; the whole result out.

Pure: no clock, no chance, no locale, and no float in anything that can decide a place. The same input gives the same
bytes on every machine. Nothing is computed from input that contradicts itself: it is refused, every fault at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from scoring.canonical import digest
from scoring.check import Due, prior_faults, roster_faults, sheet_faults
from scoring.decisions import Decided, read_decisions
from scoring.draw import drawn, seed
from scoring.entries import mark_entries
from scoring.faults import Fault, Refused, must
from scoring.numbers import count_of, plain, shown, shown_apart
from scoring.prizes import Allotment, Contender, TierSize, allot, largest_remainder
from scoring.results import Money, Tabulation, UnitResult
from scoring.roster import Decision, Prior, Roster, Sheet
from scoring.scheme import Scheme
from scoring.ties import Comparison, Key, head_to_head, split
from scoring.units import Field, Total, missing_components
from scoring.working import Node

ENGINE = "fieldmark/1"


def tabulate(
    scheme: Scheme,
    roster: Roster,
    sheets: Sequence[Sheet],
    priors: Sequence[Prior] = (),
    decisions: Sequence[Decision] = (),
) -> Tabulation:
    """The result of a contest. Raises Refused with every fault of the input.

    What is missing is not a fault: it is listed in ``Tabulation.open``, and what can be computed is.
    """
    faults = contradictions(scheme, roster, sheets, priors, decisions)
    if faults:
        raise Refused(faults)
    decided, _ = read_decisions(scheme, roster, decisions)
    due = Due(scheme, roster, decided.absent)
    marking = mark_entries(scheme, roster, sheets, decided, due)
    field = Field(marking, tuple(priors))
    parts = {unit.id: field.components(unit) for unit in roster.units}
    totals = field.totals(parts)
    for unit in roster.units:
        marking.open += missing_components(field, unit, parts[unit.id])
    frozen = _Frozen(scheme, roster, sheets, priors, decisions)
    ranking = _Ranking(field, decided, totals, frozen)
    ranking.order()
    allotment = ranking.prizes()
    marking.open += ranking.open
    units = _unit_results(ranking, parts, totals, allotment)
    _check_order(scheme, units)
    money = Money(allotment.planned, allotment.paid, allotment.vacant, allotment.overrun)
    if allotment.overrun > decided.overrun:
        above = plain(Fraction(allotment.overrun - decided.overrun, 100))
        marking.open.append(Fault("money.overrun", {"yuan": above}))
    for unit in roster.units:
        for part in scheme.components:
            node = parts[unit.id][part.id]
            if node is not None and node.op == "constant":
                params: dict[str, str | int] = {"unit": unit.id, "component": part.id, "value": plain(node.value)}
                marking.notes.append(Fault("note.prior_substituted", params))
    for name in decided.awards:
        # Leaders decide at a boundary between equals; anywhere else the scheme has decided already.
        if name not in allotment.decided:
            marking.notes.append(Fault("note.award_unused", {"unit": name}))
    for name in decided.ties.keys() - ranking.ties_used:
        marking.notes.append(Fault("note.tie_unused", {"unit": name}))
    for part in scheme.components:
        if part.scale in ("minmax", "z", "rank"):
            marking.notes.append(Fault("note.field_scale", {"component": part.id}))
    return Tabulation(
        scheme_digest=scheme.digest,
        engine=ENGINE,
        units=tuple(units),
        entries=marking.results,
        money=money,
        open=tuple(marking.open),
        notes=tuple(marking.notes),
        effective_weights=field.effective,
        severities=marking.severity,
    )


def contradictions(
    scheme: Scheme,
    roster: Roster,
    sheets: Sequence[Sheet],
    priors: Sequence[Prior] = (),
    decisions: Sequence[Decision] = (),
) -> list[Fault]:
    """Every fault of the input, with the record it stands in; nothing is computed while there is one."""
    decided, trouble = read_decisions(scheme, roster, decisions)
    due = Due(scheme, roster, decided.absent)
    known = {(prior.component, prior.unit) for prior in priors}
    return [
        *roster_faults(scheme, roster),
        *sheet_faults(scheme, roster, sheets, due, decided.void),
        *prior_faults(scheme, roster, priors),
        *trouble,
        *(
            Fault("decision.prior_known", {"unit": decision.subject, "component": decision.rule}, ("decisions", index))
            for index, decision in enumerate(decisions)
            if decision.kind == "prior" and (decision.rule, decision.subject) in known
        ),
    ]


class _Frozen:
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


class _Ranking:
    """The order of the units and who is rewarded."""

    def __init__(self, field: Field, decided: Decided, totals: dict[str, Total], frozen: _Frozen) -> None:
        self.field = field
        self.scheme = field.scheme
        self.decided = decided
        self.frozen = frozen
        self.units = {unit.id: unit for unit in field.marking.roster.units}
        self.values = {unit: self._rank_value(total) for unit, total in totals.items()}
        self.vetoes = {unit: decided.vetoes.get(("unit", unit), []) for unit in self.units}
        self.groups: list[list[str]] = []
        self.seen: dict[str, list[Comparison]] = {}
        self.open: list[Fault] = []
        self.ties_used: set[str] = set()

    def _rank_value(self, total: Total) -> Fraction:
        """The value that ``rank_on`` names: exact, after the stage of the blend, or after the last stage."""
        after = (self.scheme.total.rank_on or "exact").split("@")[0]
        return {"exact": total.unrounded, "blend": total.blended, "adjust": total.published}[after].value

    def has(self, unit: str, effect: str) -> str:
        """The id of the unit's veto with this effect, or nothing."""
        if effect == "exclude" and (entry_veto := self.field.all_excluded(self.units[unit])):
            return entry_veto
        return next((veto.id for veto in self.vetoes[unit] if veto.effect == effect), "")

    def order(self) -> None:
        """Groups of equals, best first: by value, then by the chain of keys; those ranked last by veto after all."""
        ranked = [unit for unit in self.units if unit in self.values and not self.has(unit, "exclude")]
        keys = [(name, self._key(name)) for name in self.scheme.ties]
        for last in (False, True):
            values: dict[Fraction, list[str]] = {}
            for unit in ranked:
                if bool(self.has(unit, "rank_last")) == last:
                    values.setdefault(self.values[unit], []).append(unit)
            for value in sorted(values, reverse=True):
                self.groups += split(values[value], keys, self.seen)

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
        order = self._drawn(group)
        if order is None:
            self.open.append(Fault("draw.waiting", {"units": ", ".join(group)}))
        return {unit: Fraction(-place) for place, unit in enumerate(order)} if order else None

    def _drawn(self, group: Sequence[str]) -> list[str] | None:
        """``group`` in drawn order, or None while the public value or the committed secret is wanting."""
        draw, decided = self.scheme.draw, self.decided
        if draw is None or not decided.public or (draw.secret and not (decided.secret and decided.commit)):
            return None
        secret = decided.secret if draw.secret else ""
        return drawn("place", seed(secret, decided.public, self.frozen.digest()), group)

    def prizes(self) -> Allotment:
        """The tiers and the money."""
        scheme, prizes = self.scheme, self.scheme.prizes
        contenders = [[self._contender(unit) for unit in group] for group in self.groups]
        if prizes.boundary == "hort":
            contenders = [self._in_drawn_order(group) for group in contenders]
        ranked = sum(len(group) for group in self.groups)
        sizes = [
            TierSize(
                tier.id,
                tier.quota if tier.share is None else count_of(tier.share, ranked, prizes.share_count),
                tier.yuan,
            )
            for tier in prizes.tiers
        ]
        first = [division.id for division in scheme.divisions] if prizes.first_of_each_division else []
        if prizes.quota_by == "division":
            result = self._by_division(contenders, sizes)
        else:
            result = allot(contenders, sizes, prizes.boundary, prizes.below_minimum, first)
        for group in result.open:
            by_draw = prizes.boundary == "hort"
            self.open.append(Fault("draw.waiting" if by_draw else "boundary.undecided", {"units": ", ".join(group)}))
        return result

    def _contender(self, unit: str) -> Contender:
        tiers = self.scheme.prizes.tiers
        value = self.values[unit]
        best = next((i for i, tier in enumerate(tiers) if tier.minimum is None or value >= tier.minimum), len(tiers))
        for veto in self.vetoes[unit]:
            if veto.effect == "cap_tier":
                best = max(best, next(i for i, tier in enumerate(tiers) if tier.id == veto.tier))
        return Contender(
            unit,
            best,
            self.units[unit].division,
            withheld=self.provisional(unit),
            unpaid=bool(self.has(unit, "no_money")),
            decided=self.decided.awards.get(unit),
        )

    def provisional(self, unit: str) -> bool:
        """Whether any entry of the unit was marked by fewer judges than the scheme asks for."""
        results = self.field.marking.results.values()
        return any(result.provisional for result in results if result.entry.unit == unit)

    def _in_drawn_order(self, group: list[Contender]) -> list[Contender]:
        if len(group) == 1:
            return group
        by_unit = {contender.unit: contender for contender in group}
        order = self._drawn(list(by_unit))
        if order is None:
            return [replace(contender, drawn=False) for contender in group]
        return [by_unit[unit] for unit in order]

    def _by_division(self, groups: list[list[Contender]], sizes: list[TierSize]) -> Allotment:
        """Each division by itself, with its proportional part of every quota."""
        divisions = [division.id for division in self.scheme.divisions]
        members = [sum(c.division == division for group in groups for c in group) for division in divisions]
        quotas = [
            [None] * len(divisions) if size.quota is None else largest_remainder(size.quota, members) for size in sizes
        ]
        whole = Allotment()
        for place, division in enumerate(divisions):
            inside = [own for group in groups if (own := [c for c in group if c.division == division])]
            own_sizes = [TierSize(size.id, quotas[i][place], size.fen) for i, size in enumerate(sizes)]
            part = allot(inside, own_sizes, self.scheme.prizes.boundary, self.scheme.prizes.below_minimum)
            whole.awards |= part.awards
            whole.planned += part.planned
            whole.overrun += part.overrun
            whole.vacant += part.vacant
            whole.open += part.open
            whole.decided |= part.decided
        return whole


def _unit_results(
    ranking: _Ranking, parts: dict[str, dict[str, Node | None]], totals: dict[str, Total], allotment: Allotment
) -> list[UnitResult]:
    """Units in the order of the ranking; the excluded and those without a score after them, in roster order."""
    printing = (ranking.scheme.total.decimals, ranking.scheme.total.mode)
    order = [unit for group in ranking.groups for unit in group]
    printed = _printed(ranking, totals, order)
    results = []
    place = 1
    groups = [*ranking.groups, *[[unit] for unit in ranking.units if unit not in printed]]
    for number, group in enumerate(groups, 1):
        for unit in group:
            total = totals.get(unit)
            value = ranking.values.get(unit)
            ranked = unit in printed
            results.append(
                UnitResult(
                    unit=ranking.units[unit],
                    components=parts[unit],
                    score=total.published.value if total else None,
                    rank_value=value,
                    shown=printed[unit] if ranked else shown(total.published.value, *printing) if total else "",
                    place=place if ranked else None,
                    place_shown=_place_shown(ranking.scheme, place, number, len(group)) if ranked else "",
                    sharing=len(group),
                    award=allotment.awards.get(unit),
                    provisional=ranking.provisional(unit),
                    excluded=ranking.has(unit, "exclude"),
                    vetoes=tuple(veto.id for veto in ranking.vetoes[unit]),
                    comparisons=tuple(ranking.seen.get(unit, ())),
                    working=total.published if total else None,
                )
            )
        place += len(group)
    return results


def _place_shown(scheme: Scheme, place: int, number: int, sharing: int) -> str:
    """The place of a group of ``sharing`` equals: ``place`` - 1 units are above it, ``number`` - 1 groups."""
    match scheme.total.places:
        case "1224":
            return str(place)
        case "1334":
            return str(place + sharing - 1)
        case "1223":
            return str(number)
        case "average":
            return plain(place + Fraction(sharing - 1, 2))


def _printed(ranking: _Ranking, totals: dict[str, Total], order: Sequence[str]) -> dict[str, str]:
    """The printed score of every ranked unit. Unequal neighbours never look alike.

    Where the scheme rounds the total but ranks on what was before, the published score is printed, and behind it the
    value that decided wherever two would look alike.
    """
    total_rule = ranking.scheme.total
    deciding = shown_apart([ranking.values[unit] for unit in order], total_rule.decimals, total_rule.mode)
    if all(totals[unit].published.value == ranking.values[unit] for unit in order):
        return dict(zip(order, deciding, strict=True))
    plainly = [shown(totals[unit].published.value, total_rule.decimals, total_rule.mode) for unit in order]
    printed = {}
    for i, unit in enumerate(order):
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(order)]
        alike = any(plainly[j] == plainly[i] and ranking.values[order[j]] != ranking.values[unit] for j in beside)
        printed[unit] = f"{plainly[i]} ({deciding[i]})" if alike else plainly[i]
    return printed


def _check_order(scheme: Scheme, units: Sequence[UnitResult]) -> None:
    """What must hold whatever the scheme says."""
    ranked = [unit for unit in units if unit.place is not None]
    last = {veto.id for veto in scheme.vetoes if veto.effect == "rank_last"}
    for higher, lower in pairwise(ranked):
        must(hold=(higher.place or 0) <= (lower.place or 0), promise="places rise")
        in_order = (higher.rank_value or 0) >= (lower.rank_value or 0) or not last.isdisjoint(lower.vetoes)
        must(hold=in_order, promise="nobody stands above a higher score")
    must(hold=not any(unit.award for unit in units if unit.excluded), promise="who is excluded wins nothing")
    if scheme.prizes.first_of_each_division and scheme.prizes.boundary != "decision":
        _check_division_winners(scheme, ranked)
    if scheme.prizes.first_of_each_division or scheme.prizes.quota_by == "division":
        return
    tiers = {tier.id: i for i, tier in enumerate(scheme.prizes.tiers)}
    fair = [(unit, unit.award) for unit in ranked if unit.award and not unit.vetoes and not unit.provisional]
    if scheme.prizes.boundary == "decision":
        fair = [(unit, award) for unit, award in fair if award.tiers]
    for (higher, above), (lower, below) in pairwise(fair):
        if higher.place == lower.place:
            level = scheme.prizes.boundary in ("hort", "decision") or abs(above.fen - below.fen) <= 1
            must(hold=level, promise="equals are paid alike, up to one fen")
            continue
        places = [min((tiers[name] for name in award.tiers), default=len(tiers)) for award in (above, below)]
        must(hold=places[0] <= places[1], promise="a higher score has no lower tier")
        # A recorded decision may name any amounts; every other rule pays a higher score at least as much.
        decided = scheme.prizes.boundary == "decision"
        must(hold=decided or above.fen >= below.fen, promise="a higher score is not paid less")


def _check_division_winners(scheme: Scheme, ranked: Sequence[UnitResult]) -> None:
    first = scheme.prizes.tiers[0].id
    for unit in ranked:
        if unit.award and first in unit.award.tiers:
            rivals = [other for other in ranked if other.unit.division == unit.unit.division and not other.vetoes]
            best = max((other.rank_value or 0 for other in rivals), default=0)
            must(hold=(unit.rank_value or 0) >= best, promise="a division's first is the best of his division")
