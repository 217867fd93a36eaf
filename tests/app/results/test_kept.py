"""What is kept of a result from one look to the next is told anew as soon as anything it depends on has changed."""

from app.i18n import languages
from app.judging.decisions import Wanted, decide
from app.results.blockers import Blocker, kept_blockers
from app.results.queries import ranking
from app.results.rows import Ranked
from tests.app.judging.by_two import by_two
from tests.app.results.deciding import collected, found, hand_in, know_the_rest, opened
from tests.app.sync.field import Field, ticks


def read(field: Field, language: str = "zh") -> Ranked:
    with field.database.read() as session:
        return ranking(session, "c1", languages()[language], "named")


def kept(field: Field) -> list[Blocker]:
    with field.database.read() as session:
        return list(kept_blockers(session, "c1"))


def test_a_ranking_is_put_into_words_once_for_each_language_and_anew_after_every_act(field: Field) -> None:
    hand_in(field)
    know_the_rest(field, "90", "80")
    collected(field)
    client = opened(field)
    first = read(field)
    assert [place.name for place in first.places] == ["云岭县", "清江市"]
    assert client.get("/c/c1/results").status_code == 200
    assert read(field) is first  # a look is written to the log and changes nothing
    english = read(field, "en")
    assert (english.columns[0], english) == ("On site", read(field, "en"))
    assert english.columns != first.columns
    void = [Wanted("void", "J1/P2")]
    by_two(field.database, lambda s: decide(s, "o", contest_id="c1", wanted=void, reason="代打分"))
    assert [read(field) is first, read(field, "en") is english] == [False, False]
    assert workings(read(field), "清江市") != workings(first, "清江市")  # one judge fewer


def workings(table: Ranked, name: str) -> list[str]:
    return [line for place in table.places if place.name == name for one in place.workings for line in one.lines]


def test_blockers_that_are_kept_are_those_that_stand_there_now(field: Field) -> None:
    phones = hand_in(field, but=[("J4", "P1")])
    know_the_rest(field, "90", "80")
    seen = [found(field)]
    assert kept(field) == seen[-1]

    def changed() -> None:
        seen.append(found(field))
        assert kept(field) == seen[-1] != seen[-2]

    phones["J3"].hand_over(waiting=1)  # no act in the log: only the phone said so
    changed()
    phones["J3"].hand_over(waiting=0)
    changed()
    assert phones["J4"].outcome(phones["J4"].sheet("P1", ticks("P1"))) == ("stored", "")
    changed()
    collected(field)
    changed()
    opened(field)
    changed()
    assert seen[-1] == []
