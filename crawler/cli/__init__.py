"""The command line: one verb for each thing that a person wants from CivicProbe."""

from crawler.cli import campaigns, lookups  # importing them adds their commands
from crawler.cli.app import app

__all__ = ["app", "campaigns", "lookups", "main"]


def main() -> None:
    """The `civicprobe` command."""
    app()
