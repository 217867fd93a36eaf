"""The command ``fieldmark``: the same deeds as the pages, for people who live in a terminal and for other programs.

Reads the files it is given. Writes what it is asked to, and nothing else. Sentences are in the language of the
terminal (``--lang`` or the usual environment of it), Chinese where nothing is said.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Drawn

from app import informing, linting, verifying
from app.backup.commands import commands as backup_commands
from app.i18n import Language
from app.results.report import Ranking, as_json, explanation, ranking
from app.results.round_words import round_lines
from app.results.rule_words import rule_lines
from app.results.wording import named
from app.tables import Tables, carried_table, located
from app.terminal import (
    Decisions,
    Lang,
    Ledger,
    Marks,
    Priors,
    RosterFile,
    SchemeFile,
    language_of,
    or_refuse,
    refuse,
    scheme_of,
    tables_of,
    told,
    write_file,
)
from scoring.faults import Fault, Refused
from scoring.results import Tabulation
from scoring.tabulate import tabulate

main = typer.Typer(no_args_is_help=True, add_completion=False, help="Fieldmark 实地评: score a judged contest.")

main.add_typer(informing.commands)
main.add_typer(linting.commands)
main.add_typer(verifying.commands)
main.add_typer(backup_commands)


@main.command()
def score(
    scheme: SchemeFile,
    marks: Marks,
    roster: RosterFile,
    priors: Priors = None,
    decisions: Decisions = None,
    ledger: Ledger = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the whole result here.")] = None,
    carry: Annotated[Path | None, typer.Option(help="Write what goes into other appraisals here (CSV).")] = None,
    explain: Annotated[str, typer.Option(metavar="UNIT", help="Show how this unit's score came about.")] = "",
    lang: Lang = "",
) -> None:
    """Score a contest from files: the ranking with prizes, or every fault in the files."""
    language = language_of(lang)
    rule = scheme_of(scheme, language)
    with or_refuse(language):
        tables = tables_of(rule, marks, roster, priors, decisions, ledger)
        result = tabulate(rule, tables.roster, tables.sheets, tables.priors, tables.decisions)
    unit = next((u for u in result.units if explain in (u.unit.id, u.unit.name)), None) if explain else None
    if explain and unit is None:
        known = ", ".join(u.id for u in tables.roster.units)
        refuse((Fault("cli.unknown_unit", {"name": explain, "known": known}),), language)
    if json_out:
        text = json.dumps(as_json(rule, result, language), ensure_ascii=False, indent=1)
        write_file(json_out, (text + "\n").encode(), language)
    if carry:
        write_file(carry, carried_table(result), language)
    if unit:
        names = named(rule, tables.roster, tables.decisions, tables.priors)
        sys.stdout.write("\n".join(explanation(rule, result, unit, names, language)) + "\n")
    else:
        _print(ranking(rule, result, language))
        names = named(rule, tables.roster, tables.decisions)
        sys.stdout.write("".join(f"{line}\n" for line in round_lines(rule, result, names, language)))
        _print_state(result, tables, language)


@main.command()
def check(scheme: SchemeFile, lang: Lang = "") -> None:
    """Check a scheme file: say what is wrong, or what it would do."""
    language = language_of(lang)
    sys.stdout.write("\n".join(rule_lines(scheme_of(scheme, language), language)) + "\n")


@main.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen at: 127.0.0.1 if not given, every one with a certificate.")
    ] = "",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen at: 8000, or the public address's.")
    ] = None,
    public_url: Annotated[str, typer.Option(help="The address people open; links and QR codes are made from it.")] = "",
    cert: Annotated[Path | None, typer.Option(help="Certificate, with its chain (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's key (PEM, without a password).")] = None,
    lang: Lang = "",
) -> None:
    """Serve the pages, encrypted where a certificate is given."""
    from app import serving  # noqa: PLC0415  the whole application, and only this command needs it

    language = language_of(lang)
    try:
        serving.serve(serving.Wanted(host, port, public_url, cert, key), language)
    except Refused as refused:
        _tell(refused, language)


@main.command()
def audit(
    contest: Annotated[str, typer.Option(metavar="ID", help="Only this contest's log.")] = "",
    anchor: Annotated[
        list[str] | None, typer.Option(metavar="ID:CODE", help="An end of a log that was noted outside the database.")
    ] = None,
    lang: Lang = "",
) -> None:
    """Verify the logs of all contests, read-only: their length and end, or every break. Exit code 1 on a break."""
    from app import auditing, serving  # noqa: PLC0415  the whole application, and only these commands need it

    language = language_of(lang)
    try:
        asked = auditing.Asked(contest, auditing.read_anchors(anchor or []))
        found = auditing.audited(serving.settings_for("").url, asked)
    except Refused as refused:
        _tell(refused, language)
    for one in found:
        sys.stdout.write("\n".join(auditing.lines(one, language)) + "\n")
    raise typer.Exit(1 if any(one.breaks for one in found) else 0)


@main.command()
def demo(
    host: Annotated[str, typer.Option(help="Address to listen at, and to name in the links.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 8000,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the demo; a new temporary one if not given.")] = None,
    seed: Annotated[int, typer.Option(help="What the invented marks are made from.")] = 20220707,
    lang: Lang = "",
) -> None:
    """Serve two invented tours, a contest in three rounds in its final, and the page /score with an example."""
    from app.demo.serving import serve_demo  # noqa: PLC0415  the whole application, and only this command needs it

    language = language_of(lang)
    try:
        serve_demo(host=host, port=port, folder=data_dir, seed=seed, language=language)
    except Refused as refused:
        _tell(refused, language)


def _tell(refused: Refused, language: Language) -> NoReturn:
    """Why it was not begun, on the error stream; then out."""
    for fault in refused.faults:
        sys.stderr.write("\n".join(language.lines(fault)) + "\n")
    raise typer.Exit(1) from refused


def _print(table: Ranking) -> None:
    """A table with lines in a terminal, plain columns where the output goes into a file or another program."""
    if sys.stdout.isatty():
        drawn = Drawn(box=box.SIMPLE_HEAD)
        for column, title in enumerate(table.heading):
            figures = column in table.numbers
            # A long name is folded; a figure is never cut.
            drawn.add_column(title, justify="right" if figures else "left", no_wrap=figures, overflow="fold")
        for row in table.rows:
            drawn.add_row(*row)
        Console().print(drawn)
        return
    rows = [table.heading, *table.rows]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(table.heading))]
    for row in rows:
        cells = [
            " " * (width - cell_len(cell)) + cell if column in table.numbers else cell + " " * (width - cell_len(cell))
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _print_state(result: Tabulation, tables: Tables, language: Language) -> None:
    """Below the ranking: what is still open, and what the reader should know."""
    say = language.gettext
    for fault in result.open:
        sys.stdout.write(say("Open: {sentence}", sentence=told(located(fault, tables), language)) + "\n")
    for fault in result.notes:
        sys.stdout.write(say("Note: {sentence}", sentence=language.sentence(fault)) + "\n")
    if result.open:
        sys.stdout.write(say("This result is not final.") + "\n")


if __name__ == "__main__":
    main()
