"""The browser's way out passes on what may pass, refuses the rest with its cause, and keeps nothing open."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from crawler.visit.guard import Guard
from crawler.visit.proxy import GuardProxy
from probes.outcome import Cause
from tests.faults import FAULTS, HOST, Asked, Server, hang, reply

Result = TypeVar("Result")
BIG = bytes(range(256)) * 8192


async def echo(_server: Server, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Send back the body of the request."""
    writer.write(reply(asked.body, kind="text/plain"))
    await writer.drain()


async def stubborn(_server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _asked: Asked) -> None:
    """Answer, and keep the connection open whatever the client says, as a hostile server would."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\nUpgrade: h2c\r\n\r\nok")
    await writer.drain()
    _server.log.append(Asked(0.0, "LATER", (await reader.read(1000)).decode("latin-1"), "", ""))


async def upgrade(_server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _asked: Asked) -> None:
    """Switch to a WebSocket and send every frame back."""
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    while data := await reader.read(1000):
        writer.write(data)
        await writer.drain()


PAGES = {
    **FAULTS,
    "/big": reply(BIG, kind="application/octet-stream"),
    "/echo": echo,
    "/stubborn": stubborn,
    "/socket": upgrade,
    "/old": b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n<p>old",
}


def through(work: Callable[[GuardProxy, Server], Awaitable[Result]], *, allow: str = "127.0.0.0/8") -> Result:
    """Run `work` with a proxy whose guard maps the made-up portal to a server of faults."""

    async def running(server: Server) -> Result:
        guard = Guard(allow=[allow], hosts={HOST: f"127.0.0.1:{server.port}"})
        async with GuardProxy(guard) as proxy:
            return await asyncio.wait_for(work(proxy, server), 20)

    with Server(PAGES) as server:
        return asyncio.run(running(server))


async def say(proxy: GuardProxy, *requests: bytes) -> bytes:
    """Send these bytes to the proxy over one connection and read until it closes."""
    port = int(proxy.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in requests:
            writer.write(request)
            await writer.drain()
        return await reader.read(-1)
    finally:
        writer.close()


def get(path: str, *, host: str = HOST, extra: str = "") -> bytes:
    """A browser's request for an http address through a proxy."""
    return f"GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\nProxy-Connection: keep-alive\r\n{extra}\r\n".encode()


def test_a_plain_page_passes_and_the_connection_is_closed() -> None:
    """The server sees an ordinary request for the path; the browser is told that the connection ends."""

    async def work(proxy: GuardProxy, server: Server) -> bytes:
        answer = await say(proxy, get("/?a=1&b=%20", extra="Connection: keep-alive\r\n"))
        assert server.log[0].path == "/?a=1&b=%20"
        assert server.log[0].host == HOST
        assert b"proxy-connection" not in server.log[0].head.lower()
        assert b"connection: close" in server.log[0].head.lower()
        return answer

    answer = through(work)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.lower().count(b"connection: close") == 1
    assert b"Good day." in answer


def test_a_large_body_arrives_whole() -> None:
    """Two megabytes pass unchanged and are counted."""

    async def work(proxy: GuardProxy, _server: Server) -> tuple[bytes, int]:
        answer = await say(proxy, get("/big"))
        return answer, proxy.tally.received_bytes

    answer, counted = through(work)
    assert answer.partition(b"\r\n\r\n")[2] == BIG
    assert counted >= len(BIG)


@pytest.mark.parametrize(
    ("extra", "body"),
    [("Content-Length: 600000\r\n", b"q" * 600_000), ("Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n")],
)
def test_what_a_pages_script_posts_is_passed_on(extra: str, body: bytes) -> None:
    """A POST of a page's own script reaches its server whole, whatever way its length is told."""

    async def work(proxy: GuardProxy, server: Server) -> tuple[bytes, bytes]:
        head = f"POST http://{HOST}/echo HTTP/1.1\r\nHost: {HOST}\r\n{extra}\r\n".encode()
        answer = await say(proxy, head, body)
        return answer, server.log[0].body

    answer, got = through(work)
    assert answer.startswith(b"HTTP/1.1 200")
    assert got == body
    if "Length" in extra:
        assert answer.partition(b"\r\n\r\n")[2] == body


def test_a_second_request_on_the_connection_goes_nowhere() -> None:
    """What a client sends behind its first request is not passed on to a server it was not checked for."""

    async def work(proxy: GuardProxy, server: Server) -> bytes:
        port = int(proxy.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(get("/stubborn"))
        answer = await reader.readuntil(b"ok")
        writer.write(get("/secret", host="10.0.0.1"))
        await writer.drain()
        writer.close()
        return answer

    answer = through(work)
    assert b"connection: close" in answer.lower()
    assert b"keep-alive" not in answer.lower()


def test_pipelined_requests_reach_the_server_once() -> None:
    """Two requests in one packet are answered once: the second is dropped with the connection."""

    async def work(proxy: GuardProxy, server: Server) -> tuple[bytes, list[str]]:
        answer = await say(proxy, get("/") + get("/echo"))
        return answer, server.paths

    answer, paths = through(work)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert paths == ["/"]


def test_a_tunnel_carries_bytes_both_ways() -> None:
    """CONNECT opens a tunnel to the checked address; what goes through is not looked at."""

    async def work(proxy: GuardProxy, server: Server) -> bytes:
        opening = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
        return await say(proxy, opening, b"GET / HTTP/1.1\r\n\r\n")

    answer = through(work)
    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK")


def test_a_web_socket_is_upgraded_through_a_tunnel() -> None:
    """A WebSocket runs through CONNECT as a browser opens it, and ends when the browser goes."""

    async def work(proxy: GuardProxy, server: Server) -> bytes:
        port = int(proxy.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"CONNECT {HOST}:80 HTTP/1.1\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"GET /socket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"frame")
        back = await reader.readexactly(5)
        writer.close()
        return back

    assert through(work) == b"frame"


def test_a_web_socket_to_a_private_address_is_refused() -> None:
    """The tunnel a WebSocket asks for is checked like any other."""

    async def work(proxy: GuardProxy, _server: Server) -> tuple[bytes, int, Cause | None]:
        answer = await say(proxy, b"CONNECT 10.0.0.1:80 HTTP/1.1\r\n\r\n")
        return answer, proxy.tally.refused, proxy.cause("ws://10.0.0.1/socket")

    answer, refused, cause = through(work)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert (refused, cause) == (1, Cause.FORBIDDEN_ADDRESS)


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::1]", "127.1", "0x7f000001", "localhost"])
def test_addresses_that_are_not_public_are_refused(host: str) -> None:
    """A page's requests for private addresses end at the proxy, which says so under its own mark."""

    async def work(proxy: GuardProxy, _server: Server) -> tuple[bytes, str, GuardProxy]:
        return await say(proxy, get("/", host=host)), proxy.mark, proxy

    answer, mark, proxy = through(work, allow="192.0.2.0/24")
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert f"{mark} forbidden_address".encode() in answer
    assert proxy.tally.refused == 1
    assert proxy.cause(f"http://{host}/") is Cause.FORBIDDEN_ADDRESS


def test_faults_on_the_way_have_their_cause() -> None:
    """A dead name, a closed port and a server that hangs up are told apart, and not taken for the portal's answers."""

    async def work(proxy: GuardProxy, server: Server) -> list[Cause | None]:
        answers = [await say(proxy, get("/", host=host)) for host in ("no.such.name.invalid", "127.0.0.1:1")]
        answers.append(await say(proxy, get("/reset")))
        assert all(answer.startswith(b"HTTP/1.1 502 ") and proxy.mark.encode() in answer for answer in answers)
        urls = ("http://no.such.name.invalid/", "http://127.0.0.1:1/", f"http://{HOST}/reset")
        return [proxy.cause(url) for url in urls]

    assert through(work) == [Cause.DNS, Cause.REFUSED, Cause.RESET]


def test_a_forged_refusal_is_not_believed() -> None:
    """A portal that sends the proxy's header itself does not know the mark."""

    async def work(proxy: GuardProxy, _server: Server) -> Cause | None:
        assert proxy.cause("http://x.test/", f"{proxy.mark} timeout") is Cause.TIMEOUT
        return proxy.cause("http://x.test/", "0000000000000000 timeout")

    assert through(work) is None


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://[bad/ HTTP/1.1\r\n\r\n",
        b"GET http://x.test:99999/ HTTP/1.1\r\n\r\n",
        b"GET ftp://x.test/ HTTP/1.1\r\n\r\n",
        b"CONNECT : HTTP/1.1\r\n\r\n",
    ],
)
def test_garbage_is_answered_as_such(garbage: bytes) -> None:
    """Bytes that are no request for a web address get a 400 and cost nothing else."""

    async def work(proxy: GuardProxy, _server: Server) -> bytes:
        answer = await say(proxy, garbage)
        assert b"Good day." in await say(proxy, get("/"))
        return answer

    assert through(work).startswith(b"HTTP/1.1 400 ")


def test_an_endless_head_is_cut_off() -> None:
    """A head of more than 64 KB is not kept in memory; the connection is closed."""

    async def work(proxy: GuardProxy, _server: Server) -> list[str]:
        port = int(proxy.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET http://x.test/ HTTP/1.1\r\n" + b"X-A: b\r\n" * 20_000)
        with contextlib.suppress(ConnectionResetError):
            while await reader.read(1000):
                pass
        writer.close()
        return proxy.tally.faults

    assert through(work) == ["ValueError"]


def test_old_servers_that_end_lines_with_a_bare_lf_are_understood() -> None:
    """An HTTP/1.0 answer with bare line feeds passes, body included."""

    async def work(proxy: GuardProxy, _server: Server) -> bytes:
        return await say(proxy, get("/old"))

    answer = through(work)
    assert answer.startswith(b"HTTP/1.0 200 OK")
    assert answer.endswith(b"<p>old")


def test_closing_while_in_use_ends_every_connection() -> None:
    """The proxy closes at once although an answer hangs half-way; no task is left behind."""

    async def work(proxy: GuardProxy, _server: Server) -> bytes:
        port = int(proxy.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(get("/hang"))
        await reader.readuntil(b"<p>")
        await asyncio.wait_for(proxy.__aexit__(), 5)
        rest = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert [task for task in asyncio.all_tasks() if "_serve" in repr(task.get_coro())] == []
        return rest

    assert FAULTS["/hang"] is hang
    assert through(work) == b""
