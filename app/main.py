"""``create_app()``: routers, layers, errors and static files put together, and nothing else.

Reads the settings and the static files. Writes nothing. Never computes anything itself.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app import migrations
from app.db import open_database
from app.errors import AppError, NotFound, Unreadable, WrongMethod
from app.i18n import languages
from app.pages import STATIC, content_digest, problem, render
from app.security import Guard
from app.settings import Settings
from app.tally.routes import router as tally

# The framework would pass messages of exceptions on, and those can quote people's marks.
SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


class Assets(StaticFiles):
    """Static files: kept for a year where the address holds the digest of the content, else asked for each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        query = scope["query_string"].decode("latin-1")
        known = answer.status_code == 200 and query == f"v={content_digest(path)}"
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if known else "no-cache"
        return answer


def create_app(settings: Settings | None = None) -> FastAPI:
    made = FastAPI(
        title="Fieldmark", docs_url=None, redoc_url=None, openapi_url=None, telemetry=SILENT, lifespan=with_database
    )
    made.state.settings = settings or Settings()
    languages()  # a catalogue that cannot be read stops the start, not the first page
    made.include_router(tally)
    made.add_api_route("/", home, methods=["GET"])
    made.add_api_route("/healthz", healthz, methods=["GET"])
    made.mount("/static", Assets(directory=STATIC))
    made.add_exception_handler(AppError, on_app_error)
    made.add_exception_handler(HTTPException, on_http_exception)
    made.add_exception_handler(RequestValidationError, on_unreadable)
    made.add_middleware(Guard, max_body_bytes=made.state.settings.max_body_bytes)
    return made


@asynccontextmanager
async def with_database(app: FastAPI) -> AsyncIterator[None]:
    """The database, brought up to date when the server starts and closed when it stops."""
    settings: Settings = app.state.settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.url)
    app.state.database = open_database(settings.url)
    yield
    app.state.database.close()


def home(request: Request) -> HTMLResponse:
    return render(request, "home.html")


def healthz() -> JSONResponse:
    return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})


def on_app_error(request: Request, error: Exception) -> Response:
    return problem(request, cast("AppError", error))


def on_http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an address it does not know, a method, a form it cannot read."""
    refused = cast("HTTPException", error)
    if refused.status_code == HTTPStatus.NOT_FOUND:
        return problem(request, NotFound())
    if refused.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return problem(request, WrongMethod(), refused.headers)
    return problem(request, Unreadable())


def on_unreadable(request: Request, _error: Exception) -> Response:
    return problem(request, Unreadable())
