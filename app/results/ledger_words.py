"""A unit's ledger in words: a line for each rule with its records, its calculation, and the cap it reached.

Reads the working of a ledger's score. Computes nothing: every figure stands in the working.
"""

from collections.abc import Iterator

from app.i18n import Language
from app.results.wording import Named, figure
from scoring.numbers import plain
from scoring.scheme import Component, Text
from scoring.working import Node


def account_lines(node: Node, language: Language, names: Named) -> Iterator[str]:
    """The sum of the sections, then each section with its rules below it."""
    words = _Words(language, names)
    sections = [part for part in _inside(node) if part.of.startswith("section:")]
    told = words.said(node)
    yield told if node.op == "points" else f"{told} = {figure(node.value)}"
    for section in sections:
        yield words.headed(section)
        for rule in (part for part in _inside(section) if part.of.startswith("rule:")):
            yield f"  {words.headed(rule)}{words.records(rule)}"


def kept_ledger(part: Component, node: Node) -> bool:
    """Whether the score came from the records of a ledger, and not by decision where they were missing."""
    return part.ledger is not None and node.op not in ("decision", "constant")


def _inside(node: Node) -> Iterator[Node]:
    """The nodes that ``node`` was made of, through bounds and vetoes, down to those that have names of their own."""
    for part in node.args:
        if part.of:
            yield part
        else:
            yield from _inside(part)


class _Words:
    def __init__(self, language: Language, names: Named) -> None:
        self.language = language
        self.names = names

    def headed(self, node: Node) -> str:
        name = self._rule(node.of.partition(":")[2])
        told, value = self.said(node), figure(node.value)
        # What earns points says how many; one number needs no sum.
        if node.op != "points":
            alone = told == "0" or told.lstrip("−-") == value.lstrip("-")
            told = value if alone else f"{told} = {value}"
        return self.language.gettext("{name}: ", name=name) + told

    def records(self, node: Node) -> str:
        """Every record behind a rule, with its day and its evidence."""
        told = []
        for leaf in _leaves(node):
            record = self.names.records.get(leaf.ref)
            told.append(
                " ".join(text for text in (leaf.ref, record.day, record.evidence) if text) if record else leaf.ref
            )
        if not told:
            return ""
        return self.language.gettext(" ({reason})", reason=self.language.gettext("; ").join(told))

    def said(self, node: Node) -> str:
        """The calculation as one expression; whatever has a line of its own stands in it with its value."""
        match node.op:
            case "sum":
                return self._sum([self._part(arg) for arg in node.args if arg.value or arg.ref != "start"])
            case "minus":
                return f"{self._part(node.args[0])} − {self._part(node.args[1])}"
            case "times":
                return self._times(node)
            case "points":
                return self._earned(node)
            case "record" | "constant":
                return figure(node.value)
            case _:
                return self._bound(node)

    @staticmethod
    def _sum(parts: list[str]) -> str:
        """Added up; what is below 0 is taken away."""
        told = " ".join(f"− {part[1:]}" if part.startswith("-") else f"+ {part}" for part in parts)
        return told.replace("− ", "−", 1) if told.startswith("−") else told[2:] or "0"

    def _times(self, node: Node) -> str:
        inside, factor = node.args
        told, number = self._part(inside), plain(factor.value)
        told = f"({told})" if inside.op in ("sum", "minus", "at_least", "at_most") and " " in told else told
        return f"{told} × " + (f"({number})" if factor.value < 0 else number)

    def _bound(self, node: Node) -> str:
        """A bound that was reached, whole steps, or the one record of several that counts."""
        say, inside = self.language.gettext, [self._part(arg) for arg in node.args]
        match node.op:
            case "at_least":
                return say("{value}, but not below {bound}", value=inside[0], bound=figure(node.value))
            case "at_most":
                return say("{value}, but not above {bound}", value=inside[0], bound=figure(node.value))
            case "round" if node.mode == "floor":
                return say("whole steps in {value}: {n}", value=inside[0], n=plain(node.value))
            case "round":
                return say("steps begun in {value}: {n}", value=inside[0], n=plain(node.value))
            case _:
                told = say(", ").join(inside)
                return say("of one matter only the highest level counts: {values}", values=told)

    def _part(self, node: Node) -> str:
        word, _, name = node.of.partition(":")
        if word == "project" and not name.startswith("/"):
            return f"{name} {figure(node.value)}"
        return figure(node.value) if word in ("section", "rule") else self.said(node)

    def _earned(self, node: Node) -> str:
        """Points that a level, a state, a step, a place or a condition gives."""
        say, before, points = self.language.gettext, node.args[0], figure(node.args[1].value)
        word, _, name = node.args[1].ref.partition(":")
        value = figure(before.value)
        match word:
            case "level":
                return say("{name} {points}", name=self._rule(f"level:{name}"), points=points)
            case "state":
                share = plain(node.value * 100)
                return say("faults {n}, state {name}: {share} %", name=name, n=plain(before.value), share=share)
            case "met" | "unmet":
                target = figure(node.args[2].value)
                if word == "met":
                    return say("{value} reaches {target}: {points}", value=value, target=target, points=points)
                return say("{value} does not reach {target}: {points}", value=value, target=target, points=points)
            case "lost":
                reason = self._rule(name) + self.records(node.args[2])
                return say("{value}, but {reason}: nothing counts", value=self._part(before), reason=reason)
            case "unless":
                told, reason = self.said(before), self._rule(name)
                return say("{value}, but the condition is not met: {name}", value=told, name=reason)
            case _:
                once = word == "points" and before.op == "record"
                value = say("place {place}", place=plain(before.value)) if word == "place" else value
                return points if once else say("{value} earns {points} points", value=value, points=points)

    def _rule(self, name: str) -> str:
        text: Text | None = self.names.rules.get(name)
        return (text.zh if self.language.code == "zh" else text.en) if text else name.removeprefix("level:")


def _leaves(node: Node) -> Iterator[Node]:
    """The records below a node, each once, in their order."""
    if node.op == "record":
        yield node
    for part in node.args:
        yield from _leaves(part)
