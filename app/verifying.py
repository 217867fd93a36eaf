"""The commands ``fieldmark bundle``, ``verify`` and ``explain``: a result that anybody can calculate again.

Read the files they are given. Write the bundle where they are told to, and nothing else.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.results.bundled import Wish, composed, explained, made_lines, verdict_lines, verified
from app.terminal import (
    A_FILE,
    Decisions,
    Lang,
    Ledger,
    Marks,
    Priors,
    RosterFile,
    SchemeFile,
    language_of,
    refuse,
    scheme_of,
    tables_of,
)
from scoring.bundle import Inputs
from scoring.faults import Fault, Refused

commands = typer.Typer()
BundleFile = Annotated[Path, typer.Argument(metavar="BUNDLE", help="A result and all it was made from.", **A_FILE)]


@commands.command()
def bundle(
    scheme: SchemeFile,
    marks: Marks,
    roster: RosterFile,
    out: Annotated[Path, typer.Option(help="Write the bundle here.")],
    priors: Priors = None,
    decisions: Decisions = None,
    ledger: Ledger = None,
    salt: Annotated[str, typer.Option(help="What the judges' pseudonyms are made with; a new one if not given.")] = "",
    names: Annotated[bool, typer.Option("--names", help="Leave judges' names, reasons and documents in.")] = False,
    previous: Annotated[str, typer.Option(metavar="DIGEST", help="The digest of the bundle before it.")] = "",
    leaf_secret: Annotated[str, typer.Option(help="Add the root of a tree over the sheets, salted with this.")] = "",
    lang: Lang = "",
) -> None:
    """Write a result and everything it was made from into one file that anybody can calculate again."""
    language = language_of(lang)
    rule = scheme_of(scheme, language)
    try:
        tables = tables_of(rule, marks, roster, priors, decisions, ledger)
        inputs = Inputs(rule, tables.roster, tables.sheets, tables.priors, tables.decisions)
        made = composed(inputs, Wish(salt, names, previous, leaf_secret))
        out.write_bytes(made.content)
    except Refused as refused:
        refuse(refused.faults, language)
    except OSError:
        refuse((Fault("cli.cannot_write", {"name": str(out)}),), language)
    sys.stdout.write("\n".join(made_lines(made, language)) + "\n")


@commands.command()
def verify(
    file: BundleFile,
    digest: Annotated[str, typer.Option(metavar="DIGEST", help="The digest that was announced.")] = "",
    lang: Lang = "",
) -> None:
    """Calculate a bundle again, by other code than the engine's. Exit code 1 where anything differs."""
    language = language_of(lang)
    try:
        verdict = verified(file.read_bytes(), digest)
    except Refused as refused:
        refuse(refused.faults, language)
    sys.stdout.write("\n".join(verdict_lines(verdict, language)) + "\n")
    raise typer.Exit(0 if verdict.agrees else 1)


@commands.command()
def explain(
    file: BundleFile,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="Id or name of a unit.")],
    sheets: Annotated[bool, typer.Option("--sheets", help="Everything, down to the marks on every sheet.")] = False,
    lang: Lang = "",
) -> None:
    """Show how a unit's score in a bundle came about, in at most six lines."""
    language = language_of(lang)
    try:
        told = explained(file.read_bytes(), unit, language, 2 if sheets else 1)
    except Refused as refused:
        refuse(refused.faults, language)
    sys.stdout.write("\n".join(told) + "\n")
