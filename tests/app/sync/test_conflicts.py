"""Marks that meet others: of another device, of paper, after the collection, of a revoked phone; and their order."""

from app.judging.service import collect
from tests.app.sync.field import Field, paper, stored, ticks


def test_another_device_with_other_marks_is_a_conflict_until_it_has_seen_them(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    rev = old.hand_over(old.sheet("P1"))["results"][0]["rev"]
    assert new.outcome(new.sheet("P1", ticks("P1", 2))) == ("conflict", "")
    assert [row.device_id for row in stored(field)] == [old.device]
    assert new.outcome(new.sheet("P1", ticks("P1", 2), based_on=rev)) == ("stored", "")


def test_equal_marks_from_another_device_are_no_conflict(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    old.hand_over(old.sheet("P1"))
    assert new.outcome(new.sheet("P1")) == ("stored", "")


def test_a_draft_of_another_device_is_no_conflict(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    old.hand_over(old.sheet("P1", state="draft"))
    assert new.outcome(new.sheet("P1", ticks("P1", 2))) == ("stored", "")


def test_paper_with_other_marks_is_a_conflict_and_is_told_as_a_change(field: Field) -> None:
    phone = field.phone("J3")
    rev = paper(field, "J3", "P1", ticks("P1", 3))
    answer = phone.hand_over(phone.sheet("P1"))
    assert [one["result"] for one in answer["results"]] == ["conflict"]
    assert answer["changes"] == [
        {
            "entry": "P1", "revision_id": f"paper-{rev}", "rev": rev, "state": "submitted",
            "ticks": ticks("P1", 3), "origin": "paper",
        }
    ]  # fmt: skip
    seen = phone.hand_over(server_rev=answer["server_rev"], server_epoch=answer["server_epoch"])
    assert seen["changes"] == []
    assert phone.hand_over(server_rev=99, server_epoch="another life")["changes"] == answer["changes"]


def test_after_collection_a_sheet_is_kept_as_late_and_counts_nothing(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P1"))
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    late = phone.sheet("P1", ticks("P1", 2))
    answer = phone.hand_over(late)
    assert answer["collected"] is True
    assert [(one["result"], one["reason"]) for one in answer["results"]] == [("quarantined", "late")]
    assert phone.outcome(late) == ("quarantined", "late")
    assert phone.outcome(phone.sheet("P2", state="draft")) == ("quarantined", "late")
    assert [row.ticks for row in stored(field)] == [str(ticks("P1"))]
    assert phone.outcome(phone.finding()) == ("stored", "")


def test_a_revoked_device_hands_over_into_quarantine_and_reads_nothing(field: Field) -> None:
    phone, other = field.phone("J3"), field.phone("J3")
    other.hand_over(other.sheet("P1"))
    field.revoke(phone)
    answer = phone.hand_over(phone.sheet("P2"), phone.finding())
    told = [(one["result"], one["reason"]) for one in answer["results"]]
    assert told == [("quarantined", "revoked_device")] * 2
    assert (answer["changes"], answer["revoked"]) == ([], True)
    refused = phone.client.get("/j/c1/package")
    assert (refused.status_code, refused.json()["code"]) == (401, "sync.device_revoked_reads")
    assert len(stored(field)) == 1


def test_order_is_that_of_the_phone_not_of_clocks_or_arrival(field: Field) -> None:
    phone = field.phone("J3")
    first = phone.sheet("P1", ticks("P1", 1), marked_at="2031-01-01T00:00:00.000Z")
    second = phone.sheet("P1", ticks("P1", 2), marked_at="1999-01-01T00:00:00.000Z")
    phone.hand_over(second)
    phone.hand_over(first)
    [sheet] = phone.package()["sheets"]
    assert sheet["ticks"] == ticks("P1", 2)


def test_a_phone_whose_store_was_thrown_away_goes_on_with_its_newest_marks(field: Field) -> None:
    phone = field.phone("J3")
    for above in (1, 2, 3):
        phone.hand_over(phone.sheet("P1", ticks("P1", above)))
    told = phone.package()
    assert (told["device"]["id"], told["device"]["highest_seq"]) == (phone.device, 3)
    phone.seq = 0
    phone.hand_over(phone.sheet("P1", ticks("P1", 4), based_on=told["sheets"][0]["rev"]))
    assert phone.package()["sheets"][0]["ticks"] == ticks("P1", 4)
