"""The command of the measurements: `script/bench crawl`, `browser`, `chaos`, `soak`, `validity`."""

from __future__ import annotations

import argparse
import sys


def main(words: list[str]) -> int:
    """Run one measurement; everything stays on loopback and ends by itself."""
    if words[:1] == ["validity"]:
        from crawler.validity import main as validity

        return validity(words[1:])
    parser = argparse.ArgumentParser(
        prog="script/bench",
        description="Measured figures on loopback, each beside its yardstick in the same run.",
        epilog="example: script/bench crawl --turns 1",
    )
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="crawl|browser|chaos|soak|validity")
    crawl = kinds.add_parser("crawl", help="plain pages a second beside a bare Scrapy spider")
    crawl.add_argument("--hosts", type=int, default=20, help="number of sites (%(default)s)")
    crawl.add_argument("--pages", type=int, default=100, help="pages a site (%(default)s)")
    crawl.add_argument("--links", type=int, default=40, help="links a page (%(default)s)")
    crawl.add_argument("--turns", type=int, default=2, help="turns of each side (%(default)s)")
    browser = kinds.add_parser("browser", help="browser loads a minute beside a bare Playwright loop")
    browser.add_argument("--hosts", type=int, default=6, help="number of portals (%(default)s)")
    browser.add_argument("--tabs", type=int, default=2, help="pages open at a time (%(default)s)")
    browser.add_argument("--turns", type=int, default=2, help="turns of each side (%(default)s)")
    chaos = kinds.add_parser("chaos", help="the sample campaign killed at random moments, beside an undisturbed run")
    chaos.add_argument("--kills", type=int, default=20, help="how often (%(default)s)")
    chaos.add_argument("--seed", type=int, default=1, help="of the random moments (%(default)s)")
    chaos.add_argument("--db", metavar="URL", help="keep the killed campaign in this empty database")
    soak = kinds.add_parser("soak", help="memory of all our processes over many browser visits")
    soak.add_argument("--visits", type=int, default=2000, help="browser visits (%(default)s)")
    soak.add_argument("--tabs", type=int, default=2, help="pages open at a time (%(default)s)")
    kinds.add_parser("validity", help="precision and recall of the page-presence marks")

    arguments = parser.parse_args(words)
    try:
        if arguments.kind == "crawl":
            from crawler.bench.crawl import measure as measure_crawl

            measure_crawl(hosts=arguments.hosts, pages=arguments.pages, links=arguments.links, turns=arguments.turns)
        elif arguments.kind == "chaos":
            from crawler.bench.chaos import measure as measure_chaos

            return 0 if measure_chaos(kills=arguments.kills, seed=arguments.seed, database=arguments.db) else 1
        elif arguments.kind == "soak":
            from crawler.bench.soak import measure as measure_soak

            return 0 if measure_soak(visits=arguments.visits, tabs=arguments.tabs) else 1
        else:
            from crawler.bench.browser import measure as measure_browser

            measure_browser(hosts=arguments.hosts, tabs=arguments.tabs, turns=arguments.turns)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
