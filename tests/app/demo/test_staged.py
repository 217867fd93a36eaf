"""The contest in rounds of the demo: how far it is, and that its figures are those of its size."""

from fastapi.testclient import TestClient

from app.contests import queries as contests
from app.db import Database
from app.judging.board import board
from tests.app.demo.conftest import Stage, signed_in


def test_the_contest_in_rounds_stands_on_the_first_day_of_its_final(stage: Stage, database: Database) -> None:
    staged = stage.demo.tours.staged
    with database.read() as session:
        assert contests.contest(session, staged).simulated
        divisions = [row.division for row in contests.units(session, staged)]
        assert [divisions.count(one) for one in ("centre", "institute", "station")] == [12, 128, 40]
        came = contests.came(session, staged)
        assert (len(came["preliminary"]), len(came["final"])) == (180, 18)
        assert len(came["semi"]) >= 36
        found = board(session, staged)
        lists = contests.round_lists(session, staged)
    assert (found.round, found.due, found.received) == ("final", 18 * 3 * 5, 12 * 3 * 5)
    assert {name: len(several) for name, several in lists.items()} == {"semi": 1, "final": 2}


def test_its_page_of_rounds_tells_the_withdrawal_and_the_reserve(stage: Stage, app_client: TestClient) -> None:
    link = next(link for link in stage.demo.links if link.address.endswith("/rounds"))
    signed_in(app_client, stage.demo, link)
    page = app_client.get(f"/c/{stage.demo.tours.staged}/rounds").text
    assert "withdrew" in page
    assert "comes in" in page
    assert "being marked" in page
