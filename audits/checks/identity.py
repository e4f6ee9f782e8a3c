"""Who runs the site: its code, its tags, and whether the ways to it are encrypted and reach it over IPv6."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from audits.band import Band
from audits.checks.portal import home_unread
from audits.city import City, CitySeen, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed, proof
from probes.document import DocumentSeen
from probes.outcome import Cause, Outcome
from probes.own_text import LinesSeen
from probes.site_code import SiteCodeSeen
from probes.transport import TransportSeen

_HOMES = ("home", "home.http", "home.https")
_EMPTY_VALUES = frozenset({"", "null", "none", "undefined"})


@check(
    reasons={
        "coherent": ("code",),
        "no_code": (),
        "only_hidden": ("code",),
        "differs": ("code", "other"),
        "other_city": ("code", "city_code"),
    }
)
def site_code(document: DocumentSeen, codes: SiteCodeSeen | None, city: City) -> Verdict:
    """Whether a visible code stands on the page, equals the tag SiteIDCode where there is one, and is this city's.

    The first six digits of a ten-digit code are the place's GB/T 2260 code; a ministry's code has none.
    """
    if codes is None or not (codes.visible or codes.meta):
        return absent("no_code")
    if not codes.visible:
        return absent("only_hidden", value=codes.meta[0], code=codes.meta[0])
    code = codes.visible[0]
    others = [other for other in (*codes.visible[1:], *codes.meta) if other != code]
    if others:
        return failed("differs", value=code, code=code, other=others[0])
    if city.code and code.isdigit() and not code.startswith(city.code):
        return failed("other_city", value=code, code=code, city_code=city.code)
    return passed("coherent", value=code, code=code, sightings=document.present.get("mark.site_code", ()))


@check(reasons={"tags": ("found", "asked", "missing"), "all_tags": ("asked",)})
def meta_tags(document: DocumentSeen, *, names: tuple[str, ...]) -> Verdict:
    """The share of the named meta tags that are filled; `null` is empty, case and a prefix `meta-` do not matter."""
    given = {
        name.lower().removeprefix("meta-"): value.strip()
        for name, value in document.meta.items()
        if value.strip().lower() not in _EMPTY_VALUES
    }
    missing = [name for name in names if name.lower() not in given]
    score = 1 - len(missing) / len(names)
    if not missing:
        return graded(1.0, "all_tags", value=1.0, asked=len(names))
    return graded(
        score,
        "tags",
        value=round(score, 4),
        more_may_be_seen=True,
        found=len(names) - len(missing),
        asked=len(names),
        missing=", ".join(missing),
    )


@check(
    reasons={
        "none": (),
        "invalid": ("fault",),
        "optional": (),
        "forced": (),
        "strict": ("days",),
        "unasked": (),
    }
)
def https(city: CitySeen, *, least_hsts_days: int = 1, scores: tuple[float, float, float] = (0.5, 0.8, 1.0)) -> Verdict:
    """How well the way to the home page of the first portal is protected, by its http and https addresses.

    `scores` are for: a valid certificate; plain http sent on to https as well; Strict-Transport-Security of at least
    `least_hsts_days` as well. No https or an invalid certificate scores 0.
    """
    answers = list(_home_answers(city))
    secure = [(page, seen) for page, seen in answers if seen.scheme == "https"]
    valid = [(page, seen) for page, seen in secure if seen.tls_valid and not seen.tls_fault]
    plain = [(page, seen) for page, seen in answers if seen.scheme == "http"]
    if not valid:
        faults = [(page, seen.tls_fault or "") for page, seen in secure]
        faults += [(page, "") for page in _homes(city) if page.cause is Cause.TLS]
        if faults:
            page, fault = faults[0]
            return failed("invalid", value="invalid", fault=fault[:80], evidence=[_shown(page)])
        if any(page.url.startswith("https:") and page.cause is not None for page in city.with_role(*_HOMES)):
            refused = [page for page in _homes(city) if page.cause in (Cause.REFUSED, Cause.RESET)]
            if plain and refused:
                return failed("none", value="none", evidence=[_shown(refused[0])])
            return cant_tell(Cause.NOT_SAMPLED, "unasked")
        return cant_tell(Cause.NOT_SAMPLED, "unasked")
    evidence = [_shown(page) for page, _ in (*valid, *plain)]
    strict = max((seen.hsts_max_age_s or 0 for _, seen in valid), default=0) // 86400
    forced = bool(plain) and all(seen.redirects_to_https for _, seen in plain)
    if strict >= least_hsts_days and (forced or not plain):
        return graded(scores[2], "strict", value="strict", days=strict, evidence=evidence)
    if forced:
        return graded(scores[1], "forced", value="forced", evidence=evidence)
    return graded(scores[0], "optional", value="optional", evidence=evidence)


@check(
    reasons={
        "same": (),
        "differs": (),
        "silent": ("fault",),
        "none": (),
        "no_route": (),
        "unasked": (),
    }
)
def ipv6(city: CitySeen, *, record_score: float = 0.5, alike: float = 0.6) -> Verdict:
    """How far the home page is reached over IPv6: 0 without an address, `record_score` with one, 1 with the same page.

    Pages are the same when `alike` of the lines seen over IPv4 stand there too. Where this machine has no way to such
    addresses, nothing is known beyond the page itself.
    """
    asked = [page for page in city.with_role("home.ipv6") if page.redirected_to is None]
    if not asked:
        return home_unread(city) or cant_tell(Cause.NOT_SAMPLED, "unasked")
    page = asked[-1]
    evidence = [proof(page, seen_by=TransportSeen)]
    if page.cause is Cause.DNS:
        return failed("none", value="none", evidence=evidence)
    if page.cause is Cause.NO_ROUTE:
        return cant_tell(Cause.NO_ROUTE, "no_route", evidence=evidence)
    part = Band(record_score, 1.0)
    if page.cause in (Cause.REFUSED, Cause.RESET, Cause.TLS):
        return graded(record_score, "silent", value="record", fault=page.cause.value, evidence=evidence)
    if page.outcome is Outcome.PASSED:
        if _alike(page, city, alike):
            return graded(1.0, "same", value="same", evidence=evidence)
        return graded(record_score, "differs", value="record", evidence=evidence)
    if page.gone:
        return graded(record_score, "differs", value="record", evidence=evidence)
    band = part if page.status is not None else Band(0.0, 1.0)
    return cant_tell(
        page.cause or Cause.NOT_SAMPLED, "gap", vendor=page.vendor, band=band, evidence=evidence, url=page.url
    )


def _alike(page: VisitedPage, city: CitySeen, alike: float) -> bool:
    """Whether an answer over IPv6 shows what the same address shows over IPv4."""
    there = page.saw(LinesSeen)
    place = city.place(page.url)
    lines = [seen for visit, _ in place.documents if (seen := visit.saw(LinesSeen))] if place is not None else []
    if there is None or not lines:
        return False
    shown = set(there.checksums)
    return any(len(shown.intersection(seen.checksums)) >= alike * len(set(seen.checksums)) for seen in lines)


def _homes(city: CitySeen) -> list[VisitedPage]:
    """The visits of the first portal's home page, by http and by https."""
    first = urlsplit(city.city.portals[0]).hostname if city.city.portals else None
    return [page for page in city.with_role(*_HOMES) if urlsplit(page.url).hostname == first]


def _home_answers(city: CitySeen) -> Iterator[tuple[VisitedPage, TransportSeen]]:
    for page in _homes(city):
        seen = page.saw(TransportSeen)
        if seen is not None:
            yield page, seen


def _shown(page: VisitedPage) -> Evidence:
    seen = page.saw(TransportSeen)
    words = "" if seen is None else f"{seen.scheme.upper()} {seen.tls_version or ''}".strip()
    if seen is not None and seen.location:
        words += f" → {seen.location}"
    return proof(page, words, seen_by=TransportSeen)
