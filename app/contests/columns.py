"""The workbook of a contest: its sheets and columns, with the headings people may write over them.

Reads a scheme: a column that the scheme has no use for is not asked for. Writes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scoring.scheme import Component, Scheme


@dataclass(frozen=True, slots=True)
class Column:
    """One column. The first of ``zh`` and ``en`` is what the template shows; all are understood."""

    key: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    longest: int
    needed: bool = False


@dataclass(frozen=True, slots=True)
class SheetForm:
    """One sheet of the workbook. ``needed``: without it there is no roster."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    needed: bool = True

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def marked(scheme: Scheme) -> list[Component]:
    """The components that judges mark."""
    return [part for part in scheme.components if part.source == "marks"]


def known_before(scheme: Scheme) -> list[Component]:
    """The components whose score is known before."""
    return [part for part in scheme.components if part.source == "prior"]


def assigns(scheme: Scheme) -> bool:
    """Whether entries may go to some of the judges: reviews at a desk, and the rounds before a final."""
    return scheme.contest == "desk" or bool(scheme.rounds)


def in_groups(scheme: Scheme) -> bool:
    """Whether a round is held in groups, of each of which so many go on."""
    return any(one.advance is not None and one.advance.quota_by == "each_group" for one in scheme.rounds)


def sheets_for(scheme: Scheme) -> tuple[SheetForm, ...]:
    """The sheets that a contest of this scheme needs."""
    return tuple(_sheets(scheme))


_NUMBER = Column("number", ("序号", "编号"), ("No.", "Number"), 6, needed=True)
_UNIT = Column("unit", ("参评单位", "单位"), ("Unit",), 120, needed=True)
_COMPONENT = Column("component", ("计分部分", "部分"), ("Component", "Part"), 120)


def _sheets(scheme: Scheme) -> Iterator[SheetForm]:
    division = (Column("division", ("组别",), ("Division",), 120, needed=True),) if scheme.divisions else ()
    name = Column("name", ("参评单位", "单位", "名称"), ("Unit", "Name"), 120, needed=True)
    yield SheetForm("units", "参评单位", "Units", (_NUMBER, name, *division))
    several = (_COMPONENT,) if len(marked(scheme)) > 1 else ()
    kind = (Column("kind", ("类别", "项目类别"), ("Kind",), 120),) if scheme.kinds else ()
    entry = (
        _NUMBER,
        _UNIT,
        Column("name", ("参评项目", "项目", "名称"), ("Entry", "Name"), 120, needed=True),
        *kind,
        *several,
        *((Column("group", ("小组",), ("Group",), 64),) if in_groups(scheme) else ()),
        Column("day", ("日期", "哪一天"), ("Day",), 32),
        Column("time", ("时间",), ("Time",), 16),
        Column("where", ("地点",), ("Place", "Where"), 120),
        *((Column("judges", ("由谁评", "分配评委"), ("Marked by",), 1000),) if assigns(scheme) else ()),
    )
    yield SheetForm("entries", "参评项目", "Entries", entry)
    yield SheetForm("judges", "评委", "Judges", tuple(_judge(scheme)))
    if priors := known_before(scheme):
        prior = (
            _UNIT,
            *((_COMPONENT,) if len(priors) > 1 else ()),
            Column("value", ("得分", "分数", "分值"), ("Score",), 30, needed=True),
            Column("source", ("来源", "依据"), ("Source",), 200),
        )
        yield SheetForm("priors", "平时工作分", "Ordinary work", prior, needed=False)


def _judge(scheme: Scheme) -> Iterator[Column]:
    yield _NUMBER
    yield Column("name", ("姓名", "评委"), ("Name", "Judge"), 80, needed=True)
    yield Column("unit", ("本人单位", "所在单位"), ("Own unit",), 120)
    yield Column("bloc", ("评委组",), ("Bloc",), 64)
    if scheme.judge_classes:
        yield Column("judge_class", ("评委类别",), ("Class",), 120)
    if scheme.divisions:
        yield Column("divisions", ("只评组别",), ("Marks only divisions",), 400)
    if len(marked(scheme)) > 1:
        yield Column("components", ("只评部分",), ("Marks only components",), 400)
    yield Column("phone_end", ("手机尾号", "手机后四位"), ("Phone, last 4", "Phone"), 20)
    yield Column("aide", ("协助人",), ("Aide",), 120)
    if scheme.contest == "tour":
        yield Column("bus", ("乘车", "车号"), ("Bus",), 40)
