"""The city registry holds what the official lists hold, and finds cities the way people name them."""

from __future__ import annotations

import re
import runpy
import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler import countries
from crawler.countries import RegistryCity, UnknownCity, UnknownCountry, country, select

HOME = Path(__file__).resolve().parent.parent
FILES = resources.files("crawler.countries")
# Portals whose home page is not the root of their host, with the reason: none is known.
NOT_AT_ROOT: dict[str, str] = {}


def names(cities: tuple[RegistryCity, ...]) -> list[str]:
    return [city.name for city in cities]


def card(code: str) -> dict[str, Any]:
    return tomllib.loads((FILES / f"{code}.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """The functions of script/registry."""
    return runpy.run_path(str(HOME / "script" / "registry"), run_name="registry")


def test_china_has_333_prefecture_level_units_and_4_municipalities() -> None:
    """293 cities, 7 prefectures, 30 autonomous prefectures and 3 leagues, as the state counts."""
    levels = Counter(city.level for city in country("cn").cities)
    assert levels == {
        "municipality": 4,
        "prefecture_city": 293,
        "prefecture": 7,
        "autonomous_prefecture": 30,
        "league": 3,
    }
    assert levels.total() - levels["municipality"] == 333


@pytest.mark.parametrize("code", countries.countries())
def test_codes_are_unique_and_sorted(code: str) -> None:
    """No code stands twice, and the order of a country is that of its codes."""
    codes = [city.code for city in country(code).cities]
    assert codes == sorted(set(codes))


def test_chinese_codes_and_provinces_agree() -> None:
    """The first two digits of a code are its province's; the names are the country file's."""
    place = country("cn")
    assert len(place.provinces) == 31
    for city in place.cities:
        assert re.fullmatch(r"\d{6}", city.code)
        assert city.code[:2] == city.province_code[:2]
        assert city.province == place.provinces[city.province_code].zh
        assert (city.level == "municipality") == (city.code == city.province_code)


def test_every_chinese_city_has_an_english_name() -> None:
    """Reports in English need a name in Latin letters for each unit."""
    for city in country("cn").cities:
        assert re.fullmatch(r"[A-Z][A-Za-z' ]+", city.name_en or ""), city.code


def test_merged_and_county_level_units_are_gone() -> None:
    """Laiwu joined Jinan in 2019; Binhai and Pudong are districts."""
    codes = {city.code for city in country("cn").cities}
    assert not codes & {"371200", "120116", "310115", "110100", "429000", "659000"}
    assert {"460300", "460400", "540600", "650500", "420600", "520500", "520600"} <= codes


def test_circles_have_the_members_of_their_plans() -> None:
    """The Yangtze delta has 41, the Pearl River delta 9, Beijing-Tianjin-Hebei 13; no city is in two."""
    place = country("cn")
    assert {circle.id: len(circle.members) for circle in place.circles} == {
        "yangtze_delta": 41,
        "pearl_delta": 9,
        "jing_jin_ji": 13,
    }
    members = [code for circle in place.circles for code in circle.members]
    assert len(members) == len(set(members))
    assert {city.code for city in place.cities if city.circle} == set(members)
    whole = select("cn", provinces=["上海", "江苏", "浙江", "安徽"])
    assert set(whole) == set(select("cn", circles=["yangtze_delta"]))
    assert set(select("cn", provinces=["北京", "天津", "河北"])) == set(select("cn", circles=["京津冀"]))
    assert {city.province for city in select("cn", circles=["pearl_delta"])} == {"广东省"}


@pytest.mark.parametrize("code", countries.countries())
def test_portals_are_home_pages_on_hosts_of_their_own(code: str) -> None:
    """A portal is an http(s) address at the root of a host that no other city of the country has."""
    portals = [city.portal for city in country(code).cities if city.portal]
    for portal in portals:
        parts = urlsplit(portal)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert (parts.query, parts.fragment) == ("", "")
        assert parts.path == "/" or portal in NOT_AT_ROOT, portal
    hosts = Counter(urlsplit(portal).hostname for portal in portals)
    assert not [host for host, times in hosts.items() if times > 1]


def test_chinese_portals_are_under_gov_cn() -> None:
    """A city portal is www.X.gov.cn (guidelines of 2017); hosts of another form were replaced."""
    portals = [city.portal for city in country("cn").cities if city.portal]
    assert all(re.fullmatch(r"https?://www\.[a-z0-9-]+\.gov\.cn/", portal) for portal in portals)
    assert len(portals) == 337


def test_open_data_addresses_are_of_cities_alone() -> None:
    """None stands twice, none is the portal itself or a bare network address; a family needs an address."""
    cities = country("cn").cities
    known = [city for city in cities if city.opendata]
    assert len({city.opendata for city in known}) == len(known) > 150
    for city in known:
        assert city.opendata is not None
        assert city.opendata != city.portal
        host = urlsplit(city.opendata).hostname or ""
        assert not re.fullmatch(r"[\d.]+", host)
    families = {city.opendata_family for city in cities if city.opendata_family}
    assert families == {"oportal", "odweb", "jdop", "gxopendata"}
    assert not [city.code for city in cities if city.opendata_family and not city.opendata]


@pytest.mark.parametrize("code", countries.countries())
def test_decisions_by_hand_carry_their_reason_and_stand_in_the_list(code: str) -> None:
    """Whoever rebuilds a list finds why a row differs from its source; the list is as new as the reasons."""
    rebuild = card(code)["rebuild"]
    assert all(decision["why"] for kind in ("portal", "opendata") for decision in rebuild.get(kind, ()))
    portals = {city.portal for city in country(code).cities}
    assert {decision["url"] for decision in rebuild["portal"]} <= portals
    opendata = {(city.code, city.opendata) for city in country(code).cities}
    for decision in rebuild.get("opendata", ()):
        if "code" in decision:
            assert (decision["code"], decision["url"]) in opendata
        else:
            assert decision["url"] not in {url for _, url in opendata}


@pytest.mark.parametrize("code", countries.countries())
def test_sources_say_licence_and_day(code: str) -> None:
    """Every source names its licence and the day it was read."""
    for source in country(code).sources:
        assert all((source.name, source.licence, source.used_for))
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", source.retrieved)


def test_united_states_rows_are_cities_with_https_portals() -> None:
    """Thousands of cities, each with an https portal; no e-mail address is kept; the file stays small."""
    text = (FILES / "us.csv").read_text(encoding="utf-8")
    assert "@" not in text
    assert len(text.encode()) < 400_000
    cities = country("us").cities
    assert 4_000 < len(cities) < 8_000
    for city in cities:
        assert re.fullmatch(r"us-[a-z]{2}-[a-z0-9-]+", city.code)
        assert city.code[3:5].upper() == city.province
        assert (city.portal or "").startswith("https://")
        assert not re.search(r"(?i)\b(police|sheriff|library|department|township|county)\b", city.name)


@pytest.mark.parametrize(
    ("name", "portal"),
    [
        ("Chicago", "https://chicago.gov/"),
        ("Boston", "https://boston.gov/"),
        ("Los Angeles", "https://lacity.gov/"),
        ("Salt Lake City", "https://slc.gov/"),
        ("New York", "https://nyc.gov/"),
        ("St Louis", "https://stlouis-mo.gov/"),
    ],
)
def test_well_known_cities_have_their_own_site(name: str, portal: str) -> None:
    """Of several domains, the city's own is chosen."""
    assert [city.portal for city in select("us", names=[name])] == [portal]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("杭州市", "杭州市"),
        ("杭州", "杭州市"),
        ("Hangzhou", "杭州市"),
        ("xian", "西安市"),
        ("Xi'an", "西安市"),
        ("北京", "北京市"),
        ("阿坝", "阿坝藏族羌族自治州"),
        ("阿坝州", "阿坝藏族羌族自治州"),
        ("海西", "海西蒙古族藏族自治州"),
        ("阿里", "阿里地区"),
        ("锡林郭勒", "锡林郭勒盟"),
        ("吉林市", "吉林市"),
        ("海南藏族自治州", "海南藏族自治州"),
        ("海南州", "海南藏族自治州"),
    ],
)
def test_a_city_is_found_with_and_without_its_ending(written: str, name: str) -> None:
    """市, 地区, 盟 and 自治州 may be left out; English names and apostrophes do not matter."""
    assert names(select("cn", names=[written])) == [name]


@pytest.mark.parametrize("name", ["吉林", "海南", "Jilin"])
def test_a_short_name_that_is_also_a_province_is_refused(name: str) -> None:
    """吉林 may mean the city or the province: the error says how to write either."""
    with pytest.raises(UnknownCity, match="province as well as a city") as caught:
        select("cn", names=[name])
    assert len(caught.value.cures) == 1
    assert "provinces = " in str(caught.value)


def test_every_unit_is_found_by_its_full_name() -> None:
    """No full Chinese name is shadowed by another unit's short name."""
    for city in country("cn").cities:
        assert select("cn", names=[city.name]) == (city,)


def test_a_name_of_several_cities_needs_another_key() -> None:
    """Suzhou is in Jiangsu and in Anhui; a province tells which."""
    with pytest.raises(UnknownCity, match="320500") as caught:
        select("cn", names=["Suzhou"])
    assert len(caught.value.cures) == 2
    assert names(select("cn", names=["Suzhou"], provinces=["安徽"])) == ["宿州市"]
    assert select("cn", names=["Suzhou"], provinces=["浙江"]) == ()
    (springfield,) = select("us", names=["Springfield"], provinces=["MA"])
    assert springfield.code == "us-ma-springfield"


@pytest.mark.parametrize("province", ["浙江", "浙江省", "Zhejiang", "330000", "CN-ZJ"])
def test_a_province_goes_by_many_names(province: str) -> None:
    """Short, full and English names and both codes of a province mean the same eleven cities."""
    assert len(select("cn", provinces=[province])) == 11


def test_short_names_of_autonomous_regions_are_known() -> None:
    """广西 stands for 广西壮族自治区, 新疆 for 新疆维吾尔自治区, California for CA."""
    assert {city.province for city in select("cn", provinces=["广西", "新疆", "内蒙古"])} == {
        "广西壮族自治区",
        "新疆维吾尔自治区",
        "内蒙古自治区",
    }
    assert select("us", provinces=["California"]) == select("us", provinces=["CA"])


def test_keys_intersect_and_values_unite() -> None:
    """Within a key any value serves, across keys all must; the order is the registry's."""
    assert names(select("cn", names=["苏州", "杭州"])) == ["苏州市", "杭州市"]
    assert names(select("cn", codes=["310000", "110000"], levels=["municipality"])) == ["北京市", "上海市"]
    assert select("cn", codes=["310000"], levels=["league"]) == ()
    leagues_and_prefectures = select("cn", levels=["league", "prefecture"], provinces=["内蒙古", "黑龙江"])
    assert names(leagues_and_prefectures) == ["兴安盟", "锡林郭勒盟", "阿拉善盟", "大兴安岭地区"]
    assert select("cn") == country("cn").cities


@pytest.mark.parametrize(
    ("key", "value", "cure"),
    [
        ("names", "杭洲市", "杭州市"),
        ("names", "大兴", "大兴安岭地区"),
        ("names", "克州", "克孜勒苏柯尔克孜自治州"),
        ("codes", "330101", "330100"),
        ("provinces", "浙江市省", "浙江省"),
        ("levels", "city", "prefecture_city"),
        ("circles", "bay", "pearl_delta"),
    ],
)
def test_what_is_not_known_comes_with_close_matches(key: str, value: str, cure: str) -> None:
    """The error names the value and what was perhaps meant."""
    with pytest.raises(UnknownCity, match=re.escape(value)) as caught:
        select("cn", **{key: [value]})  # type: ignore[arg-type]  # the key is a parameter of this test
    assert cure in caught.value.cures
    assert cure in str(caught.value)


def test_an_unknown_country_lists_those_known() -> None:
    """The error names the countries of the registry."""
    with pytest.raises(UnknownCountry, match="cn, us"):
        country("atlantis")


def test_loading_twice_gives_the_same_object() -> None:
    """Reading is cached, and what is read cannot be changed."""
    assert country("cn") is country("cn")
    with pytest.raises(AttributeError):
        country("cn").cities[0].name = "x"  # type: ignore[misc]  # that it cannot be set is the fact proved


def test_a_wrong_country_file_names_file_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in a country file stops the program with the file, the key or line, and what would be right."""
    (tmp_path / "zx.csv").write_text("code,title\n1,Town\n", encoding="utf-8")
    for code in ("zz", "zy"):
        (tmp_path / f"{code}.csv").write_text("code,name,province,portal\n1,Town,P,\n", encoding="utf-8")
    good = (FILES / "us.toml").read_text(encoding="utf-8").replace('code = "us"', 'code = "zz"', 1)
    (tmp_path / "zz.toml").write_text(good, encoding="utf-8")
    (tmp_path / "zx.toml").write_text(good.replace('"zz"', '"zx"', 1), encoding="utf-8")
    (tmp_path / "zy.toml").write_text(good.replace("languages", "tongues", 1), encoding="utf-8")
    monkeypatch.setattr(countries, "HERE", tmp_path)
    with pytest.raises(countries.CountryFileError, match=r"zz\.csv:2: province 'P'"):
        country("zz")
    with pytest.raises(countries.CountryFileError, match=r"zx\.csv: columns .*'portal'.*'title'"):
        country("zx")
    with pytest.raises(countries.CountryFileError, match=r"(?s)zy\.toml.*languages"):
        country("zy")


@pytest.mark.parametrize(
    ("organization", "place", "state", "domain", "read"),
    [
        ("City of Chicago", "Chicago", "IL", "chicago.gov", ("city", "Chicago", "IL")),
        ("Salt Lake City Corporation", "Salt Lake City", "UT", "slc.gov", ("city", "Salt Lake City", "UT")),
        ("Alpine City Corporation", "Alpine", "UT", "alpineut.gov", ("city", "Alpine", "UT")),
        ("Inc. Village of Freeport", "Freeport", "NY", "freeportny.gov", ("village", "Freeport", "NY")),
        ("APEX, TOWN OF", "Apex", "NC", "apexnc.gov", ("town", "Apex", "NC")),
        ("City of Rome, Georgia", "Rome", "GA", "romega.gov", ("city", "Rome", "GA")),
        ("Village of Angel Fire", "Angel Fire", "NM", "angelfirenm.gov", ("village", "Angel Fire", "NM")),
        ("City of Renssealaer", "Rensselaer", "NY", "rensselaerny.gov", ("city", "Rensselaer", "NY")),
        ("City of Rome, Georgia Police Department", "Rome", "GA", "romegapolice.gov", None),
        ("Town of Brookfield", "Brookfield", "WI", "townofbrookfield.gov", None),
        ("Addison Township", "Leonard", "MI", "addisontownshipmi.gov", None),
        ("Costa Mesa Sanitary District", "Costa Mesa", "CA", "cmsdca.gov", None),
    ],
)
def test_only_whole_city_governments_are_read(
    script: dict[str, Any], organization: str, place: str, state: str, domain: str, read: object
) -> None:
    """Cities, towns, villages and boroughs are kept; their offices, districts and townships are not."""
    fact = {"Organization name": organization, "City": place, "State": state, "Domain name": domain}
    assert script["understood"](fact, {code: p["en"] for code, p in card("us")["provinces"].items()}) == read


def test_of_several_domains_the_citys_own_comes_first(script: dict[str, Any]) -> None:
    """The plain name comes before one with a hyphen; an office's or another state's is not taken."""
    states = {code: p["en"] for code, p in card("us")["provinces"].items()}

    def order(*domains: str) -> list[str]:
        return sorted(domains, key=lambda domain: script["rank"](domain, "Dallas", "city", "TX", states))

    own = ["dallas.gov", "dallastx.gov", "cityofdallas.gov", "dallas-tx.gov", "dallascityhall-tx.gov"]
    assert order(*reversed(own)) == own
    for domain in ("dallaspolice.gov", "readydallastx.gov", "dallasga.gov", "example.gov"):
        assert script["rank"](domain, "Dallas", "city", "TX", states)[0] == script["UNLIKE"]


def test_an_address_is_cut_back_to_the_home_page(script: dict[str, Any]) -> None:
    """A deep link stands for the portal it lies in; a fragment is not part of an open-data address."""
    assert script["home"]("http://WWW.sjz.gov.cn/col/1596004092567/") == "http://www.sjz.gov.cn/"
    assert script["bare"]("https://data.example.gov.cn/#/home") == "https://data.example.gov.cn/"
