"""What is marked in a round: the entries of the units that have come to it, and nothing else."""

from pathlib import Path

from app.contests import queries as contests
from app.db import Database
from app.judging.board import board
from tests.app.rounds.staged import CONTEST, FIRST, PAGE, Rounds
from tests.app.sync.field import Field


def asked(rounds: Rounds, judge: str) -> list[str]:
    return [entry["id"] for entry in rounds.phone(judge).package()["entries"]]


def test_a_phone_gets_the_entries_of_the_running_round_and_its_division(rounds: Rounds) -> None:
    assert asked(rounds, "J1") == ["N1-dossier", "N2-dossier", "N3-dossier", "N4-dossier"]
    assert asked(rounds, "J3") == ["S1-dossier", "S2-dossier", "S3-dossier"]
    rounds.to_semi()
    pack = rounds.phone("J1").package()
    assert [(entry["unit"], entry["form"]) for entry in pack["entries"]] == [("N1", "show/"), ("N2", "show/")]
    assert pack["sheets"] == []
    assert not pack["contest"]["collected"]


def test_a_phone_is_told_when_its_round_is_collected_and_when_the_next_begins(rounds: Rounds) -> None:
    rounds.mark("dossier", FIRST)
    phone = rounds.phone("J1")
    assert phone.hand_over()["collected"] is False
    rounds.collect()
    assert phone.hand_over()["collected"] is True
    rounds.open("preliminary")
    rounds.goes_on("semi", "N1", "S1", "N2", "S2")
    assert phone.hand_over()["collected"] is False


def test_a_sheet_for_an_entry_that_is_not_in_play_does_not_count(rounds: Rounds) -> None:
    rounds.to_semi()
    # Handed in for the preliminary after its collection: kept, and decided by people.
    assert rounds.hand_in("J1", "N1-dossier", 10) == ("quarantined", "late")
    with rounds.field.database.read() as session:
        assert {row.unit_id for row in contests.entries(session, CONTEST) if row.component == "show"} == {
            "N1", "N2", "S1", "S2",
        }  # fmt: skip


def test_nothing_is_due_of_a_round_that_has_not_begun(rounds: Rounds) -> None:
    with rounds.field.database.read() as session:
        assert len(contests.due(session, CONTEST)) == 2 * len(FIRST)
    rounds.to_semi()
    with rounds.field.database.read() as session:
        assert len(contests.due(session, CONTEST)) == 2 * len(FIRST) + 2 * 4
        assert contests.running(session, CONTEST) == "semi"


def test_the_board_counts_by_round_and_division_the_running_one_first(rounds: Rounds) -> None:
    rounds.to_semi()
    assert rounds.hand_in("J1", rounds.entry("N1", "show"), 80) == ("stored", "")
    with rounds.field.database.read() as session:
        found = board(session, CONTEST)
    told = [(part.round, part.division, part.due, part.received, part.over) for part in found.parts]
    assert told == [
        ("semi", "north", 4, 1, False), ("semi", "south", 4, 0, False),
        ("preliminary", "north", 8, 8, True), ("preliminary", "south", 6, 6, True),
    ]  # fmt: skip
    assert (found.due, found.received, found.collected_at, found.last) == (8, 1, "", False)
    text = rounds.organiser.get(f"/c/{CONTEST}/board").text
    assert text.index("半决赛 · 北组") < text.index("初赛 · 北组")


def test_the_whole_course_from_the_preliminary_to_the_seal(database: Database, tmp_path: Path) -> None:
    rounds = Rounds(Field(database, tmp_path))
    rounds.to_semi()
    rounds.mark("show", {"N1": 80, "N2": 90, "S1": 85, "S2": 75})
    rounds.collect()
    assert rounds.organiser.post(f"/c/{CONTEST}/collection").status_code == 409  # the semi-final is collected already
    rounds.open("semi")
    rounds.goes_on("final", "N2", "S1")
    rounds.mark("speech", {"N2": 88, "S1": 86})
    rounds.collect()
    for client, role in ((rounds.organiser, "organiser"), (rounds.steward, "steward")):
        assert client.post(f"/c/{CONTEST}/results/opening", data={"role": role}).status_code == 303
    page = rounds.organiser.get(f"/c/{CONTEST}/results").text
    assert [page.index(name) for name in ("白水所", "东湾站", "青山所")] == sorted(
        page.index(name) for name in ("白水所", "东湾站", "青山所")
    )
    assert "止步半决赛" in page
    assert rounds.organiser.post(f"/c/{CONTEST}/publication/seals", data={"reason": "", "after": 0}).status_code == 303
    assert "88.00" in rounds.organiser.get(PAGE).text
