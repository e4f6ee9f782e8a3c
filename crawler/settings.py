"""How Scrapy is set up for this project; politeness itself lives in the campaign file and crawler/visit."""

BOT_NAME = "civicprobe"
SPIDER_MODULES = ["crawler.spiders"]

# One event loop for spider, browser and proxy; nothing here needs Twisted's reactor.
TWISTED_REACTOR_ENABLED = False
TELNETCONSOLE_ENABLED = False

# The frontier lives in the store; visits are carried out by our own handler, plainly or in a browser.
SCHEDULER = "crawler.visit.frontier.Frontier"
DOWNLOAD_HANDLERS = {
    "http": "crawler.visit.handler.VisitHandler",
    "https": "crawler.visit.handler.VisitHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# What these middlewares do is done where it can be kept in the store: robots.txt, retries and redirects are rows of the
# frontier; bodies arrive decompressed; cookies are never sent by plain requests.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
ROBOTSTXT_OBEY = False  # obeyed by the frontier, once a round and across restarts

# The pace is held by crawler/visit/pace.py for each site and each address; Scrapy's own slots must not add to it.
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1  # a visit yields one item; Scrapy would start this many workers for each of them

LOG_LEVEL = "WARNING"
EXTENSIONS = {"scrapy.extensions.corestats.CoreStats": 0}
FEED_EXPORT_ENCODING = "utf-8"
