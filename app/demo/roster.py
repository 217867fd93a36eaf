"""An invented tour: ten counties that exist nowhere, forty projects of all kinds, ten pitches, fifty-two judges.

Reads the scheme. Writes nothing. The same seed gives the same tour and the same marks on every machine: only
``random()`` of Python's generator is used, which is promised never to change.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.contests.draft import Draft, EntryLine, JudgeLine, PriorLine, UnitLine
from scoring.scheme import Item, Scheme

SEED = 20220707
DAYS = ("7月7日", "7月8日", "7月9日")
COUNTIES_BY_DAY = (4, 4, 2)
PROJECTS = 4  # of each county
JUDGES = 4  # from each county
CITY_JUDGES = 12
CITY_BLOCS = ("市直一组", "市直二组", "市直三组")
AWAY = {("J41", DAYS[0]): "市里开会", ("J5", DAYS[1]): "防汛值守", ("J52", DAYS[1]): "因病请假"}

UNITS = ("云岭县", "清江市", "松坪县", "岩门县", "白鹭县", "城东区", "城西区", "南屏区", "柳溪县", "高新区")
PLACES = (
    "水坪", "青石", "龙泉", "石桥", "梅岭", "白沙", "双河", "云台", "枫林", "茶店", "大堰", "杨柳", "罗坪", "竹园",
    "桃溪", "金凤", "红岩", "银杏", "东湾", "西坝", "长岭", "花园", "柏林", "月亮", "麻坪", "泉水", "高桥", "九里",
    "兰花", "荷塘", "丰乐", "永安", "平安", "和平", "新田", "古渡", "凤凰", "朝阳", "望江", "南山",
)  # fmt: skip
_TOWN, _COUNTRY = ("街道", "社区"), ("镇", "村")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐"
GIVEN = (
    "建国", "秀英", "志强", "丽华", "文斌", "晓燕", "立新", "春梅", "永刚", "红霞", "国平", "玉兰", "明亮", "雪琴",
    "海涛", "桂芳", "振华", "小红", "家宝", "淑珍", "向东", "慧敏", "卫民", "佳怡", "思远",
)  # fmt: skip
_REASONS = ("现场氛围好，群众参与多", "管护不到位，设施闲置", "做法新，值得推广", "台账与现场对不上")

Key = tuple[str, str]  # judge, entry


@dataclass(frozen=True, slots=True)
class Marks:
    """One invented sheet; ``note`` where a mark lies outside the usual band."""

    ticks: tuple[int, ...]
    note: str = ""


def roster(rule: Scheme, seed: int) -> Draft:
    """The tour as a workbook would give it."""
    chance = random.Random(seed)  # noqa: S311  invented, not secret
    units = tuple(UnitLine(f"U{n}", n, name) for n, name in enumerate(UNITS, 1))
    prior = next(part.id for part in rule.components if part.source != "marks")
    return Draft(
        units,
        tuple(_entries(rule, units)),
        tuple(_judges(units, chance)),
        tuple(
            PriorLine(unit.id, prior, f"{85 + int(100 * chance.random()) / 10:.1f}", "虚构的平时工作台账")
            for unit in units
        ),
    )


def _entries(rule: Scheme, units: Sequence[UnitLine]) -> list[EntryLine]:
    """In the order of the road: each county pitches on the bus on the way to its projects."""
    onsite, pitch = (part.id for part in rule.components if part.source == "marks")
    day_of = [day for day, counties in zip(DAYS, COUNTIES_BY_DAY, strict=True) for _ in range(counties)]
    lines: list[EntryLine] = []
    for at, (unit, day) in enumerate(zip(units, day_of, strict=True)):
        stops = [("路演", pitch, "", "车上")]
        for project in range(PROJECTS):
            kind = rule.kinds[(at * PROJECTS + project) % len(rule.kinds)]
            place = PLACES[at * PROJECTS + project]
            where, station = (place + word for word in (_TOWN if unit.name.endswith("区") else _COUNTRY))
            of = {"centre": unit.name, "institute": where, "station": station}.get(kind.id, place)
            stops.append((of + kind.name.zh, onsite, kind.id, where))
        for name, component, kind_id, where in stops:
            number = len(lines) + 1
            minutes = 7 * 60 + 40 * sum(line.day == day for line in lines)
            lines.append(
                EntryLine(
                    f"E{number}", number, unit.id, f"{unit.name}{name}" if component == pitch else name, component,
                    kind_id, day, f"{minutes // 60:02}:{minutes % 60:02}", where,
                )
            )  # fmt: skip
    return lines


def _judges(units: Sequence[UnitLine], chance: random.Random) -> list[JudgeLine]:
    homes = [unit.id for unit in units for _ in range(JUDGES)] + [""] * CITY_JUDGES
    names = {unit.id: unit.name for unit in units}
    return [
        JudgeLine(
            f"J{n}", n, SURNAMES[n % len(SURNAMES)] + GIVEN[n * 7 % len(GIVEN)], home,
            bloc=names.get(home) or _city_bloc(n), phone_end=f"{int(10_000 * chance.random()):04}",
            aide=f"{names[home]}联络员" if home else "会务组", bus="1号车" if n <= len(homes) // 2 else "2号车",
        )
        for n, home in enumerate(homes, 1)
    ]  # fmt: skip


def _city_bloc(number: int) -> str:
    """Four of the city in each, as from each county."""
    return CITY_BLOCS[(number - 1 - JUDGES * len(UNITS)) // JUDGES]


def marks(rule: Scheme, tour: Draft, seed: int) -> Mapping[Key, Marks]:
    """A sheet for every judge and entry: better and worse counties and projects, stricter and kinder judges, chance."""
    chance = random.Random(seed)  # noqa: S311  invented, not secret
    county = {unit.id: chance.random() for unit in tour.units}
    project = {entry.id: chance.random() for entry in tour.entries}
    leaning = {judge.id: chance.random() for judge in tour.judges}
    found = {}
    for entry in tour.entries:
        items = rule.items(entry.component, entry.kind)
        quality = 0.3 * county[entry.unit] + 0.3 * project[entry.id]
        for judge in tour.judges:
            share = quality + 0.15 * leaning[judge.id]
            ticks = tuple(_tick(item, share + 0.25 * chance.random(), chance.random()) for item in items)
            unusual = any(not _usual(item, tick) for item, tick in zip(items, ticks, strict=True))
            found[judge.id, entry.id] = Marks(ticks, _REASONS[int(4 * chance.random())] if unusual else "")
    return found


def _tick(item: Item, share: float, rare: float) -> int:
    """A mark in the usual band, and one in two hundred anywhere between floor and full."""
    lowest, highest = item.usual if item.usual and rare > 0.005 else (item.floor, item.full)
    low, high = int(lowest / item.step), int(highest / item.step)
    return low + min(int(share * (high - low + 1)), high - low)


def _usual(item: Item, tick: int) -> bool:
    return item.usual is None or item.usual[0] <= tick * item.step <= item.usual[1]
