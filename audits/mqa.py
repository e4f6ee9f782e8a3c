"""Metadata quality of an open-data platform: the 405 points of the European method (MQA), stars, and freshness."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audits.band import FAILED, PASSED, UNKNOWN, Band, share
from probes.opendata.catalogue import DatasetSeen, DistributionSeen
from probes.opendata.cycles import cycle_days

DIMENSIONS = {
    "findability": {"keyword": 30, "theme": 30, "spatial": 20, "temporal": 20},
    "accessibility": {"access_status": 50, "download_present": 20, "download_status": 30},
    "interoperability": {
        "format": 20,
        "media_type": 10,
        "format_vocabulary": 10,
        "non_proprietary": 20,
        "machine_readable": 20,
        "compliant": 30,
    },
    "reusability": {
        "licence": 20,
        "licence_vocabulary": 10,
        "access_rights": 10,
        "access_rights_vocabulary": 5,
        "contact": 20,
        "publisher": 10,
    },
    "contextuality": {"rights": 5, "byte_size": 5, "issued": 5, "modified": 5},
}
"""Points of each indicator, by dimension (data.europa.eu, Metadata Quality Assurance, methodology)."""

RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))
"""From how many of the 405 points a rating holds."""

_RDF = frozenset(
    {
        "rdf",
        "ttl",
        "turtle",
        "jsonld",
        "json-ld",
        "n3",
        "nt",
        "n-triples",
        "rdf/xml",
        "trig",
        "nq",
        "sparql",
    }
)
_OPEN_DATA_FORMATS = _RDF | frozenset(
    {
        "csv",
        "tsv",
        "json",
        "geojson",
        "jsonl",
        "ndjson",
        "xml",
        "kml",
        "gml",
        "gpx",
        "gtfs",
        "gpkg",
        "parquet",
        "sqlite",
        "netcdf",
        "ods",
        "wms",
        "wfs",
        "wmts",
        "wcs",
    }
)
MACHINE_READABLE = _OPEN_DATA_FORMATS | frozenset(
    {
        "xls",
        "xlsx",
        "shp",
        "dbf",
        "api",
        "rest",
        "odata",
        "接口",
        "api接口",
        "数据接口",
    }
)
"""Formats that a program can read without guessing at a layout."""

NON_PROPRIETARY = _OPEN_DATA_FORMATS | frozenset({"odt", "txt", "html", "png", "svg", "tiff", "geotiff"})
"""Formats that nobody owns."""

_LINKED = frozenset(("sparql",))
_MEDIA = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/geo+json": "geojson",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/rdf+xml": "rdf",
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/vnd.google-earth.kml+xml": "kml",
    "application/gml+xml": "gml",
    "text/plain": "txt",
    "text/html": "html",
}
_FORMAT_VOCABULARY = re.compile(
    r"^https?://(?:publications\.europa\.eu/resource/authority/file-type/|www\.iana\.org/assignments/media-types/)",
    re.I,
)
_IANA = re.compile(r"^(?:application|audio|font|image|message|model|multipart|text|video)/[a-z0-9][a-z0-9.+-]*$")
_LICENCE_VOCABULARY = re.compile(
    r"^https?://(?:publications\.europa\.eu/resource/authority/licence/|(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/"
    r"|(?:www\.)?opendatacommons\.org/licenses/|(?:www\.)?opendefinition\.org/licenses/|spdx\.org/licenses/)",
    re.I,
)
_RIGHTS_VOCABULARY = re.compile(r"^https?://publications\.europa\.eu/resource/authority/access-right/", re.I)
# The closed list of DCAT-US is a vocabulary too; its reader tells openness by it, others take a bare word for a word.
_ACCESS_LEVELS = frozenset(("public", "restricted public", "non-public"))
_CLOSED = re.compile(r"(?<![a-z])(?:nc|nd|noncommercial|non-commercial|noderiv\w*)(?![a-z])|禁止商业|非商业", re.I)
_OPEN = re.compile(
    r"creative\s*commons|creativecommons\.org|(?<![a-z])cc[\s_-]?(?:by|0|zero)|publicdomain|public[\s_-]*domain"
    r"|open\s*data\s*commons|opendatacommons|opendefinition\.org|odc[\s_-]|(?<![a-z])(?:odbl|pddl)(?![a-z])"
    r"|open\s+government\s+licen[cs]e|open-government-licen[cs]e|open\s+licen[cs]e|licence\s+ouverte"
    r"|data\s+licen[cs]e\s+germany|(?<![a-z])iodl(?![a-z])|us-?pd|开放授权|开放许可|开放协议|知识共享",
    re.I,
)


@dataclass(frozen=True)
class Quality:
    """Points of the 405 by indicator, as bands: wide where a part of the answer is not known.

    `records` is the number of datasets judged. `points` maps an indicator to its points (0 to its maximum, both ends).
    """

    records: int
    points: Mapping[str, tuple[float, float]]

    def of(self, dimension: str) -> tuple[float, float]:
        """The points of one dimension, both ends."""
        found = [self.points[name] for name in DIMENSIONS[dimension]]
        return sum(low for low, _ in found), sum(high for _, high in found)

    def share_of(self, dimension: str) -> Band:
        """The points of one dimension as a share of its most, 0 to 1."""
        most = sum(DIMENSIONS[dimension].values())
        low, high = self.of(dimension)
        return Band(min(1.0, max(0.0, low / most)), min(1.0, max(0.0, high / most)))

    @property
    def total(self) -> tuple[float, float]:
        """All points of the 405, both ends."""
        found = [self.of(dimension) for dimension in DIMENSIONS]
        return sum(low for low, _ in found), sum(high for _, high in found)

    @property
    def rating(self) -> str | None:
        """excellent, good, sufficient or bad; None when what is unknown decides between two of them."""
        low, high = (rating_of(points) for points in self.total)
        return low if low == high else None


def rating_of(points: float) -> str:
    """The rating of a number of points of the 405; half points round to whole ones."""
    return next(name for least, name in RATINGS if round(points) >= least)


def quality(
    datasets: Sequence[DatasetSeen], statuses: Mapping[str, int], *, estimate_from: int | None = None
) -> Quality | None:
    """The points of a platform from its datasets; None without any.

    `statuses` are HTTP statuses by address, of those asked; an address that was not asked is unknown, not zero. Partial
    credit is points times the share of records. Properties of files count over all files; a dataset without any file
    counts as one file without the property. For format and the like the best file of a dataset stands for it. A dataset
    that was not seen in full (`in_full`) is unknown in what it lacks.

    With `estimate_from`, the addresses asked are taken for a sample of all: from so many asked on (or all, where there
    are fewer), what they answered stands for the rest too.
    """
    if not datasets:
        return None
    shares: dict[str, Band | None] = {}
    for name, has in _OF_DATASET.items():
        shares[name] = share(_known(has(dataset), dataset) for dataset in datasets)
    for name, tells in _OF_FILE.items():
        shares[name] = share(_known(tells(item), dataset) for dataset in datasets for item in _files(dataset))
    best = [(dataset, _best(dataset)) for dataset in datasets]
    for name, fits in _OF_FORMAT.items():
        shares[name] = share(_known(item is not None and fits(item), dataset) for dataset, item in best)
    for name, address in (("access_status", _access), ("download_status", _download)):
        bands = [_answers(address(item), dataset, statuses) for dataset in datasets for item in _files(dataset)]
        addresses = {address(item) or "" for dataset in datasets for item in dataset.distributions}
        asked = [statuses[url] for url in addresses if url in statuses]
        if estimate_from is not None and len(asked) >= min(estimate_from, len(addresses - {""})) > 0:
            good = sum(200 <= status <= 399 for status in asked) / len(asked)
            bands = [Band(good, good) if band == UNKNOWN else band for band in bands]
        shares[name] = share(bands)
    points = {
        name: (most * band.low, most * band.high)
        for indicators in DIMENSIONS.values()
        for name, most in indicators.items()
        if (band := shares[name]) is not None
    }
    return Quality(len(datasets), points)


def stars(dataset: DatasetSeen) -> int:
    """Stars of a dataset by its metadata: 1 open licence, 2 structured, 3 non-proprietary, 4 RDF, 5 linked.

    The scale is Tim Berners-Lee's. Without an open licence there is no star. A fifth star needs a SPARQL endpoint:
    whether a file's contents link to other data, its metadata does not tell.
    """
    if not is_open(dataset.licence, dataset.licence_uri):
        return 0
    names = {name for item in dataset.distributions if (name := format_name(item))}
    if names & _LINKED:
        return 5
    if names & _RDF:
        return 4
    if names & MACHINE_READABLE & NON_PROPRIETARY:
        return 3
    return 2 if names & MACHINE_READABLE else 1


def is_open(licence: str | None, uri: str | None = None) -> bool:
    """Whether a licence, by its name or address, lets anybody use, change and share the data, commerce included."""
    told = f"{licence or ''} {uri or ''}"
    return bool(_OPEN.search(told)) and not _CLOSED.search(told)


def is_fresh(dataset: DatasetSeen, today: date) -> bool | None:
    """Whether a dataset was updated within its stated cycle; None when no regular cycle or no day of update is told.

    A tenth of the cycle and two days more are allowed for: publishing takes time.
    """
    cycle = cycle_days(dataset.frequency)
    if cycle is None or dataset.modified is None or len(dataset.modified) != 10:
        return None
    try:
        updated = date.fromisoformat(dataset.modified)
    except ValueError:
        return None
    return (today - updated).days <= cycle * 1.1 + 2


def format_name(item: DistributionSeen) -> str | None:
    """The format of a file in one spelling: as declared, else by its media type; None when neither is told."""
    declared = (item.format or "").lower().strip()
    declared = _MEDIA.get(declared, declared)
    return declared or (_MEDIA.get(item.media_type, item.media_type) if item.media_type else None)


def _files(dataset: DatasetSeen) -> tuple[DistributionSeen, ...]:
    return dataset.distributions or (DistributionSeen(),)


def _known(has: bool, dataset: DatasetSeen) -> Band:
    if has:
        return PASSED
    return FAILED if dataset.in_full else UNKNOWN


def _answers(address: str | None, dataset: DatasetSeen, statuses: Mapping[str, int]) -> Band:
    if address is None:
        return _known(False, dataset)
    status = statuses.get(address)
    if status is None:
        return UNKNOWN
    return PASSED if 200 <= status <= 399 else FAILED


def _access(item: DistributionSeen) -> str | None:
    return item.access_url


def _download(item: DistributionSeen) -> str | None:
    return item.download_url


def _best(dataset: DatasetSeen) -> DistributionSeen | None:
    """The file that gains most by its format; the first of equals."""
    return max(dataset.distributions, key=_format_points, default=None)


def _format_points(item: DistributionSeen) -> int:
    most = DIMENSIONS["interoperability"]
    return sum(most[name] for name, fits in _OF_FORMAT.items() if fits(item))


def _in_format_vocabulary(item: DistributionSeen) -> bool:
    addresses: Iterable[str | None] = (item.format_uri, item.media_type_uri)
    if any(address and _FORMAT_VOCABULARY.match(address) for address in addresses):
        return True
    # The media types of IANA are a vocabulary whose own notation is the bare type.
    return bool(item.media_type and _IANA.match(item.media_type))


def _complies(dataset: DatasetSeen) -> bool:
    """The mandatory properties of DCAT-AP: title and description of a dataset, an access address of each file."""
    return bool(dataset.title and dataset.description) and all(item.access_url for item in dataset.distributions)


_OF_DATASET: dict[str, Callable[[DatasetSeen], bool]] = {
    "keyword": lambda one: one.keywords > 0,
    "theme": lambda one: bool(one.themes),
    "spatial": lambda one: one.spatial is not None,
    "temporal": lambda one: one.temporal is not None,
    "compliant": _complies,
    "licence": lambda one: one.licence is not None,
    "licence_vocabulary": lambda one: bool(one.licence_uri and _LICENCE_VOCABULARY.match(one.licence_uri)),
    "access_rights": lambda one: one.access_rights is not None,
    "access_rights_vocabulary": lambda one: bool(
        (one.access_rights_uri and _RIGHTS_VOCABULARY.match(one.access_rights_uri))
        or (one.open_type is not None and (one.access_rights or "").lower() in _ACCESS_LEVELS)
    ),
    "contact": lambda one: one.contact,
    "publisher": lambda one: one.publisher is not None,
    "issued": lambda one: one.issued is not None,
    "modified": lambda one: one.modified is not None,
}
_OF_FILE: dict[str, Callable[[DistributionSeen], bool]] = {
    "download_present": lambda one: one.download_url is not None,
    "rights": lambda one: one.rights is not None,
    "byte_size": lambda one: one.size_bytes is not None,
}
_OF_FORMAT: dict[str, Callable[[DistributionSeen], bool]] = {
    "format": lambda one: one.format is not None,
    "media_type": lambda one: one.media_type is not None,
    "format_vocabulary": _in_format_vocabulary,
    "non_proprietary": lambda one: format_name(one) in NON_PROPRIETARY,
    "machine_readable": lambda one: format_name(one) in MACHINE_READABLE,
}
