"""What a scheme means where it says nothing. A bundle's scheme leaves out every key that stands at its default.

Source: docs/schemes.md. No default of a format ever changes, so this list only grows.
"""

from typing import Any

from scoring.verify.numbers import Table

_DEFAULTS: dict[str, Table] = {
    "scheme": {
        "sources": [],
        "our_choice": [],
        "divisions": [],
        "kinds": [],
        "judge_classes": [],
        "rounds": [],
        "rounding": [],
        "adjustments": [],
        "vetoes": [],
        "rulings": [],
        "total": {},
        "ties": [],
        "draw": None,
        "prizes": {},
        "carry_out": [],
        "publication": {},
    },
    "divisions": {"group": None},
    "kinds": {"group": None},
    "components": {
        "source": "marks",
        "full": "100",
        "criteria": [],
        "recusal": "own_unit",
        "marked_by": [],
        "sheet": {},
        "panel": None,
        "unit": {},
        "scale": "percent",
        "z_mean": "50",
        "z_spread": "10",
        "rank_points": [],
        "bands": [],
        "second_mean": None,
        "missing": "decision",
        "ledger": None,
    },
    "ledger": {},
    "sections": {"full": None, "start": "0", "least": None, "most": None, "divisions": []},
    "rules": {
        "points": None,
        "due": None,
        "target": None,
        "per": None,
        "count": "full",
        "least": None,
        "most": None,
        "levels": [],
        "steps": [],
        "states": [],
        "rank_points": [],
        "factors": [],
        "when": None,
        "reached": "0",
        "cap": None,
        "project_cap": None,
        "divisions": [],
        "required": None,
    },
    "levels": {"points": None, "least": None, "most": None},
    "second_mean": {"mean": "rooms"},
    "criteria": {"factor": "1"},
    "items": {"floor": "0", "weight": "1", "role": "score", "kinds": [], "factor": "1", "usual": None,
              "values": [], "grades": []},
    "grades": {"points": None, "share": None},
    "sheet": {"points": "share", "bonus": "above", "least": None, "most": None, "incomplete": "whole"},
    "panel": {
        "of": "cast",
        "by": "judge",
        "counts": "score",
        "trim": None,
        "trim_on": None,
        "tolerance": None,
        "pseudo_wins": None,
        "factor": "1",
        "minimum": 1,
        "least": "0",
        "most": None,
        "difficulty": "none",
        "base": "none",
        "bands": [],
        "quota_within": "component",
        "distinct": None,
        "minimum_share": None,
        "multiples": [],
        "classes": [],
        "empty_class": "decision",
    },
    "panel.bands": {"at_least": None, "at_most": None, "at_least_share": None, "at_most_share": None},
    "trim": {"low": None, "high": None, "share": None, "share_count": "floor", "table": [], "weight": "0"},
    "table": {"weight": "0"},
    "multiples": {},
    "classes": {"minimum": 1},
    "unit": {"method": "mean", "best": None, "deadlines": [], "weights": [], "unmarked": "missing"},
    "rounding": {"mode": "half_up", "component": None},
    "adjustments": {"component": None, "round": None, "points": None, "limit": None, "per": None, "cap": None},
    "rounds": {"carry": "reset", "weight": None, "best": None, "advance": None},
    "advance": {"quota": None, "quota_by": "all", "minimum": None, "best_others": 0, "ties": "decision", "reserves": 0},
    "vetoes": {"tier": None},
    "total": {"method": "weighted", "full": "100", "least": "0", "most": None, "rank_on": None, "places": "1224",
              "decimals": 2, "mode": "half_up"},
    "carry_out": {"weight": "100", "component": None, "decimals": 2, "mode": "half_up", "uses": "rounded",
                  "excluded": "nothing"},
    "draw": {"secret": True, "withheld": "pool", "method": "sha256"},
    "prizes": {
        "tiers": [],
        "budget_yuan": None,
        "boundary": "decision",
        "pool_title": "both",
        "below_minimum": "vacant",
        "share_count": "floor",
        "first_of_each_division": False,
        "quota_by": "all",
        "round": None,
    },
    "tiers": {"quota": None, "share": None, "minimum": None, "yuan": "0"},
    "publication": {"level": "ranks", "blind": "until_opened", "lock": "collection", "signature": "none"},
}  # fmt: skip


def filled(table: Table, name: str = "scheme") -> Table:
    """``table``, a table of the scheme called ``name``, with every key that it leaves out."""
    whole = _DEFAULTS[name] | table
    return {key: _inside(own if (own := f"{name}.{key}") in _DEFAULTS else key, value) for key, value in whole.items()}


def _inside(key: str, value: Any) -> Any:  # noqa: ANN401  JSON has no narrower type
    if key not in _DEFAULTS:
        return value
    if isinstance(value, list):
        return [filled(row, key) if isinstance(row, dict) else row for row in value]
    return filled(value, key) if isinstance(value, dict) else value
