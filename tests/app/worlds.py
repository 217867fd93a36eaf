"""Worlds for the test of leaks: the same contest with other marks, kept at every state of its way.

The same deeds in the same order by the same people, so that two worlds differ in their marks and in nothing else. They
are told apart by who leads: B, A, or nobody. Each state is a folder of its own, with its database.

The leader's first project has 83.5 points from J3 and from J4, and the floor of 60 from the third; everything else has
its floor: (83.5 + 83.5 + 60) / 3 = 75.666..., 75.67; on site (75.67 + 60) / 2 = 67.835, 67.84; the total
67.84 x 60 % + 60 x 10 % + 90 x 30 % = 40.704 + 6 + 27 = 73.704, printed 73.70. The other has 69.
J3 marks on his phone. J4 marks on paper, which the tallier and the checker type. J1 and J2 have given no such mark.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from app import audit
from app.accounts import service as accounts
from app.accounts.models import Person
from app.contests.access import Member
from app.contests.models import Contest, Membership, PriorRow
from app.contests.schemas import Tick
from app.contests.service import record_attendance
from app.db import Database, open_database
from app.issues.links import make_links
from app.judging.paper import TypedSheet, type_sheets
from app.judging.service import collect
from app.main import create_app
from app.publishing.levels import LEVELS
from app.publishing.screens import make_screen, screen_of
from app.settings import Settings
from app.sync.phone import version
from scoring.scheme import read_scheme
from tests.app.surface import MEMBERS
from tests.app.sync.field import SCHEME, Field, ticks

Leader = Literal["B", "A", "nobody"]
LEADERS: tuple[Leader, ...] = get_args(Leader)

# Few judges are enough here, so that the result can be sealed.
RULE_TEXT = SCHEME.replace("minimum = 5", "minimum = 1")
RULE = read_scheme(RULE_TEXT)

BLIND = ("marking", "collected", "half")
STATES = (*BLIND, "opened", "sealed", *LEVELS)
OWN = {"P1": "A", "P3": "A", "AR": "A", "P2": "B", "P4": "B", "BR": "B"}
FIRST = {"A": "P1", "B": "P2", "nobody": ""}


def canary() -> list[int]:
    """A sheet of 83.5 points: half points from the floors up, spread over the items that have room."""
    marks, left = ticks("P2"), 47
    for place, item in enumerate(RULE.items("onsite", "centre")):
        more = min(left, len(item.ticks) - 1)
        marks[place] += more
        left -= more
    assert left == 0
    return marks


@dataclass
class World:
    """One world at one state: its application, and the cookies of those who ask. ``fill``: what addresses need."""

    folder: Path
    leader: Leader
    cookies: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    fill: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    app: FastAPI = field(init=False)

    def copied(self, folder: Path) -> "World":
        shutil.copytree(self.folder, folder)
        return World(folder, self.leader, self.cookies, self.fill, self.people)

    def open(self) -> tuple[FastAPI, Database]:
        made, database = create_app(Settings(data_dir=self.folder, default_language="zh")), open_database(self.url)
        made.state.database = database
        return made, database

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/fieldmark.db"

    def headers(self, role: str, path: str) -> dict[str, str]:
        """What the browser of ``role`` sends with every request to ``path``: its cookie only where it belongs."""
        phone = role in ("judge", "other judge")
        name, value, below = self.cookies.get(role, ("", "", ""))
        cookie = {"Cookie": f"{name}={value}"} if name and path.startswith(below) else {}
        return {"Accept": "application/json" if phone else "text/html", **cookie}


def begun(folder: Path, empty: Path, leader: Leader) -> World:
    """A world in which everybody has marked, and nothing is collected."""
    folder.mkdir(parents=True)
    shutil.copy(empty, folder / "fieldmark.db")
    world = World(folder, leader)
    database = open_database(world.url)
    populate(Field(database, folder), world)
    database.close()
    return world


def populate(here: Field, world: World) -> None:
    """Fill the two contests of a field: ``c1`` is the one that everybody asks for."""
    here.database.write(_contest)
    for role in ("nobody", *sorted(MEMBERS)):
        _person(here, world, role, "c1", [role] if role in MEMBERS else [])
    _person(here, world, "other", "c2", sorted(MEMBERS))
    # Somebody whose place in the contest may be ended and whose password renewed while others still ask.
    world.people["spare"] = _person(here, world, "spare", "c1", ["staff"])
    _attendance(here, world)
    _marks(here, world)
    _phones(here, world)
    _links(here, world)
    _screen(here, world)
    world.fill |= {
        "round_id": "preliminary",
        "contest": "c1", "rev": "1", "number": "1", "version": "1", "n": "1", "unit": "A", "judge": "J2",
        "revision": "none", "role": "staff", "person_id": world.people["spare"], "sha256": "0" * 64, "kind": "problem",
        "section": "absence", "sheet": "judges", "entry": "P1", "edition": version(), "file": "js/judge/main.js",
        "change": "drop", "key": "0" * 64,
    }  # fmt: skip


def _contest(session: Session) -> None:
    contest = session.get_one(Contest, "c1")
    contest.scheme, contest.scheme_digest = RULE_TEXT, RULE.digest
    for unit in ("A", "B"):
        session.add(PriorRow(contest_id="c1", unit_id=unit, component="ordinary", value="90", source="文明办第12号"))


def _person(here: Field, world: World, name: str, contest: str, roles: list[str]) -> str:
    """Somebody with an account, signed in."""

    def deed(session: Session) -> tuple[str, str]:
        # One name for all, so that no page is longer because of whom it names.
        person = accounts.add_person(session, "-", login=name, name="某同志", password_hash=_password())
        session.flush()
        session.get_one(Person, person).own_password = True
        for role in roles:
            session.add(Membership(contest_id=contest, person_id=person, role=role, made_at=audit.now()))
        return person, accounts.sign_in(session, person, hours=72)

    person, token = here.database.write(deed)
    world.people[name] = person
    world.cookies[name] = ("fieldmark_session", token, "/")
    return person


@cache
def _password() -> str:
    """The hash of a password that nobody types here."""
    return accounts.hash_password(accounts.first_password())


def _attendance(here: Field, world: World) -> None:
    present = {f"J{n}": Tick("present", "") for n in (1, 2, 3, 4)}
    actor = world.people["organiser"]
    for day in ("1", "2", "3"):
        here.database.write(
            lambda s, day=day: record_attendance(s, actor, contest_id="c1", day=day, ticks=present)  # type: ignore[misc]
        )


def _marks(here: Field, world: World) -> None:
    """J1 to J3 on their phones, J4 on paper; whoever may mark the leader's first project, J3 and J4 with the canary."""

    def given(judge: str, entry: str) -> list[int]:
        return canary() if judge in ("J3", "J4") and entry == FIRST[world.leader] else ticks(entry)

    for judge, own in (("J1", "A"), ("J2", "B"), ("J3", "")):
        phone = here.phone(judge)
        entries = [entry for entry, unit in OWN.items() if unit != own]
        sheets = [phone.sheet(entry, given(judge, entry), scheme_digest=RULE.digest) for entry in entries]
        noted = [phone.finding("P2" if own == "A" else "P1")] if own else []
        told = phone.hand_over(*sheets, *noted)
        assert {one["result"] for one in told["results"]} == {"stored"}, told
    paper = [TypedSheet("J4", entry, tuple(given("J4", entry))) for entry in OWN]
    for typist in ("tallier", "checker"):
        actor = world.people[typist]
        here.database.write(lambda s, actor=actor: type_sheets(s, actor, contest_id="c1", sheets=paper))  # type: ignore[misc]


def _phones(here: Field, world: World) -> None:
    """J1 asks; a phone of the other contest asks with its cookie set for this one. J2's second phone may be revoked."""
    world.cookies["judge"] = ("fieldmark_device", here.phone("J1").cookie, "/j/c1/")
    world.cookies["other judge"] = ("fieldmark_device", here.phone("J1", "c2").cookie, "/j/c1/")
    world.fill["device"] = here.phone("J2").device
    world.fill["badge"] = here.code("J2")


def _links(here: Field, world: World) -> None:
    """A's liaison asks; in the other contest A has a liaison too."""
    organiser = world.people["organiser"]
    codes = here.database.write(lambda s: make_links(s, organiser, contest_id="c1", units=["A", "B"]))
    present = {"J1": Tick("present", "")}
    other = world.people["other"]
    here.database.write(lambda s: record_attendance(s, other, contest_id="c2", day="1", ticks=present))
    others = here.database.write(lambda s: make_links(s, other, contest_id="c2", units=["A"]))
    world.fill["link"] = codes["B"]
    world.cookies["liaison"] = ("fieldmark_county", codes["A"], "/county/c1")
    world.cookies["other liaison"] = ("fieldmark_county", others["A"], "/county/c1")


def _screen(here: Field, world: World) -> None:
    """A screen in the hall, whose link anybody may have."""
    organiser = Member(world.people["organiser"], "", "c1", frozenset({"organiser"}))
    world.fill["token"] = here.database.write(lambda s: make_screen(s, organiser, contest_id="c1", name="主会场"))
    with here.database.read() as session:
        world.fill["screen"] = screen_of(session, world.fill["token"]).id


# --- the way through the states


def _collects(world: World, app: FastAPI) -> None:
    actor = world.people["organiser"]
    app.state.database.write(lambda session: collect(session, actor, contest_id="c1"))


def _presses(who: str, path: str, **form: str) -> Callable[[World, FastAPI], None]:
    def press(world: World, app: FastAPI) -> None:
        address = f"/c/c1/{path}"
        client = TestClient(app, headers=world.headers(who, address), follow_redirects=False)
        answer = client.post(address, data=form)
        assert answer.status_code == 303, f"{path}: {answer.status_code} {answer.text[-600:]}"

    return press


_APPROVAL = {"leader": "周书记", "office": "市委", "approved_on": "2026-01-31", "document": "某宣发〔2026〕3号"}
_STEPS: dict[str, tuple[Callable[[World, FastAPI], None], ...]] = {
    "collected": (_collects,),
    "half": (_presses("organiser", "results/opening", role="organiser"),),
    "opened": (_presses("steward", "results/opening", role="steward"),),
    "sealed": (_presses("organiser", "publication/seals"),),
    "approved": (
        _presses("steward", "publication/1/counter-signature"),
        _presses("organiser", "publication/1/approval", **_APPROVAL),
    ),
    **{level: (_presses("organiser", "publication/1/release", level=level),) for level in LEVELS},
}
# Each level is published in a world of its own, from the same approved result.
_BEFORE = {"collected": "marking", "half": "collected", "opened": "half", "sealed": "opened", "approved": "sealed"}
_BEFORE |= dict.fromkeys(LEVELS, "approved")


def advance(world: World, app: FastAPI, state: str) -> None:
    """From the state before to this one, by the deeds and pages of the application."""
    for step in _STEPS[state]:
        step(world, app)


def states(folder: Path, empty: Path, leader: Leader) -> dict[str, World]:
    """The world at each of its states; where nobody leads, people have to decide, and a page may say so once opened."""
    kept = {"marking": begun(folder / "marking", empty, leader)}
    for state, before in _BEFORE.items():
        if leader == "nobody" and state not in BLIND:
            continue
        world = kept[before].copied(folder / state)
        app, database = world.open()
        advance(world, app, state)
        database.close()
        kept[state] = world
    return kept


def people_asking(world: World) -> tuple[str, ...]:
    return ("anonymous", *(role for role in world.cookies if role != "spare"))
