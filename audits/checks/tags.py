"""Are the tags of a page filled, and do they tell what the page shows: its site, its title, its date."""

from __future__ import annotations

from dataclasses import dataclass, field

from audits.checks.identity import meta_tags
from audits.checks.portal import home_unread, host_of, own_places
from audits.city import CitySeen, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, graded, inapplicable, percent, proof
from probes.document import DocumentSeen
from probes.tags import TagsSeen

_ARTICLES = ("article", "meeting")


@check(reasons={"tags": ("found", "asked", "missing"), "all_tags": ("asked",), "no_article": ()})
def article_tags(document: DocumentSeen, *, names: tuple[str, ...]) -> Verdict:
    """The share of the named meta tags that an article fills; what a list leads to and is no article is left out."""
    if document.kind not in _ARTICLES:
        return inapplicable("no_article")
    return meta_tags(document, names=names)


@dataclass
class _Claims:
    """What one tag says on all pages: how often it agrees with the page, and where it does not."""

    agree: int = 0
    differ: list[Evidence] = field(default_factory=list)

    @property
    def stated(self) -> int:
        return self.agree + len(self.differ)

    def hold(self, true: bool, page: VisitedPage, words: str) -> None:
        """Count one claim."""
        if true:
            self.agree += 1
        else:
            self.differ.append(proof(page, words, seen_by=TagsSeen))


@check(reasons={"agree": ("stated",), "differ": ("agree", "stated", "percent", "missing"), "no_tags": ()})
def tag_coherence(city: CitySeen) -> Verdict:
    """How far filled tags agree with their page: SiteDomain with its host, ArticleTitle and PubDate with what is shown.

    The score is the mean over the tags, of each the share of pages where it agrees. A title is shown when it stands
    outside of links; a date when a line of date or source names the day. A page without such a line says nothing of
    its date.
    """
    unread = home_unread(city)
    if unread is not None:
        return unread
    claims = {"SiteDomain": _Claims(), "ArticleTitle": _Claims(), "PubDate": _Claims()}
    shown: list[Evidence] = []
    for place in own_places(city):
        seen = [(visit, tags) for visit, _ in place.documents if (tags := visit.saw(TagsSeen)) is not None]
        if not seen:
            continue
        page, tags = seen[0]
        shown.append(proof(page, seen_by=TagsSeen))
        if tags.domain:
            claims["SiteDomain"].hold(_bare_host(tags.domain) == host_of(page.url), page, f"SiteDomain {tags.domain}")
        if tags.title:
            told = any(other.title_shown for _, other in seen)
            claims["ArticleTitle"].hold(told, page, f"ArticleTitle {tags.title}")
        days = {day for _, other in seen for day in other.dates_shown}
        if tags.date_told and (days or tags.date is None):
            claims["PubDate"].hold(tags.date in days, page, f"PubDate {tags.date_told} ≠ {', '.join(sorted(days))}")
    stated = {name: claim for name, claim in claims.items() if claim.stated}
    if not stated:
        return absent("no_tags", value=0.0)
    score = sum(claim.agree / claim.stated for claim in stated.values()) / len(stated)
    number = sum(claim.stated for claim in stated.values())
    wrong = [name for name, claim in stated.items() if claim.differ]
    if not wrong:
        return graded(1.0, "agree", value=1.0, stated=number, evidence=shown)
    return graded(
        score,
        "differ",
        value=round(score, 4),
        agree=sum(claim.agree for claim in stated.values()),
        stated=number,
        percent=percent(score),
        missing=", ".join(wrong),
        evidence=[each for name in wrong for each in stated[name].differ[:2]],
    )


def _bare_host(domain: str) -> str:
    """The host that SiteDomain names, however it is written: with scheme, port or path, in any case."""
    text = domain.strip().lower()
    return host_of(text if "://" in text else f"//{text}")
