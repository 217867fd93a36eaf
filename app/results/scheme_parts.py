"""Items, criteria and prizes put into a scheme's text and taken out of it, where a form has a button for it.

Reads and gives the text of a TOML file; what is not touched stays as it stands, remarks and order included.
"""

import re
from collections.abc import Collection
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from scoring.faults import Fault, Refused

_LISTS = (
    re.compile(r"components\.\d{1,3}\.criteria\.\d{1,3}\.items"),
    re.compile(r"components\.\d{1,3}\.criteria"),
    re.compile(r"prizes\.tiers"),
)
_MOST_DIGITS = 3
# What a new item has as the one before it has it; its name, and what only that one may mean, it has not.
_LIKE_THE_LAST = ("full", "floor", "step", "usual", "kinds")


def added(text: str, path: str) -> str:
    """One more at the end of the list at ``path``, much like the one before it. Raises Refused."""
    if not any(one.fullmatch(path) for one in _LISTS):
        raise Refused([Fault("rules.no_such_key", {"key": path[:40]})])
    file = _parsed(text)
    if path == "prizes.tiers":
        _add_prize(file)
    elif path.endswith(".items"):
        items = _at(file, path)
        _append(items, _item(items[-1], _free("item", _ids_of_items(file, path))))
    else:
        criteria = _at(file, path)
        last = criteria[-1]["items"][-1]
        name = _free("criterion", {str(one["id"]) for one in criteria})
        one = {"id": name, "name": _words("新一级指标", "New criterion")}
        _append(criteria, {**one, "items": [_item(last, _free("item", _ids_of_items(file, path)))]})
    return tomlkit.dumps(file)


def removed(text: str, path: str) -> str:
    """Without the element at ``path``; a criterion goes with its last item. Raises Refused."""
    above, _, place = path.rpartition(".")
    if not any(one.fullmatch(above) for one in _LISTS) or not place.isdecimal() or len(place) > _MOST_DIGITS:
        raise Refused([Fault("rules.no_such_key", {"key": path[:40]})])
    file = _parsed(text)
    there = _at(file, above)
    if int(place) >= len(there):
        raise Refused([Fault("rules.no_such_key", {"key": path[:40]})])
    around = above.removesuffix(".items")
    if len(there) > 1:
        del there[int(place)]
    elif around != above and len(_at(file, around.rpartition(".")[0])) > 1:
        return removed(text, around)
    elif above == "prizes.tiers":
        del file["prizes"]
    else:
        raise Refused([Fault("rules.last_one", {"key": path})])
    return tomlkit.dumps(file)


def _parsed(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise Refused([Fault("scheme.unreadable", {"file": "scheme.toml"})]) from error


def _at(file: tomlkit.TOMLDocument, path: str) -> Any:  # noqa: ANN401  a list of tables, however the file writes it
    """Raises Refused where the file has no such list: it was taken out beside the form."""
    there: Any = file
    try:
        for key in path.split("."):
            there = there[int(key)] if isinstance(there, list) else there[key]
        if there[-1]["id"]:
            return there
    except (KeyError, IndexError, TypeError, ValueError):
        pass
    raise Refused([Fault("rules.no_such_key", {"key": path})])


def _ids_of_items(file: tomlkit.TOMLDocument, path: str) -> set[str]:
    """The ids of all items of the component at ``path``: no two of a sheet are called alike."""
    part: Any = _at(file, "components")[int(path.split(".")[1])]
    return {str(item["id"]) for criterion in part["criteria"] for item in criterion["items"]}


def _free(stem: str, taken: Collection[str]) -> str:
    return next(name for number in range(1, 10_000) if (name := f"{stem}-{number}") not in taken)


def _words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _item(last: Any, name: str) -> dict[str, Any]:  # noqa: ANN401  as above
    like = {key: last[key] for key in _LIKE_THE_LAST if key in last}
    return {"id": name, "name": _words("新评分项", "New item"), **like}


def _add_prize(file: tomlkit.TOMLDocument) -> None:
    prizes: Any = file.setdefault("prizes", tomlkit.table())
    tiers = prizes.setdefault("tiers", tomlkit.aot())
    size: dict[str, Any] = {"quota": 1}
    if len(tiers):
        # Of the same measure as the last: so many places, a share, or a score to reach.
        size = {key: tiers[-1][key] for key in ("quota", "share", "minimum") if key in tiers[-1]}
    name = _free("prize", {str(one["id"]) for one in tiers})
    _append(tiers, {"id": name, "name": _words("新奖项", "New prize"), **size})


def _append(there: Any, table: dict[str, Any]) -> None:  # noqa: ANN401  as above
    """In the style of the file: a table under a heading of its own, or one between braces."""
    if isinstance(there, AoT):
        there.append(_table(table))
    else:
        there.append(_inside(table))


def _table(entries: dict[str, Any]) -> Table:
    made = tomlkit.table()
    for key, value in entries.items():
        made[key] = _inside(value)
    return made


def _inside(value: Any) -> Any:  # noqa: ANN401  as above
    """A value within a table: what has parts of its own stands between braces."""
    if isinstance(value, dict):
        made = tomlkit.inline_table()
        for key, one in value.items():
            made[key] = _inside(one)
        return made
    if isinstance(value, list) and value and isinstance(value[0], dict):
        several = tomlkit.array()
        for one in value:
            several.append(_inside(one))
        return several
    return value
