"""The languages of a page, and what a new language needs: one file of words and no code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import probes
from probes.guide import look as look_at_guide
from probes.language import language_of, languages_of
from probes.lexicon import words_files
from probes.page import FetchedPage
from probes.parsed import parse

ENGLISH = "The council has decided to open the new bridge to the public on the first of May and to close the old one."
ITALIAN = (
    "Il consiglio comunale ha deciso di aprire il nuovo ponte al pubblico dal primo maggio e di chiudere il vecchio."
)
CHINESE = "市政府常务会议决定，自五月一日起向公众开放新大桥，并关闭旧桥，请广大市民注意交通安全，合理安排出行路线。"

# A language of no country: its words are English ones spelt backwards, its file has only what a file must have.
WORDS = """
code = "xy"
name = "Backwards"
markers = ["eht", "fo", "dna", "ot", "ni"]
[dates]
months = ["yraunaj", "yraurbef", "hcram"]
day_first = true
[entry."service.entry"]
is = ["secivres", "ylppa won"]
[entry."disclosure.news"]
has = ["swen tsetal"]
[entry."mark.contact"]
links_only = true
is = ["tcatnoc su"]
[kind]
soft_404 = ["egap ton dnuof"]
[form]
search = ["hcraes"]
[label.guide]
materials = ["uoy deen tahw"]
"""
PAGE = """<html><head><title>Ytic fo Dnaltsaf</title></head><body><nav><a href="/a">Secivres</a>
<a href="/b">Swen tsetal</a><a href="/c">Tcatnoc su</a></nav><h1>Ytic fo Dnaltsaf</h1>
<p>Eht licnuoc fo eht ytic snepo eht wen egdirb ni yam dna sesolc eht dlo eno ot eht cilbup ni enuj.</p></body>
</html>"""
LOST = "<html><head><title>Egap ton dnuof</title></head><body><p>Eht egap ton dnuof ni eht ytic.</p></body></html>"
READ = """
import sys
from datetime import UTC, datetime
from probes.labels import labels
from probes.page import FetchedPage
from probes.parsed import parse
for file in sys.argv[1:]:
    body = open(file, "rb").read()
    seen = parse(FetchedPage("https://city.example/", 200, (), body, datetime(2026, 1, 1, tzinfo=UTC))).seen
    print(seen.lang, seen.kind, *sorted(seen.present))
print(*labels("xy")["guide"]["materials"] & {"uoy deen tahw"}, sep=";")
"""


def page_of(body: str) -> FetchedPage:
    """A page fetched from a made-up city."""
    html = f"<html><body>{body}</body></html>".encode()
    return FetchedPage("https://city.example/x", 200, (), html, datetime(2026, 5, 1, tzinfo=UTC))


def test_a_language_dropped_into_the_folder_is_read_without_code(tmp_path: Path) -> None:
    """One more file beside the others: its pages are known by its words, its entries, errors and labels are read."""
    shutil.copytree(Path(probes.__file__).parent, tmp_path / "probes", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "probes" / "words" / "xy.toml").write_text(WORDS, encoding="utf-8")
    for name, body in (("page.html", PAGE), ("lost.html", LOST)):
        (tmp_path / name).write_text(body, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", READ, "page.html", "lost.html"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[0].split()[0] == "xy"
    assert {"service.entry", "disclosure.news", "mark.contact"} <= set(told[0].split()[2:])
    assert told[1].split()[1] == "error"
    assert told[2] == "uoy deen tahw"


def test_every_language_has_the_same_groups_of_labels() -> None:
    """A guide or a reply is read in each language: the groups and their meanings are those of the Chinese file."""
    files = words_files()
    platforms = "account"  # its meanings are the platforms of a country
    meanings = {
        code: {group: set(words) for group, words in file.label.items() if group != platforms}
        for code, file in files.items()
    }
    assert dict.fromkeys(files, meanings["zh"]) == meanings


def test_every_language_has_the_same_ids_and_lists() -> None:
    """No entry, kind or form is known in one language only, but for what the law of one country alone asks."""
    files = words_files()
    only_some = {
        id_ for file in files.values() for id_ in file.entry if any(id_ not in other.entry for other in files.values())
    }
    assert only_some <= {"service.ratings", "credit.notices", "topic.site_table"}
    for group in ("kind", "form"):
        assert len({frozenset(getattr(file, group)) for file in files.values()}) == 1, group


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([ENGLISH] * 12, ("en",)),
        ([ITALIAN] * 8 + [ENGLISH] * 4, ("it", "en")),
        ([CHINESE] * 6 + [ENGLISH] * 6, ("zh", "en")),
        ([ENGLISH] * 12 + [CHINESE], ("en",)),
        ([CHINESE] * 20 + ["Powered by Portal Engine, copyright of the city and all of its agencies"], ("zh",)),
    ],
)
def test_further_languages_are_those_of_substantial_parts(parts: list[str], expected: tuple[str, ...]) -> None:
    """A bilingual page names both languages; a line or a name in another does not make it bilingual."""
    text = "\n".join(parts)
    assert languages_of(parts, language_of(text)) == expected
    assert parse(page_of("".join(f"<p>{part}</p>" for part in parts))).seen.langs == expected


def test_an_italian_service_page_is_read_as_a_guide() -> None:
    """The headings that Italian municipalities have to use are the parts of a guide, with the way in online."""
    parts = ["A chi è rivolto", "Come fare", "Cosa serve", "Tempi e scadenze", "Quanto costa", "Contatti"]
    body = "<h1>Iscrizione al nido comunale di Valfiorita</h1>" + "".join(
        f"<h2>{part}</h2><p>Il testo che spiega questa parte del servizio ai genitori.</p>" for part in parts
    )
    seen = look_at_guide(parse(page_of(f'<main>{body}<a href="/domanda">Accedi al servizio</a></main>')))
    assert seen is not None
    assert {"name", "conditions", "materials", "time", "phone", "process"} <= set(seen.elements)
    assert (seen.online, seen.online_href) == ("Accedi al servizio", "https://city.example/domanda")
