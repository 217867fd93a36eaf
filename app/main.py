"""``create_app()``: routers, layers, errors and static files put together, and nothing else.

Reads the settings and the static files. Writes nothing. Never computes anything itself.
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.telemetry import TelemetryConfig
from sqlalchemy.orm import configure_mappers
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from app import migrations
from app.accounts.access import SignInFirst
from app.accounts.attempts import Attempts
from app.accounts.page import sign_in_page
from app.accounts.routes import router as accounts
from app.ahead import look_ahead
from app.anchoring import note_anchors
from app.assets import Assets
from app.contests.copy_routes import router as copy
from app.contests.live_routes import router as live
from app.contests.log_routes import router as log
from app.contests.place_routes import router as places
from app.contests.roster_routes import router as roster
from app.contests.routes import router as contests
from app.db import open_database
from app.errors import AppError, NotFound, Unreadable, WrongMethod
from app.events import Events
from app.exports.print_routes import router as printing
from app.exports.routes import router as exports
from app.exports.sealed_routes import router as sealed_files
from app.files.clearing import clear_again
from app.files.routes import router as files
from app.i18n import languages
from app.issues.category_routes import router as categories
from app.issues.county_routes import router as county
from app.issues.links_desk import router as counties
from app.issues.material_routes import router as county_material
from app.issues.routes import router as issues
from app.issues.service import accept_finding
from app.judging import queries as judging
from app.judging.paper_routes import router as paper
from app.judging.recusal_queries import own_requests
from app.judging.recusal_routes import router as recusals
from app.judging.recusals import accept_recusal
from app.judging.road_routes import router as road
from app.judging.routes import router as board
from app.judging.service import accept_sheet, round_collected
from app.judging.signature_queries import own_unsigned
from app.judging.signatures import accept_signature
from app.judging.substitute_routes import router as substitutes
from app.material.judge_routes import router as reviewing
from app.material.routes import router as material
from app.pages import STATIC, prepare, problem, wants_json
from app.publishing.console_routes import router as stage
from app.publishing.county_routes import router as county_scores
from app.publishing.draw_routes import router as draw
from app.publishing.hall_routes import ASPECT
from app.publishing.hall_routes import router as hall
from app.publishing.public_routes import router as public
from app.publishing.rehearsal_routes import router as rehearsal
from app.publishing.routes import router as publication
from app.publishing.scenes import hall_rev
from app.publishing.screen_routes import router as screens
from app.results.decision_routes import router as decisions
from app.results.round_routes import router as rounds
from app.results.routes import router as results
from app.results.scheme_edit_routes import router as scheme_form
from app.results.scheme_routes import router as scheme
from app.security import Guard
from app.settings import Settings
from app.stage.own_comments import accept_comment
from app.stage.queries import called, commented
from app.sync.badge_routes import router as badge
from app.sync.desk import router as desk
from app.sync.kinds import Kinds
from app.sync.pace import Pace
from app.sync.phone import router as judge_page
from app.sync.routes import BATCH, Straight, exchange
from app.tally.routes import router as tally

# The framework would pass messages of exceptions on, and those can quote people's marks.
SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}

# What a phone sends, by kind, and what it may know of its own sheets: the exchange itself knows neither.
KINDS = Kinds(
    accept={
        "sheet": accept_sheet, "finding": accept_finding, "signature": accept_signature, "recusal": accept_recusal,
        "comment": accept_comment,
    },
    collected=round_collected,
    sheets=judging.own_sheets,
    changes=judging.changes,
    unsigned=own_unsigned,
    called=called,
    asked=own_requests,
    commented=commented,
    first=frozenset({"signature"}),  # so that a sheet never waits for the signature that came with it
)  # fmt: skip

# Addresses are looked through in this order, after that of a phone's batch: nobody asks as often as the phones.
ROUTERS = (
    exchange, accounts, contests, copy, places, roster, log, live, paper, badge, judge_page, desk, board, recusals,
    substitutes, road, files, material, reviewing, issues, categories, counties, county,
    county_material, decisions, rehearsal, rounds, results, scheme,
    scheme_form, stage, draw, publication, public, county_scores, sealed_files, screens, hall, exports, printing,
    tally,
)  # fmt: skip


def create_app(settings: Settings | None = None) -> FastAPI:
    made = FastAPI(
        title="Fieldmark", docs_url=None, redoc_url=None, openapi_url=None, telemetry=SILENT, lifespan=with_database
    )
    made.state.settings = settings or Settings()
    languages()  # a catalogue that cannot be read stops the start, not the first page
    made.state.attempts = Attempts()
    made.state.events = Events({ASPECT: hall_rev})
    made.state.look_ahead = look_ahead
    made.state.kinds, made.state.pace, made.state.frames = KINDS, Pace(), {}
    made.router.routes.append(BATCH)
    # As they stand: no part is included under a path or a condition of its own, and to build every route once more for
    # that took the first request of each start a quarter of a second.
    made.router.routes.extend(route for router in ROUTERS for route in router.routes)
    made.add_api_route("/healthz", healthz, methods=["GET"])
    # Only files that hold no secret are compressed: the length of a compressed page can give away what stands in it.
    made.mount("/static", GZipMiddleware(Assets(directory=STATIC), minimum_size=500))
    made.add_exception_handler(AppError, on_app_error)
    made.add_exception_handler(HTTPException, on_http_exception)
    made.add_exception_handler(RequestValidationError, on_unreadable)
    made.add_middleware(Straight)
    made.add_middleware(Guard, max_body_bytes=made.state.settings.max_body_bytes)
    return made


@asynccontextmanager
async def with_database(app: FastAPI) -> AsyncIterator[None]:
    """The database, brought up to date when the server starts and closed when it stops."""
    settings: Settings = app.state.settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.url)
    app.state.database = open_database(settings.url)
    configure_mappers()  # else whoever asks first waits for it
    noting = asyncio.create_task(note_anchors(app.state.database))
    clearing = asyncio.create_task(clear_again(settings.data_dir))
    app.state.events.start(app.state.database)
    prepare()
    # What was imported and built until here stays: looking through it for garbage again and again took a fifth of the
    # time of every sheet. And a request leaves hardly anything in circles: one round for many of them is enough.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    # The loop and the writer took the interpreter from each other in the middle of a sheet: longer turns cost less.
    sys.setswitchinterval(0.02)
    yield
    app.state.events.stop()
    for task in (noting, clearing):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    app.state.database.close()


def healthz() -> JSONResponse:
    return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})


def on_app_error(request: Request, error: Exception) -> Response:
    """A problem's page; whoever has to sign in first gets the form at once, and then the page he asked for."""
    trouble = cast("AppError", error)
    if isinstance(trouble, SignInFirst) and not wants_json(request):
        onward = with_query(request) if request.method == "GET" else "/"
        return sign_in_page(request, onward=onward, trouble=trouble)
    return problem(request, trouble)


def with_query(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


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
