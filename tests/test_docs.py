"""What the project says of itself is true: captions, commands, documents, and nothing of the machine it was
made on.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from audits.feature_page import feature_page
from crawler.campaign.file import Campaign
from crawler.cli import app
from probes.opendata.adapter import adapters
from probes.outcome import Cause

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("crawler", "scoring", "audits", "probes")
MODULES = sorted(
    path for folder in (*ROOMS, "tests") for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts
)
TEXT_SUFFIXES = {".py", ".toml", ".md", ".cfg", ".txt", ".html", ".css", ".js", ".json", ".csv", ".xml", ""}
VENDORED = {"axe.min.js", "zh_CN.json", "LICENSE-axe-core.txt"}


def own_texts() -> list[Path]:
    """Every text file of the project that people of the project wrote."""
    folders = (*ROOMS, "tests", "script", "docs", ".ci")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    found += [path for path in ROOT.iterdir() if path.is_file() and path.suffix in {".md", ".toml", ".cfg"}]
    return sorted(
        path
        for path in found
        if path.suffix in TEXT_SUFFIXES and "__pycache__" not in path.parts and path.name not in VENDORED
    )


def named(path: Path) -> str:
    """A path as the reader of a failure wants it."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_module_opens_with_its_caption(path: Path) -> None:
    """The first line of a module is one plain sentence in a docstring."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert re.fullmatch(r'r?"""[^"].{15,}[.:;,\w]?("""|[.:;,\w])', first), first
    assert first.startswith(('"""', 'r"""'))


@pytest.mark.parametrize("path", [path for path in MODULES if path.name.startswith("test_")], ids=named)
def test_every_test_states_the_fact_it_proves(path: Path) -> None:
    """Each test function has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_promise_is_left_in_the_code() -> None:
    """No to-do notes, and no exemption from a check without the name of the rule."""
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", r"# no" + r"qa(?!: [A-Z])", r"# type: ig" + r"nore(?!\[)")))
    found = {
        f"{named(path)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    }
    assert found == set()


def test_no_text_names_the_machine_it_was_made_on() -> None:
    """Paths of somebody's machine and hosts of package registries have no place in the project."""
    places = r"(?<![\w.*])/(wo" + r"rk|ro" + r"ot|ho" + r"me|Users)/\w"
    registries = "|".join(re.escape(name + end) for name, end in (("pypi", ".org"), ("npmjs", ".org")))
    hosts = registries + "|python" + r"hosted\.org"
    found = {
        f"{named(path)}: {match[0]}"
        for path in own_texts()
        for match in re.finditer(f"{places}|{hosts}", path.read_text(encoding="utf-8", errors="replace"))
    }
    assert found == set()


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(),
    reason="this is not a checkout with git at hand",
)
def test_only_what_people_wrote_is_kept_in_git() -> None:
    """No environment, cache, database or build result is tracked."""
    answer = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    made = re.compile(r"(^|/)(\.venv|__pycache__|\.\w+_cache|build|dist|[\w.-]+\.egg-info)/|\.(sqlite|warc|pyc)$")
    tracked = [name for name in answer.stdout.split("\0") if made.search(name)]
    assert tracked[:5] == [], f"{len(tracked)} made files are tracked"


def readme_commands() -> list[str]:
    """Every command line that README.md shows in a code block, without its comment."""
    blocks = re.findall(r"^```(?:console|sh|bash|text)?\n(.*?)^```", readme(), re.MULTILINE | re.DOTALL)
    lines = [line.split("  ")[0].strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line for line in lines if re.match(r"(civicprobe|script/|scrapy) ?", line)]


def readme() -> str:
    """The text of README.md."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself_by_an_example(name: str) -> None:
    """The help of a command says what it does, gives an example of itself, and explains every option."""
    command = COMMANDS[name]
    text = command.help or ""
    examples = re.findall(r"^\s*Example: (civicprobe (\w+).*)$", text, re.MULTILINE)
    assert examples, text
    assert {verb for _, verb in examples} == {name}
    silent = [option.opts[0] for option in command.params if option.param_type_name == "option" and not option.help]
    assert silent == []


def test_readme_names_every_command_and_no_other() -> None:
    """The command table of the README is the command line as it is."""
    told = set(re.findall(r"^\| `civicprobe ([a-z]+)", readme(), re.MULTILINE))
    assert told == set(COMMANDS)


def test_commands_that_readme_shows_are_there() -> None:
    """Every `civicprobe` line in a code block calls a command that exists, with options that it has."""
    for line in readme_commands():
        words = line.split()
        if words[0] == "civicprobe":
            command = COMMANDS[words[1]]
            known = {name for option in command.params for name in option.opts}
            assert {word for word in words[2:] if word.startswith("--")} <= known, line


def test_the_campaign_of_readme_is_valid(tmp_path: Path) -> None:
    """The example campaign file can be used as it stands."""
    [text] = re.findall(r"^```toml\n(.*?)^```", readme(), re.MULTILINE | re.DOTALL)
    (tmp_path / "spring.toml").write_text(text, encoding="utf-8")
    campaign = Campaign(tmp_path / "spring.toml")
    assert [city.name for city in campaign.cities] == ["Springfield", "杭州市", "青岛市"]
    assert campaign.out == tmp_path / "spring"


def method() -> str:
    """The text of METHOD.md."""
    return (ROOT / "METHOD.md").read_text(encoding="utf-8")


def test_method_lists_every_cause_and_whether_it_may_go_away() -> None:
    """The table of causes in METHOD.md is the closed list of the program."""
    rows = re.findall(r"^\| (`[a-z_0-9`, ]+`) \|[^|]+\| (yes|no) \|$", method(), re.MULTILINE)
    told = {name: retryable == "yes" for names, retryable in rows for name in re.findall(r"`([a-z_0-9]+)`", names)}
    assert told == {cause.value: cause.retryable for cause in Cause}


def test_method_lists_the_families_that_read_by_post() -> None:
    """Every adapter that sends catalogue queries by POST is named in METHOD.md, and no other."""
    [listed] = re.findall(r"<!-- reads_by_post -->\n(.*?)<!-- end -->", method(), re.DOTALL)
    told = set(re.findall(r"^- `(\w+)`", listed, re.MULTILINE))
    assert told == {adapter.family for adapter in adapters() if adapter.reads_by_post}
    assert told or listed == "None at present.\n"


def test_the_page_of_features_is_fresh() -> None:
    """docs/features.md is what the cards say today; `script/docs` writes it anew."""
    assert (ROOT / "docs" / "features.md").read_text(encoding="utf-8") == feature_page()


def test_readme_shows_commands() -> None:
    """The README leads with the demo and the tests."""
    assert readme_commands()[:2] == ["script/demo", "script/test"]


def test_scripts_that_readme_names_can_be_run() -> None:
    """Every script the README names is there and executable."""
    names = set(re.findall(r"\bscript/[a-z]+\b", readme()))
    assert names
    assert {name for name in names if not (ROOT / name).stat().st_mode & 0o111} == set()


def test_files_that_readme_links_are_there() -> None:
    """No link from one of our documents to another leads nowhere."""
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
            assert (document.parent / target).exists(), f"{document.name} links {target}"
