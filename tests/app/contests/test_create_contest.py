"""A new contest: its rows, its chain, its organiser; the way to it through the pages."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import audit
from app.accounts import service as accounts
from app.accounts.access import COOKIE
from app.contests import queries, service
from app.contests.access import roles_of
from app.contests.schemes import RUBRICS, shipped
from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.app.contests.conftest import NO_HASH, SignIn, a_contest, a_person


def test_create_contest_makes_the_contest_its_chain_and_its_organiser(database: Database, organiser: str) -> None:
    contest_id = a_contest(database, organiser)
    rule = shipped()["shiyan-2022-tour"]
    with database.read() as session:
        contest = queries.contest(session, contest_id)
        assert (contest.name, contest.form, contest.simulated) == ("某市拉练", "tour", False)
        assert (contest.scheme, contest.scheme_digest) == (rule.text, rule.scheme.digest)
        assert queries.scheme(session, contest_id).digest == rule.scheme.digest
        assert roles_of(session, contest_id, organiser) == {"organiser"}
        assert list(audit.verify(session, contest_id)) == []
        assert [one.id for one in queries.contests_of(session, organiser)] == [contest_id]


def test_create_contest_needs_a_name(database: Database, organiser: str) -> None:
    with pytest.raises(service.ContestNameMissing):
        database.write(lambda s: service.create_contest(s, organiser, name="  ", rule=shipped()["plain-trim"]))


def test_an_empty_installation_leads_from_the_choice_over_the_first_organiser_to_the_desk(client: TestClient) -> None:
    first = client.get("/contests/new?form=tour")
    assert first.headers["location"] == "/first-organiser?onward=/contests/new?form=tour"
    form = {"login": "zhou", "name": "周组织", "password": "long enough", "onward": "/contests/new?form=tour"}
    assert client.post("/first-organiser", data=form).headers["location"] == "/contests/new?form=tour"
    page = client.get("/contests/new?form=tour").text
    tours = ["shiyan-2022-tour", "shiyan-2022-tour-fair", "shiyan-2022-tour-no-recusal"]
    assert re.findall('name="scheme" value="([^"]+)"', page) == tours
    made = client.post("/contests", data={"form": "tour", "name": "拉练", "scheme": "shiyan-2022-tour"})
    desk = client.get(made.headers["location"])
    assert desk.status_code == 200
    assert "拉练" in desk.text
    assert "/import" in desk.text


def test_the_first_page_leads_to_a_desk_review_too(client: TestClient, app_database: Database, sign_in: SignIn) -> None:
    sign_in(a_person(app_database, "zhou"))
    assert 'href="/contests/new?form=desk"' in client.get("/").text
    page = client.get("/contests/new?form=desk").text
    assert re.findall('name="scheme" value="([^"]+)"', page) == ["star-rating"]
    made = client.post("/contests", data={"form": "desk", "name": "星级评定", "scheme": "star-rating"})
    with app_database.read() as session:
        assert queries.contest(session, made.headers["location"].removeprefix("/c/")).form == "desk"
    assert "资料评审" in client.get(made.headers["location"]).text


def test_a_contest_made_on_a_server_for_rehearsals_is_one(database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path, simulated=True))
    with TestClient(app, follow_redirects=False) as client:
        database = client.app.state.database  # type: ignore[attr-defined]
        zhou = a_person(database, "zhou")
        client.cookies.set(COOKIE, database.write(lambda s: accounts.sign_in(s, zhou, hours=1)))
        made = client.post("/contests", data={"form": "tour", "name": "试试", "scheme": "shiyan-2022-tour"})
        with database.read() as session:
            assert queries.contest(session, made.headers["location"].removeprefix("/c/")).simulated


def test_a_scheme_of_ones_own_is_used_and_its_faults_are_told(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    sign_in(a_person(app_database, "zhou"))
    text = (RUBRICS / "star-rating.toml").read_text(encoding="utf-8")
    own = {"own": ("mine.toml", text.encode(), "text/plain")}
    made = client.post("/contests", data={"form": "stage", "name": "星级评定", "scheme": ""}, files=own)
    with app_database.read() as session:
        assert queries.contest(session, made.headers["location"].removeprefix("/c/")).form == "desk"
    for bad, told in ((b"contest = [", "读不懂"), (b"\xff\xfe\x00", "UTF-8"), (b'format = "scheme/1"', "这一项必须有")):
        answer = client.post(
            "/contests", data={"form": "tour", "name": "甲乙丙"}, files={"own": ("x.toml", bad, "text/plain")}
        )
        assert answer.status_code == 422
        assert told in answer.text
        assert 'value="甲乙丙"' in answer.text
    with app_database.read() as session:
        assert len(queries.contests_of(session, accounts.person_with(session, "zhou").id)) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("form", "told"),
    [({"name": "", "scheme": "plain-trim"}, "没有写活动名称"), ({"name": "甲", "scheme": "none"}, "还没有选评分办法")],
)
def test_a_contest_without_name_or_scheme_is_not_made(
    client: TestClient, app_database: Database, sign_in: SignIn, form: dict[str, str], told: str
) -> None:
    sign_in(a_person(app_database, "zhou"))
    answer = client.post("/contests", data={"form": "stage", **form})
    assert answer.status_code == 422
    assert told in answer.text


def test_the_first_page_lists_my_contests_and_nobody_elses(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou, wu, li = (a_person(app_database, name) for name in ("zhou", "wu", "li"))
    mine, other = a_contest(app_database, zhou), a_contest(app_database, wu)
    sign_in(zhou)
    page = client.get("/").text
    assert f'href="/c/{mine}"' in page
    assert other not in page
    app_database.write(
        lambda s: service.add_member(s, zhou, contest_id=mine, login="li", name="", role="staff", password_hash=NO_HASH)
    )
    sign_in(li)
    page = client.get("/").text
    assert f'href="/c/{mine}"' in page
    assert "/contests/new" not in page
    assert client.get("/contests/new").status_code == 403
    assert client.post("/contests", data={"name": "x", "scheme": "plain-trim"}).status_code == 403
    sign_in("")
    assert "/c/" not in client.get("/").text
    assert client.get("/contests/new").status_code == 401
