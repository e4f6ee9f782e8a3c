"""Serves the sample country on this machine: one port for HTTP, one for HTTPS, told apart by the host's name."""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

from crawler.sample.authority import server_context
from crawler.sample.country import sites
from crawler.sample.site import Answer, Asked, Site

LOOPBACK, LOOPBACK_6 = "127.0.0.1", "::1"
IDLE_S = 30.0


@dataclass(frozen=True)
class LogLine:
    """One request that reached the sample country; `time` in seconds since the epoch, `path` with its query."""

    time: float
    method: str
    scheme: str
    host: str
    path: str
    user_agent: str
    status: int


class _Handler(BaseHTTPRequestHandler):
    """Answers for whichever host the Host header names."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    disable_nagle_algorithm = True  # many small answers on kept connections: waiting for more to send costs 40 ms each
    server: _Server
    # Headers go out in the same write as the body.
    wbufsize = -1

    def setup(self) -> None:
        """Shake hands in this connection's own thread, so that a slow client holds up nobody else."""
        if self.server.tls is not None:
            self.request.settimeout(IDLE_S)
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.server.open.add(self.request)
        super().setup()

    def finish(self) -> None:
        """Close what `setup` opened: the server itself knows only the socket below the encryption."""
        self.server.open.discard(self.request)
        try:
            super().finish()
        finally:
            self.request.close()

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._respond(with_body=True)

    def _respond(self, *, with_body: bool) -> None:
        host = (self.headers.get("Host") or "").split(":")[0].lower()
        path, _, query = self.path.partition("?")
        scheme = "https" if self.server.tls is not None else "http"
        site = self.server.sites.get(host)
        if site is None or (scheme == "https" and not site.https):
            answer = Answer(b"no such host here\n", "text/plain", 421)
        else:
            cookies = self.headers.get("Cookie") or ""
            answer = site.answer(Asked(self.command, scheme, host, path, query, cookies))
        self.server.log.append(
            LogLine(
                time.time(), self.command, scheme, host, self.path, self.headers.get("User-Agent") or "", answer.status
            )
        )
        self.send_response_only(answer.status)
        self.send_header("Date", formatdate(usegmt=True))
        if site is not None:
            self.send_header("Server", site.server)
            if site.hsts_s is not None and scheme == "https":
                self.send_header("Strict-Transport-Security", f"max-age={site.hsts_s}")
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in the log list, not printed."""


class _Server(ThreadingHTTPServer):
    """One listening port; connections are served by daemon threads that never hold up the end of the program."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, hosts: Mapping[str, Site], log: list[LogLine], tls: ssl.SSLContext | None, address: str = LOOPBACK
    ) -> None:
        self.sites = hosts
        self.log = log
        self.tls = tls
        self.open: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, 0), _Handler)

    def server_bind(self) -> None:
        # The stock version asks the resolver for this machine's own name, which may take seconds offline.
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()[:2]
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def hang_up(self) -> None:
        """End all kept connections, so that their threads end too."""
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early, or offers no usable encryption, is nothing to report."""


class SampleCountry:
    """The five cities, served while the `with` block lasts.

    `http_port` and `https_port` are free ports of 127.0.0.1; `ca_file` is the authority to trust (PEM); `hosts` maps
    each made-up "name:80" and "name:443" to "127.0.0.1:PORT"; a host without HTTPS has its 443 mapped to a port that
    refuses connections, as its real sisters do. `ipv6` maps the names that have an IPv6 address as well to
    "[::1]:PORT"; `has_ipv6` says whether this machine can serve there. `log` grows with every request and is safe to
    read meanwhile.
    """

    country: ClassVar[Mapping[str, Site] | None] = None

    def __init__(self) -> None:
        self.log: list[LogLine] = []
        self.hosts: dict[str, str] = {}
        self.ipv6: dict[str, str] = {}
        self.has_ipv6 = True
        self.http_port = 0
        self.https_port = 0
        self.ca_file = Path()
        self._servers: list[_Server] = []
        self._threads: list[threading.Thread] = []

    def start(self) -> SampleCountry:
        """Make certificates, open both ports, and serve in background threads."""
        if SampleCountry.country is None:
            SampleCountry.country = {site.host: site for site in sites()}
        country = SampleCountry.country
        self._folder = tempfile.TemporaryDirectory(prefix="civicprobe-sample-")
        encrypted = [site.host for site in country.values() if site.https]
        tls, self.ca_file = server_context(encrypted, Path(self._folder.name))
        self._closed = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._closed.bind(
            (LOOPBACK, 0)
        )  # bound and never listening: connecting is refused, and nobody else gets the port
        plain, secure = _Server(country, self.log, None), _Server(country, self.log, tls)
        more = self._over_ipv6(country, tls)
        self.http_port, self.https_port = plain.server_port, secure.server_port
        refused = self._closed.getsockname()[1]
        for name, site in sorted(country.items()):
            self.hosts[f"{name}:80"] = f"{LOOPBACK}:{self.http_port}"
            self.hosts[f"{name}:443"] = f"{LOOPBACK}:{self.https_port if site.https else refused}"
        for server in (plain, secure, *more):
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            self._servers.append(server)
            self._threads.append(thread)
        return self

    def _over_ipv6(self, country: Mapping[str, Site], tls: ssl.SSLContext) -> list[_Server]:
        """The servers of those who are reached over IPv6 too, on a machine that has it."""
        try:
            servers = [_Server(country, self.log, None, LOOPBACK_6), _Server(country, self.log, tls, LOOPBACK_6)]
        except OSError:
            self.has_ipv6, servers = False, []
        open_ports = [server.server_port for server in servers] or [1, 1]
        for name, site in country.items():
            ports = {"open": open_ports, "silent": [1, 1], "none": []}[site.ipv6]
            for number, port in zip((80, 443), ports, strict=False):
                self.ipv6[f"{name}:{number}"] = f"[{LOOPBACK_6}]:{port}"
        return servers

    def stop(self) -> None:
        """Close all ports and forget the keys."""
        for server in self._servers:
            server.shutdown()
            server.hang_up()
            server.server_close()
        for thread in self._threads:
            thread.join()
        self._servers, self._threads = [], []
        self._closed.close()
        self._folder.cleanup()

    def __enter__(self) -> SampleCountry:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
