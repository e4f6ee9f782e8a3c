"""DCAT, the W3C vocabulary for catalogues: datasets told in RDF/XML, Turtle or JSON-LD."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from rdflib import Graph
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import BNode, Literal, Node, URIRef

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_DATASETS,
    MAX_DISTRIBUTIONS,
    MAX_PAGES,
    DatasetSeen,
    DistributionSeen,
    OpenDataAnswer,
    departments_of,
    themes_of,
)
from probes.opendata.loose_values import (
    BrokenAnswer,
    clean,
    date_of,
    decoded,
    last_part,
    number_of,
    origin_of,
    url_of,
)
from probes.opendata.rdf import graph_of, syntax_of
from probes.page import FetchedPage

_HYDRA = "http://www.w3.org/ns/hydra/core#"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_SERIES = URIRef("http://www.w3.org/ns/dcat#DatasetSeries")
_SCHEMA = "http://schema.org/"
_TYPES = ("text/turtle", "application/rdf+xml", "application/ld+json", "application/x-turtle", "text/n3")
_LINK = re.compile(rb"<(?:link|a)\b[^>]{1,1000}>", re.I)
_HREF = re.compile(rb"href\s*=\s*[\"']([^\"']{1,1000})[\"']", re.I)
_FILE = re.compile(rb"\.(?:rdf|ttl|jsonld)(?:[?#]|$)", re.I)
_WELL_KNOWN = ("/catalog.rdf", "/catalog.ttl")
_NAMES = (
    FOAF.name,
    URIRef(_VCARD + "fn"),
    URIRef(_VCARD + "organization-name"),
    SKOS.prefLabel,
    RDFS.label,
    DCTERMS.title,
    URIRef(_SCHEMA + "name"),
    RDF.value,
)
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Dcat:
    """A catalogue in RDF (www.w3.org/TR/vocab-dcat-3)."""

    family: str = "dcat"
    rank: int = 30
    asks_unrecognised: bool = True
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By a link to the page's RDF form."""
        return looks_like_html(page) and bool(_linked(page))

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The RDF the page links to (one spelling is enough), else the usual names of a catalogue file."""
        linked = _linked(page)
        if linked:
            return (call(linked[0], "catalogue in RDF, linked from the platform's page"),)
        root = origin_of(page.url)
        return tuple(call(root + path, f"catalogue in RDF at its usual name {path}") for path in _WELL_KNOWN)

    def reads(self, answer: FetchedPage) -> bool:
        """By media type or file name, or a body that names the DCAT vocabulary."""
        path = urlsplit(answer.url).path.lower().encode("utf-8", "replace")
        named = answer.media_type in _TYPES or _FILE.search(path) is not None
        return named or (b"http://www.w3.org/ns/dcat#" in answer.body[:20_000] and not looks_like_html(answer))

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """All datasets of the document; a paged catalogue (Hydra) names its total and its next page."""
        text = decoded(answer)
        syntax = syntax_of(text, answer.media_type)
        if syntax is None:
            raise BrokenAnswer(
                "HTML where RDF was asked for" if looks_like_html(answer) else "no RDF spelling known here"
            )
        graph = graph_of(text, syntax, answer.url)
        reader = _Reader(graph, answer.url, (answer.lang_hint or "").lower()[:2])
        subjects = _subjects(graph)
        every = reader.datasets(subjects)
        services = set(graph.subjects(RDF.type, DCAT.DataService)) | set(graph.objects(None, DCAT.accessService))
        interfaces = sum(item.apis for item in every) - sum(1 for _ in graph.subjects(DCAT.accessService, None))
        catalogs = list(graph.subjects(RDF.type, DCAT.Catalog))
        if not every and not catalogs:
            raise BrokenAnswer("RDF without a DCAT catalogue or dataset")
        total = reader.number(None, _HYDRA + "totalItems")
        following = reader.next_page()
        more = following is not None or (total is not None and total > len(every))
        wanted: tuple[Wanted, ...] = ()
        if (
            following is not None
            and _page_number(following) is not None
            and _page_number(following) in range(2, MAX_PAGES + 1)
        ):
            wanted = (call(following, f"catalogue in RDF: page {_page_number(following)}"),)
        return OpenDataAnswer(
            "dcat",
            origin_of(answer.url),
            answer.url,
            title=next((title for title in map(reader.title, sorted(catalogs, key=str)) if title), ""),
            datasets_total=total if total is not None else None if more else len(every),
            apis_total=len(services) + max(0, interfaces),
            departments_total=None if more else len(departments_of(every)),
            datasets_listed=len(every),
            datasets=every[:MAX_DATASETS],
            departments=departments_of(every),
            themes=themes_of(every),
            next=wanted,
            more=more,
        )


def _linked(page: FetchedPage) -> tuple[str, ...]:
    """RDF on the same host: what `link rel=alternate` names, then plain links to RDF files."""
    alternates: list[str] = []
    files: list[str] = []
    for tag in _LINK.findall(page.body[:400_000]):
        href = _HREF.search(tag)
        url = url_of(href[1].decode("utf-8", "replace"), page.url) if href else None
        if url is None or origin_of(url) != origin_of(page.url):
            continue
        if b"alternate" in tag.lower() and any(kind.encode() in tag.lower() for kind in _TYPES):
            alternates.append(url)
        elif href and _FILE.search(href[1]):
            files.append(url)
    catalogues_first = sorted(files, key=lambda url: "catalog" not in url.lower())
    return tuple(dict.fromkeys(alternates + catalogues_first))


def _page_number(url: str) -> int | None:
    return number_of((parse_qs(urlsplit(url).query).get("page") or [""])[0])


def _subjects(graph: Graph) -> set[Node]:
    """Every dataset: typed so, or held by a catalogue; a series is a shelf and no dataset."""
    typed = set(graph.subjects(RDF.type, DCAT.Dataset))
    held = {node for node in graph.objects(None, DCAT.dataset) if (node, None, None) in graph}
    return (typed | held) - set(graph.subjects(RDF.type, _SERIES))


@dataclass(frozen=True)
class _Reader:
    """Reads one graph into plain values; `language` is preferred where a text comes in several."""

    graph: Graph
    base: str
    language: str

    def datasets(self, subjects: Iterable[Node]) -> tuple[DatasetSeen, ...]:
        """Datasets in a stable order: named ones by address, nameless ones by what they say."""
        seen = ((self._dataset(node), isinstance(node, BNode)) for node in subjects)
        ordered = sorted(seen, key=lambda pair: (pair[1], pair[0].id, pair[0].title, repr(pair[0])))
        return tuple(dataset for dataset, _ in ordered)

    def title(self, node: Node) -> str:
        """The title or label of a node, else empty."""
        return self._text(node, DCTERMS.title, RDFS.label, FOAF.name)

    def number(self, node: Node | None, predicate: str) -> int | None:
        """The largest whole number anywhere (or on a node) under a predicate."""
        found = (number_of(str(value)) for value in self.graph.objects(node, URIRef(predicate)))
        return max((value for value in found if value is not None), default=None)

    def next_page(self) -> str | None:
        """The address of the catalogue's next page by Hydra's words, old and new, on the same host."""
        for word in ("nextPage", "next"):
            for value in sorted(map(str, self.graph.objects(None, URIRef(_HYDRA + word)))):
                url = url_of(value, self.base)
                if url and url != self.base and origin_of(url) == origin_of(self.base):
                    return url
        return None

    def _values(self, node: Node, *predicates: URIRef) -> list[Node]:
        """Values under the first predicate that has any, in a stable order, preferred language first."""
        for predicate in predicates:
            found = list(self.graph.objects(node, predicate))
            if found:
                return sorted(found, key=self._preference)
        return []

    def _preference(self, value: Node) -> tuple[int, str, str]:
        spoken = (value.language or "").lower() if isinstance(value, Literal) else ""
        wishes = [self.language, *_LANGUAGES] if self.language else list(_LANGUAGES)
        rank = 0 if not spoken else 1 + next((i for i, wish in enumerate(wishes) if spoken.startswith(wish)), 9)
        return (rank, spoken, "" if isinstance(value, BNode) else str(value))

    def _label(self, value: Node, limit: int = 200) -> str:
        """The text of a literal, the name of a node, or the last part of an address that has no name here."""
        if isinstance(value, Literal):
            return clean(str(value), limit)
        for name in self._values(value, *_NAMES):
            if isinstance(name, Literal):
                return clean(str(name), limit)
        return last_part(str(value)) if isinstance(value, URIRef) else ""

    def _text(self, node: Node, *predicates: URIRef) -> str:
        return next((text for text in map(self._label, self._values(node, *predicates)) if text), "")

    def _date(self, node: Node, *predicates: URIRef) -> str | None:
        return next((day for value in self._values(node, *predicates) if (day := date_of(str(value)))), None)

    def _url(self, node: Node, predicate: URIRef) -> str | None:
        return next((url for value in self._values(node, predicate) if (url := url_of(str(value), self.base))), None)

    def _uri(self, node: Node, *predicates: URIRef) -> str | None:
        return next((str(value) for value in self._values(node, *predicates) if isinstance(value, URIRef)), None)

    def _licence(self, node: Node) -> str:
        # Whether a licence is an open one is told by its address rather than by its name.
        return (self._uri(node, DCTERMS.license) or self._text(node, DCTERMS.license))[:200]

    def _period(self, node: Node) -> str | None:
        for period in self._values(node, DCTERMS.temporal):
            begin = self._date(period, DCAT.startDate, URIRef(_SCHEMA + "startDate"))
            end = self._date(period, DCAT.endDate, URIRef(_SCHEMA + "endDate"))
            if begin or end:
                return f"{begin or ''}/{end or ''}"
            if label := self._label(period):
                return label
        return None

    def _place(self, node: Node) -> str | None:
        for place in self._values(node, DCTERMS.spatial):
            text = self._label(place) or self._text(
                place, DCAT.bbox, DCAT.centroid, URIRef("http://www.w3.org/ns/locn#geometry")
            )
            if text:
                return text
        return None

    def _dataset(self, node: Node) -> DatasetSeen:
        distributions = sorted(
            (self._distribution(item) for item in self._values(node, DCAT.distribution)),
            key=lambda item: (item.download_url or item.access_url or "", item.title),
        )
        identifier = self._text(node, DCTERMS.identifier)
        licence = self._licence(node) or next((item.licence for item in distributions if item.licence), None)
        licence_uri = licence if licence and "://" in licence else None
        title = self.title(node)
        themes = (self._label(theme) for theme in self._values(node, DCAT.theme))
        return DatasetSeen(
            id=str(node) if isinstance(node, URIRef) else identifier or f"{self.base}#{title}",
            title=title,
            path=f"<{node}>" if isinstance(node, URIRef) else "blank node",
            description=self._text(node, DCTERMS.description),
            publisher=self._text(node, DCTERMS.publisher) or None,
            publisher_id=self._uri(node, DCTERMS.publisher),
            contact=bool(self._values(node, DCAT.contactPoint, URIRef("http://www.w3.org/ns/adms#contactPoint"))),
            themes=tuple(dict.fromkeys(theme for theme in themes if theme)),
            keywords=len(set(self.graph.objects(node, DCAT.keyword))),
            licence=licence or None,
            licence_uri=licence_uri,
            access_rights=self._text(node, DCTERMS.accessRights) or None,
            access_rights_uri=self._uri(node, DCTERMS.accessRights),
            issued=self._date(node, DCTERMS.issued),
            modified=self._date(node, DCTERMS.modified),
            frequency=self._text(node, DCTERMS.accrualPeriodicity) or None,
            spatial=self._place(node),
            temporal=self._period(node),
            language=self._text(node, DCTERMS.language) or None,
            landing=self._url(node, DCAT.landingPage),
            distributions=tuple(distributions[:MAX_DISTRIBUTIONS]),
            distributions_total=len(distributions),
            apis=sum(item.is_api for item in distributions),
        )

    def _distribution(self, node: Node) -> DistributionSeen:
        declared = self._text(node, DCTERMS["format"]).lower().strip(". ")
        media = self._uri(node, DCAT.mediaType)
        media_type = "/".join(media.rstrip("/").split("/")[-2:]) if media else self._text(node, DCAT.mediaType)
        size = self._text(node, DCAT.byteSize)
        return DistributionSeen(
            title=self.title(node),
            format=declared or None,
            media_type=media_type.split(";")[0].strip().lower() or None,
            format_uri=self._uri(node, DCTERMS["format"]),
            media_type_uri=media,
            download_url=self._url(node, DCAT.downloadURL),
            access_url=self._url(node, DCAT.accessURL),
            licence=self._licence(node) or None,
            rights=self._text(node, DCTERMS.rights, DCTERMS.accessRights) or None,
            size_bytes=number_of(size.split(".")[0]),
            issued=self._date(node, DCTERMS.issued),
            modified=self._date(node, DCTERMS.modified),
            is_api=(node, DCAT.accessService, None) in self.graph
            or declared in ("api", "rest", "sparql", "wms", "wfs"),
        )


ADAPTER = Dcat()
