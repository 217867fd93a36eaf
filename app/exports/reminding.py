"""Whom to remind, on paper: a page for each bus, a table for each aide. Holds no mark.

Reads the board. Writes nothing.
"""

from collections.abc import Iterator

from sqlmodel import Session

from app.audit import now
from app.clock import local
from app.exports.papers import Papers
from app.judging.board import Reminder
from app.judging.reminders import Aide, Bus, by_bus
from app.printing.setting import Column, Leaf, Line, Table


def reminders(session: Session, of: Papers) -> Iterator[Leaf]:
    at = local(now(), of.contest.time_zone)
    for bus in by_bus(session, of.contest.id):
        yield _leaf(of, bus, at)


def _leaf(of: Papers, bus: Bus, at: str) -> Leaf:
    say, ngettext = of.language.gettext, of.language.ngettext
    return Leaf(
        title=say("Whom to remind"),
        facts=(
            bus.name or say("No bus named"),
            ngettext("{n} judge", "{n} judges", bus.judges),
            say("As of {at}", at=at),
        ),
        tables=tuple(_table(of, aide) for aide in bus.aides),
        notes=(say("Speak to the aide or the judge himself. No number stands here, and none is asked for."),),
    )


def _table(of: Papers, aide: Aide) -> Table:
    say = of.language.gettext
    return Table(
        columns=(
            Column(say("No."), width="11mm"),
            Column(say("Judge"), width="28mm", align="left"),
            Column(say("What is missing"), width="2.4fr", align="left"),
            Column(say("Phone"), width="1.2fr", align="left"),
            Column(say("Done"), width="14mm"),
        ),
        lines=tuple(
            Line((str(one.judge.place_number), one.judge.name, _missing(of, one), _phone(of, one), ""))
            for one in aide.reminders
        ),
        caption=say("Aide: {name}", name=aide.name) if aide.name else say("No aide named"),
    )


def _missing(of: Papers, one: Reminder) -> str:
    ngettext = of.language.ngettext
    told = [of.language.gettext(", ").join(one.missing)] if one.missing else []
    if one.unsigned:
        told.append(ngettext("{n} sheet not signed", "{n} sheets not signed", one.unsigned))
    return of.language.gettext("; ").join(told)


def _phone(of: Papers, one: Reminder) -> str:
    say = of.language.gettext
    if one.doubt is None:
        return ""
    since = local(one.doubt.since, of.contest.time_zone)
    if one.doubt.lacking:
        return say("{n} records made and not come; last heard of {at}", n=one.doubt.lacking, at=since)
    if one.doubt.waiting:
        return say("{n} records waiting on the phone; last heard of {at}", n=one.doubt.waiting, at=since)
    return say("not heard of since {at}", at=since)
