"""A contest of the demo: its people, its signed rules, its badges and phones, and what a phone hands in.

Writes by the deeds that pages and phones call. Never writes a row itself.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlmodel import Session

from app.audit import now
from app.contests import service as contests
from app.contests.draft import Draft
from app.contests.schemes import Rule
from app.contests.signing import propose_rules, sign_rules
from app.db import Database
from app.main import KINDS
from app.sync import badges
from app.sync.kinds import Sender
from app.sync.schemas import read_batch
from app.sync.service import receive

PEOPLE = {"organiser": "王组织", "steward": "李监督", "tallier": "张计分", "checker": "陈核分", "staff": "赵会务"}

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Phone:
    """A judge's phone: it numbers its records."""

    sender: Sender
    seq: int = 0

    def record(self, kind: str, **fields: object) -> dict[str, object]:
        self.seq += 1
        frame = {"kind": kind, "revision_id": str(uuid4()), "device_seq": self.seq, "marked_at": now()}
        return {**frame, "clock_offset_ms": 0, **fields}


@dataclass(slots=True)
class Steps:
    """How much is done of how much, for the line in the terminal."""

    tell: Tell
    whole: int
    done: int = 0

    def __call__(self) -> None:
        self.done += 1
        self.tell(min(self.done, self.whole), self.whole)


def set_up(database: Database, people: Mapping[str, str], *, name: str, rule: Rule, draft: Draft) -> str:
    """A contest with its people and its roster, and rules that two of them have signed; returns the id."""
    organiser = people["organiser"]

    def deed(session: Session) -> str:
        made = contests.create_contest(session, organiser, name=name, rule=rule, simulated=True)
        for role in list(PEOPLE)[1:]:
            contests.add_member(
                session, organiser, contest_id=made, login=role, name=PEOPLE[role], role=role, password_hash=""
            )
        rev = contests.draft_import(session, organiser, contest_id=made, draft=draft)
        session.flush()
        contests.apply_import(session, organiser, contest_id=made, rev=rev)
        version = propose_rules(session, organiser, contest_id=made)
        session.flush()
        sign_rules(session, people["steward"], contest_id=made, version=version)
        return made

    return database.write(deed)


def hand_out(
    database: Database, organiser: str, contest_id: str, judges: Sequence[str], *, without: Sequence[str] = ()
) -> dict[str, Phone]:
    """A badge for everybody, and a phone for everybody but those ``without``, who write on paper only."""

    def deed(session: Session) -> dict[str, Phone]:
        codes = badges.issue_badges(session, organiser, contest_id=contest_id, judges=judges)
        session.flush()
        phones = {}
        for judge, code in codes.items():
            if judge in without:
                continue
            _, made = badges.confirm_badge(
                session, contest_id=contest_id, code=code, offered=badges.prospect(), digits="",
                label="Android · WeChat",
            )  # fmt: skip
            phones[judge] = Phone(Sender(contest_id, made.id, judge, revoked=False))
        return phones

    return database.write(deed)


def hand_over(database: Database, phone: Phone, records: Sequence[Mapping[str, object]], holds: int = 0) -> None:
    """What a phone hands in at once; ``holds``: how many records it says that it still has."""
    said = {
        "batch_id": str(uuid4()), "highest_seq": phone.seq + holds, "waiting": holds, "server_rev": 0,
        "server_epoch": "", "sent_at": now(), "records": records,
    }  # fmt: skip
    batch = read_batch(json.dumps(said).encode())
    answer, _ = database.write(lambda session: receive(session, phone.sender, batch, KINDS, one_by_one=False))
    refused = [one for one in answer["results"] if one["result"] != "stored"]
    if refused:
        raise AssertionError(refused)
