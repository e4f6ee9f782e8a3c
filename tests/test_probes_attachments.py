"""Files are told by their first bytes, and a login page that comes instead of a file is not a file."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from probes.attachments import extension_of, file_name, kind_of, look_at_file
from probes.opendata.downloads import look_at_download
from probes.page import FetchedPage

HOST = "https://data.harbourtown.example"


def page(url: str, body: bytes, *, status: int = 200, **headers: str) -> FetchedPage:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return FetchedPage(url, status, named, body, datetime(2026, 10, 15, tzinfo=UTC))


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "text")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
FILES = {
    "pdf": b"%PDF-1.7\n",
    "xlsx": workbook(),
    "docx": archive("[Content_Types].xml", "word/document.xml"),
    "ofd": archive("OFD.xml", "Doc_0/Document.xml"),
    "zip": archive("table.csv"),
    "xls": OLE + "Workbook".encode("utf-16-le"),
    "doc": OLE + "WordDocument".encode("utf-16-le"),
    "ole": OLE,
    "csv": "编号,名称\n1,泊位\n2,码头\n".encode("gb18030"),
    "json": b'[{"a": 1}]',
    "xml": b'<?xml version="1.0"?><rows><row/></rows>',
    "html": b"\xef\xbb\xbf <!-- note --><!DOCTYPE html><html><body></body></html>",
    "text": "只有一列\n一\n二\n".encode(),
    "empty": b" \n",
    "other": bytes(range(256)),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_told_by_its_bytes(kind: str) -> None:
    """Whatever the address and the declared type are, the bytes decide."""
    assert look_at_file(page(f"{HOST}/x", FILES[kind], content_type="text/plain")).kind == kind


@pytest.mark.parametrize(
    ("name", "kind", "agrees"),
    [
        ("a.pdf", "pdf", True),
        ("a.pdf", "html", False),
        ("a.xls", "xls", True),
        ("a.xls", "html", False),
        ("a.xls", "xlsx", False),
        ("a.csv", "text", True),
        ("a.csv", "empty", False),
        ("a.zip", "xlsx", True),
        ("a.HTML", "html", True),
        ("a", "pdf", True),
        ("a", "html", False),
    ],
)
def test_the_name_and_the_bytes_agree_or_not(name: str, kind: str, agrees: bool) -> None:
    """An extension promises a kind; a page under a file's name breaks the promise."""
    assert look_at_file(page(f"{HOST}/files/{name}", FILES[kind])).agrees is agrees


def test_the_name_the_server_gives_goes_before_the_address() -> None:
    """Download addresses often end in no name; the header or the query has it."""
    headed = page(
        f"{HOST}/download?id=3",
        b"",
        content_disposition="attachment; filename*=UTF-8''%E6%B3%8A%E4%BD%8D.csv",
    )
    assert (file_name(headed), look_at_file(headed).extension) == ("泊位.csv", "csv")
    assert extension_of(file_name(page(f"{HOST}/download?name=plan.xlsx", b""))) == "xlsx"
    assert extension_of(file_name(page(f"{HOST}/get.do", b"", content_disposition='inline; filename="a.PDF"'))) == "pdf"


LOGIN = b'<!DOCTYPE html><html><body><form><input type="password" name="p"></form></body></html>'
NEWS = b"<!DOCTYPE html><html><body>The file has moved.</body></html>"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (page(f"{HOST}/a.csv", FILES["csv"], content_type="text/csv"), "file"),
        (page(f"{HOST}/a.csv", LOGIN, content_type="text/csv"), "login"),
        (page(f"{HOST}/sso/login?back=a.csv", NEWS), "login"),
        (
            page(f"{HOST}/a.csv", b"", status=302, location="https://passport.harbourtown.example/?to=a"),
            "login",
        ),
        (page(f"{HOST}/a.csv", b"", status=401), "login"),
        (page(f"{HOST}/a.csv", b"no", status=404), "http_status"),
        (page(f"{HOST}/a.csv", NEWS), "html_page"),
        (page(f"{HOST}/a.csv", b""), "empty"),
        (page(f"{HOST}/a.xlsx", json.dumps({"code": 401, "message": "no"}).encode()), "kind_differs"),
        (
            page(f"{HOST}/a.zip", b"", content_length="20000000", content_type="application/zip"),
            "headers_only",
        ),
        (page(f"{HOST}/a.zip", b"", content_length="20000", content_type="text/html"), "html_page"),
    ],
)
def test_only_a_file_is_a_download(asked: FetchedPage, why: str) -> None:
    """A file of the promised kind is one; a login page, an error page, nothing, or another kind is not."""
    seen = look_at_download(asked)
    assert (seen.why, seen.ok, seen.login_redirect) == (why, why in ("file", "headers_only"), why == "login")


def test_the_declared_format_goes_before_the_name() -> None:
    """A catalogue that promises CSV and sends a workbook does not keep its word."""
    sent = page(f"{HOST}/download/3", FILES["xlsx"])
    assert look_at_download(sent).ok
    assert not look_at_download(sent, "csv").ok


@given(st.binary(max_size=400), st.text(max_size=40))
def test_no_bytes_and_no_address_stop_the_look(body: bytes, tail: str) -> None:
    """Every answer gets a kind and a reason, whatever was sent."""
    asked = page(f"{HOST}/{tail}", body, content_disposition=tail)
    assert look_at_file(asked).kind == kind_of(body)
    assert look_at_download(asked).why


def test_a_head_answer_is_judged_by_its_headers() -> None:
    """A large file asked for by HEAD sends no bytes, with or without a length; that is no empty file."""
    sent = page(f"{HOST}/a.zip", b"", content_type="application/zip")
    assert look_at_download(replace(sent, method="HEAD")).why == "headers_only"
    assert look_at_download(sent).why == "empty"
