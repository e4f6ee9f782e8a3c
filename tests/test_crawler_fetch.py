"""A plain look gives the right cause for every fault of the web, and says how a page came."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from crawler.visit.fetch import Fetched, Fetcher
from crawler.visit.guard import Guard
from probes.outcome import Cause, WebFault
from tests.faults import FAULTS, HOST, Authority, Server, reply

MAX_BYTES = 1_000_000

# asyncio takes some TLS connections that failed half-way down only after the loop of the test has ended; a round's loop
# goes on and does it in its own time.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def authority() -> Authority:
    """One certificate authority for all of this file."""
    return Authority()


@pytest.fixture(scope="module")
def plain() -> Iterator[Server]:
    """The server of faults over HTTP."""
    with Server(dict(FAULTS)) as server:
        yield server


@pytest.fixture(scope="module")
def secure(authority: Authority) -> Iterator[Server]:
    """The server of faults over HTTPS with a good certificate."""
    with Server(dict(FAULTS), tls=authority.good()) as server:
        yield server


def fetch(
    server: Server,
    *urls: str,
    ca_file: Path | None = None,
    timeout_s: float = 10.0,
    method: str = "GET",
    hosts: dict[str, str] | None = None,
) -> list[Fetched | WebFault]:
    """Ask for some addresses of the made-up portal, one after the other, with one fetcher."""

    async def asking() -> list[Fetched | WebFault]:
        mapped = {HOST: f"127.0.0.1:{server.port}", **(hosts or {})}
        guard = Guard(allow=["127.0.0.0/8"], hosts=mapped)
        fetcher = Fetcher(
            guard, agent="CivicProbe/test", timeout_s=timeout_s, max_body_bytes=MAX_BYTES, ca_file=ca_file
        )
        found: list[Fetched | WebFault] = []
        try:
            for url in urls:
                try:
                    found.append(await fetcher.fetch(url, method=method))
                except WebFault as fault:
                    found.append(fault)
        finally:
            await fetcher.close()
        return found

    return asyncio.run(asking())


def answer(server: Server, path: str, *, ca_file: Path | None = None, method: str = "GET") -> Fetched:
    """The answer to one path, which must come."""
    scheme = "https" if server.tls else "http"
    (found,) = fetch(server, f"{scheme}://{HOST}{path}", ca_file=ca_file, method=method)
    assert isinstance(found, Fetched), found
    return found


@pytest.fixture(scope="module")
def ca_file(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority's certificate as a file, as a campaign names it."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.ca.cert_pem.write_to_path(str(path))
    return path


CAUSES = {
    "/reset": Cause.RESET,
    "/half": Cause.BAD_BODY,
    "/half-chunk": Cause.BAD_BODY,
    "/bad-gzip": Cause.BAD_BODY,
    "/bomb": Cause.TOO_LARGE,
    "/hang": Cause.TIMEOUT,
    "/silent": Cause.TIMEOUT,
    "/drip": Cause.TIMEOUT,
    "/huge-header": Cause.BAD_BODY,
    "/bad-status": Cause.BAD_BODY,
    "/no-http": Cause.BAD_BODY,
}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_fault_has_its_cause(scheme: str, plain: Server, secure: Server, ca_file: Path) -> None:
    """Each way an answer can go wrong has one cause of the closed list, the same over HTTP and HTTPS."""
    server = plain if scheme == "http" else secure

    def one(path: str) -> Cause | str:
        slow = CAUSES[path] is Cause.TIMEOUT
        (found,) = fetch(server, f"{scheme}://{HOST}{path}", ca_file=ca_file, timeout_s=0.5 if slow else 10.0)
        return found.cause if isinstance(found, WebFault) else f"status {found.page.status}"

    assert {path: one(path) for path in CAUSES} == CAUSES


def test_a_closed_port_is_refused_and_a_dead_name_is_dns(plain: Server) -> None:
    """No listener and no such name are told apart; neither is a timeout."""
    found = fetch(plain, "http://closed.test/", "http://no.such.name.invalid/", hosts={"closed.test": "127.0.0.1:1"})
    assert [each.cause for each in found if isinstance(each, WebFault)] == [Cause.REFUSED, Cause.DNS]


def test_private_addresses_are_refused_before_anything_is_sent(plain: Server) -> None:
    """The guard stands before the plain fetch too, for names and for literal addresses."""
    urls = ("http://10.0.0.1/", "http://169.254.169.254/", "http://inside.test/")
    found = fetch(plain, *urls, hosts={"inside.test": "10.0.0.2"})
    causes = [each.cause for each in found if isinstance(each, WebFault)]
    assert causes == [Cause.FORBIDDEN_ADDRESS] * 3


def test_a_cut_gzip_body_is_no_page(plain: Server) -> None:
    """A compressed answer that ends too early is not taken for the whole page."""
    (found,) = fetch(plain, f"http://{HOST}/cut-gzip")
    assert isinstance(found, WebFault)
    assert found.cause is Cause.BAD_BODY


@pytest.mark.parametrize("wbits", [zlib.MAX_WBITS, -zlib.MAX_WBITS, zlib.MAX_WBITS | 16])
def test_every_compression_that_we_ask_for_is_undone(wbits: int) -> None:
    """gzip, and deflate in both forms that servers send; several gzip members are one body."""
    text = "目录".encode() * 5000
    packer = zlib.compressobj(wbits=wbits)
    packed = packer.compress(text) + packer.flush()
    name = "gzip" if wbits > 16 else "deflate"
    body = packed * 2 if name == "gzip" else packed
    with Server({"/": reply(body, extra=f"Content-Encoding: {name}\r\n")}) as server:
        assert answer(server, "/").page.body == (text * 2 if name == "gzip" else text)


def test_a_redirect_is_an_answer_and_is_not_followed(plain: Server) -> None:
    """Status and Location are kept; the target is for the frontier, so that it is counted and paced."""
    before = len(plain.log)
    found = answer(plain, "/moved")
    assert (found.page.status, found.transport.location) == (302, "/there")
    assert plain.paths[before:] == ["/moved"]


def test_raw_bytes_in_headers_can_be_stored(plain: Server) -> None:
    """GBK in Location is kept as the escapes a browser would send; in other headers it becomes text."""
    moved, named = answer(plain, "/moved-raw"), answer(plain, "/raw-header")
    assert moved.page.header("location") == "/%D0%C2%CE%C5/"
    assert named.transport.server == "网站服务器"
    assert named.transport.security_headers == ("x-frame-options",)
    assert msgspec.json.encode((moved.transport, named.transport))


def test_what_is_said_about_https(plain: Server) -> None:
    """HSTS is read from quoted values; a redirect to https on the same host is known as such; others are not."""
    assert answer(plain, "/hsts").transport.hsts_max_age_s == 31536000
    assert answer(plain, "/secure").transport.redirects_to_https is True
    assert answer(plain, "/moved").transport.redirects_to_https is False
    assert answer(plain, "/").transport.hsts_max_age_s is None


def test_cookies_keep_their_names_and_lose_their_values(plain: Server) -> None:
    """Cookie names are part of what was seen; values are in nothing that is stored, and are never sent back."""
    found = answer(plain, "/cookies")
    assert found.transport.cookie_names == found.page.cookies == ("lang", "sid")
    assert b"s3cr3t" not in msgspec.json.encode(found.transport)
    fetch(plain, f"http://{HOST}/cookies", f"http://{HOST}/cookies")
    assert b"cookie:" not in plain.log[-1].head.lower()


def test_the_agent_says_who_asks(plain: Server) -> None:
    """Every request carries the campaign's own agent string."""
    answer(plain, "/")
    assert plain.log[-1].agent == "CivicProbe/test"


def test_a_head_request_brings_no_body(plain: Server) -> None:
    """HEAD gives status and headers."""
    found = answer(plain, "/", method="HEAD")
    assert (found.page.status, found.page.body) == (200, b"")
    assert plain.log[-1].method == "HEAD"


def test_a_good_certificate_is_said_to_be_good(secure: Server, ca_file: Path) -> None:
    """With the campaign's own authority the page is read and its encryption is valid, with its end date."""
    found = answer(secure, "/", ca_file=ca_file)
    assert found.transport.tls_valid is True
    assert found.transport.tls_version in ("TLSv1.2", "TLSv1.3")
    assert (found.transport.tls_not_after or "").endswith("Z")
    assert found.transport.redirects_to_https is None


@pytest.mark.parametrize(
    ("kind", "word"),
    [("expired", "expired"), ("stranger", "local issuer"), ("wrong", "not valid for"), ("self", "self-signed")],
)
def test_a_bad_certificate_is_noted_and_the_page_is_read(
    kind: str, word: str, authority: Authority, ca_file: Path
) -> None:
    """An expired, unknown, self-signed or wrong-host certificate is said in words; the page is read all the same."""
    context: ssl.SSLContext = {
        "expired": authority.expired,
        "stranger": authority.stranger,
        "wrong": lambda: authority.good("other.test"),
        "self": _self_signed,
    }[kind]()
    with Server({"/": reply("<p>readable")}, tls=context) as server:
        first, second = fetch(server, f"https://{HOST}/", f"https://{HOST}/", ca_file=ca_file)
        for found in (first, second):
            assert isinstance(found, Fetched), found
            assert b"readable" in found.page.body
            assert found.transport.tls_valid is False
            assert word in (found.transport.tls_fault or "").lower()
        assert len(server.log) == 2


def test_no_tls_on_the_tls_port_is_a_tls_fault() -> None:
    """A server that speaks plain HTTP where encryption was asked for has the cause `tls`."""
    with Server(greeting=reply("no", status="400 Bad Request")) as server:
        (found,) = fetch(server, f"https://{HOST}/")
    assert isinstance(found, WebFault)
    assert found.cause is Cause.TLS


def test_an_address_goes_out_as_it_was_found(plain: Server) -> None:
    """Escapes that an old server wrote are sent back as they are; nothing is quoted twice."""
    before = len(plain.log)
    fetch(plain, f"http://{HOST}/a%2Fb?q=%D6%D0&x=1+2;y=[3]")
    assert plain.paths[before:] == ["/a%2Fb?q=%D6%D0&x=1+2;y=[3]"]


def _self_signed() -> ssl.SSLContext:
    import datetime
    import tempfile

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        file.flush()
        context.load_cert_chain(file.name)
    return context
