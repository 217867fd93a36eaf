"""The floor: the least that any server does which keeps what it is sent before it answers. Nothing of ours.

One durable insert per batch, with the same pragmas, and one write to disk per photo, which nobody looks at; all in the
loop itself: no thread is waited for.
"""

import os
from pathlib import Path

import pysqlite3.dbapi2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

FOLDER = Path(os.environ["FLOOR_DATABASE"]).parent
connection = pysqlite3.dbapi2.connect(os.environ["FLOOR_DATABASE"], isolation_level=None)
for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
    connection.execute(f"PRAGMA {pragma}")
connection.execute("CREATE TABLE sheet (id INTEGER PRIMARY KEY, body TEXT)")


async def keep(request: Request) -> JSONResponse:
    body = await request.body()
    connection.execute("INSERT INTO sheet (body) VALUES (?)", (body.decode(),))
    return JSONResponse({"results": [{"result": "stored"}]})


async def stands(_: Request) -> Response:
    return Response(status_code=204, headers={"Upload-Offset": "0"})


async def append(request: Request) -> Response:
    at, length = (int(request.headers[name]) for name in ("upload-offset", "upload-length"))
    body = await request.body()
    with (FOLDER / request.path_params["sha256"]).open("ab") as part:
        part.write(body)
        if at + len(body) == length:
            part.flush()
            os.fsync(part.fileno())
    return Response(status_code=204, headers={"Upload-Offset": str(at + len(body))})


async def healthz(_: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


app = Starlette(
    routes=[
        Route("/j/{contest}/batch", keep, methods=["POST"]),
        Route("/j/{contest}/files/{sha256}", append, methods=["PATCH"]),
        Route("/j/{contest}/files/{sha256}", stands, methods=["HEAD"]),
        Route("/healthz", healthz),
    ]
)
