"""Set type: content and a template of this folder give a PDF, the same bytes for the same content.

Reads templates and fonts. Writes nothing. Asks no network, no clock and no font of the machine.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from app.printing.fonts import HEADING, TEXT, drawable, faces, folders, lacking, texts

MEDIA_TYPE = "application/pdf"
_HERE = Path(__file__).parent
_MOST_HERE = 40  # pieces; more are set by a child
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``below``: small, under its name. ``width`` as the setter reads it: 14mm, 1fr."""

    name: str
    below: str = ""
    width: str = "1fr"
    align: Literal["left", "center"] = "center"


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its cells in the order of the columns. ``struck``: why there is nothing to write in the others.

    ``dropped``: the places of cells that are struck through one by one.
    """

    cells: tuple[str, ...]
    struck: str = ""
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the same columns. ``high``: how high a row is at least, as the setter reads it."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    caption: str = ""
    high: str = "10mm"


@dataclass(frozen=True, slots=True)
class Leaf:
    """What begins on a page of its own: a title, what it is about, tables, notes, and where people sign.

    ``blanks``: words with a line after each, to write on. ``across``: A4 lying.
    """

    title: str
    facts: tuple[str, ...]
    tables: tuple[Table, ...]
    blanks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    across: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper smaller than a page, to be cut: what stands on top, rows with a place to write, and who signs.

    ``said``: words to be read out, in place of rows.
    """

    title: str
    facts: tuple[str, ...]
    lines: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """A name with a code to scan; ``code``: its drawing as SVG, ``address``: what it says."""

    name: str
    number: str
    unit: str
    address: str
    code: str


@dataclass(frozen=True, slots=True)
class Labels:
    """How labels lie on A4; ``cut``: plain paper, with lines to cut along."""

    across: int
    down: int
    width: str
    height: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What stands on every page: whose paper it is, and in which language. ``invented``: across the page, if it is.

    ``number``: such as "{n} of {all}". ``colon``: between a word and what follows. ``by_hand``: what is said of a
    blank left for a character that no font has.
    """

    title: str
    name: str
    language: str
    number: str = ""
    colon: str = ""
    by_hand: str = ""
    invented: str = ""
    fonts: tuple[str, str] = field(default=(TEXT, HEADING))


def leaves(around: Around, pages: Sequence[Leaf]) -> bytes:
    """Each leaf on a page of its own, or on as many as it needs."""
    all_of_them = [_noted(asdict(leaf), around) for leaf in pages]
    for n, leaf in enumerate(all_of_them, 1):
        leaf["number"] = around.number.format(n=n, all=len(pages))
    return _set("leaves.typ", around, {"pieces": all_of_them})


def slips(around: Around, pieces: Sequence[Slip], *, across: int, down: int) -> bytes:
    """So many slips on a page, to be cut along the lines."""
    return _set("slips.typ", around, {"pieces": [asdict(slip) for slip in pieces], "across": across, "down": down})


def badges(around: Around, pieces: Sequence[Badge], labels: Labels) -> bytes:
    """One badge on each label."""
    return _set("badges.typ", around, {"pieces": [asdict(badge) for badge in pieces], **asdict(labels)})


def _noted(leaf: dict[str, Any], around: Around) -> dict[str, Any]:
    """The leaf with a note of the characters that are to be written in by hand."""
    found = {one.text: one for text in texts(leaf) if (one := lacking(text))}
    if found:
        told = "; ".join(f"{one.text} ({one.codes})" for one in found.values())
        leaf["notes"] = [*leaf["notes"], f"{around.by_hand}{around.colon}{told}"]
    return leaf


def _set(template: str, around: Around, content: dict[str, Any]) -> bytes:
    text = drawable(json.dumps({"around": asdict(around), **content}, ensure_ascii=False))
    if len(content["pieces"]) > _MOST_HERE:
        return _set_apart(template, text)
    import typst  # noqa: PLC0415  30 MB of machine code that only printing needs

    return typst.compile(
        str(_HERE / template), root=str(_HERE), font_paths=faces(), ignore_system_fonts=True, pdf_tags=False,
        format="pdf", sys_inputs={"content": text},
    )  # fmt: skip


def _set_apart(template: str, text: str) -> bytes:
    """By a child, with which goes what the setter keeps in memory to be quicker next time: half a gigabyte for 500."""
    command = [sys.executable, str(_HERE / "child.py"), str(_HERE / template), *map(str, folders())]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603  our own
    return done.stdout
