"""The bundle ``result/1``: one canonical JSON document that holds a result and everything it was made from.

Source: docs/bundle.md. Deterministic: the same input gives the same bytes. Nothing is in it that was not given to it;
without the judges' names it also leaves out every reason and document, because they may name somebody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from scoring.canonical import canonical, spelled
from scoring.chain import Frozen
from scoring.draw import seed
from scoring.faults import Refused
from scoring.merkle import root, salted_leaf
from scoring.results import EntryResult, Standing, Tabulation, UnitResult
from scoring.roster import Decision, Entry, Prior, Record, Roster, Sheet
from scoring.sections import FORMAT, digest_of, marks_of, overall
from scoring.tabulate import computed, contradictions
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Scheme

Table = dict[str, Any]
_SHORTEST, _LONGEST = 8, 64  # hex digits of a pseudonym


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything ``tabulate`` is given."""

    scheme: Scheme
    roster: Roster
    sheets: tuple[Sheet, ...]
    priors: tuple[Prior | Record, ...] = ()
    decisions: tuple[Decision, ...] = ()


def pseudonyms(salt: str, roster: Roster) -> dict[str, str]:
    """A pseudonym for every judge, the same for the same salt: judge id -> ``J`` and some hex digits.

    Whoever knows the salt can find out who is who; whoever does not cannot.
    """
    full = {judge.id: sha256(f"judge/1|{salt}|{judge.id}".encode()).hexdigest() for judge in roster.judges}
    lengths = range(_SHORTEST, _LONGEST + 1)
    short = next(n for n in lengths if n == _LONGEST or len({name[:n] for name in full.values()}) == len(full))
    return {judge: f"J{name[:short]}" for judge, name in full.items()}


def compose(inputs: Inputs, veil: Mapping[str, str] | None, previous: str = "", secret: str = "") -> bytes:
    """The bundle of a contest. Raises Refused with every fault of the input.

    ``veil``: judge id -> pseudonym; None leaves judges, reasons and documents in. ``previous``: the digest of the
    bundle before it. ``secret``: where it is given, the root of a tree over the sheets is in it (``scoring.merkle``).
    """
    faults = contradictions(inputs.scheme, inputs.roster, inputs.sheets, inputs.priors, inputs.decisions)
    if faults:
        raise Refused(faults)
    frozen = Frozen(inputs.scheme, inputs.roster, inputs.sheets, inputs.priors, inputs.decisions)
    shown = inputs if veil is None else veiled(inputs, {**veil, **_known_by_rule(inputs.scheme)})
    result = computed(shown.scheme, shown.roster, shown.sheets, shown.priors, shown.decisions, frozen)
    sections = given(shown) | _found(shown.scheme, result) | {"draw": _draw(inputs, frozen)}
    if secret:
        leaves = [salted_leaf(secret, sheet) for sheet in inputs.sheets]
        sections["leaves"] = {"root": root(leaves).hex(), "size": len(leaves)}
    sections = json.loads(canonical(sections))
    header = {
        "format": FORMAT,
        "engine": result.engine,
        "judges": "named" if veil is None else "pseudonymous",
        "previous": previous,
    }
    digests = {name: digest_of(section) for name, section in sections.items()}
    rows = {name: marks_of(section) for name, section in sections.items()}
    whole = {**header, "sections": sections, "rows": rows, "digests": digests, "digest": overall(header, digests)}
    return spelled(whole)


def _known_by_rule(scheme: Scheme) -> dict[str, str]:
    """A judge whom the scheme itself names, such as the chair at equal scores, keeps the id that stands there."""
    named = (key.partition(":") for key in scheme.ties)
    return {name: name for word, _, name in named if word == "judge"}


def veiled(inputs: Inputs, veil: Mapping[str, str]) -> Inputs:
    """The same contest with pseudonyms for judges, and without any free text that may name one."""
    roster = inputs.roster
    return replace(
        inputs,
        roster=replace(
            roster,
            entries=tuple(_entry(one, veil) for one in roster.entries),
            judges=tuple(replace(judge, id=veil[judge.id], name="") for judge in roster.judges),
            recusals=tuple(replace(one, judge=veil[one.judge], reason="") for one in roster.recusals),
            absences=tuple(replace(one, judge=veil[one.judge], reason="") for one in roster.absences),
        ),
        sheets=tuple(replace(sheet, judge=veil[sheet.judge]) for sheet in inputs.sheets),
        priors=tuple(
            replace(one, source="") if isinstance(one, Prior) else replace(one, evidence="") for one in inputs.priors
        ),
        decisions=tuple(_veiled(decision, veil) for decision in inputs.decisions),
    )


def _entry(entry: Entry, veil: Mapping[str, str]) -> Entry:
    return entry if entry.judges is None else replace(entry, judges=tuple(veil[judge] for judge in entry.judges))


def _veiled(decision: Decision, veil: Mapping[str, str]) -> Decision:
    subject = decision.subject
    if decision.kind in ("absence", "void"):
        judge, _, entry = subject.partition("/")
        subject = f"{veil[judge]}/{entry}"
    return replace(decision, subject=subject, reason="", document="", by="", at="")


def given(inputs: Inputs) -> Table:
    """The sections that hold what a result is made from."""
    roster, sheets = inputs.roster, inputs.sheets
    return {
        "scheme": inputs.scheme.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True),
        "units": roster.units,
        "entries": roster.entries,
        "judges": roster.judges,
        "recusals": roster.recusals,
        "absences": roster.absences,
        "sheets": {
            "judge": [sheet.judge for sheet in sheets],
            "entry": [sheet.entry for sheet in sheets],
            "ticks": [sheet.ticks for sheet in sheets],
        },
        "priors": inputs.priors,
        "decisions": inputs.decisions,
    }


def _found(scheme: Scheme, result: Tabulation) -> Table:
    """The sections that hold the result; standings and what is carried only where the scheme has any."""
    found = {
        "scores": [_score(entry) for entry in result.entries.values()],
        "severities": [
            {"component": component, "judge": judge, "value": value}
            for component, values in result.severities.items()
            for judge, value in values.items()
        ],
        "ranking": [_ranked(unit) for unit in result.units],
        "money": result.money,
        "open": [{"code": fault.code, "params": fault.params} for fault in result.open],
        "notes": [{"code": fault.code, "params": fault.params} for fault in result.notes],
        "workings": _workings(result),
    }
    if scheme.rounds:
        found["standings"] = [_stood(one.id, standing) for one in result.rounds for standing in one.standings]
    if scheme.carry_out:
        found["carried"] = result.carried
    return found


def _score(entry: EntryResult) -> Table:
    names = ("score", "counted", "recused", "absent", "void", "missing", "incomplete", "provisional", "excluded")
    abstained = {"abstained": entry.abstained} if entry.abstained else {}  # where nobody may, bundles stay as they were
    return {"entry": entry.entry.id} | {name: getattr(entry, name) for name in names} | abstained


def _ranked(unit: UnitResult) -> Table:
    names = ("score", "rank_value", "shown", "place", "place_shown", "sharing", "provisional", "excluded", "vetoes",
             "round", "status", "withdrew")  # fmt: skip
    return {
        "unit": unit.unit.id,
        **{name: getattr(unit, name) for name in names},
        "components": {name: node.value if node else None for name, node in unit.components.items()},
        "tiers": unit.award.tiers if unit.award else None,
        "fen": unit.award.fen if unit.award else None,
        "comparisons": unit.comparisons,
    }


def _stood(name: str, standing: Standing) -> Table:
    names = ("status", "score", "rank_value", "place", "sharing", "pool", "reserve", "replaced_by", "replaces",
             "admitted")  # fmt: skip
    return {"round": name, "unit": standing.unit.id} | {name: getattr(standing, name) for name in names}


def _workings(result: Tabulation) -> Table:
    """Every working once: an entry's or a component's inside another is only pointed to."""
    found = {f"entry:{name}": entry.working for name, entry in result.entries.items()}
    for unit in result.units:
        found |= {f"component:{name}/{unit.unit.id}": node for name, node in unit.components.items()}
        found[f"unit:{unit.unit.id}"] = unit.working
    told = {name: _node(node, name) for name, node in found.items() if node}
    last = {unit.unit.id: unit.round for unit in result.units}
    for one in result.rounds:
        for standing in one.standings:
            name, node = standing.unit.id, standing.working
            if node:
                # Where somebody stopped, his standing is his total.
                see = {"see": f"unit:{name}", "value": node.value}
                told[f"standing:{one.id}/{name}"] = see if last[name] == one.id else _node(node)
    return told


def _node(node: Node, root: str = "") -> Table:
    if node.of.partition(":")[0] in ("entry", "component") and node.of != root:
        return {"see": node.of, "value": node.value}
    told: Table = {"op": node.op, "value": node.value}
    told |= {name: kept for name in ("ref", "of", "low", "high", "mode") if (kept := getattr(node, name))}
    if node.args:
        told["args"] = [_node(arg) for arg in node.args]
    return told


def _draw(inputs: Inputs, frozen: Frozen) -> Table:
    """What the draw is drawn from; nothing where the scheme has none."""
    draw = inputs.scheme.draw
    if draw is None:
        return {}
    said = {one.kind: one.value for one in inputs.decisions if one.kind in ("commit", "public", "secret")}
    ready = said.get("public") and (not draw.secret or (said.get("secret") and said.get("commit")))
    secret = said.get("secret", "") if draw.secret else ""
    digest_ = frozen.digest()
    return {"frozen": digest_, "seed": seed(secret, said["public"], digest_) if ready else ""}
