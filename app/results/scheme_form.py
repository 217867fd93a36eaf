"""The common keys of a scheme as fields of a form, and back into its text.

Reads and gives the text of a TOML file: only what somebody changed in a field is written into it, and everything else,
remarks and order included, stays as it stands.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import tomlkit
from tomlkit.exceptions import TOMLKitError

from app.i18n import Language
from app.results.rule_words import word
from scoring.faults import Fault, Refused
from scoring.numbers import plain
from scoring.scheme import Component, Item, Scheme

_NUMBERS = {
    "whole": re.compile("0|[1-9][0-9]{0,6}"),
    "number": re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,9}|/[1-9][0-9]{0,5})?"),
}
_MOST_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Field:
    """One key. ``path``: its place in the file, with dots; ``choices``: value and name; ``fixed``: it was signed.

    ``spoken``: the whole name, where what is seen is short because it stands beside others of the same item.
    ``removes``: with this field, the last of its item or prize, stands the button that takes out the element there.
    """

    path: str
    name: str
    value: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    fixed: bool = False
    spoken: str = ""
    removes: str = ""
    removal: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a heading. ``adds``: the lists a button makes longer, each with its words."""

    title: str
    fields: tuple[Field, ...]
    items: bool = False
    adds: tuple[tuple[str, str], ...] = ()


def groups(scheme: Scheme, language: Language, *, signed: bool) -> tuple[Group, ...]:
    """The form of a scheme. ``signed``: what stays as it was signed is shown and cannot be changed."""
    return tuple(_groups(scheme, language, signed))


def _groups(scheme: Scheme, language: Language, signed: bool) -> Iterator[Group]:  # noqa: FBT001
    say = language.gettext
    for number, part in enumerate(scheme.components):
        lone = sum(len(criterion.items) for criterion in part.criteria) == 1
        more = () if signed or not part.criteria else ((f"components.{number}.criteria", say("Add a criterion")),)
        yield Group(
            word(part.name, language), tuple(_component(f"components.{number}", part, language, signed)), adds=more
        )
        for place, criterion in enumerate(part.criteria):
            items = [
                field
                for at, item in enumerate(criterion.items)
                for field in _item(
                    f"components.{number}.criteria.{place}.items.{at}", item, language, signed, stays=signed or lone
                )
            ]
            title = say("{part}: {criterion}", part=word(part.name, language), criterion=word(criterion.name, language))
            more = () if signed else ((f"components.{number}.criteria.{place}.items", say("Add an item")),)
            yield Group(title, tuple(items), items=True, adds=more)
    yield Group(
        say("Score and equal scores"),
        (
            Field("total.decimals", say("Decimals that are printed"), str(scheme.total.decimals), "whole"),
            Field("ties", say("What separates equals, in order, with ; between"), "; ".join(scheme.ties), "list"),
        ),
    )
    more = (("prizes.tiers", say("Add a prize")),)
    yield Group(say("Prizes"), tuple(_prizes(scheme, language, signed)), adds=() if signed else more)
    levels = (
        ("tiers", say("Prizes only")), ("ranks", say("Places and prizes")), ("scores", say("Scores too")),
        ("workings", say("Every working too")),
    )  # fmt: skip
    locks = (("collection", say("all together, at the collection")), ("stop", say("stop by stop")))
    signatures = (("none", say("no")), ("glass", say("yes, on his phone")))
    yield Group(
        say("Publication"),
        (
            Field("publication.level", say("What is published"), scheme.publication.level, "choice", levels),
            Field("publication.lock", say("When sheets close"), scheme.publication.lock, "choice", locks, signed),
            Field(
                "publication.signature", say("Each judge signs"), scheme.publication.signature, "choice", signatures,
                signed,
            ),
        ),
    )  # fmt: skip


def _component(root: str, part: Component, language: Language, signed: bool) -> Iterator[Field]:  # noqa: FBT001
    say = language.gettext
    yield Field(f"{root}.weight", say("Weight"), plain(part.weight), "number")
    for place, criterion in enumerate(part.criteria):
        name = say("Criterion {n} (Chinese)", n=place + 1)
        yield Field(f"{root}.criteria.{place}.name.zh", name, criterion.name.zh, "text", fixed=signed)
    if part.panel is None:
        return
    recusal = (("own_unit", say("nobody marks his own unit")), ("listed", say("only who is listed")))
    yield Field(f"{root}.recusal", say("Recusal"), part.recusal, "choice", recusal, signed)
    yield Field(f"{root}.panel.minimum", say("Fewest sheets"), str(part.panel.minimum), "whole")
    trim = part.panel.trim
    if trim and trim.share is not None:
        yield Field(f"{root}.panel.trim.share", say("Share dropped at each end"), plain(trim.share), "number")
    elif trim and trim.low is not None and trim.high is not None:
        yield Field(f"{root}.panel.trim.low", say("Lowest dropped"), str(trim.low), "whole")
        yield Field(f"{root}.panel.trim.high", say("Highest dropped"), str(trim.high), "whole")


def _item(
    root: str,
    item: Item,
    language: Language,
    signed: bool,  # noqa: FBT001
    *,
    stays: bool,
) -> Iterator[Field]:
    say, name = language.gettext, word(item.name, language)
    yield Field(f"{root}.name.zh", say("Item (Chinese)"), item.name.zh, "text", fixed=signed)
    yield Field(
        f"{root}.full", say("Full marks"), plain(item.full), "number", (), signed, say("{item}: full marks", item=name)
    )
    yield Field(
        f"{root}.floor",
        say("Lowest mark"),
        plain(item.floor),
        "number",
        (),
        signed,
        say("{item}: lowest mark", item=name),
    )
    yield Field(
        f"{root}.step",
        say("Step"),
        plain(item.step),
        "number",
        (),
        signed,
        say("{item}: step", item=name),
        "" if stays else root,
        say("Take out {item}", item=name),
    )


def _prizes(scheme: Scheme, language: Language, signed: bool) -> Iterator[Field]:  # noqa: FBT001
    say = language.gettext
    rules = (
        ("pool", say("they share the prizes of their places equally")),
        (
            "pool_if_money",
            say("they share the prizes of their places equally; where no money is at stake people decide"),
        ),
        ("extend_up", say("all have the higher prize; the budget may be exceeded")),
        ("extend_up_absorb", say("all have the higher prize, and the lower has fewer places")),
        ("push_down", say("all have the lower prize, and the higher stays vacant")),
        ("decision", say("people decide")),
    )
    if scheme.prizes.tiers and scheme.prizes.boundary in dict(rules):
        name = say("Equals across the end of a prize")
        yield Field("prizes.boundary", name, scheme.prizes.boundary, "choice", rules)
    if scheme.prizes.budget_yuan is not None:
        yield Field("prizes.budget_yuan", say("Money in all, yuan"), _yuan(scheme.prizes.budget_yuan), "number")
    for number, tier in enumerate(scheme.prizes.tiers):
        root, prize = f"prizes.tiers.{number}", word(tier.name, language)
        yield Field(f"{root}.name.zh", say("Prize (Chinese)"), tier.name.zh, "text")
        if tier.quota is not None:
            yield Field(f"{root}.quota", say("{prize}: how many", prize=prize), str(tier.quota), "whole")
        if tier.share is not None:
            yield Field(f"{root}.share", say("{prize}: share of the ranked", prize=prize), plain(tier.share), "number")
        yield Field(
            f"{root}.yuan",
            say("{prize}: yuan each", prize=prize),
            _yuan(tier.yuan),
            "number",
            removes="" if signed else root,
            removal=say("Take out {item}", item=prize),
        )


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def rewritten(text: str, changes: Mapping[str, tuple[str, str]]) -> str:
    """The text with what was changed in fields: path -> (kind, value). Raises Refused where one cannot be read."""
    if not changes:
        return text
    try:
        file = tomlkit.parse(text)
    except TOMLKitError as error:
        raise Refused([Fault("scheme.unreadable", {"file": "scheme.toml"})]) from error
    for path, (kind, value) in changes.items():
        _put(file, path, _read(path, kind, value.strip()))
    return tomlkit.dumps(file)


def _read(path: str, kind: str, value: str) -> object:
    if kind in _NUMBERS:
        if not _NUMBERS[kind].fullmatch(value):
            raise Refused([Fault("rules.not_a_number", {"key": path, "written": value[:40]})])
        # As it was typed, digit for digit: 0.10 is not made another number on the way through a computer's own.
        return value if "/" in value else tomlkit.value(value)
    if kind == "list":
        return [one.strip() for one in value.replace("；", ";").split(";") if one.strip()]
    return value


def _put(file: tomlkit.TOMLDocument, path: str, value: object) -> None:
    """Raises Refused where the file has no such table: it was taken out beside the form."""
    *above, last = path.split(".")[:_MOST_DEPTH]
    table: object = file
    try:
        for key in above:
            if isinstance(table, list):
                table = table[int(key)]
            else:
                known: Mapping[str, object] = table  # type: ignore[assignment]
                if key not in known:
                    table[key] = tomlkit.table()  # type: ignore[index]
                table = table[key]  # type: ignore[index]
        table[last] = value  # type: ignore[index]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Refused([Fault("rules.no_such_key", {"key": path})]) from error
