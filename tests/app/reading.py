"""What a person reads on a page: text, titles, labels, placeholders; and what in it is in the wrong language.

Reads HTML. Writes nothing. What stands in an element of another ``lang`` (the switch of languages), in ``<code>`` and
in scripts is nobody's sentence.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

CJK = re.compile(r"[⺀-⿟　-〿぀-ヿ㐀-鿿豈-﫿＀-￯]")
WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")
ID = re.compile(r"\b[0-9a-f]{8,}\b")
HOLE = re.compile(r"\{[a-z_]+\}")
CODE = re.compile(r"\b[a-z]+\.[a-z]+(?:_[a-z]+)+\b")
# What is called so in Chinese too.
TERMS = frozenset({"Excel", "WPS", "CSV", "QR", "PDF", "PNG", "JSON", "TOML", "xlsx", "xls", "csv", "zip", "toml"})
TERMS |= {"JavaScript", "Fieldmark", "fieldmark", "rubrics", "Apache", "Ctrl", "Tab", "http", "https", "iPhone", "MB"}
LABELS = ("title", "aria-label", "placeholder", "alt", "data-name", "aria-roledescription")
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
UNREAD = frozenset({"script", "style", "code"})


class Element(NamedTuple):
    """An open element, and whether what stands in it is read in the page's language."""

    tag: str
    read: bool


@dataclass
class Page:
    """A page as it is read, and where it leads."""

    lang: str = ""
    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.page.lang = given.get("lang", "")
        foreign = tag != "html" and "lang" in given and given["lang"] != self.page.lang
        read = tag not in UNREAD and not foreign and (not self._open or self._open[-1].read)
        if read:
            self.page.texts += [given[name] for name in LABELS if given.get(name)]
            if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
                self.page.texts.append(given.get("value", ""))
        target = given.get("href") if tag == "a" else given.get("action") if tag == "form" else None
        if target is not None:
            self.page.links.append(target)
        if tag not in VOID:
            self._open.append(Element(tag, read))

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(one.tag == tag for one in self._open):
            if self._open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and (not self._open or self._open[-1].read):
            self.page.texts.append(" ".join(data.split()))


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    return reader.page


def wrong(text: str, lang: str, *, codes: frozenset[str] = frozenset(), allowed: frozenset[str] = frozenset()) -> str:
    """Why ``text`` cannot stand on a page in ``lang`` (zh, en); empty where it can."""
    if HOLE.search(text):
        return "a hole that nothing filled"
    if any(code in codes for code in CODE.findall(text)):
        return "a code instead of a sentence"
    if lang == "en" and CJK.search(text):
        return "Chinese on an English page"
    if lang == "zh" and set(WORD.findall(ID.sub("", text))) - TERMS - allowed:
        return "English on a Chinese page"
    return ""
