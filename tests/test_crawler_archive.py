"""The archive can be read by the field's own tools, gives back what was put in, and holds no secret."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.visit.archive import Archive, ArchiveError
from crawler.visit.reader import look
from probes.page import FetchedPage, Way

WHEN = datetime(2026, 10, 15, 8, 30, tzinfo=UTC)
TYPE = ("content-type", "text/html; charset=utf-8")


def page(body: bytes, *headers: tuple[str, str], url: str = "http://a.test/x", rendered: bool = False) -> FetchedPage:
    """One answer to keep."""
    return FetchedPage(
        url, 200, (TYPE, *headers), body, WHEN, Way.DESKTOP if rendered else Way.PLAIN, rendered=rendered
    )


def unpacked(path: Path) -> bytes:
    """All bytes of a WARC file, unpacked."""
    return gzip.decompress(path.read_bytes())


def test_a_response_comes_back_as_it_was(tmp_path: Path) -> None:
    """Address, status, headers and body make the round trip; what transfer coding said is replaced by the truth."""
    archive = Archive(tmp_path, "2026-10")
    writer = archive.open([])
    first = page("政府信息公开".encode("gb18030"), ("x-a", "1"), ("x-a", "2"), ("content-encoding", "gzip"))
    second = FetchedPage("http://a.test/y?q=%D6", 404, (TYPE,), b"", WHEN)
    places = [writer.write(each) for each in (first, second)]
    writer.close()
    back = [archive.read(place, way="plain", fetched_at=WHEN, roles=("home",)) for place in places]
    assert [(each.url, each.status, each.body, each.rendered) for each in back] == [
        (first.url, 200, first.body, False),
        (second.url, 404, b"", False),
    ]
    assert back[0].headers == (TYPE, ("x-a", "1"), ("x-a", "2"), ("content-length", str(len(first.body))))
    assert (back[0].roles, back[0].fetched_at, back[0].way) == (("home",), WHEN, Way.PLAIN)


def test_a_rendered_page_comes_back_as_one(tmp_path: Path) -> None:
    """The DOM that a browser made is a conversion record and keeps its status."""
    archive = Archive(tmp_path, "2026-10")
    writer = archive.open([])
    place = writer.write(page("<p>渲染</p>".encode(), rendered=True))
    writer.close()
    back = archive.read(place, way="desktop", fetched_at=WHEN, roles=())
    assert (back.body.decode(), back.rendered, back.way, back.status) == ("<p>渲染</p>", True, Way.DESKTOP, 200)
    assert back.media_type == "text/html"


def test_warcio_reads_the_whole_file(tmp_path: Path) -> None:
    """The field's reader finds the info record and every answer, with addresses, dates and payload."""
    archive = Archive(tmp_path, "2026-10")
    writer = archive.open([])
    for number in range(5):
        writer.write(page(b"<p>%d" % number, url=f"http://a.test/{number}"))
    writer.write(page(b"<p>dom", rendered=True))
    writer.close()
    with archive.path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [record[0] for record in records] == ["warcinfo", *["response"] * 5, "conversion"]
    assert records[3][1:] == ("http://a.test/2", b"<p>2")
    assert b"WARC-Date: 2026-10-15T08:30:00Z" in unpacked(archive.path)


@settings(max_examples=25, deadline=None)
@given(
    body=st.binary(max_size=300),
    value=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30),
    status=st.integers(100, 599),
)
def test_any_answer_makes_the_round_trip(
    body: bytes, value: str, status: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever bytes a server sends as body, and whatever text as header, the body comes back byte for byte."""
    archive = Archive(tmp_path_factory.mktemp("warc"), "r")
    writer = archive.open([])
    place = writer.write(FetchedPage("http://a.test/", status, (("x-any", value),), body, WHEN))
    writer.close()
    back = archive.read(place, way="plain", fetched_at=WHEN, roles=())
    assert (back.body, back.status) == (body, status)


def test_secrets_stay_out_of_the_file(tmp_path: Path) -> None:
    """Cookie values and authorisation are in no byte of the archive; that the header was there is."""
    archive = Archive(tmp_path, "2026-10")
    writer = archive.open([])
    secrets = (
        ("set-cookie", "sid=s3cr3t-1; Path=/"),
        ("Authorization", "Basic s3cr3t-2"),
        ("www-authenticate", 'Digest nonce="s3cr3t-3"'),
    )
    writer.write(page(b"<p>x", *secrets))
    writer.close()
    raw = unpacked(archive.path)
    assert b"s3cr3t" not in raw
    assert raw.count(b"[kept out]") == 3


def test_a_torn_tail_is_cut_and_the_rest_stays(tmp_path: Path) -> None:
    """What lies behind the last place the store knows was half a write: it is cut off, and writing goes on."""
    archive = Archive(tmp_path, "2026-10")
    writer = archive.open([])
    first = writer.write(page(b"<p>first"))
    writer.write(page(b"<p>never committed"))
    writer.close()
    with archive.path.open("ab") as file:
        file.write(b"\x1f\x8b torn")
    again = archive.open([first])
    assert again.cut_bytes > 0
    second = again.write(page(b"<p>second"))
    again.close()
    bodies = [archive.read(place, way="plain", fetched_at=WHEN, roles=()).body for place in (first, second)]
    assert bodies == [b"<p>first", b"<p>second"]
    with archive.path.open("rb") as file:
        assert sum(1 for _ in ArchiveIterator(file)) == 3
    assert b"never committed" not in unpacked(archive.path)


def test_an_archive_that_lost_answers_is_not_written_on(tmp_path: Path) -> None:
    """A file shorter than the store says stops the round with a message, before places come to mean other pages."""
    archive = Archive(tmp_path, "2026-10")
    writer = archive.open([])
    place = writer.write(page(b"<p>first"))
    writer.close()
    archive.path.write_bytes(archive.path.read_bytes()[:-10])
    with pytest.raises(ArchiveError, match="10 bytes shorter than the database says"):
        archive.open([place])


MESSAGES = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>来信选登</title></head><body>
<h1>来信选登</h1><table><tr><td>留言人</td><td>欧阳小满</td></tr><tr><td>联系电话</td><td>13812345678</td></tr>
<tr><td>身份证号</td><td>11010519491231002X</td></tr><tr><td>邮箱</td><td>xiaoman@example.com</td></tr>
<tr><td>来信时间</td><td>2026-09-01</td></tr><tr><td>留言内容</td><td>我家楼下路灯坏了，请尽快修复。</td></tr>
<tr><td>答复单位</td><td>市住建局</td></tr><tr><td>答复时间</td><td>2026-09-03</td></tr>
<tr><td>答复内容</td><td>您好，路灯已修复，感谢您的关注与支持。</td></tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_personal_data_of_messages_reaches_neither_archive_nor_observations(encoding: str, tmp_path: Path) -> None:
    """Names, phones, identity numbers and mail addresses of citizens are gone before anything is kept or read."""
    personal = ("欧阳小满", "13812345678", "11010519491231002X", "xiaoman@example.com")
    body = MESSAGES.replace("utf-8", encoding).encode(encoding)
    seen = look(
        FetchedPage("http://a.test/m", 200, (("content-type", "text/html"),), body, WHEN, roles=("feedback.message",))
    )
    assert seen.body is not None
    archive = Archive(tmp_path, "2026-10")
    writer = archive.open([])
    writer.write(page(seen.body), redacted=True)
    writer.close()
    kept = unpacked(archive.path).decode(encoding, "replace")
    assert not [each for each in personal if each in kept or each in repr(seen)]
    assert "路灯已修复" in kept
    assert "X-CivicProbe-Redacted" in kept


def test_pictures_lie_beside_the_archive(tmp_path: Path) -> None:
    """A screenshot has a path inside the campaign's folder that no portal can choose."""
    archive = Archive(tmp_path, "2026-10")
    writer = archive.open([])
    path = writer.picture_path(7, "desktop")
    writer.write_picture(path, b"\xff\xd8jpeg")
    writer.close()
    assert (tmp_path / path).read_bytes() == b"\xff\xd8jpeg"
    assert path == "screenshots-2026-10/000007-desktop.jpg"
