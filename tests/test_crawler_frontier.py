"""The frontier loses nothing and asks nothing twice, whatever happens in whatever order."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, precondition, rule
from scrapy import Request

from crawler.campaign.file import Campaign
from crawler.sampling import HOME, Candidate
from crawler.store import Done, Round, Store, Visit, open_database
from crawler.visit.expedition import Expedition
from crawler.visit.frontier import Frontier
from crawler.visit.robots import RobotsSeen, Rules
from probes.observation import Observation
from probes.outcome import Cause, Outcome
from probes.page import Way

CAMPAIGN = """
allow = ["127.0.0.0/8"]
[politeness]
delay_s = 0
[budget]
pages = 6
browser_pages = 2
[[city]]
id = "a"
name = "甲市"
portals = ["http://127.0.0.1:8001/"]
[[city]]
id = "b"
name = "乙市"
portals = ["http://127.0.0.1:8002/"]
"""
OPEN = Rules(RobotsSeen(404))


def setting_out(folder: Path) -> tuple[Campaign, Store, Round]:
    """A campaign with an open round."""
    path = folder / "c.toml"
    path.write_text(CAMPAIGN, encoding="utf-8")
    campaign = Campaign(path)
    store = Store(open_database(f"sqlite:///{folder / 'c.sqlite'}"), "c")
    return campaign, store, store.open_round("r", seed=1, as_of=None, plan={}, versions={})


def frontier_of(campaign: Campaign, store: Store, round_: Round) -> Frontier:
    """A frontier as Scrapy builds it, over what the store holds."""
    expedition = Expedition(campaign, store, round_)
    for url, text in store.observation_texts(round_.id, "robots"):
        expedition._robots[url] = msgspec.json.decode(text, type=RobotsSeen)
    expedition.callback = expedition.errback = lambda *_: None
    frontier = Frontier.from_crawler(SimpleNamespace(spider=SimpleNamespace(expedition=expedition)))  # type: ignore[arg-type]
    frontier.open(None)
    return frontier


def wish(url: str, role: str = "article", *, way: Way = Way.PLAIN, quota: int | None = None) -> Candidate:
    """A page that is wished for."""
    return Candidate(url, role, "a link", HOME if role == "home" else 20, quota, way)


class FrontierMachine(RuleBasedStateMachine):
    """Plans, starts, ends, retries and restarts in any order, as a crawl does."""

    flights = Bundle("flights")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.campaign, self.store, self.round = setting_out(Path(self.folder.name))
        self.frontier = frontier_of(self.campaign, self.store, self.round)
        self.handed: Counter[tuple[str, str]] = Counter()
        self.allowed: Counter[tuple[str, str]] = Counter()
        self.wished: set[tuple[str, str, str, str]] = set()
        self.life = 0

    def teardown(self) -> None:
        """Give the folder back."""
        self.store.close()
        self.folder.cleanup()

    @rule(
        city=st.sampled_from("ab"),
        page=st.integers(0, 9),
        way=st.sampled_from([Way.PLAIN, Way.DESKTOP]),
        role=st.sampled_from(["home", "article", "column.news", "random", "link_check"]),
        quota=st.sampled_from([None, 2]),
    )
    def admit(self, city: str, page: int, way: Way, role: str, quota: int | None) -> None:
        """A page is wished for in some role."""
        url = f"http://127.0.0.1:{8001 + page % 3}/{page}"
        before = set(self.store.reasons(self.round.id))
        self.frontier.admit(city, None, 1, [wish(url, role, way=way, quota=quota)])
        if set(self.store.reasons(self.round.id)) - before:
            self.wished.add((url, way.value, city, role))
        self.frontier.take_late()

    @rule(target=flights)
    def start(self) -> Any:
        """The engine asks for a request."""
        request = self.frontier.next_request()
        if request is None:
            return multiple()
        assert isinstance(request, Request)
        visit: Visit = request.meta["visit"]
        key = (visit.url, visit.way)
        self.handed[key] += 1
        assert self.handed[key] <= 1 + self.allowed[key], f"{key} was handed out again"
        return (self.life, visit)

    @rule(flight=consumes(flights))
    def finish(self, flight: tuple[int, Visit]) -> None:
        """An answer came."""
        life, visit = flight
        if life != self.life:
            return
        if "robots" in visit.roles:
            self.frontier.set_rules(visit.site, OPEN)
            seen = [Observation("robots", 1, Outcome.PASSED, seen=RobotsSeen(404))]
            self.frontier.finish(visit, Done(Outcome.PASSED), seen)
        else:
            self.frontier.finish(visit, Done(Outcome.PASSED))
        self.frontier.free(visit)

    @rule(flight=consumes(flights), later=st.sampled_from([0.0, 0.0, 3600.0]))
    def retry(self, flight: tuple[int, Visit], later: float) -> None:
        """A fault came that a pause may cure."""
        life, visit = flight
        if life != self.life:
            return
        self.frontier.retry(visit, later)
        self.frontier.free(visit)
        self.allowed[visit.url, visit.way] += 1

    @precondition(lambda self: self.life < 3)
    @rule(gently=st.booleans())
    def restart(self, gently: bool) -> None:
        """The process stops, gently or not, and another one goes on; only what was in flight may be asked again."""
        for visit in list(self.frontier.under_way.values()):
            self.allowed[visit.url, visit.way] += 1
            if gently:
                self.frontier.give_back(visit)
        self.store.reopen(self.round.id)
        self.frontier = frontier_of(self.campaign, self.store, self.round)
        self.life += 1

    @rule()
    def retry_what_failed(self) -> None:
        """Asking again for causes that nothing failed by changes nothing."""
        assert self.store.reopen(self.round.id, [Cause.CRASHED]) == len(self.frontier.under_way)
        for visit in self.frontier.under_way.values():
            self.store.start(visit)

    @invariant()
    def every_page_is_on_record_once(self) -> None:
        """One row an address and way, and a row for every reason that was ever given."""
        rows = [(visit.url, visit.way) for visit in self.store.frontier(self.round.id)]
        assert len(rows) == len(set(rows))
        assert {key[:2] for key in self.wished} <= set(rows)

    @invariant()
    def what_is_planned_is_in_a_queue(self) -> None:
        """Store and memory agree on what is still to be asked."""
        stored = {visit.id for visit in self.store.frontier(self.round.id) if visit.state == "planned"}
        queued: list[int] = []
        for site in self.frontier.sites.values():
            queued += [entry[2].id for entry in (*site.queue, *site.later)]
            queued += [site.robots.id] if site.robots else []
        assert len(queued) == len(set(queued))
        assert stored == set(queued)
        flying = {visit.id for visit in self.store.frontier(self.round.id) if visit.state == "in_flight"}
        assert flying == set(self.frontier.under_way)

    @invariant()
    def budgets_cut_roles_only_and_say_so(self) -> None:
        """Extras beyond a budget are left out in silence; pages of a role are on record with cause `budget`."""
        for city in "ab":
            for page in self.store.pages(self.round.id, {}, city):
                if page.cause is Cause.BUDGET:
                    assert not page.has_role("home")
                    first = page.roles[0].role
                    assert first not in ("random", "template", "link_check", "home")

    @invariant()
    def a_site_has_one_request_under_way(self) -> None:
        """Never two at once on one site, and browser visits never more than tabs."""
        sites = Counter(visit.site for visit in self.frontier.under_way.values())
        assert max(sites.values(), default=0) <= 1
        assert sum(visit.way == "desktop" for visit in self.frontier.under_way.values()) <= self.campaign.file.tabs
        assert not self.frontier.stuck


TestFrontier = FrontierMachine.TestCase
# A failing run is shown as found: shrinking it over a real database would take many minutes.
TestFrontier.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.shrink],
)


@pytest.fixture
def frontier(tmp_path: Path) -> Frontier:
    """A fresh frontier; its store is its own."""
    return frontier_of(*setting_out(tmp_path))


def started(frontier: Frontier) -> Visit | None:
    """The next visit that leaves."""
    request = frontier.next_request()
    return None if request is None else request.meta["visit"]


def answered(frontier: Frontier, visit: Visit, rules: Rules = OPEN) -> None:
    """Its answer came."""
    if "robots" in visit.roles:
        frontier.set_rules(visit.site, rules)
    frontier.finish(visit, Done(Outcome.PASSED))
    frontier.free(visit)


def test_robots_comes_first_and_holds_everything_else(frontier: Frontier) -> None:
    """Before a site's robots.txt is known nothing else of it leaves; what it forbids is untested, and says why."""
    frontier.admit("a", None, 0, [wish("http://127.0.0.1:8001/", "home"), wish("http://127.0.0.1:8001/no/x")])
    robots = started(frontier)
    assert robots is not None
    assert robots.url == "http://127.0.0.1:8001/robots.txt"
    assert started(frontier) is None
    answered(frontier, robots, Rules(RobotsSeen(200, "User-agent: *\nDisallow: /no/\n")))
    home = started(frontier)
    assert home is not None
    assert home.url.endswith(":8001/")
    answered(frontier, home)
    assert started(frontier) is None
    assert not frontier.has_pending_requests()
    (refused,) = (page for page in frontier.store.pages(frontier.round.id, {}, "a") if page.url.endswith("/no/x"))
    assert (refused.outcome, refused.cause) == (Outcome.UNTESTED, Cause.ROBOTS)


def test_robots_that_failed_is_asked_again_before_all_else(frontier: Frontier) -> None:
    """A retry of robots.txt is handed out again, and only then the rest of the site."""
    frontier.admit("a", None, 0, [wish("http://127.0.0.1:8001/", "home")])
    robots = started(frontier)
    assert robots is not None
    frontier.retry(robots, 0.0)
    frontier.free(robots)
    again = started(frontier)
    assert again is not None
    assert (again.id, again.attempts) == (robots.id, 2)


def test_what_must_wait_does_not_hold_up_its_site(frontier: Frontier) -> None:
    """A page to be asked again in an hour is kept back, and the other pages of its site go on; nothing is stuck."""
    frontier.admit("a", None, 0, [wish("http://127.0.0.1:8001/1"), wish("http://127.0.0.1:8001/2")])
    answered(frontier, started(frontier) or pytest.fail("no robots.txt"))
    first = started(frontier)
    assert first is not None
    frontier.retry(first, 1800.0)
    frontier.free(first)
    second = started(frontier)
    assert second is not None
    assert second.url.endswith("/2")
    answered(frontier, second)
    assert started(frontier) is None
    assert frontier.has_pending_requests()
    assert not frontier.stuck


def test_a_wait_beyond_the_citys_time_is_not_waited_for(frontier: Frontier) -> None:
    """A Crawl-delay longer than the time that is left ends the city's pages as untested, cause budget."""
    frontier.admit("a", None, 0, [wish("http://127.0.0.1:8001/1"), wish("http://127.0.0.1:8001/2")])
    answered(frontier, started(frontier) or pytest.fail("no robots.txt"))
    frontier.expedition.pace.slow_down("http://127.0.0.1:8001", 100_000.0)
    assert started(frontier) is None
    assert not frontier.has_pending_requests()
    ended = [page.cause for page in frontier.store.pages(frontier.round.id, {}, "a") if "robots" not in page.url]
    assert ended == [Cause.BUDGET, Cause.BUDGET]


def test_sites_take_turns(frontier: Frontier) -> None:
    """With many pages on one site, another site's page does not wait behind them all."""
    frontier.admit("a", None, 0, [wish(f"http://127.0.0.1:8001/{number}") for number in range(4)])
    frontier.admit("b", None, 0, [wish("http://127.0.0.1:8002/")])
    order = []
    while (visit := started(frontier)) is not None:
        order.append(visit.site)
        answered(frontier, visit)
    assert order[:4] == ["http://127.0.0.1:8001", "http://127.0.0.1:8002"] * 2


def test_a_role_found_late_is_told_of_once(frontier: Frontier) -> None:
    """A page that gets another role after its visit is named to whoever found it, and to nobody else."""
    frontier.admit("a", None, 0, [wish("http://127.0.0.1:8001/1")])
    answered(frontier, started(frontier) or pytest.fail("no robots.txt"))
    answered(frontier, started(frontier) or pytest.fail("no page"))
    frontier.plans("a", None, 1, [wish("http://127.0.0.1:8001/1", "column.news")])
    (late,) = frontier.take_late()
    assert (late.url, late.role, late.city) == ("http://127.0.0.1:8001/1", "column.news", "a")
    assert frontier.take_late() == []


def test_a_request_from_elsewhere_is_a_mistake(frontier: Frontier) -> None:
    """Nothing reaches the frontier but through its plans."""
    with pytest.raises(RuntimeError, match=r"Frontier\.admit"):
        frontier.enqueue_request(Request("http://127.0.0.1:8001/"))
