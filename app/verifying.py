"""The commands ``fieldmark bundle``, ``verify``, ``prove`` and ``explain``: a result anybody can calculate again.

Read the files they are given. Write the bundle or proof where they are told to, and nothing else.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.results.bundled import Wish, composed, explained, made_lines, verdict_lines, verified
from app.results.proofs import Whose, checked, proof_lines, proven
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
    refuse,
    scheme_of,
    tables_of,
    write_file,
)
from scoring.bundle import Inputs
from scoring.faults import Fault

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
    with or_refuse(language):
        tables = tables_of(rule, marks, roster, priors, decisions, ledger)
        inputs = Inputs(rule, tables.roster, tables.sheets, tables.priors, tables.decisions)
        made = composed(inputs, Wish(salt, names, previous, leaf_secret))
    write_file(out, made.content, language)
    sys.stdout.write("\n".join(made_lines(made, language)) + "\n")


@commands.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="[BUNDLE]", help="A result with all it was made from.", **A_FILE)
    ] = None,
    digest: Annotated[str, typer.Option(metavar="DIGEST", help="The digest that was announced.")] = "",
    proof: Annotated[Path | None, typer.Option(help="Check this proof of some score sheets.", **A_FILE)] = None,
    root: Annotated[str, typer.Option(metavar="HEX", help="The announced root that the proof is checked by.")] = "",
    lang: Lang = "",
) -> None:
    """Calculate a bundle again, by other code than the engine's, or check a proof. Exit code 1 where it differs."""
    language = language_of(lang)
    lines: list[str] = []
    agrees = True
    if file is None and proof is None:
        refuse((Fault("proof.nothing"),), language)
    with or_refuse(language):
        if file is not None:
            verdict = verified(file.read_bytes(), digest)
            lines += verdict_lines(verdict, language)
            agrees = verdict.agrees
        if proof is not None:
            told = checked(proof.read_bytes(), root, file.read_bytes() if file else None)
            lines += proof_lines(told, language)
            agrees = agrees and told.holds
    sys.stdout.write("\n".join(lines) + "\n")
    raise typer.Exit(0 if agrees else 1)


@commands.command()
def prove(
    file: BundleFile,
    leaf_secret: Annotated[str, typer.Option(help="What the tree over the sheets was salted with.")],
    out: Annotated[Path, typer.Option(help="Write the proof here.")],
    judge: Annotated[str, typer.Option(help="The sheets of this judge.")] = "",
    unit: Annotated[str, typer.Option(help="The sheets of all judges of this unit.")] = "",
    entry: Annotated[str, typer.Option(help="Only their sheets for this entry.")] = "",
    lang: Lang = "",
) -> None:
    """Write a proof that the sheets of one judge, or of one unit's judges, are in the tree; it shows no others."""
    language = language_of(lang)
    with or_refuse(language):
        made = proven(file.read_bytes(), leaf_secret, Whose(judge, unit, entry))
    write_file(out, made.content, language)
    sys.stdout.write(
        language.gettext("Proof of {n} score sheets under the root {root}", n=made.number, root=made.root) + "\n"
    )


@commands.command()
def explain(
    file: BundleFile,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="Id or name of a unit.")],
    sheets: Annotated[bool, typer.Option("--sheets", help="Everything, down to the marks on every sheet.")] = False,
    lang: Lang = "",
) -> None:
    """Show how a unit's score in a bundle came about, in at most six lines."""
    language = language_of(lang)
    with or_refuse(language):
        told = explained(file.read_bytes(), unit, language, 2 if sheets else 1)
    sys.stdout.write("\n".join(told) + "\n")
