"""A PostgreSQL of the tests' own, by the system's binaries, else by those of a wheel; it listens on a socket alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START_S = 60
NOBODY = "nobody"


def binaries() -> Path:
    """The folder with initdb and postgres: the newest of Debian's, the PATH's, or the wheel's."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path is not None:
        places.append(Path(on_path).resolve().parent)
    wheel = find_spec("pgserver")
    if wheel is not None and wheel.submodule_search_locations:
        places.append(Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin")
    for place in places:
        if (place / "initdb").is_file() and (place / "postgres").is_file():
            return place
    raise FileNotFoundError("no PostgreSQL to test with; script/setup installs one (apt-get install postgresql)")


class Postgres:
    """One server process with a fresh cluster in a folder of its own; nothing listens on the network."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))  # a socket's path must be short
        self.data = self.folder / "data"
        self.as_whom: dict[str, Any] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self.count = 0

    def __enter__(self) -> Postgres:
        self.binaries = binaries()
        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam(NOBODY)
            if "site-packages" in self.binaries.parts:  # may lie in a folder of root's that nobody else may look into
                wheel = self.binaries.parents[1]
                for name in (wheel.name, f"{wheel.name}.libs"):
                    shutil.copytree(wheel.parent / name, self.folder / name)
                self.binaries = self.folder / self.binaries.relative_to(wheel.parent)
            for path in (self.folder, self.data):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            self.as_whom = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        subprocess.run(
            [self.binaries / "initdb", "-D", self.data, "-U", "civicprobe", "-A", "trust", "-E", "UTF8", "--locale=C"],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self.as_whom,
        )
        self.start()
        return self

    def start(self) -> None:
        """Start the server on its cluster."""
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data, "-k", self.folder, "-h", "", "-c", "fsync=off"],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                **self.as_whom,
            )
        self._wait()

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """End the server at once, connections and all."""
        if self.process is not None:
            self.process.send_signal(3)  # SIGQUIT: immediate shutdown
            self.process.wait(START_S)
            self.process = None

    def database(self) -> str:
        """The address of a new, empty database on this server."""
        import psycopg

        self.count += 1
        name = f"campaign{self.count}"
        with psycopg.connect(host=str(self.folder), user="civicprobe", dbname="postgres", autocommit=True) as server:
            server.execute(f"create database {name}")  # type: ignore[arg-type]  # a name of our own
        return f"postgresql+psycopg://civicprobe@/{name}?host={self.folder}"

    def _wait(self) -> None:
        import psycopg

        end = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(host=str(self.folder), user="civicprobe", dbname="postgres").close()
                return
            except psycopg.OperationalError:
                assert self.process is not None
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.05)
