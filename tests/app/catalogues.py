"""What the sources say to people, and what the catalogues hold: collected here, compared in ``test_catalogues.py``.

``python -m tests.app.catalogues`` adds what is missing to both catalogues (Chinese empty, English as it is in the
source) and takes out what nothing says any more. It writes nothing else.
"""

import io
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from tests.app.fault_codes import Said, codes_in

ROOT = Path(__file__).parent.parent.parent
LOCALES = ("zh_Hans", "en")
FAULT = "fault"

# ``say`` is what modules with much text call ``language.gettext``.
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "say": None, "ngettext": (1, 2)}


def path_of(locale: str) -> Path:
    return ROOT / "app" / "locale" / locale / "LC_MESSAGES" / "fieldmark.po"


def catalogue(locale: str) -> Catalog:
    with path_of(locale).open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


Msgid = str | tuple[str, ...]


@dataclass(slots=True)
class Sources:
    """Everything the sources say."""

    texts: dict[Msgid, str] = field(default_factory=dict)
    faults: dict[str, list[Said]] = field(default_factory=dict)


def sources(root: Path = ROOT) -> Sources:
    """All msgids of interface text, and all fault codes, under ``app/`` and ``scoring/``."""
    found = Sources()
    for path in sorted((root / "app").rglob("*.html")):
        for text in texts_in(path, "jinja2.ext:babel_extract"):
            found.texts.setdefault(text, path.relative_to(root).as_posix())
    for path in sorted([*(root / "app").rglob("*.py"), *(root / "scoring").rglob("*.py")]):
        where = path.relative_to(root).as_posix()
        for text in texts_in(path, "python"):
            found.texts.setdefault(text, where)
        for said in codes_in(path.read_text(encoding="utf-8"), where):
            found.faults.setdefault(said.code, []).append(said)
    return found


def texts_in(path: Path, method: str) -> Iterator[Msgid]:
    options = {"encoding": "utf-8", "trimmed": "false"}
    with path.open("rb") as source:
        for _, message, _, _ in extract(method, source, keywords=KEYWORDS, options=options):
            yield message if isinstance(message, str) else tuple(message)


def holes(text: str) -> frozenset[str]:
    """The {names} in a sentence."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def update(locale: str) -> None:
    """Add what is missing, take out what nothing says any more."""
    old, found = catalogue(locale), sources()
    new = Catalog(locale=locale, project="Fieldmark", version="", charset="utf-8", fuzzy=False)
    for text, where in found.texts.items():
        kept = old.get(text if isinstance(text, str) else text[0])
        new.add(text, (kept.string if kept else "") or _first_draft(locale, text), locations=[(where, 0)])
    for code, said in sorted(found.faults.items()):
        kept = old.get(code, FAULT)
        new.add(code, kept.string if kept else "", context=FAULT, locations=[(said[0].where, 0)])
    save(new, locale)


def save(new: Catalog, locale: str) -> None:
    """Written without dates and names, which would differ at every writing."""
    target = io.BytesIO()
    write_po(target, new, width=120, omit_header=True, include_lineno=False, sort_by_file=True)
    plurals = f'"Plural-Forms: nplurals={new.num_plurals}; plural={new.plural_expr};\\n"'
    head = f'msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n{plurals}\n\n'
    path_of(locale).write_text(head + target.getvalue().decode("utf-8"), encoding="utf-8")


def _first_draft(locale: str, text: Msgid) -> Msgid:
    if locale == "en":
        return text
    return "" if isinstance(text, str) else ("",)


if __name__ == "__main__":
    for name in LOCALES:
        update(name)
