"""What no single table of a scheme can see: names that point nowhere, doubles, and keys that need each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.faults import Fault
from scoring.numbers import plain
from scoring.scheme.ledger_agreement import ledger_disagreements
from scoring.scheme.round_agreement import round_disagreements
from scoring.scheme.rounds import times_full
from scoring.scheme.skating_agreement import skating_disagreements
from scoring.scheme.vote_agreement import vote_disagreements, vote_key_faults

if TYPE_CHECKING:
    from scoring.scheme.marking import Component, Panel
    from scoring.scheme.result import Prizes
    from scoring.scheme.whole import Scheme

TIE_KEYS = (
    "median",
    "head_to_head",
    "head_to_head:restart",
    "majority_gauge",
    "firsts",
    "firsts_then_seconds",
    "untrimmed_mean",
    "drop_recalc",
    "lower_spread",
    "fewer_deductions",
    "earlier_submission",
    "prior",
    "decision",
    "draw",
)
_NAMING = ("criterion:COMPONENT.CRITERION", "item:COMPONENT.ITEM", "component:COMPONENT", "entry:COMPONENT.PLACE",
           "votes:COMPONENT.GRADE", "judge:JUDGE")  # fmt: skip


def disagreements(scheme: Scheme) -> Iterator[Fault]:
    """Every fault of the scheme as a whole; ``params["key"]`` says where."""
    yield from _doubles(scheme)
    for part in scheme.components:
        yield from _component(scheme, part)
        yield from ledger_disagreements(scheme, part)
        yield from vote_disagreements(scheme, part)
    components = [part.id for part in scheme.components]
    for i, stage in enumerate(scheme.rounding):
        if stage.component:
            yield from _known(f"rounding.{i + 1}.component", stage.component, components, "components")
    for adjustment in scheme.adjustments:
        if adjustment.component:
            key = f"adjustments.{adjustment.id}.component"
            yield from _known(key, adjustment.component, components, "components")
    for appraisal in scheme.carry_out:
        if appraisal.component:
            yield from _known(f"carry_out.{appraisal.id}.component", appraisal.component, components, "components")
    tiers = [tier.id for tier in scheme.prizes.tiers]
    for veto in scheme.vetoes:
        if veto.tier:
            yield from _known(f"vetoes.{veto.id}.tier", veto.tier, tiers, "prizes.tiers")
    yield from round_disagreements(scheme)
    yield from _ties(scheme)
    yield from skating_disagreements(scheme)
    yield from _rank_on(scheme)
    yield from _bounds(scheme)
    yield from _prizes(scheme.prizes, len(scheme.divisions))
    for example in scheme.examples:
        for entry in example.entries:
            yield from _known("examples.entries.component", entry.component, components, "components")


def _fault(key: str, what: str, **params: str | int) -> Fault:
    return Fault(f"scheme.{what}", {"key": key, **params})


def _known(key: str, name: str, ids: Iterable[str], where: str) -> Iterator[Fault]:
    ids = list(ids)
    if name not in ids:
        yield _fault(key, "unknown_name", name=name, known=", ".join(ids) or "-", where=where)


def _doubles(scheme: Scheme) -> Iterator[Fault]:
    lists = {
        "divisions": [division.id for division in scheme.divisions],
        "kinds": [kind.id for kind in scheme.kinds],
        "judge_classes": [judge_class.id for judge_class in scheme.judge_classes],
        "components": [part.id for part in scheme.components],
        "rounds": [one.id for one in scheme.rounds],
        "rounding": [f"{stage.after} {stage.component or ''}".strip() for stage in scheme.rounding],
        "adjustments": [adjustment.id for adjustment in scheme.adjustments],
        "vetoes": [veto.id for veto in scheme.vetoes],
        "rulings": [ruling.id for ruling in scheme.rulings],
        "prizes.tiers": [tier.id for tier in scheme.prizes.tiers],
        "carry_out": [appraisal.id for appraisal in scheme.carry_out],
    }
    for part in scheme.components:
        lists[f"components.{part.id}.criteria"] = [criterion.id for criterion in part.criteria]
        if part.panel:
            lists[f"components.{part.id}.panel.multiples"] = [one.judge_class for one in part.panel.multiples]
        lists[f"components.{part.id}.items"] = [item.id for criterion in part.criteria for item in criterion.items]
    for key, ids in lists.items():
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            yield _fault(key, "double", name=name)


def _component(scheme: Scheme, part: Component) -> Iterator[Fault]:
    """One component against the kinds, classes and stages of the scheme."""
    at = f"components.{part.id}"
    kinds = [kind.id for kind in scheme.kinds]
    classes = [judge_class.id for judge_class in scheme.judge_classes]
    items = [item for criterion in part.criteria for item in criterion.items]
    for item in items:
        for kind in item.kinds:
            yield from _known(f"{at}.{item.id}.kinds", kind, kinds, "kinds")
    for name in part.marked_by:
        yield from _known(f"{at}.marked_by", name, classes, "judge_classes")
    yield from _group_weights(scheme, part)
    if part.panel is None:
        return
    if part.missing != "decision":
        yield _fault(f"{at}.missing", "missing_marks")
    yield from _panel(scheme, part, part.panel)
    for kind in kinds if any(item.kinds for item in items) else [""]:
        if not any(item.role == "score" for item in items if not item.kinds or kind in item.kinds):
            yield _fault(at, "kind_without_items", kind=kind or "-")


def _panel(scheme: Scheme, part: Component, panel: Panel) -> Iterator[Fault]:
    """The panel against the classes of judges, the sheet rule and the stages of the scheme."""
    at = f"components.{part.id}"
    classes = [judge_class.id for judge_class in scheme.judge_classes]
    for weight in panel.classes:
        yield from _known(f"{at}.panel.classes", weight.judge_class, classes, "judge_classes")
    for one in panel.multiples:
        yield from _known(f"{at}.panel.multiples", one.judge_class, classes, "judge_classes")
    if panel.trim_on in ("criterion", "item"):
        stages = [stage for stage in scheme.rounding if stage.after == "sheet" and stage.component in (None, part.id)]
        if stages or part.sheet.least is not None or part.sheet.most is not None:
            yield _fault(f"{at}.panel.trim_on", "no_sheet_total")
    yield from _staged_parts(scheme, part, panel)
    singly = part.sheet.incomplete == "item" or panel.trim_on in ("criterion", "item")
    if singly and part.sheet.bonus != "above":
        yield _fault(f"{at}.sheet.bonus", "whole_sheets")
    if part.sheet.incomplete == "item" and panel.distinct:
        yield _fault(f"{at}.panel.distinct", "whole_sheets")
    if part.second_mean and part.second_mean.by == "division" and not scheme.divisions:
        yield _fault(f"{at}.second_mean.by", "division_none")
    if part.second_mean and panel.method in ("copeland", "skating", "vote"):
        yield _fault(f"{at}.second_mean", "second_mean_places")
    if part.sheet.incomplete == "item" and panel.trim_on != "item":
        yield _fault(f"{at}.sheet.incomplete", "incomplete_item")


def _staged_parts(scheme: Scheme, part: Component, panel: Panel) -> Iterator[Fault]:
    """Factors and stages of items and criteria, where the panel is not taken on them."""
    at = f"components.{part.id}"
    if panel.trim_on != "criterion" and any(criterion.factor != 1 for criterion in part.criteria):
        yield _fault(f"{at}.criteria.factor", "factor_part", on="criterion")
    if panel.trim_on != "item" and any(item.factor != 1 for criterion in part.criteria for item in criterion.items):
        yield _fault(f"{at}.items.factor", "factor_part", on="item")
    for i, stage in enumerate(scheme.rounding):
        if stage.component != part.id or stage.after not in ("item", "criterion", "factor"):
            continue
        if panel.trim_on not in ("criterion", "item") or stage.after not in (panel.trim_on, "factor"):
            yield _fault(f"rounding.{i + 1}.after", "stage_part", after=stage.after)


def _group_weights(scheme: Scheme, part: Component) -> Iterator[Fault]:
    """Weights of groups of kinds: every group is known, and every kind has one."""
    key = f"components.{part.id}.unit.weights"
    weighted = {weight.group for weight in part.unit.weights}
    for group in weighted:
        yield from _known(key, group, dict.fromkeys(kind.group for kind in scheme.kinds if kind.group), "kinds.group")
    for kind in scheme.kinds if weighted else ():
        if kind.group not in weighted:
            yield _fault(key, "kind_without_weight", kind=kind.id)


def _ties(scheme: Scheme) -> Iterator[Fault]:
    parts = scheme.components
    naming = {
        "component": ([part.id for part in parts], "components"),
        "round": ([one.id for one in scheme.rounds], "rounds"),
        "criterion": ([f"{part.id}.{c.id}" for part in parts for c in part.criteria], "components.criteria"),
        "item": ([f"{part.id}.{i.id}" for part in parts for c in part.criteria for i in c.items], "components.items"),
    }
    for i, key in enumerate(scheme.ties):
        at = f"ties.{i + 1}"
        word, _, rest = key.partition(":")
        if word in naming and rest:
            yield from _known(at, rest, *naming[word])
        elif word == "entry" and rest:
            yield from _entry_key(scheme, at, rest)
        elif word == "votes" and rest:
            yield from vote_key_faults(scheme, at, rest)
        elif word == "judge" and rest:
            pass  # the roster names the judges: asked there
        elif key not in TIE_KEYS:
            yield _fault(at, "unknown_tie", name=key, known=", ".join((*_NAMING, *TIE_KEYS)))
        elif key == "prior" and not any(part.source == "prior" for part in scheme.components):
            yield _fault(at, "tie_without_prior")
        elif key == "draw" and (scheme.draw is None or i + 1 < len(scheme.ties)):
            yield _fault(at, "tie_draw")
    if scheme.draw and scheme.draw.method == "rfc3797" and scheme.draw.secret:
        yield _fault("draw.secret", "draw_rfc3797")
    if scheme.prizes.boundary == "hort" and (scheme.draw is None or "draw" in scheme.ties):
        yield _fault("prizes.boundary", "hort_draw")


def _entry_key(scheme: Scheme, at: str, rest: str) -> Iterator[Fault]:
    """A key for equal scores that names a place among a unit's own entries: ``entry:COMPONENT.PLACE``."""
    component, _, place = rest.partition(".")
    yield from _known(at, component, [part.id for part in scheme.components if part.criteria], "components")
    if not re.fullmatch("[1-9][0-9]?", place):
        yield _fault(at, "tie_entry", given=place or "-")


def _bounds(scheme: Scheme) -> Iterator[Fault]:
    """A lower bound above its upper one, or a minimum nobody can reach."""
    pairs = {"total.most": (scheme.total.least, scheme.total.most)}
    for part in scheme.components:
        pairs[f"components.{part.id}.sheet.most"] = (part.sheet.least, part.sheet.most)
        if part.panel:
            pairs[f"components.{part.id}.panel.most"] = (part.panel.least, part.panel.most)
    for key, (least, most) in pairs.items():
        if least is not None and most is not None and least > most:
            yield _fault(key, "bounds_crossed", least=plain(least), most=plain(most))
    highest = scheme.total.most if scheme.total.most is not None else scheme.total.full
    if scheme.rounds:
        highest *= times_full(scheme.rounds, len(scheme.rounds) - 1)
    bonus = any(adjustment.kind == "bonus" for adjustment in scheme.adjustments)
    for tier in scheme.prizes.tiers:
        # With bonuses a total may pass its full marks; without, nobody can.
        if tier.minimum is not None and tier.minimum > highest and (not bonus or scheme.total.most is not None):
            key = f"prizes.tiers.{tier.id}.minimum"
            yield _fault(key, "minimum_unreachable", minimum=plain(tier.minimum), full=plain(highest))


def _rank_on(scheme: Scheme) -> Iterator[Fault]:
    late = [stage for stage in scheme.rounding if stage.after in ("blend", "adjust", "round")]
    allowed = ["exact", *(f"{stage.after}@{stage.decimals}" for stage in late)]
    if scheme.total.rank_on is None and late:
        yield _fault("total.rank_on", "rank_on_needed", known=", ".join(allowed))
    elif scheme.total.rank_on is not None:
        yield from _known("total.rank_on", scheme.total.rank_on, allowed, "rounding")


def _prizes(prizes: Prizes, divisions: int) -> Iterator[Fault]:
    if prizes.first_of_each_division and prizes.tiers and prizes.tiers[0].quota != divisions:
        yield _fault("prizes.tiers.1.quota", "division_quota", divisions=divisions)
    if prizes.quota_by == "division" and not divisions:
        yield _fault("prizes.quota_by", "division_none")
    if prizes.quota_by == "division" and prizes.first_of_each_division:
        yield _fault("prizes.quota_by", "division_both")
    # A tier without a minimum asks for less than any tier with one, so none with one may stand below it.
    minima = [(tier.minimum is not None, tier.minimum or 0) for tier in prizes.tiers]
    if minima != sorted(minima, reverse=True):
        yield _fault("prizes.tiers", "minima_rise")
    amounts = [tier.yuan for tier in prizes.tiers]
    if amounts != sorted(amounts, reverse=True):
        yield _fault("prizes.tiers", "amounts_rise")
    if prizes.budget_yuan is None:
        return
    planned = sum((tier.quota or 0) * tier.yuan for tier in prizes.tiers)
    if any(tier.quota is None and tier.yuan for tier in prizes.tiers):
        yield _fault("prizes.budget_yuan", "budget_open")
    elif planned != prizes.budget_yuan:
        budget, sum_of_tiers = (plain(Fraction(fen, 100)) for fen in (prizes.budget_yuan, planned))
        yield _fault("prizes.budget_yuan", "budget", budget=budget, planned=sum_of_tiers)
