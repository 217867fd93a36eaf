"""What the judges of an invented tour noted on site: something for every county, with a drawn picture of each problem.

Reads and writes nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """A problem, how grave it is, and the ``scenes`` its pictures show (see ``photos``); a highlight has neither."""

    entry: str
    text: str
    category: str
    severity: str = ""
    scenes: tuple[int, ...] = ()


_DOOR, _BOARD, _SHELF, _CABLE, _PAVING, _CHAIRS = range(6)

NOTES = (
    Note("E2", "安全出口前堆放杂物，通道不畅。", "safety", "serious", (_DOOR,)),
    Note("E4", "宣传展板脱落，未及时修复。", "displays", "minor", (_BOARD,)),
    Note("E7", "图书角书架空置，借阅登记停在去年。", "records", "considerable", (_SHELF,)),
    Note("E9", "“板凳课堂”进院落，群众自己当主讲，值得推广。", "people"),
    Note("E10", "插座松动，电线裸露。", "safety", "serious", (_CABLE,)),
    Note("E13", "门前铺装开裂，老人行走不便。", "premises", "considerable", (_PAVING,)),
    Note("E18", "活动室桌椅堆放落灰，平时不开放。", "premises", "considerable", (_CHAIRS,)),
    Note("E23", "礼堂后台电线裸露，旁边堆着易燃的幕布。", "safety", "serious", (_CABLE, _DOOR)),
    Note("E25", "项目培育记录只到三月，资料架上没有新的台账。", "records", "considerable", (_SHELF,)),
    Note("E28", "文明公约展板歪斜，下半截已经掉色。", "displays", "minor", (_BOARD,)),
    Note("E30", "宣讲员都是本社区的退休教师，群众听得进去。", "people"),
    Note("E32", "活动室桌椅堆在墙角，文化惠民活动没有地方办。", "premises", "considerable", (_CHAIRS,)),
    Note("E35", "评星公示栏脱落，星级户名单看不到。", "displays", "minor", (_BOARD,)),
    Note("E38", "服务点门口铺装破损，轮椅上不去。", "premises", "considerable", (_PAVING,)),
    Note("E42", "阅览架上只有几本旧书，群众点的书没有到。", "premises", "considerable", (_SHELF,)),
    Note("E44", "好人事迹由家人讲述，现场安静，有感染力。", "activities"),
    Note("E47", "会客路线中段地砖开裂，雨天积水。", "premises", "considerable", (_PAVING,)),
    Note("E49", "打卡点疏散通道被纸箱占用。", "safety", "serious", (_DOOR,)),
)
