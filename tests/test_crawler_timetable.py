"""The texts of timers and cron lines, and their installing into a crontab."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from datetime import time
from pathlib import Path

import pytest

from crawler.timetable import (
    Timetable,
    TimetableError,
    cron_lines,
    install,
    instructions,
    systemd_units,
    timetable,
)


def plan(folder: Path, name: str = "city check 100%.toml") -> Timetable:
    return timetable(folder / name, ("/opt/civic probe/bin/civicprobe",), at=time(3, 17))


def crontab_program(folder: Path, *, refuses: bool = False) -> str:
    """A crontab that keeps its lines in a file, with the real one's manners for a user who has none."""
    program = folder / "crontab"
    saved = folder / "saved"
    body = (
        "echo 'you are not allowed to use this program' >&2; exit 1"
        if refuses
        else f'if [ "$1" = -l ]; then cat {saved} 2>/dev/null '
        '|| { echo "no crontab for user" >&2; exit 1; }; '
        f"else cat > {saved}; fi"
    )
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_the_hour_hangs_on_the_path_and_stays_in_the_night(tmp_path: Path) -> None:
    """Without a wished time the same file is woken at the same minute each time, between 01:00 and 04:59."""
    times = {timetable(tmp_path / f"{n}.toml", ("civicprobe",)).at for n in range(40)}
    assert timetable(tmp_path / "1.toml", ("civicprobe",)).at in times
    assert len(times) > 20
    assert all(time(1) <= at < time(5) for at in times)


def test_two_files_of_one_name_have_two_timetables(tmp_path: Path) -> None:
    """The name tells folders apart, and holds only letters, digits and hyphens."""
    first, second = plan(tmp_path / "a").name, plan(tmp_path / "b").name
    assert first != second
    assert first.startswith("civicprobe-city-check-100-")


def test_a_cron_line_runs_the_very_words_from_the_campaign_folder(tmp_path: Path) -> None:
    """Blanks are quoted and percent signs, which would end the command in a crontab, are escaped."""
    line = cron_lines(plan(tmp_path))
    assert line.startswith("17 3 * * * cd ")
    assert r"100\%.toml" in line
    command = line.split(" ", 5)[5].replace(r"\%", "%")
    words = shlex.split(command, comments=True)
    assert words == [
        "cd",
        str(tmp_path),
        "&&",
        "/opt/civic probe/bin/civicprobe",
        "run",
        str(tmp_path / "city check 100%.toml"),
    ]


def test_a_line_break_in_a_path_is_refused(tmp_path: Path) -> None:
    """A crontab has no way to write a line break, so the cure is another name."""
    with pytest.raises(TimetableError, match="rename"):
        cron_lines(plan(tmp_path, "two\nlines.toml"))


def test_units_wake_daily_and_make_up_for_a_day_off(tmp_path: Path) -> None:
    """The timer fires at the given time and keeps its promise after a day without power."""
    units = systemd_units(plan(tmp_path))
    timer = next(text for name, text in units.items() if name.endswith(".timer"))
    assert "OnCalendar=*-*-* 03:17:00" in timer
    assert "Persistent=true" in timer


def wakings(lines: str) -> list[int]:
    """The minutes of the day at which the lines of a crontab wake somebody."""
    return sorted(
        int(hour) * 60 + int(line.split()[0]) for line in lines.splitlines() for hour in line.split()[1].split(",")
    )


@pytest.mark.parametrize("a_day", [1, 7, 20, 24, 48])
def test_openings_are_spread_evenly_over_the_day(tmp_path: Path, a_day: int) -> None:
    """As many wakings a day as asked, each as far from the next as the day allows, to the minute, over midnight too."""
    often = timetable(tmp_path / "c.toml", ("/bin/civicprobe",), times_a_day=a_day)
    times = wakings(cron_lines(often))
    assert len(times) == a_day
    apart = {(later - earlier) % 1440 or 1440 for earlier, later in zip(times, times[1:] + times[:1], strict=True)}
    assert apart <= {1440 // a_day, 1440 // a_day + 1}


def test_twenty_openings_a_day_take_five_lines(tmp_path: Path) -> None:
    """Every 72 minutes: the same minute comes back every six hours, in the crontab and in the timer alike."""
    often = timetable(tmp_path / "c.toml", ("/bin/civicprobe",), at=time(0, 7), times_a_day=20)
    lines = cron_lines(often).splitlines()
    assert [line.split(" * * * ")[0] for line in lines] == [
        "7 0,6,12,18",
        "19 1,7,13,19",
        "31 2,8,14,20",
        "43 3,9,15,21",
        "55 4,10,16,22",
    ]
    assert all(line.endswith(f"# {often.name}") for line in lines)
    timer = systemd_units(often)[f"{often.name}.timer"]
    assert "OnCalendar=*-*-* 00,06,12,18:07:00\nOnCalendar=*-*-* 01,07,13,19:19:00\n" in timer
    assert "look 20 times a day whether c.toml is due" in timer
    assert "add these lines by `crontab -e`; remove them to stop" in instructions(often)


def test_going_from_many_openings_to_none_leaves_one_line(tmp_path: Path) -> None:
    """All lines of the campaign are replaced, whatever their number was."""
    crontab = crontab_program(tmp_path)
    (tmp_path / "saved").write_text("0 5 * * * backup\n", encoding="utf-8")
    for a_day, lines in ((20, 6), (1, 2)):
        often = timetable(tmp_path / "c.toml", ("/bin/civicprobe",), times_a_day=a_day)
        install(often, unit_folder=tmp_path, systemctl="no-systemctl", crontab=crontab)
        assert len((tmp_path / "saved").read_text(encoding="utf-8").splitlines()) == lines


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """systemd itself reads both files without complaint, with blanks and percent signs in the path."""
    program = tmp_path / "civic probe"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    units = systemd_units(timetable(tmp_path / "city check 100%.toml", (str(program),), at=time(3, 17), times_a_day=20))
    for name, text in units.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    answer = subprocess.run(
        ["systemd-analyze", "--user", "verify", *(str(tmp_path / name) for name in units)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    complaints = [line for line in answer.stderr.splitlines() if "civicprobe-" in line]
    assert complaints == []


def test_cron_keeps_other_lines_and_replaces_its_own(tmp_path: Path) -> None:
    """Installing twice leaves one line of ours and every line of others."""
    crontab = crontab_program(tmp_path)
    (tmp_path / "saved").write_text("0 5 * * * backup\n", encoding="utf-8")
    for hour in (3, 4):
        moved = timetable(tmp_path / "c.toml", ("/bin/civicprobe",), at=time(hour))
        assert "cron wakes c.toml" in install(moved, unit_folder=tmp_path, systemctl="no-systemctl", crontab=crontab)
    lines = (tmp_path / "saved").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "0 5 * * * backup"
    assert [line[:5] for line in lines[1:]] == ["0 4 *"]


def test_cron_begins_a_crontab_where_there_is_none(tmp_path: Path) -> None:
    """A user without a crontab gets one with our line."""
    crontab = crontab_program(tmp_path)
    install(plan(tmp_path), unit_folder=tmp_path, systemctl="no-systemctl", crontab=crontab)
    assert (tmp_path / "saved").read_text(encoding="utf-8") == cron_lines(plan(tmp_path)) + "\n"


def test_a_refusing_crontab_is_left_alone_and_the_line_is_shown(tmp_path: Path) -> None:
    """When the old lines cannot be read nothing is written, and the error holds the line to paste."""
    crontab = crontab_program(tmp_path, refuses=True)
    with pytest.raises(TimetableError, match=r"not allowed[\s\S]*17 3 \* \* \*"):
        install(plan(tmp_path), unit_folder=tmp_path, systemctl="no-systemctl", crontab=crontab)


def test_without_systemd_and_cron_the_error_holds_both_texts(tmp_path: Path) -> None:
    """A machine with neither gets the texts to carry to one that has."""
    with pytest.raises(TimetableError) as caught:
        install(plan(tmp_path), unit_folder=tmp_path / "units", systemctl="no-systemctl", crontab="no-crontab")
    assert instructions(plan(tmp_path)) in str(caught.value)
    assert not (tmp_path / "units").exists()
