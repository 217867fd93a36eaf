"""The pages of paper: who may see them, what one typist sees of another, and saving without JavaScript."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.accounts.access import COOKIE
from app.audit import AuditRow
from app.db import Database
from app.judging.models import PaperTyping, SheetRevision
from app.main import create_app
from app.settings import Settings
from tests.app.judging.by_two import confirm_all
from tests.app.judging.paper_contest import CONTEST, MARKS, OTHER, collects, cookie_of, make, phones, types

HERE = f"/c/{CONTEST}/paper"
GRID = f"{HERE}?component=onsite&judge=J2"
ITEMS = ("premises", "upkeep", "talks", "speakers", "highlight", "effect")
WRITTEN = ("13", "13.5", "12.5", "8.5", "16.5", "22")  # MARKS, as they stand on the paper


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    with TestClient(app, follow_redirects=False) as opened:
        opened.app.state.database.write(make)  # type: ignore[attr-defined]
        yield opened


@pytest.fixture
def database(client: TestClient) -> Database:
    """The one the application has open."""
    opened: Database = client.app.state.database  # type: ignore[attr-defined]
    return opened


def as_person(client: TestClient, database: Database, person: str) -> TestClient:
    client.cookies.clear()
    client.cookies.set(COOKIE, cookie_of(database, person))
    return client


def form(marks: tuple[str, ...] = WRITTEN, judge: str = "J2", entry: str = "E1") -> dict[str, str]:
    cells = {f"mark:{judge}/{entry}/{item}": mark for item, mark in zip(ITEMS, marks, strict=True)}
    return {"component": "onsite", "judge": judge, "seen": "9999", **cells}


def values(page: str, entry: str = "E1") -> list[str]:
    return re.findall(rf'name="mark:J2/{entry}/[a-z-]+" value="([^"]*)"', page)


def row(page: str, name: str) -> str:
    """The text of a row of the grid."""
    found = re.search(rf'<th class="stay" scope="row">{name}.*?</tr>', page, re.DOTALL)
    assert found
    return " ".join(unescape(re.sub("<[^>]*>", " ", found[0])).split())


# --- who may ----------------------------------------------------------------------------------------------------------

ROUTES = [("GET", HERE), ("POST", HERE), ("POST", f"{HERE}/check"), ("POST", f"{HERE}/decisions")]
DECISION = {"judge": "J2", "entry": "E1", "counts": "paper", "reason": "评委当面确认"}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_comes_in_without_signing_in(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path, data=DECISION if method == "POST" else None).status_code == 401


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("person", ["steve", "stranger"])
def test_another_role_and_the_right_role_of_another_contest_are_turned_away(
    client: TestClient, database: Database, method: str, path: str, person: str
) -> None:
    asked = as_person(client, database, person)
    assert asked.request(method, path, data=DECISION if method == "POST" else None).status_code == 403


def test_the_stranger_is_at_home_in_the_other_contest(client: TestClient, database: Database) -> None:
    assert as_person(client, database, "stranger").get(f"/c/{OTHER}/paper").status_code == 200


@pytest.mark.parametrize(("person", "status"), [("ann", 200), ("bo", 200), ("olga", 200)])
def test_tallier_checker_and_organiser_may_type(
    client: TestClient, database: Database, person: str, status: int
) -> None:
    answer = as_person(client, database, person).get(GRID)
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("person", ["ann", "bo"])
def test_only_the_organiser_decides_a_conflict(client: TestClient, database: Database, person: str) -> None:
    assert as_person(client, database, person).post(f"{HERE}/decisions", data=DECISION).status_code == 403


# --- typing without JavaScript ----------------------------------------------------------------------------------------


def test_a_plain_form_is_saved_and_the_next_page_says_what_became_of_it(client: TestClient, database: Database) -> None:
    answer = as_person(client, database, "ann").post(HERE, data=form())
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "已保存 1 份" in page
    assert "1 份等另一个人录第二遍。" in page
    assert values(page) == list(WRITTEN)
    assert "您录过一遍" in row(page, "水坪镇实践中心")
    answer = as_person(client, database, "bo").post(HERE, data=form())
    page = client.get(answer.headers["location"]).text
    assert "1 份与另一遍一致，已采用。" in page
    assert "已采用" in row(page, "水坪镇实践中心")


def test_the_second_typist_sees_nothing_of_the_first_typing(client: TestClient, database: Database) -> None:
    before = as_person(client, database, "bo").get(GRID).text
    types(database, "ann", (26, None, *MARKS[2:]))
    after = client.get(GRID).text
    assert values(after) == [""] * 6
    assert "待录第二遍" in row(after, "水坪镇实践中心")
    # Nothing else on the page tells the first typing: only the count of its state has changed.
    same = [re.sub(r'name="seen" value="\d+"', "", page).splitlines() for page in (before, after)]
    changed = [line.strip() for line in same[1] if line not in same[0]]
    assert [re.sub("<[^>]*>", "", line) for line in changed if "待录第二遍" not in line] == ["评委25·1····"]


def test_where_two_typings_differ_each_typist_sees_which_cells_and_not_what_the_other_typed(
    client: TestClient, database: Database
) -> None:
    types(database, "ann")
    types(database, "bo", (*MARKS[:-1], 45))
    for person, own in (("ann", "22"), ("bo", "22.5")):
        page = as_person(client, database, person).get(GRID).text
        assert values(page)[-1] == own
        assert page.count('class="differs"') == 1
        assert "≠ 不同" in row(page, "水坪镇实践中心")
        assert "两遍不同 作用发挥" in row(page, "水坪镇实践中心")
    page = as_person(client, database, "olga").get(GRID).text
    assert 'class="differs"' not in page
    assert "两遍不同" in row(page, "水坪镇实践中心")


def test_a_missing_item_is_named_to_whoever_left_it_out(client: TestClient, database: Database) -> None:
    answer = as_person(client, database, "ann").post(HERE, data=form(("13", "", *WRITTEN[2:])))
    page = client.get(answer.headers["location"]).text
    assert "1 份缺项，还不能采用。" in page
    assert "缺项 开放、管护" in row(page, "水坪镇实践中心")
    with database.read() as session:
        assert "null" in session.exec(select(PaperTyping.ticks)).one()


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("16", "评委2，水坪镇实践中心，{item}：16 超过满分 15。"),
        ("8.5", "评委2，水坪镇实践中心，{item}：8.5 低于最低分 9。"),
        ("0", "评委2，水坪镇实践中心，{item}：0 低于最低分 9。"),
        ("13.3", "评委2，水坪镇实践中心，{item}：13.3 不在 0.5 分一档上，最近的是 13 和 13.5。"),
        ("好", "评委2，水坪镇实践中心，{item}：“好”不是分数。没有打分的，请留空。"),
    ],
)
def test_a_mark_that_cannot_be_is_told_of_and_nothing_typed_is_lost(
    client: TestClient, database: Database, written: str, sentence: str
) -> None:
    answer = as_person(client, database, "ann").post(HERE, data=form((written, *WRITTEN[1:])))
    assert answer.status_code == 422
    told = re.findall(r'<li><a href="#J2/E1/premises">(.*?)</a>', answer.text)
    item = re.search(r'aria-label="评委2, 水坪镇实践中心, ([^"]+)"', answer.text)
    assert item
    assert told == [sentence.format(item=item[1])]
    assert values(answer.text) == [written, *WRITTEN[1:]]
    checked = client.post(
        f"{HERE}/check", data={"mark:J2/E1/premises": written}, headers={"Accept": "application/json"}
    )
    assert checked.json()["faults"] == [{"cell": "J2/E1/premises", "sentence": told[0]}]
    with database.read() as session:
        assert session.exec(select(PaperTyping)).all() == []


@pytest.mark.parametrize("written", ["13.0", " 13 ", "１３", "13。0", "13分"])
def test_a_mark_is_read_as_people_and_their_input_methods_write_it(
    client: TestClient, database: Database, written: str
) -> None:
    as_person(client, database, "ann").post(HERE, data=form((written, *WRITTEN[1:])))
    with database.read() as session:
        assert session.exec(select(PaperTyping.ticks)).one().startswith("[26, ")


def test_what_the_deed_refuses_is_told_with_everything_typed_still_there(
    client: TestClient, database: Database
) -> None:
    as_person(client, database, "ann").post(HERE, data=form())
    answer = client.post(HERE, data=form())
    assert answer.status_code == 409
    assert "同一个人不能再录第二遍" in answer.text
    assert values(answer.text) == list(WRITTEN)
    asked = client.post(HERE, data=form(), headers={"Accept": "application/json"})
    assert asked.status_code == 409
    assert "同一个人不能再录第二遍" in asked.json()["sentence"]


def test_recused_cells_cannot_be_typed_and_say_so(client: TestClient, database: Database) -> None:
    page = as_person(client, database, "ann").get(f"{HERE}?component=onsite&judge=J1").text
    assert "⊘ 回避" in row(page, "水坪镇实践中心")
    assert "mark:J1/E1/" not in page
    assert "mark:J1/E4/" in page
    assert client.post(HERE, data=form(judge="J1")).status_code == 422


def test_sheets_of_one_mark_stand_judge_by_entry(client: TestClient, database: Database) -> None:
    page = as_person(client, database, "ann").get(f"{HERE}?component=pitch&day=2&opened=true").text
    assert re.findall(r'name="mark:([^"]+)"', page) == [
        "J2/E7/pitch", "J3/E7/pitch", "J4/E7/pitch", "J1/E8/pitch", "J2/E8/pitch", "J3/E8/pitch", "J4/E8/pitch",
    ]  # fmt: skip


def test_entries_with_other_items_stand_in_tables_of_their_own(client: TestClient, database: Database) -> None:
    page = as_person(client, database, "ann").get(GRID).text
    tables = [set(re.findall(r'name="mark:J2/(E\d)/', table)) for table in page.split("<table")[1:]]
    assert {"E1"} <= tables[0]
    assert sum(bool(one) for one in tables) > 1
    by_entry = as_person(client, database, "ann").get(f"{HERE}?component=onsite&entry=E1").text
    assert set(re.findall(r'name="mark:(J\d)/E1/', by_entry)) == {"J2", "J3", "J4"}


def test_after_collection_the_grid_is_read_only_and_says_why(client: TestClient, database: Database) -> None:
    collects(database)
    page = as_person(client, database, "ann").get(GRID).text
    assert "已经收分" in page
    assert 'id="save"' not in page
    assert client.post(HERE, data=form()).status_code == 409


# --- how far it is ----------------------------------------------------------------------------------------------------


def test_the_list_counts_what_is_due_typed_different_and_accepted(client: TestClient, database: Database) -> None:
    types(database, "ann")
    types(database, "bo")
    types(database, "ann", entry="E4")
    types(database, "ann", judge="J3")
    types(database, "bo", (*MARKS[:-1], 45), judge="J3")
    page = as_person(client, database, "olga").get(HERE).text
    assert row(page, ".*?评委2").endswith("评委2 4 · 1 · · · 1")
    assert row(page, ".*?评委3").endswith("评委3 5 · · · 1 · ·")
    assert row(page, "合计") == "合计 18 · 1 · 1 · 1"


def test_a_conflict_is_shown_and_settled_by_the_organiser(client: TestClient, database: Database) -> None:
    phones(database, (*MARKS[:-1], 45))
    types(database, "ann")
    types(database, "bo")
    page = as_person(client, database, "ann").get(HERE).text
    assert "由组织者认定" in page
    assert 'action="' + HERE + '/decisions"' not in page
    page = as_person(client, database, "olga").get(HERE).text
    assert 'action="' + HERE + '/decisions"' in page
    assert "22.5" not in page  # the marks stay blind; which item differs is enough to ask the judge
    refused = client.post(f"{HERE}/decisions", data={**DECISION, "reason": ""})
    assert refused.status_code == 422
    assert client.post(f"{HERE}/decisions", data=DECISION).status_code == 303
    assert "有 1 项认定待另一个人确认" in client.get(HERE).text
    confirm_all(database, CONTEST)
    with database.read() as session:
        assert [one.origin for one in session.exec(select(SheetRevision)).all()] == ["phone", "paper"]


@pytest.mark.parametrize(
    "name", ["mark:J2/E9/premises", "mark:J9/E1/premises", "mark:J2/E1/none", "mark:x", "mark:", "mark://"]
)
def test_a_cell_of_nobody_is_refused(client: TestClient, database: Database, name: str) -> None:
    for path in (HERE, f"{HERE}/check"):
        assert as_person(client, database, "ann").post(path, data={name: "13"}).status_code == 422


def test_an_address_with_anything_in_it_still_shows_the_page(client: TestClient, database: Database) -> None:
    asked = as_person(client, database, "ann")
    for query in ("component=none", "judge=none&day=9", "entry=none", "done=0", "done=1", "component=pitch&judge=J9"):
        assert asked.get(f"{HERE}?{query}").status_code == 200, query
    assert asked.get(f"{HERE}?done=x").status_code == 422
    assert asked.get("/c/none/paper").status_code == 403


def test_a_third_person_sees_what_differs_and_nothing_else(client: TestClient, database: Database) -> None:
    types(database, "ann", (25, *MARKS[1:]))
    seen = types(database, "bo", (*MARKS[:-1], 45))
    look, mine = f"{HERE}/look", {"judge": "J2", "entry": "E1"}
    html = {"Accept": "text/html"}
    for person in ("ann", "bo"):
        as_person(client, database, person)
        assert client.get(look, params=mine, headers=html).status_code == 409
        assert "paper/look" not in client.get(GRID).text
    as_person(client, database, "olga")
    assert f"{look}?judge=J2&entry=E1" in client.get(GRID).text
    page = client.get(look, params=mine, headers=html).text
    assert re.findall(r"<b>([0-9.]+)</b>", page) == ["12.5", "13", "22", "22.5"]
    chosen = {**mine, "mark:premises": "second", "mark:effect": "first", "seen": str(seen), "reason": "看错一行"}
    assert client.post(look, data=chosen).headers["location"] == f"{HERE}?judge=J2&entry=E1"
    with database.read() as session:
        assert session.exec(select(SheetRevision.ticks)).all() == [str(list(MARKS))]
        assert session.exec(select(AuditRow.subject).where(AuditRow.action == "look")).all() == ["J2/E1"]
    assert client.post(look, data=chosen).status_code == 409
    assert client.post(look, data={**mine, "seen": "x"}).status_code == 422
    assert client.get(look, params={**mine, "judge": "J9"}, headers=html).status_code == 422
