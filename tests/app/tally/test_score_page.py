"""The page /score over HTTP, without a browser: it works without scripts and keeps nothing."""

import io
import logging
import re
import tempfile
from html import unescape
from pathlib import Path

import pytest
import xlsxwriter
from fastapi.testclient import TestClient
from httpx2 import Response

from app.main import create_app
from app.settings import Settings
from app.tally.sources import rows_of_text
from scoring.scheme import Panel
from tests.app.tally.grids import FAULTY, NINE_BY_EIGHTEEN, RANKING, SENTENCES

OUT_OF_TEN = {"scheme": "plain-trim", "was": "plain-trim", "field.full": "10", "field.prizes": "1,2,3", "do": "score"}


@pytest.fixture
def client() -> TestClient:
    """Without its lifespan: the page needs no database."""
    return TestClient(create_app(Settings()))


def post(client: TestClient, fields: dict[str, str], *, lang: str = "zh") -> Response:
    return client.post(f"/score?lang={lang}", data={**OUT_OF_TEN, **fields})


def text_of(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def cells(row: str) -> list[str]:
    return [text_of(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]


def ranking(page: str) -> list[tuple[str, str, str, str]]:
    """Place, name, score and prize of every line."""
    table = page.split('<table class="ranking">')[1].split("</table>", maxsplit=1)[0]
    lines = [cells(body.split("</tr>")[0]) for body in table.split('<tbody class="one">')[1:]]
    return [(place, name.removesuffix(" 并列"), score, prize) for place, name, score, prize, *_ in lines]


def sentences(page: str) -> list[str]:
    listed = page.split('id="faults"')[1].split("<ol>")[1].split("</ol>", maxsplit=1)[0]
    return [text_of(line) for line in re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)]


def test_nine_by_eighteen_gives_the_ranking_worked_by_hand(client: TestClient) -> None:
    answer = post(client, {"grid.score": NINE_BY_EIGHTEEN})
    assert answer.status_code == 200
    assert ranking(answer.text) == RANKING
    assert answer.headers["cache-control"] == "no-store"


def test_the_other_way_round_gives_the_same_ranking(client: TestClient) -> None:
    turned = "\n".join("\t".join(column) for column in zip(*rows_of_text(NINE_BY_EIGHTEEN), strict=True))
    answer = post(client, {"grid.score": turned, "side.score": "columns"})
    assert ranking(answer.text) == RANKING
    assert "9 位评委，每人一列；18 个参评对象，每个一行" in text_of(answer.text)


def test_prize_boundaries_say_how_far_apart(client: TestClient) -> None:
    page = post(client, {"grid.score": NINE_BY_EIGHTEEN}).text
    assert [text_of(line) for line in re.findall(r'<tr class="boundary">(.*?)</tr>', page, re.DOTALL)] == [
        "一等奖与二等奖之间相差 0.090 分",  # 9.71 - 9.62
        "二等奖与三等奖之间相差 0.050 分",  # 9.50 - 9.45
        "三等奖与未获奖之间相差 0.040 分",  # 9.40 - 9.36
    ]


def test_every_score_has_its_working(client: TestClient) -> None:
    page = post(client, {"grid.score": NINE_BY_EIGHTEEN}).text
    workings = [text_of(dl) for dl in re.findall(r"<dl>(.*?)</dl>", page, re.DOTALL)]
    assert len(workings) == len(RANKING)
    # 9.71 x 7 = 67.97
    assert workings[0] == "得分 10号：9 位评委，去掉最高分 9.83（评委2），去掉最低分 9.59（评委3）：67.97 ÷ 7 = 9.71"
    assert "63.90 ÷ 7 = 9.1285…" in workings[11]
    assert all(page.count("<p>", *span.span()) <= 6 for span in re.finditer(r"<dd>.*?</dd>", page, re.DOTALL))


def test_the_tally_sheet_has_the_dropped_marks_struck_through_and_places_to_sign(client: TestClient) -> None:
    page = post(client, {"grid.score": NINE_BY_EIGHTEEN, "title": "宣讲比赛 决赛"}).text
    sheet = page.split('<article class="papersheet">')[1].split("</article>")[0]
    assert text_of(sheet.split("</h1>")[0]).endswith("宣讲比赛 决赛 评分汇总表")
    lines = re.findall(r"<tr>(.*?)</tr>", sheet.split("<tbody>")[1], re.DOTALL)
    assert re.findall(r"<s>(.*?)</s>", lines[0]) == ["9.38", "9.62"]
    marks = ["9.79", "9.83", "9.59", "9.63", "9.68", "9.71", "9.71", "9.71", "9.74"]
    assert cells(lines[9]) == ["10", "10号", *marks, "9.71", "1", "一等奖"]
    signed = [text_of(line) for line in re.findall(r"<li>(.*?)</li>", sheet.split("signatures")[1])]
    assert signed == [*(f"评委{n}" for n in range(1, 10)), "计分员", "核分员", "监督员", "日期"]
    assert "每位评委打 0 至 10 分" in text_of(sheet)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fault_has_a_sentence_and_nothing_is_computed(client: TestClient, lang: str) -> None:
    answer = post(client, {"grid.score": FAULTY}, lang=lang)
    assert answer.status_code == 422
    assert sentences(answer.text) == SENTENCES[lang]
    assert 'class="ranking"' not in answer.text
    marked = re.findall(r'<td id="score-([A-Z]+[0-9]+)" class="faulty"', answer.text)
    assert marked == ["D1", "E1", "C2", "C3", "D3"]


def test_of_very_many_faults_the_first_hundred_are_told_and_the_rest_counted(client: TestClient) -> None:
    head = "\t".join(["选手", *(f"评委{n}" for n in range(1, 10))])
    lines = ["\t".join([f"选手{n}", *"x" * 9]) for n in range(1, 101)]
    page = post(client, {"grid.score": "\n".join([head, *lines])}).text
    assert len(sentences(page)) == 100
    assert "有 900 处要改，改好再算" in text_of(page)
    assert "另有 800 处" in text_of(page)
    assert page.count('class="faulty"') == 100


def test_names_and_marks_are_never_markup(client: TestClient) -> None:
    for text in ("<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}"):
        page = post(client, {"grid.score": f"\t{text}\t乙\n评委1\t9\tx\n评委2\t9\t9\n评委3\t9\t9", "title": text}).text
        assert text not in page or text.startswith("{{")
        assert "49" not in text_of(page)


def test_absent_and_recused_are_never_zero(client: TestClient) -> None:
    grid = "选手\t评委1\t评委2\t评委3\t评委4\t评委5\n甲\t9\t8\t缺席\t8\t7\n乙\t7\t7\t7\t回避\t7"
    page = post(client, {"grid.score": grid, "field.prizes": ""}).text
    # 甲: 9 and 7 dropped, (8 + 8) / 2; 乙: (7 + 7) / 2
    assert [line[:3] for line in _plain_ranking(page)] == [("1", "甲", "8.00"), ("2", "乙", "7.00")]
    assert "缺席" in page.split('class="marks"')[1]


def _plain_ranking(page: str) -> list[tuple[str, ...]]:
    table = page.split('<table class="ranking">')[1].split("</table>", maxsplit=1)[0]
    return [tuple(cells(body.split("</tr>")[0])) for body in table.split('<tbody class="one">')[1:]]


def test_too_few_judges_for_the_rule(client: TestClient) -> None:
    answer = post(client, {"grid.score": "\t甲\t乙\n评委1\t9\t8\n评委2\t9\t8"})
    assert sentences(answer.text) == [
        "只有 2 位评委，评分办法要去掉 2 个分，去掉以后没有分可算。请少去掉几个，或者补齐评委。"
    ]


def test_equals_across_a_prize_boundary_are_open_and_not_decided_by_us(client: TestClient) -> None:
    grid = "\t甲\t乙\t丙\n" + "\n".join(f"评委{n}\t9\t8\t8" for n in range(1, 5))
    page = post(client, {"grid.score": grid, "field.prizes": "1,1"}).text
    assert "未定，有待认定事项" in page
    assert "得分相同，正好卡在奖项名额上：乙、丙。谁得哪个奖，须按评分办法研究确定。" in page
    assert [(place, name.removesuffix(" 并列"), prize) for place, name, _, prize, *_ in _plain_ranking(page)] == [
        ("1", "甲", "一等奖"),
        ("2", "乙", "待认定"),
        ("2", "丙", "待认定"),
    ]


def test_fields_of_the_rule_are_checked_together(client: TestClient) -> None:
    answer = post(client, {"grid.score": NINE_BY_EIGHTEEN, "field.full": "ten", "field.step": "-"})
    assert sentences(answer.text) == [
        "满分填的是“ten”，应当是一个数，例如 100 或 10。",
        "打分单位填的是“-”，应当是一个数，例如 0.01、0.1 或 1。",
    ]
    assert 'value="ten"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2


def test_an_uploaded_workbook_is_scored_and_stands_in_the_text_to_be_corrected(client: TestClient) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate(rows_of_text(NINE_BY_EIGHTEEN)):
            for c, text in enumerate(row):
                sheet.write(r, c, float(text) if re.fullmatch(r"[0-9.]+", text) else text)
    files = {"file.score": ("marks.xlsx", target.getvalue())}
    answer = client.post("/score", data=OUT_OF_TEN, files=files)
    assert ranking(answer.text) == RANKING
    assert "评委1\t9.38\t9.24" in answer.text


def test_an_unreadable_file_is_told_of_on_the_page(client: TestClient) -> None:
    answer = client.post("/score", data=OUT_OF_TEN, files={"file.score": ("marks.xlsx", b"PK\x03\x04nonsense")})
    assert answer.status_code == 422
    assert sentences(answer.text)[0].startswith("文件读不出来。")


def test_a_scheme_of_ones_own(client: TestClient) -> None:
    own = (Path(__file__).parents[3] / "rubrics" / "plain-mean.toml").read_text(encoding="utf-8")
    files = {"own_file": ("mine.toml", own.replace('id = "plain-mean"', 'id = "mine"').encode())}
    grid = "\t甲\t乙\n评委1\t90\t80\n评委2\t91\t80\n评委3\t92\t80"
    page = client.post("/score", data={"do": "score", "grid.score": grid}, files=files).text
    assert [line[:3] for line in _plain_ranking(page)] == [("1", "甲", "91.00"), ("2", "乙", "80.00")]
    again = client.post("/score", data={"do": "score", "scheme": "own", "own": own, "grid.score": grid}).text
    assert [line[:3] for line in _plain_ranking(again)] == [("1", "甲", "91.00"), ("2", "乙", "80.00")]


def test_a_scheme_with_mistakes_says_where(client: TestClient) -> None:
    own = (Path(__file__).parents[3] / "rubrics" / "plain-mean.toml").read_text(encoding="utf-8")
    broken = own.replace('method = "mean"', 'method = "meen"').replace("[publication]", "colour = 1\n[publication]")
    answer = client.post("/score?lang=en", data={"do": "score"}, files={"own_file": ("mine.toml", broken.encode())})
    assert sentences(answer.text) == [
        (
            "components.1.panel.method: “meen” is not a choice. "
            'The choices, with their quotation marks: "mean", "sum", "median", "winsor", "copeland", "skating", '
            '"bradley_terry", "vote".'
        ),
        (f"components.1.panel.colour: there is no such key. The keys here are: {', '.join(Panel.model_fields)}."),
    ]


def test_a_tour_takes_one_grid_per_component_and_keeps_recusal(client: TestClient) -> None:
    onsite = "选手\t评委单位\t云岭广场\t青禾中心\n参评单位\t\t云岭县\t青禾县\n"
    onsite += "甲\t云岭县\t\t90\n乙\t青禾县\t80\t回避\n丙\t\t82\t92\n丁\t\t81\t91"
    pitch = "评委\t云岭县\t青禾县\n甲\t回避\t90\n乙\t80\t90\n丙\t80\t90\n丁\t80\t90"
    prior = "单位\t分数\n云岭县\t90\n青禾县\t80"
    fields = {"scheme": "shiyan-2022-tour", "was": "shiyan-2022-tour", "do": "score"}
    grids = {"grid.onsite": onsite, "grid.pitch": pitch, "grid.ordinary": prior}
    page = client.post("/score", data={**fields, **grids}).text
    # 云岭: on site (80 + 82 + 81) / 3 = 81, pitch 80, ordinary 90: 48.6 + 8 + 27 = 83.60
    # 青禾: on site (90 + 92 + 91) / 3 = 91, pitch 90, ordinary 80: 54.6 + 9 + 24 = 87.60
    assert [line[:6] for line in _plain_ranking(page)] == [
        # provisional: fewer judges than the scheme asks for
        ("1", "青禾县 暂定", "91.00", "90.00", "80.00", "87.60"),
        ("2", "云岭县 暂定", "81.00", "80.00", "90.00", "83.60"),
    ]


def test_faults_in_several_grids_name_the_component(client: TestClient) -> None:
    fields = {"scheme": "shiyan-2022-tour", "was": "shiyan-2022-tour", "do": "score"}
    onsite = "评委\t云岭县\t青禾县\n甲\t90\t90\n乙\t80\t120\n丙\t82\t92"
    pitch = "评委\t云岭县\t松坪县\n甲\t80\t90\n乙\t80\t90\n丙\t80\t90"
    answer = client.post("/score", data={**fields, "grid.onsite": onsite, "grid.pitch": pitch, "grid.ordinary": ""})
    assert sentences(answer.text) == [
        "现场 C3 是 120 分，超过满分 100 分（乙给青禾县）。请核对原始评分表。",
        "路演 第一张打分表里有“青禾县”，这张表里没有。请补上。",
        "路演 C1 的“松坪县”在第一张打分表里没有。请核对名称，两处要写得一样。",
        "平时工作 还没有填这一部分的分数。请粘贴两列：名称、分数。",
    ]


def test_choosing_another_scheme_keeps_what_was_pasted(client: TestClient) -> None:
    fields = {"scheme": "plain-mean", "do": "choose", "grid.score": NINE_BY_EIGHTEEN}
    page = post(client, fields).text
    assert '<option value="plain-mean" selected>' in page
    assert "评委1\t9.38" in page
    assert 'name="field.full" value="100"' in page  # the fields of the other scheme are not carried over


def test_the_answer_in_the_other_language_asks_with_the_same_form(client: TestClient) -> None:
    page = post(client, {"grid.score": NINE_BY_EIGHTEEN}).text
    assert re.search(
        r'<button form="form" formaction="/score\?lang=en" name="do" value="score"[^>]*>English</button>', page
    )


def test_the_example_is_labelled_as_invented(client: TestClient) -> None:
    offered = client.get("/score?example=true").text
    pasted = unescape(re.findall(r'<textarea id="grid-score"[^>]*>\n(.*?)</textarea>', offered, re.DOTALL)[0])
    fields = {"scheme": "plain-trim", "was": "plain-trim", "do": "score"}
    assert "虚构数据，仅供试用" in client.post("/score", data={**fields, "grid.score": pasted}).text
    mine = pasted.replace("9", "8", 1)
    assert "虚构数据，仅供试用" not in client.post("/score", data={**fields, "grid.score": mine}).text


def test_an_unknown_scheme_is_a_problem_with_a_sentence(client: TestClient) -> None:
    answer = client.get("/score?scheme=nothing")
    assert answer.status_code == 404
    assert "没有“nothing”这个评分办法。" in answer.text


def test_nothing_that_was_sent_is_written_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    written: list[str] = []
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *_, **__: written.append("a file on the disk"))
    client = TestClient(create_app(Settings()))
    large = NINE_BY_EIGHTEEN.encode() + b"\n" * 2_000_000
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/score", data=OUT_OF_TEN, files={"file.score": ("marks.csv", large)})
        faulty = client.post("/score", data={**OUT_OF_TEN, "grid.score": FAULTY})
    assert answer.status_code == 200
    assert faulty.status_code == 422
    assert written == []
    assert list(tmp_path.iterdir()) == []
    output = capfd.readouterr()
    assert "9.38" not in caplog.text + output.out + output.err
    assert "9.l" not in caplog.text + output.out + output.err


NAMES_ONLY = "\t王老师\t陈老师\t周老师\n甲\t9.1\t9.2\t9.3\n乙\t8.1\t8.2\t8.3\n丙\t7.1\t7.2\t7.3\n丁\t6.1\t6.2\t6.3"


def test_a_corner_that_names_the_entrants_never_ranks_the_judges(client: TestClient) -> None:
    page = post(client, {"grid.score": f"姓 名{NAMES_ONLY}", "field.prizes": ""}).text
    assert [line[:3] for line in _plain_ranking(page)] == [
        ("1", "甲", "9.20"),
        ("2", "乙", "8.20"),
        ("3", "丙", "7.20"),
        ("4", "丁", "6.20"),
    ]


def test_where_nothing_tells_the_reader_chooses(client: TestClient) -> None:
    answer = post(client, {"grid.score": NAMES_ONLY, "field.prizes": ""})
    assert answer.status_code == 422
    assert 'class="ranking"' not in answer.text
    assert sentences(answer.text) == [
        (
            "看不出这张表是一行一位评委，还是一列一位评委。一行一位：4 位评委，3 个参评对象；"
            "一列一位：3 位评委，4 个参评对象。请在下面选一种。"
        )
    ]
    assert re.findall(r'name="turn\.score" value="(rows|columns)"[^>]*>([^<]*)<', answer.text) == [
        ("rows", "一行一位：4 位评委，3 个参评对象"),
        ("columns", "一列一位：3 位评委，4 个参评对象"),
    ]
    chosen = {"scheme": "plain-trim", "was": "plain-trim", "field.full": "10", "grid.score": NAMES_ONLY}
    page = client.post("/score?lang=zh", data={**chosen, "side.score": "rows", "turn.score": "columns"}).text
    assert [line[1] for line in _plain_ranking(page)] == ["甲", "乙", "丙", "丁"]
    assert re.search(r'name="side\.score" value="columns" checked', page)  # the choice stays


def test_how_it_was_read_stands_above_the_ranking_too(client: TestClient) -> None:
    page = post(client, {"grid.score": NINE_BY_EIGHTEEN + "领导签字：" + "\t" * 18}).text
    above = text_of(page.split('id="ranking-title"')[1].split('<table class="ranking">')[0])
    assert "按这样读的：9 位评委，每人一行；18 个参评对象，每个一列。 读反了，对调" in above
    assert "没有当作打分、已略过：领导签字： (A11)" in above


def test_a_column_of_totals_under_a_name_of_its_own_is_asked_about(client: TestClient) -> None:
    grid = "选手\t评委1\t评委2\t评委3\t民主测评\n甲\t9\t8\t8\t8\n乙\t7\t7\t7\t7"
    assert sentences(post(client, {"grid.score": grid}).text) == [
        "E1 “民主测评”：是评委吗？是的话请写成“评委…”，不是请删掉这一列（或这一行）。"
    ]
    assert sentences(post(client, {"grid.score": grid}, lang="en").text) == [
        "E1 “民主测评”: is this a judge? If so, write “Judge …”; if not, remove this column (or row)."
    ]


def test_percent_and_dash_say_what_to_write(client: TestClient) -> None:
    grid = "选手\t评委1\t评委2\t评委3\n甲\t90%\t8\t8\n乙\t-\t7\t7"
    assert sentences(post(client, {"grid.score": grid}).text) == [
        "B2 填的是“90%”（评委1给甲）。请写成分数，不带百分号，满分是 10 分。",
        "B3 填的是“-”，看不出是什么意思（评委1给乙）。没到的填“缺席”，按规定不打的填“回避”，打了分的填分数。",
    ]


def test_projects_of_one_name_in_two_counties_are_two_entrants(client: TestClient) -> None:
    grid = "参评单位\t项目\t评委1\t评委2\t评委3\n甲县\t广场\t9\t9\t9\n乙县\t广场\t5\t5\t5\n丙县\t中心\t8\t8\t8"
    page = post(client, {"grid.score": grid, "field.prizes": ""}).text
    assert [(place, name.split(" ")[:2], score) for place, name, score, *_ in _plain_ranking(page)] == [
        ("1", ["甲县", "广场"], "9.00"),
        ("2", ["中心", "丙县"], "8.00"),  # the name, and the unit beside it
        ("3", ["乙县", "广场"], "5.00"),
    ]
