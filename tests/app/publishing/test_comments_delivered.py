"""What experts said reaches the entrant's own unit, from the release on: what was said, and not by whom."""

from fastapi.testclient import TestClient

from app.issues.access import COOKIE
from app.issues.links import make_links
from app.publishing import release
from app.stage.service import comment
from tests.app.publishing.test_console import C1, checks, confirms, marked, member_with, releases
from tests.app.sync.field import Field

SAID, EXPERT = "台风稳健，案例再具体一些更好。", "某专家"


def liaison(field: Field, unit: str) -> TestClient:
    codes = field.database.write(lambda s: make_links(s, "organiser", contest_id="c1", units=[unit]))
    client = field.client(Accept="text/html")
    client.cookies.set(COOKIE, codes[unit], path="/county/c1")
    return client


def test_a_unit_reads_what_was_said_of_its_entrant_once_the_score_is_released(field: Field) -> None:
    crew = {role: member_with(field, role, role) for role in ("organiser", "steward", "checker")}
    marked(field)  # P2, of unit B
    field.database.write(lambda s: comment(s, "organiser", **C1, entry_id="P2", expert=EXPERT, text=SAID))
    own, other = liaison(field, "B"), liaison(field, "A")

    def reads(client: TestClient) -> tuple[bool, bool]:
        page = client.get("/county/c1/scores")
        assert page.status_code == 200
        return SAID in page.text, EXPERT in page.text

    checks(field, crew["checker"])
    confirms(field, crew["steward"])
    assert (reads(own), reads(other)) == ((False, False), (False, False))
    rev = releases(field, crew["organiser"])
    assert (reads(own), reads(other)) == ((True, False), (False, False))
    who = crew["organiser"]
    field.database.write(lambda s: release.withdraw_release(s, who, **C1, rev=rev, reason="念错了"))
    assert reads(own) == (False, False)
