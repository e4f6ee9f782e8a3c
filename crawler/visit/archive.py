"""The archive: every answer and rendered page as WARC, with pictures beside it; secrets and personal data stay out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from probes.page import FetchedPage, Way

# Header fields whose values are secrets or identify us; their names alone are kept.
_SECRET = {"set-cookie", "cookie", "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate"}
# The body is stored as it was after transfer decoding, so these would no longer be true.
_TRANSFER = {"transfer-encoding", "content-encoding", "content-length", "connection", "keep-alive"}


class ArchiveError(OSError):
    """The archive and the database do not agree; the message says how to go on."""


class Archive:
    """One WARC file a round, written in order, with pictures in a folder of the same name.

    A place is `file.warc.gz#offset+length`. Opening for writing cuts off whatever lies behind the last place that the
    store knows, so that an interrupted write leaves nothing half there.
    """

    def __init__(self, folder: Path, round_name: str) -> None:
        self.folder = folder
        self.file_name = f"visits-{round_name}.warc.gz"
        self.pictures = f"screenshots-{round_name}"
        self.path = folder / self.file_name

    def open(self, known: Iterable[str]) -> ArchiveWriter:
        """Open for writing; `known` are the places the store holds. Repairs a torn end."""
        end = max((_end(place) for place in known), default=0)
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < end:
            raise ArchiveError(
                f"{self.path}: is {end - size} bytes shorter than the database says, so answers are missing; put the "
                "whole file back, or remove the campaign's results and begin anew"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / self.pictures).mkdir(exist_ok=True)
        cut = 0
        if self.path.exists() and self.path.stat().st_size > end:
            cut = self.path.stat().st_size - end
            os.truncate(self.path, end)
        return ArchiveWriter(self, cut)

    def read(
        self, place: str, *, way: str, fetched_at: datetime, roles: tuple[str, ...], post: str | None = None
    ) -> FetchedPage:
        """The page that lies at a place, the answer to a query by POST if `post` is its body.

        Raises FileNotFoundError or ValueError when it is not there any more.
        """
        name, _, span = place.partition("#")
        offset, _, length = span.partition("+")
        with (self.folder / name).open("rb") as file:
            file.seek(int(offset))
            stream = BytesIO(file.read(int(length)))
        for record in ArchiveIterator(stream):
            body = record.content_stream().read()
            url = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type == "response":
                headers = tuple((name.lower(), value) for name, value in record.http_headers.headers)
                status = int(record.http_headers.get_statuscode())
                method = "GET" if post is None else "POST"
                return FetchedPage(
                    url, status, headers, body, fetched_at, Way(way), roles=roles, method=method, post=post
                )
            status = int(record.rec_headers.get_header("X-CivicProbe-Status") or 200)
            headers = (("content-type", "text/html; charset=utf-8"),)
            return FetchedPage(url, status, headers, body, fetched_at, Way(way), rendered=True, roles=roles)
        raise ValueError(f"{place}: no record there")


class ArchiveWriter:
    """The open end of the archive."""

    def __init__(self, archive: Archive, cut_bytes: int) -> None:
        self.archive = archive
        self.cut_bytes = cut_bytes
        self._file = archive.path.open("ab")
        self._writer = WARCWriter(self._file, gzip=True, warc_version="1.1")
        if self._file.tell() == 0:
            info = {"software": "CivicProbe", "format": "WARC File Format 1.1"}
            self._writer.write_record(self._writer.create_warcinfo_record(archive.file_name, info))

    def write(self, page: FetchedPage, *, redacted: bool = False) -> str:
        """Store an answer as `response`, a rendered DOM as `conversion`; returns its place."""
        date = page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        extra = {"WARC-Date": date, "X-CivicProbe-Way": page.way.value}
        if redacted:
            extra["X-CivicProbe-Redacted"] = "personal data in messages"
        if page.rendered:
            extra["X-CivicProbe-Status"] = str(page.status)
            record = self._writer.create_warc_record(
                page.url,
                "conversion",
                payload=BytesIO(page.body),
                length=len(page.body),
                warc_content_type="text/html; charset=utf-8",
                warc_headers_dict=extra,
            )
        else:
            headers = [
                (name, "[kept out]" if name.lower() in _SECRET else value)
                for name, value in page.headers
                if name.lower() not in _TRANSFER
            ]
            headers.append(("content-length", str(len(page.body))))
            record = self._writer.create_warc_record(
                page.url,
                "response",
                payload=BytesIO(page.body),
                length=len(page.body),
                http_headers=StatusAndHeaders(f"{page.status} ", headers, protocol="HTTP/1.1"),
                warc_headers_dict=extra,
            )
        start = self._file.tell()
        self._writer.write_record(record)
        self._file.flush()
        return f"{self.archive.file_name}#{start}+{self._file.tell() - start}"

    def picture_path(self, visit_id: int, way: str) -> str:
        """Where a visit's screenshot goes, inside the campaign's folder."""
        return f"{self.archive.pictures}/{visit_id:06d}-{way}.jpg"

    def write_picture(self, path: str, jpeg: bytes) -> None:
        """Store a screenshot."""
        (self.archive.folder / path).write_bytes(jpeg)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _end(place: str) -> int:
    offset, _, length = place.partition("#")[2].partition("+")
    return int(offset) + int(length or 0)
