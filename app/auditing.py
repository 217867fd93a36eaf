"""``fieldmark audit``: every log in the database held against itself, and against ends that were noted outside.

Reads the database, beside a running server too. Writes nothing, and mends nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from app.audit import INSTALLATION, Anchor, anchor_of, chains, read_anchor, verify
from app.contests.log_words import in_words
from app.contests.models import Contest
from app.db import open_database
from app.i18n import Language
from scoring.faults import Fault, Refused


@dataclass(frozen=True, slots=True)
class Asked:
    """Which contest, all if empty; and what was noted outside, by contest."""

    contest: str = ""
    anchors: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audited:
    """One log: where it ends, and what is broken."""

    contest_id: str
    name: str
    end: Anchor | None
    breaks: tuple[Fault, ...]


def read_anchors(given: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """ID:CODE, as the server's log has them. Raises Refused."""
    found: dict[str, list[tuple[int, str]]] = {}
    for text in given:
        contest, _, code = text.strip().rpartition(":")
        try:
            found.setdefault(contest, []).append(read_anchor(code))
        except ValueError as error:
            raise Refused([Fault("audit.no_anchor", {"text": text})]) from error
    return found


def audited(url: str, asked: Asked) -> list[Audited]:
    """The logs, the installation's first. Raises Refused where there is no database to read."""
    refused = no_database(url)
    if is_missing(url):
        raise refused
    try:
        database = open_database(url, alone=False)
        try:
            with database.read() as session:
                return list(audited_in(session, asked))
        finally:
            database.close()
    except SQLAlchemyError as error:
        raise refused from error


def no_database(url: str) -> Refused:
    return Refused([Fault("serve.no_database", {"address": make_url(url).render_as_string(hide_password=True)})])


def is_missing(url: str) -> bool:
    """Whether there is no file where the SQLite database should be: opening it would make an empty one."""
    named = make_url(url)
    return named.get_backend_name() == "sqlite" and not Path(named.database or "").is_file()


def audited_in(session: Session, asked: Asked) -> Iterator[Audited]:
    """The logs of the database that is being read, the installation's first."""
    # A contest whose whole log was deleted stands among the contests still.
    names = dict(session.exec(select(Contest.id, Contest.name)).all())
    for contest_id in sorted({*chains(session), *names, *asked.anchors}):
        if asked.contest in {"", contest_id}:
            breaks = list(verify(session, contest_id))
            for rev, digits in asked.anchors.get(contest_id, []):
                breaks += [fault for fault in verify(session, contest_id, (rev, digits)) if fault not in breaks]
            name = names.get(contest_id, "")
            yield Audited(contest_id, name, anchor_of(session, contest_id), tuple(breaks))


def lines(one: Audited, language: Language) -> list[str]:
    """One line for a whole log, one more for each break."""
    say, ngettext = language.gettext, language.ngettext
    name = say("Installation (accounts, settings)") if one.contest_id == INSTALLATION else one.name or one.contest_id
    if not one.breaks and one.end:
        acts = ngettext("{n} act", "{n} acts", one.end.rev)
        code = f"{one.contest_id}:{one.end.code}"
        return [say("{name}: {acts}, unbroken; anchor {code}", name=name, acts=acts, code=code)]
    broken = ngettext("{n} break", "{n} breaks", len(one.breaks))
    head = say("{name}: {breaks} in the log", name=name, breaks=broken)
    return [head, *("  " + language.sentence(in_words(fault, language)) for fault in one.breaks)]
