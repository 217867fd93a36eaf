"""Every sentence the sources say stands in both catalogues, with the same particulars; and the test can fail."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tests.app.catalogues import FAULT, LOCALES, catalogue, holes, sources
from tests.app.fault_codes import CannotFollow, codes_in

SOURCES = sources()


def messages(locale: str) -> dict[tuple[str | None, str], Message]:
    return {(message.context, _first(message.id)): message for message in catalogue(locale) if message.id}


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def forms(message: Message) -> list[str]:
    """Every form of a translation: one, or one per plural."""
    text = message.string or ""
    return [text] if isinstance(text, str) else list(text)


def untold(found: Catalog) -> set[str]:
    """Texts and codes of the sources without a sentence in ``found``."""
    known = {(m.context, _first(m.id)) for m in found if m.id and all(forms(m))}
    texts = {_first(text) for text in SOURCES.texts if (None, _first(text)) not in known}
    return texts | {code for code in SOURCES.faults if (FAULT, code) not in known}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_and_every_fault_has_its_sentence(locale: str) -> None:
    assert untold(catalogue(locale)) == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_in_the_catalogue_is_unsaid_fuzzy_or_obsolete(locale: str) -> None:
    said = {(None, _first(text)) for text in SOURCES.texts} | {(FAULT, code) for code in SOURCES.faults}
    found = catalogue(locale)
    assert set(messages(locale)) - said == set()
    assert [message.id for message in found if message.fuzzy] == []
    assert list(found.obsolete) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_interface_texts_keep_their_particulars(locale: str) -> None:
    wrong = [
        message.id
        for (context, _), message in messages(locale).items()
        if context is None
        for text in forms(message)
        if holes(text) != holes(_first(message.id) if isinstance(message.id, str) else message.id[-1])
    ]
    assert [text for text in wrong if text not in ONE_NEEDS_NO_NUMBER] == []


# The singular of these says "its best entry" instead of "1".
ONE_NEEDS_NO_NUMBER = [("a unit has its best entry", "a unit has the mean of its best {n} entries")]


def test_both_languages_tell_the_same_particulars_of_a_fault() -> None:
    chinese, english = messages("zh_Hans"), messages("en")
    different = [
        code
        for code in SOURCES.faults
        if holes(forms(chinese[FAULT, code])[0]) != holes(forms(english[FAULT, code])[0])
    ]
    assert different == []


def test_a_sentence_asks_only_for_particulars_that_its_fault_has() -> None:
    english = messages("en")
    wanting = [
        (code, said.where, sorted(holes(forms(english[FAULT, code])[0]) - said.params))
        for code, places in SOURCES.faults.items()
        for said in places
        # A fault of a scheme is given the file's name and its place on the way out.
        if said.params is not None and holes(forms(english[FAULT, code])[0]) - said.params - {"file"}
    ]
    assert wanting == []


def test_an_empty_sentence_is_found() -> None:
    found = catalogue("zh_Hans")
    message = found.get("grid.empty", FAULT)
    assert message is not None
    message.string = ""
    assert untold(found) == {"grid.empty"}


def test_a_new_text_and_a_new_fault_are_found(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "scoring").mkdir()
    (tmp_path / "app" / "page.html").write_text("<p>{{ _('Brand new') }}</p>", encoding="utf-8")
    (tmp_path / "scoring" / "room.py").write_text('Fault("room.new", {"cell": 1})', encoding="utf-8")
    found = sources(tmp_path)
    assert set(found.texts) == {"Brand new"}
    assert {code: said[0].params for code, said in found.faults.items()} == {"room.new": frozenset({"cell"})}


def test_a_code_put_together_is_followed_to_its_words() -> None:
    source = """
def fault(what, **params):
    return Fault(f"table.{what}", {"line": 1, **params})

fault("empty")
fault("long" if wide else "short", columns=3)
"""
    told = {said.code: said.params for said in codes_in(source, "tables.py")}
    assert told == {
        "table.empty": frozenset({"line"}),
        "table.long": frozenset({"line", "columns"}),
        "table.short": frozenset({"line", "columns"}),
    }


def test_a_code_that_cannot_be_followed_is_refused() -> None:
    with pytest.raises(CannotFollow):
        codes_in('def tell(x):\n    return Fault(f"{x}.{x}")', "room.py")
