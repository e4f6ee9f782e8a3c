"""What all commands share: the program itself, its options, and how mistakes are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from audits.cards import CardError
from crawler.campaign import rounds, stages
from crawler.campaign.file import CampaignError, version
from crawler.store import StoreError
from crawler.timetable import TimetableError
from crawler.visit.browser import BrowserMissing
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
def plainly() -> Iterator[None]:
    """Turn the mistakes a person can mend into one clear message and an exit code."""
    try:
        yield
    except (CampaignError, CardError, ModelError, EvidenceError, rounds.NoRound, LookupError) as error:
        say(error)
        raise typer.Exit(WRONG_USE) from None
    except BrokenPipeError:
        raise  # whoever reads our output has seen enough; the command-line library ends us quietly
    except (StoreError, BrowserMissing, TimetableError, OSError) as error:
        say(error)
        raise typer.Exit(FAILED) from None
    except (stages.Interrupted, KeyboardInterrupt):
        screen.print("Stopped. Everything seen so far is kept; the same command goes on from here.")
        raise typer.Exit(INTERRUPTED) from None


def say(error: BaseException) -> None:
    text = error.args[0] if isinstance(error, LookupError) and error.args else error
    screen.print(
        f"civicprobe: {text}",
        style="red" if screen.is_terminal else None,
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def day(on: datetime | None) -> date | None:
    return on.date() if on is not None else None


def moment(on: datetime | None) -> datetime:
    """The time of this clock, on the day that is taken for today."""
    now = datetime.now(UTC)
    return now if on is None else datetime.combine(on.date(), now.timetz())


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
