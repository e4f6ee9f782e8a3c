"""What this machine has and lacks for the work, each with its cure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from crawler.store import sqlite_version


@dataclass(frozen=True)
class Ailment:
    """One thing looked at: good, poor (works, with a loss) or bad (the work cannot be done)."""

    what: str
    state: Literal["good", "poor", "bad"]
    found: str
    cure: str = ""


def examine() -> tuple[Ailment, ...]:
    """Look at everything the work needs; starts the browser once."""
    return (_python(), _database(), *_browser(), _fonts(), _driver(), _memory(), _space(), _postgres())


def _python() -> Ailment:
    # An older Python cannot even load this program, so there is nothing to warn of.
    return Ailment("Python", "good", ".".join(map(str, sys.version_info[:3])))


def _database() -> Ailment:
    found = f"SQLite {sqlite_version()}"
    if tuple(map(int, sqlite_version().split("."))) >= (3, 35):
        return Ailment("database", "good", found)
    return Ailment("database", "bad", found, "install a Python built with SQLite 3.35 or newer")


def _browser() -> Iterator[Ailment]:
    from playwright.sync_api import Error, sync_playwright

    from crawler.visit.browser import FLAGS, find_chromium

    cure = "run script/setup, or `playwright install chromium`, or install your system's chromium package"
    sandbox = os.geteuid() != 0
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        if path is None:
            yield Ailment("browser", "bad", "none found", cure)
            return
        reason = "off, because Chromium cannot sandbox itself as root"
        while True:
            try:
                browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), chromium_sandbox=sandbox)
                break
            except Error as error:
                if not sandbox:
                    yield Ailment("browser", "bad", f"{path} does not start: {error.message.splitlines()[0]}", cure)
                    return
                sandbox, reason = False, "off, because this system forbids it (unprivileged user namespaces)"
        yield Ailment("browser", "good", f"Chromium {browser.version} ({path})")
        browser.close()
    if sandbox:
        yield Ailment("browser sandbox", "good", "on")
    else:
        yield Ailment("browser sandbox", "poor", reason, "run as an ordinary user with user namespaces allowed")


def _fonts() -> Ailment:
    cure = "install fonts-noto-cjk or fonts-wqy-zenhei; without them Chinese pages are measured and pictured wrongly"
    lister = shutil.which("fc-list")
    if lister is None:
        return Ailment("Chinese fonts", "poor", "cannot tell: fc-list is not installed", "install fontconfig")
    fonts = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout
    names = sorted({line.split(",")[0].strip() for line in fonts.splitlines() if line.strip()})
    if names:
        return Ailment("Chinese fonts", "good", ", ".join(names[:3]))
    return Ailment("Chinese fonts", "bad", "none", cure)


def _driver() -> Ailment:
    path = shutil.which("chromedriver")
    if path:
        return Ailment("WebDriver", "good", path)
    return Ailment(
        "WebDriver", "poor", "no chromedriver; only needed to audit through Selenium", "install chromium-driver"
    )


def _memory() -> Ailment:
    import psutil

    free_gb = psutil.virtual_memory().available / 1e9
    if free_gb >= 2:
        return Ailment("memory", "good", f"{free_gb:.1f} GB free")
    return Ailment("memory", "poor", f"{free_gb:.1f} GB free", "a browser with two tabs wants 2 GB; set tabs = 1")


def _space() -> Ailment:
    free_gb = shutil.disk_usage(Path.cwd()).free / 1e9
    if free_gb >= 2:
        return Ailment("disk", "good", f"{free_gb:.0f} GB free here")
    return Ailment("disk", "poor", f"{free_gb:.1f} GB free here", "a city takes 10 to 50 MB a round; make room")


def _postgres() -> Ailment:
    if find_spec("psycopg") is None:
        return Ailment(
            "PostgreSQL",
            "poor",
            "its driver is not installed; only needed for --db postgresql+psycopg://…",
            "pip install 'psycopg[binary]'",
        )
    return Ailment("PostgreSQL", "good", "driver installed")
