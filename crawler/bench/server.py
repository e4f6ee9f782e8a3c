"""A small fast server of made-up portals on loopback, in a process of its own: `python -m
crawler.bench.server`.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from crawler.bench.sites import Site, link_graph, portals

_TYPES = {"css": "text/css", "js": "text/javascript"}


@contextmanager
def serving(*arguments: str) -> Iterator[int]:
    """Serve sites in another process while the block runs; gives the port on 127.0.0.1.

    `arguments` are those of this module: `graph HOSTS PAGES LINKS` or `portals HOSTS [DIFFERENT]`. Raises RuntimeError
    when the server does not come up.
    """
    command = [sys.executable, "-m", "crawler.bench.server", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.strip().isdecimal():
            process.kill()
            raise RuntimeError("the measuring server did not start; its complaint stands above")
        try:
            yield int(line)
        finally:
            process.terminate()


def main() -> None:
    """Serve until the starting process goes away; prints the port first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["graph", "portals"])
    parser.add_argument("numbers", nargs="+", type=int)
    arguments = parser.parse_args()
    sites = link_graph(*arguments.numbers) if arguments.kind == "graph" else portals(*arguments.numbers)
    asyncio.run(_serve(sites))


async def _serve(sites: Iterator[Site]) -> None:
    pages = {(site.host, path): body for site in sites for path, body in site.pages.items()}

    async def answer(request: web.BaseRequest) -> web.Response:
        body = pages.get((request.host.partition(":")[0], request.path))
        if body is None:
            return web.Response(status=404, text="not here")
        media_type = _TYPES.get(request.path.rpartition(".")[2], "text/html")
        return web.Response(body=body, content_type=media_type, charset="utf-8")

    server = web.Server(answer)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    # The pipe closes when the starting process ends, however it ends.
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    main()
