"""The words by which a grid shows what its rows and columns are.

Reads headings only. Never looks at a mark.
"""

import re
from collections.abc import Sequence
from typing import Literal

Role = Literal["name", "number", "division", "unit", "kind", "left_out", "judge"]
JudgesIn = Literal["rows", "columns"]

_WORDS: dict[Role, tuple[str, ...]] = {
    "number": ("序号", "编号", "号码", "出场序号", "出场顺序", "抽签号", "顺序", "no", "no.", "number", "order"),
    "division": ("组别", "组", "赛组", "division", "group"),
    "unit": ("参评单位", "参赛单位", "单位", "选送单位", "所在单位", "代表队", "县市区", "unit"),
    "kind": ("类别", "类型", "项目类别", "kind", "category"),
    "name": (
        "选手", "参赛选手", "选手姓名", "节目", "节目名称", "参评项目", "项目", "项目名称", "作品", "作品名称",
        "参赛者", "点位", "站点", "entrant", "contestant", "entry", "team", "name",
    ),
    "left_out": (
        "合计", "总计", "小计", "总分", "平均", "平均分", "均分", "最高分", "最低分", "去掉最高分", "去掉最低分",
        "去掉一个最高分", "去掉一个最低分", "最后得分", "最终得分", "最后得分(分)", "得分", "名次", "排名", "奖项",
        "等次", "奖项等次", "备注", "签名", "评委签名", "有效分", "total", "sum", "average", "mean",
        "highest", "lowest", "score", "final score", "rank", "place", "ranking", "prize", "remarks", "remark", "notes",
        "signature",
    ),
}  # fmt: skip
_ROLE_OF: dict[str, Role] = {word: role for role, words in _WORDS.items() for word in words}
_OF_ENTRANTS = frozenset(
    {"名次", "排名", "最后得分", "最终得分", "奖项", "等次", "奖项等次", "组别", "参评单位", "参赛单位"}
)
_JUDGE_UNITS = frozenset({"评委单位", "评委所在单位", "评委组", "judge's unit", "judge unit", "bloc"})
_JUDGE_CLASSES = frozenset({"评委类别", "评委类型", "judge class"})
_JUDGE = re.compile(r"评委|评审|裁判|专家|judge|referee|^j\s?[0-9]+$", re.IGNORECASE)
_ENTRANT = re.compile(r"选手|节目|参评|参赛|项目|作品|队$|contestant|entrant|entry|team|^e\s?[0-9]+$", re.IGNORECASE)
_SIGNATURES = re.compile(r"^(计分员|核分员|监督员|记分员|统分员|评委签|制表|填表|审核|日期|备注|注|说明)")


def bare(text: str) -> str:
    """A heading without colon, brackets' kind or capitals, for looking it up."""
    return text.replace("（", "(").replace("）", ")").rstrip(":：").strip().lower()


def role_of(text: str) -> Role | None:
    return _ROLE_OF.get(bare(text))


def is_judge(text: str) -> bool:
    return bool(_JUDGE.search(text)) and not is_judge_unit(text) and not is_judge_class(text)


def is_judge_unit(text: str) -> bool:
    return bare(text) in _JUDGE_UNITS


def is_judge_class(text: str) -> bool:
    return bare(text) in _JUDGE_CLASSES


def is_signature_line(texts: Sequence[str]) -> bool:
    """A line under the grid such as 计分员:      核分员: ."""
    written = [text for text in texts if text]
    return bool(written) and all(_SIGNATURES.match(text) for text in written[:1]) and len(written) * 2 <= len(texts) + 1


def judges_in(corner: str, across: Sequence[str], down: Sequence[str]) -> JudgesIn:
    """Where the judges are, by the headings ``across`` the top and ``down`` the side; in rows if nothing tells."""
    rows = _votes(judges=down, entrants=across)
    columns = _votes(judges=across, entrants=down)
    if not re.search(r"[\\/／、|]", corner):
        rows += 3 * bool(_JUDGE.search(corner))
        columns += 3 * bool(_ENTRANT.search(corner) or role_of(corner) in ("name", "unit", "number"))
    return "columns" if columns > rows else "rows"


def _votes(*, judges: Sequence[str], entrants: Sequence[str]) -> int:
    """How much speaks for judges along one side and entrants along the other.

    A line of totals or prizes beside the entrants stands among the judges' headings, and the other way round.
    """
    return (
        sum(is_judge(text) for text in judges)
        + sum(bool(_ENTRANT.search(text)) and role_of(text) is None for text in entrants)
        + 2 * sum(bare(text) in _OF_ENTRANTS for text in judges)
        + 3 * sum(is_judge_unit(text) or is_judge_class(text) for text in entrants)
    )
