"""Proofs of sheets: what holds, and what was altered in a sheet, on its way, or in the root."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.bundle import compose
from scoring.canonical import canonical
from scoring.faults import Refused
from scoring.merkle import inclusion, leaf_of, root
from scoring.proof import proof
from scoring.roster import Judge, Sheet
from scoring.verify import check_proof, read_document
from tests.scoring.contests import contest, rule
from tests.scoring.tampering import leaves, other

MANY = contest(
    rule(),
    {f"P{i}": {"Li": 80 + i, "Wang": 70 + i, "Zhao": 90 - i} for i in range(7)},
    judges=[Judge("Li", unit="P0"), Judge("Wang", unit="P0"), Judge("Zhao", unit="P1")],
)
SALTED = "a secret of the organisers"
SECTIONS = read_document(compose(MANY.inputs, None, "", SALTED)).sections
ROOT = SECTIONS["leaves"]["root"]
OF_LI = proof(SECTIONS, SALTED, lambda sheet: sheet.judge == "Li")


def held(content: bytes, by: str = ROOT) -> list[bool]:
    return [sheet.holds for sheet in check_proof(content, by).sheets]


def test_a_judges_own_sheets_are_in_the_root_and_no_other_is_shown() -> None:
    verdict = check_proof(OF_LI, ROOT)
    assert (verdict.holds, len(verdict.sheets)) == (True, 7)
    assert {sheet.judge for sheet in verdict.sheets} == {"Li"}
    assert verdict.sheets[3].ticks == (8300,)
    for word in ("Wang", "Zhao", SALTED):
        assert word not in OF_LI.decode()


@given(st.integers(1, 40), st.data())
def test_a_proof_of_any_tree_holds_and_the_root_is_that_of_the_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    sheets = [Sheet(f"j{i}", "P", (i,)) for i in range(size)]
    data_of = [leaf_of(sheet, "00") for sheet in sheets]
    row = {"judge": f"j{index}", "entry": "P", "ticks": [index], "salt": "00", "index": index}
    path = [one.hex() for one in inclusion(data_of, index)]
    whole = root(data_of).hex()
    table: Any = {"format": "proof/1", "root": whole, "size": size, "sheets": [{**row, "path": path}]}
    assert held(canonical(table), whole) == [True]
    for wrong in (path[:-1], [*path, whole], path[::-1]):
        if wrong != path:
            assert held(canonical({**table, "sheets": [{**row, "path": wrong}]}), whole) == [False]


PATHS = [path for path in leaves(json.loads(OF_LI)) if path[0] == "sheets"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_an_altered_sheet_salt_place_or_way_does_not_hold_and_only_that_sheet(path: tuple[Any, ...]) -> None:
    document = json.loads(OF_LI)
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = other(holder[path[-1]])
    expected = [True] * 7
    expected[path[1]] = False
    assert held(canonical(document)) == expected


def test_under_another_root_or_in_a_tree_of_another_size_nothing_holds() -> None:
    assert held(OF_LI, "0" * 64) == [False] * 7
    # What the file itself calls its root is not believed.
    claimed = json.loads(OF_LI) | {"root": "0" * 64}
    assert held(canonical(claimed), "0" * 64) == [False] * 7
    for size in (0, 3, 8, 40):
        assert not all(held(canonical(json.loads(OF_LI) | {"size": size})))
    # A root alone does not say how large its tree is; the bundle does.
    larger = canonical(json.loads(OF_LI) | {"size": 22})
    assert check_proof(larger, ROOT).holds
    assert not any(sheet.holds for sheet in check_proof(larger, ROOT, 21).sheets)


EMPTY, ANOTHER = (canonical(json.loads(OF_LI) | {key: value}) for key, value in (("sheets", []), ("format", "proof/2")))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[" * 100_000, b"{}", EMPTY, ANOTHER])
def test_what_is_no_proof_is_a_clear_fault(content: bytes) -> None:
    with pytest.raises(Refused, match=r"proof\.unreadable"):
        check_proof(content, ROOT)


@pytest.mark.parametrize(
    ("sections", "secret", "judge", "code"),
    [
        (SECTIONS, "another", "Li", "other_secret"),
        (SECTIONS, SALTED, "Sun", "no_sheet"),
        ({key: value for key, value in SECTIONS.items() if key != "leaves"}, SALTED, "Li", "no_tree"),
    ],
)
def test_what_cannot_be_proven_is_a_clear_fault(sections: dict[str, Any], secret: str, judge: str, code: str) -> None:
    with pytest.raises(Refused, match=rf"proof\.{code}"):
        proof(sections, secret, lambda sheet: sheet.judge == judge)
