"""Open data: what a catalogue tells of its datasets, how open and how fresh they are."""

from __future__ import annotations

import math

from audits.band import Band
from audits.checks.ages import today
from audits.checks.opendata import platform_of, shown
from audits.city import CitySeen, VisitedPage
from audits.mqa import DIMENSIONS, is_fresh, is_open, quality, stars
from audits.registry import check
from audits.verdict import Verdict, cant_tell, failed, graded, percent
from probes.opendata.catalogue import DatasetSeen, DownloadSeen
from probes.opendata.cycles import cycle_days
from probes.outcome import Cause

LEAST_ASKED = 3
"""Addresses that must have been asked before their answers stand for the rest."""


def described(city: CitySeen) -> tuple[DatasetSeen, ...]:
    """The datasets whose metadata was seen in full: all, or those whose own pages were visited."""
    return tuple(dataset for dataset in platform_of(city).datasets if dataset.in_full and dataset.title)


def _unread(city: CitySeen) -> Verdict:
    """No dataset could be judged: an empty catalogue has none, all else is unknown."""
    seen = platform_of(city)
    if seen.usable and seen.complete and seen.datasets_total == 0:
        return failed("none", value=0.0, evidence=shown(city))
    cause = next((page.cause for page in city.with_role("opendata.api") if page.cause is not None), None)
    return cant_tell(cause or Cause.NOT_SAMPLED, "unread", evidence=shown(city))


def _status(page: VisitedPage, pages: dict[str, VisitedPage]) -> int | None:
    """The status at the end of redirects; a file that leads to a login counts as refused (401)."""
    for _ in range(10):
        target = pages.get(page.redirected_to or "")
        if target is None:
            break
        page = target
    download = page.saw(DownloadSeen)
    return 401 if download is not None and download.login_redirect else page.status


def statuses(city: CitySeen) -> dict[str, int]:
    """The status of every address that was asked in this round."""
    pages = {page.url: page for page in city.pages if page.way in ("plain", "recheck") and page.method != "POST"}
    found = ((url, _status(page, pages)) for url, page in pages.items())
    return {url: status for url, status in found if status is not None}


@check(reasons={"points": ("points", "most", "datasets"), "none": (), "unread": (), "not_asked": ()})
def metadata_quality(city: CitySeen, *, dimension: str) -> Verdict:
    """The points of one dimension of the European metadata quality method, as a share of its most."""
    datasets = described(city)
    found = quality(datasets, statuses(city), estimate_from=LEAST_ASKED)
    if found is None:
        return _unread(city)
    band = found.share_of(dimension)
    if not band.known:
        return cant_tell(Cause.NOT_SAMPLED, "not_asked", band=band, evidence=shown(city))
    most = sum(DIMENSIONS[dimension].values())
    return graded(
        band.low,
        "points",
        value=round(band.low, 4),
        evidence=shown(city),
        points=round(band.low * most),
        most=most,
        datasets=found.records,
    )


@check(
    reasons={
        "excellent": ("points", "datasets"),
        "good": ("points", "datasets"),
        "sufficient": ("points", "datasets"),
        "bad": ("points", "datasets"),
        "between": ("low", "high", "datasets"),
        "none": (),
        "unread": (),
    }
)
def metadata_rating(city: CitySeen) -> Verdict:
    """The rating of the metadata as a whole, by the points of the 405: excellent from 351, good from 221, sufficient
    from 121, else bad. Where what is unknown decides between two ratings, none is given."""
    found = quality(described(city), statuses(city), estimate_from=LEAST_ASKED)
    if found is None:
        return _unread(city)
    (low, high), most = found.total, sum(map(sum, (points.values() for points in DIMENSIONS.values())))
    if found.rating is None:
        return cant_tell(
            Cause.NOT_SAMPLED,
            "between",
            band=Band(low / most, min(1.0, high / most)),
            evidence=shown(city),
            low=round(low),
            high=round(high),
            datasets=found.records,
        )
    return graded(
        low / most,
        found.rating,
        value=found.rating,
        evidence=shown(city),
        points=round(low),
        datasets=found.records,
    )


@check(reasons={"stars": ("stars", "datasets"), "none": (), "unread": ()})
def open_stars(city: CitySeen) -> Verdict:
    """The mean of the five stars over all datasets seen in full, as a share of five."""
    datasets = described(city)
    if not datasets:
        return _unread(city)
    mean = sum(map(stars, datasets)) / len(datasets)
    value = round(mean / 5, 4)
    return graded(mean / 5, "stars", value=value, evidence=shown(city), stars=round(mean, 1), datasets=len(datasets))


@check(reasons={"licences": ("open", "other", "datasets"), "none": (), "unread": ()})
def licences(city: CitySeen, *, other_score: float = 0.5) -> Verdict:
    """The share of datasets under an open licence; one under other terms counts `other_score`."""
    datasets = described(city)
    if not datasets:
        return _unread(city)
    free = sum(is_open(dataset.licence, dataset.licence_uri) for dataset in datasets)
    other = sum(dataset.licence is not None for dataset in datasets) - free
    if not free and not other:
        return failed("none", value=0.0, evidence=shown(city))
    score = (free + other_score * other) / len(datasets)
    value = round(score, 4)
    return graded(score, "licences", value=value, evidence=shown(city), open=free, other=other, datasets=len(datasets))


@check(reasons={"share": ("free", "datasets", "percent"), "none": (), "unread": ()})
def unconditional(city: CitySeen) -> Verdict:
    """The share of datasets that the platform marks as open without conditions."""
    datasets = tuple(dataset for dataset in platform_of(city).datasets if dataset.title)
    if not datasets:
        return _unread(city)
    if not any(dataset.open_type for dataset in datasets):
        if not any(dataset.in_full for dataset in datasets):
            return cant_tell(Cause.NOT_SAMPLED, "unread", evidence=shown(city))
        return failed("none", value=0.0, evidence=shown(city))
    free = sum(dataset.open_type == "unconditional" for dataset in datasets)
    part = free / len(datasets)
    return graded(
        part,
        "share",
        value=round(part, 4),
        evidence=shown(city),
        free=free,
        datasets=len(datasets),
        percent=percent(part),
    )


@check(reasons={"fresh": ("fresh", "datasets", "percent"), "none": (), "unread": ()})
def freshness(city: CitySeen) -> Verdict:
    """The share of datasets updated within the cycle they state, among those that state one and a day of update."""
    datasets = described(city)
    if not datasets:
        return _unread(city)
    now = today(city)
    told = [fresh for dataset in datasets if (fresh := is_fresh(dataset, now)) is not None]
    if not told:
        if any(cycle_days(dataset.frequency) for dataset in datasets):
            return cant_tell(Cause.NEEDS_PERSON, "unread", evidence=shown(city))
        return failed("none", value=0.0, evidence=shown(city))
    part = sum(told) / len(told)
    return graded(
        part,
        "fresh",
        value=round(part, 4),
        evidence=shown(city),
        fresh=sum(told),
        datasets=len(told),
        percent=percent(part),
    )


@check(reasons={"listed": ("number", "full"), "none": (), "unread": ()})
def interface_count(city: CitySeen, *, full: int = 100) -> Verdict:
    """How many interfaces the catalogue declares (else lists), on a logarithmic scale that reaches 1 at `full`."""
    seen = platform_of(city)
    if not seen.usable or seen.apis is None:
        return _unread(city)
    if seen.apis == 0:
        if not seen.complete:
            return cant_tell(Cause.NOT_SAMPLED, "unread", evidence=shown(city))
        return failed("none", value=0, evidence=shown(city))
    score = math.log1p(seen.apis) / math.log1p(full)
    return graded(score, "listed", value=seen.apis, evidence=shown(city), number=seen.apis, full=full)
