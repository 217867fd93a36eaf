"""The result's own page before the publication and after it: which version is public, and what is next."""

import re

from tests.app.publishing.ready import PAGE, TOUR, Ready

RESULTS = f"/c/{TOUR}/results"
PRIMARY = re.compile(r'<a class="btn primary" href="([^"]+)"')


def test_before_the_publication_it_says_so_and_goes_on_to_it(ready: Ready) -> None:
    ready.seals()
    ready.signs()
    page = ready.organiser.get(RESULTS).text
    assert "内部结果，尚未公布。每次查看都记入日志。" in page
    assert PRIMARY.findall(page) == [PAGE]
    assert f'href="/p/{TOUR}' not in page


def test_after_the_publication_it_names_the_newest_version_and_leads_to_it(ready: Ready) -> None:
    ready.published()
    page = ready.organiser.get(RESULTS).text
    assert "尚未公布" not in page
    assert f'<a class="link" href="/p/{TOUR}/1">第 1 版已公布</a>' in page
    assert PRIMARY.findall(page) == []
    assert f'href="{PAGE}"' in page
    ready.prior("A", "91")
    ready.seals(reason="平时工作分更正", after=1)
    assert f'href="/p/{TOUR}/1"' in ready.steward.get(RESULTS).text
    ready.signs(2)
    ready.approves(2)
    ready.publishes(2)
    assert f'href="/p/{TOUR}/2"' in ready.steward.get(RESULTS).text
    assert ready.anybody().get(f"/p/{TOUR}/2").status_code == 200


def test_the_log_says_the_same_of_a_look_before_the_publication_and_after_it(ready: Ready) -> None:
    ready.published()
    ready.organiser.get(RESULTS)
    log = ready.organiser.get(f"/c/{TOUR}/log").text
    assert "查看了分数" in log
    assert "公布前" not in log
