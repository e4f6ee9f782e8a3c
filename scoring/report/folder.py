"""Puts the report together: a folder of pages that opens from disk, offline, in one language or in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from scoring.dataset import Dataset
from scoring.report import figures
from scoring.report.city import CityPages
from scoring.report.lens import LensPages
from scoring.report.links import page_name, place, web_address
from scoring.report.method import ValidityFigure, method
from scoring.report.overview import overview
from scoring.report.reading import Round, language_of
from scoring.report.review import review
from scoring.report.words import LANGUAGES, NAMES, TAGS, Language, Words
from scoring.tables import tables

FOLDERS: dict[Language, str] = {"en": "", "zh": "zh/"}
STATIC = ("report.css", "report.js")


def render(
    dataset: Dataset,
    language: Language,
    *,
    assets_prefix: str = "../",
    data_file: str | None = "dataset.json",
    validity: Sequence[ValidityFigure] = (),
) -> Iterator[tuple[str, bytes]]:
    """The report in one language as (path, bytes); paths are relative, with forward slashes.

    `assets_prefix` leads from the report's folder to the campaign's folder, where pictures and archived
    responses lie; `data_file` is where the dataset lies, seen from the report's folder (None: no link to it).
    Equal datasets give equal bytes. Nothing is read but this package's own templates.
    """
    yield from _static()
    yield from _pages(dataset, language, (language,), assets_prefix, data_file, validity)


def render_all(
    dataset: Dataset,
    *,
    assets_prefix: str = "../",
    data_file: str | None = "dataset.json",
    validity: Sequence[ValidityFigure] = (),
) -> Iterator[tuple[str, bytes]]:
    """The report in both languages, each page linked to its twin: English at the top, Chinese in `zh/`."""
    yield from _static()
    for language in LANGUAGES:
        yield from _pages(dataset, language, LANGUAGES, assets_prefix, data_file, validity)


def _static() -> Iterable[tuple[str, bytes]]:
    folder = resources.files("scoring.report").joinpath("static")
    return [(f"static/{name}", folder.joinpath(name).read_bytes()) for name in STATIC]


def _pages(
    dataset: Dataset,
    language: Language,
    languages: Sequence[Language],
    assets_prefix: str,
    data_file: str | None,
    validity: Sequence[ValidityFigure],
) -> Iterator[tuple[str, bytes]]:
    words = Words(language)
    round = Round(dataset)
    pages = {record.city.id: f"city/{page_name(record.city.id)}.html" for record in dataset.cities}
    summary = overview(round, words, pages)
    jinja = _environment()
    menu = [("index.html", words("site.overview"))]
    menu += [(f"lens/{lens.id}.html", words.of(lens.short)) for lens in dataset.lenses]
    menu += [(f"{name}.html", words(f"site.{name}")) for name in ("review", "method", "data")]
    shared = {
        "t": words,
        "facts": dataset.facts,
        "model": dataset.model,
        "round": round,
        "figures": figures,
        "foreign": _Foreign(words),
        "menu": menu,
        "version": dataset.facts.versions.get("civicprobe", ""),
    }

    def page(name: str, path: str, **values: object) -> tuple[str, bytes]:
        here = place(path, FOLDERS[language], assets_prefix)
        switch = [
            (other, TAGS[other], NAMES[other], here.root + FOLDERS[other] + path, other == language)
            for other in languages
        ]
        html = jinja.get_template(name).render(here=here, switch=switch, current=path, **shared, **values)
        return here.path, html.encode()

    yield page("overview.html", "index.html", summary=summary)
    cities = CityPages(round, words)
    rows = {record.city.id: row for record, row in zip(dataset.cities, summary.every, strict=True)}
    lenses = [LensPages(round, words, lens, number, cities, rows) for number, lens in enumerate(dataset.lenses)]
    order = [rows[record.city.id] for record in dataset.cities]
    for number, record in enumerate(dataset.cities):
        path = order[number].page
        told = cities.page(record, order[number], place(path, FOLDERS[language], assets_prefix))
        before = order[number - 1] if number else None
        after = order[number + 1] if number + 1 < len(order) else None
        seen = [(one.lens, one.row(record)) for one in lenses if one.path(record) is not None]
        yield page("city.html", path, city=told, before=before, after=after, lenses=seen)
    for each in lenses:
        yield page("lens.html", f"lens/{each.lens.id}.html", chapter=each.page)
        for record in dataset.cities:
            if (path_of_city := each.path(record)) is not None:
                yield page("lens_city.html", path_of_city, lens=each.lens, seen=each.city(record))
    listed = review(round, cities, lenses, rows, place("review.html", FOLDERS[language], assets_prefix))
    yield page("review.html", "review.html", review=listed)
    yield page("method.html", "method.html", method=method(round, words, validity))
    yield page("data.html", "data.html", data_file=data_file, tables=tables())


class _Foreign:
    """In templates, `foreign(text)` is the lang attribute that text needs, or nothing."""

    def __init__(self, words: Words) -> None:
        self.language = words.language

    def __call__(self, text: str) -> Markup:
        language = language_of(text, self.language)
        return Markup(' lang="{}"').format(language) if language else Markup("")


@cache
def _environment() -> Environment:
    """The templates, with every value escaped as it is printed: words of a portal never become markup."""
    environment = Environment(
        loader=PackageLoader("scoring.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["web_address"] = web_address
    return environment
