"""The floor: the least that any server does which keeps a sheet before it answers. Thirty lines, nothing of ours.

One durable insert per request, with the same pragmas, in the loop itself: no thread is waited for.
"""

import os

import pysqlite3.dbapi2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

connection = pysqlite3.dbapi2.connect(os.environ["FLOOR_DATABASE"], isolation_level=None)
for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
    connection.execute(f"PRAGMA {pragma}")
connection.execute("CREATE TABLE sheet (id INTEGER PRIMARY KEY, body TEXT)")


async def keep(request: Request) -> JSONResponse:
    body = await request.body()
    connection.execute("INSERT INTO sheet (body) VALUES (?)", (body.decode(),))
    return JSONResponse({"results": [{"result": "stored"}]})


async def healthz(_: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


app = Starlette(routes=[Route("/j/{contest}/batch", keep, methods=["POST"]), Route("/healthz", healthz)])
