"""The browser's only way out: a small forward proxy on loopback that sends every connection through the guard."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.visit.guard import Endpoint, Guard, wire_name
from probes.outcome import Cause, WebFault

HEAD_LIMIT_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
CONNECT_TIMEOUT_S = 15.0
IDLE_TIMEOUT_S = 90.0


@dataclass
class Tally:
    """What went through: connections refused, bytes received, and faults by name."""

    refused: int = 0
    received_bytes: int = 0
    faults: list[str] = field(default_factory=list)


class _Garbage(Exception):
    """What the client sent is no request."""


class GuardProxy:
    """HTTP/1.1 forward proxy: absolute-form requests for http, CONNECT for https and WebSockets.

    One request a connection for plain http (the answer is marked `Connection: close`, and nothing but that request's
    own body is passed on), so that every single request is checked. An answer that the proxy itself gives carries
    `mark` in the header `X-CivicProbe-Cause`, with the cause, so that it is not taken for the portal's; `closed`
    remembers the cause for each host and port that could not be reached. Used as an async context manager; `address`
    is what the browser is given.
    """

    header = "x-civicprobe-cause"

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.tally = Tally()
        self.mark = secrets.token_hex(8)  # no portal can know it, so no portal can forge a refusal
        self.closed: dict[tuple[str, int], Cause] = {}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> GuardProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT_BYTES)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        for _turn in range(3):  # connections are taken down in the next turns of the loop
            await asyncio.sleep(0)

    @property
    def address(self) -> str:
        """The proxy's own address, `http://127.0.0.1:PORT`."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def cause(self, url: str, header: str | None = None) -> Cause | None:
        """Why a request of the browser came to nothing at the proxy; None when it got through.

        `header` is the value of `X-CivicProbe-Cause` on its answer, where there was an answer.
        """
        if header is not None and header.startswith(f"{self.mark} "):
            return Cause(header.partition(" ")[2])
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme in ("https", "wss") else 80)
        except ValueError:
            return None
        return self.closed.get((wire_name(parts.hostname or ""), port))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._forward(reader, writer)
        except _Garbage:
            self.tally.faults.append("garbage")
            _answer(writer, 400, "Bad Request")
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError) as error:
            self.tally.faults.append(type(error).__name__)
        except asyncio.CancelledError:
            pass  # the proxy is closing; the browser is gone already
        finally:
            self._open.discard(task)
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(IDLE_TIMEOUT_S):
            line, headers = await _head(reader)
        if not line:
            return
        method, host, port, path = _target(line)
        try:
            endpoints = await self.guard.endpoints(host, port)
            upstream_reader, upstream = await _connect(endpoints)
        except WebFault as fault:
            self.tally.refused += fault.cause is Cause.FORBIDDEN_ADDRESS
            self.closed[wire_name(host), port] = fault.cause
            status = 403 if fault.cause is Cause.FORBIDDEN_ADDRESS else 502
            _answer(writer, status, "Not reached", f"{self.header}: {self.mark} {fault.cause.value}\r\n")
            return
        self.closed.pop((wire_name(host), port), None)
        try:
            if path is None:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                sending = asyncio.ensure_future(_pipe(reader, upstream))
            else:
                upstream.write(f"{method} {path} HTTP/1.1\r\n".encode("latin-1") + b"".join(_close_after(headers)))
                sending = asyncio.ensure_future(_body(reader, upstream, headers))
            try:
                if path is not None:
                    await self._relay_head(upstream_reader, writer, host, port)
                await self._receive(upstream_reader, writer)
            finally:
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError, OSError, asyncio.IncompleteReadError, ValueError):
                    await sending
        finally:
            upstream.close()

    async def _relay_head(
        self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int
    ) -> None:
        try:
            async with asyncio.timeout(IDLE_TIMEOUT_S):
                status, headers = await _head(upstream)
        except (OSError, ValueError, asyncio.LimitOverrunError, asyncio.IncompleteReadError, TimeoutError) as error:
            cause = Cause.TIMEOUT if isinstance(error, TimeoutError) else Cause.RESET
            self.closed[wire_name(host), port] = cause
            _answer(writer, 502, "No answer", f"{self.header}: {self.mark} {cause.value}\r\n")
            raise
        if not status:
            self.closed[wire_name(host), port] = Cause.RESET
            _answer(writer, 502, "No answer", f"{self.header}: {self.mark} {Cause.RESET.value}\r\n")
            return
        switches = status.split(b" ", 2)[1:2] == [b"101"]
        writer.write(status + b"".join(headers if switches else _close_after(headers)))

    async def _receive(self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            async with asyncio.timeout(IDLE_TIMEOUT_S):
                chunk = await upstream.read(CHUNK_BYTES)
                if not chunk:
                    break
                self.tally.received_bytes += len(chunk)
                writer.write(chunk)
                await writer.drain()
        with contextlib.suppress(OSError):
            if writer.can_write_eof():
                writer.write_eof()


async def _head(reader: asyncio.StreamReader) -> tuple[bytes, list[bytes]]:
    """(first line, header lines with the empty line at the end), as sent; old servers end lines with a bare LF."""
    first = await reader.readline()
    lines: list[bytes] = []
    size = len(first)
    while first:
        line = await reader.readline()
        if not line:
            raise asyncio.IncompleteReadError(b"", None)
        lines.append(line)
        size += len(line)
        if size > HEAD_LIMIT_BYTES:
            raise ValueError("the head is too large")
        if line in (b"\r\n", b"\n"):
            break
    return first, lines


def _target(line: bytes) -> tuple[str, str, int, str | None]:
    """(method, host, port, path) of a request line; path is None for CONNECT. Raises _Garbage."""
    try:
        method, target, _version = line.decode("latin-1").strip().split(" ")
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        port = parts.port or (443 if tunnel else 80)
    except ValueError:
        raise _Garbage from None
    if not parts.hostname or (not tunnel and parts.scheme != "http"):
        raise _Garbage
    rest = target.split("/", 3)
    path = None if tunnel else "/" + (rest[3] if len(rest) > 3 else "")
    return method, parts.hostname, port, path


async def _connect(endpoints: tuple[Endpoint, ...]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first endpoint that takes one. Raises WebFault."""
    last: Exception = OSError("no endpoint")
    for endpoint in endpoints:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                return await asyncio.open_connection(endpoint.address, endpoint.port, limit=HEAD_LIMIT_BYTES)
        except (OSError, TimeoutError) as error:
            last = error
    raise WebFault(Cause.TIMEOUT if isinstance(last, TimeoutError) else Cause.REFUSED, str(last))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass a tunnel's bytes on; its end is passed on too."""
    while chunk := await reader.read(CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
    with contextlib.suppress(OSError):
        if writer.can_write_eof():
            writer.write_eof()


async def _body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: list[bytes]) -> None:
    """Pass on the body that belongs to one request, and nothing behind it."""
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in headers)}
    if b"upgrade" in fields:
        await _pipe(reader, writer)
    elif fields.get(b"transfer-encoding", b"").lower().endswith(b"chunked"):
        while True:
            line = await reader.readline()
            size = int(line.split(b";")[0], 16)
            writer.write(line + await reader.readexactly(size + 2))
            await writer.drain()
            if size == 0:
                return
    elif fields.get(b"content-length", b"").isdigit():
        left = int(fields[b"content-length"])
        while left > 0 and (chunk := await reader.read(min(left, CHUNK_BYTES))):
            left -= len(chunk)
            writer.write(chunk)
            await writer.drain()


def _close_after(headers: list[bytes]) -> list[bytes]:
    """The header lines with the hop-by-hop ones replaced by `Connection: close`; a WebSocket's are left."""
    if any(line.lower().startswith(b"upgrade:") and b"websocket" in line.lower() for line in headers):
        return headers
    ours = (b"connection:", b"proxy-connection:", b"keep-alive:", b"upgrade:")
    return [b"Connection: close\r\n", *(line for line in headers if not line.lower().startswith(ours))]


def _answer(writer: asyncio.StreamWriter, status: int, reason: str, header: str = "") -> None:
    with contextlib.suppress(OSError):
        head = f"HTTP/1.1 {status} {reason}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n"
        writer.write(head.encode("latin-1"))
