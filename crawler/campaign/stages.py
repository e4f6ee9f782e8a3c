"""The stages of a round after its plan: visit, look again, judge, tell; each can be run by itself."""

from __future__ import annotations

import logging
import signal
from collections import Counter
from datetime import datetime
from types import FrameType
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from audits.cards import load_catalogue
from audits.checks.dead_links import is_dead
from audits.city import City, CitySeen
from audits.finding import Finding
from audits.judge import judge
from crawler.campaign.file import Campaign
from crawler.campaign.watch import Watch
from crawler.store import Round, Store
from crawler.visit.expedition import Expedition
from crawler.visit.reader import look
from crawler.visit.robots import RobotsSeen
from probes.attachments import FileSeen
from probes.lists.listing import ListAnswer
from probes.opendata.catalogue import DownloadSeen, OpenDataAnswer
from probes.page import Way
from probes.registry import document_probes, live_probes
from probes.transport import TransportSeen


class Interrupted(Exception):
    """The visits were stopped by the person running them; the round can go on later."""


def visit(campaign: Campaign, store: Store, round_: Round, *, watch: Watch | None = None) -> Expedition:
    """Make the visits of the round that are still to be made. Raises Interrupted on Ctrl-C or SIGTERM."""
    from crawler.spiders.portal import PortalSpider

    expedition = Expedition(campaign, store, round_)
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    process = AsyncCrawlerProcess(settings)
    stopped: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.append(number)
        loop.call_soon_threadsafe(expedition.interrupt)
        if callable(inner.get(number)):
            inner[number](number, frame)

    if watch is not None:
        watch.follow(expedition)
    crawled = process.crawl(PortalSpider, expedition=expedition)
    loop = crawled.get_loop()
    inner: dict[int, Any] = {}

    def install() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            inner[number] = signal.getsignal(number)
            signal.signal(number, stop)

    loop.call_soon(install)  # runs when the loop does: after Scrapy has installed its own handlers, which ours call
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        process.start()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        if watch is not None:
            watch.close()
    if expedition.failure is not None:
        raise expedition.failure
    if stopped:
        raise Interrupted
    crawled.result()
    if expedition.frontier is not None and expedition.frontier.stuck:
        raise RuntimeError(
            "the frontier had visits left and would hand out none; the round can go on after a new start"
        )
    left = store.counts(round_.id)
    if left.get("planned", 0) or left.get("in_flight", 0):
        logging.getLogger(__name__).warning("%d visits are left; run again to make them", left.get("planned", 0))
        raise Interrupted
    found = dict(round_.versions)
    if expedition.desk.version is not None:
        found["chromium"] = expedition.desk.version
        found["sandbox"] = "on" if expedition.desk.sandboxed else "off"
    store.set_state(round_.id, "visited", found)
    return expedition


def look_again(campaign: Campaign, store: Store, round_: Round) -> int:
    """Let the document probes of this version read the archive again; returns how many pages were read."""
    from crawler.visit.archive import Archive

    archive = Archive(campaign.out, round_.name)
    count = 0
    for row, place, fetched_at, _status in store.archived(round_.id):
        when = datetime.fromisoformat((fetched_at or "1970-01-01T00:00:00Z").replace("Z", "+00:00"))
        page = archive.read(place, way=row.way, fetched_at=when, roles=row.roles, post=row.post or None)
        store.observe(row.id, look(page).observations)
        count += 1
    return count


def kinds() -> dict[str, type]:
    """What each probe's rows are read as."""
    known: dict[str, type] = {probe.name: probe.seen for probe in document_probes()}
    known |= {probe.name: probe.seen for probe in live_probes()}
    known |= {
        "transport": TransportSeen,
        "robots": RobotsSeen,
        "list": ListAnswer,
        "opendata": OpenDataAnswer,
        "download": DownloadSeen,
        "file": FileSeen,
    }
    return known


def city_seen(store: Store, round_: Round, city: City) -> CitySeen:
    """All that was seen of a city in the round, for the judges."""
    pages = store.pages(round_.id, kinds(), city.id)
    history = store.history(round_, city.id, [page.url for page in pages if is_dead(page)])
    return CitySeen(city=city, pages=pages, as_of=round_.as_of, history=history)


def judge_round(campaign: Campaign, store: Store, round_: Round) -> tuple[Finding, ...]:
    """Judge every city of the round by every card, and keep the findings."""
    cards = load_catalogue().cards
    found: list[Finding] = []
    for city in cities_of(round_):
        found.extend(judge(city_seen(store, round_, city), cards))
    store.write_findings(round_.id, found)
    return tuple(found)


def cities_of(round_: Round) -> tuple[City, ...]:
    """The cities as they were when the round was planned."""
    return tuple(City(**{**entry, "portals": tuple(entry["portals"])}) for entry in round_.plan["cities"])


def unmeasured(store: Store, round_: Round) -> set[str]:
    """The cities of which no home page could be read in any way of asking."""
    pages = {city.id: store.pages(round_.id, {}, city.id) for city in cities_of(round_)}
    return {
        city
        for city, visited in pages.items()
        if not any(
            page.outcome.value == "passed" and page.has_role("home") and page.way != Way.RECHECK.value
            for page in visited
        )
    }


def tally(store: Store, round_: Round) -> Counter[str]:
    """How many visits ended how, over all cities."""
    count: Counter[str] = Counter()
    seen: set[int] = set()
    for city in cities_of(round_):
        for page in store.pages(round_.id, {}, city.id):
            if page.id not in seen:
                seen.add(page.id)
                count[page.cause.value if page.cause else page.outcome.value] += 1
    return count


__all__ = [
    "Interrupted",
    "cities_of",
    "city_seen",
    "judge_round",
    "kinds",
    "look_again",
    "tally",
    "unmeasured",
    "visit",
]
