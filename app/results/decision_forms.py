"""What was posted on the page of decisions, read into the deed it asks for.

Reads a form. Writes nothing and decides nothing: whether it can be decided is asked in the deeds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from fastapi import Request
from sqlmodel import Session

from app.contests.access import Member
from app.errors import Unreadable
from app.judging.confirming import confirm_proposals
from app.judging.decisions import Wanted, admit_sheets, decide, reject_sheets, take_back
from app.judging.paper import let_type
from app.judging.proposals import proposed, refuse_proposal
from app.judging.signatures import waive_signatures
from app.results.blockers import owed
from app.results.service import decide_on_result, order_equals
from scoring.decisions import RENORMALISE
from scoring.roster import DecisionKind

Deed = Callable[[Session], int]
_MOST_FIELDS = 5000
_LONGEST = {"reason": 500, "document": 120, "value": 80}
_LONGEST_NAME = 140


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it was sent: each field with everything that was given for it."""

    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        return next(iter(self.fields.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def of(self, prefix: str) -> dict[str, str]:
        """Fields that carry a unit in their name, by the unit; those left empty are not there."""
        named = {name.removeprefix(prefix): texts[0] for name, texts in self.fields.items() if name.startswith(prefix)}
        return {unit: text for unit, text in named.items() if text}


async def posted(request: Request) -> Posted:
    """The form of the request. Raises Unreadable where a text is longer than its field."""
    form = await request.form(max_fields=_MOST_FIELDS, max_files=0)
    found: dict[str, list[str]] = {}
    for name, text in form.multi_items():
        if not isinstance(text, str) or len(text) > _LONGEST.get(name, _LONGEST_NAME) or "\0" in text:
            raise Unreadable
        found.setdefault(name, []).append(text)
    return Posted({name: tuple(texts) for name, texts in found.items()})


def deed_of(section: str, member: Member, form: Posted) -> Deed:
    """The deed that the form of a section asks for. Raises Unreadable where there is no such section."""
    maker = _SECTIONS.get(section)
    if maker is None:
        raise Unreadable
    return maker(member, form)


def taking_back(member: Member, rev: int, form: Posted) -> Deed:
    why, whose = _why(form), member.contest_id
    return lambda session: take_back(session, member.id, contest_id=whose, rev=rev, **why)


def confirming(member: Member, form: Posted) -> Callable[[Session], list[int]]:
    """All that are ticked, of those that stood on the page: never one that was put forward since."""
    try:
        revs = [int(rev) for rev in form.all("proposal")]
    except ValueError as error:
        raise Unreadable from error
    return lambda session: confirm_proposals(session, member.id, contest_id=member.contest_id, revs=revs)


def refusing(member: Member, rev: int, form: Posted) -> Deed:
    reason, whose = form.one("reason"), member.contest_id
    return lambda session: refuse_proposal(session, member.id, contest_id=whose, rev=rev, reason=reason)


def _why(form: Posted) -> dict[str, str]:
    return {"reason": form.one("reason"), "document": form.one("document")}


def _absences(member: Member, form: Posted) -> Deed:
    """Sheets that will not come; or that lie here on paper and may be typed. A judge stands for all that he owes."""
    why, whose = _why(form), member.contest_id

    def deed(session: Session) -> int:
        judges = form.all("owing") if form.one("all") else form.all("judge")
        owing = owed(session, whose) if judges else {}
        waiting = {line.subject for line in proposed(session, whose)}
        several = [
            sheet for judge in judges for entry in owing.get(judge, ()) if (sheet := f"{judge}/{entry}") not in waiting
        ]
        sheets = list(dict.fromkeys((*form.all("sheet"), *several)))
        if form.one("as") == "typing":
            keys = [(judge, entry) for judge, _, entry in (sheet.partition("/") for sheet in sheets)]
            return let_type(session, member.id, contest_id=whose, sheets=keys, **why)
        wanted = [Wanted("absence", sheet) for sheet in sheets]
        return decide(session, member.id, contest_id=whose, wanted=wanted, **why)

    return deed


def _waiting(member: Member, form: Posted) -> Deed:
    settle = admit_sheets if form.one("as") == "admit" else reject_sheets
    # All alike: those that stood on the page, never one that has come since.
    chosen = form.all("shown") if form.one("all") else form.all("sheet")
    why, whose = _why(form), member.contest_id
    return lambda session: settle(session, member.id, contest_id=whose, chosen=chosen, **why)


def _signatures(member: Member, form: Posted) -> Deed:
    why, whose = _why(form), member.contest_id
    return lambda session: waive_signatures(session, member.id, contest_id=whose, judges=form.all("judge"), **why)


def _voids(member: Member, form: Posted) -> Deed:
    sheets = list(form.all("sheet"))
    if form.one("judge") or form.one("entry"):
        sheets.append(f"{form.one('judge')}/{form.one('entry')}")
    return _plain(member, form, [Wanted("void", sheet) for sheet in sheets])


def _rules(member: Member, form: Posted) -> Deed:
    """A deduction, bonus, veto or ruling: kind and rule stand in one field, as ``deduction/overtime``."""
    kind, _, rule = form.one("rule").partition("/")
    if kind not in ("", "deduction", "bonus", "veto", "ruling"):
        raise Unreadable
    chosen = [Wanted(cast("DecisionKind", kind), form.one("subject"), rule, form.one("value"))] if kind else []
    return _plain(member, form, chosen)


def _equals(member: Member, form: Posted) -> Deed:
    places, why = form.of("place."), _why(form)
    units = form.all("unit")
    given = {unit: places.get(unit, "") for unit in units}
    return lambda session: order_equals(session, member, places=given, **why)


def _awards(member: Member, form: Posted) -> Deed:
    tiers, yuan = form.of("tier."), form.of("yuan.")
    wanted = [Wanted("award", unit, tiers.get(unit, ""), yuan.get(unit, "0")) for unit in form.all("unit")]
    return _on_result(member, form, wanted)


def _few(member: Member, form: Posted) -> Deed:
    return _on_result(member, form, [Wanted("accept", entry) for entry in form.all("entry")])


def _classes(member: Member, form: Posted) -> Deed:
    found = (subject.partition("/") for subject in form.all("subject"))
    value = form.one("value") or RENORMALISE
    return _on_result(member, form, [Wanted("class", entry, rule, value) for entry, _, rule in found])


def _priors(member: Member, form: Posted) -> Deed:
    found = (subject.partition("/") for subject in form.all("subject"))
    value = form.one("value") or RENORMALISE
    return _on_result(member, form, [Wanted("prior", unit, rule, value) for unit, _, rule in found])


def _uneven(member: Member, form: Posted) -> Deed:
    return _on_result(member, form, [Wanted("uneven", component) for component in form.all("component")])


def _overrun(member: Member, form: Posted) -> Deed:
    return _on_result(member, form, [Wanted("overrun", value=form.one("value"))])


def _draw(member: Member, form: Posted) -> Deed:
    kinds: tuple[DecisionKind, ...] = ("commit", "public", "secret", "withheld")
    return _plain(member, form, [Wanted(kind, value=form.one(kind)) for kind in kinds if form.one(kind)])


def _plain(member: Member, form: Posted, wanted: list[Wanted]) -> Deed:
    why, whose = _why(form), member.contest_id
    return lambda session: decide(session, member.id, contest_id=whose, wanted=wanted, **why)


def _on_result(member: Member, form: Posted, wanted: list[Wanted]) -> Deed:
    why = _why(form)
    return lambda session: decide_on_result(session, member, wanted=wanted, **why)


_SECTIONS: Mapping[str, Callable[[Member, Posted], Deed]] = {
    "absences": _absences,
    "waiting": _waiting,
    "signatures": _signatures,
    "voids": _voids,
    "rules": _rules,
    "equals": _equals,
    "awards": _awards,
    "few": _few,
    "classes": _classes,
    "priors": _priors,
    "uneven": _uneven,
    "overrun": _overrun,
    "draw": _draw,
}
