"""The one spider: visits all portals of a round, many sites at once, each at its own pace."""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import signals
from scrapy.exceptions import CloseSpider

from audits.city import City
from crawler.campaign.file import Campaign
from crawler.sampling import (
    CATALOGUE,
    HOME,
    INNER_LINK,
    LATE,
    LISTS,
    RECHECK,
    SHARE,
    SITEMAP,
    VARIANT,
    Candidate,
    candidates,
    clean,
    is_web_address,
    same_domain,
    same_site,
    share,
    table,
    topic_queries,
)
from crawler.store import Done, Plan, StoreError, Visit
from crawler.visit.browser import BrowserMissing, Visited
from crawler.visit.ending import Ending, ending, redirect_target
from crawler.visit.expedition import Expedition
from crawler.visit.fetch import Fetched, retry_after_s
from crawler.visit.frontier import Frontier, Late
from crawler.visit.reader import MESSAGES, Look
from crawler.visit.robots import RobotsSeen, Rules, robots_seen
from probes.axe.result import AxeSeen, without_snippets
from probes.lists.listing import ROLE as LIST_ROLE
from probes.live_seen import ScreenshotSeen
from probes.observation import Observation, Wanted
from probes.outcome import Cause, Outcome, WebFault
from probes.page import FetchedPage, Way
from probes.related import READING

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

# What a moment's pause may cure; a page that stops its renderer would only do so again.
ASK_AGAIN = (Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.HTTP_5XX, Cause.BAD_BODY)
MAX_REDIRECTS = 8
SITEMAP_PAGES = 2
DOWNLOADS = 5
READINGS = 8
CATALOGUE_CALLS = 20
LINKS = frozenset({"link_check", INNER_LINK})
ASKED_FIRST = frozenset({Way.PLAIN.value, Way.LINK.value})
_LOC = re.compile(rb"<loc>\s*([^<\s]{1,1000})\s*</loc>", re.I)


class PortalSpider(scrapy.Spider):
    """Visits the portals of one campaign's open round: `scrapy crawl portal -a campaign=CAMPAIGN.toml`.

    Every visit is yielded as an item (address, way, roles, outcome, cause), so feeds work as in any Scrapy project;
    what counts is in the store.
    """

    name = "portal"

    def __init__(self, campaign: str | None = None, expedition: Expedition | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.held = contextlib.ExitStack()  # the campaign's locks, where no command line holds them
        if expedition is None:
            from crawler.campaign.rounds import at_work, open_round

            if campaign is None:
                raise ValueError("name the campaign: scrapy crawl portal -a campaign=CAMPAIGN.toml")
            named = Campaign(Path(campaign))
            store = self.held.enter_context(at_work(named))
            expedition = Expedition(named, store, open_round(named, store))
        self.expedition = expedition
        self.cities = {city.id: city for city in expedition.campaign.cities}
        expedition.callback = self.visited
        expedition.errback = self.missed

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PortalSpider:
        """As Scrapy asks; hooks the opening and closing of the round's parts to the engine."""
        spider: PortalSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._close, signals.engine_stopped)
        return spider

    async def _close(self) -> None:
        with self.held:
            await self.expedition.close()

    async def start(self) -> AsyncIterator[Any]:
        """Plan every portal's first pages; on a round that goes on, these are known already."""
        try:
            await self.expedition.open()
        except Exception as error:
            self.expedition.fail(error)
            return
        frontier = self.frontier
        for city in self.cities.values():
            frontier.admit(city.id, None, 0, first_pages(city))
        none: tuple[scrapy.Request, ...] = ()
        for request in none:  # the frontier sends all requests; Scrapy wants a generator here
            yield request

    @property
    def frontier(self) -> Frontier:
        """The scheduler of this crawl."""
        assert self.expedition.frontier is not None
        return self.expedition.frontier

    async def visited(self, response: Response) -> AsyncIterator[dict[str, Any]]:
        """An answer came: read it, keep it, and take up what it leads to."""
        visit: Visit = response.meta["visit"]
        result: Fetched | Visited = response.meta["result"]
        try:
            if "robots" in visit.roles:
                yield await self._robots(visit, result)
            else:
                yield await self._take_up(visit, result, response.meta["elapsed_ms"])
        except Exception as error:
            self._mishap(visit, error)
        finally:
            self.frontier.free(visit)

    async def missed(self, failure: Failure) -> AsyncIterator[dict[str, Any]]:
        """No answer came: note the cause, or ask again later."""
        visit: Visit = failure.request.meta["visit"]  # type: ignore[attr-defined]
        fault = failure.value
        try:
            if self.expedition.interrupted:  # whatever the stop made of it, it is no fault of the web
                self.frontier.give_back(visit)
                return
            if isinstance(fault, TimeoutError):
                fault = WebFault(Cause.TIMEOUT, "the visit as a whole took too long")
            if isinstance(fault, WebFault):
                yield await self._fault(visit, fault)
            else:
                self._mishap(visit, fault or RuntimeError("a failure without a cause"))
        except CloseSpider:
            raise
        except Exception as error:
            self._mishap(visit, error)
        finally:
            self.frontier.free(visit)

    def _mishap(self, visit: Visit, error: BaseException) -> None:
        """A fault of ours on one visit: it costs that visit, unless it is one that every visit would meet."""
        if self.expedition.interrupted:
            self.frontier.give_back(visit)
            return
        if not isinstance(error, OSError | StoreError | BrowserMissing):
            logging.getLogger(__name__).error("%s %s: a mistake of ours", visit.way, visit.url, exc_info=error)
            detail = f"{type(error).__name__}: {error}"
            try:
                self.frontier.finish(visit, Done(Outcome.CANT_TELL, Cause.PROBE_ERROR, detail=detail))
                if "robots" in visit.roles:
                    self.frontier.set_rules(visit.site, Rules(RobotsSeen(None, cause=Cause.PROBE_ERROR)))
            except Exception as worse:
                error = worse
            else:
                self.expedition.ended(visit, Outcome.CANT_TELL, Cause.PROBE_ERROR)
                return
        self.expedition.fail(error)
        with contextlib.suppress(Exception):  # a store that cannot be written keeps the visit as in flight
            self.frontier.give_back(visit)
        raise CloseSpider("failed")

    # Answers

    async def _take_up(self, visit: Visit, result: Fetched | Visited, elapsed_ms: int) -> dict[str, Any]:
        expedition = self.expedition
        visit = replace(visit, roles=self.frontier.roles_of(visit))
        page = replace(result.page, roles=visit.roles)
        start = time.monotonic()
        assert expedition.reader is not None
        look = await expedition.reader.look(page)
        expedition.spent("read", time.monotonic() - start)
        end = ending(page, look.seen)
        if look.fault is not None and end.outcome is Outcome.PASSED:
            end = Ending(Outcome.CANT_TELL, look.fault, detail=look.fault_detail)
        if end.slow_down:
            expedition.pace.slow_down(visit.site, retry_after_s(page))
        else:
            expedition.pace.speed_up(visit.site)
        delay_s = retry_after_s(page) or self._retry_delay_s(visit)
        if end.ask_again and self._may_ask_again(visit, delay_s):
            self.frontier.retry(visit, delay_s)
            return self._item(visit, Outcome.CANT_TELL, end.cause, page.status)
        start = time.monotonic()
        done, seen = self._keep(visit, result, page, look, end, elapsed_ms)
        target = redirect_target(page, look.seen)
        if target is not None and visit.method != "HEAD":
            done, wishes = self._redirected(visit, done, target)
        else:
            wishes = list(self._led_to(visit, page, look, end))
        plans = self.frontier.plans(visit.city, page.url, visit.depth + 1, wishes)
        plans += await self._late_plans(self.frontier.take_late())
        # Another page may have given this one a further role while it was being read.
        taken_up = set(visit.roles)
        while more := tuple(role for role in self.frontier.roles_of(visit) if role not in taken_up):
            taken_up.update(more)
            again = replace(visit, roles=more)
            moved = done.redirected_to
            wishes = self._redirected(again, done, moved)[1] if moved else list(self._led_to(again, page, look, end))
            plans += self.frontier.plans(visit.city, page.url, visit.depth + 1, wishes)
            plans += await self._late_plans(self.frontier.take_late())
        self.frontier.finish(visit, done, seen, plans)
        expedition.ended(visit, done.outcome, done.cause)
        expedition.spent("store", time.monotonic() - start)
        return self._item(visit, done.outcome, done.cause, page.status)

    def _keep(
        self, visit: Visit, result: Fetched | Visited, page: FetchedPage, look: Look, end: Ending, elapsed_ms: int
    ) -> tuple[Done, list[Observation[Any]]]:
        writer = self.expedition.writer
        assert writer is not None
        kept = page if look.body is None else replace(page, body=look.body)
        seen: list[Observation[Any]] = list(look.observations)
        shows_messages = look.body is not None or any(role in MESSAGES for role in visit.roles)
        screenshot: str | None = None
        if isinstance(result, Fetched) and visit.way != Way.LINK.value:
            seen.append(Observation("transport", 1, Outcome.PASSED, seen=result.transport))
        final_url = page.url
        if isinstance(result, Visited):
            final_url = result.final_url
            if result.jpeg is not None and not shows_messages:  # no picture of a page that may show personal data
                screenshot = writer.picture_path(visit.id, visit.way)
                writer.write_picture(screenshot, result.jpeg)
            for observation in result.observations:
                if isinstance(observation.seen, ScreenshotSeen):
                    if screenshot is None:
                        continue
                    observation = replace(observation, seen=replace(observation.seen, path=screenshot))
                if look.body is not None and isinstance(observation.seen, AxeSeen):
                    observation = replace(observation, seen=without_snippets(observation.seen))
                seen.append(observation)
        archive = writer.write(kept, redacted=look.body is not None) if visit.method != "HEAD" else None
        done = Done(
            outcome=end.outcome,
            cause=end.cause,
            vendor=end.vendor,
            detail=end.detail,
            status=page.status,
            final_url=final_url,
            fetched_at=page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            elapsed_ms=elapsed_ms,
            size_bytes=len(page.body),
            archive=archive,
            screenshot=screenshot,
        )
        return done, seen

    def _redirected(self, visit: Visit, done: Done, target: str) -> tuple[Done, list[Candidate]]:
        if LINKS.issuperset(visit.roles):
            return replace(done, outcome=Outcome.PASSED, redirected_to=target), []
        redirects = self.expedition.redirects
        redirects[visit.url] = target
        hop, hops = target, 0
        while hop in redirects and hop != visit.url and hops < MAX_REDIRECTS:
            hop, hops = redirects[hop], hops + 1
        if hop == visit.url or hops >= MAX_REDIRECTS or visit.depth > MAX_REDIRECTS + 6:
            cause = Cause.REDIRECT_LOOP
            return replace(
                done, outcome=Outcome.CANT_TELL, cause=cause, redirected_to=target, detail=f"to {target}"
            ), []
        done = replace(done, outcome=Outcome.INAPPLICABLE, cause=None, redirected_to=target)
        extras = ("random", "template", *LINKS, "home.http", "home.https")
        wishes = [
            Candidate(target, role, f"redirect from {visit.url}", visit.priority, None, Way(visit.way))
            for role in visit.roles
            if role not in extras or (role not in ("home.http", "home.https") and same_domain(target, visit.url))
        ]
        return done, wishes

    def _led_to(self, visit: Visit, page: FetchedPage, look: Look, end: Ending) -> Iterator[Candidate]:
        # Some servers that show a page refuse to say only whether it is there (HEAD).
        unsaid = visit.way == Way.LINK.value and (end.cause is Cause.HTTP_4XX or page.status == 501)
        if end.outcome is Outcome.FAILED or (unsaid and not end.slow_down):
            if not LINKS.isdisjoint(visit.roles) and visit.way in ASKED_FIRST:
                yield Candidate(visit.url, "recheck", f"answered {page.status} before", RECHECK, None, Way.RECHECK)
            return
        if end.outcome is Outcome.CANT_TELL and end.cause in (Cause.BLOCKED, Cause.CAPTCHA):
            if visit.way == Way.PLAIN.value and "home" in visit.roles:
                # One visit at a person's pace, as a person would make it; what the wall says to that is recorded.
                yield Candidate(page.url, "home", "the plain request met a wall", HOME, None, Way.DESKTOP)
            return
        yield from self._wishes(visit.city, page, visit.roles, visit.depth, Way(visit.way), look, end)

    def _wishes(
        self, city: str, page: FetchedPage, roles: tuple[str, ...], depth: int, way: Way, look: Look, end: Ending
    ) -> Iterator[Candidate]:
        """The pages that a readable page leads to in these roles."""
        yield from (_wish(wanted) for wanted in look.wanted if is_web_address(wanted.url))
        if "sitemap" in roles:
            yield from _from_sitemap(page, self.expedition.round.seed)
        if look.listed is not None:
            yield from candidates(
                url=clean(page.url),
                roles=tuple(role.removeprefix(LIST_ROLE) for role in roles if role.startswith(LIST_ROLE)),
                depth=depth,
                seen=look.listed,
                links=(),
                seed=self.expedition.round.seed,
                views=(),
            )
        if look.seen is None or end.cause not in (None, Cause.EMPTY_SHELL):
            return
        file = self.expedition.campaign.file
        of_portal = way in (Way.PLAIN, Way.DESKTOP) and self.frontier.of_portal(city, page.url)
        yield from candidates(
            url=clean(page.url),
            roles=tuple(role for role in roles if not role.startswith("home.")),
            depth=depth,
            seen=look.seen,
            links=look.links,
            seed=self.expedition.round.seed,
            views=[Way(view) for view in file.views] if way is Way.PLAIN else (),
            random_share=file.random_share,
            queries=topic_queries(look.seen.lang),
            of_portal=of_portal,
        )

    async def _late_plans(self, found: Iterable[Late]) -> list[Plan]:
        """What pages lead to whose role was found only after they had been visited; they are read from the archive."""
        plans: list[Plan] = []
        frontier = self.frontier
        assert self.expedition.reader is not None
        queue = list(found)
        while queue:
            late = queue.pop()
            if late.kept.redirected_to is not None:
                again = Candidate(
                    late.kept.redirected_to, late.role, f"redirect from {late.url}", LATE, None, Way(late.way)
                )
                plans += frontier.plans(late.city, late.url, late.kept.depth + 1, [again])
                queue += frontier.take_late()
            elif late.kept.archive is not None:
                when = datetime.fromisoformat((late.kept.fetched_at or "").replace("Z", "+00:00"))
                page = self.expedition.archive.read(
                    late.kept.archive, way=late.way, fetched_at=when, roles=(late.role,), post=late.post or None
                )
                look = await self.expedition.reader.look(page)
                end = ending(page, look.seen)
                wishes = self._wishes(late.city, page, (late.role,), late.kept.depth, Way(late.way), look, end)
                plans += frontier.plans(late.city, page.url, late.kept.depth + 1, wishes)
                queue += frontier.take_late()
        return plans

    # Faults

    async def _fault(self, visit: Visit, fault: WebFault) -> dict[str, Any]:
        delay_s = self._retry_delay_s(visit)
        if fault.cause in ASK_AGAIN and self._may_ask_again(visit, delay_s):
            self.frontier.retry(visit, delay_s)
            return self._item(visit, Outcome.CANT_TELL, fault.cause, None)
        seen: list[Observation[Any]] = []
        if "robots" in visit.roles:
            rules = Rules(RobotsSeen(None, cause=fault.cause))
            self.frontier.set_rules(visit.site, rules)
            seen.append(Observation("robots", 1, Outcome.CANT_TELL, fault.cause, RobotsSeen(None, cause=fault.cause)))
        is_link = not LINKS.isdisjoint(visit.roles) and visit.way in ASKED_FIRST
        dead_name = fault.cause is Cause.DNS and is_link
        wishes = (
            [Candidate(visit.url, "recheck", "its host had no address", RECHECK, None, Way.RECHECK)]
            if dead_name
            else []
        )
        outcome = Outcome.UNTESTED if fault.cause is Cause.FORBIDDEN_ADDRESS else Outcome.CANT_TELL
        plans = self.frontier.plans(visit.city, visit.url, visit.depth + 1, wishes)
        plans += await self._late_plans(self.frontier.take_late())
        self.frontier.finish(visit, Done(outcome, fault.cause, fault.vendor, fault.detail), seen, plans)
        self.expedition.ended(visit, outcome, fault.cause)
        return self._item(visit, outcome, fault.cause, None)

    def _may_ask_again(self, visit: Visit, delay_s: float) -> bool:
        if {"random", "template"} >= set(visit.roles) or delay_s > self.frontier.time_left_s(visit.city):
            return False
        if visit.way in (Way.LINK.value, Way.IPV6.value):
            return False
        return visit.attempts <= self.expedition.campaign.file.politeness.retries

    def _retry_delay_s(self, visit: Visit) -> float:
        return float(self.expedition.campaign.file.politeness.retry_delay_s * 2 ** (visit.attempts - 1))

    # robots.txt

    async def _robots(self, visit: Visit, result: Fetched | Visited) -> dict[str, Any]:
        page = result.page
        seen = robots_seen(page.status, page.body, page.media_type)
        rules = Rules(seen)
        self.frontier.set_rules(visit.site, rules)
        self.expedition.pace.robots(visit.site, rules.crawl_delay_s)
        done = Done(
            Outcome.PASSED,
            status=page.status,
            final_url=page.url,
            fetched_at=page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            size_bytes=len(page.body),
        )
        wishes: Sequence[Candidate] = [
            Candidate(clean(address), "sitemap", "named in robots.txt", SITEMAP, SITEMAP_PAGES)
            for address in rules.sitemaps
            if is_web_address(address) and same_site(address, visit.url)
        ]
        plans = self.frontier.plans(visit.city, visit.url, 1, wishes)
        plans += await self._late_plans(self.frontier.take_late())
        self.frontier.finish(visit, done, [Observation("robots", 1, Outcome.PASSED, seen=seen)], plans)
        return self._item(visit, Outcome.PASSED, None, page.status)

    def _item(self, visit: Visit, outcome: Outcome, cause: Cause | None, status: int | None) -> dict[str, Any]:
        return {
            "city": visit.city,
            "url": visit.url,
            "way": visit.way,
            "roles": list(visit.roles),
            "outcome": outcome.value,
            "cause": cause.value if cause else None,
            "status": status,
        }


def first_pages(city: City) -> Iterator[Candidate]:
    """Where a city's round begins: its portals, the same portals by the other scheme, and its known data platform."""
    for portal in city.portals:
        address = clean(portal)
        yield Candidate(address, "home", "portal of the campaign", HOME, None)
        scheme, _, rest = address.partition("://")
        host = rest.partition("/")[0]
        yield Candidate(address, f"home.{scheme}", "portal of the campaign", HOME, None)
        if ":" not in host:  # a portal on a port of its own has no other scheme to try
            other = "https" if scheme == "http" else "http"
            yield Candidate(f"{other}://{host}/", f"home.{other}", f"the portal over {other}", VARIANT, None)
    if city.opendata:
        yield Candidate(clean(city.opendata), "opendata.entry", "data platform of the campaign", VARIANT, None)


def _from_sitemap(page: FetchedPage, seed: int) -> Iterator[Candidate]:
    found = [match.decode("utf-8", "replace").replace("&amp;", "&") for match in _LOC.findall(page.body[:2_000_000])]
    inside = sorted({clean(url) for url in found if is_web_address(url) and same_site(url, page.url)})
    yield from share(inside, seed)


def _wish(wanted: Wanted) -> Candidate:
    row = next((role for role in table() if role.id == wanted.role and not role.from_roles), None)
    quotas = {"opendata.api": CATALOGUE_CALLS, "opendata.download": DOWNLOADS, READING: READINGS}
    families = {"opendata": CATALOGUE, "list": LISTS, "policy": LATE}
    quota = row.take if row else quotas.get(wanted.role)
    priority = row.priority if row else families.get(wanted.role.partition(".")[0], SHARE)
    way, post = Way(wanted.way), wanted.post or ""
    return Candidate(clean(wanted.url), wanted.role, wanted.why, priority, quota, way, wanted.method, post)
