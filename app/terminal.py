"""What every command of ``fieldmark`` that reads files shares: the language, the scheme, and how faults are told."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.i18n import Language, languages
from app.tables import Tables, Text, read_tables
from scoring.faults import Fault, Refused
from scoring.scheme import Scheme, read_scheme

A_FILE = {"exists": True, "dir_okay": False, "readable": True}
Lang = Annotated[str, typer.Option("--lang", help="Language of the output: zh or en.")]
SchemeFile = Annotated[Path, typer.Argument(metavar="SCHEME", help="The scheme, a TOML file.", **A_FILE)]
Marks = Annotated[Path, typer.Option(help="Marks: a row per score sheet (CSV).", **A_FILE)]
RosterFile = Annotated[Path, typer.Option(help="Units, entries, judges, recusals, absences (CSV).", **A_FILE)]
Priors = Annotated[Path | None, typer.Option(help="Scores known before (CSV).", **A_FILE)]
Decisions = Annotated[Path | None, typer.Option(help="What people decided (CSV).", **A_FILE)]
Ledger = Annotated[Path | None, typer.Option(help="Records of ordinary work, with evidence (CSV).", **A_FILE)]


def language_of(asked: str) -> Language:
    """The language asked for, else the terminal's, else Chinese."""
    wish = asked or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    code = wish.split("_")[0].split(".")[0].split("-")[0].lower()
    if asked and code not in languages():
        sys.stderr.write(f"--lang: {', '.join(languages())}\n")
        raise typer.Exit(2)
    return languages().get(code, languages()["zh"])


def text_of(path: Path) -> Text:
    """A file as it was given."""
    return Text(path.name, path.read_bytes())


def scheme_of(path: Path, language: Language) -> Scheme:
    """The scheme in a file; its faults end the command."""
    try:
        return read_scheme(path.read_text(encoding="utf-8-sig"), path.name)
    except Refused as refused:
        refuse(refused.faults, language)
    except UnicodeDecodeError:
        refuse((Fault("table.encoding", {"file": path.name}),), language)


def tables_of(rule: Scheme, marks: Path, roster: Path, *others: Path | None) -> Tables:
    """The contest in the files; ``others``: priors, decisions, ledger. Raises Refused with every fault."""
    return read_tables(rule, text_of(marks), text_of(roster), *(text_of(path) if path else None for path in others))


def write_file(path: Path, body: bytes, language: Language) -> None:
    """Write what a command was asked to; where that cannot be, the command ends."""
    try:
        path.write_bytes(body)
    except OSError:
        refuse((Fault("cli.cannot_write", {"name": str(path)}),), language)


@contextmanager
def or_refuse(language: Language) -> Iterator[None]:
    """What the files have wrong ends the command."""
    try:
        yield
    except Refused as refused:
        refuse(refused.faults, language)


def refuse(faults: tuple[Fault, ...], language: Language) -> NoReturn:
    """Every fault with its file and line, on the error stream; then out."""
    for fault in faults:
        sys.stderr.write(told(fault, language) + "\n")
    count = len(faults)
    sys.stderr.write(
        language.ngettext("Nothing was computed: {n} fault.", "Nothing was computed: {n} faults.", count) + "\n"
    )
    raise typer.Exit(1)


def told(fault: Fault, language: Language) -> str:
    """The sentence of a fault, with its file and line before it."""
    where = [str(fault.params[name]) for name in ("file", "line") if name in fault.params]
    sentence = language.sentence(fault)
    return f"{':'.join(where)}: {sentence}" if where else sentence
