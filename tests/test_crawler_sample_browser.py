"""In a real browser the made-up portals behave as described: toolbars, phone layouts, scripts, walls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from crawler.sample.server import SampleCountry
from crawler.visit.browser import find_chromium

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def country() -> Iterator[SampleCountry]:
    with SampleCountry() as served:
        yield served


@pytest.fixture(scope="module")
def browser(country: SampleCountry) -> Iterator[Browser]:
    rules = ",".join(f"MAP {name} {address}" for name, address in country.hosts.items())
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium.executable_path),
            args=["--no-sandbox", f"--host-resolver-rules={rules}"],
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()


def test_the_good_toolbar_opens_enlarges_and_leaves(page: Page) -> None:
    """On the good portal the entry opens a toolbar that enlarges the text and can be closed again."""
    page.goto("https://www.yunxiushi.gov.cn/")
    assert page.locator("#wza-bar").count() == 0
    page.click("#cniil_wza")
    page.click("#wza-bar >> text=放大文字")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "19.2px"
    page.click("#wza-bar >> text=退出无障碍")
    assert page.locator("#wza-bar").count() == 0


def test_the_middling_toolbar_is_for_show(page: Page) -> None:
    """On the middling portal the same click changes nothing and raises an error in the page."""
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto("http://www.chengpushi.gov.cn/")
    before = page.content()
    page.click("text=无障碍")
    assert page.content() == before
    assert any("wza" in fault for fault in faults)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://www.yunxiushi.gov.cn/", True),
        ("https://www.yunxiushi.gov.cn/col/col52/index.html", True),
        ("https://www.alderwickbay.gov/", True),
        ("http://www.chengpushi.gov.cn/", False),
        ("http://www.weiyushi.gov.cn/", False),
    ],
)
def test_phone_layouts(browser: Browser, url: str, fits: bool) -> None:
    """At the width of a phone the two best portals need no sideways scrolling; the others do."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, ignore_https_errors=True
    )
    opened = context.new_page()
    opened.goto(url)
    width = opened.evaluate("Math.max(document.documentElement.scrollWidth, window.innerWidth)")
    context.close()
    assert (width <= 391) is fits


def test_lists_written_by_script_fill_in_the_browser(page: Page) -> None:
    """The shells hold no entry as sent and eight or more once their scripts have run."""
    for url in ("https://www.yunxiushi.gov.cn/col/col13/index.html", "https://www.alderwickbay.gov/news/archive"):
        answer = page.goto(url)
        assert answer is not None
        assert "<li>" not in answer.text()
        page.wait_for_selector("main li")
        assert page.locator("main li").count() >= 8


def test_the_wall_stands_for_a_browser_too(page: Page) -> None:
    """The walled portal answers 412 to a browser that ran its script, and does not send it round in circles."""
    statuses: list[int] = []
    page.on("response", lambda answer: statuses.append(answer.status))
    page.goto("https://www.xiloushi.gov.cn/", wait_until="load")
    page.wait_for_load_state("networkidle")
    assert set(statuses) - {404} == {412}
    assert statuses.count(412) <= 4
