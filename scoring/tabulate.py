"""The one entry point: a scheme, a roster, the current sheets, prior scores and decisions in; the whole result out.

Pure: no clock, no chance, no locale, and no float in anything that can decide a place. The same input gives the same
bytes on every machine. Nothing is computed from input that contradicts itself: it is refused, every fault at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.blend_notes import blend_notes
from scoring.carry import carried
from scoring.chain import Frozen
from scoring.check import Due, prior_faults, roster_faults, sheet_faults
from scoring.decisions import read_decisions
from scoring.divisions import divisions_apart
from scoring.entries import mark_entries
from scoring.faults import Fault, Refused
from scoring.ledger_check import record_faults
from scoring.marked import Marking
from scoring.numbers import plain, shown, shown_apart
from scoring.prizes import Allotment
from scoring.promises import check_books, check_order
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
    return concluded(mark_entries(scheme, roster, sheets, decided, due), priors, frozen)


def concluded(marking: Marking, priors: Sequence[Prior | Record], frozen: Frozen) -> Tabulation:
    """The result from the scores of all entries on."""
    scheme, roster, decided = marking.scheme, marking.roster, marking.decided
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
    money = Money(allotment.planned, allotment.paid, allotment.vacant, allotment.overrun)
    check_order(ranking.scheme, units)
    check_books(ranking.scheme, money, allotment)
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
    waiting, reached = ranking.waiting, ranking.reached
    last: int | None = None  # the round of the group before: whoever came farther than that has his row already
    rows: list[list[str]] = []
    for group in ranking.groups:
        number = reached[group[0]]
        if number != last:
            rows += [[unit] for unit in waiting if reached[unit] > number]
            waiting, last = [unit for unit in waiting if reached[unit] <= number], number
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
