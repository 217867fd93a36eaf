"""The command ``fieldmark lint``: what may go wrong with a scheme, before it is used.

Reads the files it is given. Writes to the terminal alone.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.results.naming import called
from app.tables import Tables, Text, read_tables
from app.terminal import A_FILE, Lang, SchemeFile, language_of, refuse, scheme_of, text_of
from scoring.faults import Refused
from scoring.roster import Roster
from scoring.scheme import Scheme

commands = typer.Typer()


@commands.command()
def lint(
    scheme: SchemeFile,
    roster: Annotated[Path | None, typer.Option(help="Who takes part (CSV).", **A_FILE)] = None,
    marks: Annotated[
        Path | None, typer.Option(help="Marks of an earlier contest by this scheme (CSV).", **A_FILE)
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(
            help="Folder with an earlier contest: roster.csv, marks.csv, and the others if there are any.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    lang: Lang = "",
) -> None:
    """Warn of what may go wrong with a scheme; with a roster and earlier marks, of more. Changes nothing."""
    from scoring.inform import exposure  # noqa: PLC0415  numpy, and only this command needs it
    from scoring.inform import lint as warnings  # noqa: PLC0415
    from scoring.inform.contest import Contest  # noqa: PLC0415

    language = language_of(lang)
    rule = scheme_of(scheme, language)
    files = _of_folder(history) if history else {}
    files |= {name: text_of(path) for name, path in (("roster", roster), ("marks", marks)) if path}
    try:
        tables = _earlier(rule, files) if "roster" in files else None
        past = Contest(rule, tables.roster, tables.sheets, tables.priors, tables.decisions) if tables else None
        who = tables.roster if tables else None
        exposed = exposure.exposures(rule, who) if who else []
        found = [*exposed, *warnings.lint(rule, who, past if "marks" in files else None)]
    except Refused as refused:
        refuse(refused.faults, language)
    for fault in found:
        in_names = called(fault, rule, who or Roster((), (), ()), language)
        sys.stdout.write(f"{fault.code}: {language.sentence(in_names)}\n")
    if not found:
        sys.stdout.write(language.gettext("Nothing to warn of.") + "\n")


def _of_folder(folder: Path) -> dict[str, Text]:
    names = ("roster", "marks", "priors", "decisions", "ledger")
    return {name: text_of(folder / f"{name}.csv") for name in names if (folder / f"{name}.csv").is_file()}


def _earlier(rule: Scheme, files: dict[str, Text]) -> Tables:
    """The tables there are; without marks the roster alone."""
    marks = files.get("marks") or Text("marks.csv", b"judge,entry\n")
    beside = (files.get(name) for name in ("priors", "decisions", "ledger"))
    return read_tables(rule, marks, files["roster"], *beside)
