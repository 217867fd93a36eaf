"""What the hall may see: one entrant's score with its marks, and one step of the reveal. Frozen when it is released.

Reads a tabulation, or a sealed document. Writes nothing. A screen is shown these documents and nothing else, so a field
that is not written here reaches no screen: no id, and no name of a judge.
"""

from collections.abc import Iterator

from app.i18n import Language, languages
from app.publishing.document import Document
from app.publishing.levels import public_page
from app.results.queries import Given
from app.results.rule_words import word
from app.results.wording import figure
from scoring.compare import COMPARING
from scoring.numbers import shown
from scoring.results import EntryResult
from scoring.roster import Roster
from scoring.scheme import Component, Scheme
from scoring.working import Node, dropped

_OF_A_PLACE = ("name", "division", "place", "score")
_TRIMS = ("trimmed_mean", "trimmed_sum")


def score_document(given: Given, result: EntryResult, number: int) -> Document:
    """One entrant's score as it is read out; ``number``: how he is called. ValueError where there is none."""
    if result.score is None or result.working is None:
        raise ValueError(result.entry.id)
    panel = _panel(result.working)
    return {
        "format": "score/1",
        "page": {code: _entrant(given, result, number, language) for code, language in languages().items()},
        "score": score_shown(given.scheme, result),
        "marks": list(_marks(given, panel)) if panel else [],
    }


def score_shown(scheme: Scheme, result: EntryResult) -> str:
    """The score of an entry with as many digits as its panel is rounded to, else as many as a total has."""
    stage = scheme.stage("panel", result.entry.component)
    decimals, mode = (stage.decimals, stage.mode) if stage else (scheme.total.decimals, scheme.total.mode)
    return shown(result.score, decimals, mode) if result.score is not None else ""


def moves_with_others(part: Component) -> bool:
    """Whether an entry's score changes with what others are given later: then it cannot be read out before the end."""
    panel = part.panel
    return part.second_mean is not None or (
        panel is not None and (panel.counts != "score" or panel.method in COMPARING)
    )


def _entrant(given: Given, result: EntryResult, number: int, language: Language) -> Document:
    """Who it is, and what was added or taken away after the marks."""
    who = entrant(given.scheme, given.roster, result.entry.id, number, language)
    return {**who, "adjusted": list(_adjusted(given, result, language))}


def entrant(scheme: Scheme, roster: Roster, entry_id: str, number: int, language: Language) -> Document:
    """Number, name and unit of an entrant."""
    entry = next(one for one in roster.entries if one.id == entry_id)
    unit = next(one for one in roster.units if one.id == entry.unit)
    divisions = {division.id: word(division.name, language) for division in scheme.divisions}
    name, beside = called(entry.name, unit.name)
    return {
        "number": number,
        "name": name,
        "unit": beside,
        "part": word(scheme.component[entry.component].name, language),
        "division": divisions.get(unit.division, ""),
    }


def called(entry: str, unit: str) -> tuple[str, str]:
    """What an entrant is called, and the unit beside it: nothing where the entry is called by its unit already."""
    return (unit, "") if not entry or unit in entry else (entry, unit)


def _panel(working: Node) -> Node | None:
    """The number that was made of the judges' sheets, one sheet of each; nothing where it is not made so simply."""
    node = working
    while node.args and node.args[0].op != "sheet":
        node = node.args[0]
    refs = [arg.ref for arg in node.args]
    simple = refs and all(arg.op == "sheet" for arg in node.args) and len(set(refs)) == len(refs)
    # Weighted classes and blocs have panels of their own; showing one of them would be half the truth.
    return node if simple and _leaves(working) == len(refs) else None


def _leaves(node: Node) -> int:
    return sum(_leaves(arg) for arg in node.args) if node.args else node.op == "sheet"


def _marks(given: Given, panel: Node) -> Iterator[Document]:
    """The marks in the order of the judges' seats. ``out``: high or low where the mark was dropped."""
    lows, highs = dropped(panel) if panel.op in _TRIMS else ((), ())
    seats = {judge.id: seat for seat, judge in enumerate(given.roster.judges, 1)}
    found = {seats[leaf.ref.partition("/")[0]]: leaf for leaf in panel.args}
    for seat in sorted(found):
        leaf = found[seat]
        out = "high" if leaf in highs else "low" if leaf in lows else ""
        yield {"seat": seat, "mark": figure(leaf.value), "out": out}


def _adjusted(given: Given, result: EntryResult, language: Language) -> Iterator[Document]:
    """What was taken away or added after the panel, such as for overtime, in the order in which it was."""
    names = {rule.id: word(rule.name, language) for rule in given.scheme.adjustments}
    spine, node = [], result.working
    while node and node.args:
        spine.append(node)
        node = node.args[0]
    for step in reversed(spine):
        if step.op in ("minus", "plus") and step.ref in names:
            sign = "−" if step.op == "minus" else "+"
            yield {"name": names[step.ref], "points": sign + figure(step.args[1].value)}


def standing_documents(document: Document, level: str) -> list[Document]:
    """The ranking from the last of the lowest prize up to the first, each unit as the hall may see it.

    ``level``: how much of the result is published; nothing here says more. Who won nothing is not named.
    """
    pages = {code: public_page(document, level, language) for code, language in languages().items()}
    found: dict[tuple[int, int], Document] = {}
    for code, page in pages.items():
        for depth, tier in enumerate(one for one in page["tiers"] if one["prized"]):
            for place, unit in enumerate(tier["units"]):
                one = found.setdefault((depth, place), {"first": tier["first"], "page": {}})
                told = {field: unit[field] for field in _OF_A_PLACE if field in unit}
                one["page"][code] = {"tier": tier["name"], "units": [told]}
    return [{"format": "standing/1", **found[place]} for place in sorted(found, reverse=True)]


def together(steps: list[Document]) -> Document:
    """Several neighbours of one prize as one step, in the order of the ranking."""
    first = steps[0]
    pages = {
        code: {
            "tier": page["tier"],
            "units": [unit for step in reversed(steps) for unit in step["page"][code]["units"]],
        }
        for code, page in first["page"].items()
    }
    return {**first, "page": pages}
