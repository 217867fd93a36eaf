"""报分: the words that the host reads out, in those of the rule.

Reads what was made for the hall, see ``publishing.hall``. Writes nothing.
"""

from functools import reduce

from app.i18n import Language
from app.publishing.document import Document


def spoken(document: Document, number: int, language: Language, *, stage: bool = True) -> tuple[str, ...]:
    """Phrase by phrase what was dropped, what was added or taken away, and the score, with which the sentence ends.

    ``number``: how the entrant is called. ``stage``: he appears in person; else it is a project.
    """
    say, told = language.gettext, []
    high, low = ([one["mark"] for one in document["marks"] if one["out"] == side] for side in ("high", "low"))
    if len(high) == 1:
        told.append(say("without the highest mark, {mark}", mark=high[0]))
    elif high:
        told.append(say("without the {n} highest marks, {marks}", n=len(high), marks=say(", ").join(high)))
    if len(low) == 1:
        told.append(say("without the lowest mark, {mark}", mark=low[0]))
    elif low:
        told.append(say("without the {n} lowest marks, {marks}", n=len(low), marks=say(", ").join(low)))
    for one in document["page"][language.code]["adjusted"]:
        named, points = one["name"], one["points"][1:]  # the sign is for the eye
        less = one["points"].startswith("−")
        told.append(
            say("{name}, less {points}", name=named, points=points)
            if less
            else say("{name}, plus {points}", name=named, points=points)
        )
    score = document["score"]
    if stage:
        told.append(say("the final score of entrant {number} is {score}.", number=number, score=score))
    else:
        told.append(say("the final score of entry {number} is {score}.", number=number, score=score))
    return tuple(told)


def slip(document: Document, number: int, language: Language) -> str:
    """The same of an entrant as one sentence."""
    phrases = spoken(document, number, language)
    text = reduce(lambda before, after: language.gettext("{before}, {after}", before=before, after=after), phrases)
    return text[:1].upper() + text[1:]


def welcome(who: Document, language: Language) -> str:
    """How the host calls an entrant on stage; ``who``: as ``hall.entrant`` names him."""
    told = _named(who, language)
    return language.gettext("Please welcome entrant {number}: {name}.", number=who["number"], name=told)


def ready(who: Document, language: Language) -> str:
    """How the host tells the next entrant to get ready."""
    told = _named(who, language)
    return language.gettext("Entrant {number}, please get ready: {name}.", number=who["number"], name=told)


def _named(who: Document, language: Language) -> str:
    parts = [str(part) for part in (who["unit"], who["name"]) if part]
    return parts[0] if not parts[1:] else language.gettext("{unit}, {name}", unit=parts[0], name=parts[1])
