"""The campaign file: which cities, how politely, how far; every mistake in it is named with file, key and cure."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from audits.city import City
from crawler.countries import UnknownCity, countries, select


class CampaignError(Exception):
    """A campaign file that cannot be used; the message names file, key and cure, one line a mistake."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Budget(_Strict):
    """Bounds for one city: plain pages, browser page loads (a view each), links of inner pages that are only asked
    whether they answer (HEAD), and minutes from its first request."""

    pages: Annotated[int, Field(ge=1, le=100_000)] = 240
    browser_pages: Annotated[int, Field(ge=0, le=10_000)] = 16
    links: Annotated[int, Field(ge=0, le=10_000)] = 240
    minutes: Annotated[float, Field(gt=0, le=7 * 24 * 60)] = 60


class Politeness(_Strict):
    """Pace towards one site and one address; only loopback sites named in `allow` may use no delay at all."""

    delay_s: Annotated[float, Field(ge=0, le=3600)] = 1.0
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 30.0
    retries: Annotated[int, Field(ge=0, le=5)] = 2
    retry_delay_s: Annotated[float, Field(ge=0, le=3600)] = 15.0
    max_body_mb: Annotated[float, Field(gt=0, le=200)] = 10.0


class CityEntry(_Strict):
    """One `[[city]]` table: a city of the user's own, with its portals."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    portals: Annotated[list[str], Field(min_length=1)]
    country: str = "cn"  # ISO 3166-1; it need not be in the registry
    name_en: str | None = None
    code: str | None = None
    level: str | None = None
    province: str | None = None
    circle: str | None = None
    opendata: str | None = None

    @field_validator("portals")
    @classmethod
    def _web_addresses(cls, portals: list[str]) -> list[str]:
        return [_web_address(portal) for portal in portals]

    @field_validator("country")
    @classmethod
    def _two_letters(cls, code: str) -> str:
        if not re.fullmatch("[a-z]{2}", code):
            raise ValueError(f"{code!r} is no country code; write the two letters of ISO 3166-1, such as cn, it or us")
        return code

    @field_validator("opendata")
    @classmethod
    def _web_address_or_none(cls, address: str | None) -> str | None:
        return None if address is None else _web_address(address)


class CityChoice(_Strict):
    """The `[cities]` table: which cities of the built-in registry; lists inside a key add up, keys narrow down."""

    country: str = "cn"
    names: list[str] = []
    codes: list[str] = []
    provinces: list[str] = []
    levels: list[str] = []
    circles: list[str] = []

    @field_validator("country")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in countries():
            raise ValueError(f"unknown country {code!r}; the registry knows {', '.join(countries())}")
        return code


class CampaignFile(_Strict):
    """The whole file, checked."""

    title: str = ""
    seed: int = 1
    as_of: date | None = None
    contact: str | None = None
    every: Literal["day", "week", "month", "quarter"] = "month"
    openings_a_day: Annotated[int, Field(ge=0, le=48)] = 0
    views: list[Literal["desktop", "phone", "slow_phone"]] = ["desktop", "phone", "slow_phone"]
    tabs: Annotated[int, Field(ge=1, le=8)] = 2
    memory_mb: Annotated[int, Field(ge=256)] | None = None  # of all processes together; None: by what the machine has
    budget: Budget = Budget()
    politeness: Politeness = Politeness()
    allow: list[str] = []
    hosts: dict[str, str | list[str]] = {}
    ca_file: Path | None = None
    random_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    evidence: list[Path] = []
    model: Path | None = None
    cities: CityChoice | None = None
    city: list[CityEntry] = []

    @field_validator("allow")
    @classmethod
    def _networks(cls, networks: list[str]) -> list[str]:
        for network in networks:
            try:
                ipaddress.ip_network(network)
            except ValueError as error:
                raise ValueError(f'{error}; write a network such as "127.0.0.0/8" or an address') from None
        return networks

    @field_validator("hosts")
    @classmethod
    def _addresses(cls, hosts: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
        for name, given in hosts.items():
            for target in [given] if isinstance(given, str) else given:
                if not _is_endpoint(target):
                    raise ValueError(f'{name} = {target!r}: write an address or address:port, such as "127.0.0.1:8080"')
        return {name.lower(): given for name, given in hosts.items()}

    @model_validator(mode="after")
    def _consistent(self) -> CampaignFile:
        if not self.city and self.cities is None:
            raise ValueError(
                "no cities: add a [[city]] table, or a [cities] table with names, codes, provinces or levels"
            )
        twice = sorted({entry.id for entry in self.city if [c.id for c in self.city].count(entry.id) > 1})
        if twice:
            raise ValueError(f"two [[city]] tables share the id {', '.join(twice)}; give each its own")
        if self.politeness.delay_s < 1.0 and not self.loopback_only:
            raise ValueError(
                "politeness.delay_s below 1 second is for loopback only; "
                "raise it, or limit `allow` and `[hosts]` to 127.0.0.0/8"
            )
        if not self.loopback_only and not _reachable(self.contact):
            raise ValueError(
                "contact is missing: give an e-mail or web address that portal owners can write to, "
                'such as contact = "survey@example.org"'
            )
        return self

    @property
    def may_leave_this_machine(self) -> bool:
        """Whether public addresses may be asked: only by a campaign that says whom to write to, and at a polite
        pace.
        """
        return self.politeness.delay_s >= 1.0 and _reachable(self.contact)

    @property
    def loopback_only(self) -> bool:
        """Whether every portal named here is mapped to, or is, a loopback address."""
        if self.cities is not None or not self.city:
            return False
        addresses = [portal for entry in self.city for portal in entry.portals]
        return all(self._on_loopback(address) for address in addresses)

    def _on_loopback(self, url: str) -> bool:
        host = re.sub(r"^https?://", "", url).split("/")[0].lower()
        name = re.sub(r":\d+$", "", host)
        given = self.hosts.get(host) or self.hosts.get(name) or self.hosts.get(f"{name}:80") or name
        return all(_is_loopback(target) for target in ([given] if isinstance(given, str) else given))


class Campaign:
    """A campaign ready to run: its name, folder and file as checked, and its cities in order.

    Raises CampaignError for an unreadable or wrong file.
    """

    def __init__(self, path: Path, *, out: Path | None = None) -> None:
        self.path = path
        self.file = _read(path)
        self.name = path.stem
        self.out = out if out is not None else path.parent / path.stem
        self.cities = _cities(path, self.file)

    @property
    def title(self) -> str:
        """The campaign's title, or its name where the file gives none."""
        return self.file.title or self.name

    @property
    def agent(self) -> str:
        """The agent string sent with every request: who we are and whom to write to."""
        contact = self.file.contact or "loopback test"
        return f"CivicProbe/{version()} (survey of public city websites; {contact})"

    def relative(self, path: Path) -> Path:
        """A path of the file, read from the campaign file's own folder."""
        return path if path.is_absolute() else self.path.parent / path


def version() -> str:
    """The version of CivicProbe that is running."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("civicprobe")
    except PackageNotFoundError:
        return "0+checkout"


def _read(path: Path) -> CampaignFile:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CampaignError(f"{path}: there is no such file; name an existing campaign file") from None
    except IsADirectoryError:
        raise CampaignError(f"{path}: is a folder; name the campaign's .toml file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CampaignError(f"{path}: cannot be read ({error}); save it as UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise CampaignError(f"{path}: is not valid TOML: {error}") from None
    try:
        return CampaignFile.model_validate(data)
    except ValidationError as error:
        raise CampaignError("\n".join(_mistake(path, data, each) for each in error.errors())) from None


_CURES = {
    "extra_forbidden": "remove it, or correct its spelling",
    "missing": "add it",
}


def _mistake(path: Path, data: dict[str, Any], error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"]) or "(file)"
    message = error["msg"].removeprefix("Value error, ").replace("Extra inputs are not permitted", "unknown key")
    cure = _CURES.get(error["type"], "")
    if error["type"] == "extra_forbidden":
        import difflib

        known = _known_keys(error["loc"])
        close = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        cure = f"did you mean `{close[0]}`?" if close else f"remove it; known here: {', '.join(known)}"
    given = error.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) and error["type"] != "missing" else ""
    return f"{path}: {key}: {message}{shown}" + (f"; {cure}" if cure else "")


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    tables: dict[str, type[BaseModel]] = {
        "budget": Budget,
        "politeness": Politeness,
        "city": CityEntry,
        "cities": CityChoice,
    }
    table = tables.get(str(location[0])) if len(location) > 1 else CampaignFile
    return sorted((table or CampaignFile).model_fields)


def _cities(path: Path, file: CampaignFile) -> tuple[City, ...]:
    cities = [
        City(
            id=entry.id,
            name=entry.name,
            country=entry.country,
            portals=tuple(entry.portals),
            code=entry.code,
            name_en=entry.name_en,
            level=entry.level,
            province=entry.province,
            circle=entry.circle,
            opendata=entry.opendata,
        )
        for entry in file.city
    ]
    if file.cities is not None:
        choice = file.cities
        try:
            chosen = select(
                choice.country,
                names=tuple(choice.names),
                codes=tuple(choice.codes),
                provinces=tuple(choice.provinces),
                levels=tuple(choice.levels),
                circles=tuple(choice.circles),
            )
        except UnknownCity as error:
            raise CampaignError(f"{path}: cities: {error}") from None
        taken = {city.id for city in cities}
        for known in chosen:
            identity = known.code if known.code.startswith(choice.country) else f"{choice.country}-{known.code}"
            if identity in taken:
                raise CampaignError(f"{path}: city {identity} is named twice; keep one of [[city]] and [cities]")
            cities.append(
                City(
                    id=identity,
                    name=known.name,
                    country=choice.country,
                    portals=(known.portal,) if known.portal else (),
                    code=known.code,
                    level=known.level,
                    province=known.province,
                    circle=known.circle,
                    opendata=known.opendata,
                )
            )
    if not cities:
        raise CampaignError(f"{path}: cities: the choice is empty; no city of the registry matches all of its keys")
    return tuple(cities)


def _is_endpoint(target: str) -> bool:
    """Whether this is an address, or an address with a port: `127.0.0.1`, `127.0.0.1:8080`, `[::1]:8080`."""
    parts = re.fullmatch(r"\[([^\]]+)\](?::(\d+))?|([\d.]+)(?::(\d+))?", target)
    given = parts.groups() if parts is not None else (target, None, None, None)
    address, port = given[0] or given[2] or "", given[1] or given[3]
    try:
        ipaddress.ip_address(address)
        return port is None or 0 < int(port) < 65536
    except ValueError:
        return False


def _is_loopback(target: str) -> bool:
    bare = re.sub(r"(?<=\]):\d+$", "", target)
    bare = bare.rsplit(":", 1)[0] if bare.count(":") == 1 else bare
    try:
        return ipaddress.ip_address(bare.strip("[]")).is_loopback
    except ValueError:
        return bare == "localhost"


def _web_address(address: str) -> str:
    if not re.match(r"^https?://[^/\s?#@]+(?:[/?#]\S*)?$", address):
        raise ValueError(f"{address!r} is not a web address; write it with http:// or https:// and a host")
    return address


def _reachable(contact: str | None) -> bool:
    return contact is not None and ("@" in contact or contact.startswith(("http://", "https://")))
