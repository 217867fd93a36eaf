"""The commands ``fieldmark analyse``, ``whatif`` and ``boundaries``: what to know before a result is announced.

Read the files they are given. Write to the terminal alone; nothing they say changes a score, a place or a prize.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

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
    or_refuse,
    scheme_of,
    tables_of,
    text_of,
)

commands = typer.Typer()


@commands.command()
def analyse(
    scheme: SchemeFile,
    marks: Marks,
    roster: RosterFile,
    decisions: Decisions = None,
    routes: Annotated[Path | None, typer.Option(help="The order of visiting (CSV).", **A_FILE)] = None,
    rivals: Annotated[Path | None, typer.Option(help="Which units compete with which (CSV).", **A_FILE)] = None,
    lang: Lang = "",
) -> None:
    """Say how far the judges agree and what stands out in their marks. It informs, and changes no score."""
    from app.results.analysis import analysis_lines  # noqa: PLC0415  numpy, and only these commands need it
    from app.results.analysis_files import read_rivals, read_routes  # noqa: PLC0415
    from scoring.inform.agreement import agreement  # noqa: PLC0415

    language = language_of(lang)
    rule = scheme_of(scheme, language)
    with or_refuse(language):
        tables = tables_of(rule, marks, roster, None, decisions)
        order = read_routes(text_of(routes), tables.roster) if routes else {}
        against = read_rivals(text_of(rivals), tables.roster) if rivals else {}
        found = agreement(rule, tables.roster, tables.sheets, tables.decisions, routes=order, rivals=against)
    for one in found:
        sys.stdout.write("\n".join(analysis_lines(rule, one, language)) + "\n")
    sys.stdout.write(language.gettext("These figures inform. They change no score and no place.") + "\n")


@commands.command()
def whatif(
    scheme: SchemeFile,
    marks: Marks,
    roster: RosterFile,
    priors: Priors = None,
    decisions: Decisions = None,
    ledger: Ledger = None,
    judge: Annotated[str, typer.Option("--without-judge", metavar="ID", help="As if he had not marked.")] = "",
    bloc: Annotated[str, typer.Option("--without-bloc", metavar="NAME", help="As if none of them had marked.")] = "",
    entry: Annotated[str, typer.Option("--without-entry", metavar="ID", help="As if it had not been shown.")] = "",
    other: Annotated[Path | None, typer.Option("--scheme", help="As if this scheme were the rule.", **A_FILE)] = None,
    rule: Annotated[
        str, typer.Option(help="As if this were the rule: no-trim, median, no-severity, severity or equal-weights.")
    ] = "",
    lang: Lang = "",
) -> None:
    """Say who would stand elsewhere without a judge, a bloc or an entry, or under another rule. It changes nothing."""
    from app.results.informed import Wanted, whatif_answer  # noqa: PLC0415  numpy, and only these commands need it

    language = language_of(lang)
    given = scheme_of(scheme, language)
    instead = scheme_of(other, language) if other else None
    with or_refuse(language):
        tables = tables_of(given, marks, roster, priors, decisions, ledger)
        lines = whatif_answer(given, tables, Wanted(judge, bloc, entry, rule, instead), language)
    sys.stdout.write("\n".join(lines) + "\n")


@commands.command()
def boundaries(
    scheme: SchemeFile,
    marks: Marks,
    roster: RosterFile,
    priors: Priors = None,
    decisions: Decisions = None,
    ledger: Ledger = None,
    lang: Lang = "",
) -> None:
    """Say how firm each prize boundary is: the gap, its noise, and who would turn it round. It changes nothing."""
    from app.results.informed import boundaries_answer  # noqa: PLC0415

    language = language_of(lang)
    given = scheme_of(scheme, language)
    with or_refuse(language):
        lines = boundaries_answer(given, tables_of(given, marks, roster, priors, decisions, ledger), language)
    sys.stdout.write("\n".join(lines) + "\n")
