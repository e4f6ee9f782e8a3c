"""The monthly check by itself: a systemd timer or a cron line that wakes CivicProbe once a day."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from datetime import time
from pathlib import Path


class TimetableError(Exception):
    """A timetable that cannot be installed here; the message holds the text to put in place by hand."""


@dataclass(frozen=True)
class Timetable:
    """One campaign woken once a day at `at` (local time of the machine).

    Once a day serves every rhythm: `run` goes on with an unfinished round, opens the next when it is due, and
    else does nothing. A day on which the machine was off is made up for the next day. `command` are the words
    before `run`, `arguments` the words after the campaign file; all paths are absolute.
    """

    campaign: Path
    command: tuple[str, ...]
    at: time
    arguments: tuple[str, ...] = ()

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
    campaign: Path, command: tuple[str, ...], *, at: time | None = None, arguments: tuple[str, ...] = ()
) -> Timetable:
    """A timetable for a campaign file; without `at` a time between 01:00 and 04:59 that hangs on the file's
    path.

    Spreading the hour keeps campaigns of one machine, and of many, from asking the same portals at the same
    minute.
    """
    campaign = campaign.resolve()
    if at is None:
        minute = int(_digest(campaign), 16) % (4 * 60)
        at = time(1 + minute // 60, minute % 60)
    return Timetable(campaign, command, at, arguments)


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
    timer = f"""\
[Unit]
Description=CivicProbe: look daily whether {_systemd_text(plan.campaign.name)} is due

[Timer]
OnCalendar=*-*-* {plan.at:%H:%M}:00
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{plan.name}.service": service, f"{plan.name}.timer": timer}


def cron_line(plan: Timetable) -> str:
    """One line for a user's crontab, marked with the timetable's name at its end; no newline."""
    command = shlex.join(plan.words)
    folder = shlex.quote(str(plan.campaign.parent))
    # In a crontab a bare percent sign ends the command; a line cannot hold a line break at all.
    line = f"cd {folder} && {command}".replace("%", r"\%")
    if "\n" in line:
        raise TimetableError(f"{plan.campaign}: a path with a line break cannot stand in a crontab; rename the file")
    return f"{plan.at.minute} {plan.at.hour} * * * {line} # {plan.name}"


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
        "With cron: add this line by `crontab -e`; remove it to stop.",
        "",
        cron_line(plan),
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
    return f"systemd wakes {plan.campaign.name} daily at {plan.at:%H:%M}: {folder / plan.name}.timer"


def _install_line(plan: Timetable, crontab: str) -> str:
    before = _run([crontab, "-l"])
    # A user without a crontab gets status 1 and words about "no crontab"; any other refusal must not cost
    # lines.
    if before.returncode != 0 and "no crontab" not in before.stderr:
        raise _by_hand(plan, "crontab -l", before.stderr)
    kept = [line for line in before.stdout.splitlines() if not line.endswith(f"# {plan.name}")]
    answer = _run([crontab, "-"], "\n".join([*kept, cron_line(plan)]) + "\n")
    if answer.returncode != 0:
        raise _by_hand(plan, "crontab -", answer.stderr)
    return f"cron wakes {plan.campaign.name} daily at {plan.at:%H:%M}; `crontab -l` shows the line"


def _by_hand(plan: Timetable, step: str, complaint: str) -> TimetableError:
    return TimetableError(f"`{step}` failed: {complaint.strip()}; add this line by hand:\n\n{cron_line(plan)}\n")


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
