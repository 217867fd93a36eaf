"""Bundles: canonical bytes, what is in them and what never is, and reading them back."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from scoring.bundle import compose, pseudonyms
from scoring.canonical import canonical
from scoring.faults import Refused
from scoring.roster import Absence, Decision, Entry, Judge, Recusal, Roster, Sheet, Unit
from scoring.unbundle import restored, unpacked
from scoring.verify import read_document, verify
from scoring.verify.document import MOST_BYTES
from tests.scoring.contests import Contest, Table, contest, criterion, item, marked, rule, words
from tests.scoring.plans import Plan, contest_of, plans
from tests.scoring.prized import prized

NAMES = [Judge("Zhang-San", "Zhang San", unit="A"), Judge("Li-Si", "Li Si"), Judge("Wang-Wu", "Wang Wu")]
PEOPLE = contest(
    rule(marked(recusal="own_unit"), draw={"public": words("dice"), "secret": False}, ties=["draw"]),
    {"A": {"Li-Si": 80, "Wang-Wu": 90}, "B": {"Zhang-San": 70, "Li-Si": 80, "Wang-Wu": 90}, "C": {"Zhang-San": 70}},
    judges=NAMES,
    absences=[Absence("Li-Si", entry="C", reason="Li Si was ill")],
    recusals=[Recusal("Wang-Wu", entry="C", reason="a cousin of Wang Wu")],
    decisions=[Decision("void", "Zhang-San/B", reason="Zhang San said so", document="letter of Zhang San"),
               Decision("public", value="6")],
)  # fmt: skip

SALT = "a secret of the organisers"


def opened(content: bytes) -> Table:
    document: Table = json.loads(content)
    return document


@given(st.one_of(plans().map(contest_of), prized()))
def test_a_bundle_read_back_makes_the_same_bundle_and_the_same_result(contest: Contest) -> None:
    content = compose(contest.inputs, None)
    assert rfc8785.dumps(json.loads(content)) == content
    document = read_document(content)
    assert compose(unpacked(document.sections), None) == content
    result = contest.result()
    back = restored(document.sections, document.header["engine"], document.digests["scheme"])
    notes = tuple(replace(note, record=None) for note in result.notes)
    severities = {part: found for part, found in result.severities.items() if found}
    assert back == replace(result, effective_weights={}, notes=notes, severities=severities)


@given(plans())
def test_pseudonyms_change_nothing_but_names(plan: Plan) -> None:
    contest = contest_of(plan)
    veil = pseudonyms("salt", contest.roster)
    plain, veiled = (opened(compose(contest.inputs, names))["sections"] for names in (None, veil))
    assert veiled["ranking"] == plain["ranking"]
    assert [row["score"] for row in veiled["scores"]] == [row["score"] for row in plain["scores"]]
    assert verify(compose(contest.inputs, veil)).difference is None


def test_without_names_no_judge_no_reason_and_no_document_is_in_a_bundle() -> None:
    content = compose(PEOPLE.inputs, pseudonyms("salt", PEOPLE.roster)).decode()
    for word in ("Zhang", "Li", "Wang", "ill", "cousin", "letter", "said so"):
        assert word not in content
    assert opened(content.encode())["judges"] == "pseudonymous"
    assert "Zhang San" in compose(PEOPLE.inputs, None).decode()


def test_a_draw_is_the_same_with_and_without_names_and_what_cannot_be_checked_is_named() -> None:
    plain, veiled = compose(PEOPLE.inputs, None), compose(PEOPLE.inputs, pseudonyms("salt", PEOPLE.roster))
    assert opened(plain)["sections"]["draw"] == opened(veiled)["sections"]["draw"]
    assert opened(plain)["sections"]["ranking"] == opened(veiled)["sections"]["ranking"]
    assert ("draw", "frozen") not in verify(plain).unknown
    assert ("draw", "frozen") in verify(veiled).unknown
    assert verify(veiled).difference is None


def test_a_judge_whom_the_scheme_names_keeps_the_id_that_stands_there() -> None:
    chaired = contest(rule(ties=["judge:chair"]), {"A": {"chair": 9, "j": 7}, "B": {"chair": 7, "j": 9}})
    content = compose(chaired.inputs, pseudonyms("salt", chaired.roster))
    assert [row["unit"] for row in opened(content)["sections"]["ranking"]] == ["A", "B"]
    assert verify(content).difference is None
    assert opened(content)["sections"]["judges"][0]["id"] == "chair"


def test_pseudonyms_are_the_same_for_the_same_salt_only_and_never_shared() -> None:
    many = Roster((), (), tuple(Judge(f"j{i}") for i in range(3000)))
    one = pseudonyms("salt", many)
    assert one == pseudonyms("salt", many)
    assert len(set(one.values())) == 3000
    assert set(one.values()).isdisjoint(pseudonyms("another", many).values())


def test_a_digest_stands_over_every_section_and_one_over_all() -> None:
    """The canonical JSON of a section, by another library, through SHA-256; a row's mark is its first 8 digits."""
    document = opened(compose(PEOPLE.inputs, None, previous="ab" * 32))
    assert document["digests"] == {name: summed(section) for name, section in document["sections"].items()}
    assert document["digests"]["scheme"] == PEOPLE.scheme.digest
    assert document["digests"]["open"] == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"  # of "[]"
    header = {key: document[key] for key in ("format", "engine", "judges", "previous", "digests")}
    assert document["digest"] == summed(header)
    assert document["rows"]["units"] == [summed(row)[:8] for row in document["sections"]["units"]]
    assert document["previous"] == "ab" * 32


def summed(value: object) -> str:
    return sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]  # JSON that was just read


def tree(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1: the left side is the largest power of two that leaves something for the right."""
    if len(hashes) == 1:
        return hashes[0]
    left = max(2**n for n in range(9) if 2**n < len(hashes))
    return sha256(b"\1" + tree(hashes[:left]) + tree(hashes[left:])).digest()


def test_the_root_over_the_sheets_is_there_only_if_asked() -> None:
    assert "leaves" not in opened(compose(PEOPLE.inputs, None))["sections"]
    content = compose(PEOPLE.inputs, None, "", SALT)
    leaves = [
        rfc8785.dumps({"judge": one.judge, "entry": one.entry, "ticks": list(one.ticks),
                       "salt": sha256(f"leaf/1|{SALT}|{one.judge}|{one.entry}".encode()).hexdigest()})
        for one in PEOPLE.sheets
    ]  # fmt: skip
    root = tree([sha256(b"\0" + leaf).digest() for leaf in leaves])
    assert opened(content)["sections"]["leaves"] == {"root": root.hex(), "size": 6}
    assert verify(content).difference is None


def test_a_working_that_points_to_none_is_refused() -> None:
    document = read_document(compose(PEOPLE.inputs, None))
    document.sections["workings"]["unit:A"] = {"see": "entry:nobody", "value": "85"}
    with pytest.raises(Refused, match=r"bundle\.unknown_name"):
        restored(document.sections, document.header["engine"], document.digests["scheme"])


def test_a_contest_that_contradicts_itself_has_no_bundle() -> None:
    twice = replace(PEOPLE.inputs, sheets=(*PEOPLE.sheets, PEOPLE.sheets[0]))
    with pytest.raises(Refused, match=r"sheet\.double"):
        compose(twice, None)


GOOD = compose(PEOPLE.inputs, None)


def refused(content: bytes) -> str:
    with pytest.raises(Refused) as found:
        read_document(content)
    (fault,) = found.value.faults
    return fault.code


def with_(key: str, value: object) -> bytes:
    return canonical({**opened(GOOD), key: value})


def with_section(name: str, value: object) -> bytes:
    document = opened(GOOD)
    return canonical({**document, "sections": {**document["sections"], name: value}})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable"), (b"\xff", "unreadable"), (b"{", "unreadable"), (b"[" * 100_000, "unreadable"),
        (b'{"a":1.5}', "unreadable"), (b'{"a":NaN}', "unreadable"), (b'{"a":9007199254740993}', "unreadable"),
        (b"[]", "format"), (b"{}", "format"), (with_("format", "result/2"), "format"),
        (GOOD + b"\n", "not_canonical"), (b" " + GOOD, "not_canonical"),
        (GOOD.replace(b'"engine"', b'"\\u0065ngine"'), "not_canonical"),
        (with_("sections", []), "sections"), (with_("sections", {}), "sections"),
        (with_section("more", []), "sections"),
        (with_("engine", 1), "header"), (with_("judges", "secret"), "header"), (with_("previous", "x"), "header"),
        (with_("digest", "x"), "header"), (with_("digests", {}), "header"), (with_("more", 1), "header"),
        (with_section("money", {}), "section"), (with_section("units", [{"id": 1}]), "section"),
        (with_section("sheets", {"judge": ["j"], "entry": [], "ticks": []}), "section"),
        (with_section("priors", [{"unit": "A", "component": "c", "value": "1/0"}]), "section"),
        (with_section("workings", {"entry:A": {"op": "sum", "value": "x"}}), "section"),
        (with_section("sheets", {"judge": ["j"], "entry": ["A"], "ticks": [[1]]}), "unknown_name"),
        (with_section("entries", [
            {**opened(GOOD)["sections"]["entries"][0], "unit": "X"}]), "unknown_name"),
        (with_section("units", [{"id": "A", "name": "", "division": ""}] * 2), "unknown_name"),
        (with_section("judges", opened(GOOD)["sections"]["judges"] * 2), "double"),
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_a_clear_fault(content: bytes, code: str) -> None:
    assert refused(content) == f"bundle.{code}"


def test_a_file_beyond_all_measure_is_not_read() -> None:
    assert refused(bytes(MOST_BYTES + 1)) == "bundle.too_large"


def test_a_working_without_end_is_no_bundle() -> None:
    node: Table = {"op": "constant", "value": "1"}
    for _ in range(70):
        node = {"op": "sum", "value": "1", "args": [node]}
    assert refused(with_section("workings", {"unit:A": node})) == "bundle.section"


@given(st.data())
def test_any_broken_file_is_a_fault_and_never_a_crash(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOOD) - 1))
    broken = GOOD[:place] + data.draw(st.binary(max_size=3)) + GOOD[place + data.draw(st.integers(0, 3)) :]
    codes = ["bundle.differs"]
    try:
        agrees = verify(broken).agrees
    except Refused as found:
        agrees, codes = False, [fault.code for fault in found.faults]
    assert agrees == (broken == GOOD)
    assert all(code.startswith("bundle.") for code in codes)


def test_a_scheme_that_is_none_is_a_fault_of_the_bundle() -> None:
    document = opened(GOOD)
    document["sections"]["scheme"]["components"][0]["weight"] = "heavy"
    with pytest.raises(Refused, match=r"bundle\.nonsense"):
        unpacked(document["sections"])


def big_tour() -> Contest:
    """The stress case: 52 judges, 40 entries of 10 counties, 30 items: 62,400 marks, own county recused."""
    chance = random.Random(20220707)
    lines = [item(f"i{i}", 10, "0.5", weight=1, role="score") for i in range(30)]
    scheme = rule(
        marked(
            "tour",
            criterion("all", *lines),
            panel={
                "method": "mean",
                "counts": "less_severity",
                "trim": {"low": 1, "high": 1},
                "trim_on": "sheet_total",
            },
            recusal="listed",
        ),
        rounding=[{"after": "severity", "decimals": 4}],
    )
    units = tuple(Unit(f"county-{i}") for i in range(10))
    entries = tuple(Entry(f"p{i:02}", f"county-{i % 10}", "tour") for i in range(40))
    judges = tuple(Judge(f"judge-{i:02}") for i in range(52))
    sheets = tuple(
        Sheet(judge.id, entry.id, tuple(chance.randint(8, 20) for _ in lines)) for entry in entries for judge in judges
    )
    return Contest(scheme, Roster(units, entries, judges), sheets)


def test_the_largest_tour_fits_and_is_calculated_again() -> None:
    tour = big_tour()
    content = compose(tour.inputs, pseudonyms("salt", tour.roster))
    assert verify(content).difference is None
    assert len(content) < 1_500_000
