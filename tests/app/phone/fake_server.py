"""A small server that speaks docs/exchange.md and keeps everything in memory, to look at the phone apart from ours.

Serves the judge's page as Fieldmark does. ``uvicorn --factory tests.app.phone.fake_server:create`` starts it; what it
holds is at ``/held``, and ``POST /mood`` makes it answer as a portal, ask for the badge, belong to another judge, or
restore an empty database.
Writes to the file named in ``FAKE_SERVER_STATE``, so that it can be stopped and started.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from app.assets import Assets
from app.audit import now
from app.pages import STATIC
from app.security import Guard
from app.settings import Settings
from app.sync.phone import router as judge_page

ITEMS = (
    ("signs", "场所与标识", "Place and signs", 18, 30, (24, 29)),
    ("talks", "理论宣讲", "Talks", 15, 25, (20, 24)),
    ("special", "特色亮点", "What is special", 12, 20, (16, 19)),
    ("effect", "作用成效", "Effect", 15, 25, (20, 24)),
)
PLACES = ("水坪镇新时代文明实践所", "好人广场", "“经典会客”路线", "城关镇新时代文明实践所", "桃花村新时代文明实践站")


def form() -> list[dict[str, Any]]:
    """Four items in steps of half a point."""
    return [
        {
            "id": key,
            "criterion": {"zh": zh, "en": en},
            "name": {"zh": zh, "en": en},
            "floor": 2 * floor,
            "full": 2 * full,
            "step": "0.5",
            "usual": [2 * usual[0], 2 * usual[1]],
            "role": "score",
        }
        for key, zh, en, floor, full, usual in ITEMS
    ]


def entries(days: int = 2) -> list[dict[str, Any]]:
    return [
        {
            "id": f"E{day}{number}",
            "number": 5 * (day - 1) + number,
            "unit": "U1" if number % 2 else "U2",
            "name": name + ("" if day == 1 else f"({' 二三四'[day - 1]})"),
            "form": "onsite/centre",
            "day": str(day),
            "at": f"{13 + number}:20",
            "where": "县城" if number % 2 else "龙坝镇",
            "recused": name.startswith("城关"),
            "absent": day > 2 and number == 2,
        }
        for day in range(1, days + 1)
        for number, name in enumerate(PLACES, start=1)
    ]


class Held:
    """What the server holds, in a file between two lives."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state: dict[str, Any] = {
            "epoch": "e1",
            "rev": 0,
            "records": {},
            "files": {},
            "paper": [],
            "mood": "",
            "judge": "J17",
        }
        if path.exists():
            self.state = json.loads(path.read_text(encoding="utf-8"))

    def save(self) -> None:
        self.path.write_text(json.dumps(self.state), encoding="utf-8")


def sheets(state: dict[str, Any]) -> list[dict[str, Any]]:
    newest: dict[str, dict[str, Any]] = {}
    for one in [*state["records"].values(), *state["paper"]]:
        if one["kind"] == "sheet" and one["rev"] >= newest.get(one["entry_id"], {"rev": 0})["rev"]:
            newest[one["entry_id"]] = one
    return [
        {"entry": one["entry_id"], "origin": one.get("origin", "phone")}
        | {key: one[key] for key in ("revision_id", "rev", "state", "ticks")}
        for one in newest.values()
    ]


def package(state: dict[str, Any]) -> dict[str, Any]:
    judge = state["judge"]
    return {
        "fieldmark": "package/1",
        "contest": {"id": "tour", "name": "试评拉练", "simulated": True, "collected": False},
        "judge": {
            "id": judge,
            "number": int(judge[1:]),
            "name": "张三丰" if judge == "J17" else "李四光",
            "unit": "U2",
        },
        "scheme_digest": "s1",
        "server_epoch": state["epoch"],
        "server_rev": state["rev"],
        "server_time": now(),
        "components": [{"id": "onsite", "name": {"zh": "现场", "en": "On site"}, "full": "100"}],
        "forms": {"onsite/centre": form()},
        "units": [{"id": "U1", "name": "云岭县"}, {"id": "U2", "name": "青川县"}],
        "entries": entries(state.get("days", 2)),
        "categories": [
            {"id": key, "name": {"zh": zh, "en": en}}
            for key, zh, en in (("safety", "安全隐患", "Safety"), ("hygiene", "环境卫生", "Hygiene, order"))
        ],
        "sheets": sheets(state),
    } | ({"stage": state["stage"]} if state.get("stage") else {})


def etag(state: dict[str, Any]) -> str:
    told = {key: value for key, value in package(state).items() if key not in {"server_time", "server_rev"}}
    return '"' + hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16] + '"'


def take(state: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """One record: what the phone is told of it."""
    spelt = json.dumps(one, sort_keys=True)
    known = state["records"].get(one["revision_id"])
    told = {
        "revision_id": one["revision_id"],
        "reason": "",
        "rev": 0,
        "receipt": hashlib.sha256(spelt.encode()).hexdigest()[:8].upper(),
    }
    if known:
        return told | {"result": "duplicate" if known["spelt"] == spelt else "mismatch", "rev": known["rev"]}
    others = [p for p in state["paper"] if p["entry_id"] == one["entry_id"] and p["rev"] > one.get("based_on", 0)]
    if one["kind"] == "sheet" and one["state"] == "submitted" and others and others[-1]["ticks"] != one["ticks"]:
        return told | {"result": "conflict"}
    state["rev"] += 1
    state["records"][one["revision_id"]] = one | {"rev": state["rev"], "spelt": spelt}
    return told | {"result": "stored", "rev": state["rev"]}


def create() -> FastAPI:
    held = Held(Path(os.environ["FAKE_SERVER_STATE"]))
    made = FastAPI(openapi_url=None)
    made.state.settings = Settings()
    made.include_router(judge_page)
    made.mount("/static", Assets(directory=STATIC))
    made.add_middleware(Guard, max_body_bytes=6 * 1024 * 1024)
    _desk(made, held)
    _exchange(made, held)
    _files(made, held)
    return made


def _refused(held: Held, request: Request) -> Response | None:
    # A request of the judge before may still be on its way when the judge has changed.
    if request.headers.get("fieldmark-judge", held.state["judge"]) != held.state["judge"]:
        return JSONResponse({"code": "sync.other_judge"}, 409)
    if held.state["mood"] == "portal":
        return HTMLResponse("<h1>Welcome to our hotel</h1>")
    if held.state["mood"] == "badge":
        return JSONResponse({"code": "sync.badge_again"}, 401)
    return None


def _desk(made: FastAPI, held: Held) -> None:
    @made.get("/healthz")
    def healthz() -> JSONResponse:
        return JSONResponse({"ok": True})

    @made.get("/held")
    def shown() -> JSONResponse:
        return JSONResponse(held.state)

    @made.post("/mood")
    async def mood(request: Request) -> JSONResponse:
        held.state.update(await request.json())
        held.save()
        return JSONResponse({})


def _exchange(made: FastAPI, held: Held) -> None:
    @made.get("/j/tour/package")
    def whole(request: Request) -> Response:
        tag = etag(held.state)
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304)
        return _refused(held, request) or JSONResponse(package(held.state), headers={"ETag": tag})

    @made.post("/j/tour/batch")
    async def batch(request: Request) -> Response:
        given = await request.json()
        refused = _refused(held, request)
        if refused:
            return refused
        results = [take(held.state, one) for one in given["records"]]
        held.save()
        since = given["server_rev"] if given["server_epoch"] == held.state["epoch"] else 0
        come = {one["device_seq"] for one in held.state["records"].values()}
        return JSONResponse(
            {
                "fieldmark": "batch/1",
                "batch_id": given["batch_id"],
                "server_epoch": held.state["epoch"],
                "server_rev": held.state["rev"],
                "server_time": now(),
                "collected": False,
                "package": etag(held.state),
                "results": results,
                "missing": [n for n in range(1, given["highest_seq"] + 1) if n not in come],
                "changes": [one for one in sheets(held.state) if one["rev"] > since and one["origin"] == "paper"],
            }
        )


def _files(made: FastAPI, held: Held) -> None:
    @made.head("/j/tour/files/{sha256}")
    def standing(request: Request, sha256: str) -> Response:
        return _refused(held, request) or _standing(held.state["files"].get(sha256, ""), sha256)

    @made.patch("/j/tour/files/{sha256}")
    async def append(request: Request, sha256: str) -> Response:
        body = await request.body()
        refused = _refused(held, request)
        if refused:
            return refused
        here = bytes.fromhex(held.state["files"].get(sha256, ""))
        if int(request.headers["upload-offset"]) == len(here):
            held.state["files"][sha256] = (here + body).hex()
            held.save()
        return _standing(held.state["files"].get(sha256, ""), sha256)


def _standing(here: str, sha256: str) -> Response:
    content = bytes.fromhex(here)
    headers = {"Upload-Offset": str(len(content))}
    if hashlib.sha256(content).hexdigest() == sha256:
        headers["Upload-Complete"] = "?1"
    return Response(status_code=204, headers=headers)
