"""The workbook to fill in: what it asks for, and that it reads back."""

import io
import zipfile

import pytest

from app.contests.intake import read_roster
from app.contests.schemes import shipped
from app.contests.template import template
from app.i18n import languages
from app.settings import Settings
from app.workbook import sheets_of


@pytest.mark.parametrize("code", ["zh", "en"])
@pytest.mark.parametrize("scheme", sorted(shipped()))
def test_a_template_is_understood_and_empty(code: str, scheme: str) -> None:
    rule = shipped()[scheme].scheme
    sheets = sheets_of(template(rule, languages()[code]), Settings(), most=20)
    needed = {"参评单位", "参评项目", "评委"} if code == "zh" else {"Units", "Entries", "Judges"}
    assert needed <= set(sheets)
    reading = read_roster(rule, sheets)
    assert {fault.code for fault in reading.faults} == {"import.empty_sheet"}
    assert reading.notes == ()


def test_a_template_offers_the_choices_of_the_scheme_and_holds_no_formula() -> None:
    content = template(shipped()["shiyan-2022-tour"].scheme, languages()["zh"])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        entries = parts.read("xl/worksheets/sheet2.xml").decode()
        every = "".join(
            parts.read(name).decode()
            for name in parts.namelist()
            if "worksheets/sheet" in name and name.endswith(".xml")
        )
    assert entries.count("<dataValidation ") == 3
    assert "选项" in entries
    assert "<f>" not in every
    sheets = sheets_of(content, Settings(), most=20)
    assert [row[0] for row in sheets["选项"]] == [kind.name.zh for kind in shipped()["shiyan-2022-tour"].scheme.kinds]
