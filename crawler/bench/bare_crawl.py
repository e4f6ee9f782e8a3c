"""The yardstick of the plain crawl: a Scrapy spider that follows the same links and stores nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.resolver import dnscache


class BareSpider(Spider):
    """Asks for every page that a page links, once; counts pages and bytes, keeps nothing else."""

    name = "bare"

    def __init__(self, urls: list[str], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.urls = urls
        self.pages = 0
        self.size_bytes = 0
        self.began = 0.0
        self.ended = 0.0

    async def start(self) -> AsyncIterator[Any]:
        """The home pages; the clock starts here, when Scrapy is up."""
        self.began = time.monotonic()
        for url in self.urls:
            yield Request(url)

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        """Follow all links of a page."""
        assert isinstance(response, TextResponse)
        self.pages += 1
        self.size_bytes += len(response.body)
        for href in response.xpath("//a/@href").getall():
            yield Request(response.urljoin(href))

    def closed(self, reason: str) -> None:
        """The clock stops with the last page."""
        self.ended = time.monotonic()


def main() -> None:
    """Crawl from the home pages named on the command line; prints pages and seconds as JSON."""
    urls = sys.argv[1:]
    for url in urls:
        dnscache[url.split("/")[2].partition(":")[0]] = "127.0.0.1"
    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "ROBOTSTXT_OBEY": False,
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "DOWNLOAD_DELAY": 0,
        }
    )
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, urls=urls)
    process.start()
    spider = crawler.spider
    assert isinstance(spider, BareSpider)
    seconds = spider.ended - spider.began
    print(json.dumps({"pages": spider.pages, "size_bytes": spider.size_bytes, "seconds": seconds}))


if __name__ == "__main__":
    main()
