"""``fieldmark serve``: the pages at one address, with TLS where a certificate is given.

Reads the settings, the certificate and its key. Writes the database's newest form, and the log. Whatever would keep
the first reader out is found here and told in a sentence, before anything is served.
"""

import logging
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import uvicorn
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from app import migrations
from app.db import open_database
from app.i18n import Language
from app.main import create_app
from app.pages import is_local
from app.settings import USUAL_PORT, Settings
from app.tls import checked_certificate, until
from scoring.faults import Fault, Param, Refused

PLAIN_PORT = 8000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says; empty and None where it says nothing."""

    host: str = ""
    port: int | None = None
    public_url: str = ""
    cert: Path | None = None
    key: Path | None = None


def serve(wanted: Wanted, language: Language) -> None:
    """Serve until Ctrl+C. Raises Refused."""
    settings = settings_for(wanted.public_url)
    lines = _encryption(wanted, settings, language)
    host, port = where(wanted, settings)
    _refuse_taken(host, port)
    _refuse_without_database(settings)
    log_to(sys.stderr)
    reached = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    lines = [language.gettext("Fieldmark is served at {address}. Stop with Ctrl+C.", address=reached), *lines]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    uvicorn.run(
        create_app(settings), host=host, port=port, server_header=False, access_log=False, log_level="warning",
        ssl_certfile=wanted.cert, ssl_keyfile=wanted.key,
    )  # fmt: skip


def settings_for(public_url: str) -> Settings:
    """The environment's, with the address of the command line over it. Raises Refused."""
    try:
        return Settings(public_url=public_url) if public_url else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        code = "serve.not_an_address" if name == "public_url" else "serve.setting"
        named: dict[str, Param] = {"name": f"FIELDMARK_{name.upper()}", "value": str(first["input"])}
        raise Refused([Fault(code, named)]) from error


def where(wanted: Wanted, settings: Settings) -> tuple[str, int]:
    """Host and port to listen at: with a certificate every host and the port of the address, else this computer."""
    public = urlsplit(settings.public_url)
    plain = wanted.cert is None
    port = PLAIN_PORT if plain else public.port or USUAL_PORT[public.scheme]
    return wanted.host or ("127.0.0.1" if plain else "0.0.0.0"), port if wanted.port is None else wanted.port  # noqa: S104  phones come from everywhere


def log_to(stream: TextIO) -> None:
    """What the application notes, such as the ends of the logs' chains, with the moment in front."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    log = logging.getLogger("fieldmark")
    log.setLevel(logging.INFO)
    log.addHandler(handler)


def _encryption(wanted: Wanted, settings: Settings, language: Language) -> list[str]:
    """What the operator should know of it. Raises Refused where it cannot work."""
    say, public = language.gettext, urlsplit(settings.public_url)
    if bool(wanted.cert) != bool(wanted.key):
        raise Refused([Fault("serve.cert_and_key")])
    if wanted.cert and wanted.key:
        if public.scheme != "https":
            raise Refused([Fault("serve.https_address")])
        found = checked_certificate(wanted.cert, wanted.key, public.hostname or "")
        return [say("The certificate is in force until {day}.", day=until(found))]
    if public.scheme == "https":
        return [say("Without a certificate of its own: a proxy at that address ends TLS and passes requests on here.")]
    if is_local(public.hostname or wanted.host or "127.0.0.1"):
        return [say("Only this computer reaches it. For phones: --public-url https://… --cert FILE --key FILE.")]
    return [
        say(
            "Not encrypted (plain http): whoever is in the same network can read marks and passwords, and phones "
            "cannot keep the page without a network. Serve with --public-url https://… --cert FILE --key FILE."
        )
    ]


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Refused([Fault("serve.port_not_allowed", {"port": port})]) from error
        except OSError as error:
            raise Refused([Fault("serve.port_taken", {"host": host, "port": port})]) from error


def _refuse_without_database(settings: Settings) -> None:
    named = make_url(settings.url).render_as_string(hide_password=True)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        migrations.upgrade(settings.url)
        open_database(settings.url).close()
    except (SQLAlchemyError, OSError) as error:
        raise Refused([Fault("serve.no_database", {"address": named})]) from error
