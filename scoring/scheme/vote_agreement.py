"""What a scheme must say so that judges can vote for grades (等次票)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scoring.faults import Fault

if TYPE_CHECKING:
    from scoring.scheme.marking import Component
    from scoring.scheme.whole import Scheme


def vote_disagreements(scheme: Scheme, part: Component) -> Iterator[Fault]:
    """Votes on sheets that are no single vote, abstentions beside other items, stages that nothing meets."""
    at = f"components.{part.id}"
    sheets = [scheme.items(part.id, kind.id) for kind in scheme.kinds] or [scheme.items(part.id)]
    graded = [item for items in sheets for item in items if item.grades]
    alone = all(len(items) == 1 for items in sheets)
    if not alone and any(item.abstention is not None for item in graded):
        yield _fault(f"{at}.items.grades", "grades_alone")
    if part.panel is None or part.panel.method != "vote":
        return
    if not alone or len(graded) != len(sheets):
        yield _fault(f"{at}.panel.method", "vote_grades")
    stages = [stage for stage in scheme.rounding if stage.after == "sheet" and stage.component in (None, part.id)]
    if stages or part.sheet.least is not None or part.sheet.most is not None:
        yield _fault(f"{at}.panel.method", "vote_sheet")


def vote_key_faults(scheme: Scheme, at: str, name: str) -> Iterator[Fault]:
    """A key for equal scores that names the grade of a component: ``votes:COMPONENT.GRADE``."""
    known = [
        f"{part.id}.{grade.id}"
        for part in scheme.components
        for grade in dict.fromkeys(one for c in part.criteria for item in c.items for one in item.grades)
        if grade.points is not None
    ]
    if name not in known:
        where: dict[str, str | int] = {"name": name, "known": ", ".join(dict.fromkeys(known)) or "-"}
        yield _fault(at, "unknown_name", where="components.items.grades", **where)


def _fault(key: str, what: str, **params: str | int) -> Fault:
    return Fault(f"scheme.{what}", {"key": key, **params})
