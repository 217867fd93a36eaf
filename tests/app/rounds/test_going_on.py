"""Who goes on: opened by two, decided at the cut, put forward by one person and confirmed by another."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from app import audit
from app.contests import queries as contests
from app.contests.models import RoundList, RoundListConfirmation
from tests.app.judging.by_two import confirm_all
from tests.app.rounds.staged import CONTEST, FIRST, NAMES, PAGE, REASON, SCHEME, Rounds, world

TIED = {**FIRST, "N3": FIRST["N2"]}  # N2 and N3 stand across the cut of the north


def there(rounds: Rounds, name: str) -> set[str]:
    with rounds.field.database.read() as session:
        return set(contests.came(session, CONTEST).get(name, ()))


def opened(rounds: Rounds, marks: dict[str, float]) -> None:
    rounds.mark("dossier", marks)
    rounds.collect()
    rounds.open("preliminary")


def test_a_round_is_opened_by_two_people_after_its_collection(rounds: Rounds) -> None:
    rounds.mark("dossier", FIRST)
    half = {"role": "organiser"}
    assert rounds.organiser.post(f"{PAGE}/preliminary/opening", data=half).status_code == 409
    rounds.collect()
    assert rounds.organiser.post(f"{PAGE}/preliminary/opening", data=half).status_code == 303
    assert "91.50" not in rounds.page()
    both = rounds.somebody("organiser", "steward")
    assert both.post(f"{PAGE}/preliminary/opening", data=half).status_code == 409
    assert rounds.steward.post(f"{PAGE}/preliminary/opening", data={"role": "steward"}).status_code == 303
    page = rounds.page()
    assert "91.50" in page
    # The result of the whole contest stays shut.
    assert "91.50" not in rounds.organiser.get(f"/c/{CONTEST}/results").text
    assert rounds.organiser.get(f"/c/{CONTEST}/files.zip").status_code == 409
    assert "打开了一个赛段的评分（一半）" in rounds.steward.get(f"/c/{CONTEST}/log").text


def test_one_person_is_not_both_halves_of_a_round(rounds: Rounds) -> None:
    rounds.mark("dossier", FIRST)
    rounds.collect()
    both = rounds.somebody("organiser", "steward")
    assert both.post(f"{PAGE}/preliminary/opening", data={"role": "organiser"}).status_code == 303
    assert both.post(f"{PAGE}/preliminary/opening", data={"role": "steward"}).status_code == 409


def test_the_standings_say_who_goes_on_and_who_stands_by(rounds: Rounds) -> None:
    opened(rounds, FIRST)
    page = rounds.page()
    at = [page.index(f'class="stay">{NAMES[unit]}') for unit in ("N1", "N2", "N3", "N4", "S1", "S2", "S3")]
    assert at == sorted(at)
    assert page.count("第 1 替补") == 2


def test_divisions_stand_in_the_order_of_the_scheme_whoever_is_best(rounds: Rounds) -> None:
    opened(rounds, {**FIRST, "S1": 99})
    page = rounds.page()
    assert page.index("<summary>北组") < page.index("<summary>南组")


def test_nobody_goes_on_before_a_second_person_confirms_the_list(rounds: Rounds) -> None:
    opened(rounds, FIRST)
    assert rounds.forward("semi", "N1", "S1", "N2", "S2").status_code == 303
    assert there(rounds, "semi") == set()
    assert rounds.organiser.post(f"{PAGE}/semi/lists/1/confirmation").status_code == 409
    assert rounds.confirm("semi").status_code == 303
    assert there(rounds, "semi") == {"N1", "S1", "N2", "S2"}
    assert rounds.confirm("semi").status_code == 409


def test_the_entries_of_the_next_round_stand_in_the_manual_order(rounds: Rounds) -> None:
    opened(rounds, {**FIRST, "N1": FIRST["N2"], "N2": FIRST["N1"], "S1": 10})
    rounds.goes_on("semi", "N2", "N1", "S2", "S3")
    with rounds.field.database.read() as session:
        new = [row.unit_id for row in contests.entries(session, CONTEST) if row.component == "show"]
    assert new == ["N1", "N2", "S2", "S3"]


def test_entries_of_a_round_in_groups_wait_for_their_groups(sqlite_file: Path, tmp_path: Path) -> None:
    in_groups = SCHEME.replace('quota = 1, quota_by = "each_division"', 'quota = 1, quota_by = "each_group"')
    rounds = world(sqlite_file, tmp_path, in_groups)
    opened(rounds, FIRST)
    rounds.goes_on("semi", "N1", "S1", "N2", "S2")
    with rounds.field.database.read() as session:
        assert [row.component for row in contests.entries(session, CONTEST)] == ["dossier"] * 7
    assert NAMES["N1"] in rounds.page()
    rounds.field.database.close()


def test_the_database_refuses_the_same_hand_twice(rounds: Rounds) -> None:
    opened(rounds, FIRST)
    rounds.forward("semi", "N1", "S1", "N2", "S2")
    with rounds.field.database.read() as session:
        maker = session.exec(select(RoundList)).one().made_by
    row = RoundListConfirmation(
        contest_id=CONTEST, round="semi", version=1, rev=99, made_by=maker, confirmed_by=maker, at=audit.now()
    )
    with pytest.raises(IntegrityError):
        rounds.field.database.write(lambda session: session.add(row))


def test_a_list_that_is_not_who_goes_on_is_refused(rounds: Rounds) -> None:
    opened(rounds, FIRST)
    assert rounds.forward("semi", "N1", "S1", "N3", "S2").status_code == 409
    assert rounds.forward("semi").status_code == 409
    assert rounds.organiser.post(f"{PAGE}/semi/lists", data={"unit": ["N1", "S1", "N2", "S2"]}).status_code == 422


def test_a_missing_sheet_keeps_the_list_from_being_put_forward_until_it_is_decided(rounds: Rounds) -> None:
    rounds.mark("dossier", {unit: mark for unit, mark in FIRST.items() if unit != "S3"})
    assert rounds.hand_in("J3", "S3-dossier", 79.5) == ("stored", "")
    rounds.collect()
    rounds.open("preliminary")
    assert rounds.forward("semi", "N1", "S1", "N2", "S2").status_code == 409
    absent = {**REASON, "sheet": "J4/S3-dossier", "as": "absence"}
    assert rounds.organiser.post(f"/c/{CONTEST}/decisions/absences", data=absent).status_code == 303
    confirm_all(rounds.field.database, CONTEST)
    rounds.goes_on("semi", "N1", "S1", "N2", "S2")


def test_a_round_with_few_judges_is_decided_on_its_own_page_before_the_final(sqlite_file: Path, tmp_path: Path) -> None:
    rounds = world(sqlite_file, tmp_path, SCHEME.replace("minimum = 1", "minimum = 2"))
    rounds.mark("dossier", {unit: mark for unit, mark in FIRST.items() if unit != "S3"})
    rounds.mark("dossier", {"S3": FIRST["S3"]}, {"south": ("J3",)})
    rounds.collect()
    rounds.open("preliminary")
    absent = {**REASON, "sheet": "J4/S3-dossier", "as": "absence"}
    assert rounds.organiser.post(f"/c/{CONTEST}/decisions/absences", data=absent).status_code == 303
    confirm_all(rounds.field.database, CONTEST)
    assert rounds.forward("semi", "N1", "S1", "N2", "S2").status_code == 409
    assert 'decisions/few"' in rounds.page()
    few = {**REASON, "entry": "S3-dossier"}
    assert rounds.organiser.post(f"/c/{CONTEST}/decisions/few", data=few).status_code == 409
    assert rounds.decide("preliminary", "few", subject="N1-dossier").status_code == 409
    assert rounds.decide("preliminary", "few", subject="S3-dossier").status_code == 303
    assert 'decisions/few"' not in rounds.page()
    rounds.goes_on("semi", "N1", "S1", "N2", "S2")
    rounds.field.database.close()


def test_equals_at_the_cut_are_put_in_order_with_a_reason(rounds: Rounds) -> None:
    opened(rounds, TIED)
    assert rounds.forward("semi", "N1", "S1", "S2").status_code == 409
    places = {"unit": ["N2", "N3"], "place.N2": "2", "place.N3": "1"}
    assert rounds.decide("preliminary", "cut", **{**places, "place.N3": "2"}).status_code == 422
    assert rounds.decide("preliminary", "cut", **places).status_code == 303
    rounds.goes_on("semi", "N1", "S1", "N3", "S2")
    assert there(rounds, "semi") == {"N1", "S1", "N3", "S2"}


def test_what_is_decided_at_a_cut_is_decided_after_the_opening(rounds: Rounds) -> None:
    rounds.mark("dossier", TIED)
    rounds.collect()
    places = {"unit": ["N2", "N3"], "place.N2": "2", "place.N3": "1"}
    assert rounds.decide("preliminary", "cut", **places).status_code == 409
    assert rounds.decide("preliminary", "advance", unit="N4").status_code == 409


def test_somebody_goes_on_by_decision_beside_the_rule(rounds: Rounds) -> None:
    opened(rounds, FIRST)
    assert rounds.decide("preliminary", "advance", unit="N4").status_code == 303
    rounds.goes_on("semi", "N1", "S1", "N2", "S2", "N4")
    assert there(rounds, "semi") == {"N1", "S1", "N2", "S2", "N4"}


def test_a_withdrawal_lets_the_reserve_in_with_the_next_list(rounds: Rounds) -> None:
    rounds.to_semi()
    assert rounds.decide("semi", "withdrawal", unit="N2", **{"from": "semi"}).status_code == 303
    assert there(rounds, "semi") == {"N1", "S1", "N2", "S2"}  # nothing moves before the new list is confirmed
    assert "请重新提出名单" in rounds.page()
    rounds.goes_on("semi", "N1", "S1", "N3", "S2", version=2)
    assert there(rounds, "semi") == {"N1", "S1", "N3", "S2"}
    # What still comes for who has left waits for people.
    assert rounds.hand_in("J1", rounds.entry("N2", "show"), 80) == ("quarantined", "late")
    assert rounds.hand_in("J1", rounds.entry("N3", "show"), 80) == ("stored", "")


def test_who_was_marked_in_a_round_and_leaves_is_not_replaced(rounds: Rounds) -> None:
    rounds.to_semi()
    rounds.mark("show", {"N2": 77})
    assert rounds.decide("semi", "withdrawal", unit="N2", **{"from": "semi"}).status_code == 303
    rounds.goes_on("semi", "N1", "S1", "S2", version=2)
    assert there(rounds, "semi") == {"N1", "S1", "S2"}


def test_a_result_is_not_sealed_while_a_list_is_not_who_goes_on(rounds: Rounds) -> None:
    rounds.to_semi()
    rounds.mark("show", {"N1": 80, "N2": 90, "S1": 85, "S2": 75})
    rounds.collect()
    rounds.open("semi")
    rounds.goes_on("final", "N2", "S1")
    assert rounds.decide("final", "withdrawal", unit="N2", **{"from": "final"}).status_code == 303
    rounds.mark("speech", {"S1": 86})
    rounds.collect()
    for client, role in ((rounds.organiser, "organiser"), (rounds.steward, "steward")):
        client.post(f"/c/{CONTEST}/results/opening", data={"role": role})
    seal = {"reason": "", "after": 0}
    assert rounds.organiser.post(f"/c/{CONTEST}/publication/seals", data=seal).status_code == 409
