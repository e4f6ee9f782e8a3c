"""Links of inner pages are asked politely: by HEAD, once, within a bound of their own, by GET where that says no."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import reply
from tests.made_up_portal import Country, article, page

HOST = "www.anqing.test"


def portal(country: Country, links: int) -> None:
    """Give the first city an inner page that links many addresses, among them what answers in odd ways."""
    odd = (("不见了", "/zwgk/gone.html"), ("只答整页", "/zwgk/nohead.html"), ("附件", "/zwgk/form.pdf"))
    rows = [(f"第{number}项说明", f"/zwgk/n{number}.html") for number in range(links)]
    country.pages[HOST, "/zwgk/"] = page("政府信息公开", ("政府信息公开指南", "/zwgk/zn.html"), *odd, *rows)
    for number in range(links):
        country.pages[HOST, f"/zwgk/n{number}.html"] = article(1 + number % 12)
    country.pages[HOST, "/zwgk/form.pdf"] = reply(b"%PDF-1.4\n%%EOF\n", kind="application/pdf")


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A round over a portal with a page of many links, of which the budget asks forty."""
    with Country(tmp_path_factory.mktemp("links"), extra="[budget]\nlinks = 40") as country:
        portal(country, links=60)
        refusing = reply(status="405 Method Not Allowed")
        whole = article(3)
        serve = country.server.otherwise
        assert serve is not None

        async def answer(server, reader, writer, asked):  # type: ignore[no-untyped-def]  # as the server calls it
            if asked.path == "/zwgk/nohead.html":
                writer.write(refusing if asked.method == "HEAD" else whole)
                await writer.drain()
            else:
                await serve(server, reader, writer, asked)

        country.server.otherwise = answer
        code, _out, err = country.visit()
        assert code == 0, err
        yield country


def checked(country: Country) -> list[tuple[object, ...]]:
    """Every link of an inner page that was chosen: address, way, method, status."""
    return country.rows(
        "select v.url, v.way, v.method, v.status from visits v join reasons r on r.visit = v.id "
        "where r.role = 'inner_link' and r.city = 'anqing'"
    )


def test_links_are_asked_by_head_within_their_bound(visited: Country) -> None:
    """No more links than the budget allows, none of them twice, all that are no pages of the sample by HEAD."""
    rows = checked(visited)
    assert 0 < len(rows) <= 40
    assert len({url for url, *_ in rows}) == len(rows)
    assert {(way, method) for _, way, method, _ in rows} <= {("link", "HEAD"), ("plain", "GET")}
    heads = {path for host, method, path in visited.asked() if method == "HEAD" and host == HOST}
    assert heads == {str(url).removeprefix(f"http://{HOST}") for url, way, *_ in rows if way == "link"}
    assert heads


def test_a_page_of_the_sample_needs_no_ask_of_its_own(visited: Country) -> None:
    """What is visited as a page stands for the link too: it is fetched once and never asked by HEAD."""
    asked = visited.asked()
    plain = [str(url).removeprefix(f"http://{HOST}") for url, way, *_ in checked(visited) if way == "plain"]
    assert plain
    assert all(asked[HOST, "HEAD", path] == 0 for path in plain)


def test_what_says_no_to_head_is_asked_again_by_get(tmp_path: Path) -> None:
    """A page that is gone and one whose server refuses HEAD are asked once more; the second is alive."""
    with Country(tmp_path, extra="[budget]\nlinks = 40") as country:
        country.pages[HOST, "/zwgk/"] = page("政府信息公开", ("旧文", "/zwgk/gone.html"), ("新文", "/zwgk/nohead.html"))
        serve, refusing = country.server.otherwise, reply(status="405 Method Not Allowed")
        assert serve is not None

        async def answer(server, reader, writer, asked):  # type: ignore[no-untyped-def]  # as the server calls it
            if asked.path == "/zwgk/nohead.html":
                writer.write(refusing if asked.method == "HEAD" else article(3))
                await writer.drain()
            else:
                await serve(server, reader, writer, asked)

        country.server.otherwise = answer
        code, _out, err = country.visit()
        assert code == 0, err
        for path in ("/zwgk/gone.html", "/zwgk/nohead.html"):
            assert (country.asked()[HOST, "HEAD", path], country.asked()[HOST, "GET", path]) == (1, 1), path
        again = dict(country.rows("select url, outcome from visits where way = 'recheck'"))
        assert again[f"http://{HOST}/zwgk/nohead.html"] == "passed"
        assert again[f"http://{HOST}/zwgk/gone.html"] == "failed"


def test_no_links_are_asked_where_the_budget_has_none(tmp_path: Path) -> None:
    """`links = 0` asks nothing but the pages of the sample."""
    with Country(tmp_path, extra="[budget]\nlinks = 0") as country:
        code, _out, err = country.visit()
        assert code == 0, err
        assert not any(method == "HEAD" for _host, method, _path in country.asked())
        assert country.rows("select count(*) from reasons where role = 'inner_link'") == [(0,)]


def test_attachments_of_the_pages_read_are_downloaded(visited: Country) -> None:
    """A file that an inner page links is fetched whole and known by its bytes."""
    found = visited.rows(
        "select v.url, o.seen from visits v join reasons r on r.visit = v.id join observations o on o.visit = v.id "
        "where r.role = 'attachment' and o.probe = 'file'"
    )
    assert [url for url, _ in found] == [f"http://{HOST}/zwgk/form.pdf"]
    assert '"kind":"pdf"' in str(found[0][1])
