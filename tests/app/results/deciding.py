"""A tour of two counties on its way to a result, for the tests of blockers and decisions.

Six entries: P1, P3, AR of A (云岭县) and P2, P4, BR of B (清江市). J1 is of A, J2 of B, J3 and J4 of neither, so that
eighteen sheets are due: J1 and J2 three each, J3 and J4 six each.
"""

import json
from collections.abc import Collection
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, select

from app import audit
from app.contests.models import PriorRow, RecusalRow
from app.judging.decisions import Wanted, decide
from app.judging.models import DecisionRow
from app.judging.queries import current, rebuilt
from app.judging.service import collect
from app.results.blockers import Blocker, blockers
from tests.app.judging.by_two import by_two, confirm_all
from tests.app.sync.field import Field, Phone, ticks

DUE = {
    "J1": ("P2", "P4", "BR"),
    "J2": ("P1", "P3", "AR"),
    "J3": ("P1", "P2", "P3", "P4", "AR", "BR"),
    "J4": ("P1", "P2", "P3", "P4", "AR", "BR"),
}


def hand_in(field: Field, *, but: Collection[tuple[str, str]] = (), above: int = 0) -> dict[str, Phone]:
    """Every due sheet by phone, each item ``above`` its floor, but for some; the phones."""
    phones = {judge: field.phone(judge) for judge in DUE}
    for judge, entries in DUE.items():
        for entry in entries:
            if (judge, entry) not in but:
                assert phones[judge].outcome(phones[judge].sheet(entry, ticks(entry, above))) == ("stored", "")
    return phones


def know_the_rest(field: Field, a: str = "90", b: str = "90") -> None:
    """Ordinary work is known, and the entries count although the scheme asks for five judges."""
    given = [
        PriorRow(contest_id="c1", unit_id=unit, component="ordinary", value=value)
        for unit, value in (("A", a), ("B", b))
    ]
    field.database.write(lambda session: session.add_all(given))
    accept_few(field)


def accept_few(field: Field) -> None:
    wanted = [Wanted("accept", entry) for entry in ("P1", "P2", "P3", "P4", "AR", "BR")]
    by_two(field.database, lambda s: decide(s, "o", contest_id="c1", wanted=wanted, reason="只有四位评委"))


def collected(field: Field) -> None:
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))


def opened(field: Field) -> TestClient:
    """Two people open; the organiser among them."""
    organiser, steward = field.signed_in("organiser"), field.signed_in("steward")
    for client, role in ((organiser, "organiser"), (steward, "steward")):
        assert client.post("/c/c1/results/opening", data={"role": role}).status_code == 303
    return organiser


def recuse(field: Field, judge: str, entry: str, *, lifted: bool = False) -> None:
    def deed(session: Session) -> None:
        rev = audit.record(session, "o", "recuse", contest_id="c1")
        session.add(
            RecusalRow(
                contest_id="c1", rev=rev, number=1, judge_id=judge, entry_id=entry, reason="亲属", lifted=lifted,
                by_person="o", at=audit.now(),
            )
        )  # fmt: skip

    field.database.write(deed)


def found(field: Field) -> list[Blocker]:
    with field.database.read() as session:
        return list(blockers(session, "c1"))


def told(field: Field) -> list[tuple[str, str]]:
    """Every blocker by its kind and the code of its sentence."""
    return [(one.kind, one.fault.code) for one in found(field)]


def posts(client: TestClient, section: str, **form: Any) -> Response:  # noqa: ANN401  a field or several of one name
    """What an organiser puts forward, and another person confirms."""
    answer = proposes(client, section, **form)
    if answer.status_code == 303:
        confirm_all(client.app.state.database)  # type: ignore[attr-defined]
    return answer


def proposes(client: TestClient, section: str, **form: Any) -> Response:  # noqa: ANN401  the same
    return client.post(f"/c/c1/decisions/{section}", data={"reason": "领导小组研究确定", **form})


def decisions_of(field: Field) -> list[tuple[str, str, str, str]]:
    with field.database.read() as session:
        every = session.exec(select(DecisionRow).order_by("rev", "number")).all()
    return [(row.kind, row.subject, row.rule, row.value) for row in every]


def chain_holds(field: Field) -> bool:
    with field.database.read() as session:
        return list(audit.verify(session, "c1")) == []


def counted(field: Field, judge: str, entry: str) -> list[int] | None:
    """The ticks that count; the same from scratch."""
    with field.database.read() as session:
        now, again = current(session, "c1"), rebuilt(session, "c1")
    assert {key: one.ticks for key, one in now.items()} == {key: one.ticks for key, one in again.items()}
    one = now.get((judge, entry))
    return json.loads(one.ticks) if one else None
