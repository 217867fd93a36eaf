"""Publishing, superseding, and who may do what on the way."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from app.exports.service import archived
from app.i18n import languages
from app.publishing.levels import LEVELS
from app.publishing.models import CountyResult, Publication
from app.results.report import as_json
from app.tables import Text, read_tables
from scoring.scheme import read_scheme
from scoring.tabulate import tabulate
from tests.app.publishing.ready import JUDGES, PAGE, TOUR, Ready, sheet


def stored(ready: Ready, version: int = 1) -> dict[str, Any]:
    with ready.field.database.read() as session:
        told: dict[str, Any] = json.loads(session.get_one(Publication, (TOUR, version)).document)
        return told


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys(part)


def test_the_steps_come_in_their_order(ready: Ready) -> None:
    ready.seals()
    assert ready.publishes().status_code == 409
    ready.signs()
    assert ready.publishes().status_code == 409
    ready.approves()
    assert ready.publishes(level="everything").status_code == 422
    assert ready.publishes(level="").status_code == 422
    assert ready.count(Publication) == 0
    assert ready.publishes().status_code == 303
    assert ready.publishes().status_code == 409


def test_the_schemes_own_level_is_chosen_beforehand(ready: Ready) -> None:
    ready.seals()
    ready.signs()
    ready.approves()
    page = ready.organiser.get(PAGE).text
    assert 'value="ranks" checked' in page
    assert page.count(" checked") == 1


@pytest.mark.parametrize(
    ("level", "fields"),
    [
        ("tiers", {"name", "division"}),
        ("ranks", {"name", "division", "place", "tied", "state", "yuan"}),
        ("scores", {"name", "division", "place", "tied", "state", "yuan", "score", "parts"}),
        (
            "workings",
            {"name", "division", "place", "tied", "state", "yuan", "score", "parts", "vetoes", "workings"},
        ),
    ],
)
def test_the_row_holds_what_its_level_shows_and_no_more(ready: Ready, level: str, fields: set[str]) -> None:
    ready.published(level)
    document = stored(ready)
    assert document["level"] == level
    for page in document["page"].values():
        for tier in page["tiers"]:
            assert set(tier) == {"name", "first", "prized", "yuan", "units"}
            assert [set(unit) for unit in tier["units"]] == [fields] * len(tier["units"])
    assert {"id", "result", "salt", "entries"} & set(keys(document["page"])) == set()


def test_no_row_of_the_public_names_a_judge(ready: Ready) -> None:
    ready.published("workings")
    text = json.dumps(stored(ready), ensure_ascii=False)
    assert "评判者" not in text
    assert [judge for judge in JUDGES if judge in text] == []
    # The highest and the lowest mark of 清江市 are told, and not whose they are.
    assert "去掉最高分 95.00，去掉最低分 85.00" in text


def test_what_stands_otherwise_now_is_not_published(ready: Ready) -> None:
    ready.seals()
    ready.signs()
    ready.approves()
    ready.renamed("A", "云岭区")
    assert ready.publishes().status_code == 409
    assert ready.count(Publication) == 0


def test_a_sheet_that_came_after_the_seal_is_settled_first(ready: Ready) -> None:
    ready.seals()
    ready.signs()
    ready.approves()
    phone = ready.field.phone("J1", TOUR)
    assert phone.outcome(phone.sheet("AP", sheet(98.0)))[0] == "quarantined"
    page = ready.organiser.get(PAGE).text
    assert "锁定以后，又有 1 件事要办" in page
    assert f'href="/c/{TOUR}/decisions' in page
    assert "/release" not in page
    refused = ready.publishes()
    assert (refused.status_code, "还有 1 件事没有办完" in refused.text) == (409, True)
    assert ready.count(Publication) == 0


def test_a_correction_says_why_and_what_moved(ready: Ready) -> None:
    ready.published("scores")
    # The prior score of 松坪县 was typed wrongly: 74 instead of 90, which takes 16 x 0.3 = 4.8 points.
    ready.prior("C", "74")
    page = ready.organiser.get(PAGE).text
    assert "已经公布的内容没有变" in page
    ready.seals("松坪县平时工作分录入有误", after=1)
    ready.signs(2)
    ready.approves(2)
    assert ready.publishes(2, "scores").status_code == 303
    assert stored(ready, 2)["correction"]["moved"]["zh"] == [
        {"name": "云岭县", "what": "名次", "was": "3", "now": "2"},
        {"name": "松坪县", "what": "名次", "was": "2", "now": "3"},
        {"name": "松坪县", "what": "得分", "was": "85.10", "now": "80.30"},
        {"name": "松坪县", "what": "平时工作", "was": "90.00", "now": "74.00"},
    ]
    public = ready.anybody()
    new, old = public.get(f"/p/{TOUR}").text, public.get(f"/p/{TOUR}/1").text
    for text in ("对第 1 版的更正", "松坪县平时工作分录入有误", "<s>85.10</s> → 80.30"):
        assert text in new
    for text in ("由第 2 版代替", "松坪县平时工作分录入有误", "85.10"):
        assert text in old
    assert "80.30" not in old
    assert public.get(f"/p/{TOUR}/2").status_code == 200
    assert public.get(f"/p/{TOUR}/3").status_code == 404


def test_a_correction_at_a_lower_level_tells_no_score_of_the_one_before(ready: Ready) -> None:
    ready.published("scores")
    ready.prior("C", "74")
    ready.seals("更正", after=1)
    ready.signs(2)
    ready.approves(2)
    ready.publishes(2, "tiers")
    assert stored(ready, 2)["correction"]["moved"]["zh"] == []
    assert "85.10" not in ready.anybody().get(f"/p/{TOUR}").text


def test_the_frozen_files_give_the_published_result_by_the_engine_alone(ready: Ready) -> None:
    ready.published("workings")
    answer = ready.organiser.get(f"{PAGE}/1/files.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    files = {name: archive.read(name) for name in archive.namelist()}
    rule = read_scheme(files["scheme.toml"].decode())
    texts = [Text(name, files[name]) for name in ("marks.csv", "roster.csv", "priors.csv", "decisions.csv")]
    tables = read_tables(rule, *texts)
    again = tabulate(rule, tables.roster, tables.sheets, tables.priors, tables.decisions)
    told = as_json(rule, again, languages()["zh"])
    assert json.loads(files["sealed.json"])["result"]["units"] == told["units"]
    units = [unit for tier in stored(ready)["page"]["zh"]["tiers"] for unit in tier["units"]]
    assert [(one["place"], one["name"], one["score"]) for one in units] == [
        (unit.place_shown, unit.unit.name, unit.shown) for unit in again.units
    ]
    assert answer.content == archived(files)


def test_each_unit_has_a_row_of_its_own(ready: Ready) -> None:
    ready.published()
    with ready.field.database.read() as session:
        rows = {unit: session.get_one(CountyResult, (TOUR, 1, unit)).document for unit in "ABCD"}
    names = {"A": "云岭县", "B": "清江市", "C": "松坪县", "D": "岩门县"}
    for unit, text in rows.items():
        assert [name for name in names.values() if name in text] == [names[unit]]


EVERYBODY = frozenset({"organiser", "steward", "checker"})
ORGANISER = frozenset({"organiser"})
ROUTES = [
    ("GET", "", EVERYBODY, 200),
    ("GET", "/1?level=workings", EVERYBODY, 200),
    ("GET", "/7", EVERYBODY, 404),
    ("GET", "/1/files.zip", ORGANISER, 200),
    ("POST", "/seals", ORGANISER, 409),
    ("POST", "/7/counter-signature", EVERYBODY, 404),
    ("POST", "/1/approval", ORGANISER, 409),
    ("POST", "/1/release", ORGANISER, 409),
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]}{route[1]}")
def test_a_page_opens_for_its_roles_in_this_contest_only(
    ready: Ready, route: tuple[str, str, frozenset[str], int]
) -> None:
    ready.seals()
    method, path, allowed, status = route
    assert ready.anybody().request(method, PAGE + path).status_code == 401
    # Whoever holds the right role in another contest.
    assert ready.field.signed_in("organiser", "steward", contest="c1").request(method, PAGE + path).status_code == 403
    assert ready.organiser.request(method, f"/c/nothing/publication{path}").status_code == 403
    for role in ("staff", "tallier", "checker", "steward", "organiser"):
        asked = ready.somebody(role).request(method, PAGE + path, data={} if method == "POST" else None)
        assert asked.status_code == (status if role in allowed else 403), role


def test_there_are_four_levels() -> None:
    assert LEVELS == ("tiers", "ranks", "scores", "workings")
