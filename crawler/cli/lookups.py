"""The commands that need no campaign of one's own: single pages, catalogue, registry, calendar, this machine."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from audits.cards import catalogue_rows, load_catalogue
from crawler import countries
from crawler.campaign import between, rounds
from crawler.campaign.file import Campaign
from crawler.cli.app import DONE, FAILED, AsJson, CampaignPath, On, app, day, moment, plainly, screen
from crawler.timetable import install, instructions, timetable


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

    with plainly():
        code = inspect_all(pages, url=url, lang=lang, as_json=as_json, allow_hosts=allow_host or [], contact=contact)
    raise typer.Exit(code)


@app.command()
def features(
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the docs.")] = False,
) -> None:
    """List the catalogue of features: id, rows, SMART target (else its kind), titles, clauses with their certainty.

    Example: civicprobe features --json
    """
    with plainly():
        rows = catalogue_rows(load_catalogue())
        if as_json:
            from dataclasses import asdict

            print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
            return
        if markdown:
            from audits.feature_page import feature_page

            print(feature_page(), end="")
            return
        for row in rows:
            target = row.smart or row.kind
            print("\t".join((row.id, row.catalogue or "-", target, row.title_en, row.title_zh, row.sources)))


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

    with plainly():
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
def due(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder with campaign files.")] = Path(),
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Say which campaigns of a folder are due, late or unfinished, and how many openings of home pages are due.

    Example: civicprobe due campaigns/
    """
    today, now_at = day(on) or datetime.now(UTC).date(), moment(on)
    rows = []
    with plainly():
        for path in rounds.campaigns_in(folder):
            campaign = Campaign(path)
            if (campaign.out / "campaign.sqlite").exists():
                store = rounds.open_store(campaign)
                try:
                    standing = rounds.stand(campaign, store, today)
                    latest, now, unfinished = standing.latest, standing.due, standing.unfinished
                    closed = latest is not None and not (unfinished or now.due)
                    openings = len(between.due_homes(campaign, store, latest, now_at)) if latest and closed else 0
                finally:
                    store.close()
            else:
                from crawler.schedule import standing as stand

                latest, now, unfinished = None, stand(None, campaign.file.every, today), False
                openings = 0
            rows.append(
                {
                    "campaign": str(path),
                    "every": campaign.file.every,
                    "latest": latest.name if latest else None,
                    "state": "unfinished" if unfinished else "due" if now.due else "done",
                    "due_on": now.on.isoformat() if now.on else None,
                    "late_days": now.late_days,
                    "missed": now.missed,
                    "openings_a_day": campaign.file.openings_a_day,
                    "openings_due": openings,
                }
            )
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not rows:
        screen.print(f"{folder}: no campaign files here")
    for row in rows:
        late = f", {row['late_days']} days late" if row["late_days"] else ""
        a_day = f"\topenings {row['openings_a_day']} a day, {row['openings_due']} due" if row["openings_a_day"] else ""
        print(
            f"{row['campaign']}\t{row['state']}\tlatest {row['latest'] or 'none'}"
            f"\tdue {row['due_on'] or 'now'}{late}{a_day}"
        )


@app.command()
def schedule(
    campaign_file: CampaignPath,
    install_: Annotated[bool, typer.Option("--install", help="Put it in place instead of printing it.")] = False,
) -> None:
    """Print, or install, a systemd timer or cron lines that run the campaign whenever it is due.

    Once a day; where the campaign sets openings_a_day, that often, spread evenly over the day.

    Example: civicprobe schedule campaign.toml --install
    """
    with plainly():
        a_day = max(1, Campaign(campaign_file).file.openings_a_day)
        plan_ = timetable(campaign_file, (sys.executable, "-m", "crawler.cli"), times_a_day=a_day)
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
