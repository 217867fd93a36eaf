"""The skating system in words: the rule of a final, a place in a dance, and how equal sums were parted.

Reads nodes and keys of the engine. Computes nothing but the counts that stand in the working.
"""

from collections.abc import Iterator

from app.i18n import Language
from scoring.numbers import plain
from scoring.working import Node


def final_lines(language: Language) -> Iterator[str]:
    """How places over all dances come about, a line for each step."""
    say = language.gettext
    yield say("The places in all dances are added; the lowest sum is first (skating system, rule 9).")
    yield say(
        "Equal sums: the most dances at the place in question or higher, then the lower sum of these places (rule 10)."
    )
    yield say("Who is equal after that stays equal until people decide; what rule 11 would say is told to them.")


def danced(node: Node, language: Language) -> str:
    """A place in a dance: the places of the judges, and the rule that gave it."""
    say = language.gettext
    places = [int(leaf.value) for leaf in node.args[:-1]]
    counted = [place for place in places if place <= node.low]
    told: dict[str, str | int] = {
        "column": node.low,
        "count": len(counted),
        "majority": len(places) // 2 + 1,
        "sum": sum(counted),
        "place": plain(node.value),
    }
    rules = {
        "5": say("{count} of them are {column} or higher, at least {majority}: place {place} by rule 5", **told),
        "8": say(
            "higher up nobody left has {majority}; {count} of them are {column} or higher: place {place} by rule 8",
            **told,
        ),
        "6": say("{count} of them are {column} or higher, the larger goes first: place {place} by rule 6", **told),
        "7": say(
            "{count} of them are {column} or higher, as for another; their sum {sum}, the lower goes first: "
            "place {place} by rule 7",
            **told,
        ),
        "next": say(
            "equal so far, so the next are counted too: {count} of them are {column} or higher, with sum {sum}: "
            "place {place} by rule 7",
            **told,
        ),
        "shared": say("equal to another to the end, so both share: place {place} (rule 7)", **told),
    }
    given = say("the judges' places are {places}", places=say(", ").join(map(str, places)))
    return say("{given}; {rule}", given=given, rule=rules[node.ref])


def rule_10(key: str, language: Language) -> str:
    """What a comparison of rule 10 looked at."""
    what, _, place = key.partition(":")
    if what == "skating_counts":
        return language.gettext("rule 10, dances at place {place} or higher", place=place)
    return language.gettext("rule 10, the lower sum of the places up to {place}", place=place)
