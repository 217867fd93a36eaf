"""The commands ``fieldmark backup`` and ``restore``.

Read the settings, the database and its files, or a backup. Write the backup, or the database and its files.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from app.i18n import Language
from app.terminal import A_FILE, Lang, language_of
from scoring.faults import Fault, Refused

if TYPE_CHECKING:
    from app.auditing import Audited
    from app.backup.archive import Manifest
    from app.backup.taking import Taken

commands = typer.Typer()
Anchors = Annotated[
    list[str] | None, typer.Option("--anchor", metavar="ID:CODE", help="An end of a log that was noted outside.")
]


@commands.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A new file, or a folder to put it in.")],
    check: Annotated[bool, typer.Option("--check", help="Only look whether the backup TARGET is whole.")] = False,
    anchor: Anchors = None,
    lang: Lang = "",
) -> None:
    """Write everything the server keeps into one file, while it runs; or check such a file."""
    from app import auditing, serving  # noqa: PLC0415  the whole application, and only these commands need it
    from app.backup import opening, restoring, taking  # noqa: PLC0415

    language = language_of(lang)
    try:
        if check:
            wish = opening.Wish(auditing.Asked(anchors=auditing.read_anchors(anchor or [])))
            found = restoring.check(_there(target), wish)
            _say(_held(found.manifest, found.logs, language), language.gettext("The backup is whole."))
            return
        taken = taking.take(serving.settings_for(""), target)
    except Refused as refused:
        _refuse(refused, language)
    _say(_taken(taken, language))
    raise typer.Exit(1 if taken.manifest.missing or any(log.breaks for log in taken.logs) else 0)


@commands.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A backup.", **A_FILE)],
    anchor: Anchors = None,
    broken_logs: Annotated[bool, typer.Option("--broken-logs", help="Take logs that are broken as they are.")] = False,
    lang: Lang = "",
) -> None:
    """Put a backup into an empty database and an empty folder, when all of it has been found whole."""
    from app import auditing, serving  # noqa: PLC0415  the whole application, and only these commands need it
    from app.backup import opening, restoring  # noqa: PLC0415

    language = language_of(lang)
    say = language.gettext
    try:
        wish = opening.Wish(auditing.Asked(anchors=auditing.read_anchors(anchor or [])), broken_logs)
        found = restoring.restore(serving.settings_for(""), source, wish)
    except Refused as refused:
        _refuse(refused, language)
    _say(
        _held(found.manifest, found.logs, language),
        say("Restored. Compare the anchors above with those in the minutes and in the server's own log."),
        say(
            "Phones hand over again what they hold, as soon as they reach the server. One that joined after the backup "
            "asks for its badge; a badge issued after it has to be issued again."
        ),
        say(
            "What was done after the backup is not in it: badges, phones and links revoked since then are valid again, "
            "and passwords are the old ones. Everybody signs in again."
        ),
    )


def _there(file: Path) -> Path:
    if not file.is_file():
        raise Refused([Fault("backup.no_archive", {"file": str(file)})])
    return file


def _taken(taken: "Taken", language: Language) -> list[str]:
    say = language.gettext
    lines = [say("{file} is written ({size} kB).", file=str(taken.file), size=-(-taken.size // 1024))]
    lines += _held(taken.manifest, taken.logs, language)
    if any(log.breaks for log in taken.logs):
        lines.append(say("A log is broken in the database already; the backup holds it as it is."))
    lines.append(
        say("It holds marks, names and password hashes. Only you can read the file; keep it as safe as they are.")
        if taken.private
        else say("It holds marks, names and password hashes, and this disk hides no file: whoever has it can read it.")
    )
    return lines


def _held(manifest: "Manifest", logs: "tuple[Audited, ...]", language: Language) -> list[str]:
    """What is in it: when, how much, the end of each log."""
    from app import auditing  # noqa: PLC0415

    say, ngettext = language.gettext, language.ngettext
    counts = {table.name: table.rows for table in manifest.tables}
    lines = [
        say(
            "As of {moment} UTC: {contests}, {sheets}, {photos}.", moment=manifest.made_at[:19].replace("T", " "),
            contests=ngettext("{n} contest", "{n} contests", counts.get("contest", 0)),
            sheets=ngettext("{n} score sheet received", "{n} score sheets received", counts.get("sheet_revision", 0)),
            photos=ngettext("{n} picture file", "{n} picture files", len(manifest.photos)),
        )
    ]  # fmt: skip
    for log in logs:
        lines += auditing.lines(log, language)
    for photo in manifest.missing:
        lines.append(say("Not in it, missing or damaged on the disk: photo {photo}", photo=photo.sha256))
    return [*lines, say("Digest of the backup: {digest}", digest=manifest.digest)]


def _say(lines: list[str], *more: str) -> None:
    sys.stdout.write("\n".join([*lines, *more]) + "\n")


def _refuse(refused: Refused, language: Language) -> NoReturn:
    """Why it was not done, on the error stream; then out."""
    from app import auditing  # noqa: PLC0415
    from app.backup.opening import BrokenLogs  # noqa: PLC0415

    for fault in refused.faults:
        sys.stderr.write("\n".join(language.lines(fault)) + "\n")
    if isinstance(refused, BrokenLogs):
        for log in refused.logs:
            if log.breaks:
                sys.stderr.write("\n".join(auditing.lines(log, language)) + "\n")
    raise typer.Exit(1) from refused
