"""The fonts of every printed paper, and which characters they do not have.

Reads the font files that come with the application, and no font of the machine: the same content is the same paper
everywhere. Whoever sets type is told of a missing character by nobody, so it is looked for here, before.
"""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

# 仿宋 and 小标宋 are nobody's to give away; of the free faces this Song face is the nearest, for text and for titles.
# What it lacks comes from the other one, which is also the face for headings (黑体).
TEXT, HEADING = "Noto Serif SC", "Noto Sans CJK SC"
BLANK = "＿"  # stands for what must be written in by hand
_PACKAGES = ("pylopdf_fonts_zh_cn", "manimgx_fonts_cjk")
_NEVER_DRAWN = frozenset("\n\r\t\u200b\ufeff")


@dataclass(frozen=True, slots=True)
class Lacking:
    """A text with characters that no font has; ``characters``: each once."""

    text: str
    characters: str

    @property
    def codes(self) -> str:
        """U+30F84, as it is looked up."""
        return ", ".join(f"U+{ord(sign):04X}" for sign in self.characters)


def folders() -> list[Path]:
    """Where the font files are."""
    found = [importlib.util.find_spec(name) for name in _PACKAGES]
    return [Path(place) for spec in found if spec for place in spec.submodule_search_locations or ()]


@cache
def faces() -> "typst.Fonts":
    """The fonts as the setter takes them, opened once."""
    import typst  # noqa: PLC0415  30 MB of machine code that only printing needs

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders()))


@cache
def known() -> frozenset[str]:
    """Every character of which there is a drawing; a quarter of a second, once."""
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415  only printing needs it

    signs: set[str] = set()
    for file in sorted(path for folder in folders() for path in folder.iterdir()):
        if file.suffix == ".otf":
            with TTFont(file, lazy=True) as font:
                signs.update(map(chr, font.getBestCmap()))
        elif file.suffix == ".ttc":
            # Its faces differ in how they draw a character, not in which they have.
            with TTCollection(str(file), lazy=True) as faces_of_it:
                signs.update(map(chr, faces_of_it.fonts[0].getBestCmap()))
    return frozenset(signs)


def lacking(text: str) -> Lacking | None:
    """What the fonts lack of ``text``; None where they have it all."""
    if text.isascii():
        return None
    missing = dict.fromkeys(sign for sign in text if sign not in known() and sign not in _NEVER_DRAWN)
    return Lacking(text, "".join(missing)) if missing else None


def drawable(text: str) -> str:
    """``text`` with a blank for every character that cannot be printed: never a box, and never nothing."""
    if text.isascii():
        return text
    return "".join(sign if sign in known() or sign in _NEVER_DRAWN else BLANK for sign in text)


def texts(content: object) -> Iterator[str]:
    """Every text in ``content``, which is made of dicts, lists and plain values."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from texts(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from texts(value)
