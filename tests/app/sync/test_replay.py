"""The whole tour over TCP: 52 phones at once against a server in its own process, and the ranking to the last digit.

On SQLite with one worker, on PostgreSQL with two. Prints sheets per second; asserts no time.
"""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import Session, func, select

from app import audit, db
from app.contests.models import AttendanceRow, PriorRow
from app.contests.queries import priors, roster
from app.judging.models import DecisionRow, SheetRevision
from app.judging.queries import current, current_sheets, handed_in, rebuilt
from app.sync.badges import confirm_badge, issue_badges, prospect
from app.sync.models import Arrival
from scoring.numbers import plain
from scoring.results import Tabulation
from scoring.roster import Absence, Decision, Roster, Sheet
from scoring.tabulate import tabulate
from tests.app.judging.by_two import add_decision
from tests.app.sync.field import RULE, add_roster
from tests.conftest import STARTS_WITHIN_SECONDS, free_port
from tests.tours import tour

CONTEST = "tour"
ABSENT = Absence("J52", entry="C07P3")


def set_up(session: Session, everybody: Roster) -> dict[str, str]:
    """The tour's contest; returns each judge's cookie."""
    add_roster(session, CONTEST, everybody)
    session.flush()
    for away in everybody.absences:
        rev = audit.record(session, "staff", "absence", contest_id=CONTEST)
        if away.entry:
            subject = f"{away.judge}/{away.entry}"
            add_decision(
                session,
                DecisionRow(
                    contest_id=CONTEST, rev=rev, number=1, kind="absence", subject=subject, reason="就医",
                    by_person="o", at=audit.now(),
                )
            )  # fmt: skip
        else:
            session.add(
                AttendanceRow(
                    contest_id=CONTEST, rev=rev, judge_id=away.judge, day=away.day, state="leave", by_person="o",
                    at=audit.now(),
                )
            )  # fmt: skip
    judges = [judge.id for judge in everybody.judges]
    cookies = {}
    for judge, code in issue_badges(session, "organiser", contest_id=CONTEST, judges=judges).items():
        session.flush()
        whose = {"contest_id": CONTEST, "code": code, "digits": "", "label": ""}
        _, made = confirm_badge(session, **whose, offered=prospect())
        cookies[judge] = made.cookie
    return cookies


@contextmanager
def server(url: str, folder: Path, workers: int) -> Iterator[int]:
    """Fieldmark in processes of its own; gives the port."""
    port, log = free_port(), folder / "server.log"
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory", f"--port={port}"]
    command += ["--no-access-log", f"--workers={workers}"]
    environment = {**os.environ, "FIELDMARK_DATABASE_URL": url, "FIELDMARK_DATA_DIR": str(folder)}
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment) as process,
    ):
        try:
            answering(port, process, log)
            yield port
        finally:
            process.terminate()


def answering(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until one of the workers answers."""
    give_up = time.monotonic() + STARTS_WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail(f"Fieldmark did not start:\n{log.read_text()}")


def hand_over(
    port: int, cookie: str, sheets: list[Sheet], start: threading.Barrier
) -> tuple[Counter[str], list[float]]:
    """One judge's phone on one socket, a sheet per batch; returns the results, and the seconds each answer took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"fieldmark_device={cookie}", "Content-Type": "application/json"}
    told: Counter[str] = Counter()
    took = []
    connection.connect()
    start.wait()
    for seq, sheet in enumerate(sheets, 1):
        record = {
            "kind": "sheet", "revision_id": str(uuid4()), "device_seq": seq, "entry_id": sheet.entry,
            "state": "submitted", "ticks": sheet.ticks, "note": "", "files": [], "scheme_digest": RULE.digest,
            "based_on": 0, "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0,
        }  # fmt: skip
        batch = {"batch_id": str(uuid4()), "highest_seq": seq, "waiting": 0, "server_rev": 0, "records": [record]}
        before = time.perf_counter()
        connection.request("POST", f"/j/{CONTEST}/batch", json.dumps(batch), headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        took.append(time.perf_counter() - before)
        assert (answer.status, body["fieldmark"], body["batch_id"]) == (200, "batch/1", batch["batch_id"])
        told[body["results"][0]["result"]] += 1
    connection.close()
    return told, took


def test_the_whole_tour_arrives_once_and_ranks_as_the_engine_does(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everybody, sheets, known = tour(RULE)
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    workers = 1 if kind == "sqlite" else 2
    opened = db.open_database(database_url)
    cookies = opened.write(lambda session: set_up(session, everybody))
    rows = [PriorRow(contest_id=CONTEST, unit_id=p.unit, component=p.component, value=plain(p.value)) for p in known]
    values = [row.model_dump() for row in rows]
    opened.write(lambda session: session.add_all([PriorRow(**value) for value in values]))
    opened.close()
    mine: dict[str, list[Sheet]] = {judge: [] for judge in cookies}
    for sheet in sheets:
        mine[sheet.judge].append(sheet)
    start = threading.Barrier(len(cookies) + 1)
    with server(database_url, tmp_path, workers) as port, ThreadPoolExecutor(len(cookies)) as phones:
        going = [phones.submit(hand_over, port, cookies[judge], mine[judge], start) for judge in cookies]
        start.wait()
        began = time.perf_counter()
        done = [one.result() for one in going]
        took = time.perf_counter() - began
    told = sum((results for results, _ in done), Counter[str]())
    waits = sorted(seconds for _, several in done for seconds in several)
    with capsys.disabled():
        print(  # noqa: T201  the figure people ask for
            f"\n{kind}, {workers} worker(s), {len(cookies)} sockets: {len(sheets)} sheets in {took:.2f} s, "
            f"{len(sheets) / took:.0f} per second, p50 {1000 * waits[len(waits) // 2]:.0f} ms, "
            f"p99 {1000 * waits[len(waits) * 99 // 100]:.0f} ms"
        )
    assert told == {"stored": len(sheets)}
    opened = db.open_database(database_url)
    with opened.read() as session:
        assert session.exec(select(func.count()).select_from(Arrival)).one() == len(sheets)
        assert session.exec(select(func.count()).select_from(SheetRevision)).one() == len(sheets)
        came, who, prior = current_sheets(session, CONTEST), roster(session, CONTEST), priors(session, CONTEST)
        fold, again, handed = current(session, CONTEST), rebuilt(session, CONTEST), handed_in(session, CONTEST)
        assert list(audit.verify(session, CONTEST)) == []
    opened.close()
    assert sorted(came, key=lambda s: (s.judge, s.entry)) == sorted(sheets, key=lambda s: (s.judge, s.entry))
    assert fold == again
    assert handed.complete
    absent = Decision("absence", subject=f"{ABSENT.judge}/{ABSENT.entry}", reason="就医")
    expected = tabulate(RULE, everybody, sheets, known)
    assert placed(tabulate(RULE, who, came, prior, [absent])) == placed(expected)


def placed(result: Tabulation) -> list[tuple[object, ...]]:
    """The ranking with its exact scores, tiers and money."""
    return [(unit.unit.id, unit.place, unit.score, unit.shown, unit.award) for unit in result.units]
