"""The rounds of the contest read from its marks, each one tabulation in which every entry is a unit of its own.

Reads marks.csv, votes.csv and site_scores.csv beside this file. In scheme E an entry of the contest is two of the
engine's: what judges mark, under its own name, and what the public marks, as NAME-public.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

from scoring.roster import Decision, Entry, Judge, Roster, Sheet, Unit
from scoring.scheme import Scheme
from tests.contests.contest import Contest, Row, not_on_the_panel, rows_of, scheme_at, ticks

HERE = Path(__file__).parent
LEVEL, PUBLIC = "level", "public"  # components: marked by judges, marked by the public
SCHEMES = "ABCDEFS"
RoundName = tuple[str, str]  # year, round
EntryName = tuple[str, str, str]  # year, round, entry

# The column of the source for every item.
_EXTRA = {"bonus": "bonus", "penalty": "penalty"}
COLUMNS: dict[str, dict[str, str]] = {
    "A": {
        "appeal": "c1",
        "fun": "c2",
        "fun-20": "c2",
        "challenge": "c3",
        "challenge-60": "c3",
        "novelty": "c4",
        **_EXTRA,
    },
    "B": {
        "appeal": "c1",
        "appeal-15": "c1",
        "design": "c2",
        "novelty": "c3",
        "challenge": "c4",
        "fun": "c5",
        **_EXTRA,
    },
    "C": {
        "fitness": "c1",
        "beauty": "c2",
        "uniqueness": "c3",
        "thought": "c4",
        "completeness": "c5",
        "reason": "c6",
        "effect": "c7",
        "involvement": "c8",
        "replay": "c9",
        "achievement": "c10",
        **_EXTRA,
    },
    "D": {"appeal": "c1", "novelty": "c2", "design": "c3", "play": "c4", "bonus": "bonus"},
    "S": {"total": "c1"},
}
COLUMNS["E"] = COLUMNS["C"]
VOTES = {
    "public-appeal": "v1", "public-novelty": "v2", "public-design": "v3", "public-play": "v4",
    "public-bonus": "bonus", "public-bonus-8": "bonus", "public-penalty": "penalty",
}  # fmt: skip

# The kind of all entries of a round; every other round is "ordinary".
KINDS: dict[RoundName, str] = {
    ("2013", "G4"): "challenge",
    ("2013", "S1"): "without-challenge",
    ("2013", "F"): "criteria-only",
    ("2014", "F"): "criteria-only",
    ("2016", "Q2"): "appeal-15",
    **{("2013", name): "without-bonus" for name in ("G2", "G3", "S2")},
    **{("2015", name): "without-bonus" for name in ("P2", "G2", "G4", "Q1", "Q2")},
    ("2017", "P2"): "without-bonus",
    ("2019", "S"): "without-bonus",
    **{("2021", name): "without-bonus" for name in ("P1", "P2")},
    **{("2022", name): "without-penalty" for name in ("P1", "P2", "I3", "R", "F")},
    **{("2023", name): "without-penalty" for name in ("P2", "I1", "I3", "F")},
    **{("2024", name): "without-penalty" for name in ("P1", "P2", "I1", "I2", "I3", "F")},
}
CHALLENGE_GROUPS_2012 = {"B", "D"}

# Slips of the source: in these rows the marks of two columns were swapped, which shows as a mark outside its range.
SWAPPED: dict[tuple[str, str, str, str], tuple[tuple[str, str], ...]] = {
    ("2013", "G1", "D2", "J2"): (("c2", "c3"),),
    ("2014", "P2", "7", "J2"): (("bonus", "penalty"),),
    ("2014", "S", "D", "J2"): (("c1", "c2"), ("c4", "c5")),
    ("2016", "G1", "B3", "J1"): (("c4", "c5"),),
    ("2017", "S", "C", "J1"): (("c4", "c5"),),
}


@cache
def scheme(letter: str) -> Scheme:
    return scheme_at(scheme_file(letter))


def scheme_file(letter: str) -> Path:
    return HERE / f"scheme-{letter.lower()}.toml"


def mended(row: Row) -> Row:
    """``row`` with its swapped columns put right."""
    right = dict(row)
    for one, other in SWAPPED.get((row["year"], row["round"], row["entry"], row["slot"]), ()):
        right[one], right[other] = row[other], row[one]
    return right


def entry_name(row: Row) -> EntryName:
    return row["year"], row["round"], row["entry"]


@cache
def official(letter: str) -> dict[EntryName, Fraction | None]:
    """Every entry score of the site. It prints 0 for a disqualified entry, which has no score: None."""
    rows = [row for row in rows_of(HERE / "site_scores.csv") if row["scheme"] == letter]
    if letter == "F":  # the site also lists who handed in nothing, with 0
        marked = {entry_name(row) for row in votes()}
        rows = [row for row in rows if entry_name(row) in marked]
    scores = {entry_name(row): Fraction(row["site_score"]) for row in rows}
    return {name: None if name in disqualified() else score for name, score in scores.items()}


@cache
def votes() -> tuple[Row, ...]:
    """What the public marked, one row for each voter and entry."""
    return tuple(rows_of(HERE / "votes.csv"))


def disqualified() -> set[EntryName]:
    return _with_state("canceled")


def does_not_run() -> set[EntryName]:
    return _with_state("unworking")


@cache
def _with_state(state: str) -> set[EntryName]:
    rows = rows_of(HERE / "marks.csv")
    return {entry_name(row) for row in rows if row["state"] == state}


def rounds(
    letter: str, mend: Callable[[Row], Row] = mended, counts: Callable[[Row], bool] = lambda _: True
) -> dict[RoundName, Contest]:
    """The rounds of one scheme. ``counts`` says which sheets are handed in at all; entries stay."""
    found: dict[RoundName, list[Row]] = {}
    for row in _judged(letter):
        found.setdefault((row["year"], row["round"]), []).append(mend(row))
    public: dict[RoundName, list[Row]] = {}
    for row in _voted(letter):
        public.setdefault((row["year"], row["round"]), []).append(row)
    names = dict.fromkeys([*found, *public])
    return {name: _contest(letter, found.get(name, []), public.get(name, []), counts) for name in names}


def _judged(letter: str) -> list[Row]:
    return [row for row in rows_of(HERE / "marks.csv") if row["scheme"] == letter]


def _voted(letter: str) -> list[Row]:
    """The rows of the public in the rounds of a scheme: all of 2025 and the first of 2026 are E, the others F."""
    if letter not in "EF":
        return []
    return [row for row in votes() if (letter == "E") == (row["year"] == "2025" or row["round"] == "P1")]


def together(letter: str) -> Contest:
    """All rounds of one scheme as one contest, for their scores in one go; an entry is named YEAR-ROUND-ENTRY."""
    rows, public = (
        [_named(row) for row in rows] for rows in ([mended(row) for row in _judged(letter)], _voted(letter))
    )
    return _contest(letter, rows, public, lambda _: True)


def _named(row: Row) -> Row:
    return row | {"entry": "-".join(entry_name(row))}


def _contest(letter: str, rows: list[Row], public: list[Row], counts: Callable[[Row], bool]) -> Contest:
    """One tabulation from the rows of judges and of the public."""
    name = _public_name if letter == "E" else _own_name
    given = [row for row in rows if counts(row)]
    marked = [row for row in given if row["judge"] or row["slot"] == "TOTAL"]
    entries = [Entry(row["entry"], row["entry"], LEVEL, _kind(row)) for row in _first_rows(rows)]
    if letter == "E":
        bonus = {row["entry"]: row["bonus_full"] for row in public}
        entries += [
            Entry(name(row), row["entry"], PUBLIC, f"bonus-{bonus.get(row['entry'], '5')}") for row in _first_rows(rows)
        ]
    elif letter == "F":
        entries += [
            Entry(row["entry"], row["entry"], PUBLIC, f"bonus-{row['bonus_full']}") for row in _first_rows(public)
        ]
    units = tuple(Unit(unit) for unit in dict.fromkeys(entry.unit for entry in entries))
    classes = {_judge(row): _class_of(letter, row) for row in marked}
    judges = tuple(Judge(who, judge_class=classes.get(who, "")) for who in sorted({*classes, *map(_voter, public)}))
    kinds = {entry.id: entry.kind for entry in entries}
    sheets = tuple(
        [Sheet(_judge(row), row["entry"], _ticks(letter, row)) for row in marked]
        + [Sheet(_voter(row), name(row), _vote(letter, row, kinds[name(row)])) for row in public]
    )
    absences = not_on_the_panel(judges, (entry.id for entry in entries), sheets)
    decisions = [decision for row in given for decision in _decisions(letter, row)]
    return Contest(scheme(letter), Roster(units, tuple(entries), judges, (), absences), sheets, tuple(decisions))


def _own_name(row: Row) -> str:
    return row["entry"]


def _public_name(row: Row) -> str:
    return f"{row['entry']}-public"


def _judge(row: Row) -> str:
    return row["judge"] or row["slot"]


def _voter(row: Row) -> str:
    return row["voter"]


def _class_of(letter: str, row: Row) -> str:
    """In scheme D the public sits on the panel of the judges; its slots begin with JZ."""
    if letter != "D":
        return ""
    return "public" if row["slot"].startswith("JZ") else "judge"


def _first_rows(rows: list[Row]) -> list[Row]:
    return list({row["entry"]: row for row in reversed(rows)}.values())[::-1]


def _kind(row: Row) -> str:
    if row["year"] == "2012":
        return "challenge" if row["group"] in CHALLENGE_GROUPS_2012 else "ordinary"
    if row["scheme"] in "DS":
        return ""
    return KINDS.get((row["year"], row["round"]), "ordinary")


def _ticks(letter: str, row: Row) -> tuple[int | None, ...]:
    marks = {item: row[column] for item, column in COLUMNS[letter].items()}
    if letter == "E":  # what was not added or taken away was left empty
        marks |= {item: row[item] or "0" for item in _EXTRA}
    if marks.get("penalty"):
        marks["penalty"] = str(-Fraction(marks["penalty"]))  # the source holds it below 0
    return ticks(scheme(letter), LEVEL, _kind(row), marks)


def _vote(letter: str, row: Row, kind: str) -> tuple[int | None, ...]:
    marks = {item: row[column] or "0" for item, column in VOTES.items()}
    marks["public-penalty"] = str(-Fraction(marks["public-penalty"]))
    return ticks(scheme(letter), PUBLIC, kind, marks)


def _decisions(letter: str, row: Row) -> list[Decision]:
    match row["state"]:
        case "revoked":
            return [Decision("void", f"{row['judge']}/{row['entry']}", reason="revoked after an appeal")]
        case "unworking":
            return [Decision("ruling", row["entry"], "does-not-run", reason="the level does not run")]
        case "canceled":
            names = [row["entry"], *([_public_name(row)] if letter == "E" else [])]
            return [Decision("veto", name, "disqualified", reason="disqualified") for name in names]
    return []
