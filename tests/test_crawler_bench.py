"""The measurements measure what they say: equal sites, all pages brought, ratios of sums, void runs refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.bench import crawl, ours
from crawler.bench.__main__ import main
from crawler.bench.server import serving
from crawler.bench.sites import Site, link_graph, portals
from crawler.bench.telling import alternate
from crawler.visit.browser import find_chromium


def hrefs(body: bytes) -> set[str]:
    """The targets of all links of a made page."""
    return set(re.findall(r'<a href="([^"]+)"', body.decode()))


def reached(site: Site) -> set[str]:
    """All pages that can be come to from the home page."""
    found, waiting = {"/"}, ["/"]
    while waiting:
        for path in hrefs(site.pages[waiting.pop()]) - found:
            found.add(path)
            waiting.append(path)
    return found


def test_made_sites_are_the_same_at_every_start() -> None:
    """Two starts give the same bytes, so figures of two days can be compared."""
    assert list(link_graph(2, 12, 5)) == list(link_graph(2, 12, 5))
    assert list(portals(1)) == list(portals(1))


def test_every_page_of_the_link_graph_can_be_reached() -> None:
    """A crawl that follows links can bring every page, and no link leads out of the site."""
    for site in link_graph(3, 50, 8):
        assert reached(site) == set(site.pages)


def test_the_link_graph_has_the_links_and_weight_it_is_described_with() -> None:
    """Pages of the standard measurement link 40 pages each and weigh 7 to 11 KB."""
    [site] = link_graph(1, 100, 40)
    assert {len(hrefs(body)) for body in site.pages.values()} == {40}
    assert all(7_000 < len(body) < 11_000 for body in site.pages.values())


def test_portals_link_only_pages_that_are_there() -> None:
    """No made portal has a dead link, so no side of a measurement meets one."""
    for site in portals(2):
        assert reached(site) <= set(site.pages)


def test_the_ratio_is_that_of_the_sums(capsys: pytest.CaptureFixture[str]) -> None:
    """One slow turn weighs by its time: 30 pages in 3 s against 30 pages in 2 s is 0.67."""
    turns = iter([(10, 0.5), (20, 2.5)])
    alternate("pages", {"bare": lambda: (15, 1.0), "CivicProbe": lambda: next(turns)}, turns=2, goal=0.6)
    assert "CivicProbe 10.0 pages/s, bare 15.0 pages/s: ratio 0.67 (goal 0.6: reached)" in capsys.readouterr().out


def test_a_small_crawl_is_measured_with_both_sides_bringing_every_page(capsys: pytest.CaptureFixture[str]) -> None:
    """The real measurement on two sites of eight pages: both bring 16 pages, and a ratio is printed."""
    crawl.measure(hosts=2, pages=8, links=3, turns=1)
    told = capsys.readouterr().out
    assert re.search(r"bare Scrapy +16 pages", told)
    assert re.search(r"CivicProbe +16 pages", told)
    assert "ratio" in told


def test_a_run_that_missed_pages_is_void() -> None:
    """Fast because pages were left out is no figure."""
    result = ours.Result(1.0, (ours.Visit("http://a/", "plain", "GET", "passed"),), {}, {}, {})
    with pytest.raises(RuntimeError, match="void: CivicProbe brought 1 of 2 pages"):
        crawl._checked(result, 2)


@pytest.mark.skipif(find_chromium() is None, reason="no system browser is on this machine")
def test_the_bare_loop_makes_the_loads_it_is_given(tmp_path: Path) -> None:
    """One desktop load with axe-core and one phone load of a made portal, counted, with violations of the first."""
    with serving("portals", "1") as port:
        home = f"http://b00.bench.test:{port}/"
        (tmp_path / "loads.json").write_text(json.dumps([[home, "desktop"], [home, "phone"]]), encoding="utf-8")
        command = [sys.executable, "-m", "crawler.bench.bare_browser", str(tmp_path / "loads.json"), "1"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)
    assert found["loads"] == 2
    assert found["violations"][home] > 0


def test_an_unknown_measurement_is_a_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """The command names the measurements there are."""
    with pytest.raises(SystemExit) as stopped:
        main(["speed"])
    assert stopped.value.code == 2
    assert "validity" in capsys.readouterr().err
