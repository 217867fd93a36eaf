"""The judge's scripts in one file instead of thirty: a browser asks for six at a time, and each turn costs time.

Reads scripts as they are sent. Writes nothing, and changes no word of them but ``import`` and ``export``: each script
becomes a function that is called once, after those it imports, and what it exports stands under its name in ``parts``.
So a script of a rarer page, fetched later, finds the same ones there.
"""

import posixpath
import re
from collections.abc import Mapping

IMPORT = re.compile(r'^import (\{ \w+(?:, \w+)* \}) from "(\.{1,2}/.+?)";$', re.MULTILINE)
DECLARED = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
LISTED = re.compile(r"^export \{ (\w+(?:, \w+)*) \};\n", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def joined(first: str, scripts: Mapping[str, str]) -> bytes:
    """``first`` with all of ``scripts`` that it needs, by name. Raises ValueError where a script cannot be joined."""
    outside: dict[str, None] = {}
    inside = "".join(_part(name, scripts, outside) for name in _in_turn(first, scripts, ()))
    return f"{''.join(outside)}export const parts = {{}};\n{inside}".encode()


def beside(name: str, text: str, first: str, scripts: Mapping[str, str]) -> bytes:
    """The script ``name``, which stays one by itself, with what it imports taken from ``first``."""
    told, theirs = _taken(name, text, scripts)
    road = posixpath.relpath(first, posixpath.dirname(name))
    return (f'import {{ parts }} from "{road}";\n{told}' if theirs else text).encode()


def _in_turn(name: str, scripts: Mapping[str, str], above: tuple[str, ...]) -> dict[str, None]:
    """``name`` and what it needs, each behind all that it needs itself."""
    if name in above:
        raise ValueError(f"{name} needs itself")
    turn: dict[str, None] = {}
    for needed in _needed(name, scripts[name]):
        if needed in scripts:
            turn |= _in_turn(needed, scripts, (*above, name))
    return {**turn, name: None}


def _needed(name: str, text: str) -> list[str]:
    return [_place(name, where) for _, where in IMPORT.findall(text)]


def _place(name: str, where: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), where))


def _part(name: str, scripts: Mapping[str, str], outside: dict[str, None]) -> str:
    text, _ = _taken(name, scripts[name], scripts)
    outside |= {f"{line[0]}\n": None for line in IMPORT.finditer(text)}
    exported = [one for _, one in DECLARED.findall(text)] + [
        one for many in LISTED.findall(text) for one in many.split(", ")
    ]
    body = LISTED.sub("", DECLARED.sub(r"\1", IMPORT.sub("", text)))
    if odd := OTHER.search(body):
        raise ValueError(f"{name}: {odd[0]}")
    return f'parts["{name}"] = (() => {{\n{body}return {{ {", ".join(exported)} }};\n}})();\n'


def _taken(name: str, text: str, scripts: Mapping[str, str]) -> tuple[str, bool]:
    """``text`` with its imports of ``scripts`` taken from the parts, and whether there are any."""

    def line(found: re.Match[str]) -> str:
        where = _place(name, found[2])
        return f'const {found[1]} = parts["{where}"];' if where in scripts else found[0]

    told = IMPORT.sub(line, text)
    return told, told != text
