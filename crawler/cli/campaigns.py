"""The commands that work on a campaign: from its plan to its report and its data."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from crawler.campaign import between, rounds, stages, telling
from crawler.campaign.file import Campaign, CampaignError
from crawler.campaign.watch import Watch
from crawler.cli.app import (
    DONE,
    NOTHING_MEASURED,
    AsJson,
    CampaignPath,
    Database,
    On,
    Out,
    RoundName,
    app,
    day,
    moment,
    plainly,
    screen,
)
from crawler.store import Round, Store
from probes.outcome import Cause


@contextmanager
def _at_work(path: Path, out: Path | None, database: str | None) -> Iterator[tuple[Campaign, Store]]:
    with plainly():
        campaign = Campaign(path, out=out)
        with rounds.at_work(campaign, database) as store:
            yield campaign, store


@contextmanager
def _reading(path: Path, out: Path | None, database: str | None) -> Iterator[tuple[Campaign, Store]]:
    with plainly():
        campaign = Campaign(path, out=out)
        store = rounds.open_store(campaign, database)
        try:
            yield campaign, store
        finally:
            store.close()


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where results go.")] = Path("demo"),
    open_: Annotated[bool, typer.Option("--open", help="Open the report in the browser of this desktop.")] = False,
) -> None:
    """Run the sample country from end to end, offline; exit 0 when every finding equals its truth.

    Example: civicprobe demo --out demo --open
    """
    from crawler.demo import run_demo

    with plainly():
        code = run_demo(out, screen, open_report=open_)
    raise typer.Exit(code)


@app.command()
def run(
    campaign_file: CampaignPath,
    out: Out = None,
    database: Database = None,
    retry: Annotated[
        str | None, typer.Option("--retry", metavar="CAUSE,...", help="Ask again for what failed by these causes.")
    ] = None,
    on: On = None,
) -> None:
    """Plan, visit, look, judge, score and report; goes on where it stopped.

    Between rounds it opens the home pages whose opening is due, where the campaign sets openings_a_day.

    Example: civicprobe run campaign.toml
    """
    with _at_work(campaign_file, out, database) as (campaign, store):
        try:
            round_ = rounds.open_round(campaign, store, day(on), retry=_causes(retry))
        except rounds.NotDue as news:
            screen.print(str(news), markup=False, highlight=False)
            done = between.open_due(campaign, store, rounds.find_round(store), moment(on))
            if done is not None:
                screen.print(str(done), markup=False, highlight=False)
            return
        code = _whole(campaign, store, round_)
    raise typer.Exit(code)


def _whole(campaign: Campaign, store: Store, round_: Round) -> int:
    if round_.state == "open":
        _visit(campaign, store, round_)
        round_ = rounds.find_round(store, round_.name)
    _judge(campaign, store, round_)
    page = telling.write_report(telling.dataset(campaign, store, round_), campaign.out)
    store.set_state(round_.id, "closed")
    return _closing(store, round_, page)


def _closing(store: Store, round_: Round, page: Path) -> int:
    counts = stages.tally(store, round_)
    told = ", ".join(f"{count} {cause}" for cause, count in sorted(counts.items(), key=lambda each: -each[1]))
    screen.print(f"Visits: {told}", markup=False, highlight=False, soft_wrap=True)
    missing = sorted(stages.unmeasured(store, round_))
    if missing:
        screen.print(f"Not measured: {', '.join(missing)}", markup=False, highlight=False)
    print(page)
    return NOTHING_MEASURED if missing else DONE


@app.command()
def plan(
    campaign_file: CampaignPath, out: Out = None, database: Database = None, on: On = None, as_json: AsJson = False
) -> None:
    """Check the campaign file, open its round and say which portals will be visited; asks nothing of the web.

    Example: civicprobe plan campaign.toml
    """
    with _at_work(campaign_file, out, database) as (campaign, store):
        try:
            round_ = rounds.open_round(campaign, store, day(on))
        except rounds.NotDue as news:
            screen.print(str(news), markup=False, highlight=False)
            return
        cities = stages.cities_of(round_)
        if as_json:
            print(
                json.dumps({"round": round_.name, "state": round_.state, **round_.plan}, ensure_ascii=False, indent=1)
            )
            return
        table = Table("city", "name", "portals", title=f"{campaign.title} · round {round_.name}")
        for city in cities:
            table.add_row(city.id, city.name, "\n".join(city.portals) or "no portal known")
        Console().print(table)


@app.command()
def visit(campaign_file: CampaignPath, out: Out = None, database: Database = None, on: On = None) -> None:
    """Make the visits of the open round that are still to be made.

    Example: civicprobe visit campaign.toml
    """
    with _at_work(campaign_file, out, database) as (campaign, store):
        try:
            round_ = rounds.open_round(campaign, store, day(on))
        except rounds.NotDue as news:
            screen.print(str(news), markup=False, highlight=False)
            return
        if round_.state == "open":
            _visit(campaign, store, round_)
        screen.print(f"Round {round_.name}: all visits are made.")


@app.command()
def look(campaign_file: CampaignPath, out: Out = None, database: Database = None, round_name: RoundName = None) -> None:
    """Let the document probes of this version read the archived pages again; asks nothing of the web.

    Example: civicprobe look campaign.toml --round 2026-10
    """
    with _at_work(campaign_file, out, database) as (campaign, store):
        round_ = rounds.find_round(store, round_name)
        count = stages.look_again(campaign, store, round_)
        store.set_state(round_.id, round_.state, {**round_.versions, **rounds.versions()})
        screen.print(f"Round {round_.name}: {count} archived pages were read again.")


@app.command()
def judge(
    campaign_file: CampaignPath, out: Out = None, database: Database = None, round_name: RoundName = None
) -> None:
    """Judge what was seen by the feature cards; asks nothing of the web.

    Example: civicprobe judge campaign.toml
    """
    with _at_work(campaign_file, out, database) as (campaign, store):
        _judge(campaign, store, rounds.find_round(store, round_name))


@app.command()
def score(
    campaign_file: CampaignPath,
    out: Out = None,
    database: Database = None,
    round_name: RoundName = None,
    as_json: AsJson = False,
) -> None:
    """Weigh the findings by the model and print each city's index with band and coverage.

    Example: civicprobe score campaign.toml --json
    """
    with _reading(campaign_file, out, database) as (campaign, store):
        data = telling.dataset(campaign, store, rounds.find_round(store, round_name))
        if as_json:
            rows = [
                {
                    "city": record.city.id,
                    "measured": record.scorecard.measured,
                    "shown": record.scorecard.index.shown,
                    "point": record.scorecard.index.point,
                    "coverage": record.scorecard.index.coverage,
                }
                for record in data.cities
            ]
            print(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        table = Table("city", "index", "band", "coverage", *(part.id for part in data.cities[0].scorecard.index.parts))
        for record in data.cities:
            whole = record.scorecard.index
            table.add_row(
                record.city.name,
                _points(whole.point, whole.shown) if record.scorecard.measured else "not measured",
                f"{whole.band.low * 100:.0f}–{whole.band.high * 100:.0f}" if whole.band else "–",
                f"{whole.coverage:.0%}",
                *(_points(part.point, part.shown) for part in whole.parts),
            )
        Console().print(table)
        Console().print("( ) the observable part only: less than the coverage floor was measured")


@app.command()
def report(
    campaign_file: CampaignPath, out: Out = None, database: Database = None, round_name: RoundName = None
) -> None:
    """Write the report folder from the findings; asks nothing of the web.

    Example: civicprobe report campaign.toml --round 2026-10
    """
    with _at_work(campaign_file, out, database) as (campaign, store):
        round_ = rounds.find_round(store, round_name)
        print(telling.write_report(telling.dataset(campaign, store, round_), campaign.out))


@app.command()
def export(
    campaign_file: CampaignPath,
    format_: Annotated[
        Literal["csv", "xlsx", "parquet", "json"], typer.Option("--format", help="File format.")
    ] = "json",
    to: Annotated[
        Path | None, typer.Option("--to", metavar="PATH", help="Write here instead of standard output.")
    ] = None,
    out: Out = None,
    database: Database = None,
    round_name: RoundName = None,
) -> None:
    """Write the whole dataset of a round.

    Example: civicprobe export campaign.toml --format json --to dataset.json
    """
    with _reading(campaign_file, out, database) as (campaign, store):
        body = telling.FORMATS[format_](telling.dataset(campaign, store, rounds.find_round(store, round_name)))
        if to is not None:
            to.write_bytes(body)
            return
        sys.stdout.buffer.write(body)


def _visit(campaign: Campaign, store: Store, round_: Round) -> None:
    stages.visit(campaign, store, round_, watch=Watch(screen))


def _judge(campaign: Campaign, store: Store, round_: Round) -> None:
    found = stages.judge_round(campaign, store, round_)
    screen.print(
        f"Round {round_.name}: {len(found)} findings in {len(stages.cities_of(round_))} cities.", highlight=False
    )


def _causes(text: str | None) -> list[Cause]:
    known = {cause.value: cause for cause in Cause if cause.retryable}
    chosen = [name.strip() for name in (text or "").split(",") if name.strip()]
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise CampaignError(
            f"--retry {','.join(unknown)}: no such cause to retry; choose from {', '.join(sorted(known))}"
        )
    return [known[name] for name in chosen]


def _points(value: float | None, shown: bool) -> str:
    if value is None:
        return "–"
    return f"{value * 100:.1f}" if shown else f"({value * 100:.1f})"
