"""``fieldmark demo``: a folder of its own, the tours in it, the addresses, and the server until Ctrl+C.

Reads and writes that folder only, never FIELDMARK_DATABASE_URL. Touches no database that it did not make.
"""

import contextlib
import json
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO
from urllib.parse import quote

import pysqlite3.dbapi2
import segno
import uvicorn
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

from app import migrations
from app.accounts.service import first_password, hash_password
from app.contests import queries as contests
from app.contests.models import Contest
from app.db import Database, open_database
from app.demo.contest import Tell
from app.demo.making import COUNTY, SHOWN, Keys, Tours, make, renew
from app.demo.roster import DAYS
from app.i18n import Language
from app.main import create_app
from app.settings import Settings
from scoring.faults import Fault, Refused

MADE = "made-tours.json"  # written last: where it stands, the tours are whole


@dataclass(frozen=True, slots=True)
class Link:
    """An address to try. ``login``: who signs in there; ``digits``: what a judge's second phone is asked for.

    ``for_phone``: it is drawn as a QR code too.
    """

    what: str
    address: str
    login: str = ""
    digits: str = ""
    for_phone: bool = False


@dataclass(frozen=True, slots=True)
class Demo:
    """What there is to try."""

    tours: Tours
    password: str
    links: tuple[Link, ...]


def serve_demo(*, host: str, port: int, folder: Path | None, seed: int, language: Language) -> None:
    """Make the tours, or take those that stand in ``folder``, say where they are, and serve. Raises Refused."""
    _refuse_taken(host, port)
    signal.signal(signal.SIGTERM, _leave)
    with _folder(folder) as place:
        settings = settings_in(place)
        demo = prepared(settings, base=f"http://{host}:{port}", seed=seed, tell=_progress(language), language=language)
        tell(demo, language, sys.stdout)
        uvicorn.run(
            create_app(settings), host=host, port=port, server_header=False, access_log=False, log_level="warning"
        )


def settings_in(folder: Path) -> Settings:
    """The settings of a demo in ``folder``, whatever database the environment names."""
    # A contest that a visitor makes is a rehearsal too: the next start would take a real one for somebody's work.
    return Settings(database_url="", data_dir=folder, simulated=True)


def prepared(settings: Settings, *, base: str, seed: int, tell: Tell, language: Language) -> Demo:
    """The tours in the folder of ``settings``, with a password and keys of this start. Raises Refused."""
    folder = settings.data_dir
    tours = _standing(settings)
    folder.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.url)
    database = open_database(settings.url)
    try:
        password = first_password()
        kept = hash_password(password)
        if tours is None:
            tours = make(database, folder, seed=seed, password_hash=kept, tell=tell)
            (folder / MADE).write_text(json.dumps(asdict(tours)), encoding="utf-8")
        keys = renew(database, tours, kept)
        return Demo(tours, password, tuple(_links(database, tours, keys, base, language)))
    finally:
        database.close()


def _standing(settings: Settings) -> Tours | None:
    """The tours that stand in the folder; None where nothing is. Raises Refused where something else is."""
    file = settings.data_dir / "fieldmark.db"
    if not file.exists():
        return None
    database = open_database(settings.url)
    try:
        with database.read() as session:
            real = session.exec(select(Contest.name).where(col(Contest.simulated).is_(False))).first()
    except (DatabaseError, pysqlite3.dbapi2.Error) as error:
        raise Refused([Fault("demo.not_its_own", {"folder": str(settings.data_dir)})]) from error
    finally:
        database.close()
    if real is not None:
        raise Refused([Fault("demo.real_contest", {"name": real, "folder": str(settings.data_dir)})])
    try:
        return Tours(**json.loads((settings.data_dir / MADE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Refused([Fault("demo.not_its_own", {"folder": str(settings.data_dir)})]) from error


def _links(database: Database, tours: Tours, keys: Keys, base: str, language: Language) -> Iterator[Link]:
    say = language.gettext
    running, finished, staged = (f"{base}/c/{one}" for one in (tours.running, tours.finished, tours.staged))
    yield Link(say("Organiser: the running tour, second day"), running, "organiser")
    yield Link(say("Organiser: the finished tour, published"), f"{finished}/publication", "organiser")
    told = say("Organiser: a contest in three rounds, on the first day of its final")
    yield Link(told, f"{staged}/rounds", "organiser")
    yield Link(say("Steward: who has handed in"), f"{running}/board", "steward")
    yield Link(say("Tallier: paper sheets, first typing"), f"{running}/paper", "tallier")
    yield Link(say("Checker: paper sheets, second typing"), f"{running}/paper", "checker")
    yield Link(say("Staff: who is here today"), f"{running}/attendance?day={quote(DAYS[1])}", "staff")
    with database.read() as session:
        judges = {judge.id: judge for judge in contests.judges(session, tours.running)}
        homes = {unit.id: unit.name for unit in contests.units(session, tours.running)}
    for judge in (judges[shown] for shown in SHOWN):
        whose = homes.get(judge.unit_id) or say("the city")
        yield Link(
            say("Judge {name}, of {unit}", name=judge.name, unit=whose),
            f"{base}/b/{tours.running}/{keys.badges[judge.id]}", digits=judge.phone_end, for_phone=True,
        )  # fmt: skip
    yield Link(
        say("Liaison of {unit}: the issue list and the scores of the finished tour", unit=homes[COUNTY]),
        f"{base}/county/{tours.finished}/link/{keys.county}", for_phone=True,
    )  # fmt: skip
    yield Link(say("Everybody: what is published of the finished tour"), f"{base}/p/{tours.finished}")
    yield Link(say("Score a pasted grid, no sign-in"), f"{base}/score?example=true")


def tell(demo: Demo, language: Language, out: TextIO) -> None:
    """Every address with what it needs; one for a phone as a QR code too, where the terminal can draw one."""
    say = language.gettext
    draws = (out.encoding or "").lower().replace("-", "") == "utf8"
    lines = [
        "",
        say("Everything here is invented: counties, people and marks (seed {seed}).", seed=demo.tours.seed),
        "",
    ]
    lines += [say("The password of everybody who signs in: {password}", password=demo.password), ""]
    out.write("\n".join(lines) + "\n")
    for link in demo.links:
        out.write(f"{link.what}\n  {link.address}\n")
        if link.login:
            out.write("  " + say("sign in as {login}", login=link.login) + "\n")
        if link.digits:
            out.write("  " + say("a second phone is asked for {digits}", digits=link.digits) + "\n")
        if link.for_phone and draws:
            segno.make(link.address, micro=False).terminal(out=out, border=2, compact=True)
    out.write("\n" + say("Stop with Ctrl+C.") + "\n")
    out.flush()


def _progress(language: Language) -> Tell:
    """One line that counts in a terminal; elsewhere one line."""
    word = language.gettext("Making three invented contests")
    shown = [-1]

    def on(done: int, whole: int) -> None:
        share = 100 * done // whole
        if share == shown[0]:
            return
        if sys.stdout.isatty():
            sys.stdout.write(f"\r{word} {share} %" + ("\n" if done == whole else ""))
        elif shown[0] < 0:
            sys.stdout.write(word + "\n")
        sys.stdout.flush()
        shown[0] = share

    return on


@contextlib.contextmanager
def _folder(asked: Path | None) -> Iterator[Path]:
    if asked:
        yield asked
        return
    with tempfile.TemporaryDirectory(prefix="fieldmark-demo-") as made:
        yield Path(made)


def _refuse_taken(host: str, port: int) -> None:
    """Said before everything is made, not after."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused([Fault("demo.port_taken", {"host": host, "port": port})]) from error


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)  # so that the folder is cleared away
