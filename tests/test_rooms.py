"""The rooms keep to themselves: imports point one way, pure rooms are pure, the wheel ships four packages."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("crawler", "scoring", "audits", "probes")

# Names that read a clock, the environment, a process or the network, in modules that are harmless otherwise.
IMPURE = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "http.client",
    "http.server",
    "locale.getlocale",
    "locale.setlocale",
    "os.environ",
    "os.getcwd",
    "os.getenv",
    "os.getpid",
    "os.system",
    "os.urandom",
    "time.localtime",
    "time.monotonic",
    "time.perf_counter",
    "time.sleep",
    "time.time",
    "urllib.request",
    "uuid.uuid1",
    "uuid.uuid4",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on the rooms that lie in `folder`, with the contracts of its pyproject.toml."""
    program = (
        f"import sys; sys.path.insert(0, {str(folder)!r}); from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(config_filename='pyproject.toml', no_cache=True))"
    )
    return subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )


def contract_names() -> list[str]:
    """The names of all contracts, as written in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    parts = text.split("[[tool.importlinter.contracts]]")[1:]
    return [re.search(r'^name = "(.+)"$', part, re.MULTILINE)[1] for part in parts]  # type: ignore[index]


def test_the_import_contracts_hold() -> None:
    """Every contract on imports is kept by the code as it is."""
    verdict = lint_imports(ROOT)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_each_import_contract_bites(tmp_path: Path) -> None:
    """A planted wrong import breaks each of the contracts, so none of them is idle."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    planted = {
        "probes": "import audits.band\nimport socket\nimport scrapy\n",
        "audits": "import subprocess\n",
        "scoring": "import playwright.sync_api\n",
        "crawler": "import sqlalchemy\n",
    }
    for room, lines in planted.items():
        (tmp_path / room / "planted.py").write_text(f'"""Wrong imports."""\n{lines}', encoding="utf-8")
    verdict = lint_imports(tmp_path)
    broken = re.findall(r"^(.+?) BROKEN\b", verdict.stdout, re.MULTILINE)
    assert sorted(broken) == sorted(contract_names()), verdict.stdout + verdict.stderr


def names_used(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every dotted name a module imports or reads through an import, in full, with its line."""
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
                bound[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id in bound:
                yield ".".join([bound[inner.id], *reversed(parts)]), node.lineno


def impure_names(source: str) -> list[str]:
    """The impure names of a module's text, as `name in line n`."""
    found = {
        f"{impure} in line {line}"
        for name, line in names_used(ast.parse(source))
        for impure in IMPURE
        if name == impure or name.startswith(f"{impure}.")
    }
    return sorted(found)


@pytest.mark.parametrize("room", ["audits", "scoring"])
def test_judging_and_scoring_read_no_clock_and_no_environment(room: str) -> None:
    """The same evidence gives the same report because these rooms cannot see when or where they run."""
    faults = {
        str(path.relative_to(ROOT)): names
        for path in sorted((ROOT / room).rglob("*.py"))
        if (names := impure_names(path.read_text(encoding="utf-8")))
    }
    assert faults == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from datetime import datetime as d\nx = d.now()", ["datetime.datetime.now in line 2"]),
        ("import os\nx = os.environ['A']", ["os.environ in line 2"]),
        ("from urllib import request", ["urllib.request in line 1"]),
        ("from time import time", ["time.time in line 1"]),
        ("from urllib.parse import urljoin\nfrom datetime import date\ndate(2026, 1, 1)", []),
    ],
)
def test_impure_names_are_seen_through_aliases(source: str, found: list[str]) -> None:
    """The reading of names follows imports under other names, and leaves pure neighbours alone."""
    assert impure_names(source) == found


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    """The list of dependencies in pyproject.toml is neither short nor long."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in project["dependencies"]}
    providers = importlib.metadata.packages_distributions()
    imported: dict[str, str] = {}
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules.append(node.module)
            for module in modules:
                top = module.split(".")[0]
                if top not in sys.stdlib_module_names and top not in ROOMS:
                    names = [name.lower().replace("_", "-") for name in providers.get(top, [top])]
                    imported[next((name for name in names if name in declared), names[0])] = str(path)
    # Parts of Scrapy and aiohttp come with them; psycopg is the operator's choice, asked for by --db alone.
    assert imported.keys() - declared - {"twisted", "w3lib", "itemadapter", "yarl", "psycopg"} == set()
    assert declared - imported.keys() == set()


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_has_a_drawer_for_odds_and_ends(room: str) -> None:
    """No module is called utils, helpers, common, base or misc: each has one purpose and is named for it."""
    drawers = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
    assert [path for path in (ROOT / room).rglob("*.py") if drawers & {path.stem, path.parent.name}] == []


def test_tests_are_flat_files() -> None:
    """A folder with `__init__.py` under tests could hide a room of the same name from imports."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="hatchling is not installed here")
def test_the_wheel_ships_exactly_the_four_rooms(tmp_path: Path) -> None:
    """The wheel holds the four packages with all their data files, the command, and nothing else."""
    build = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stderr
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        [entry_points] = (name for name in names if name.endswith("/entry_points.txt"))
        commands = archive.read(entry_points).decode()
    assert {name.split("/")[0] for name in names} == {*ROOMS, wheel.name.split("-py3")[0] + ".dist-info"}
    assert "civicprobe = crawler.cli:main" in commands
    wanted = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - names == set()
