"""A portal over IPv6: asked there and nowhere else, under the same guard, with a true cause when it cannot be had."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.sample.server import SampleCountry
from crawler.visit.fetch import Fetched, Fetcher
from crawler.visit.guard import Endpoint, Guard
from probes.outcome import Cause, WebFault

ALLOW = ("127.0.0.0/8", "::1/128", "fe80::/10")


def endpoints(hosts: dict[str, Any], host: str = "x.test", allow: tuple[str, ...] = ALLOW) -> tuple[Endpoint, ...]:
    """The IPv6 endpoints of a mapped name."""
    return asyncio.run(Guard(allow=allow, hosts=hosts).ipv6_endpoints(host, 80))


def cause_of(hosts: dict[str, Any], allow: tuple[str, ...] = ALLOW) -> Cause:
    """Why a mapped name cannot be reached over IPv6."""
    with pytest.raises(WebFault) as fault:
        endpoints(hosts, allow=allow)
    return fault.value.cause


@pytest.fixture(scope="module")
def country() -> Iterator[SampleCountry]:
    """The sample country, on a machine that has IPv6."""
    with SampleCountry() as served:
        if not served.has_ipv6:
            pytest.skip("this machine has no IPv6, not even to itself")
        yield served


def fetched(country: SampleCountry, url: str) -> Fetched:
    """One request over IPv6 to the sample country."""
    hosts = {name: [target, *filter(None, [country.ipv6.get(name)])] for name, target in country.hosts.items()}
    guard = Guard(allow=ALLOW, hosts=hosts)

    async def ask() -> Fetched:
        fetcher = Fetcher(guard, agent="test", timeout_s=10, max_body_bytes=10**7, ca_file=country.ca_file)
        try:
            return await fetcher.fetch(url, ipv6=True)
        finally:
            await fetcher.close()

    return asyncio.run(ask())


def test_a_name_may_have_addresses_of_both_kinds(country: SampleCountry) -> None:
    """Of a name mapped to both, only the IPv6 address is an endpoint here; plain requests take the first."""
    hosts = {"x.test:80": ["127.0.0.1:8080", "[::1]:9090"]}
    assert endpoints(hosts) == (Endpoint("::1", 9090),)
    assert asyncio.run(Guard(allow=ALLOW, hosts=hosts).endpoints("x.test", 80))[0] == Endpoint("127.0.0.1", 8080)


def test_no_record_no_route_and_no_permission_are_told_apart() -> None:
    """A name without an IPv6 address is `dns`, one this machine knows no way to `no_route`, a private one forbidden."""
    assert cause_of({"x.test": "127.0.0.1"}) is Cause.DNS
    assert cause_of({"x.test": ["127.0.0.1", "fe80::1"]}) is Cause.NO_ROUTE  # link-local without a link
    assert cause_of({"x.test": ["127.0.0.1", "::1"]}, allow=("127.0.0.0/8",)) is Cause.FORBIDDEN_ADDRESS


def test_the_same_page_comes_over_ipv6(country: SampleCountry) -> None:
    """The good portal answers on ::1 with its home page, encrypted and with a certificate that holds."""
    answer = fetched(country, "https://www.yunxiushi.gov.cn/")
    assert answer.page.status == 200
    assert "云岫市人民政府" in answer.page.body.decode()
    assert answer.transport.tls_valid


def test_ipv4_never_stands_in_for_ipv6(country: SampleCountry) -> None:
    """Where nobody listens on the IPv6 address the request fails, although the same name answers over IPv4."""
    with pytest.raises(WebFault) as fault:
        fetched(country, "http://www.chengpushi.gov.cn/")
    assert fault.value.cause is Cause.REFUSED
