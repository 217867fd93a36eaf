"""The words by which a grid shows what its rows and columns are.

Reads headings only. Never looks at a mark.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

Role = Literal["name", "number", "division", "unit", "kind", "left_out", "judge"]
JudgesIn = Literal["rows", "columns"]

_WORDS: dict[Role, tuple[str, ...]] = {
    "number": (
        "序号", "编号", "号码", "选手编号", "选手序号", "出场号", "出场序号", "出场顺序", "抽签号", "顺序", "no",
        "no.", "number", "order",
    ),
    "division": ("组别", "组", "赛组", "division", "group"),
    "unit": (
        "参评单位", "参赛单位", "单位", "选送单位", "所在单位", "代表队", "县市区", "县区", "学校", "班级",
        "部门", "乡镇", "unit", "school", "department", "county",
    ),
    "kind": ("类别", "类型", "项目类别", "kind", "category"),
    "name": (
        "选手", "参赛选手", "选手姓名", "节目", "节目名称", "参评项目", "项目", "项目名称", "作品", "作品名称",
        "参赛者", "点位", "站点", "姓名", "名称", "队伍", "队名", "考生", "人员", "考生姓名", "参赛人员",
        "参赛队伍", "entrant", "contestant", "entry", "team", "name",
    ),
    "left_out": (
        "合计", "总计", "小计", "总分", "平均", "平均分", "均分", "最高分", "最低分", "去掉最高分", "去掉最低分",
        "去掉一个最高分", "去掉一个最低分", "最后得分", "最终得分", "最后得分(分)", "得分", "名次", "排名", "奖项",
        "等次", "奖项等次", "备注", "签名", "评委签名", "有效分", "total", "sum", "average", "mean",
        "highest", "lowest", "score", "final score", "rank", "place", "ranking", "prize", "remarks", "remark", "notes",
        "signature",
    ),
}  # fmt: skip
_LEFT_OUT = re.compile(
    r"成绩|总.*分(数|值)?$|总计|总评$|^合计|合计$|合计分|小计|平均|均[分值]|得分|最[高低后终][得成总分平名排结评值]|^最[后终]$"
    r"|综合[得成评分积总平排]|^综合$|加权|折算|^[加扣减]分|[加扣减]分$|去掉|名次|排名|签[字名章]"
)
_LEFT_OUT_ENGLISH = frozenset(
    {"total", "totals", "sum", "subtotal", "average", "avg", "mean", "points", "score", "scores", "final", "result"}
    | {"results", "rank", "ranking", "place", "overall", "weighted", "max", "min", "highest", "lowest", "deduction"}
    | {"bonus", "net", "adjusted", "signature", "grand"}
)
_FILLERS = frozenset({"the", "of", "a", "an", "all", "after", "judge", "judges", "mark", "marks", "by", "per", "pts"})
_OF_ENTRANTS = re.compile(r"名次|排名|奖|等次|最[后终]|总成绩|综合|^(final.*|rank|ranking|place|prize)$")
_JUDGE_UNITS = frozenset({"评委单位", "评委所在单位", "评委组", "judge'sunit", "judgeunit", "bloc"})
_JUDGE_CLASSES = frozenset({"评委类别", "评委类型", "judgeclass"})
_JUDGE = re.compile(r"评委|评审|裁判|专家|judge|referee|^j\s?[0-9]+$", re.IGNORECASE)
# All judges together: what stands over their columns, and no one judge.
_JUDGES_ALL = re.compile(
    r"(各位|全体)?(评委|评审|裁判|专家)(员|组|团)*(姓名)?(给|的)?(打|得|评|总)*(分|成绩)?(情况)?|judges|judges'?marks"
)
_ENTRANT = re.compile(
    r"选手|考生|节目|参评|参赛|项目|作品|队$|contestant|entrant|entry|team|^e\s?[0-9]+$", re.IGNORECASE
)
# Entrants very often, but judges may be called by the place that sent them.
_PLACE = re.compile(r"[县市区乡镇村校局]$")
_SIGNATURES = re.compile(
    r"^(计分员|核分员|监督员|记分员|统分员|统计员|评委签|制表|填表|审核|复核|审定|经办|日期|备注|注|说明)"
    r"|签[字名章]|盖章|[:：]$|^(signed|signatures?|date|tallier|checker|steward|notes?)\b",
    re.IGNORECASE,
)
# (1) and (二) tell entrants apart; (分) and (100分) say nothing about what a heading is.
_BRACKETS = re.compile(r"\((?![0-9一二三四五六七八九十a-z]{1,3}\))[^()]*\)")


def bare(text: str) -> str:
    """A heading without spaces, bracketed words, colon or capitals, for looking it up."""
    narrow = text.replace("（", "(").replace("）", ")").lower()
    return re.sub(r"\s", "", _BRACKETS.sub("", narrow) or narrow).rstrip(":：")


_ROLE_OF: dict[str, Role] = {bare(word): role for role, words in _WORDS.items() for word in words}


def role_of(text: str) -> Role | None:
    """What a heading says that it is; None for the name of a judge or an entrant."""
    known = _ROLE_OF.get(bare(text))
    if known is None and not is_judge_unit(text) and not is_judge_class(text) and _total(text):
        return "left_out"
    return known


def _total(text: str) -> bool:
    """Whether a heading that is in no list is one of totals. 评委1得分 is a judge, 评委平均分 is not."""
    word = re.sub(r"\([^()]*\)", "", bare(text))
    if _JUDGE.search(word):
        word = re.sub(r"(得分|成绩)$", "", word)
    words = set(re.findall(r"[a-z]+", text.lower())) - _FILLERS
    one_judge = _JUDGE.search(word) and re.search(r"[0-9]", word)
    english = bool(words) and words <= _LEFT_OUT_ENGLISH and not one_judge and not re.search(r"[\u4e00-\u9fff]", text)
    return english or bool(_LEFT_OUT.search(word))


def is_judge(text: str) -> bool:
    """Whether a heading says that it is a judge. Names such as 王老师 do not."""
    return bool(_JUDGE.search(text)) and not is_judge_unit(text) and not is_judge_class(text) and role_of(text) is None


def is_judges(text: str) -> bool:
    """Whether a heading stands for all judges together, as over a merged cell."""
    return _JUDGES_ALL.fullmatch(bare(text)) is not None


def is_no_person(text: str) -> bool:
    """Whether a heading ends like a count or an opinion: 得票, 民主测评."""
    return bool(re.search(r"([分票数率]|测评|评价|意见|[0-9]%)$", bare(text))) and not is_judge(text)


def is_one_judge(text: str) -> bool:
    return is_judge(text) and not is_judges(text)


def is_judge_unit(text: str) -> bool:
    return bare(text) in _JUDGE_UNITS


def is_judge_class(text: str) -> bool:
    return bare(text) in _JUDGE_CLASSES


def is_signature_line(texts: Sequence[str]) -> bool:
    """A line under the grid such as 计分员:      核分员: ."""
    written = [text for text in texts if text]
    return (
        bool(written) and all(_SIGNATURES.search(text) for text in written[:1]) and len(written) * 2 <= len(texts) + 1
    )


def judges_in(corner: str, across: Sequence[str], down: Sequence[str]) -> JudgesIn | None:
    """Where the judges are, by the headings ``across`` the top and ``down`` the side; None where nothing tells.

    Judges that are called so tell it; then what stands beside the marks; then the corner, unless the names speak
    against it; then the names.
    """
    named = _more(_mostly(down, is_judge), _mostly(across, is_judge))
    rows, columns = _beside(judges=down, entrants=across), _beside(judges=across, entrants=down)
    beside = _more(rows, columns)
    names = _more(_mostly(across, _is_entrant), _mostly(down, _is_entrant))
    places = _more(_mostly(across, _is_place), _mostly(down, _is_place))
    told = _by_corner(corner)
    if named:
        return named
    if beside:
        return beside if told in (None, beside) or abs(rows - columns) > 1 else None
    if told:
        return told if {names, places} <= {told, None} else None
    return names


def _more(rows: int, columns: int) -> JudgesIn | None:
    if rows == columns:
        return None
    return "rows" if rows > columns else "columns"


def _mostly(texts: Sequence[str], test: Callable[[str], bool]) -> bool:
    """Whether at least half of the headings that are names pass."""
    names = [text for text in texts if text and role_of(text) is None]
    return bool(names) and sum(map(test, names)) * 2 >= len(names)


def _is_entrant(text: str) -> bool:
    return bool(_ENTRANT.search(text)) and not is_judge(text)


def _is_place(text: str) -> bool:
    return bool(_PLACE.search(text)) and not is_judge(text)


def _by_corner(corner: str) -> JudgesIn | None:
    if re.search(r"[\\/／、|]", corner):
        return None
    if is_judge(corner):
        return "rows"
    return "columns" if _is_entrant(corner) or role_of(corner) in ("name", "unit", "number") else None


def _beside(*, judges: Sequence[str], entrants: Sequence[str]) -> int:
    """How much of what stands beside the marks speaks for judges along one side and entrants along the other.

    A line of places or divisions beside the entrants stands among the judges' headings, and the other way round.
    """
    return (
        sum({"name": 2, "unit": 1, "division": 1}.get(role_of(text) or "", 0) for text in judges)
        + sum(role_of(text) == "left_out" and bool(_OF_ENTRANTS.search(bare(text))) for text in judges)
        + 2 * sum(is_judge_unit(text) or is_judge_class(text) for text in entrants)
    )
