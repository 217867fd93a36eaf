"""名单公示: who goes on, for everybody to read: names by division in the manual order, and no figure."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.app.rounds.staged import CONTEST, NAMES, PAGE, REASON, Rounds

PUBLIC = f"/p/{CONTEST}/lists/semi"
PRINTED = f"/c/{CONTEST}/print/onward.pdf?round=semi"


def publish(rounds: Rounds, version: int = 1, **form: str) -> int:
    return rounds.organiser.post(f"{PAGE}/semi/lists/{version}/notice", data=form).status_code


def read(rounds: Rounds) -> str:
    return rounds.field.client().get(PUBLIC, params={"lang": "zh"}).text


def order(text: str) -> list[str]:
    return sorted((unit for unit, name in NAMES.items() if name in text), key=lambda unit: text.index(NAMES[unit]))


def test_nothing_is_public_before_the_list_is_confirmed_and_published(rounds: Rounds) -> None:
    rounds.mark("dossier", dict.fromkeys(NAMES, 80) | {"N2": 91.5, "N1": 87.5, "S2": 90.5, "S1": 85})
    rounds.collect()
    rounds.open("preliminary")
    rounds.forward("semi", "N2", "S2", "N1", "S1")
    assert publish(rounds) == 409
    rounds.confirm("semi")
    assert rounds.field.client().get(PUBLIC).status_code == 404
    assert rounds.organiser.get(PRINTED).status_code == 404
    assert publish(rounds) == 303
    page = read(rounds)
    assert order(page) == ["N1", "N2", "S1", "S2"]  # the second and the first of each division
    assert page.index("北组") < page.index("青山所") < page.index("南组") < page.index("东湾站")
    assert not [figure for figure in ("91.5", "87.5", "90.5", "85.00", "第 1 名") if figure in page]
    assert "公示了晋级名单" in rounds.steward.get(f"/c/{CONTEST}/log").text


def test_reserves_stand_on_it_when_the_organiser_wants(rounds: Rounds) -> None:
    rounds.to_semi()
    publish(rounds)
    assert "替补" not in read(rounds)
    assert publish(rounds, reserves="yes") == 303
    page = read(rounds)
    assert order(page) == ["N1", "N2", "N3", "S1", "S2", "S3"]
    assert page.count("替补") == 2
    printed = rounds.organiser.get(PRINTED, params={"round": "semi", "lang": "zh"}).content
    assert set(order("".join(leaf.extract_text() for leaf in PdfReader(BytesIO(printed)).pages))) == set(order(page))


def test_a_list_that_no_longer_holds_is_told_and_published_anew(rounds: Rounds) -> None:
    rounds.to_semi()
    publish(rounds)
    rounds.decide("semi", "withdrawal", unit="N2", **{"from": "semi"})
    rounds.goes_on("semi", "N1", "S1", "N3", "S2", version=2)
    assert "公示的是第 1 份名单" in rounds.page()
    assert order(read(rounds)) == ["N1", "N2", "S1", "S2"]
    assert publish(rounds, 1) == 409
    assert publish(rounds, 2) == 303
    assert order(read(rounds)) == ["N1", "N3", "S1", "S2"]
    assert REASON["document"] in read(rounds)


@pytest.mark.parametrize("name", ["preliminary", "nowhere"])
def test_a_round_to_which_nobody_goes_on_has_no_notice(rounds: Rounds, name: str) -> None:
    assert rounds.organiser.post(f"{PAGE}/{name}/lists/1/notice").status_code == 404
    assert rounds.field.client().get(f"/p/{CONTEST}/lists/{name}").status_code == 404
