"""The reader's language: catalogues, choice, and the sentence for a fault.

Reads ``locale/*/LC_MESSAGES/fieldmark.po`` once, when the application is made, and compiles them in memory, so that no
compiled file stands in the repository. Writes nothing. Never falls back silently: a missing sentence is shown as its
msgid, and a test refuses it.

Text of the interface has its English sentence as msgid. Sentences for faults have the msgctxt ``fault`` and the code as
msgid; several lines are what happened, what is safe, and what to do.
"""

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from scoring.faults import Fault, Param

LOCALE = Path(__file__).parent / "locale"
FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Language:
    """One language a page can be read in. ``code`` is what stands in ``?lang=``, ``tag`` in ``<html lang>``."""

    code: str
    tag: str
    name: str
    catalogue: gettext.NullTranslations

    def gettext(self, message: str, **params: Param) -> str:
        return _filled(self.catalogue.gettext(message), params)

    def ngettext(self, one: str, many: str, n: int, **params: Param) -> str:
        return _filled(self.catalogue.ngettext(one, many, n), {"n": n, **params})

    def sentence(self, fault: Fault) -> str:
        """The whole text of a fault on one line, as it stands in a list or in JSON."""
        joint = "" if self.code == "zh" else " "
        return joint.join(self.lines(fault))

    def lines(self, fault: Fault) -> tuple[str, ...]:
        """The text of a fault line by line: what happened, what is safe, what to do."""
        return tuple(_filled(self.catalogue.pgettext(FAULT, fault.code), fault.params).split("\n"))


class _Open(dict[str, Param]):
    """Leaves a hole visible instead of failing while an error is being told."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _filled(message: str, params: Mapping[str, Param]) -> str:
    return message.format_map(_Open(params)) if params else message


@cache
def languages() -> dict[str, Language]:
    """All languages, the default one first."""
    return {
        "zh": Language("zh", "zh-Hans", "中文", _compiled("zh_Hans")),
        "en": Language("en", "en", "English", _compiled("en")),
    }


def _compiled(locale: str) -> gettext.GNUTranslations:
    with (LOCALE / locale / "LC_MESSAGES" / "fieldmark.po").open("rb") as source:
        catalogue = read_po(source, locale=locale, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def chosen(asked: str | None, remembered: str | None, accepted: str, default: str) -> Language:
    """The language of an answer: what the address asks for, else the cookie, else the browser's wish, else ours."""
    for code in (asked, remembered):
        if code in languages():
            return languages()[code]
    return languages()[_wished(accepted) or default]


def _wished(accepted: str) -> str | None:
    """The first of our languages in an ``Accept-Language`` header, by its weights."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        if code in languages():
            wishes.append((-_number(weight), place, code))
    wishes.sort()
    return wishes[0][2] if wishes and wishes[0][0] < 0 else None


def _number(weight: str) -> float:
    try:
        return float(weight or "1")
    except ValueError:
        return 0.0
