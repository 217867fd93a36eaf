"""A tabulation as rows for a terminal and as JSON for other programs.

Reads a result. Writes nothing. Exact numbers leave as text (``"9266/100"`` or ``"92.66"``), never as floats.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.i18n import Language
from app.pages import yuan
from app.results.ledger_words import account_lines, kept_ledger
from app.results.round_words import last_round, way
from app.results.rule_words import tie_word, word
from app.results.wording import Named, figure, lines
from scoring.faults import Fault
from scoring.numbers import plain
from scoring.prizes import Award
from scoring.results import EntryResult, RoundResult, Tabulation, UnitResult
from scoring.scheme import Scheme
from scoring.ties import Comparison
from scoring.working import Node


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranking as text: ``heading``, and a row per unit; ``numbers`` are the columns to align right."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


def ranking(scheme: Scheme, tabulation: Tabulation, language: Language) -> Ranking:
    """The ranking as it is printed."""
    say = language.gettext
    several = scheme.components if len(scheme.components) > 1 else ()
    rounds = [say("Round")] if scheme.rounds else []
    heading = [say("Place"), say("Unit"), *rounds, *(word(part.name, language) for part in several), say("Score")]
    first = 2 + len(rounds)
    numbers = [0, *range(first, first + 1 + len(several))]
    prized = bool(scheme.prizes.tiers)
    paid = any(tier.yuan for tier in scheme.prizes.tiers)
    heading += [say("Prize")] if prized else []
    heading += [say("Yuan")] if paid else []
    numbers += [len(heading) - 1] if paid else []
    rows = []
    for unit in tabulation.units:
        nodes = [unit.components[part.id] for part in several]
        named = [unit.unit.name or unit.unit.id, *(f"[{name}]" for name in vetoes(scheme, unit, language))]
        row = [place(unit, language), " ".join(named)]
        row += [last_round(scheme, tabulation, unit, language)] if scheme.rounds else []
        row += [*(_value(node) for node in nodes), unit.shown]
        row += [prize(scheme, unit, language)] if prized else []
        row += [yuan(unit.award.fen) if unit.award else ""] if paid else []
        rows.append(tuple(row))
    return Ranking(tuple(heading), tuple(rows), tuple(numbers))


def place(unit: UnitResult, language: Language) -> str:
    """The place, with the sign of a tie; a word where there is none."""
    if unit.excluded:
        return language.gettext("excluded")
    if unit.place is None:
        return "—"
    return f"{unit.place_shown}=" if unit.sharing > 1 else unit.place_shown


def prize(scheme: Scheme, unit: UnitResult, language: Language) -> str:
    """The names of the unit's tiers; more than one where places were pooled."""
    tiers = unit.award.tiers if unit.award else ()
    return " = ".join(word(tier.name, language) for tier in scheme.prizes.tiers if tier.id in tiers)


def _value(node: Node | None) -> str:
    return figure(node.value) if node else "—"


def explanation(
    scheme: Scheme, tabulation: Tabulation, unit: UnitResult, names: Named, language: Language
) -> Iterator[str]:
    """Everything behind one unit's score, line by line: the total, its components, its entries, what broke a tie."""
    say = language.gettext
    yield headline(unit, language)
    yield from (f"  {line}" for line in outcome(scheme, unit, names, language))
    yield from (f"  {line}" for line in way(scheme, tabulation, unit, language))
    if total_apart(scheme, unit) and unit.working:
        yield f"  {say('Score')}"
        yield from (f"    {line}" for line in lines(unit.working, language, names))
    for part in scheme.components:
        node = unit.components[part.id]
        yield f"  {word(part.name, language)}"
        if node is None:
            yield "    —"
            continue
        told = account_lines(node, language, names) if kept_ledger(part, node) else lines(node, language, names)
        yield from (f"    {line}" for line in told)
        entries = [e for e in tabulation.entries.values() if e.entry.unit == unit.unit.id]
        for entry in (entry for entry in entries if entry.entry.component == part.id):
            yield from (f"      {line}" for line in _panel_lines(entry, language, names))
    for comparison in unit.comparisons:
        yield f"  {_compared(scheme, comparison, names, language)}"


def headline(unit: UnitResult, language: Language) -> str:
    say, name = language.gettext, unit.unit.name or unit.unit.id
    if unit.score is None:
        return say("{unit}: no score yet", unit=name)
    if unit.place is None:
        return say("{unit}: score {score}, not ranked", unit=name, score=unit.shown)
    if unit.sharing > 1:
        return say(
            "{unit}: score {score}, place {place}, shared by {n}",
            unit=name, score=unit.shown, place=unit.place_shown, n=unit.sharing,
        )  # fmt: skip
    return say("{unit}: score {score}, place {place}", unit=name, score=unit.shown, place=unit.place_shown)


def outcome(scheme: Scheme, unit: UnitResult, names: Named, language: Language) -> Iterator[str]:
    """The prize, and every veto with its reason."""
    say = language.gettext
    won = prize(scheme, unit, language)
    if won and unit.award and unit.award.fen:
        yield say("Prize: {prize}, {yuan} yuan", prize=won, yuan=yuan(unit.award.fen))
    elif won:
        yield say("Prize: {prize}", prize=won)
    for name in vetoes(scheme, unit, language):
        yield say("Veto: {name}", name=name)
    for decision in names.decisions:
        if decision.kind == "veto" and decision.subject == unit.unit.id and (decision.reason or decision.document):
            yield "  " + language.gettext(", ").join(text for text in (decision.reason, decision.document) if text)


def vetoes(scheme: Scheme, unit: UnitResult, language: Language) -> list[str]:
    """The names of the vetoes a unit was given, or by which it has no entry left."""
    given = dict.fromkeys((*unit.vetoes, *([unit.excluded] if unit.excluded else [])))
    return [word(veto.name, language) for veto in scheme.vetoes if veto.id in given]


def total_apart(scheme: Scheme, unit: UnitResult) -> bool:
    """Whether the total is more than its only component: several components, another scale, an adjustment."""
    if len(scheme.components) > 1:
        return True
    (part,) = scheme.components
    return unit.working is not unit.components[part.id]


def _panel_lines(entry: EntryResult, language: Language, names: Named) -> Iterator[str]:
    """Who did not mark an entry, and why: beside the working, so that nobody has to ask."""
    words = {
        "recused": language.gettext("recused"),
        "absent": language.gettext("absent"),
        "void": language.gettext("does not count"),
        "missing": language.gettext("not handed in"),
        "incomplete": language.gettext("incomplete"),
    }
    said = []
    for field, label in words.items():
        judges: tuple[str, ...] = getattr(entry, field)
        if judges:
            said.append(f"{label} {language.gettext(', ').join(names.judges.get(judge, judge) for judge in judges)}")
    if said:
        title = names.entries.get(entry.entry.id, entry.entry.id)
        yield language.gettext("{name}: ", name=title) + language.gettext("; ").join(said)


def _compared(scheme: Scheme, comparison: Comparison, names: Named, language: Language) -> str:
    key = tie_word(scheme, comparison.key, language)
    if comparison.values is None:
        return language.gettext("Equal scores; {key}: not known", key=key)
    if not comparison.separates:
        return language.gettext("Equal scores; {key}: also equal", key=key)
    if comparison.key == "earlier_submission":
        return language.gettext("Equal scores; {key}: separates them", key=key)
    told = language.gettext(", ").join(
        f"{names.units.get(unit, unit)} {figure(abs(value))}" for unit, value in comparison.values.items()
    )
    return language.gettext("Equal scores; {key}: {values}", key=key, values=told)


def as_json(scheme: Scheme, tabulation: Tabulation, language: Language) -> dict[str, object]:
    """The whole result for other programs; the same for the same input, except for the language of its sentences."""
    return {
        "format": "tabulation/1",
        "scheme": scheme.id,
        "scheme_digest": tabulation.scheme_digest,
        "engine": tabulation.engine,
        "final": tabulation.final,
        "units": [_unit(unit) for unit in tabulation.units],
        "entries": [_entry(entry) for entry in tabulation.entries.values()],
        "rounds": [_round(one) for one in tabulation.rounds],
        "severities": {
            part: {judge: plain(value) for judge, value in found.items()}
            for part, found in tabulation.severities.items()
        },
        # Each component's part of the spread of the scores, in per cent: information, and no score hangs on it.
        "effective_weights": {part: f"{100 * share:.1f}" for part, share in tabulation.effective_weights.items()},
        "carried": [
            {"appraisal": one.appraisal, "unit": one.unit, "exact": _exact(one.exact), "rounded": _exact(one.rounded)}
            | {"value": _exact(one.value)}
            for one in tabulation.carried
        ],
        "money": {
            "planned_fen": tabulation.money.planned,
            "paid_fen": tabulation.money.paid,
            "vacant_fen": tabulation.money.vacant,
            "overrun_fen": tabulation.money.overrun,
        },
        "open": [_fault(fault, language) for fault in tabulation.open],
        "notes": [_fault(fault, language) for fault in tabulation.notes],
    }


def _unit(unit: UnitResult) -> dict[str, object]:
    award = unit.award or Award((), 0)
    return {
        "id": unit.unit.id,
        "name": unit.unit.name,
        "division": unit.unit.division,
        "place": unit.place,
        "place_shown": unit.place_shown,
        "sharing": unit.sharing,
        "score": _exact(unit.score),
        "rank_value": _exact(unit.rank_value),
        "shown": unit.shown,
        "tiers": list(award.tiers),
        "fen": award.fen,
        "provisional": unit.provisional,
        "excluded": unit.excluded,
        "vetoes": list(unit.vetoes),
        "round": unit.round,
        "status": unit.status or "",
        "withdrew": unit.withdrew,
        "components": {name: plain(node.value) if node else None for name, node in unit.components.items()},
        "comparisons": [
            {"key": c.key, "values": {u: plain(v) for u, v in c.values.items()} if c.values is not None else None}
            for c in unit.comparisons
        ],
        "working": _node(unit.working),
    }


def _round(found: RoundResult) -> dict[str, object]:
    return {
        "id": found.id,
        "standings": [
            {
                "unit": one.unit.id,
                "status": one.status,
                "place": one.place,
                "sharing": one.sharing,
                "pool": one.pool,
                "score": _exact(one.score),
                "rank_value": _exact(one.rank_value),
                "reserve": one.reserve,
                "replaced_by": one.replaced_by,
                "replaces": one.replaces,
                "admitted": one.admitted,
                "working": _node(one.working),
            }
            for one in found.standings
        ],
    }


def _entry(result: EntryResult) -> dict[str, object]:
    return {
        "id": result.entry.id,
        "unit": result.entry.unit,
        "component": result.entry.component,
        "score": _exact(result.score),
        "counted": list(result.counted),
        "recused": list(result.recused),
        "absent": list(result.absent),
        "void": list(result.void),
        "missing": list(result.missing),
        "incomplete": list(result.incomplete),
        "abstained": list(result.abstained),
        "provisional": result.provisional,
        "excluded": result.excluded,
    }


def _node(node: Node | None) -> dict[str, object] | None:
    if node is None:
        return None
    told: dict[str, object] = {"op": node.op, "value": plain(node.value)}
    told |= {name: text for name, text in (("ref", node.ref), ("of", node.of)) if text}
    if node.op == "round":
        told |= {"decimals": node.low, "mode": node.mode}
    elif node.low or node.high:
        told |= {"low": node.low, "high": node.high}
    if node.op == "eased_mean":
        told["weight"] = node.mode
    if node.args:
        told["args"] = [_node(arg) for arg in node.args]
    return told


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else plain(value)


def _fault(fault: Fault, language: Language) -> dict[str, object]:
    return {"code": fault.code, "params": dict(fault.params), "sentence": language.sentence(fault)}
