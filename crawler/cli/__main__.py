"""Lets `python -m crawler.cli` stand for `civicprobe`."""

from crawler.cli import main

main()
