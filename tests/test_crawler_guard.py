"""The gate refuses what is not public, in every spelling, and keeps to the address it has checked."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from crawler.visit.guard import Endpoint, Guard, wire_name
from probes.outcome import Cause, WebFault

REFUSED = [
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "[::1]",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2130706433",
    "0x7f000001",
    "0X7F.1",
    "017700000001",
    "127.1",
    "127.0.1",
    "0177.0.0.1",
    "0",
]


def ask(guard: Guard, host: str, port: int = 80) -> tuple[Endpoint, ...]:
    """What the guard says to one host."""
    return asyncio.run(guard.endpoints(host, port))


@pytest.mark.parametrize("host", REFUSED)
def test_addresses_that_are_not_public_are_refused_in_every_spelling(host: str) -> None:
    """Loopback, private, link-local, metadata, multicast and reserved addresses never get through."""
    guard = Guard()
    with pytest.raises(WebFault) as fault:
        ask(guard, host)
    assert fault.value.cause is Cause.FORBIDDEN_ADDRESS
    assert guard.refused


@pytest.mark.parametrize("host", ["1.1.1.1", "8.8.8.8", "114.114.114.114", "2400:3200::1", "2606:4700:4700::1111"])
def test_public_addresses_pass(host: str) -> None:
    """A public address is handed out as it is, with the port asked for."""
    assert ask(Guard(), host, 443) == (Endpoint(host, 443),)


def test_public_addresses_are_refused_where_nothing_may_leave_the_machine() -> None:
    """With `public` False only the networks of `allow` are open."""
    guard = Guard(allow=["127.0.0.0/8"], public=False)
    assert ask(guard, "127.0.0.1", 8080) == (Endpoint("127.0.0.1", 8080),)
    with pytest.raises(WebFault) as fault:
        ask(guard, "8.8.8.8")
    assert fault.value.cause is Cause.FORBIDDEN_ADDRESS


def test_allow_opens_exactly_the_networks_it_names() -> None:
    """An allowed network is open in plain and in IPv6-mapped form; its neighbours stay closed."""
    guard = Guard(allow=["127.0.0.0/8", "fd00:1::/64"])
    assert ask(guard, "127.0.0.1")[0].address == "127.0.0.1"
    assert ask(guard, "2130706433")[0].address == "127.0.0.1"
    assert ask(guard, "::ffff:127.0.0.1")[0].address == "::ffff:7f00:1"
    assert ask(guard, "fd00:1::5")[0].family is socket.AF_INET6
    for closed in ("10.0.0.1", "::1", "fd00:2::5", "::ffff:10.0.0.1"):
        with pytest.raises(WebFault):
            ask(guard, closed)


def test_hosts_maps_names_with_and_without_port() -> None:
    """`name` maps every port, `name:port` only its own; a port in the target replaces the one asked for."""
    guard = Guard(
        allow=["127.0.0.0/8", "::1/128"],
        hosts={
            "City.Test.": "127.0.0.1",
            "shop.test:80": "127.0.0.2:8001",
            "shop.test:443": "127.0.0.2:8002",
            "six.test": "[::1]:9000",
            "bare.test": "::1",
        },
    )
    assert ask(guard, "city.test", 81) == (Endpoint("127.0.0.1", 81),)
    assert ask(guard, "CITY.TEST.", 82) == (Endpoint("127.0.0.1", 82),)
    assert ask(guard, "shop.test", 80) == (Endpoint("127.0.0.2", 8001),)
    assert ask(guard, "shop.test", 443) == (Endpoint("127.0.0.2", 8002),)
    assert ask(guard, "six.test", 80) == (Endpoint("::1", 9000),)
    assert ask(guard, "bare.test", 80) == (Endpoint("::1", 80),)


def test_a_mapping_is_checked_too() -> None:
    """A made-up name that is mapped to an address outside `allow` is refused."""
    with pytest.raises(WebFault) as fault:
        ask(Guard(allow=["127.0.0.0/8"], hosts={"city.test": "10.0.0.1"}), "city.test")
    assert fault.value.cause is Cause.FORBIDDEN_ADDRESS


class Names:
    """Answers of a name server, put in the place of the system's; counts how often it is asked."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked.append(host)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in answer.split()
        ]


def with_names(guard: Guard, names: Names, *hosts: str) -> list[tuple[Endpoint, ...] | WebFault]:
    """Ask for several hosts, one after the other, in one loop whose name server is `names`."""

    async def asking() -> list[tuple[Endpoint, ...] | WebFault]:
        asyncio.get_running_loop().getaddrinfo = names  # type: ignore[assignment]
        found: list[tuple[Endpoint, ...] | WebFault] = []
        for host in hosts:
            try:
                found.append(await guard.endpoints(host, 80))
            except WebFault as fault:
                found.append(fault)
        return found

    return asyncio.run(asking())


def test_one_private_address_among_several_refuses_the_name() -> None:
    """A name that answers with a public and a private address is refused as a whole."""
    (found,) = with_names(Guard(), Names("93.184.216.34 10.0.0.7"), "mixed.test")
    assert isinstance(found, WebFault)
    assert found.cause is Cause.FORBIDDEN_ADDRESS


def test_a_name_is_resolved_once_and_stays_where_it_was() -> None:
    """A name server that changes its mind between check and use changes nothing: the first answer is kept."""
    names = Names("93.184.216.34 2606:2800:220:1::1", "127.0.0.1")
    first, second = with_names(Guard(), names, "rebind.test", "REBIND.test.")
    assert first == second == (Endpoint("93.184.216.34", 80), Endpoint("2606:2800:220:1::1", 80))
    assert names.asked == ["rebind.test"]


def test_two_look_ups_at_once_agree() -> None:
    """Two requests that ask for one name at the same moment are sent to the same address."""
    guard = Guard()

    async def both() -> list[tuple[Endpoint, ...]]:
        asyncio.get_running_loop().getaddrinfo = Names("93.184.216.34", "93.184.216.35")  # type: ignore[assignment]
        return await asyncio.gather(guard.endpoints("twin.test", 80), guard.endpoints("twin.test", 80))

    asyncio.run(both())
    assert asyncio.run(guard.endpoints("twin.test", 80)) == (Endpoint("93.184.216.34", 80),)


def test_a_dead_name_is_dns_and_is_asked_again_later() -> None:
    """A name without an address has the cause `dns`; the failure is not kept, so that a retry can heal it."""
    first, second = with_names(Guard(), Names(socket.gaierror(-2, "no such name"), "93.184.216.34"), "x.test", "x.test")
    assert isinstance(first, WebFault)
    assert first.cause is Cause.DNS
    assert second == (Endpoint("93.184.216.34", 80),)


@pytest.mark.parametrize("host", ["a" * 70 + ".test", "bad\x00name.test", "..", "x" * 300])
def test_names_that_cannot_be_names_are_dns_faults(host: str) -> None:
    """Over-long labels, NUL bytes and empty labels are faults of the web, not of the program."""
    with pytest.raises(WebFault) as fault:
        ask(Guard(), host)
    assert fault.value.cause is Cause.DNS


def test_international_names_are_one_name_in_both_spellings() -> None:
    """A Chinese host name and its ASCII form are the same host, in `[hosts]` and in requests."""
    assert wire_name("政务.测试") == wire_name("xn--zfr164b.xn--0zwm56d") == "xn--zfr164b.xn--0zwm56d"
    guard = Guard(allow=["127.0.0.0/8"], hosts={"政务.测试": "127.0.0.1:8000"})
    assert ask(guard, "xn--zfr164b.xn--0zwm56d") == ask(guard, "政务.测试") == (Endpoint("127.0.0.1", 8000),)


def test_full_width_digits_do_not_hide_an_address() -> None:
    """An address written in full-width digits is read as what a browser makes of it."""
    with pytest.raises(WebFault) as fault:
        ask(Guard(), "１２７.０.０.１")
    assert fault.value.cause is Cause.FORBIDDEN_ADDRESS
