"""The rounds of a campaign: which one is open, when the next is due, and the way from its plan to its visits."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import IO

from audits.cards import load_catalogue
from crawler.campaign.file import Campaign, CampaignError, version
from crawler.schedule import Due, round_name, standing
from crawler.store import Round, Store, StoreError, open_database
from probes.axe import version as axe_version
from probes.outcome import Cause
from scoring.model import load_model


class NotDue(Exception):
    """The last round is finished and the next one is not due yet; the message says when it will be."""


class NoRound(Exception):
    """The campaign has no such round; the message says which there are."""


@dataclass(frozen=True)
class Standing:
    """Where a campaign stands today: its latest round, and whether a new one is due."""

    latest: Round | None
    due: Due

    @property
    def unfinished(self) -> bool:
        """Whether the latest round was interrupted before its report was told."""
        return self.latest is not None and self.latest.state != "closed"


def open_store(campaign: Campaign, database: str | None = None) -> Store:
    """The campaign's store: `campaign.sqlite` in its folder, or the database given. Raises StoreError."""
    if database is None:
        try:
            campaign.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{campaign.out}: cannot be made ({error.strerror}); choose another folder with --out"
            ) from None
        database = f"sqlite:///{campaign.out.absolute() / 'campaign.sqlite'}"
    return Store(open_database(database), campaign.name)


@contextmanager
def at_work(campaign: Campaign, database: str | None = None) -> Iterator[Store]:
    """The campaign's store, held for one writer. Raises CampaignError or StoreError when another has it."""
    with _alone(campaign), closing(open_store(campaign, database)) as store, store.alone():
        yield store


@contextmanager
def _alone(campaign: Campaign) -> Iterator[None]:
    campaign.out.mkdir(parents=True, exist_ok=True)
    lock: IO[str]
    with (campaign.out / "running.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CampaignError(
                f"{campaign.out}: another process is at work on this campaign; wait for it, or stop it"
            ) from None
        yield


def stand(campaign: Campaign, store: Store, today: date) -> Standing:
    """Where the campaign stands on a day."""
    rounds = store.rounds()
    latest = rounds[-1] if rounds else None
    opened = _day(latest.plan.get("dated", latest.opened_at)) if latest is not None else None
    first = _day(rounds[0].plan.get("dated", rounds[0].opened_at)) if rounds else None
    return Standing(
        latest, standing(opened, campaign.file.every, today, day_of_month=first.day if first is not None else None)
    )


def open_round(campaign: Campaign, store: Store, today: date | None = None, *, retry: Sequence[Cause] = ()) -> Round:
    """The unfinished round, else a new one when it is due; `retry` re-opens failures of the latest round.

    Raises NotDue when there is nothing to do.
    """
    today = today or datetime.now(UTC).date()
    now = stand(campaign, store, today)
    if now.latest is not None and (now.unfinished or retry):
        if store.reopen(now.latest.id, retry) or now.latest.state == "open":
            store.set_state(now.latest.id, "open")
        return next(each for each in store.rounds() if each.id == now.latest.id)
    if not now.due.due:
        latest = now.latest.name if now.latest is not None else "none"
        raise NotDue(f"{campaign.name}: the next round is due on {now.due.on}; the latest is {latest}")
    plan = {
        "dated": today.isoformat(),
        "title": campaign.title,
        "agent": campaign.agent,
        "cities": [asdict(city) for city in campaign.cities],
        "budget": campaign.file.budget.model_dump(),
        "politeness": campaign.file.politeness.model_dump(),
        "views": list(campaign.file.views),
        "random_share": campaign.file.random_share,
        "tabs": campaign.file.tabs,
        "every": campaign.file.every,
        "openings_a_day": campaign.file.openings_a_day,
    }
    as_of = campaign.file.as_of.isoformat() if campaign.file.as_of is not None else None
    name = round_name(today, campaign.file.every)
    return store.open_round(name, seed=campaign.file.seed, as_of=as_of, plan=plan, versions=versions())


def find_round(store: Store, name: str | None = None) -> Round:
    """The round of that name, or the latest. Raises NoRound."""
    rounds = store.rounds()
    if not rounds:
        raise NoRound(f"{store.campaign}: no round was opened yet; start with `civicprobe run`")
    if name is None:
        return rounds[-1]
    for each in rounds:
        if each.name == name:
            return each
    raise NoRound(f"{store.campaign}: there is no round {name!r}; there are {', '.join(each.name for each in rounds)}")


def versions() -> dict[str, str]:
    """What this round is measured with: versions of the program and its engines, digests of cards and words."""
    return {
        "civicprobe": version(),
        "axe-core": axe_version(),
        "catalogue": load_catalogue().digest[:16],
        "words": words_digest()[:16],
        "model": load_model().version,
    }


def words_digest() -> str:
    """SHA-256 over the word files of all languages."""
    digest = hashlib.sha256()
    for entry in sorted(files("probes").joinpath("words").iterdir(), key=lambda path: path.name):
        if entry.name.endswith(".toml"):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()


def campaigns_in(folder: Path) -> Iterator[Path]:
    """Campaign files of a folder: TOML files that name cities."""
    for path in sorted(folder.glob("*.toml")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if "[[city]]" in text or "[cities]" in text:
            yield path


def _day(time: str) -> date:
    return date.fromisoformat(time[:10])
