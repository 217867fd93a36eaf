"""The board of a star rating: 2,743 sites, of which it shows what is missing; everything else is one link away."""

import shutil
from pathlib import Path

import pytest
from sqlmodel import Session

from app import audit
from app.contests import queries, service
from app.contests.draft import Draft, EntryLine, JudgeLine, UnitLine
from app.db import Database, open_database
from app.judging.models import SheetRevision
from app.judging.service import collect
from app.results import naming
from app.results.wording import Named, named
from scoring.roster import Roster
from scoring.scheme import Scheme
from tests.app.contests.conftest import a_contest, a_person
from tests.app.sync.field import Field

SITES, LEFT = 12 + 128 + 2_603, 250
MOST_GATHERED = 8  # times that one page gathers the names of a contest


def rated(database: Database) -> str:
    """Each site has one inspector of twenty; all but the last are marked."""
    made = a_contest(database, a_person(database, "zhou"), "star-rating")
    draft = Draft(
        tuple(UnitLine(f"U{n}", n, f"第{n}县") for n in range(1, 13)),
        tuple(EntryLine(f"E{n}", n, f"U{n % 12 + 1}", f"第{n}号新时代文明实践站", "review", judges=f"J{n % 20 + 1}")
              for n in range(1, SITES + 1)),
        tuple(JudgeLine(f"J{n}", n, f"评审{n}") for n in range(1, 21)),
    )  # fmt: skip
    rev = database.write(lambda s: service.draft_import(s, "o", contest_id=made, draft=draft))
    database.write(lambda s: service.apply_import(s, "o", contest_id=made, rev=rev))

    def mark(session: Session) -> None:
        rev = audit.record(session, "-", "sheets", contest_id=made)
        ticks = "[" + ",".join("1" for _ in queries.scheme(session, made).items("review", "")) + "]"
        session.add_all(
            SheetRevision(
                contest_id=made, revision_id=f"{n:036}", server_rev=rev, judge_id=f"J{n % 20 + 1}", entry_id=f"E{n}",
                kind="submitted", ticks=ticks, origin="phone", marked_at=audit.now(), came_at=audit.now(),
                digest="0" * 64,
            )
            for n in range(1, SITES + 1 - LEFT)
        )  # fmt: skip

    database.write(mark)
    return made


def test_the_board_of_thousands_shows_what_is_missing_and_counts_the_rest(sqlite_file: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    field = Field(open_database(f"sqlite:///{tmp_path / 'fieldmark.db'}"), tmp_path)
    made = rated(field.database)
    watcher = field.signed_in("organiser", contest=made)

    def asked(query: str = "") -> str:
        return watcher.get(f"/c/{made}/board{query}", headers={"Accept-Language": "en"}).text

    page = asked()
    assert page.count('<tr data-key="E') == 200
    assert f'data-key="E{SITES - LEFT + 1}"' in page
    assert f"{SITES - LEFT} stops: all here" in page
    assert f"{LEFT - 200} more stops" in page
    assert len(page.encode()) < 150_000
    assert asked("?every=true").count('<tr data-key="E') == SITES
    field.database.close()


def test_the_names_of_thousands_are_gathered_for_a_page_and_not_for_each_thing_it_says(
    sqlite_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each sentence it took seconds for twenty of them, and minutes for one of every site."""
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    field = Field(open_database(f"sqlite:///{tmp_path / 'fieldmark.db'}"), tmp_path)
    made = rated(field.database)
    organiser, steward = field.signed_in("organiser", contest=made), field.signed_in("steward", contest=made)
    gathered: list[str] = []

    def counted(scheme: Scheme, roster: Roster) -> Named:
        gathered.append(scheme.id)
        return named(scheme, roster)

    monkeypatch.setattr(naming, "named", counted)

    def asked(page: str) -> tuple[str, int]:
        gathered.clear()
        answer = organiser.get(f"/c/{made}{page}", headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        return answer.text, len(gathered)

    told, times = asked("/publication")
    assert all(f"评审{n}" in told for n in range(1, 21))
    assert times <= MOST_GATHERED
    told, times = asked("")
    assert f"{SITES - LEFT} of {SITES} sheets handed in" in told
    assert f"12 units, {SITES} entries, 20 judges" in told
    assert times <= MOST_GATHERED
    field.database.write(lambda s: collect(s, "o", contest_id=made))
    for who, role in ((organiser, "organiser"), (steward, "steward")):
        assert who.post(f"/c/{made}/results/opening", data={"role": role}).status_code == 303
    for page in ("/results", "/decisions", "/publication"):
        told, times = asked(page)
        assert f"第{SITES}号新时代文明实践站" in told, page
        assert times <= MOST_GATHERED, page
    field.database.close()
