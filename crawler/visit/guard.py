"""The one gate for all that leaves this machine: public addresses, or those the campaign names, are let through."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from probes.outcome import Cause, WebFault

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Addresses that tables of public networks call global, but at which clouds and routers answer only their own tenants.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's host, with metadata and DNS
        "192.0.0.0/24",  # IETF protocol assignments; Oracle's metadata lies here
        "192.88.99.0/24",  # 6to4 relays, given up (RFC 7526)
        "64:ff9b:1::/48",  # NAT64 of the local network (RFC 8215)
        "fec0::/10",  # site-local, given up (RFC 3879)
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Endpoint:
    """Where a connection may go: a checked address and a port, so that nothing is looked up a second time."""

    address: str
    port: int

    @property
    def family(self) -> socket.AddressFamily:
        """IPv4 or IPv6."""
        return socket.AF_INET6 if ":" in self.address else socket.AF_INET


class Guard:
    """Resolves a host once, checks every address, and keeps to the answer for the round.

    `hosts` maps names (`name`, or `name:port`) to one or several of `address` and `address:port`; `allow` are the
    networks that may be visited although they are not public, `allow_hosts` names that may be visited wherever they
    lead. Refused otherwise: loopback, private, link-local, metadata, multicast and reserved addresses, also inside IPv6
    (RFC 6890; SSRF guidance of OWASP). With `public` False nothing but `allow` is let through: a campaign that has no
    contact to give may not leave this machine.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        hosts: Mapping[str, str | Sequence[str]] | None = None,
        allow_hosts: Iterable[str] = (),
        public: bool = True,
    ) -> None:
        self._allow = [ipaddress.ip_network(network) for network in allow]
        self._hosts = {
            _mapped_name(name): (target,) if isinstance(target, str) else tuple(target)
            for name, target in (hosts or {}).items()
        }
        self._names = {wire_name(name.rsplit(":", 1)[0]) if name.count(":") == 1 else name for name in self._hosts}
        self._allow_hosts = {wire_name(name) for name in allow_hosts}
        self._public = public
        self._known: dict[tuple[str, int], tuple[Endpoint, ...]] = {}
        self.refused: list[tuple[str, str]] = []

    async def endpoints(self, host: str, port: int) -> tuple[Endpoint, ...]:
        """The checked endpoints of a host, best first.

        Raises WebFault: `dns` when the name has no address, `forbidden_address` when any address is not allowed.
        """
        host = wire_name(host)
        key = (host, port)
        if key not in self._known:
            found = await self._resolve(host, port)
            self._known.setdefault(key, found)  # of two look-ups under way at once, the first one counts
        return self._known[key]

    async def ipv6_endpoints(self, host: str, port: int) -> tuple[Endpoint, ...]:
        """The checked IPv6 endpoints of a host, best first.

        Raises WebFault: `dns` when the name has no such address, `timeout` when nobody says whether it has one,
        `no_route` when this machine has no way to them, `forbidden_address` as ever.
        """
        host = wire_name(host)
        found = [end for end in await self.endpoints(host, port) if end.family is socket.AF_INET6]
        if not found and host not in self._names and _literal(host) is None:
            found = [self._checked(host, address, port) for address in await _ipv6_addresses(host, port)]
        if not found:
            raise WebFault(Cause.DNS, f"{host}: the name has no IPv6 address")
        reachable = tuple(end for end in found if _has_route(end))
        if not reachable:
            raise WebFault(Cause.NO_ROUTE, f"this machine has no way to {found[0].address}")
        return reachable

    async def _resolve(self, host: str, port: int) -> tuple[Endpoint, ...]:
        mapped = self._hosts.get(f"{host}:{port}") or self._hosts.get(host)
        if mapped is not None:
            ends = [_endpoint(target, port) for target in mapped]
            return tuple(self._checked(host, ipaddress.ip_address(end.address), end.port) for end in ends)
        literal = _literal(host)
        if literal is not None:
            return (self._checked(host, literal, port),)
        try:
            addresses = await _addresses(host, port, socket.AF_UNSPEC)
        except (OSError, ValueError) as error:  # no such name; or a name that cannot be one: too long, NUL, bad IDN
            raise WebFault(Cause.DNS, f"{host}: {error}") from None
        if not addresses:
            raise WebFault(Cause.DNS, f"{host}: the name has no address")
        # One forbidden address among several is enough to refuse: the next look-up could choose it.
        return tuple(self._checked(host, address, port) for address in sorted(addresses, key=lambda a: a.version))

    def _checked(self, host: str, address: Address, port: int) -> Endpoint:
        if host not in self._allow_hosts and not self.allows(address):
            self.refused.append((host, str(address)))
            raise WebFault(Cause.FORBIDDEN_ADDRESS, f"{host} leads to {address}, which is not a public address")
        return Endpoint(str(address), port)

    def allows(self, address: Address) -> bool:
        """Whether a connection to this address may be made."""
        inner = _inner(address)
        if any(address in network for network in self._allow) or any(inner in network for network in self._allow):
            return True
        return self._public and _public(address) and _public(inner)


async def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[Address]:
    """The addresses of a name as the resolver of this machine gives them, each once."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ipaddress.ip_address(str(answer[4][0]).split("%")[0]) for answer in answers))


async def _ipv6_addresses(host: str, port: int) -> list[Address]:
    """The IPv6 addresses of a name, none when it has none. Raises WebFault when the resolver does not know."""
    try:
        return await _addresses(host, port, socket.AF_INET6)
    except socket.gaierror as error:
        if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
            raise WebFault(Cause.TIMEOUT, f"{host}: {error}") from None
        return []


def _has_route(end: Endpoint) -> bool:
    """Whether this machine knows a way to an address; nothing is sent."""
    try:
        with socket.socket(end.family, socket.SOCK_DGRAM) as probe:
            probe.connect((end.address, end.port))
    except OSError:
        return False
    return True


def wire_name(host: str) -> str:
    """A host as it goes over the wire: lower case, no brackets, no final dot, international names in ASCII (IDNA)."""
    host = host.lower().strip("[]").rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


def _mapped_name(name: str) -> str:
    host, colon, port = name.rpartition(":")
    if colon and port.isdecimal() and ":" not in host:
        return f"{wire_name(host)}:{port}"
    return wire_name(name)


def _public(address: Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _NOT_PUBLIC)
    )


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 address carries (mapped, 6to4, Teredo, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        pass
    # Browsers and C libraries also read 127.1, 0x7f000001 and 2130706433 as addresses.
    if host and all(character in "0123456789abcdefx." for character in host) and host[0].isdigit():
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    return None


def _endpoint(target: str, port: int) -> Endpoint:
    if target.startswith("["):
        address, _, rest = target[1:].partition("]")
        return Endpoint(address, int(rest.lstrip(":") or port))
    if target.count(":") == 1:
        address, _, given = target.partition(":")
        return Endpoint(address, int(given))
    return Endpoint(target, port)
