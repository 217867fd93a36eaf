"""Ready-made alternatives to a scheme: the same rule with one thing changed. Source: docs/robustness.md, "What if".

For information alone: nobody's result is computed by them. An alternative that a scheme cannot have is not offered.
"""

from collections.abc import Callable
from fractions import Fraction

from scoring.faults import Fault, Refused
from scoring.scheme import Component, Panel, Scheme, changed

Alter = Callable[[Panel], Panel]


def alternatives(scheme: Scheme) -> dict[str, Scheme]:
    """Every alternative by name; each differs from ``scheme`` and is a whole, sound scheme."""
    made = {name: _panels(scheme, alter) for name, alter in _PANELS.items()}
    weights = [part.model_copy(update={"weight": Fraction(1)}) for part in scheme.components]
    made["equal-weights"] = tuple(weights)
    found = {}
    for name, parts in made.items():
        if _weights(parts) == _weights(scheme.components) and _rules(parts) == _rules(scheme.components):
            continue
        try:
            found[name] = changed(scheme, components=parts, examples=())
        except Refused:
            continue  # such as a sheet whose items count singly, which only a trim by item allows
    return found


def alternative(scheme: Scheme, name: str) -> Scheme:
    """The alternative of this name. Raises Refused where the scheme has none."""
    offered = alternatives(scheme)
    if name not in offered:
        raise Refused([Fault("whatif.unknown_rule", {"name": name, "known": ", ".join(offered) or "-"})])
    return offered[name]


def _panels(scheme: Scheme, alter: Alter) -> tuple[Component, ...]:
    return tuple(
        part if part.panel is None else part.model_copy(update={"panel": alter(part.panel)})
        for part in scheme.components
    )


def _weights(parts: tuple[Component, ...]) -> list[Fraction]:
    """The shares of the components in the whole: 2 and 2 are the same as 1 and 1."""
    whole = sum((part.weight for part in parts), Fraction(0))
    return [part.weight / whole for part in parts]


def _rules(parts: tuple[Component, ...]) -> list[Panel | None]:
    return [part.panel for part in parts]


def _no_trim(panel: Panel) -> Panel:
    """Nobody's mark is dropped or drawn in. A trimmed sum stays: without the trim it would be on another scale."""
    if panel.trim is None or panel.method == "sum":
        return panel
    return panel.model_copy(update={"method": "mean", "trim": None, "trim_on": None, "tolerance": None})


def _median(panel: Panel) -> Panel:
    if panel.method not in ("mean", "winsor"):
        return panel
    return panel.model_copy(update={"method": "median", "trim": None, "trim_on": None, "tolerance": None})


def _no_severity(panel: Panel) -> Panel:
    return panel.model_copy(update={"counts": "score"}) if panel.counts == "less_severity" else panel


def _severity(panel: Panel) -> Panel:
    whole_sheets = panel.trim_on not in ("criterion", "item") and panel.method != "copeland"
    return panel.model_copy(update={"counts": "less_severity"}) if panel.counts == "score" and whole_sheets else panel


_PANELS: dict[str, Alter] = {
    "no-trim": _no_trim, "median": _median, "no-severity": _no_severity, "severity": _severity,
}  # fmt: skip
