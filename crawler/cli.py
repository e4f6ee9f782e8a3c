"""The command line: one verb for each thing that a person wants from CivicProbe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from audits.cards import CardError, catalogue_rows, load_catalogue
from crawler import countries
from crawler.campaign import rounds, stages, telling
from crawler.campaign.file import Campaign, CampaignError, version
from crawler.campaign.watch import Watch
from crawler.store import Round, Store, StoreError
from crawler.timetable import TimetableError, install, instructions, timetable
from crawler.visit.browser import BrowserMissing
from probes.outcome import Cause
from scoring.evidence import EvidenceError
from scoring.model import ModelError

DONE, FAILED, WRONG_USE, NOTHING_MEASURED, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="civicprobe",
    help="Samples the websites of city governments and tells, with proof, what was seen.\n\n"
    "Exit codes: 0 done; 1 failed; 2 wrong use; 3 a planned portal yielded no measured page; 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
screen = Console(stderr=True)

CampaignPath = Annotated[Path, typer.Argument(metavar="CAMPAIGN.toml", help="The campaign file.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Where results go (default: beside the campaign file).")
]
Database = Annotated[
    str | None, typer.Option("--db", metavar="URL", help="Database address (default: SQLite in the results folder).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
RoundName = Annotated[
    str | None, typer.Option("--round", metavar="NAME", help="The round, such as 2026-10 (default: the latest).")
]
On = Annotated[
    datetime | None,
    typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="Take this day for today (default: today)."),
]


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn the mistakes a person can mend into one clear message and an exit code."""
    try:
        yield
    except (CampaignError, CardError, ModelError, EvidenceError, rounds.NoRound, LookupError) as error:
        _say(error)
        raise typer.Exit(WRONG_USE) from None
    except BrokenPipeError:
        raise  # whoever reads our output has seen enough; the command-line library ends us quietly
    except (StoreError, BrowserMissing, TimetableError, OSError) as error:
        _say(error)
        raise typer.Exit(FAILED) from None
    except (stages.Interrupted, KeyboardInterrupt):
        screen.print("Stopped. Everything seen so far is kept; the same command goes on from here.")
        raise typer.Exit(INTERRUPTED) from None


def _say(error: BaseException) -> None:
    text = error.args[0] if isinstance(error, LookupError) and error.args else error
    screen.print(
        f"civicprobe: {text}",
        style="red" if screen.is_terminal else None,
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@contextmanager
def _at_work(path: Path, out: Path | None, database: str | None) -> Iterator[tuple[Campaign, Store]]:
    with _plainly():
        campaign = Campaign(path, out=out)
        with rounds.alone(campaign):
            store = rounds.open_store(campaign, database)
            try:
                yield campaign, store
            finally:
                store.close()


@contextmanager
def _reading(path: Path, out: Path | None, database: str | None) -> Iterator[tuple[Campaign, Store]]:
    with _plainly():
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

    with _plainly():
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

    Example: civicprobe run campaign.toml
    """
    with _at_work(campaign_file, out, database) as (campaign, store):
        try:
            round_ = rounds.open_round(campaign, store, _day(on), retry=_causes(retry))
        except rounds.NotDue as news:
            screen.print(str(news), markup=False, highlight=False)
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
            round_ = rounds.open_round(campaign, store, _day(on))
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
            round_ = rounds.open_round(campaign, store, _day(on))
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
def inspect(
    pages: Annotated[list[str], typer.Argument(metavar="FILE_OR_URL...", help="Saved pages or web addresses.")],
    url: Annotated[str | None, typer.Option("--url", help="The address a saved file came from.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="Language to assume where the page is silent.")] = None,
    as_json: AsJson = False,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="A host that may be visited although it is not public.")
    ] = None,
    contact: Annotated[str | None, typer.Option("--contact", help="Whom portal owners can write to.")] = None,
) -> None:
    """Say of one page or more what is seen, what is found on it, and why; no campaign, no browser for saved files.

    Example: civicprobe inspect page.html --url https://www.example.gov.cn/ --json
    """
    from crawler.inspect_command import inspect_all

    with _plainly():
        code = inspect_all(pages, url=url, lang=lang, as_json=as_json, allow_hosts=allow_host or [], contact=contact)
    raise typer.Exit(code)


@app.command()
def features(
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the docs.")] = False,
) -> None:
    """List the catalogue of features: what is asked, by which check, from which source.

    Example: civicprobe features --json
    """
    with _plainly():
        rows = catalogue_rows(load_catalogue())
        if as_json:
            from dataclasses import asdict

            print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
            return
        if markdown:
            from audits.feature_page import feature_page

            print(feature_page(), end="")
            return
        table = Table("id", "catalogue", "title", "题目", "check", "over", "sources")
        for row in rows:
            table.add_row(row.id, row.catalogue, row.title_en, row.title_zh, row.check, row.over, row.sources)
        Console().print(table)


@app.command()
def cities(
    country: Annotated[
        str | None, typer.Argument(metavar="[COUNTRY]", help="cn, us …; all countries when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the built-in city registry.

    Example: civicprobe cities cn --json
    """
    from dataclasses import asdict

    with _plainly():
        if country is None:
            known = [countries.country(code) for code in countries.countries()]
            if as_json:
                print(json.dumps([{"code": one.code, "cities": len(one.cities)} for one in known], indent=1))
                return
            for one in known:
                print(f"{one.code}\t{one.name.en}\t{one.name.zh}\t{len(one.cities)} cities")
            return
        chosen = countries.country(country).cities
        if as_json:
            print(json.dumps([asdict(city) for city in chosen], ensure_ascii=False, indent=1))
            return
        for city in chosen:
            print(
                "\t".join(
                    (
                        city.code,
                        city.name,
                        city.level,
                        city.province,
                        city.circle or "",
                        city.portal or "",
                        city.opendata or "",
                    )
                )
            )


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


@app.command()
def due(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder with campaign files.")] = Path(),
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Say which campaigns of a folder are due, late or unfinished.

    Example: civicprobe due campaigns/
    """
    today = _day(on) or datetime.now(UTC).date()
    rows = []
    with _plainly():
        for path in rounds.campaigns_in(folder):
            campaign = Campaign(path)
            if (campaign.out / "campaign.sqlite").exists():
                store = rounds.open_store(campaign)
                try:
                    standing = rounds.stand(campaign, store, today)
                finally:
                    store.close()
                latest, now, unfinished = standing.latest, standing.due, standing.unfinished
            else:
                from crawler.schedule import standing as stand

                latest, now, unfinished = None, stand(None, campaign.file.every, today), False
            rows.append(
                {
                    "campaign": str(path),
                    "every": campaign.file.every,
                    "latest": latest.name if latest else None,
                    "state": "unfinished" if unfinished else "due" if now.due else "done",
                    "due_on": now.on.isoformat() if now.on else None,
                    "late_days": now.late_days,
                    "missed": now.missed,
                }
            )
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not rows:
        screen.print(f"{folder}: no campaign files here")
    for row in rows:
        late = f", {row['late_days']} days late" if row["late_days"] else ""
        print(
            f"{row['campaign']}\t{row['state']}\tlatest {row['latest'] or 'none'}\tdue {row['due_on'] or 'now'}{late}"
        )


@app.command()
def schedule(
    campaign_file: CampaignPath,
    install_: Annotated[bool, typer.Option("--install", help="Put it in place instead of printing it.")] = False,
) -> None:
    """Print, or install, a systemd timer or cron line that runs the campaign whenever it is due.

    Example: civicprobe schedule campaign.toml --install
    """
    with _plainly():
        Campaign(campaign_file)
        plan_ = timetable(campaign_file, (sys.executable, "-m", "crawler.cli"))
        if install_:
            print(install(plan_, unit_folder=Path.home() / ".config" / "systemd" / "user"))
        else:
            print(instructions(plan_))


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what this machine has and lacks for the work, with the cure.

    Example: civicprobe doctor
    """
    from crawler.doctor import examine

    ailments = examine()
    if as_json:
        from dataclasses import asdict

        print(json.dumps([asdict(each) for each in ailments], ensure_ascii=False, indent=1))
    else:
        for each in ailments:
            mark = {"good": "ok  ", "poor": "weak", "bad": "LACK"}[each.state]
            print(f"{mark}  {each.what}: {each.found}" + (f"\n      cure: {each.cure}" if each.cure else ""))
    raise typer.Exit(FAILED if any(each.state == "bad" for each in ailments) else DONE)


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


def _day(on: datetime | None) -> date | None:
    return on.date() if on is not None else None


def _points(value: float | None, shown: bool) -> str:
    if value is None:
        return "–"
    return f"{value * 100:.1f}" if shown else f"({value * 100:.1f})"


def _version(wanted: bool) -> None:
    if wanted:
        print(f"civicprobe {version()}")
        raise typer.Exit(DONE)


@app.callback()
def _top(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Samples the websites of city governments and tells, with proof, what was seen."""


def main() -> None:
    """The `civicprobe` command."""
    app()


if __name__ == "__main__":
    main()
