"""A plain look: one request, no scripts, with bounds on time and size, and a true cause when it fails."""

from __future__ import annotations

import asyncio
import errno
import ssl
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection
from cryptography import x509

from crawler.visit.guard import Guard
from probes.outcome import Cause, WebFault
from probes.page import FetchedPage
from probes.transport import TransportSeen

_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_JSON = "application/json; charset=UTF-8"
_SECURITY = (
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
)


@dataclass(frozen=True)
class Fetched:
    """A plain answer and how it came."""

    page: FetchedPage
    transport: TransportSeen


class _GuardResolver(AbstractResolver):
    """aiohttp asks here instead of DNS, so a connection can only go to an endpoint that the guard has checked."""

    def __init__(self, guard: Guard, *, ipv6: bool = False) -> None:
        self._ask = guard.ipv6_endpoints if ipv6 else guard.endpoints

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=end.address, port=end.port, family=end.family, proto=0, flags=0)
            for end in await self._ask(host, port)
        ]

    async def close(self) -> None:
        return None


class _Response(aiohttp.ClientResponse):
    """An answer that remembers the encryption it came over; aiohttp lets go of the connection with the last byte."""

    tls_version: str | None = None
    tls_not_after: str | None = None
    wire: asyncio.BaseTransport | None = None

    async def start(self, connection: Connection) -> _Response:
        self.wire = wire = connection.transport
        tls = wire.get_extra_info("ssl_object") if wire is not None else None
        if tls is not None:
            self.tls_version = tls.version()
            self.tls_not_after = _expiry(tls.getpeercert(binary_form=True))
        await super().start(connection)
        return self


class Fetcher:
    """Plain requests of one round. An answer of any status is a result; no answer is a WebFault with its cause.

    A certificate that does not verify is noted (`tls_valid` False) and the page is read all the same, because a
    visitor's browser would offer that too; only a failed handshake is a fault.
    """

    def __init__(
        self, guard: Guard, *, agent: str, timeout_s: float, max_body_bytes: int, ca_file: Path | None = None
    ) -> None:
        self.guard = guard
        self.timeout_s = timeout_s
        self.max_body_bytes = max_body_bytes
        self._verify = ssl.create_default_context()
        if ca_file is not None:
            self._verify.load_verify_locations(ca_file)
        self._trusting = ssl.create_default_context()
        self._trusting.check_hostname = False
        self._trusting.verify_mode = ssl.CERT_NONE
        self._distrusted: dict[tuple[str, int], str] = {}
        self._headers = {
            "User-Agent": agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8,it;q=0.7",
        }
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        roles: tuple[str, ...] = (),
        data: str | None = None,
        ipv6: bool = False,
    ) -> Fetched:
        """Ask once. `data` is the body of a read-only query by POST, a form or JSON; `ipv6` keeps to IPv6.

        Raises WebFault.
        """
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        # aiohttp asks no resolver for literal addresses.
        await (self.guard.ipv6_endpoints(host, port) if ipv6 else self.guard.endpoints(host, port))
        try:
            async with asyncio.timeout(self.timeout_s):
                if (host, port) not in self._distrusted:
                    try:
                        return await self._ask(url, method, roles, self._verify, None, data, ipv6)
                    except (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError) as error:
                        self._distrusted[host, port] = _tls_words(error)
                return await self._ask(url, method, roles, self._trusting, self._distrusted[host, port], data, ipv6)
        except (OSError, aiohttp.ClientError, ValueError) as error:
            raise _fault(error) from None

    async def _ask(
        self,
        url: str,
        method: str,
        roles: tuple[str, ...],
        context: ssl.SSLContext,
        tls_fault: str | None,
        data: str | None,
        ipv6: bool,
    ) -> Fetched:
        session = self._open(ipv6=ipv6)
        start = time.monotonic()
        # The address is sent as it was found; yarl would otherwise re-quote what old servers wrote.
        async with session.request(
            method,
            yarl.URL(url, encoded=True),
            ssl=context,
            allow_redirects=False,
            data=None if data is None else data.encode(),
            headers=None if data is None else {"Content-Type": _JSON if data.startswith("{") else _FORM},
        ) as response:
            answered = time.monotonic()
            assert isinstance(response, _Response)
            try:
                body = await self._read(response)
            except BaseException:
                if isinstance(response.wire, asyncio.WriteTransport):
                    response.wire.abort()  # a server that does not come to an end need not be taken leave of
                raise
            headers = tuple((name.lower(), _legible(name, value)) for name, value in response.headers.items())
        done = time.monotonic()
        page = FetchedPage(
            url=url,
            status=response.status,
            headers=headers,
            body=body,
            fetched_at=datetime.now(UTC).replace(microsecond=0),
            roles=roles,
            method=method,
            post=data,
            cookies=tuple(sorted({value.partition("=")[0].strip() for name, value in headers if name == "set-cookie"})),
        )
        scheme = urlsplit(url).scheme
        transport = TransportSeen(
            scheme=scheme,
            status=response.status,
            http_version=f"{response.version.major}.{response.version.minor}" if response.version else "1.1",
            location=page.header("location"),
            tls_version=response.tls_version,
            tls_valid=None if scheme == "http" else tls_fault is None,
            tls_fault=tls_fault,
            tls_not_after=response.tls_not_after,
            hsts_max_age_s=_hsts(page.header("strict-transport-security")),
            redirects_to_https=_to_https(url, response.status, page.header("location")),
            server=(page.header("server") or "")[:80] or None,
            media_type=page.media_type,
            size_bytes=len(body),
            ttfb_ms=round((answered - start) * 1000),
            total_ms=round((done - start) * 1000),
            security_headers=tuple(name for name in _SECURITY if page.header(name)),
            cookie_names=page.cookies,
        )
        return Fetched(page, transport)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        unpack = _Unpacker(response.headers.get("Content-Encoding", ""), self.max_body_bytes)
        async for chunk in response.content.iter_chunked(64 * 1024):
            unpack.feed(chunk)
            if len(unpack.body) > self.max_body_bytes:  # counted unpacked, so that bombs count in full
                raise WebFault(Cause.TOO_LARGE, f"more than {self.max_body_bytes} bytes")
        if not unpack.whole:
            raise WebFault(Cause.BAD_BODY, "the compressed body ends too early")
        return bytes(unpack.body)

    def _open(self, *, ipv6: bool) -> aiohttp.ClientSession:
        if ipv6 not in self._sessions:
            resolver = _GuardResolver(self.guard, ipv6=ipv6)
            self._sessions[ipv6] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=resolver, limit=0, use_dns_cache=False),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=None),
                response_class=_Response,
                auto_decompress=False,
                max_line_size=32 * 1024,
                max_field_size=64 * 1024,
            )
        return self._sessions[ipv6]

    async def close(self) -> None:
        """Give the connections back."""
        for session in self._sessions.values():
            await session.close()
            for _ in range(3):  # aborted connections are taken down in the next turns of the loop
                await asyncio.sleep(0)


class _Unpacker:
    """Takes a body's compression away as it comes, never more than a bound at once.

    Raises ValueError for a body that is not what its Content-Encoding says.
    """

    def __init__(self, encoding: str, limit_bytes: int) -> None:
        self.body = bytearray()
        self._limit = limit_bytes
        names = encoding.lower().replace(" ", "").split(",")
        self._encodings = [name for name in names if name not in ("", "identity")]
        if len(self._encodings) > 1 or not set(self._encodings) <= {"gzip", "x-gzip", "deflate"}:
            raise ValueError(f"Content-Encoding {encoding[:40]!r} was not asked for")
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if self._encodings else None
        self._fed = False

    @property
    def whole(self) -> bool:
        """Whether the body has come to its end."""
        return self._inflate is None or self._inflate.eof or not self._fed

    def feed(self, chunk: bytes) -> None:
        """Take in what came over the wire."""
        if self._inflate is None:
            self.body += chunk
            return
        try:
            if not self._fed and self._encodings == ["deflate"] and chunk[0] & 0x0F != 8:
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)  # some servers send deflate without its wrapping
            self._fed = True
            while chunk and len(self.body) <= self._limit:
                if self._inflate.eof:
                    if not chunk.startswith(b"\x1f\x8b"):
                        return  # padding behind the end
                    self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
                self.body += self._inflate.decompress(chunk, self._limit + 1)
                chunk = self._inflate.unconsumed_tail or self._inflate.unused_data
        except zlib.error as error:
            raise ValueError(f"broken compression: {error}") from None


def retry_after_s(page: FetchedPage) -> float | None:
    """The pause that a Retry-After header asks for, in seconds, at most an hour; None without one.

    RFC 9110 §10.2.3: a number of seconds, or a date.
    """
    value = page.header("retry-after")
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value), 3600.0)
    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        return None
    return min(max(0.0, (until - datetime.now(UTC)).total_seconds()), 3600.0)


def _legible(name: str, value: str) -> str:
    """A header's value as text that can be stored: servers send raw UTF-8, GBK or worse.

    Raw bytes in an address are kept as escapes, as a browser sends them back.
    """
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    if name.lower() in ("location", "content-location", "link", "refresh"):
        return "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in raw)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _fault(error: BaseException) -> WebFault:
    """The true cause behind an exception of the network; the innermost one that tells wins."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = getattr(current, "os_error", None) or current.__cause__ or current.__context__
    detail = f"{type(error).__name__}: {error}"[:300]
    for each in chain:
        if isinstance(each, WebFault):
            return each
        if isinstance(each, TimeoutError):
            return WebFault(Cause.TIMEOUT, detail)
        if isinstance(each, ssl.SSLError | ssl.CertificateError):
            return WebFault(Cause.TLS, detail)
        if isinstance(each, ConnectionRefusedError) or getattr(each, "errno", None) == errno.ECONNREFUSED:
            return WebFault(Cause.REFUSED, detail)
        if isinstance(each, aiohttp.ClientPayloadError | aiohttp.ContentTypeError | aiohttp.http.HttpProcessingError):
            return WebFault(Cause.BAD_BODY, detail)
        if isinstance(each, aiohttp.ClientResponseError):
            return WebFault(Cause.BAD_BODY, detail)
        if isinstance(each, aiohttp.ServerDisconnectedError | ConnectionResetError | BrokenPipeError):
            return WebFault(Cause.RESET, detail)
    if isinstance(error, aiohttp.ClientConnectorDNSError | aiohttp.InvalidURL):
        return WebFault(Cause.DNS, detail)
    if isinstance(error, ValueError):
        return WebFault(Cause.BAD_BODY, detail)
    return WebFault(Cause.RESET, detail)


def _tls_words(error: BaseException) -> str:
    text = str(getattr(error, "certificate_error", error))
    return text.partition("certificate verify failed:")[2].partition("(_ssl")[0].strip() or text[:120]


def _expiry(certificate: bytes | None) -> str | None:
    if not certificate:
        return None
    try:
        until = x509.load_der_x509_certificate(certificate).not_valid_after_utc
    except ValueError:
        return None
    return until.strftime("%Y-%m-%dT%H:%M:%SZ")


def _hsts(header: str | None) -> int | None:
    for part in (header or "").lower().split(";"):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('"').isdecimal():
            return int(value.strip('"'))
    return None


def _to_https(url: str, status: int, location: str | None) -> bool | None:
    if urlsplit(url).scheme != "http":
        return None
    if status not in (301, 302, 303, 307, 308) or not location:
        return False
    try:
        target = urlsplit(location)
    except ValueError:
        return False
    return target.scheme == "https" and (target.hostname or "").removeprefix("www.") == (
        urlsplit(url).hostname or ""
    ).removeprefix("www.")
