"""Nothing of the marks leaves before its time: every address, as everybody, at every state of a contest.

The addresses are the application's own; each is classified in surface.py. Worlds that differ only in their marks (see
worlds.py) are asked the same, and a figure of the marks is searched for in bodies, also inside workbooks and archives,
in headers and in redirects. That finds what is written; what is *not* written, such as an order, a colour, a place or a
length, is found because the answers of two worlds must be the same but for their random ids and for the time.

It is the pages that are asked here and not the database, so one kind of database is enough.
"""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport

from app.main import create_app, healthz
from tests.app.asking import Answer, addresses, ask, inside
from tests.app.surface import MEMBERS, SURFACE, Surface, unclassified
from tests.app.worlds import BLIND, LEADERS, STATES, World, canary, people_asking, states
from tests.loop import on_a_loop

BROKEN = 500
LEVELS = STATES[STATES.index("sealed") + 1 :]


def _first(one: Answer, other: Answer) -> str:
    """Where two answers begin to differ."""
    for told, instead in zip(one.alike(), other.alike(), strict=True):
        if told != instead:
            first, second = str(told), str(instead)
            at = next((n for n, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), 0)
            return f"{first[max(0, at - 40) : at + 40]!r} | {second[max(0, at - 40) : at + 40]!r}"
    return ""


# They have typed the leader's marks; the judge and the organiser who ask have given and typed none.
TYPISTS = ("tallier", "checker")
# Those who are asked for where anybody may ask.
A_FEW = frozenset({"anonymous", "organiser", "staff", "judge", "liaison"})
Asked = tuple[str, str, str]  # who, method, address with its query


def swept(world: World, *, everybody: bool) -> dict[Asked, tuple[Surface, Answer]]:
    """Every answer: first everything that is read, then everything that is written, with an empty form.

    ``everybody``: also those who are refused to read; else those who may ask, and a few of those where anybody may.
    What a refused writer is told, test_roles.py looks through.
    """
    app, database = world.open()

    async def all_of_them() -> dict[Asked, tuple[Surface, Answer]]:
        found, transport = {}, ASGITransport(app)
        for reading in (True, False):
            for key, path in addresses(world, reading=reading):
                surface = SURFACE[key]
                some = surface.who if len(surface.who) <= len(MEMBERS) else surface.who & A_FEW
                for role in people_asking(world):
                    if (everybody and reading) or role in some:
                        answer = await ask(transport, world, role, key, path)
                        found[role, key[0], _plain(world, path)] = surface, answer
        return found

    found = on_a_loop(all_of_them())
    database.close()
    return found


def _plain(world: World, path: str) -> str:
    """The address with its random parts named, so that it is the same in every world."""
    for name in ("badge", "link", "device", "person_id", "token", "screen"):
        path = path.replace(world.fill[name], name)
    return path


def may_show(surface: Surface, role: str, state: str) -> bool:
    """Whether this answer may hold a figure of the leader, who is B; the liaison who asks is A's."""
    if role not in surface.who:
        return False
    match surface.marks:
        case "own":
            return role in TYPISTS
        case "opened":
            return state not in BLIND
        case "sealed":
            return state not in (*BLIND, "opened")
        case "published":
            return state in ("scores", "workings")
        case _:
            return False


def must_be_alike(surface: Surface, role: str, state: str) -> bool:
    """Whether this answer must not depend on the marks in any way."""
    if role not in surface.who or surface.marks == "never":
        return True
    if surface.marks in ("published", "county"):
        return state not in LEVELS
    return not may_show(surface, role, state)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path) -> dict[str, dict[str, World]]:
    """Every state of every world, made once; a test asks copies of them."""
    folder = tmp_path_factory.mktemp("worlds")
    return {leader: states(folder / leader, sqlite_file, leader) for leader in LEADERS}


def test_every_address_is_classified() -> None:
    assert unclassified(create_app()) == set()


def test_an_address_that_nobody_classified_is_named() -> None:
    app = create_app()
    app.add_api_route("/c/{contest_id}/leader", healthz, methods=["GET"])
    assert unclassified(app) == {"GET /c/{contest}/leader"}


def test_a_figure_is_found_wherever_it_stands() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<v>83.5</v>")
    assert Answer(200, (), inside(packed.getvalue()), 0).figures() == {"83.5"}
    assert Answer(303, (("location", "/c/c1?lead=73.70"),), "", 0).figures() == {"73.70"}
    assert Answer(200, (("x-75.67", ""),), "", 0).figures() == {"75.67"}
    assert Answer(200, (), '{"sum": 227, "ticks": [1, 167]}', 0).figures() == {"227", "167"}
    ticks = ", ".join(str(tick) for tick in canary())
    assert Answer(200, (), f'{{"ticks": [{ticks}]}}', 0).figures() == {"the sheet"}
    assert Answer(200, (), "12:16:22.227Z 5227 1.167 c1227", 0).figures() == set()


def test_what_may_be_shown_is_shown_so_that_the_search_is_known_to_find(
    worlds: dict[str, dict[str, World]], tmp_path: Path
) -> None:
    shown: dict[str, set[str]] = {}
    for state in ("opened", "workings"):
        world = worlds["B"][state].copied(tmp_path / state)
        for (role, _, path), (_, answer) in swept(world, everybody=False).items():
            if found := answer.figures():
                shown.setdefault(f"{state} {role} {path}", set()).update(found)
    assert "73.70" in shown["opened organiser /c/c1/results"]
    assert {"83.5", "75.67"} <= shown["opened organiser /c/c1/tally.xlsx"]
    assert "the sheet" in shown["opened organiser /c/c1/files.zip"]
    assert {"73.70", "75.67"} <= shown["workings anonymous /p/c1"]
    assert "the sheet" in shown["workings organiser /c/c1/publication/1/files.zip"]


def test_a_county_reads_its_own_figures_and_no_others(worlds: dict[str, dict[str, World]], tmp_path: Path) -> None:
    # A leads in one world and B in the other; A's liaison asks in both.
    for leader, mine in (("A", True), ("B", False)):
        world = worlds[leader]["tiers"].copied(tmp_path / leader)
        found = swept(world, everybody=False)
        _, answer = found["liaison", "GET", "/county/c1/scores"]
        assert answer.status == 200
        assert ("73.70" in answer.text, "69.00" in answer.text) == (mine, not mine)


@pytest.mark.parametrize("state", BLIND)
def test_a_stream_tells_that_something_changed_and_nothing_else(
    worlds: dict[str, dict[str, World]], tmp_path: Path, state: str
) -> None:
    streams = [(key, surface) for key, surface in SURFACE.items() if surface.stream]
    assert [key for key, _ in streams] == [("GET", "/c/{contest}/events"), ("GET", "/screen/{token}/events")]
    told: dict[tuple[str, str], str] = {}
    for leader in LEADERS:
        world = worlds[leader][state].copied(tmp_path / leader)
        for topic, path in (("c1", "/c/c1/events"), ("c1/hall", f"/screen/{world.fill['token']}/events")):
            told[leader, topic] = on_a_loop(_first_event(world, path))
    for topic in ("c1", "c1/hall"):
        assert told["B", topic] == told["A", topic] == told["nobody", topic]
        event = rf'retry: \d+\n\nid: (\d+)\ndata: {{"topic": "{topic}", "rev": \1}}\n\n'
        assert re.fullmatch(event, told["B", topic])


async def _first_event(world: World, path: str) -> str:
    """What a stream says until its first event is whole."""
    app, database = world.open()
    app.state.events.start(database)
    written: asyncio.Queue[bytes] = asyncio.Queue()
    cookie = [(name.lower().encode(), value.encode()) for name, value in world.headers("organiser", path).items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": cookie,
        "http_version": "1.1",
    }
    scope |= {"scheme": "http", "server": ("testserver", 80), "root_path": "", "raw_path": path.encode()}
    gone = asyncio.Event()

    async def receive() -> dict[str, str]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        await written.put(message.get("body", b""))

    asked = asyncio.create_task(app(scope, receive, send))
    told = ""
    async with asyncio.timeout(20):
        while "data:" not in told:
            told += (await written.get()).decode()
    gone.set()
    app.state.events.stop()
    await asked
    database.close()
    return told


@pytest.mark.parametrize("state", STATES)
def test_no_figure_and_no_difference_shows_before_its_time(
    worlds: dict[str, dict[str, World]], tmp_path: Path, state: str
) -> None:
    kept = {leader: found[state].copied(tmp_path / leader) for leader, found in worlds.items() if state in found}
    answers = {leader: swept(world, everybody=state == BLIND[-1]) for leader, world in kept.items()}
    wrong = []
    for asked, (surface, answer) in answers.pop("B").items():
        told, role, figures = " ".join(asked), asked[0], answer.figures()
        if answer.status == BROKEN:
            wrong.append(f"{told} is broken")
        if figures and not may_show(surface, role, state):
            wrong.append(f"{told} shows {sorted(figures)}")
        if must_be_alike(surface, role, state):
            wrong += [f"{told}, where {leader} leads: {how}" for leader, how in differences(answer, asked, answers)]
    assert not wrong, "\n".join(wrong)


def differences(
    answer: Answer, asked: Asked, others: Mapping[str, Mapping[Asked, tuple[Surface, Answer]]]
) -> Iterator[tuple[str, str]]:
    """In which other worlds the answer is another one, and how."""
    for leader, found in others.items():
        _, other = found[asked]
        if other.size != answer.size:
            yield leader, f"{answer.size} bytes and {other.size}; {_first(answer, other)}"
        elif other.alike() != answer.alike():
            yield leader, _first(answer, other)
