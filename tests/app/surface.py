"""Every address of the application, classified by hand: who may ask, and what of the marks an answer may show.

Used by test_leaks.py and test_roles.py. An address that is served and does not stand here fails both.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount

# Who asks. "judge" and "liaison" come with the cookie of their phone and of their link, "other" signs in and holds
# every role in another contest; "other judge" and "other liaison" belong to another contest too.
MEMBERS = frozenset({"organiser", "steward", "tallier", "checker", "staff"})
SIGNED_IN = MEMBERS | {"nobody", "other"}  # "nobody" has an account and no role anywhere
ANYBODY = SIGNED_IN | {"anonymous", "judge", "liaison", "other judge", "other liaison"}
ORGANISER = frozenset({"organiser"})
OPENERS = frozenset({"organiser", "steward"})
PRINTERS = frozenset({"organiser", "staff"})
JUDGE = frozenset({"judge"})
LIAISON = frozenset({"liaison"})

# What an answer may show of the marks, to those who may ask:
#   never      nothing, whatever has happened
#   own        what the asker gave or typed himself
#   opened     everything, once two people have opened the marks
#   sealed     everything, once the result is sealed
#   published  what the chosen level publishes
#   county     a county's own figures and nobody else's, once anything is published
Marks = Literal["never", "own", "opened", "sealed", "published", "county"]


@dataclass(frozen=True, slots=True)
class Surface:
    """One address. ``asked``: queries it is asked with besides none; ``form``: what a form must at least hold."""

    who: frozenset[str]
    marks: Marks = "never"
    asked: tuple[str, ...] = ()
    form: dict[str, str] = field(default_factory=dict)
    stream: bool = False


DECISION = {"judge": "J2", "entry": "P1", "counts": "paper"}
Key = tuple[str, str]  # method and address

SURFACE: dict[Key, Surface] = {
    ("MOUNT", "/static"): Surface(ANYBODY),
    ("GET", "/healthz"): Surface(ANYBODY),
    # --- accounts
    ("GET", "/"): Surface(ANYBODY),
    ("GET", "/sign-in"): Surface(ANYBODY),
    ("POST", "/sign-in"): Surface(ANYBODY),
    ("POST", "/sign-out"): Surface(ANYBODY),
    ("GET", "/first-organiser"): Surface(ANYBODY),
    ("POST", "/first-organiser"): Surface(ANYBODY),
    ("GET", "/password"): Surface(SIGNED_IN),
    ("POST", "/password"): Surface(SIGNED_IN),
    # --- a new contest: organisers, and whoever has no role anywhere yet
    ("GET", "/contests/new"): Surface(frozenset({"organiser", "other", "nobody"})),
    ("POST", "/contests"): Surface(frozenset({"organiser", "other", "nobody"})),
    # --- the desk
    ("GET", "/c/{contest}"): Surface(MEMBERS),
    ("GET", "/c/{contest}/events"): Surface(MEMBERS, stream=True),
    ("GET", "/c/{contest}/log"): Surface(OPENERS, asked=("phones=none",)),
    ("GET", "/c/{contest}/copy"): Surface(ORGANISER),
    ("POST", "/c/{contest}/copy"): Surface(ORGANISER),
    ("GET", "/c/{contest}/rehearsal"): Surface(ORGANISER),
    ("POST", "/c/{contest}/rehearsal"): Surface(ORGANISER),
    ("POST", "/c/{contest}/rehearsal/marks"): Surface(ORGANISER),
    ("POST", "/c/{contest}/rehearsal/closing"): Surface(ORGANISER),
    ("GET", "/c/{contest}/places"): Surface(ORGANISER, asked=("show=all",)),
    ("POST", "/c/{contest}/places"): Surface(ORGANISER),
    ("GET", "/c/{contest}/people"): Surface(ORGANISER),
    ("POST", "/c/{contest}/people"): Surface(ORGANISER),
    ("POST", "/c/{contest}/people/{person_id}/{role}/ending"): Surface(ORGANISER),
    ("POST", "/c/{contest}/people/{person_id}/password"): Surface(ORGANISER),
    ("GET", "/c/{contest}/import"): Surface(ORGANISER),
    ("POST", "/c/{contest}/import"): Surface(ORGANISER),
    ("GET", "/c/{contest}/import/template.xlsx"): Surface(ORGANISER),
    ("GET", "/c/{contest}/import/roster.xlsx"): Surface(ORGANISER),
    ("GET", "/c/{contest}/import/{rev}"): Surface(ORGANISER),
    ("POST", "/c/{contest}/import/{rev}/application"): Surface(ORGANISER),
    ("GET", "/c/{contest}/roster/{sheet}"): Surface(ORGANISER, asked=("q=1",)),
    ("POST", "/c/{contest}/roster/{sheet}"): Surface(ORGANISER),
    ("POST", "/c/{contest}/roster/{sheet}/removal"): Surface(ORGANISER),
    ("POST", "/c/{contest}/roster/{sheet}/sharing"): Surface(ORGANISER),
    ("GET", "/c/{contest}/attendance"): Surface(frozenset({"organiser", "staff"})),
    ("POST", "/c/{contest}/attendance"): Surface(frozenset({"organiser", "staff"})),
    ("GET", "/c/{contest}/recusals"): Surface(OPENERS),
    ("POST", "/c/{contest}/recusals"): Surface(ORGANISER),
    ("POST", "/c/{contest}/recusals/{rev}/{number}/lifting"): Surface(ORGANISER),
    ("POST", "/c/{contest}/recusals/asked/{revision}/confirmation"): Surface(ORGANISER),
    ("POST", "/c/{contest}/recusals/asked/{revision}/declining"): Surface(ORGANISER),
    ("GET", "/c/{contest}/substitutes"): Surface(ORGANISER),
    ("POST", "/c/{contest}/substitutes"): Surface(ORGANISER),
    # --- badges and phones
    ("GET", "/c/{contest}/badges"): Surface(ORGANISER),
    ("POST", "/c/{contest}/badges"): Surface(ORGANISER),
    ("POST", "/c/{contest}/badges/{judge}/revocation"): Surface(ORGANISER),
    ("POST", "/c/{contest}/badges/{judge}/window"): Surface(ORGANISER),
    ("POST", "/c/{contest}/devices/{device}/revocation"): Surface(ORGANISER),
    ("GET", "/c/{contest}/phones"): Surface(ORGANISER),
    ("GET", "/c/{contest}/rescue"): Surface(ORGANISER),
    ("POST", "/c/{contest}/rescue"): Surface(ORGANISER),
    ("GET", "/b/{contest}/{code}"): Surface(ANYBODY),
    ("POST", "/b/{contest}/{code}"): Surface(ANYBODY),
    ("GET", "/j/sw.js"): Surface(ANYBODY),
    ("GET", "/static/judge/{edition}/{file}"): Surface(ANYBODY),
    ("GET", "/j/{contest}/"): Surface(ANYBODY),
    ("GET", "/j/{contest}/package"): Surface(JUDGE, "own"),
    ("POST", "/j/{contest}/batch"): Surface(JUDGE, "own"),
    ("HEAD", "/j/{contest}/files/{sha256}"): Surface(JUDGE),
    ("PATCH", "/j/{contest}/files/{sha256}"): Surface(JUDGE),
    ("PUT", "/j/{contest}/files/{sha256}/thumbnail"): Surface(JUDGE),
    # --- marks on paper: a typist reads his own typing
    ("GET", "/c/{contest}/paper"): Surface(
        frozenset({"tallier", "checker", "organiser"}), "own", ("component=onsite&opened=true", "component=pitch"),
    ),
    ("POST", "/c/{contest}/paper"): Surface(frozenset({"tallier", "checker", "organiser"}), "own"),
    ("POST", "/c/{contest}/paper/check"): Surface(frozenset({"tallier", "checker", "organiser"}), "own"),
    ("POST", "/c/{contest}/paper/decisions"): Surface(ORGANISER, form=DECISION),
    # The third look: the cells in which two typings of one sheet differ, to whoever made neither; of any other nothing.
    ("GET", "/c/{contest}/paper/look"): Surface(frozenset({"tallier", "checker", "organiser"})),
    ("POST", "/c/{contest}/paper/look"): Surface(
        frozenset({"tallier", "checker", "organiser"}), form={"judge": "J2", "entry": "P1", "seen": "0"}
    ),
    # --- papers to print: none holds a mark
    ("GET", "/c/{contest}/print"): Surface(PRINTERS),
    ("GET", "/c/{contest}/print/sheets.pdf"): Surface(PRINTERS, asked=("judge=J3&day=1",)),
    ("GET", "/c/{contest}/print/slips.pdf"): Surface(PRINTERS),
    ("GET", "/c/{contest}/print/tally.pdf"): Surface(PRINTERS),
    ("GET", "/c/{contest}/print/itinerary.pdf"): Surface(PRINTERS),
    ("GET", "/c/{contest}/print/order.pdf"): Surface(PRINTERS),
    ("GET", "/c/{contest}/print/reminders.pdf"): Surface(PRINTERS),
    ("GET", "/c/{contest}/print/envelopes.pdf"): Surface(PRINTERS),
    ("GET", "/c/{contest}/print/onward.pdf"): Surface(PRINTERS),
    # --- handed in, collected
    ("GET", "/c/{contest}/board"): Surface(frozenset({"organiser", "steward", "staff"})),
    ("GET", "/c/{contest}/reminders"): Surface(frozenset({"organiser", "steward", "staff"})),
    ("GET", "/c/{contest}/signatures"): Surface(OPENERS),
    ("POST", "/c/{contest}/collection"): Surface(ORGANISER),
    ("POST", "/c/{contest}/stops/{entry}/lock"): Surface(ORGANISER),
    # --- the road: what is prepared in secret stands on the organiser's page and nowhere else
    ("GET", "/c/{contest}/itinerary"): Surface(ORGANISER),
    ("POST", "/c/{contest}/itinerary/order"): Surface(ORGANISER, form={"what": "entry.P2", "where": "before.P1"}),
    ("POST", "/c/{contest}/itinerary/hidden"): Surface(ORGANISER),
    ("POST", "/c/{contest}/itinerary/prepared"): Surface(ORGANISER),
    ("POST", "/c/{contest}/itinerary/{entry}/{change}"): Surface(ORGANISER),
    # --- the stage: the console shows no mark; those of one entrant, once he is collected, stand on a page of their own
    ("GET", "/c/{contest}/console"): Surface(MEMBERS - {"tallier"}),
    ("GET", "/c/{contest}/host"): Surface(frozenset({"organiser", "staff"}), "opened"),
    ("GET", "/c/{contest}/order"): Surface(ORGANISER),
    ("POST", "/c/{contest}/order"): Surface(ORGANISER),
    ("GET", "/c/{contest}/draw"): Surface(ORGANISER),
    ("POST", "/c/{contest}/draw"): Surface(ORGANISER),
    ("POST", "/c/{contest}/draw/{rev}"): Surface(ORGANISER),
    ("GET", "/draw/{contest}"): Surface(ANYBODY),
    ("POST", "/c/{contest}/console/{entry}/steps"): Surface(ORGANISER, form={"step": "call", "seen": "0"}),
    ("POST", "/c/{contest}/console/{entry}/clock"): Surface(ORGANISER, form={"press": "start", "seen": "0"}),
    ("POST", "/c/{contest}/console/{entry}/overtime"): Surface(ORGANISER, form={"seen": "0"}),
    ("POST", "/c/{contest}/console/{entry}/again"): Surface(ORGANISER, form={"judge": "J2", "reason": "-"}),
    ("POST", "/c/{contest}/console/{entry}/comments"): Surface(ORGANISER, form={"expert": "-"}),
    ("GET", "/c/{contest}/console/{entry}/score"): Surface(MEMBERS - {"staff"}, "opened"),
    ("POST", "/c/{contest}/console/{entry}/check"): Surface(frozenset({"organiser", "checker"}), "opened"),
    ("POST", "/c/{contest}/console/{entry}/confirmation"): Surface(MEMBERS - {"staff"}, "opened"),
    ("POST", "/c/{contest}/console/{entry}/release"): Surface(ORGANISER, "opened"),
    # --- material: the organiser, the unit of the entry by its link, the judges who mark it; none holds a mark
    ("GET", "/c/{contest}/material"): Surface(ORGANISER, asked=("part=pitch",)),
    ("POST", "/c/{contest}/material"): Surface(ORGANISER, form={"part": "onsite", "due_at": "2099-01-01T18:00"}),
    ("POST", "/c/{contest}/material/sharing"): Surface(ORGANISER),
    ("POST", "/c/{contest}/material/passing-on"): Surface(ORGANISER),
    ("GET", "/c/{contest}/material/{entry}"): Surface(ORGANISER),
    ("GET", "/c/{contest}/material/{entry}/{number}/{version}"): Surface(ORGANISER),
    ("POST", "/c/{contest}/material/{entry}/uploads"): Surface(ORGANISER, form={"size": "9"}),
    ("PATCH", "/c/{contest}/material/{entry}/uploads/{key}"): Surface(ORGANISER),
    ("POST", "/c/{contest}/material/{entry}/papers"): Surface(ORGANISER),
    ("POST", "/c/{contest}/material/{entry}/{number}/taking-back"): Surface(ORGANISER),
    ("GET", "/county/{contest}/material"): Surface(LIAISON),
    ("GET", "/county/{contest}/material/{entry}/{number}/{version}"): Surface(LIAISON),
    ("POST", "/county/{contest}/material/{entry}/uploads"): Surface(LIAISON, form={"size": "9"}),
    ("PATCH", "/county/{contest}/material/{entry}/uploads/{key}"): Surface(LIAISON),
    ("POST", "/county/{contest}/material/{entry}/papers"): Surface(LIAISON),
    ("POST", "/county/{contest}/material/{entry}/{number}/taking-back"): Surface(LIAISON),
    ("GET", "/j/{contest}/material/{entry}"): Surface(JUDGE),
    ("GET", "/j/{contest}/material/{entry}/{number}"): Surface(JUDGE),
    # --- problems and the counties
    ("GET", "/c/{contest}/files/{sha256}"): Surface(ORGANISER),
    ("GET", "/c/{contest}/files/{sha256}/thumbnail"): Surface(ORGANISER),
    ("GET", "/c/{contest}/findings"): Surface(ORGANISER),
    ("GET", "/c/{contest}/categories"): Surface(ORGANISER),
    ("POST", "/c/{contest}/categories"): Surface(ORGANISER),
    ("POST", "/c/{contest}/findings/releases"): Surface(ORGANISER),
    ("GET", "/c/{contest}/findings/{unit}"): Surface(ORGANISER),
    ("POST", "/c/{contest}/findings/{unit}/releases"): Surface(ORGANISER),
    ("GET", "/c/{contest}/findings/{unit}/issues.xlsx"): Surface(ORGANISER),
    ("GET", "/c/{contest}/counties"): Surface(ORGANISER),
    ("POST", "/c/{contest}/counties"): Surface(ORGANISER),
    ("POST", "/c/{contest}/counties/{unit}/revocation"): Surface(ORGANISER),
    ("GET", "/county/{contest}/link/{code}"): Surface(ANYBODY),
    ("POST", "/county/{contest}/link/{code}"): Surface(ANYBODY),
    ("POST", "/county/{contest}/leaving"): Surface(ANYBODY),
    ("GET", "/county/{contest}"): Surface(LIAISON),
    ("GET", "/county/{contest}/issues.xlsx"): Surface(LIAISON),
    ("GET", "/county/{contest}/photos/{kind}/{number}/{n}"): Surface(LIAISON),
    ("GET", "/county/{contest}/photos/{kind}/{number}/{n}/small"): Surface(LIAISON),
    ("GET", "/county/{contest}/scores"): Surface(LIAISON, "county"),
    # --- the result
    ("GET", "/c/{contest}/results"): Surface(OPENERS, "opened"),
    ("POST", "/c/{contest}/results/opening"): Surface(OPENERS, "opened", form={"role": "{role}"}),
    ("GET", "/c/{contest}/files.zip"): Surface(ORGANISER, "opened"),
    ("GET", "/c/{contest}/tally.xlsx"): Surface(ORGANISER, "opened"),
    ("GET", "/c/{contest}/awards.xlsx"): Surface(OPENERS, "opened"),
    ("GET", "/c/{contest}/calls.pdf"): Surface(OPENERS, "opened"),
    ("GET", "/c/{contest}/decisions"): Surface(OPENERS, "opened"),
    ("POST", "/c/{contest}/decisions/{section}"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/decisions/{rev}/taking-back"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/proposals/confirmation"): Surface(OPENERS, "opened"),
    ("POST", "/c/{contest}/proposals/{rev}/refusal"): Surface(OPENERS, "opened"),
    ("GET", "/c/{contest}/rounds"): Surface(OPENERS, "opened"),
    ("POST", "/c/{contest}/rounds/{round_id}/opening"): Surface(OPENERS, "opened", form={"role": "{role}"}),
    ("POST", "/c/{contest}/rounds/{round_id}/decisions/{section}"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/rounds/{round_id}/lists"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/rounds/{round_id}/lists/{version}/confirmation"): Surface(OPENERS, "opened"),
    ("POST", "/c/{contest}/rounds/{round_id}/lists/{version}/notice"): Surface(ORGANISER, "opened"),
    # --- the scoring rules; a new version may tell how many units it would move, whoever they are
    ("GET", "/c/{contest}/scheme"): Surface(OPENERS, "opened"),
    ("GET", "/c/{contest}/scheme/scheme.toml"): Surface(OPENERS),
    ("GET", "/c/{contest}/scheme/edit"): Surface(ORGANISER),
    ("POST", "/c/{contest}/scheme/edit"): Surface(ORGANISER),
    ("POST", "/c/{contest}/scheme/draft"): Surface(ORGANISER),
    ("POST", "/c/{contest}/scheme/versions"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/scheme/versions/{version}/signature"): Surface(OPENERS, "opened"),
    # --- publishing: whoever may counter-sign reads what is sealed, and what is still open about it
    ("GET", "/c/{contest}/publication"): Surface(OPENERS | {"checker"}, "opened"),
    ("POST", "/c/{contest}/publication/seals"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/publication/{version}/counter-signature"): Surface(OPENERS | {"checker"}, "opened"),
    ("POST", "/c/{contest}/publication/{version}/approval"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/publication/{version}/release"): Surface(ORGANISER, "opened"),
    ("GET", "/c/{contest}/publication/{version}"): Surface(
        OPENERS | {"checker"}, "sealed", ("level=tiers", "level=workings")
    ),
    ("GET", "/c/{contest}/publication/{version}/files.zip"): Surface(ORGANISER, "sealed"),
    ("GET", "/p/{contest}"): Surface(ANYBODY, "published"),
    ("GET", "/p/{contest}/{version}"): Surface(ANYBODY, "published"),
    ("GET", "/p/{contest}/lists/{round_id}"): Surface(ANYBODY),
    # --- the screens of the hall: their operator, and whoever has a screen's link; what is not released is not there
    ("GET", "/c/{contest}/screens"): Surface(ORGANISER),
    # What is posted is answered with the page, on which by then stands what the console released above.
    ("POST", "/c/{contest}/screens"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/screens/reveal"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/screens/releases/{rev}/withdrawal"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/screens/{screen}/cues"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/screens/{screen}/next"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/screens/{screen}/back"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/screens/{screen}/settings"): Surface(ORGANISER, "opened"),
    ("POST", "/c/{contest}/screens/{screen}/revocation"): Surface(ORGANISER, "opened"),
    ("GET", "/screen/{token}"): Surface(ANYBODY),
    ("GET", "/screen/{token}/events"): Surface(ANYBODY, stream=True),
    # --- only scoring: keeps nothing, and knows no contest
    ("GET", "/score"): Surface(ANYBODY, asked=("example=true",)),
    ("POST", "/score"): Surface(ANYBODY),
}  # fmt: skip


def served(app: FastAPI) -> dict[Key, str]:
    """Every address the application serves, from its own table: the key as above, and the address as it is written."""
    return {(method, _called(path)): path for method, path in _walk(app.router.routes, "")}


def _walk(routes: Iterable[BaseRoute], before: str) -> Iterator[Key]:
    for route in routes:
        path = before + getattr(route, "path", "")
        if isinstance(route, Mount) and route.routes:
            yield from _walk(route.routes, path)
        elif isinstance(route, Mount):
            yield "MOUNT", path
        else:
            # Something without methods, such as a web socket, is an address too.
            for method in getattr(route, "methods", None) or {type(route).__name__}:
                yield method, path


def _called(path: str) -> str:
    """One name for the contest, and no converters: ``/c/{contest_id}/x/{n:int}`` is ``/c/{contest}/x/{n}``."""
    return re.sub(r"\{(\w+?)(:\w+)?\}", r"{\1}", path).replace("{contest_id}", "{contest}")


def unclassified(app: FastAPI) -> set[str]:
    """What is served and stands nowhere above; and what stands above and is not served any more."""
    return {" ".join(key) for key in served(app).keys() ^ SURFACE.keys()}


def address(key: Key, fill: dict[str, str]) -> str:
    """The address with its holes filled, such as ``/c/c1/people``."""
    return re.sub(r"\{(\w+)\}", lambda hole: fill[hole[1]], key[1])
