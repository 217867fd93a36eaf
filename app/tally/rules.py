"""Which rule a grid is scored by: one that is shipped, the reader's own file, or a plain rule with fields changed.

Reads ``rubrics/*.toml`` once. Writes nothing, and keeps no scheme that a reader brought.
"""

import re
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

from app.errors import AppError
from app.tally.cells import narrow, number
from scoring.faults import Fault, Refused
from scoring.numbers import plain
from scoring.scheme import Prizes, Scheme, Text, Tier, Trim, changed, read_scheme, totals_only

RUBRICS = Path(__file__).parent.parent.parent / "rubrics"
OWN = "own"
_MOST_PRIZES = 500
_MOST_TIERS = 6
_MOST_DECIMALS = 6
_TIER_NAMES = (
    Text(zh="一等奖", en="First prize"),
    Text(zh="二等奖", en="Second prize"),
    Text(zh="三等奖", en="Third prize"),
    Text(zh="优秀奖", en="Merit prize"),
    Text(zh="鼓励奖", en="Encouragement prize"),
    Text(zh="参与奖", en="Participation prize"),
)


class UnknownScheme(AppError):
    code = "rule.unknown_scheme"
    status = 404


@cache
def shipped() -> dict[str, Scheme]:
    """The schemes under ``rubrics/`` by id, the plain ones first.

    None without marks, for which there would be no grid, and none by bloc, of which a grid says nothing.
    """
    read = [read_scheme(path.read_text(encoding="utf-8"), path.name) for path in sorted(RUBRICS.glob("*.toml"))]
    read.sort(key=_order)
    return {scheme.id: scheme for scheme in read if _fits_a_grid(scheme)}


def _fits_a_grid(scheme: Scheme) -> bool:
    panels = [part.panel for part in scheme.components if part.panel]
    return bool(panels) and not any(panel.by == "bloc" for panel in panels)


def _order(scheme: Scheme) -> tuple[bool, int, str]:
    """Plain rules first, and of these the one everybody knows: highest and lowest dropped."""
    plain_fields = fields_of(scheme)
    return plain_fields is None, -int(plain_fields.high) if plain_fields else 0, scheme.id


def scheme_of(name: str) -> Scheme:
    """The shipped scheme of that id; the first one if none is named."""
    if not name:
        return next(iter(shipped().values()))
    if name not in shipped():
        raise UnknownScheme({"name": name[:60]})
    return shipped()[name]


@dataclass(frozen=True, slots=True)
class Fields:
    """What can be changed in a plain rule, as text: how it stands in the scheme, or what the reader wrote."""

    full: str
    floor: str
    step: str
    high: str
    low: str
    decimals: str
    prizes: str

    def written(self, given: dict[str, str]) -> "Fields":
        """The same with what the reader wrote. A field left blank stays as it was; blank prizes are no prizes."""
        known = {field.name for field in fields(self)}
        return replace(self, **{k: v for k, v in given.items() if k in known and (v.strip() or k == "prizes")})


def fields_of(scheme: Scheme) -> Fields | None:
    """The fields of a plain rule: one component with one item, a mean with a fixed number dropped. Else None."""
    part = scheme.components[0]
    items = scheme.items(part.id)
    fixed = part.panel is not None and part.panel.method == "mean"
    trim = part.panel.trim if part.panel and part.panel.trim else Trim(low=0, high=0)
    one = len(scheme.components) == 1 and len(items) == 1
    if not (one and fixed) or scheme.divisions or scheme.kinds or trim.high is None or trim.low is None:
        return None
    return Fields(
        full=plain(items[0].full),
        floor=plain(items[0].floor),
        step=plain(items[0].step),
        high=str(trim.high),
        low=str(trim.low),
        decimals=str(scheme.total.decimals),
        prizes=",".join(str(tier.quota or 0) for tier in scheme.prizes.tiers),
    )


def adjusted(scheme: Scheme, wanted: Fields) -> Scheme:
    """The plain rule with the reader's fields. Raises Refused with a fault for each field that cannot be."""
    if wanted == fields_of(scheme):
        return scheme
    faults: list[Fault] = []
    full = _number("rule.full", wanted.full, faults)
    floor = _number("rule.floor", wanted.floor, faults)
    step = _number("rule.step", wanted.step, faults)
    high = _count("rule.high", wanted.high, faults, 99)
    low = _count("rule.low", wanted.low, faults, 99)
    decimals = _count("rule.decimals", wanted.decimals, faults, _MOST_DECIMALS)
    quotas = _quotas(wanted.prizes, faults)
    if not faults:
        faults = list(_impossible(full, floor, step))
    if faults:
        raise Refused(faults)
    part = scheme.components[0]
    if part.panel is None:
        raise TypeError("fields_of() says which schemes are plain")
    item = part.criteria[0].items[0].model_copy(update={"full": full, "floor": floor, "step": step, "usual": None})
    criterion = part.criteria[0].model_copy(update={"items": (item,)})
    trim = Trim(low=low, high=high) if low or high else None
    # Where marks go below 0, so do the scores made of them.
    panel = part.panel.model_copy(
        update={
            "trim": trim,
            "trim_on": "sheet_total" if trim else None,
            "least": _lower(part.panel.least, floor),
        }
    )
    part = part.model_copy(update={"criteria": (criterion,), "panel": panel, "full": full})
    stages = tuple(stage.model_copy(update={"decimals": decimals}) for stage in scheme.rounding)
    rank_on = scheme.total.rank_on
    if rank_on and "@" in rank_on:
        rank_on = f"{rank_on.split('@')[0]}@{decimals}"
    least = _lower(scheme.total.least, floor)
    total = scheme.total.model_copy(update={"full": full, "least": least, "decimals": decimals, "rank_on": rank_on})
    return changed(
        scheme, components=(part,), rounding=stages, total=total, prizes=_prizes(scheme.prizes, quotas), examples=()
    )  # fmt: skip


def _lower(least: Fraction | None, floor: Fraction) -> Fraction | None:
    """The bound that lets marks down to ``floor`` through."""
    return least if least is None else min(least, floor)


def _number(code: str, text: str, faults: list[Fault]) -> Fraction:
    digits = number(text)
    if digits is None:
        faults.append(Fault(code, {"written": text[:40]}))
        return Fraction(0)
    return Fraction(digits)


def _count(code: str, text: str, faults: list[Fault], most: int) -> int:
    digits = narrow(text)
    if not re.fullmatch("[0-9]{1,3}", digits) or int(digits) > most:
        faults.append(Fault(code, {"written": text[:40], "most": most}))
        return 0
    return int(digits)


def _quotas(text: str, faults: list[Fault]) -> list[int]:
    """``1,2,3`` or ``1 2 3`` or ``1、2、3``: places per prize, the first prize first. ``0`` or nothing: no prizes."""
    parts = [part for part in re.split(r"[,、;；/ ]+", narrow(text)) if part]
    right = all(re.fullmatch("[0-9]{1,3}", part) for part in parts) and len(parts) <= _MOST_TIERS
    quotas = [int(part) for part in parts] if right else []
    if not right or sum(quotas) > _MOST_PRIZES:
        faults.append(Fault("rule.prizes", {"written": text[:40], "most": _MOST_TIERS}))
    return quotas if any(quotas) else []


def _impossible(full: Fraction, floor: Fraction, step: Fraction) -> list[Fault]:
    if full <= 0 or step <= 0:
        return [Fault("rule.not_positive", {"full": plain(full), "step": plain(step)})]
    if not floor < full:
        return [Fault("rule.floor_above_full", {"floor": plain(floor), "full": plain(full)})]
    if (full / step).denominator != 1 or (floor / step).denominator != 1:
        return [Fault("rule.step_does_not_fit", {"floor": plain(floor), "full": plain(full), "step": plain(step)})]
    if max(full, -floor) / step > 10**9:
        return [Fault("rule.step_too_fine", {"step": plain(step)})]
    return []


def _prizes(prizes: Prizes, quotas: list[int]) -> Prizes:
    known = prizes.tiers
    tiers = tuple(
        known[i].model_copy(update={"quota": quota})
        if i < len(known)
        else Tier(id=f"prize-{i + 1}", name=_TIER_NAMES[i], quota=quota)
        for i, quota in enumerate(quotas)
    )
    return prizes.model_copy(update={"tiers": tiers, "budget_yuan": None})


def on_totals(scheme: Scheme) -> Scheme:
    """The scheme for a grid with one number per judge and entrant."""
    plain_already = all(
        part.source == "prior" or sum(len(criterion.items) for criterion in part.criteria) == 1
        for part in scheme.components
    )
    return scheme if plain_already and not scheme.kinds else totals_only(scheme)
