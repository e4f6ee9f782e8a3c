"""What an open-data catalogue says: its datasets, how each can be had, and the whole of a city's platform."""

from __future__ import annotations

from dataclasses import dataclass

from probes.observation import Wanted

MAX_PAGES = 5
"""List pages asked of one platform."""

PAGE_SIZE = 100
"""Datasets asked for on one list page."""

MAX_DATASETS = MAX_PAGES * PAGE_SIZE
"""Datasets kept of one answer that lists a whole catalogue (data.json, RDF)."""

MAX_DISTRIBUTIONS = 10
"""Distributions kept of one dataset; `DatasetSeen.distributions_total` has the true count."""

MAX_BYTES = 8 * 1024 * 1024
"""Bytes of RDF or HTML read of one answer (RDF takes some five seconds); a longer one is a fault."""

MAX_JSON_BYTES = 32 * 1024 * 1024
"""Bytes of JSON read of one answer: a data.json file holds a whole catalogue and may be large."""


@dataclass(frozen=True)
class DistributionSeen:
    """One way to get a dataset: a file, or the address of an interface or page.

    `format` and `media_type` are as declared (format in lower case without a dot, media type bare and in
    lower case; the last part of a vocabulary address). `format_uri` and `media_type_uri` keep a vocabulary
    address if there was one. `is_api` says that the entry is declared as an interface, not as a file.
    """

    title: str = ""
    format: str | None = None
    media_type: str | None = None
    format_uri: str | None = None
    media_type_uri: str | None = None
    download_url: str | None = None
    access_url: str | None = None
    licence: str | None = None
    rights: str | None = None
    size_bytes: int | None = None
    issued: str | None = None
    modified: str | None = None
    is_api: bool = False


@dataclass(frozen=True)
class DatasetSeen:
    """One dataset as its catalogue describes it; absent metadata is None or empty, never guessed.

    `title` and `description` are cut (200 characters). `issued` and `modified` are ISO dates `YYYY-MM-DD`,
    also where the catalogue gave a time, `YYYY-MM` or `YYYY` where it gave no more. `frequency` is as
    declared (a label, an ISO 8601 repeating interval, or the last part of a vocabulary address). `keywords`
    is their number. `open_type` is `unconditional` or `conditional` where the platform says so. `landing` is
    the dataset's own page. `path` says where in the answer the entry stood (JSON path, RDF subject, XPath).
    `apis` counts the interfaces to this dataset, also those that are no distribution of their own.
    `licence_uri` and `access_rights_uri` keep the address of a vocabulary if there was one. `in_full` is false
    for a list entry that leaves out what the dataset's own page tells: what it lacks is unknown, not absent.
    """

    id: str
    title: str
    path: str = ""
    description: str = ""
    publisher: str | None = None
    publisher_id: str | None = None
    contact: bool = False
    themes: tuple[str, ...] = ()
    keywords: int = 0
    licence: str | None = None
    licence_uri: str | None = None
    access_rights: str | None = None
    access_rights_uri: str | None = None
    issued: str | None = None
    modified: str | None = None
    frequency: str | None = None
    spatial: str | None = None
    temporal: str | None = None
    language: str | None = None
    open_type: str | None = None
    landing: str | None = None
    distributions: tuple[DistributionSeen, ...] = ()
    distributions_total: int = 0
    apis: int = 0
    in_full: bool = True

    @property
    def formats(self) -> tuple[str, ...]:
        """The distinct formats of its distributions, else media types, in the order met."""
        named = (item.format or item.media_type for item in self.distributions)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def download_urls(self) -> tuple[str, ...]:
        """The distinct addresses of files to download, in the order met."""
        return tuple(dict.fromkeys(item.download_url for item in self.distributions if item.download_url))


@dataclass(frozen=True)
class OpenDataAnswer:
    """One answer of a catalogue (role `opendata.api`): what it lists, and which further answers it names.

    `family` is ckan, dcat, inspur … (see `families`), or unknown when no adapter knows it. `platform_url` is
    the address under which the catalogue's calls hang. `kind` is status (about the platform), list (a part of
    the whole catalogue), detail (one dataset), api_list, other (a read that says nothing of the whole) or
    fault (unreadable). Totals are the catalogue's own words (None where it does not say); `datasets_listed`
    counts the entries of this answer before any cut. `departments` and `themes` are distinct names. `next`
    are the further calls the adapter would like to see; `more` says that the catalogue goes on after this
    answer, whether or not a call for it is wanted. `fault` says in one line what was wrong; an answer with a
    fault may still carry datasets. `post` is the body of the query, when it went by POST.
    """

    family: str
    platform_url: str
    url: str
    kind: str = "list"
    title: str = ""
    datasets_total: int | None = None
    apis_total: int | None = None
    departments_total: int | None = None
    datasets_listed: int = 0
    datasets: tuple[DatasetSeen, ...] = ()
    departments: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    next: tuple[Wanted, ...] = ()
    more: bool = False
    fault: str | None = None
    post: str | None = None


@dataclass(frozen=True)
class OpenDataSeen:
    """A city's open-data platform in one round, merged from all its answers (duplicates by id removed).

    `family` and `platform_url` name the platform with most datasets; `families` all that answered.
    `datasets_total` is what the platform declares, else the number listed; `datasets_listed` what was really
    listed; `apis` the declared total, else the number met in `datasets`. `datasets` is the sample for rules
    over metadata. `complete` is true when every dataset of the platform was listed without fault. `usable` is
    true when at least one answer of a known family could be read. `faults` are `url: fault` lines.
    """

    family: str | None
    platform_url: str | None
    families: tuple[str, ...] = ()
    datasets_total: int | None = None
    datasets_listed: int = 0
    apis: int | None = None
    departments: tuple[str, ...] = ()
    departments_total: int = 0
    themes: tuple[str, ...] = ()
    datasets: tuple[DatasetSeen, ...] = ()
    complete: bool = False
    usable: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class DownloadSeen:
    """What came back when a distribution's file was asked for (role `opendata.download`).

    `magic` is the kind its first bytes show (see `probes.attachments.FileSeen.kind`), `declared` the
    extension of the address. `ok` is true when a file of the expected kind came; `why` says what decided, in
    one of the words file, empty, login, html_page, http_status, kind_differs, headers_only (a HEAD answer,
    judged by its headers).
    """

    url: str
    status: int
    media_type: str
    magic: str
    declared: str | None
    size_bytes: int
    login_redirect: bool
    ok: bool
    why: str


def departments_of(datasets: tuple[DatasetSeen, ...]) -> tuple[str, ...]:
    """The distinct publishers of datasets, sorted."""
    return tuple(sorted({dataset.publisher for dataset in datasets if dataset.publisher}))


def themes_of(datasets: tuple[DatasetSeen, ...]) -> tuple[str, ...]:
    """The distinct themes of datasets, sorted."""
    return tuple(sorted({theme for dataset in datasets for theme in dataset.themes}))
