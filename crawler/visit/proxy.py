"""The browser's only way out: a small forward proxy on loopback that sends every connection through the guard."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.visit.guard import Endpoint, Guard
from probes.outcome import WebFault

HEAD_LIMIT_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
CONNECT_TIMEOUT_S = 15.0
IDLE_TIMEOUT_S = 90.0


@dataclass
class Tally:
    """What went through since it was last reset."""

    connections: int = 0
    refused: int = 0
    received_bytes: int = 0
    faults: list[str] = field(default_factory=list)


class GuardProxy:
    """HTTP/1.1 forward proxy: absolute-form requests for http, CONNECT for https and WebSockets.

    One request a connection for plain http (the answer is marked `Connection: close`), so that every single request is
    checked. Used as an async context manager; `address` is what the browser is given.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.tally = Tally()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> GuardProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT_BYTES)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def address(self) -> str:
        """The proxy's own address, `http://127.0.0.1:PORT`."""
        assert self._server is not None
        return "http://127.0.0.1:{}".format(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError) as error:
            self.tally.faults.append(type(error).__name__)
            _refuse(writer, 502, "Bad Gateway")
        except asyncio.CancelledError:
            pass  # the proxy is closing; the browser is gone already
        finally:
            self._open.discard(task)
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), IDLE_TIMEOUT_S)
        line, _, rest = head.partition(b"\r\n")
        method, target, _version = line.decode("latin-1").split(" ", 2)
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        if not parts.hostname or (not tunnel and parts.scheme != "http"):
            _refuse(writer, 400, "Bad Request")
            return
        port = parts.port or (443 if tunnel else 80)
        try:
            endpoints = await self.guard.endpoints(parts.hostname, port)
        except WebFault as fault:
            self.tally.refused += 1
            _refuse(writer, 403, f"Refused: {fault.cause}")
            return
        upstream_reader, upstream = await _connect(endpoints)
        self.tally.connections += 1
        try:
            if tunnel:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                path = target.split("/", 3)[3:] or [""]
                upstream.write(f"{method} /{path[0]} HTTP/1.1\r\n".encode("latin-1") + _close_after(rest))
            sending = asyncio.ensure_future(_pipe(reader, upstream))
            try:
                if not tunnel:
                    answer = await asyncio.wait_for(upstream_reader.readuntil(b"\r\n\r\n"), IDLE_TIMEOUT_S)
                    status, _, headers = answer.partition(b"\r\n")
                    writer.write(status + b"\r\n" + _close_after(headers))
                self.tally.received_bytes += await _pipe(upstream_reader, writer)
            finally:
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError, OSError):
                    await sending
        finally:
            upstream.close()


async def _connect(endpoints: tuple[Endpoint, ...]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    last: Exception = OSError("no endpoint")
    for endpoint in endpoints:
        try:
            return await asyncio.wait_for(
                asyncio.open_connection(endpoint.address, endpoint.port, limit=HEAD_LIMIT_BYTES),
                CONNECT_TIMEOUT_S,
            )
        except (OSError, TimeoutError) as error:
            last = error
    raise last


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    moved = 0
    while chunk := await reader.read(CHUNK_BYTES):
        moved += len(chunk)
        writer.write(chunk)
        await writer.drain()
    with contextlib.suppress(OSError):
        if writer.can_write_eof():
            writer.write_eof()
    return moved


def _close_after(headers: bytes) -> bytes:
    """The headers with the hop-by-hop ones replaced by `Connection: close`, upgrades left as they are."""
    lines = headers.split(b"\r\n")
    if any(line.lower().startswith(b"upgrade:") for line in lines):
        return headers
    kept = [line for line in lines if not line.lower().startswith((b"connection:", b"proxy-connection:", b"keep-alive:"))]
    return b"\r\n".join([b"Connection: close", *kept])


def _refuse(writer: asyncio.StreamWriter, status: int, reason: str) -> None:
    with contextlib.suppress(OSError):
        writer.write(f"HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
