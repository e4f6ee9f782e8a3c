"""The inspect command: one page or more, saved or on the web; what is seen, what is found on it, and why."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from audits.card import Card
from audits.cards import load_catalogue
from crawler.campaign.file import CampaignError, version
from crawler.inspection import InspectedPage, as_json_line, as_record, inspect_file, inspect_page
from crawler.sampling import site
from crawler.visit.browser import BrowserDesk
from crawler.visit.ending import REDIRECTS
from crawler.visit.fetch import Fetcher
from crawler.visit.guard import Guard
from crawler.visit.pace import Pace
from crawler.visit.proxy import GuardProxy
from crawler.visit.robots import Rules, robots_seen
from probes.outcome import Cause, WebFault
from probes.page import FetchedPage, Way

MAX_REDIRECTS = 8
TIMEOUT_S = 30.0
MAX_BODY_BYTES = 20_000_000


def inspect_all(
    pages: Sequence[str],
    *,
    url: str | None,
    lang: str | None,
    as_json: bool,
    allow_hosts: Sequence[str],
    contact: str | None,
) -> int:
    """Inspect every page in order and print each as it is done; returns 1 when one of them could not be had.

    Raises CampaignError when an address of the public web is asked for without a contact.
    """
    addresses = [page for page in pages if _is_address(page)]
    strangers = sorted({urlsplit(page).hostname or "" for page in addresses} - set(allow_hosts))
    if strangers and not contact:
        raise CampaignError(
            f"{', '.join(strangers)}: say whom the owners can write to, with --contact you@example.org "
            "(for a site of your own machine or network: --allow-host NAME)"
        )
    if url is not None and len(pages) > 1:
        raise CampaignError("--url belongs to one saved file; inspect one at a time")
    return asyncio.run(_inspect_all(pages, url, lang, as_json, allow_hosts, contact))


async def _inspect_all(
    pages: Sequence[str],
    url: str | None,
    lang: str | None,
    as_json: bool,
    allow_hosts: Sequence[str],
    contact: str | None,
) -> int:
    desk = _Desk(allow_hosts, contact)
    code = 0
    try:
        for page in pages:
            try:
                inspected = await desk.look(page, lang) if _is_address(page) else inspect_file(page, url, lang)
            except WebFault as fault:
                print(f"civicprobe: {page}: not seen: {fault}", file=sys.stderr)
                code = 1
                continue
            except OSError as fault:
                print(f"civicprobe: {page}: cannot be read: {fault.strerror or fault}", file=sys.stderr)
                code = 1
                continue
            print(as_json_line(inspected) if as_json else in_words(inspected), flush=True)
    finally:
        await desk.close()
    return code


class _Desk:
    """Fetches single pages as politely as a campaign does: robots.txt, one at a time, a pause after each."""

    def __init__(self, allow_hosts: Sequence[str], contact: str | None) -> None:
        self.guard = Guard(allow_hosts=allow_hosts)
        self.agent = f"CivicProbe/{version()} (inspection of single pages; {contact or 'own site'})"
        self.fetcher = Fetcher(self.guard, agent=self.agent, timeout_s=TIMEOUT_S, max_body_bytes=MAX_BODY_BYTES)
        self.pace = Pace(0.0 if contact is None else 1.0)
        self.rules: dict[str, Rules] = {}
        self.proxy: GuardProxy | None = None
        self.browser: BrowserDesk | None = None

    async def look(self, url: str, lang: str | None) -> InspectedPage:
        """The page at an address, redirects followed; opened in a browser when its plain answer is an empty shell."""
        page = await self._fetch(url)
        for _ in range(MAX_REDIRECTS):
            location = page.header("location") if page.status in REDIRECTS else None
            if not location:
                break
            page = await self._fetch(urljoin(page.url, location))
        else:
            raise WebFault(Cause.REDIRECT_LOOP, f"more than {MAX_REDIRECTS} redirects")
        inspected = inspect_page(replace(page, lang_hint=lang))
        if inspected.seen.empty_shell:
            rendered = await self._open(page.url)
            inspected = inspect_page(replace(rendered, lang_hint=lang))
        return inspected

    async def _fetch(self, url: str) -> FetchedPage:
        name = site(url)
        if name not in self.rules:
            async with self.pace.turn(name, name):
                answer = await self.fetcher.fetch(urljoin(url, "/robots.txt"))
            self.rules[name] = Rules(robots_seen(answer.page.status, answer.page.body, answer.page.media_type))
            self.pace.robots(name, self.rules[name].crawl_delay_s)
        cause = self.rules[name].refuses(url)
        if cause is not None:
            raise WebFault(cause, "robots.txt asks not to visit it")
        async with self.pace.turn(name, name):
            return (await self.fetcher.fetch(url)).page

    async def _open(self, url: str) -> FetchedPage:
        if self.browser is None:
            self.proxy = await GuardProxy(self.guard).__aenter__()
            self.browser = BrowserDesk(self.proxy, agent=self.agent, tabs=1, timeout_s=TIMEOUT_S)
        async with self.pace.turn(site(url), site(url)):
            return (await self.browser.visit(url, Way.DESKTOP, "inspect", ())).page

    async def close(self) -> None:
        if self.browser is not None:
            await self.browser.close()
        if self.proxy is not None:
            await self.proxy.__aexit__()
        await self.fetcher.close()


def in_words(inspected: InspectedPage) -> str:
    """What was read on one page, for a person: kind and why, language, encoding, dates, and each thing with its
    proof.
    """
    seen, record = inspected.seen, as_record(inspected)
    cards = {card.id: card for card in load_catalogue().cards}
    declared = f" (declared: {seen.encoding_declared})" if seen.encoding_declared not in (None, seen.encoding) else ""
    lines = [
        inspected.page,
        f"  title      {_clean(seen.title) or '–'}",
        f"  kind       {seen.kind}: {_clean(seen.kind_why)}",
        f"  language   {', '.join(seen.langs) or seen.lang}"
        + (f" (declared: {seen.lang_declared})" if seen.lang_declared else " (none declared)"),
        f"  encoding   {seen.encoding}{declared}",
        f"  newest     {seen.newest_date or 'no dated entry'}; {len(seen.items)} dated or listed entries",
    ]
    if seen.vendor:
        lines.append(f"  wall       {seen.vendor}")
    for heading, part in (("shows", record["present"]), ("leads to", record["roles"])):
        if part:
            lines.append(f"  {heading}:")
        for name, sightings in part.items():
            first = sightings[0]
            target = f" → {first['href']}" if first["href"] else ""
            value = f" [{seen.values[name]}]" if name in seen.values else ""
            lines.append(
                f"    {name:28} {_title(cards.get(name))}{_clean(first['text'])[:60]}{target} ({first['where']}){value}"
            )
    return "\n".join(lines)


def _title(card: Card | None) -> str:
    return f"{card.title.en}: " if card is not None else ""


def _clean(text: str) -> str:
    """Text of a page without control characters: it must not steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _is_address(page: str) -> bool:
    return page.startswith(("http://", "https://")) and not Path(page).exists()
