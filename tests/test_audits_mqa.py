"""The 405 points, the stars and the freshness of an open-data catalogue, on datasets made for the purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from audits.mqa import DIMENSIONS, Quality, is_fresh, is_open, quality, rating_of, stars
from probes.opendata.catalogue import DatasetSeen, DistributionSeen
from probes.opendata.cycles import cycle_days

FILE = DistributionSeen(
    format="csv",
    media_type="text/csv",
    download_url="https://d.example/a.csv",
    access_url="https://d.example/a",
    rights="free",
    size_bytes=10,
)
WHOLE = DatasetSeen(
    id="1",
    title="Berths",
    description="Where ships lie.",
    publisher="Harbour Office",
    contact=True,
    themes=("Transport",),
    keywords=2,
    licence="CC BY 4.0",
    licence_uri="https://creativecommons.org/licenses/by/4.0/",
    access_rights="public",
    access_rights_uri="http://publications.europa.eu/resource/authority/access-right/PUBLIC",
    issued="2025-01-01",
    modified="2026-09-20",
    frequency="monthly",
    spatial="Harbourtown",
    temporal="2025",
    distributions=(FILE,),
)
ANSWERED = {"https://d.example/a.csv": 200, "https://d.example/a": 301}


def judged(*datasets: DatasetSeen, statuses: dict[str, int] | None = None) -> Quality:
    found = quality(datasets, ANSWERED if statuses is None else statuses)
    assert found is not None
    return found


def test_the_points_add_up_to_405() -> None:
    """100 + 100 + 110 + 75 + 20, as the method has it."""
    assert [sum(points.values()) for points in DIMENSIONS.values()] == [100, 100, 110, 75, 20]


def test_a_catalogue_that_lacks_nothing_has_all_points() -> None:
    """405 points, excellent; an empty catalogue has no points at all."""
    assert (judged(WHOLE).total, judged(WHOLE).rating) == ((405, 405), "excellent")
    assert quality([], {}) is None


def test_credit_is_partial_by_records() -> None:
    """Half of the datasets have keywords and licence: half of their points."""
    bare = replace(WHOLE, id="2", keywords=0, licence=None, licence_uri=None)
    found = judged(WHOLE, bare)
    assert [found.points[name][0] for name in ("keyword", "licence", "licence_vocabulary")] == [15, 10, 5]


def test_an_address_that_was_not_asked_is_unknown_and_not_zero() -> None:
    """Both ends are told; a rating that hangs on it is not given."""
    found = judged(WHOLE, statuses={})
    assert found.of("accessibility") == (20, 100)
    assert (found.total, found.rating) == ((325, 405), None)
    assert judged(WHOLE, statuses=dict.fromkeys(ANSWERED, 404)).of("accessibility") == (20, 20)


def test_only_the_best_file_counts_for_format() -> None:
    """A PDF beside a table costs nothing; a dataset without files gains nothing."""
    pdf = DistributionSeen(format="pdf", access_url="https://d.example/a")
    assert judged(replace(WHOLE, distributions=(pdf, FILE))).of("interoperability") == (110, 110)
    assert judged(replace(WHOLE, distributions=())).of("interoperability") == (30, 30)
    assert judged(replace(WHOLE, distributions=())).of("accessibility") == (0, 0)


def test_what_a_list_leaves_out_is_unknown() -> None:
    """A dataset whose own page was not seen may well have keywords."""
    short = replace(WHOLE, keywords=0, in_full=False)
    assert judged(short).points["keyword"] == (0, 30)


@pytest.mark.parametrize(
    ("points", "rating"),
    [
        (405, "excellent"),
        (351, "excellent"),
        (350, "good"),
        (221, "good"),
        (220, "sufficient"),
        (121, "sufficient"),
        (120, "bad"),
        (0, "bad"),
    ],
)
def test_the_ratings_have_the_bounds_of_the_method(points: int, rating: str) -> None:
    """351, 221 and 121 points are the least of their ratings."""
    assert rating_of(points) == rating


@pytest.mark.parametrize(
    ("licence", "formats", "number"),
    [
        ("CC BY", ("pdf",), 1),
        ("CC BY", ("xlsx",), 2),
        ("CC BY", ("xlsx", "csv"), 3),
        ("CC BY", ("ttl",), 4),
        ("CC BY", ("sparql",), 5),
        ("CC BY-NC", ("csv",), 0),
        (None, ("ttl",), 0),
    ],
)
def test_stars_are_climbed_one_by_one(licence: str | None, formats: tuple[str, ...], number: int) -> None:
    """Without an open licence there is no star, however good the format."""
    files = tuple(DistributionSeen(format=name) for name in formats)
    assert stars(replace(WHOLE, licence=licence, licence_uri=None, distributions=files)) == number


@pytest.mark.parametrize(
    ("licence", "is_so"),
    [
        ("Creative Commons Attribution 4.0", True),
        ("cc-zero", True),
        ("http://www.opendefinition.org/licenses/cc-by", True),
        ("https://creativecommons.org/licenses/by-nc/4.0/", False),
        ("Open Government Licence v3.0", True),
        ("云岫市公共数据开放授权协议", True),
        ("All rights reserved", False),
        ("access", False),
        (None, False),
    ],
)
def test_open_licences_are_known_by_name_or_address(licence: str | None, is_so: bool) -> None:
    """Use for commerce and changed versions must be free."""
    assert is_open(licence) is is_so


@pytest.mark.parametrize(
    ("stated", "days"),
    [
        ("每月", 31),
        ("每半年", 184),
        ("每季度", 92),
        ("年", 366),
        ("实时", 1),
        ("不定期", None),
        ("monthly", 31),
        ("ANNUAL_2", 184),
        ("R/P1W", 7),
        ("R/P0.5M", 15.5),
        ("R/PT1H", 1),
        ("irregular", None),
        ("", None),
        (None, None),
    ],
)
def test_cycles_are_read_in_words_codes_and_intervals(stated: str | None, days: float | None) -> None:
    """What promises nothing regular has no cycle."""
    assert cycle_days(stated) == days


def test_freshness_is_measured_against_the_stated_cycle() -> None:
    """A monthly dataset may be a month and a few days old; without a cycle nothing is said."""
    assert is_fresh(WHOLE, date(2026, 10, 15)) is True
    assert is_fresh(WHOLE, date(2026, 11, 15)) is False
    assert is_fresh(replace(WHOLE, frequency=None), date(2026, 11, 15)) is None
    assert is_fresh(replace(WHOLE, modified="2026"), date(2026, 11, 15)) is None
