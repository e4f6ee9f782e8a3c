"""The monthly check by itself: a systemd timer or cron lines that wake CivicProbe once a day, or as often as asked."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from datetime import time
from pathlib import Path

_DAY_MINUTES = 24 * 60


class TimetableError(Exception):
    """A timetable that cannot be installed here; the message holds the text to put in place by hand."""


@dataclass(frozen=True)
class Timetable:
    """One campaign woken `times_a_day` times, first at `at` (local time of the machine), then evenly over the day.

    Once a day serves every rhythm of rounds: `run` goes on with an unfinished round, opens the next when it is due, and
    else does nothing. A day on which the machine was off is made up for the next day. More often is for campaigns
    that open the home pages between rounds. `command` are the words before `run`, `arguments` the words after the
    campaign file; all paths are absolute.
    """

    campaign: Path
    command: tuple[str, ...]
    at: time
    arguments: tuple[str, ...] = ()
    times_a_day: int = 1

    @property
    def hours(self) -> dict[int, tuple[int, ...]]:
        """Minute → the hours at which it is woken at that minute, over the day."""
        first = self.at.hour * 60 + self.at.minute
        found: dict[int, list[int]] = {}
        for turn in range(self.times_a_day):
            hour, minute = divmod((first + turn * _DAY_MINUTES // self.times_a_day) % _DAY_MINUTES, 60)
            found.setdefault(minute, []).append(hour)
        return {minute: tuple(sorted(found[minute])) for minute in sorted(found)}

    @property
    def rhythm(self) -> str:
        """When it is woken, in words."""
        return f"daily at {self.at:%H:%M}" if self.times_a_day == 1 else f"{self.times_a_day} times a day"

    @property
    def name(self) -> str:
        """A name of letters, digits and hyphens, different for two campaign files of one name in two
        folders.
        """
        stem = re.sub(r"[^A-Za-z0-9]+", "-", self.campaign.stem).strip("-").lower() or "campaign"
        return f"civicprobe-{stem}-{_digest(self.campaign)[:8]}"

    @property
    def words(self) -> tuple[str, ...]:
        """The command to run, word by word."""
        return (*self.command, "run", str(self.campaign), *self.arguments)


def timetable(
    campaign: Path,
    command: tuple[str, ...],
    *,
    at: time | None = None,
    arguments: tuple[str, ...] = (),
    times_a_day: int = 1,
) -> Timetable:
    """A timetable for a campaign file; without `at` a time that hangs on the file's path: between 01:00 and 04:59, or
    the first of several times within the first part of the day.

    Spreading the time keeps campaigns of one machine, and of many, from asking the same portals at the same
    minute.
    """
    campaign = campaign.resolve()
    if at is None:
        begin, minutes = (60, 4 * 60) if times_a_day == 1 else (0, _DAY_MINUTES // times_a_day)
        minute = begin + int(_digest(campaign), 16) % minutes
        at = time(minute // 60, minute % 60)
    return Timetable(campaign, command, at, arguments, times_a_day)


def systemd_units(plan: Timetable) -> dict[str, str]:
    """File name → text of the two units of a systemd user timer: what to run, and when."""
    words = " ".join(_systemd_word(word) for word in plan.words)
    service = f"""\
[Unit]
Description=CivicProbe: {_systemd_text(plan.campaign.name)}

[Service]
Type=oneshot
WorkingDirectory={_systemd_text(str(plan.campaign.parent))}
ExecStart={words}
Nice=10
"""
    looks = "daily" if plan.times_a_day == 1 else plan.rhythm
    calendar = "\n".join(
        f"OnCalendar=*-*-* {','.join(f'{hour:02d}' for hour in hours)}:{minute:02d}:00"
        for minute, hours in plan.hours.items()
    )
    timer = f"""\
[Unit]
Description=CivicProbe: look {looks} whether {_systemd_text(plan.campaign.name)} is due

[Timer]
{calendar}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{plan.name}.service": service, f"{plan.name}.timer": timer}


def cron_lines(plan: Timetable) -> str:
    """The lines for a user's crontab, one a minute of the hour, each marked with the timetable's name at its end; no
    newline after the last.
    """
    command = shlex.join(plan.words)
    folder = shlex.quote(str(plan.campaign.parent))
    # In a crontab a bare percent sign ends the command; a line cannot hold a line break at all.
    line = f"cd {folder} && {command}".replace("%", r"\%")
    if "\n" in line:
        raise TimetableError(f"{plan.campaign}: a path with a line break cannot stand in a crontab; rename the file")
    return "\n".join(
        f"{minute} {','.join(map(str, hours))} * * * {line} # {plan.name}" for minute, hours in plan.hours.items()
    )


def instructions(plan: Timetable) -> str:
    """Both texts with the steps to put them in place by hand, and to take them away again."""
    units = systemd_units(plan)
    parts = ["With systemd: save these two files in ~/.config/systemd/user/ …", ""]
    for name, text in units.items():
        parts += [f"# {name}", text]
    parts += [
        f"… then: systemctl --user daemon-reload && systemctl --user enable --now {plan.name}.timer",
        "So that it runs while nobody is logged in: loginctl enable-linger",
        f"To stop: systemctl --user disable --now {plan.name}.timer",
        "",
        f"With cron: add {_this(plan)} by `crontab -e`; remove {'it' if len(plan.hours) == 1 else 'them'} to stop.",
        "",
        cron_lines(plan),
    ]
    return "\n".join(parts) + "\n"


def install(plan: Timetable, *, unit_folder: Path, systemctl: str = "systemctl", crontab: str = "crontab") -> str:
    """Put the timetable in place and return one sentence that says where.

    A systemd user timer is used where the user's systemd answers, with its units in `unit_folder`; else a
    line of the user's crontab, replacing an earlier line of the same name. Raises TimetableError, with the
    text to paste, when neither is there or one of them refuses.
    """
    if shutil.which(systemctl) and _run([systemctl, "--user", "show-environment"]).returncode == 0:
        return _install_timer(plan, unit_folder, systemctl)
    if shutil.which(crontab):
        return _install_line(plan, crontab)
    raise TimetableError(
        "neither a systemd of this user nor cron is here; put one of these in place on the machine that "
        f"shall wake the campaign:\n\n{instructions(plan)}"
    )


def _install_timer(plan: Timetable, folder: Path, systemctl: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in systemd_units(plan).items():
        (folder / name).write_text(text, encoding="utf-8")
    for step in (["daemon-reload"], ["enable", "--now", f"{plan.name}.timer"]):
        answer = _run([systemctl, "--user", *step])
        if answer.returncode != 0:
            raise TimetableError(
                f"the units lie in {folder}, but `systemctl --user {' '.join(step)}` failed: {answer.stderr.strip()}"
            )
    return f"systemd wakes {plan.campaign.name} {plan.rhythm}: {folder / plan.name}.timer"


def _install_line(plan: Timetable, crontab: str) -> str:
    before = _run([crontab, "-l"])
    # A user without a crontab gets status 1 and words about "no crontab"; any other refusal must not cost
    # lines.
    if before.returncode != 0 and "no crontab" not in before.stderr:
        raise _by_hand(plan, "crontab -l", before.stderr)
    kept = [line for line in before.stdout.splitlines() if not line.endswith(f"# {plan.name}")]
    answer = _run([crontab, "-"], "\n".join([*kept, cron_lines(plan)]) + "\n")
    if answer.returncode != 0:
        raise _by_hand(plan, "crontab -", answer.stderr)
    lines = "the line" if len(plan.hours) == 1 else "the lines"
    return f"cron wakes {plan.campaign.name} {plan.rhythm}; `crontab -l` shows {lines}"


def _this(plan: Timetable) -> str:
    return "this line" if len(plan.hours) == 1 else "these lines"


def _by_hand(plan: Timetable, step: str, complaint: str) -> TimetableError:
    return TimetableError(f"`{step}` failed: {complaint.strip()}; add {_this(plan)} by hand:\n\n{cron_lines(plan)}\n")


def _run(command: list[str], standard_input: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=standard_input, capture_output=True, text=True, check=False, timeout=30)


def _systemd_word(word: str) -> str:
    """A word of ExecStart: quoted, with the signs that systemd would expand doubled."""
    for sign, written in (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return f'"{word}"'


def _systemd_text(text: str) -> str:
    """A plain value of a unit file: percent signs doubled, line breaks made spaces."""
    return text.replace("%", "%%").replace("\n", " ")


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()
