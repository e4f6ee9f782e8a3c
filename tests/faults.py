"""A server on loopback that misbehaves on request: every path is one fault of the web, over HTTP and HTTPS."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import trustme

HOST = "portal.test"
BOMB_BYTES = 3_000_000


@dataclass(frozen=True)
class Asked:
    """One request as the server met it: when (monotonic seconds), when its answer was finished, what, from whom."""

    at: float
    method: str
    path: str
    host: str
    agent: str
    head: bytes = b""
    body: bytes = b""


Answer = Callable[["Server", asyncio.StreamReader, asyncio.StreamWriter, Asked], Awaitable[None]]


def reply(
    body: bytes | str = b"", *, status: str = "200 OK", kind: str = "text/html; charset=utf-8", extra: bytes | str = b""
) -> bytes:
    """A whole HTTP/1.1 answer with the true length."""
    content = body.encode() if isinstance(body, str) else body
    more = extra.encode() if isinstance(extra, str) else extra
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n"
    return head.encode() + more + b"\r\n" + content


class Server:
    """An asyncio server in a thread of its own, on an ephemeral port, that keeps a log of what it was asked.

    `pages` maps a path to bytes (a whole answer) or to a coroutine function; `tls` serves HTTPS; with a `greeting` it
    says that to whoever connects, and hangs up.
    """

    def __init__(
        self,
        pages: dict[str, bytes | Answer] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        otherwise: Answer | None = None,
        greeting: bytes = b"",
    ) -> None:
        self.pages = pages if pages is not None else {}
        self.log: list[Asked] = []
        self.tls = tls
        self.host = host
        self.port = 0
        self.otherwise = otherwise
        self.greeting = greeting
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [asked.path for asked in self.log]

    @property
    def url(self) -> str:
        """Its address without a final slash."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connection, self.host, self.port, ssl=self.tls, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._answer(reader, writer)
        writer.close()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()
        self._tasks.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.greeting:
            writer.write(self.greeting)
            await writer.drain()
            return
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, _ = head.partition(b"\r\n")[0].decode("latin-1").split(" ", 2)
        lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
        fields = {name.strip().lower(): value.strip() for name, _, value in lines}
        body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
        if fields.get(b"transfer-encoding") == b"chunked":  # taken in whole: closing on unread bytes resets the answer
            body = await reader.readuntil(b"0\r\n\r\n")
        asked = Asked(
            time.monotonic(),
            method,
            path,
            fields.get(b"host", b"").decode("latin-1"),
            fields.get(b"user-agent", b"").decode("latin-1"),
            head,
            body,
        )
        self.log.append(asked)
        page = self.pages.get(path, self.pages.get(path.partition("?")[0]))
        if page is None and self.otherwise is not None:
            page = self.otherwise
        if page is None:
            page = reply("<h1>Not found</h1>", status="404 Not Found")
        if isinstance(page, bytes):
            writer.write(page if method != "HEAD" else page.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            await writer.drain()
        else:
            await page(self, reader, writer, asked)


# The faults


async def reset(_server: Server, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _asked: Asked) -> None:
    """Close the connection without a word."""
    writer.transport.abort()


async def hang(_server: Server, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _asked: Asked) -> None:
    """Send the headers, and nothing more."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>")
    await writer.drain()
    await asyncio.sleep(3600)


async def silent(_server: Server, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter, _asked: Asked) -> None:
    """Take the request and say nothing."""
    await reader.read()
    await asyncio.sleep(3600)


async def drip(_server: Server, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _asked: Asked) -> None:
    """A byte now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1\r\nx\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


def _zeros() -> bytes:
    return reply(gzip.compress(bytes(BOMB_BYTES)), extra="Content-Encoding: gzip\r\n")


FAULTS: dict[str, bytes | Answer] = {
    "/": reply("<!doctype html><title>Portal</title><h1>Portal</h1><p>Good day.</p>"),
    "/reset": reset,
    "/half": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n<p>half",
    "/half-chunk": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<p>half",
    "/bad-gzip": reply(b"this is no gzip", extra="Content-Encoding: gzip\r\n"),
    "/cut-gzip": reply(gzip.compress(b"<p>" + bytes(range(256)) * 40)[:-40], extra="Content-Encoding: gzip\r\n"),
    "/bomb": _zeros(),
    "/hang": hang,
    "/silent": silent,
    "/drip": drip,
    "/moved": reply(status="302 Found", extra="Location: /there\r\n"),
    "/moved-raw": reply(status="302 Found", extra="Location: /新闻/\r\n".encode("gbk")),
    "/secure": reply(status="301 Moved Permanently", extra=f"Location: https://{HOST}/\r\n"),
    "/hsts": reply("<p>x", extra='Strict-Transport-Security: max-age="31536000"; includeSubDomains\r\n'),
    "/cookies": reply("<p>x", extra="Set-Cookie: sid=s3cr3t; Path=/\r\nSet-Cookie: lang=zh\r\n"),
    "/raw-header": reply("<p>x", extra="Server: 网站服务器\r\nX-Frame-Options: DENY\r\n".encode("gbk")),
    "/huge-header": reply("<p>x", extra=b"X-Long: " + b"a" * 200_000 + b"\r\n"),
    "/bad-status": b"HTTP/1.1 abc Strange\r\nContent-Length: 0\r\n\r\n",
    "/no-http": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "/too-much": reply("busy", status="429 Too Many Requests", extra="Retry-After: 2\r\n"),
    "/latin": reply("<p>café</p>".encode("latin-1"), kind="text/html"),
}


@dataclass
class Authority:
    """A made-up certificate authority and the contexts that serve with certificates good and bad."""

    ca: trustme.CA = field(default_factory=trustme.CA)

    def good(self, *names: str) -> ssl.SSLContext:
        """A certificate that is right for these names (default: the made-up portal)."""
        return self._context(self.ca.issue_cert(*(names or (HOST,))))

    def expired(self) -> ssl.SSLContext:
        """A certificate that ran out yesterday."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        return self._context(self.ca.issue_cert(HOST, not_before=yesterday - timedelta(days=30), not_after=yesterday))

    def stranger(self) -> ssl.SSLContext:
        """A certificate of an authority that nobody knows."""
        return self._context(trustme.CA().issue_cert(HOST))

    def _context(self, certificate: trustme.LeafCert) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context
