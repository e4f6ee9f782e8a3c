"""Open data: whose platform, how much it lists, whether files come without a login."""

from __future__ import annotations

import math
import re
from urllib.parse import urlsplit

from audits.checks.content import shows_content
from audits.checks.live import target_of
from audits.city import City, CitySeen, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed, percent, proof
from probes.opendata.catalogue import DownloadSeen, OpenDataAnswer, OpenDataSeen
from probes.opendata.summary import summarise
from probes.outcome import Cause

_GENERAL_LABELS = frozenset(
    {"www", "data", "opendata", "open", "gov", "cn", "com", "org", "net", "us", "city", "portal"}
)


def platform_of(city: CitySeen) -> OpenDataSeen:
    """The city's platform, put together from all answers of its catalogue."""
    return city.once(_summarised)


def _summarised(city: CitySeen) -> OpenDataSeen:
    return summarise([answer for _, answer in answers(city)])


def answers(city: CitySeen) -> list[tuple[VisitedPage, OpenDataAnswer]]:
    """Every answer of the city's catalogue, with its visit."""
    found = ((page, page.saw(OpenDataAnswer)) for page in city.with_role("opendata.api"))
    return [(page, answer) for page, answer in found if answer is not None]


@check(
    reasons={
        "own": ("where",),
        "shared": ("where",),
        "dead": ("text",),
        "nowhere": ("text",),
        "none": (),
    }
)
def platform(city: CitySeen, *, shared_score: float = 0.6) -> Verdict:
    """Whether there is an open-data platform that opens: the city's own (1), one shared with others (0.6), none (0).

    It is the city's own when its host belongs to the portal's domain, carries the city's name, or its title names the
    city.
    """
    seen = platform_of(city)
    target = target_of(city, ("opendata.entry",))
    opened = [place for place in city.places("opendata.entry") if shows_content(city, place)]
    if seen.usable and seen.platform_url:
        pages = [page for page, answer in answers(city) if answer.platform_url == seen.platform_url]
        evidence = [proof(page, seen.platform_url, seen_by=OpenDataAnswer) for page in pages[:2]]
        where, titles = seen.platform_url, [answer.title for _, answer in answers(city)]
    elif opened:
        evidence = [proof(place.visits[0]) for place in opened[:2]]
        where, titles = opened[0].visits[0].final_url, []
    elif target.state == "unknown":
        assert target.cause is not None
        url = target.page.url if target.page is not None else ""
        return cant_tell(target.cause, "gap", vendor=target.vendor, evidence=target.evidence, url=url)
    elif target.state == "dead":
        return failed("dead", value="none", text=target.text, evidence=target.evidence)
    elif target.state == "nowhere":
        return absent("nowhere", value="none", text=target.text, evidence=target.evidence)
    else:
        return absent("none", value="none")
    titles += [document.title for place in opened for _, document in place.documents]
    where = where[:100]
    if is_own(city.city, where, titles):
        return graded(1.0, "own", value="own", evidence=evidence, where=where)
    return graded(shared_score, "shared", value="shared", evidence=evidence, where=where)


def is_own(city: City, url: str, titles: list[str]) -> bool:
    """Whether a platform is the city's own: by its host (of the portal's domain, with the city's name), or by a title
    that names the city."""
    host = (urlsplit(url).hostname or "").lower()
    for portal in city.portals:
        home = (urlsplit(portal).hostname or "").lower().removeprefix("www.")
        if home and (host == home or host.endswith(f".{home}")):
            return True
        labels = {label for label in home.split(".") if len(label) > 3} - _GENERAL_LABELS
        if any(label in part for part in host.split(".") for label in labels):
            return True
    english = re.sub(r"[^a-z]", "", (city.name_en or "").lower())
    if len(english) > 3 and english in re.sub(r"[^a-z]", "", host):
        return True
    names = [name for name in (city.name, city.name_en, city.name.removesuffix("市")) if name and len(name) > 1]
    return any(name.lower() in title.lower() for name in names for title in titles)


@check(reasons={"engine": ("family",), "unknown": (), "signing": ()})
def engine(city: CitySeen) -> Verdict:
    """Which software answers, by the way its catalogue speaks; an engine of no known family needs a person."""
    seen = platform_of(city)
    if seen.family is None or not seen.usable or seen.family == "unknown":
        for page in city.with_role("opendata.entry", "opendata.api"):
            answer = page.saw(OpenDataAnswer)
            if answer is not None and answer.family == "gateway":
                return cant_tell(Cause.NEEDS_PERSON, "signing", evidence=[proof(page, seen_by=OpenDataAnswer)])
        cause = next((page.cause for page in city.with_role("opendata.api") if page.cause is not None), None)
        return cant_tell(cause or Cause.NEEDS_PERSON, "unknown", evidence=shown(city))
    return passed("engine", value=seen.family, family=seen.family, evidence=shown(city))


@check(reasons={"listed": ("number", "full"), "empty": (), "unread": ()})
def dataset_count(city: CitySeen, *, full: int = 1000) -> Verdict:
    """How many datasets the catalogue declares (else lists), on a logarithmic scale that reaches 1 at `full`."""
    seen = platform_of(city)
    number = seen.datasets_total if seen.datasets_total is not None else seen.datasets_listed
    if not seen.usable:
        cause = next((page.cause for page in city.with_role("opendata.api") if page.cause is not None), None)
        return cant_tell(cause or Cause.NEEDS_PERSON, "unread", evidence=shown(city))
    if number == 0:
        return failed("empty", value=0, evidence=shown(city))
    score = math.log1p(number) / math.log1p(full)
    return graded(score, "listed", value=number, evidence=shown(city), number=number, full=full)


@check(reasons={"free": ("ok", "tried", "percent"), "no_files": ("datasets",), "not_tried": ()})
def downloads(city: CitySeen, *, least: int = 1) -> Verdict:
    """The share of the files tried that came without a login and were of their kind."""
    tried = [(page, seen) for page in city.with_role("opendata.download") if (seen := page.saw(DownloadSeen))]
    lost = [page for page in city.with_role("opendata.download") if page.gone and page.saw(DownloadSeen) is None]
    number = len(tried) + len(lost)
    if number >= least:
        good = [page for page, seen in tried if seen.ok]
        share = len(good) / number
        evidence = [
            proof(page, terms=(f"download.{seen.why}",), seen_by=DownloadSeen)
            for page, seen in sorted(tried, key=lambda one: one[1].ok)
        ]
        return graded(
            share,
            "free",
            value=round(share, 4),
            evidence=[*evidence, *map(proof, lost)],
            ok=len(good),
            tried=number,
            percent=percent(share),
        )
    whole = platform_of(city)
    if whole.usable and whole.complete and whole.datasets and not any(one.download_urls for one in whole.datasets):
        return failed("no_files", value=0.0, evidence=shown(city), datasets=len(whole.datasets))
    cause = next((page.cause for page in city.with_role("opendata.download") if page.cause is not None), None)
    return cant_tell(cause or Cause.NOT_SAMPLED, "not_tried", evidence=shown(city))


def shown(city: CitySeen) -> list[Evidence]:
    """The first answers of the catalogue as proof."""
    read = [(page, answer) for page, answer in answers(city) if answer.kind != "fault"]
    return [proof(page, terms=(f"answer.{answer.kind}",), seen_by=OpenDataAnswer) for page, answer in read[:3]]
