"""What a scheme by the skating system may and must say: every component is a dance, and places are all there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scoring.faults import Fault

if TYPE_CHECKING:
    from scoring.scheme.marking import Component
    from scoring.scheme.whole import Scheme

_KEYS = ("decision", "draw")  # what may separate couples whom the places leave equal, beside one dance


def skating_disagreements(scheme: Scheme) -> Iterator[Fault]:
    """Every fault of a scheme by the skating system; ``params["key"]`` says where."""
    skating = scheme.total.method == "skating"
    for part in scheme.components:
        if (part.panel is not None and part.panel.method == "skating") != skating:
            yield _fault(f"components.{part.id}.panel.method", "skating_both")
    if not skating:
        return
    for part in scheme.components:
        yield from _dance(part)
    if len({part.weight for part in scheme.components}) > 1:
        yield _fault("components.weight", "skating_weights")
    total, tiers = scheme.total, scheme.prizes.tiers
    unfit = {
        "rounds": bool(scheme.rounds),
        "rounding": bool(scheme.rounding),
        "adjustments": bool(scheme.adjustments),
        "rulings": bool(scheme.rulings),
        "total.least": total.least not in (None, 0),
        "total.most": total.most is not None,
        **{f"prizes.tiers.{tier.id}.minimum": tier.minimum is not None for tier in tiers},
    }
    for key in (key for key, said in unfit.items() if said):
        yield _fault(key, "skating_without")
    for i, key in enumerate(scheme.ties):
        if key not in _KEYS and not key.startswith("component:"):
            yield _fault(f"ties.{i + 1}", "skating_tie", name=key, known=", ".join(("component:COMPONENT", *_KEYS)))


def _dance(part: Component) -> Iterator[Fault]:
    """One component as a dance: places are neither scaled nor averaged, and a place is the only mark on a sheet."""
    at = f"components.{part.id}"
    if part.scale != "percent":
        yield _fault(f"{at}.scale", "skating_without")
    if part.unit.method != "mean" or part.unit.best or part.unit.unmarked != "missing":
        yield _fault(f"{at}.unit", "skating_without")
    if part.panel and part.panel.counts == "place":
        items = [item for criterion in part.criteria for item in criterion.items]
        places = len(items) == 1 and items[0].step == items[0].weight == 1 and items[0].role == "score"
        if not (places and items[0].floor >= 1 and part.sheet.points == "sum"):
            yield _fault(f"{at}.criteria", "skating_place")


def _fault(key: str, what: str, **params: str) -> Fault:
    return Fault(f"scheme.{what}", {"key": key, **params})
