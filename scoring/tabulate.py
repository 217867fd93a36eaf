"""The one entry point: a scheme, a roster, the current sheets, prior scores and decisions in; the whole result out.

Pure: no clock, no chance, no locale, and no float in anything that can decide a place. The same input gives the same
bytes on every machine. Nothing is computed from input that contradicts itself: it is refused, every fault at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from scoring.blend_notes import blend_notes
from scoring.carry import carried
from scoring.chain import Frozen
from scoring.check import Due, prior_faults, roster_faults, sheet_faults
from scoring.decisions import read_decisions
from scoring.divisions import divisions_apart
from scoring.entries import mark_entries
from scoring.faults import Fault, Refused, must
from scoring.ledger_check import record_faults
from scoring.marked import Marking
from scoring.numbers import plain, shown, shown_apart
from scoring.prizes import Allotment
from scoring.ranking import Ranking
from scoring.results import Money, Tabulation, UnitResult
from scoring.rewards import rewards
from scoring.roster import Decision, Prior, Record, Roster, Sheet
from scoring.round_check import group_faults, strangers
from scoring.standings import NOWHERE, leave_idle, run
from scoring.units import Total, missing_components, read_ledgers
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Scheme

ENGINE = "fieldmark/1"


def tabulate(
    scheme: Scheme,
    roster: Roster,
    sheets: Sequence[Sheet],
    priors: Sequence[Prior | Record] = (),
    decisions: Sequence[Decision] = (),
) -> Tabulation:
    """The result of a contest. Raises Refused with every fault of the input.

    What is missing is not a fault: it is listed in ``Tabulation.open``, and what can be computed is.
    """
    faults = contradictions(scheme, roster, sheets, priors, decisions)
    if faults:
        raise Refused(faults)
    result = computed(scheme, roster, sheets, priors, decisions, Frozen(scheme, roster, sheets, priors, decisions))
    # Only the standings of a round tell who may be marked in the next.
    decided, _ = read_decisions(scheme, roster, decisions)
    if scheme.rounds and (faults := strangers(scheme, roster, result, sheets, decided)):
        raise Refused(faults)
    return result


def computed(
    scheme: Scheme,
    roster: Roster,
    sheets: Sequence[Sheet],
    priors: Sequence[Prior | Record],
    decisions: Sequence[Decision],
    frozen: Frozen,
) -> Tabulation:
    """The result of input that contradicts nothing. ``frozen`` is what a draw is drawn from."""
    decided, _ = read_decisions(scheme, roster, decisions)
    due = Due(scheme, roster, decided.absent)
    marking = mark_entries(scheme, roster, sheets, decided, due)
    course = run(marking, priors, frozen)
    leave_idle(marking, course)
    parts = course.parts
    totals = {unit.id: total for unit in roster.units if (total := course.total(unit.id))}
    for unit in roster.units:
        number = course.reached[unit.id]
        if number != NOWHERE:
            marking.open += missing_components(course.fields[number], unit, parts[unit.id])
    marking.open += course.open
    marking.notes += course.notes
    ranking = Ranking(course.fields, decided, totals, course.reached, frozen)
    ranking.order()
    allotment = rewards(ranking)
    marking.open += [fault for chain in ranking.chains for fault in chain.open]
    units = _unit_results(ranking, parts, totals, allotment)
    units = [replace(unit, status=course.status(unit.unit.id)) for unit in units] if course.rounds else units
    _check_order(ranking.scheme, units)
    money = Money(allotment.planned, allotment.paid, allotment.vacant, allotment.overrun)
    if allotment.overrun > decided.overrun:
        above = plain(Fraction(allotment.overrun - decided.overrun, 100))
        marking.open.append(Fault("money.overrun", {"yuan": above}))
    marking.notes += blend_notes(course.fields[-1], parts, totals)
    marking.notes += _unused(ranking, allotment)
    marking.notes += _untimed(marking)
    marking.notes += divisions_apart(marking)
    if decided.withheld:
        marking.notes.append(Fault("note.secret_withheld"))
    return Tabulation(
        scheme_digest=scheme.digest,
        engine=ENGINE,
        units=tuple(units),
        entries=marking.results,
        money=money,
        open=tuple(marking.open),
        notes=tuple(marking.notes),
        effective_weights=course.fields[-1].effective,
        severities=marking.severity,
        carried=carried(scheme, units),
        rounds=tuple(course.rounds),
    )


def _unused(ranking: Ranking, allotment: Allotment) -> Iterator[Fault]:
    """Decisions that decide nothing."""
    for name in ranking.decided.awards:
        # Leaders decide at a boundary between equals; anywhere else the scheme has decided already.
        if name not in allotment.decided:
            yield Fault("note.award_unused", {"unit": name})
    used = {name for chain in ranking.chains for name in chain.ties_used}
    for name in ranking.decided.ties:
        if name not in used:
            yield Fault("note.tie_unused", {"unit": name})


def _untimed(marking: Marking) -> Iterator[Fault]:
    """Marked entries of which nobody knows when they were handed in, where deadlines count."""
    for marked in marking.marked.values():
        if marked.part.unit.deadlines and marked.judges and not marked.entry.submitted:
            yield Fault("note.submitted_unknown", {"entry": marked.entry.id})


def contradictions(
    scheme: Scheme,
    roster: Roster,
    sheets: Sequence[Sheet],
    priors: Sequence[Prior | Record] = (),
    decisions: Sequence[Decision] = (),
) -> list[Fault]:
    """Every fault of the input, with the record it stands in; nothing is computed while there is one."""
    decided, trouble = read_decisions(scheme, roster, decisions)
    due = Due(scheme, roster, decided.absent)
    of_records = list(record_faults(scheme, roster, priors))
    known = {(prior.component, prior.unit) for prior in priors if isinstance(prior, Prior)}
    if not of_records and any(decision.kind == "prior" for decision in decisions):
        known |= {place for place, account in read_ledgers(scheme, roster, priors).items() if account.node}
    return [
        *roster_faults(scheme, roster),
        *group_faults(scheme, roster),
        *sheet_faults(scheme, roster, sheets, due, decided.void),
        *prior_faults(scheme, roster, priors),
        *of_records,
        *trouble,
        *(
            Fault("decision.prior_known", {"unit": decision.subject, "component": decision.rule}, ("decisions", index))
            for index, decision in enumerate(decisions)
            if decision.kind == "prior" and (decision.rule, decision.subject) in known
        ),
    ]


def _unit_results(
    ranking: Ranking, parts: dict[str, dict[str, Node | None]], totals: dict[str, Total], allotment: Allotment
) -> list[UnitResult]:
    """Units in the order of the ranking; the excluded and those without a score after them, in roster order.

    Whoever came to a later round and has no score of it yet stands above those who stopped before.
    """
    printing = (ranking.scheme.total.decimals, ranking.scheme.total.mode)
    order = [unit for group in ranking.groups for unit in group]
    printed = _printed(ranking, totals, order)
    rounds = ranking.scheme.rounds
    results = []
    place = 1
    for number, group in enumerate(_rows(ranking), 1):
        above = ranking.farther(ranking.reached[group[0]]) if rounds else 0
        for unit in group:
            total = totals.get(unit)
            value = ranking.values.get(unit)
            ranked = unit in printed
            reached = ranking.reached[unit]
            results.append(
                UnitResult(
                    unit=ranking.units[unit],
                    components=parts[unit],
                    score=total.published.value if total else None,
                    rank_value=value,
                    shown=printed[unit] if ranked else shown(total.published.value, *printing) if total else "",
                    place=place + above if ranked else None,
                    place_shown=_place_shown(ranking.scheme, place + above, number, len(group)) if ranked else "",
                    sharing=len(group),
                    award=allotment.awards.get(unit),
                    provisional=ranking.provisional(unit),
                    excluded=ranking.has(unit, "exclude"),
                    vetoes=tuple(veto.id for veto in ranking.vetoes[unit]),
                    comparisons=tuple(ranking.seen.get(unit, ())),
                    working=total.published if total else None,
                    round=rounds[reached].id if rounds and reached != NOWHERE else "",
                    withdrew=ranking.decided.withdrawals.get(unit, ""),
                )
            )
        place += len(group) if group[0] in printed else 0
    return results


def _rows(ranking: Ranking) -> list[list[str]]:
    """The groups of equals, and everybody without a place by himself: where he came farthest, else at the end."""
    waiting = ranking.waiting
    rows: list[list[str]] = []
    for group in ranking.groups:
        farther = [unit for unit in waiting if ranking.reached[unit] > ranking.reached[group[0]]]
        rows += [[unit] for unit in farther]
        waiting = [unit for unit in waiting if unit not in farther]
        rows.append(group)
    told = {unit for group in rows for unit in group}
    return rows + [[unit] for unit in ranking.units if unit not in told]


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


def _printed(ranking: Ranking, totals: dict[str, Total], order: Sequence[str]) -> dict[str, str]:
    """The printed score of every ranked unit. Unequal neighbours never look alike.

    Where the scheme rounds the total but ranks on what was before, the published score is printed, and behind it the
    value that decided wherever two would look alike.
    """
    total_rule = ranking.scheme.total
    if ranking.final:
        return {unit: plain(totals[unit].published.value) for unit in order}  # places are whole or halves
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
        came = [next((i for i, one in enumerate(scheme.rounds) if one.id == unit.round), 0) for unit in (higher, lower)]
        in_order = (came[0], higher.rank_value or 0) >= (came[1], lower.rank_value or 0)
        in_order = in_order or not last.isdisjoint(lower.vetoes)
        must(hold=in_order, promise="nobody stands above a higher score of the same round, nor of a later one")
    must(hold=not any(unit.award for unit in units if unit.excluded), promise="who is excluded wins nothing")
    if scheme.prizes.first_of_each_division and scheme.prizes.boundary != "decision":
        _check_division_winners(scheme, ranked)
    if scheme.prizes.first_of_each_division or scheme.prizes.quota_by == "division":
        return
    tiers = {tier.id: i for i, tier in enumerate(scheme.prizes.tiers)}
    fair = [(unit, unit.award) for unit in ranked if unit.award and not unit.vetoes and not unit.provisional]
    if scheme.prizes.boundary in ("decision", "hort"):  # who waits for people or for the draw has no tier yet
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
            rivals = [
                other
                for other in ranked
                if (other.unit.division, other.round) == (unit.unit.division, unit.round) and not other.vetoes
            ]
            best = max((other.rank_value or 0 for other in rivals), default=0)
            must(hold=(unit.rank_value or 0) >= best, promise="a division's first is the best of his division")
