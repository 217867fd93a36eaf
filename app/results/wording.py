"""The working of a number in words, line by line, so that it can be done again with a pocket calculator.

Reads nodes of the engine's working and names. Writes nothing, computes nothing: every figure stands in the working.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt

from app.i18n import Language
from app.results.skating_words import danced
from scoring.numbers import ZERO, plain, shown
from scoring.roster import Decision, Prior, Record, Roster
from scoring.scheme import Scheme, Text
from scoring.working import Node, dropped

MOST_LINES = 6
_MOST_DECIMALS = 6  # a number that ends later is shown by its first digits
_LISTED_AT_MOST = 15  # a median of more marks is told without them
_NAMED_AT_MOST = 6  # more dropped marks than this are counted, not listed
_PANELS = ("mean", "sum", "median", "trimmed_mean", "trimmed_sum", "eased_mean", "winsor")
_LEAVES = ("sheet", "prior", "record", "constant", "decision")


@dataclass(frozen=True, slots=True)
class Named:
    """What the ids in a working are called; an id that is not listed stands for itself.

    ``entered``: of a unit's sheets those that people entered for their judges, a sentence each or for several.
    """

    components: Mapping[str, Text] = field(default_factory=dict)
    rules: Mapping[str, Text] = field(default_factory=dict)
    rounds: Mapping[str, Text] = field(default_factory=dict)
    entries: Mapping[str, str] = field(default_factory=dict)
    judges: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    records: Mapping[str, Record] = field(default_factory=dict)
    entered: Mapping[str, Sequence[str]] = field(default_factory=dict)


def named(
    scheme: Scheme, roster: Roster, decisions: tuple[Decision, ...] = (), priors: Sequence[Prior | Record] = ()
) -> Named:
    """The names of one contest; with ``priors`` also what the records of its ledgers are."""
    criteria = [criterion for part in scheme.components for criterion in part.criteria]
    rules = {item.id: item.name for criterion in criteria for item in criterion.items}
    rules |= {criterion.id: criterion.name for criterion in criteria}
    rules |= {rule.id: rule.name for rule in scheme.adjustments}
    rules |= {judge_class.id: judge_class.name for judge_class in scheme.judge_classes}
    for section in (section for part in scheme.components if part.ledger for section in part.ledger.sections):
        rules[section.id] = section.name
        rules |= {rule.id: rule.name for rule in section.rules}
        rules |= {f"level:{level.id}": level.name for rule in section.rules for level in rule.levels}
    return Named(
        components={part.id: part.name for part in scheme.components},
        rules=rules,
        rounds={one.id: one.name for one in scheme.rounds},
        entries={entry.id: entry.name or entry.id for entry in roster.entries},
        judges={judge.id: judge.name or judge.id for judge in roster.judges},
        units={unit.id: unit.name or unit.id for unit in roster.units},
        decisions=decisions,
        records={prior.id: prior for prior in priors if isinstance(prior, Record)},
    )


def lines(working: Node, language: Language, names: Named | None = None, most: int = MOST_LINES) -> list[str]:
    """At most ``most`` lines: the number itself first, then what it was made of.

    The working of a total ends at its components; each has its own lines.
    """
    words = _Words(language, names or Named())
    told, waiting = [], [working]
    while waiting:
        node = waiting.pop(0)
        line, parts = words.line(node)
        told.append(line)
        waiting += [part for part in parts if part.op not in _LEAVES and not part.of.startswith("component:")]
    if len(told) > most:
        rest = len(told) - most + 1
        more = language.ngettext(
            "and {n} line more in the full working", "and {n} lines more in the full working", rest
        )
        told = [*told[: most - 1], more]
    return told


def figure(value: Fraction) -> str:
    """A number in full where it ends soon, at least two decimals; else its first digits and an ellipsis."""
    text = plain(value)
    places = len(text.partition(".")[2])
    if "/" in text or places > _MOST_DECIMALS:
        return shown(value, 4, "trunc") + "…"
    return shown(value, max(2, places))


@dataclass(frozen=True, slots=True)
class _Words:
    language: Language
    names: Named

    def line(self, node: Node) -> tuple[str, tuple[Node, ...]]:
        """A sentence for ``node``, and the nodes that want sentences of their own."""
        head = self._head(node)
        tail = ""
        while node.op == "round":
            # A unit with one entry is rounded again at its own stage; saying so twice says nothing.
            again = node.value == node.args[0].value and _only(node.args[0]).op == "round"
            tail = "" if again else self._round(node) + tail
            node = _only(node.args[0])
            head = head or self._head(node)
        told, parts = self._told(node)
        return head + told + tail, parts

    def _head(self, node: Node) -> str:
        word, _, name = node.of.partition(":")
        say = self.language.gettext
        if word == "entry":
            return say("{name}: ", name=self.names.entries.get(name, name))
        if word == "round":
            return say("{name}: ", name=self._rule(node.of))
        return say("{name}: ", name=self._rule(name)) if word in ("class", "group", "part", "section", "rule") else ""

    def _rule(self, name: str) -> str:
        word, _, part = name.partition(":")
        if word == "round":
            text = self.names.rounds.get(part)
        elif word == "component":
            text = self.names.components.get(part.partition("/")[0])
        else:
            text = self.names.rules.get(name) or self.names.components.get(name)
        return self._text(text) if text else name

    def _text(self, text: Text) -> str:
        return text.zh if self.language.code == "zh" else text.en

    def _round(self, node: Node) -> str:
        say = self.language.gettext
        value, unit = shown(node.value, max(node.low, 0)), plain(Fraction(10) ** -node.low)
        modes = {
            "half_up": say("; rounded half up to {unit}: {value}", unit=unit, value=value),
            "half_even": say("; rounded half to even to {unit}: {value}", unit=unit, value=value),
            "half_down": say("; rounded half down to {unit}: {value}", unit=unit, value=value),
            "trunc": say("; cut off below {unit}: {value}", unit=unit, value=value),
            "floor": say("; rounded down to {unit}: {value}", unit=unit, value=value),
            "ceil": say("; rounded up to {unit}: {value}", unit=unit, value=value),
        }
        return modes[node.mode]

    def _told(self, node: Node) -> tuple[str, tuple[Node, ...]]:
        args = node.args
        match node.op:
            case _ if node.op in _PANELS and args and _by_judges(args[0]):
                return self._panel(node), ()
            case "mean" if len(args) == 1:
                return self.line(args[0])
            case "mean" | "sum":
                return self._added(node), tuple(arg for arg in args if arg.op != "duel")
            case "best_mean" | "best_sum":
                return self._best(node), args
            case "weighted":
                return self._weighted(node), args
            case "minus" | "plus":
                return self._adjusted(node), args
            case "prior" | "record" | "decision" | "sheet" | "constant" | "dance" | "strength" | "vote":
                return self._leaf(node), ()
            case _:
                return self._changed(node), (args[0],)

    def _added(self, node: Node) -> str:
        if node.args and node.args[0].op == "duel":
            return self._duels(node)
        sums, value = " + ".join(self._named(arg) for arg in node.args), figure(node.value)
        return f"{sums} = {value}" if node.op == "sum" else f"({sums}) ÷ {len(node.args)} = {value}"

    def _named(self, node: Node) -> str:
        """A summand; what a round or a component brought along by its name."""
        brought = node.of.startswith(("round:", "component:")) if self.names.rounds else False
        return f"{self._rule(node.of)} {figure(node.value)}" if brought else figure(node.value)

    def _duels(self, node: Node) -> str:
        """Compared with every other entry by the judges who marked both."""
        won = sum(arg.value == 1 for arg in node.args)
        drawn = sum(arg.value == Fraction(1, 2) for arg in node.args)
        return self.language.gettext(
            "of {n} others it beats {won} and is level with {drawn}: {value}",
            n=len(node.args), won=won, drawn=drawn, value=figure(node.value),
        )  # fmt: skip

    def _changed(self, node: Node) -> str:
        """One value brought within a bound or onto another scale."""
        say = self.language.gettext
        before, value = figure(node.args[0].value), figure(node.value)
        beside = [figure(arg.value) for arg in node.args[1:]]
        match node.op:
            case "at_least":
                return say("{before}, but not below {value}", before=before, value=value)
            case "at_most":
                return say("{before}, but not above {value}", before=before, value=value)
            case "minmax":
                return say(
                    "{before} lies between the lowest {low} and the highest {high}: share {value}",
                    before=before, low=beside[0], high=beside[1], value=value,
                )  # fmt: skip
            case "z":
                return say(
                    "({before} − mean {mean}) ÷ standard deviation {sd} = {value}",
                    before=before, mean=beside[0], sd=_root(node.args[2].value), value=value,
                )  # fmt: skip
            case "highest" | "lowest":
                return say("of one matter only the highest level counts: {values}", values=value)
            case "quotient":
                return f"{before} ÷ {beside[0]} = {value}"
            case "points":
                return say("{before} earns {value} points", before=before, value=value)
            case _:
                return f"{before} × {plain(node.args[1].value)} = {value}"

    def _leaf(self, node: Node) -> str:
        say, value = self.language.gettext, figure(node.value)
        if node.op == "strength":
            won = sum((arg.value for arg in node.args[:-1]), ZERO)
            return say("{won} wins over the {n} others: strength {value}", won=plain(won), n=len(node.args) - 1,
                       value=plain(node.value))  # fmt: skip
        if node.op in ("dance", "vote"):
            return danced(node, self.language) if node.op == "dance" else self._vote(node)
        if node.op == "prior":
            return say("{value}, known before the contest", value=value)
        if node.op == "decision":
            return say("{value}, by decision{reason}", value=value, reason=self._reason(node))
        if node.ref.startswith("missing:"):
            return say("{value}, because no score was given and the scheme then counts nothing", value=value)
        if node.ref.startswith("field_median:"):
            return say("{value}, the median of the others, because no score was given", value=value)
        return value

    def _reason(self, node: Node) -> str:
        """What was measured where that is not the points themselves, and why, by which document."""
        index = int(node.ref)
        if index >= len(self.names.decisions):
            return ""
        decision = self.names.decisions[index]
        told = [text for text in (decision.reason, decision.document) if text]
        if decision.kind in ("deduction", "bonus") and decision.value and decision.value != plain(node.value):
            told.insert(0, self.language.gettext("measured {value}", value=decision.value))
        joined = self.language.gettext(", ").join(told)
        return self.language.gettext(" ({reason})", reason=joined) if joined else ""

    def _reasons(self, points: Node) -> str:
        """The reasons of all decisions behind the points of one rule, also where their sum was capped."""
        if points.op == "decision":
            return self._reason(points)
        return "".join(self._reasons(arg) for arg in points.args)

    def _panel(self, node: Node) -> str:
        """A panel of judges: how many, which marks were dropped, and what the rest give."""
        say, value, number = self.language.gettext, figure(node.value), len(node.args)
        head = self._who(node)
        lows, highs = dropped(node)
        if node.op == "winsor":
            return head + self._drawn_in(node, lows, highs)
        if node.op == "eased_mean":
            return head + self._in_part(node, lows, highs)
        if highs:
            head += say(", without the highest {marks}", marks=self._marks(highs))
        if lows:
            head += say(", without the lowest {marks}", marks=self._marks(lows))
        if node.op == "median":
            if number <= _LISTED_AT_MOST:
                marks = say(", ").join(figure(mark) for mark in sorted(arg.value for arg in node.args))
                return head + say(": {marks}; the middle is {value}", marks=marks, value=value)
            return head + say(": median {value}", value=value)
        kept = number - len(lows) - len(highs)
        if not lows and not highs:
            total = figure(sum((arg.value for arg in node.args), ZERO))
            if node.op == "sum":
                return head + say(": sum {value}", value=value)
            return head + say(": {total} ÷ {n} = {value}", total=total, n=kept, value=value)
        out = sum((arg.value for arg in (*lows, *highs)), ZERO)
        total = figure(sum((arg.value for arg in node.args), ZERO) - out)
        if node.op == "trimmed_sum":
            return head + say(": the sum of the other {n} is {value}", n=kept, value=value)
        return head + say(": {total} ÷ {n} = {value}", total=total, n=kept, value=value)

    def _vote(self, node: Node) -> str:
        """How many votes there are, and what the grade counts that they carry."""
        grade = node.args[-1]
        votes = node.args[:-1]
        above = sum(vote.value >= grade.value for vote in votes)
        return self.language.gettext(
            "{above} of {n} votes carry the grade of {value} points",
            above=above,
            n=len(votes),
            value=figure(node.value),
        )

    def _who(self, node: Node) -> str:
        """How many marked, and what their sheets count with."""
        number, judges = len(node.args), _judges(node)
        if node.args[0].of.startswith("bloc:"):
            head = self.language.ngettext("{n} bloc of judges", "{n} blocs of judges", number)
        elif number > judges:
            head = self.language.gettext("{n} marks of {judges} judges", n=number, judges=judges)
        else:
            head = self.language.ngettext("{n} judge", "{n} judges", number)
        far = self.language.gettext(", too far apart to drop any") if node.ref == "tolerance" else ""
        return head + self._counted(node.args[0]) + far

    def _counted(self, node: Node) -> str:
        """What a sheet counts with, where that is not its score."""
        say, first = self.language.gettext, node.args[0] if node.of.startswith("bloc:") else node
        ops = {first.op, *(part.op for arg in first.args for part in (arg, *arg.args[:1]))}
        if _lessened(node):
            return say(", from each sheet what its judge gives above the others is taken away")
        if "z" in ops:
            return say(", each sheet by its distance from its judge's own mean, in his standard deviations")
        if first.op == "points":
            return say(", each sheet with the points of its band")
        if "minmax" in ops:
            return say(", each sheet from its judge's lowest to his highest")
        return say(", each with the entries below it in his order, half for those level") if "order" in ops else ""

    def _drawn_in(self, node: Node, lows: tuple[Node, ...], highs: tuple[Node, ...]) -> str:
        """A panel whose extremes count as the nearest mark that is kept."""
        say, told = self.language.gettext, ""
        kept = sorted(arg.value for arg in node.args)[len(lows) : len(node.args) - len(highs)]
        if highs:
            told += say(", the highest {marks} counted as {mark}", marks=self._marks(highs), mark=figure(kept[-1]))
        if lows:
            told += say(", the lowest {marks} counted as {mark}", marks=self._marks(lows), mark=figure(kept[0]))
        total = sum(kept, ZERO) + len(lows) * kept[0] + len(highs) * kept[-1]
        n = len(node.args)
        return told + say(": {total} ÷ {n} = {value}", total=figure(total), n=n, value=figure(node.value))

    def _in_part(self, node: Node, lows: tuple[Node, ...], highs: tuple[Node, ...]) -> str:
        """A panel whose extremes count with a part of a mark."""
        say, told, part = self.language.gettext, "", Fraction(node.mode)
        if highs:
            told += say(", the highest {marks} counted × {part}", marks=self._marks(highs), part=plain(part))
        if lows:
            told += say(", the lowest {marks} counted × {part}", marks=self._marks(lows), part=plain(part))
        outside = sum((arg.value for arg in (*lows, *highs)), ZERO)
        total = sum((arg.value for arg in node.args), ZERO) - (1 - part) * outside
        n = len(node.args) - (1 - part) * (len(lows) + len(highs))
        return told + say(": {total} ÷ {n} = {value}", total=figure(total), n=plain(n), value=figure(node.value))

    def _marks(self, nodes: tuple[Node, ...]) -> str:
        say = self.language.gettext
        if len(nodes) > _NAMED_AT_MOST:
            low, high = min(node.value for node in nodes), max(node.value for node in nodes)
            return say("{n} marks, from {low} to {high}", n=len(nodes), low=figure(low), high=figure(high))
        return say(", ").join(self._mark(node) for node in nodes)

    def _mark(self, node: Node) -> str:
        """A mark with the judge who gave it; alone where the judges are called nothing, as in what is published."""
        judge, mark = self._judge(node), figure(node.value)
        return self.language.gettext("{mark} ({judge})", mark=mark, judge=judge) if judge else mark

    def _judge(self, node: Node) -> str:
        if node.of.startswith("bloc:"):
            return self.names.judges.get(node.of, node.of.removeprefix("bloc:"))
        sheet = _sheet(node)
        judge = sheet.ref.split("/")[0] if sheet else ""
        return self.names.judges.get(judge, judge)

    def _best(self, node: Node) -> str:
        say, args = self.language.gettext, node.args
        kept = sorted(args, key=lambda arg: arg.value, reverse=True)[: len(args) - node.low]
        sums = " + ".join(self._named(arg) for arg in kept)
        if node.op == "best_sum" or len(kept) == 1:
            best = self.language.ngettext("the best {n} of {all}", "the best {n} of {all}", len(kept), all=len(args))
            return say("{best}: {sums} = {value}", best=best, sums=sums, value=figure(node.value))
        best = self.language.ngettext("the best {n} of {all}", "the best {n} of {all}", len(kept), all=len(args))
        return say("{best}: ({sums}) ÷ {n} = {value}", best=best, sums=sums, n=len(kept), value=figure(node.value))

    def _weighted(self, node: Node) -> str:
        pairs = [
            (self._rule(weight.ref.partition(":")[2]), figure(part.value), weight.value)
            for weight, part in zip(node.args[::2], node.args[1::2], strict=True)
        ]
        whole = sum((weight for _, _, weight in pairs), ZERO)
        shares = [plain(weight / whole * 100) for _, _, weight in pairs]
        if any("/" in share for share in shares):
            # A third is no percentage that a calculator takes: so the weights themselves, and their sum.
            sums = " + ".join(f"{name} {value} × {plain(weight)}" for name, value, weight in pairs)
            return f"({sums}) ÷ {plain(whole)} = {figure(node.value)}"
        sums = " + ".join(f"{name} {value} × {share}%" for (name, value, _), share in zip(pairs, shares, strict=True))
        return f"{sums} = {figure(node.value)}"

    def _adjusted(self, node: Node) -> str:
        before, points = node.args
        sign = "−" if node.op == "minus" else "+"
        name = self._rule(node.ref) if node.ref else ""
        why = self._reasons(points)
        value = figure(node.value)
        return f"{figure(before.value)} {sign} {figure(points.value)} {name}{why} = {value}".replace("  ", " ")


def _root(variance: Fraction) -> str:
    """The square root of a variance to four decimals, for reading."""
    return shown(Fraction(isqrt(int(variance * 10**12)), 10**6), 4)


def _lessened(node: Node) -> bool:
    """Whether a judge's mark, or the mean of a bloc, was lessened by severity."""
    if node.of.startswith("bloc:"):
        node = node.args[0]
    return node.op == "minus" and node.args[1].ref == "severity"


def _judges(node: Node) -> int:
    """How many judges a panel's marks are of: fewer than marks where a class counts more than once."""
    refs = [sheet.ref if (sheet := _sheet(arg)) else f"#{i}" for i, arg in enumerate(node.args)]
    return len(set(refs))


def _by_judges(node: Node) -> bool:
    """Whether a panel's argument is what one judge, or one bloc of judges, gave."""
    return node.of.startswith("bloc:") or _sheet(node) is not None


def _sheet(node: Node) -> Node | None:
    """The one sheet that a judge's number was made of, on whatever scale it counts; None for any other number."""
    if node.op in ("sheet", "order"):
        return node
    if node.of or node.op not in ("minus", "plus", "times", "z", "minmax", "points"):
        return None
    return next((sheet for arg in node.args if (sheet := _sheet(arg))), None)


def _only(node: Node) -> Node:
    """The one number that a mean of one is the mean of."""
    return _only(node.args[0]) if node.op == "mean" and len(node.args) == 1 and not _by_judges(node.args[0]) else node
