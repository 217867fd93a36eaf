"""No score of a round before it is opened: every address that reads, as everybody, while it is marked and sealed."""

import re
from collections.abc import Iterator
from pathlib import Path

from app.issues.links import make_links
from tests.app.rounds.staged import CONTEST, FIRST, PAGE, Rounds, world
from tests.app.surface import MEMBERS, SURFACE

FILL = {
    "contest": CONTEST, "unit": "N1", "entry": "N1-dossier", "sheet": "units", "version": "1", "rev": "1",
    "number": "1", "n": "1", "judge": "J1", "kind": "problem", "sha256": "0" * 64,
}  # fmt: skip
# The best of the preliminary, as a score, as a mark and as a half of it: nothing else here looks like these.
FIGURES = re.compile(r"(?<![0-9A-Za-z._-])(91\.50?|183)(?![0-9A-Za-z._-])")  # no piece of a digest or an id
# Only what a judge gave himself, or what is opened: the page of rounds is asked by itself below.
OWN = {f"/j/{CONTEST}/package"}


def addresses() -> Iterator[str]:
    """Every address of the contest that is read without knowing a secret; no stream, which does not end."""
    for (method, path), surface in SURFACE.items():
        if method == "GET" and "{contest}" in path and not surface.stream and "{code}" not in path:
            yield re.sub(r"\{(\w+)\}", lambda found: FILL.get(found[1], "-"), path)


def shown(rounds: Rounds) -> dict[tuple[str, str], set[str]]:
    """Who is shown a figure of the best where."""
    asking = {role: rounds.somebody(role) for role in sorted(MEMBERS)} | {"anybody": rounds.field.client()}
    links = rounds.field.database.write(lambda s: make_links(s, "organiser", contest_id=CONTEST, units=["N1"]))
    asking["liaison"] = rounds.field.client()
    asking["liaison"].post(f"/county/{CONTEST}/link/{links['N1']}")
    asking["judge"] = rounds.phone("J3").client
    found = {}
    for who, client in asking.items():
        for path in addresses():
            answer = client.get(path)
            assert answer.status_code < 500, (who, path)
            if figures := set(FIGURES.findall(answer.text)):
                found[who, path] = figures
    return {key: figures for key, figures in found.items() if key[1] not in OWN}


def test_nobody_is_shown_a_score_of_the_preliminary_before_it_is_opened(rounds: Rounds) -> None:
    rounds.mark("dossier", FIRST)
    assert shown(rounds) == {}
    rounds.collect()
    rounds.organiser.post(f"{PAGE}/preliminary/opening", data={"role": "organiser"})
    assert shown(rounds) == {}
    rounds.steward.post(f"{PAGE}/preliminary/opening", data={"role": "steward"})
    # Then on the page of rounds, for the two who open: the search is known to find.
    assert set(shown(rounds)) == {("organiser", PAGE), ("steward", PAGE)}


def test_before_the_opening_the_page_is_the_same_whatever_the_marks(sqlite_file: Path, tmp_path: Path) -> None:
    pages = []
    for name, marks in (("one", FIRST), ("other", dict(zip(FIRST, reversed(FIRST.values()), strict=True)))):
        rounds = world(sqlite_file, tmp_path / name)
        rounds.mark("dossier", marks)
        rounds.collect()
        pages.append(rounds.page())
        rounds.field.database.close()
    assert pages[0] == pages[1]


def test_the_next_round_is_sealed_while_the_one_before_it_is_open(rounds: Rounds) -> None:
    rounds.to_semi()
    rounds.mark("show", {"N1": 64.5, "N2": 63.5, "S1": 62.5, "S2": 61.5})
    rounds.collect()
    page = rounds.page()
    assert "91.50" in page
    assert "64.5" not in page
