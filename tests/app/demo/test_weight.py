"""What a judge's phone fetches before it can mark: the page with all it names, and the package of a whole tour."""

import gzip
import re

from fastapi.testclient import TestClient

from tests.app.demo.conftest import BASE, Stage

FIRST_LOAD_BYTES = 60_000


def as_sent(client: TestClient, path: str) -> bytes:
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200, path
        return b"".join(answer.iter_raw())


def test_the_first_load_with_the_package_of_a_whole_tour_is_small(stage: Stage, app_client: TestClient) -> None:
    link = next(link for link in stage.demo.links if "/b/" in link.address)
    app_client.post(link.address.removeprefix(BASE), data={"digits": link.digits})
    page = f"/j/{stage.running}/"
    package = as_sent(app_client, f"{page}package")
    assert len(gzip.decompress(package)) > 30_000  # fifty projects with their forms
    told = gzip.decompress(as_sent(app_client, page)).decode()
    named = dict.fromkeys(re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="([^"]+)"', told))
    # The scripts come as one, and beside it only what asks for the package, draws, and the style.
    parts = {one.partition("/static/judge/")[2].partition("/")[2] for one in named}
    assert {"js/judge/main.js", "js/judge/package.js", "vendor/htm-preact.js", "css/judge.css"} <= parts
    assert len(package) + sum(len(as_sent(app_client, one)) for one in [page, *named]) < FIRST_LOAD_BYTES
