"""What the public may read of a sealed result, level by level; and what one unit may read of its own.

Reads a sealed document. Writes nothing. A field that is not named here is in no public row.
"""

from collections.abc import Mapping
from typing import Any, get_args

from app.i18n import Language, languages
from app.publishing.document import Document, units_of
from scoring.scheme.result import Publication

LEVELS: tuple[str, ...] = get_args(Publication.model_fields["level"].annotation)

# Each level shows what the one before it shows, and these fields of a unit.
_MORE = {
    "tiers": ("name", "division"),
    "ranks": ("place", "tied", "state", "yuan"),
    "scores": ("score", "parts"),
    "workings": ("vetoes", "workings"),
}
_OF_THE_PAGE = ("rule", "divided", "paid")


def fields_of(level: str) -> tuple[str, ...]:
    """The fields of a unit that are public at ``level``."""
    return tuple(field for one in LEVELS[: LEVELS.index(level) + 1] for field in _MORE[one])


def public_page(document: Document, level: str, language: Language) -> Document:
    """One language of a sealed document, reduced to ``level``."""
    page = document["page"][language.code]
    fields = fields_of(level)
    told = {name: page[name] for name in _OF_THE_PAGE}
    if "parts" in fields:
        told["columns"] = page["columns"]
    tiers = page["tiers"]
    if level == "tiers":
        # Places are not published: so the order is the administrative one, and who won nothing is not named.
        order = {unit: place for place, unit in enumerate(document["units"])}
        prized = [tier for tier in tiers if tier["prized"]] or tiers
        tiers = [{**tier, "units": sorted(tier["units"], key=lambda unit: order[unit["id"]])} for tier in prized]
    told["tiers"] = [
        {
            **{name: tier[name] for name in ("name", "first", "prized", "yuan")},
            "units": [{field: unit[field] for field in fields} for unit in tier["units"]],
        }
        for tier in tiers
    ]
    return told


def public_pages(document: Document, level: str) -> dict[str, Document]:
    """Every language."""
    return {code: public_page(document, level, language) for code, language in languages().items()}


def county_documents(document: Document, level: str) -> dict[str, Document]:
    """What each unit reads of its own result, by unit: its figures, and its place where places are published.

    No working: one that compares or scales holds figures of others. Where workings are published, all read them.
    """
    names = ("name", "score", "parts", "entries") + (("place", "tied", "state") if level != "tiers" else ())
    found: dict[str, Document] = {}
    for code in languages():
        page: Mapping[str, Any] = document["page"][code]
        for tier, unit in units_of(page):
            own = {name: unit[name] for name in names}
            own |= {"columns": page["columns"], "prize": tier["name"], "yuan": unit["yuan"] or tier["yuan"]}
            found.setdefault(unit["id"], {"format": "county/1", "level": level, "page": {}})["page"][code] = own
    return found


def moved(before: Document, after: Document) -> dict[str, list[Document]]:
    """What a new publication says otherwise than the one before, for each language: only what stands in both."""
    return {code: _moved(before["page"][code], after[code], language) for code, language in languages().items()}


def _moved(before: Document, after: Document, language: Language) -> list[Document]:
    old, new = _lines_of(before, language), _lines_of(after, language)
    nothing = {language.gettext("Prize"): ""}  # whom a list of prizes does not name has none
    found = []
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name, nothing), new.get(name, nothing)
        changed = (what for what in now if what in was and was[what] != now[what])
        found += [{"name": name, "what": what, "was": was[what] or "—", "now": now[what] or "—"} for what in changed]
    return found


def _lines_of(page: Document, language: Language) -> dict[str, dict[str, str]]:
    """What a page says of each unit, by what the columns are called."""
    say = language.gettext
    found: dict[str, dict[str, str]] = {}
    for tier, unit in units_of(page):
        line = {say("Prize"): tier["name"]}
        if "place" in unit:
            line |= {say("Place"): unit["place"], say("Amount (yuan)"): unit["yuan"] or tier["yuan"]}
        if "score" in unit:
            line |= {say("Score"): unit["score"], **dict(zip(page["columns"], unit["parts"], strict=True))}
        found[unit["name"]] = line
    return found
