"""The 405 points computed a second time, from plain records of what a catalogue's own file states.

Nothing here comes from the adapters or from `audits.mqa`: the files are read with json and rdflib alone, and every rule
and list is written anew from the text of the method (data.europa.eu, Metadata Quality Assurance).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from rdflib import BNode, Graph, Namespace, URIRef
from rdflib.namespace import RDF

Record = dict[str, Any]

DCAT, DCT = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://purl.org/dc/terms/")
ADMS = Namespace("http://www.w3.org/ns/adms#")
CALLED = ("name", "fn", "prefLabel", "label", "title", "value")

PROGRAMS_READ = {
    "csv",
    "tsv",
    "json",
    "geojson",
    "xml",
    "rdf",
    "ttl",
    "jsonld",
    "n3",
    "nt",
    "xls",
    "xlsx",
    "ods",
    "shp",
}
PROGRAMS_READ |= {"kml", "gml", "api", "odata", "sparql", "wms", "wfs"}
NOBODY_OWNS = PROGRAMS_READ - {"xls", "xlsx", "shp", "api", "odata"} | {"txt", "odt", "html"}
SHORT = {
    "text/csv": "csv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/plain": "txt",
    "text/html": "html",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "text/turtle": "ttl",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
LICENCES = ("publications.europa.eu/resource/authority/licence", "creativecommons.org/", "opendatacommons.org/licenses")
LICENCES += ("opendefinition.org/licenses", "spdx.org/licenses")


def points(records: list[Record], answers: Callable[[str], bool]) -> dict[str, float]:
    """The points of every indicator; `answers` says of an address whether it was found to answer."""
    files = [file for record in records for file in record["files"] or [{}]]
    best = [max(record["files"], key=_by_format, default={}) for record in records]

    def of(most: float, rows: Iterable[Any], has: Callable[[Any], Any]) -> float:
        told = [bool(has(row)) for row in rows]
        return most * sum(told) / len(told)

    def key(name: str) -> Callable[[Any], Any]:
        return lambda row: row.get(name)

    found = {name: of(most, records, key(name)) for name, most in _OF_RECORDS.items()}
    found |= {name: of(most, files, key(name)) for name, most in _OF_FILES.items()}
    found |= {name: of(most, best, fits) for name, (most, fits) in _OF_BEST.items()}
    found["compliant"] = of(
        30, records, lambda row: row["title"] and row["description"] and all(file["access"] for file in row["files"])
    )
    found["access_status"] = of(50, files, lambda file: file.get("access") and answers(file["access"]))
    found["download_status"] = of(30, files, lambda file: file.get("download") and answers(file["download"]))
    return found


def rating(total: float) -> str:
    """The rating of all points together."""
    whole = round(total)
    return "excellent" if whole > 350 else "good" if whole > 220 else "sufficient" if whole > 120 else "bad"


_OF_RECORDS = {"keyword": 30, "theme": 30, "spatial": 20, "temporal": 20, "licence": 20, "licence_vocabulary": 10}
_OF_RECORDS |= {"access_rights": 10, "access_rights_vocabulary": 5, "contact": 20, "publisher": 10}
_OF_RECORDS |= {"issued": 5, "modified": 5}
_OF_FILES = {"download_present": 20, "rights": 5, "byte_size": 5}


def _short(file: Record) -> str:
    name = file.get("format") or ""
    name = SHORT.get(name, name)
    return name or SHORT.get(file.get("media") or "", file.get("media") or "")


_OF_BEST: dict[str, tuple[int, Callable[[Record], Any]]] = {
    "format": (20, lambda file: file.get("format")),
    "media_type": (10, lambda file: file.get("media")),
    "format_vocabulary": (10, lambda file: file.get("known")),
    "non_proprietary": (20, lambda file: _short(file) in NOBODY_OWNS),
    "machine_readable": (20, lambda file: _short(file) in PROGRAMS_READ),
}


def _by_format(file: Record) -> int:
    return sum(most for most, fits in _OF_BEST.values() if fits(file))


def _is_known(format: str, media: str, bare_media: str) -> bool:
    """Whether a format is told by an address of a vocabulary, or by a media type that IANA could have registered."""
    lists = r"https?://(publications\.europa\.eu/resource/authority/file-type|www\.iana\.org/assignments/media-types)/"
    iana = r"(application|audio|font|image|message|model|multipart|text|video)/[a-z0-9]"
    return any(re.match(lists, one) for one in (format, media)) or re.match(iana, bare_media) is not None


def _file(
    access: str, download: str, format: str, media: str, rights: Any, size: Any, address_of_format: str = ""
) -> Record:
    bare_format = re.split(r"[/#]", format.rstrip("/"))[-1] if "://" in format else format
    bare_media = "/".join(media.rstrip("/").split("/")[-2:]) if "://" in media else media.split(";")[0]
    return {
        "access": access,
        "download": download,
        "download_present": download,
        "format": bare_format.strip(". ").lower(),
        "media": bare_media.strip().lower(),
        "known": _is_known(address_of_format or format, media, bare_media.strip().lower()),
        "rights": rights,
        "byte_size": size,
    }


def _web(address: Any) -> str:
    told = str(address or "").strip()
    return told if re.match(r"https?://[^/]", told) else ""


# RDF ----------------------------------------------------------------------------------------------------------------


def of_graph(graph: Graph) -> list[Record]:
    """The records of a catalogue in RDF, straight from its triples."""

    def told(node: Any, *names: URIRef) -> list[Any]:
        found = [value for name in names for value in graph.objects(node, name)]
        return [value for value in found if isinstance(value, BNode) or str(value).strip()]

    def name_of(value: Any) -> str:
        """A literal itself, what a node is called in the same document, else an address."""
        said = {re.split("[/#]", str(name))[-1]: str(one) for name, one in graph.predicate_objects(value)}
        called = next((said[name] for name in CALLED if said.get(name, "").strip()), "")
        return called or ("" if isinstance(value, BNode) else str(value))

    def text(node: Any, name: URIRef) -> str:
        return next((said for value in sorted(told(node, name), key=str) if (said := name_of(value))), "")

    def uri(node: Any, name: URIRef) -> str:
        return next((str(value) for value in sorted(told(node, name)) if isinstance(value, URIRef)), "")

    def day(node: Any, name: URIRef) -> bool:
        # 06/05/2009 is May to some and June to others: a date that cannot be read is none.
        return any(re.match(r"\s*\d{4}", str(value)) for value in told(node, name))

    def address(node: Any, name: URIRef) -> str:
        return next((web for value in sorted(map(str, told(node, name))) if (web := _web(value))), "")

    def period(node: Any) -> bool:
        return any(not isinstance(value, BNode) or list(graph.objects(value)) for value in told(node, DCT.temporal))

    records = []
    for node in set(graph.subjects(RDF.type, DCAT.Dataset)):
        parts = list(graph.objects(node, DCAT.distribution))
        licences = [uri(one, DCT.license) or text(one, DCT.license) for one in (node, *parts)]
        licence = next((one for one in licences if one), "")
        records.append(
            {
                "title": text(node, DCT.title),
                "description": text(node, DCT.description),
                "keyword": told(node, DCAT.keyword),
                "theme": told(node, DCAT.theme),
                "spatial": told(node, DCT.spatial),
                "temporal": period(node),
                "licence": licence,
                "licence_vocabulary": any(one in licence for one in LICENCES),
                "access_rights": told(node, DCT.accessRights),
                "access_rights_vocabulary": "authority/access-right/" in uri(node, DCT.accessRights),
                "contact": told(node, DCAT.contactPoint, ADMS.contactPoint),
                "publisher": told(node, DCT.publisher),
                "issued": day(node, DCT.issued),
                "modified": day(node, DCT.modified),
                "files": [
                    _file(
                        address(file, DCAT.accessURL),
                        address(file, DCAT.downloadURL),
                        text(file, DCT["format"]),
                        uri(file, DCAT.mediaType) or text(file, DCAT.mediaType),
                        told(file, DCT.rights) or told(file, DCT.accessRights),
                        any(re.match(r"\s*\d", str(size)) for size in told(file, DCAT.byteSize)),
                        uri(file, DCT["format"]),
                    )
                    for file in parts
                ],
            }
        )
    return records


# data.json ----------------------------------------------------------------------------------------------------------


def of_data_json(told: dict[str, Any]) -> list[Record]:
    """The records of a data.json, straight from its keys."""
    records = []
    for one in told["dataset"]:
        files = [file for file in one.get("distribution") or [] if isinstance(file, dict)]
        licence = str(one.get("license") or next((file["license"] for file in files if file.get("license")), ""))
        rights = str(one.get("accessLevel") or one.get("accessRights") or "")
        known = rights.lower() in ("public", "restricted public", "non-public") or "authority/access-right/" in rights
        records.append(
            {
                "title": one.get("title"),
                "description": one.get("description"),
                "keyword": one.get("keyword"),
                "theme": one.get("theme"),
                "spatial": one.get("spatial"),
                "temporal": one.get("temporal"),
                "licence": licence,
                "licence_vocabulary": any(name in licence for name in LICENCES),
                "access_rights": rights,
                "access_rights_vocabulary": known,
                "contact": one.get("contactPoint"),
                "publisher": one.get("publisher"),
                "issued": one.get("issued"),
                "modified": re.match(r"\d{4}", str(one.get("modified") or "")),
                "files": [
                    _file(
                        _web(file.get("accessURL")),
                        _web(file.get("downloadURL")),
                        str(file.get("format") or ""),
                        str(file.get("mediaType") or ""),
                        file.get("rights") or file.get("accessRights"),
                        file.get("byteSize"),
                    )
                    for file in files
                ],
            }
        )
    return records


# CKAN ---------------------------------------------------------------------------------------------------------------

NO_FILE = {"api", "rest", "rest api", "web api", "odata", "sparql", "wms", "wfs", "wmts", "wcs", "soap", "webservice"}
NO_FILE |= {"接口", "html", "link", "url", "website"}
NO_LICENCE = ("", "notspecified", "license not specified", "none")


def of_ckan(packages: list[dict[str, Any]]) -> list[Record]:
    """The records of CKAN's packages, from its own fields and its extras.

    CKAN's tags, groups and organisation stand for keyword, theme and publisher, as its DCAT extension has it.
    """
    records = []
    for one in packages:
        extras = {str(extra["key"]).lower(): extra["value"] for extra in one.get("extras") or []}
        extras |= {name: value for name, value in one.items() if value not in (None, "", [], {})}

        def has(*names: str, within: dict[str, Any] = extras) -> Any:
            found = next((within[name] for name in names if within.get(name) not in (None, "", [], {})), None)
            return None if isinstance(found, str) and found.strip() in ("", "[]") else found

        licence = str(has("license_title", "license_id", "license_url") or "")
        inside = [str(file.get("license") or "") for file in one.get("resources") or []]
        if licence.lower().strip() in NO_LICENCE:
            licence = next((one for one in inside if one.lower().strip() not in NO_LICENCE), "")
        rights = str(has("access_rights", "accesslevel") or "")
        files = []
        for file in one.get("resources") or []:
            url, kind = _web(file.get("url")), str(file.get("format") or "").strip(". ")
            is_file = kind.lower() not in NO_FILE and file.get("resource_type") != "api"
            files.append(
                _file(
                    _web(file.get("access_url")) or url,
                    _web(file.get("download_url")) or (url if is_file else ""),
                    kind,
                    str(file.get("mimetype") or file.get("mimetype_inner") or ""),
                    file.get("rights"),
                    re.fullmatch(r"\d+", str(file.get("size") or "")),
                )
            )
        records.append(
            {
                "title": has("title", "name"),
                "description": has("notes", "description"),
                "keyword": one.get("tags"),
                "theme": one.get("groups") or has("theme", "themes"),
                "spatial": has("spatial", "spatial_uri", "spatial_text", "spatial_coverage"),
                "temporal": has("temporal_start", "temporal_end", "temporal", "temporal_coverage"),
                "licence": licence,
                "licence_vocabulary": licence
                and any(name in f"{licence} {one.get('license_url')}" for name in LICENCES),
                "access_rights": rights,
                "access_rights_vocabulary": "authority/access-right/" in rights,
                "contact": has("maintainer_email", "author_email", "contact_email", "contact_name", "contact"),
                "publisher": one.get("organization") or has("publisher_name", "publisher"),
                "issued": has("issued", "metadata_created"),
                "modified": has("modified", "metadata_modified"),
                "files": files,
            }
        )
    return records


def addresses(records: list[Record]) -> set[str]:
    """Every address of a file that the records name."""
    return {file[name] for record in records for file in record["files"] for name in ("access", "download")} - {""}
