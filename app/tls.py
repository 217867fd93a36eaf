"""The certificate that ``fieldmark serve`` is given: looked at before the first judge's phone does.

Reads the two files. Writes nothing, and asks nobody. A phone would refuse what is refused here, and show no way on.
"""

import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from scoring.faults import Fault, Param, Refused

# X509_V_FLAG_NO_CHECK_TIME, which Python does not name: to read the dates of a certificate that has expired.
_WHATEVER_THE_DATE = ssl.VerifyFlags(0x200000)
_STEPS = 10  # of a handshake in memory; TLS 1.3 takes three


@dataclass(frozen=True, slots=True)
class Certificate:
    """What it says of itself: in force from and until when (UTC, seconds since 1970), and for which names."""

    begins: float
    ends: float
    names: tuple[str, ...]


def checked_certificate(cert: Path, key: Path, host: str) -> Certificate:
    """The certificate in ``cert``, if it can serve ``host`` now with the key in ``key``. Raises Refused."""
    for file in (cert, key):
        try:
            file.read_bytes()
        except OSError as error:
            raise Refused([Fault("serve.cannot_read", {"name": str(file)})]) from error
    server = _server(cert, key)
    anyhow = _client(cert)
    anyhow.verify_flags |= _WHATEVER_THE_DATE
    anyhow.check_hostname = False
    found = _read(_handshake(server, anyhow, host))
    if not found.begins <= time.time() <= found.ends:
        since, until = (_day(moment) for moment in (found.begins, found.ends))
        raise Refused([Fault("serve.not_in_force", {"name": str(cert), "since": since, "until": until})])
    try:
        _handshake(server, _client(cert), host)
    except ssl.SSLCertVerificationError as error:
        names = ", ".join(found.names) or "-"
        told: dict[str, Param] = {"name": str(cert), "host": host, "names": names, "until": _day(found.ends)}
        raise Refused([Fault("serve.other_host", told)]) from error
    return found


def until(found: Certificate) -> str:
    """The last day on which browsers take it."""
    return _day(found.ends)


def _server(cert: Path, key: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without the last argument a key behind a password would be asked for in the terminal, and wait there.
        made.load_cert_chain(cert, key, lambda: "")
    except ssl.SSLError as error:
        mismatched = error.reason == "KEY_VALUES_MISMATCH"
        told: dict[str, Param] = {"cert": str(cert), "key": str(key)}
        raise Refused([Fault("serve.other_key" if mismatched else "serve.no_certificate", told)]) from error
    return made


def _client(cert: Path) -> ssl.SSLContext:
    """A browser that trusts this very certificate, so that only its dates and names are left to be judged."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(cert)
    made.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return made


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> dict[str, object]:
    """The certificate as the client read it. Raises SSLCertVerificationError where it would not go on."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(back, there, server_hostname=host)
    answering = server.wrap_bio(there, back, server_side=True)
    for _ in range(_STEPS):
        try:
            asking.do_handshake()
            break
        except ssl.SSLWantReadError:
            try:
                answering.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return cast("dict[str, object]", asking.getpeercert() or {})


def _read(told: dict[str, object]) -> Certificate:
    alternatives = cast("tuple[tuple[str, str], ...]", told.get("subjectAltName", ()))
    begins, ends = (ssl.cert_time_to_seconds(str(told[name])) for name in ("notBefore", "notAfter"))
    return Certificate(begins, ends, tuple(name for _, name in alternatives))


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
