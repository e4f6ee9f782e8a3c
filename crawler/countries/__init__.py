"""The built-in city registry: the cities of a country, their portals, and how a campaign picks among them."""

from __future__ import annotations

import csv
import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, ValidationError

HERE = resources.files(__name__)
NEEDED = frozenset({"code", "name", "province", "portal"})
COLUMNS = NEEDED | {"name_en", "level", "province_code", "circle", "opendata", "opendata_family"}
CLOSE_MATCHES_SHOWN = 5


@dataclass(frozen=True)
class Text:
    """Words for people, in both report languages."""

    en: str
    zh: str


@dataclass(frozen=True)
class Province:
    """A first-level division; `iso` is its ISO 3166-2 code."""

    en: str
    zh: str
    iso: str


@dataclass(frozen=True)
class Circle:
    """A city cluster of a regional plan; `members` are city codes, `source` names the plan in words."""

    id: str
    name: Text
    definition: Text
    source: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Where rows of the registry come from, under which licence, and the day they were read (ISO date)."""

    name: str
    url: str
    licence: str
    retrieved: str
    used_for: str


@dataclass(frozen=True)
class Endings:
    """Parts of an official name that a user may leave out; `short` may stand in their place (延边州)."""

    cities: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    city_starts: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegistryCity:
    """One city of the registry; `portal` and `opendata` are None where no address is known for certain."""

    country: str
    code: str
    name: str
    level: str
    province: str
    circle: str | None
    portal: str | None
    opendata: str | None
    province_code: str = ""
    name_en: str | None = None
    opendata_family: str | None = None


@dataclass(frozen=True)
class Country:
    """A country of the registry; cities stand in the order of their file (by code)."""

    code: str
    name: Text
    languages: tuple[str, ...]
    circles: tuple[Circle, ...]
    sources: tuple[Source, ...]
    cities: tuple[RegistryCity, ...]
    levels: Mapping[str, Text] = field(hash=False, default_factory=dict)
    provinces: Mapping[str, Province] = field(hash=False, default_factory=dict)
    endings: Endings = Endings()


class CountryFileError(Exception):
    """A country file of this package is wrong: the message names the file, the key or line, and the cure."""


class UnknownCountry(LookupError):
    """The registry has no such country; the message lists those it has."""


class UnknownCity(LookupError):
    """A name, code, province, level or circle that the registry lacks, or a name that several cities bear.

    `cures` are what could be written instead.
    """

    def __init__(self, message: str, cures: tuple[str, ...]) -> None:
        super().__init__(message)
        self.cures = cures


class _Card(BaseModel):
    """A country's TOML file as written; `rebuild` belongs to script/registry and is not read here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: Text
    languages: tuple[str, ...]
    level: str | None = None
    levels: dict[str, Text]
    provinces: dict[str, Province]
    circles: tuple[Circle, ...] = ()
    sources: tuple[Source, ...]
    endings: Endings = Endings()
    rebuild: dict[str, object] = {}


def countries() -> tuple[str, ...]:
    """Codes of the countries in the registry, in alphabetical order."""
    files = (file.name for file in HERE.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


@cache
def country(code: str) -> Country:
    """The country with this code. Raises UnknownCountry, or CountryFileError if its files are wrong."""
    if code not in countries():
        raise UnknownCountry(f"the registry has no country {code!r}; it has: {', '.join(countries())}")
    try:
        card = _Card.model_validate(tomllib.loads((HERE / f"{code}.toml").read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise CountryFileError(f"crawler/countries/{code}.toml: {error}") from error
    cities = tuple(_cities(card))
    for circle in card.circles:
        if strangers := set(circle.members) - {city.code for city in cities}:
            raise CountryFileError(
                f"crawler/countries/{code}.toml: circle {circle.id} has members that {code}.csv has not:"
                f" {sorted(strangers)}"
            )
    return Country(
        code=card.code,
        name=card.name,
        languages=card.languages,
        circles=card.circles,
        sources=card.sources,
        cities=cities,
        levels=card.levels,
        provinces=card.provinces,
        endings=card.endings,
    )


def select(
    code: str,
    *,
    names: Iterable[str] = (),
    codes: Iterable[str] = (),
    provinces: Iterable[str] = (),
    levels: Iterable[str] = (),
    circles: Iterable[str] = (),
) -> tuple[RegistryCity, ...]:
    """Cities of a country, in registry order: any value within a key, all of the keys; no key, every city.

    A city may be named in full, without its ending (阿坝, 阿坝州, 杭州) or in English; the full name wins.
    A short name that is also a province's (吉林, 海南) is refused, and a name that several cities bear counts
    only where the other keys leave one of them. Provinces go by name, short name (浙江), English
    name or code; circles by id or name. Raises UnknownCountry, UnknownCity.
    """
    place = country(code)
    kept = place.cities
    for wanted, ask in (
        (codes, _by_code),
        (provinces, _by_province),
        (levels, _by_level),
        (circles, _by_circle),
    ):
        if answers := [ask(place, value) for value in wanted]:
            chosen = {city.code for cities in answers for city in cities}
            kept = tuple(city for city in kept if city.code in chosen)
    others = {city.code for city in kept}
    if named := [_by_name(place, value, others) for value in names]:
        chosen = {city.code for cities in named for city in cities}
        kept = tuple(city for city in kept if city.code in chosen)
    return kept


def _cities(card: _Card) -> Iterator[RegistryCity]:
    """The rows of the country's CSV, each checked against its card."""
    where = f"crawler/countries/{card.code}.csv"
    circle_of = {code: circle.id for circle in card.circles for code in circle.members}
    with (HERE / f"{card.code}.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        columns = set(rows.fieldnames or ())
        if wrong := (columns - COLUMNS) | (NEEDED - columns):
            raise CountryFileError(
                f"{where}: columns {sorted(wrong)} are unknown or missing; needed are {sorted(NEEDED)},"
                f" known are {sorted(COLUMNS)}"
            )
        for line, row in enumerate(rows, start=2):
            city = RegistryCity(
                country=card.code,
                code=row["code"],
                name=row["name"],
                level=row.get("level") or card.level or "",
                province=row["province"],
                circle=row.get("circle") or None,
                portal=row["portal"] or None,
                opendata=row.get("opendata") or None,
                province_code=row.get("province_code") or row["province"],
                name_en=row.get("name_en") or None,
                opendata_family=row.get("opendata_family") or None,
            )
            if city.level not in card.levels:
                raise CountryFileError(f"{where}:{line}: level {city.level!r} is not one of {list(card.levels)}")
            if city.province_code not in card.provinces:
                raise CountryFileError(f"{where}:{line}: province {city.province_code!r} is not in {card.code}.toml")
            if city.circle != circle_of.get(city.code):
                raise CountryFileError(
                    f"{where}:{line}: circle {city.circle!r}, but {card.code}.toml, which names the members,"
                    f" says {circle_of.get(city.code)!r}: run script/registry"
                )
            yield city


def _plain(name: str) -> str:
    """A name as compared: letters and digits only, in lower case (Xi'an = xian, St. Louis = St Louis)."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _shortened(name: str, endings: Iterable[str]) -> str:
    """The name without its longest known ending; never an empty string."""
    for ending in sorted(endings, key=len, reverse=True):
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending)
    return name


def _province_forms(place: Country, code: str) -> set[str]:
    """Every way to write a province, as compared."""
    province = place.provinces[code]
    short = _shortened(province.zh, place.endings.provinces)
    return {_plain(form) for form in (code, province.iso, province.en, province.zh, short)}


@cache
def _names(code: str) -> tuple[dict[str, list[RegistryCity]], dict[str, list[RegistryCity]]]:
    """Cities by full name, and by the other forms of their name."""
    place = country(code)
    full: dict[str, list[RegistryCity]] = {}
    other: dict[str, list[RegistryCity]] = {}
    for city in place.cities:
        full.setdefault(_plain(city.name), []).append(city)
        short = _shortened(city.name, place.endings.cities)
        for start in place.endings.city_starts:
            short = short.removeprefix(start)
        forms = {short, city.name_en or short}
        forms |= {short + ending for ending in place.endings.short if city.name.endswith(ending)}
        for form in {_plain(form) for form in forms} - {_plain(city.name)}:
            other.setdefault(form, []).append(city)
    return full, other


def _by_name(place: Country, name: str, others: set[str]) -> list[RegistryCity]:
    """The one city of that name; `others` are the codes that the other keys leave."""
    full, other = _names(place.code)
    plain = _plain(name)
    found = full.get(plain)
    if found is None:
        found = other.get(plain, [])
        province = next((code for code in place.provinces if plain in _province_forms(place, code)), None)
        if found and province is not None and any(city.code != province for city in found):
            cures = tuple(f"{city.name} ({city.code})" for city in found)
            raise UnknownCity(
                f"{place.code}: {name!r} is a province as well as a city; for the city write"
                f" {' or '.join(cures)}, for the province provinces = [{place.provinces[province].zh!r}]",
                cures,
            )
    if not found:
        options = [form for city in place.cities for form in (city.name, city.name_en) if form]
        raise _unknown(place, "city named", name, options)
    if len(found) > 1:
        left = [city for city in found if city.code in others]
        if len(left) > 1:
            cures = tuple(f"{city.name}, {city.province} ({city.code})" for city in left)
            raise UnknownCity(
                f"{place.code}: {name!r} is the name of {len(left)} cities; write the code, or add a"
                f" province: {'; '.join(cures)}",
                cures,
            )
        return left
    return found


def _by_code(place: Country, code: str) -> list[RegistryCity]:
    if found := [city for city in place.cities if city.code == code]:
        return found
    raise _unknown(place, "city with code", code, [city.code for city in place.cities])


def _by_province(place: Country, province: str) -> list[RegistryCity]:
    plain = _plain(province)
    for code in place.provinces:
        if plain in _province_forms(place, code):
            return [city for city in place.cities if city.province_code == code]
    options = [form for code, names in place.provinces.items() for form in (names.zh, names.en, code)]
    raise _unknown(place, "province", province, options)


def _by_level(place: Country, level: str) -> list[RegistryCity]:
    if level in place.levels:
        return [city for city in place.cities if city.level == level]
    raise _unknown(place, "level", level, list(place.levels), show_all=True)


def _by_circle(place: Country, circle: str) -> list[RegistryCity]:
    for known in place.circles:
        if circle in (known.id, known.name.en, known.name.zh):
            return [city for city in place.cities if city.circle == known.id]
    raise _unknown(place, "circle", circle, [known.id for known in place.circles], show_all=True)


def _unknown(place: Country, kind: str, value: str, options: list[str], *, show_all: bool = False) -> UnknownCity:
    """The error that says what is not known, and what was perhaps meant."""
    starting = [option for option in options if value and option.startswith(value)]
    near = starting + difflib.get_close_matches(value, options, CLOSE_MATCHES_SHOWN, cutoff=0.5)
    if not near:
        near = [option for option in options if value and option.startswith(value[0])]
    cures = tuple(options) if show_all else tuple(dict.fromkeys(near))[:CLOSE_MATCHES_SHOWN]
    hint = f"; did you mean {', '.join(cures)}?" if cures else ""
    if show_all:
        hint = f"; known are: {', '.join(cures) or 'none'}"
    return UnknownCity(f"{place.code}: no {kind} {value!r}{hint} (`civicprobe cities {place.code}` lists them)", cures)
