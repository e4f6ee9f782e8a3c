"""Where a campaign is kept: the only place that knows the database."""

from crawler.store.database import StoreError, open_database, sqlite_version
from crawler.store.openings import Home, OpeningBook, Tried
from crawler.store.rows import Done, Plan, Round, Visit
from crawler.store.store import Store

__all__ = [
    "Done",
    "Home",
    "OpeningBook",
    "Plan",
    "Round",
    "Store",
    "StoreError",
    "Tried",
    "Visit",
    "open_database",
    "sqlite_version",
]
