"""What came with a form of the desk whose fields are as many as there are judges.

Reads a request. Writes nothing.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request

_MOST_FIELDS = 3000
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Tick:
    """签到 or 请假 of one judge for one day."""

    state: Literal["present", "leave"]
    reason: str = ""


async def _posted(request: Request) -> dict[str, str]:
    form = await request.form(max_fields=_MOST_FIELDS)
    return {key: value for key, value in form.multi_items() if isinstance(value, str)}


Posted = Annotated[dict[str, str], Depends(_posted)]


def ticks_of(form: dict[str, str]) -> dict[str, Tick]:
    """``state.J1`` and ``reason.J1`` by judge; ``do=all_present`` puts everybody down as there."""
    everybody = form.get("do") == "all_present"
    ticks = {}
    for key, value in form.items():
        field, _, judge = key.partition(".")
        if field == "state" and judge:
            state: Literal["present", "leave"] = "leave" if value == "leave" and not everybody else "present"
            reason = form.get(f"reason.{judge}", "")[:_LONGEST_REASON] if state == "leave" else ""
            ticks[judge] = Tick(state, " ".join(reason.split()))
    return ticks
