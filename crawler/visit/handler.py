"""How a request of the frontier is carried out: at the site's pace, plainly or in a browser."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

from crawler.visit.browser import Visited
from crawler.visit.expedition import Stopped
from crawler.visit.fetch import Fetched
from probes.page import BROWSER_WAYS, Way
from probes.registry import live_probes

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.store import Visit
    from crawler.visit.expedition import Expedition

# A browser visit as a whole may take this many times its navigation deadline; after that its tab is given up.
BROWSER_DEADLINE_FACTOR = 5


class VisitHandler(BaseDownloadHandler):
    """Scrapy's download handler for http and https.

    The answer reaches the spider as a Scrapy response whose request carries the result in `meta["result"]`
    (Fetched or Visited); a fault of the web is raised as WebFault, the end of the work as Stopped: both reach the
    errback.
    """

    lazy = False

    @property
    def expedition(self) -> Expedition:
        """The round that the spider is on."""
        expedition: Expedition = self.crawler.spider.expedition  # type: ignore[union-attr]
        return expedition

    async def download_request(self, request: Request) -> Response:
        """Carry out one visit. Raises WebFault."""
        visit: Visit = request.meta["visit"]
        expedition = self.expedition
        if expedition.interrupted:
            raise Stopped
        task = asyncio.current_task()
        assert task is not None
        expedition.tasks.add(task)
        try:
            wait_s = visit.next_try - time.time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            parts = urlsplit(visit.url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            ipv6 = visit.way == Way.IPV6.value
            ask = expedition.guard.ipv6_endpoints if ipv6 else expedition.guard.endpoints
            endpoint = (await ask(parts.hostname or "", port))[0]
            async with expedition.pace.turn(visit.site, endpoint.address):
                start = time.monotonic()
                result: Fetched | Visited
                if visit.way in BROWSER_WAYS:
                    result = await self._browse(visit)
                    expedition.spent(visit.way, time.monotonic() - start)
                else:
                    result = await expedition.fetcher.fetch(
                        visit.url, method=visit.method, roles=visit.roles, data=visit.post or None, ipv6=ipv6
                    )
                    result = replace(result, page=replace(result.page, way=Way(visit.way)))
                    expedition.spent("fetch", time.monotonic() - start)
        except asyncio.CancelledError:
            if not self.expedition.interrupted:
                raise
            # Scrapy waits for ever for a download that was only cancelled; an exception of ours ends it.
            task.uncancel()
            raise Stopped from None
        finally:
            expedition.tasks.discard(task)
        request.meta["result"] = result
        request.meta["elapsed_ms"] = round((time.monotonic() - start) * 1000)
        return Response(visit.url, status=result.page.status, headers=dict(result.page.headers), body=result.page.body)

    async def _browse(self, visit: Visit) -> Visited:
        way = Way(visit.way)
        probes = [probe for probe in live_probes() if way in probe.ways]
        deadline_s = self.expedition.desk.timeout_s * BROWSER_DEADLINE_FACTOR
        return await asyncio.wait_for(
            self.expedition.desk.visit(visit.url, way, visit.city, probes, visit.roles), deadline_s
        )
