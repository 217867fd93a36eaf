"""Admissions that are taken back: what people decided last is what counts, in whichever order they decided it."""

import re
from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient

from tests.app.results.deciding import chain_holds, collected, counted, hand_in, posts, told
from tests.app.sync.field import Field, Phone, ticks

HERE = "/c/c1/decisions"


def admit(organiser: TestClient, name: str) -> int:
    """Admit one sheet; the revision of the decision."""
    before = revs(organiser)
    assert posts(organiser, "waiting", **{"as": "admit", "sheet": name}).status_code == 303
    [rev] = set(revs(organiser)) - set(before)
    return rev


def revs(organiser: TestClient) -> list[int]:
    return [int(rev) for rev in re.findall(r"/decisions/(\d+)/taking-back", organiser.get(HERE).text)]


def takes_back(organiser: TestClient, rev: int) -> None:
    assert posts(organiser, f"{rev}/taking-back").status_code == 303


def two_late(field: Field) -> tuple[TestClient, list[str]]:
    """J3 handed in 0 above the floor; from his two phones come late one with 1 above and one with 2 above."""
    phones = hand_in(field)
    other = field.phone("J3")
    collected(field)
    names = []
    for above, phone in enumerate((phones["J3"], other), 1):
        late = phone.sheet("AR", ticks("AR", above))
        assert phone.outcome(late) == ("quarantined", "late")
        names.append(late["revision_id"])
    return field.signed_in("organiser"), names


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_admissions_of_one_sheet_taken_back_in_any_order_leave_what_counted_before_both(
    field: Field, order: Sequence[int]
) -> None:
    organiser, names = two_late(field)
    made = [admit(organiser, name) for name in names]
    assert counted(field, "J3", "AR") == ticks("AR", 2)
    takes_back(organiser, made[order[0]])
    # Taken back was the first: the second still counts. Taken back was the second: the first counts again.
    assert counted(field, "J3", "AR") == ticks("AR", 2 if order[0] == 0 else 1)
    takes_back(organiser, made[order[1]])
    assert counted(field, "J3", "AR") == ticks("AR")
    assert chain_holds(field)


def test_an_admission_that_was_taken_back_does_not_come_back_with_another_that_is(field: Field) -> None:
    organiser, (first, second) = two_late(field)
    takes_back(organiser, admit(organiser, first))
    takes_back(organiser, admit(organiser, second))
    takes_back(organiser, admit(organiser, first))
    assert counted(field, "J3", "AR") == ticks("AR")


def two_against(field: Field) -> tuple[TestClient, list[str]]:
    """J3 handed in 0 above the floor; two more phones of his, that had not seen it, contradict it."""
    hand_in(field)
    names = []
    for above in (1, 2):
        other: Phone = field.phone("J3")
        against = other.sheet("AR", ticks("AR", above))
        assert other.outcome(against) == ("conflict", "")
        names.append(against["revision_id"])
    collected(field)
    return field.signed_in("organiser"), names


def test_a_contradiction_whose_admission_was_taken_back_waits_again(field: Field) -> None:
    organiser, (first, second) = two_against(field)
    assert told(field).count(("conflict", "blocker.conflict")) == 2
    rev = admit(organiser, first)
    assert told(field).count(("conflict", "blocker.conflict")) == 1
    takes_back(organiser, rev)
    assert told(field).count(("conflict", "blocker.conflict")) == 2
    page = organiser.get(HERE).text
    assert first in page
    assert second in page
    assert counted(field, "J3", "AR") == ticks("AR")


def test_a_late_sheet_is_not_admitted_beside_a_decision_that_no_sheet_of_the_pair_counts(field: Field) -> None:
    organiser, (first, _) = two_late(field)
    assert posts(organiser, "voids", sheet="J3/AR").status_code == 303
    [rev] = revs(organiser)
    refused = posts(organiser, "waiting", **{"as": "admit", "sheet": first})
    assert refused.status_code == 409
    assert "采用了这一份也不会计入" in refused.text
    takes_back(organiser, rev)
    admit(organiser, first)
    assert counted(field, "J3", "AR") == ticks("AR", 1)
