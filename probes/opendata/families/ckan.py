"""CKAN, the open-data platform of many countries, whose action interface lists every dataset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_DATASETS,
    MAX_DISTRIBUTIONS,
    MAX_JSON_BYTES,
    MAX_PAGES,
    PAGE_SIZE,
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
    first_of,
    items_of,
    last_part,
    nodes_of,
    number_of,
    origin_of,
    parsed_json,
    text_of,
    texts_of,
    url_of,
)
from probes.page import FetchedPage

_ACTION = re.compile(r"^(?P<root>.*?)/+api/(?:\d/)?action/(?P<action>\w+)/?$")
_GENERATOR = re.compile(rb"<meta[^>]+generator[^>]+content=[\"']\s*ckan\b", re.I)
_SITE_ROOT = re.compile(rb"data-site-root=[\"']([^\"'<>]{1,300})[\"']", re.I)
_MARKS = re.compile(rb"/api/3/action/|/webassets/ckan|ckanext-|ckan-footer-logo|data-module=[\"']ckan", re.I)
_INTERFACES = frozenset(
    {
        "api",
        "rest",
        "rest api",
        "web api",
        "odata",
        "sparql",
        "wms",
        "wfs",
        "wmts",
        "wcs",
        "soap",
        "graphql",
        "接口",
        "esri rest",
        "arcgis geoservices rest api",
        "arcgis_rest",
        "ogc wms",
        "ogc wfs",
        "geoservice",
        "webservice",
    }
)
_NO_LICENCE = frozenset({"", "notspecified", "license not specified", "none", "null", "未指定", "未指定授权"})
# A facet is one question that counts departments and themes over the whole catalogue, so that no list needs
# asking.
_FACETS = '["organization","groups"]'


@dataclass(frozen=True)
class Ckan:
    """The CKAN action interface, version 3 (docs.ckan.org/en/latest/api)."""

    family: str = "ckan"
    rank: int = 10
    asks_unrecognised: bool = True
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By the generator mark of its pages, or by addresses that only CKAN pages name."""
        head = page.body[:400_000]
        return looks_like_html(page) and bool(_GENERATOR.search(head) or _MARKS.search(head))

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The first list page; it carries the total and the counts of departments and themes as well."""
        root = origin_of(page.url)
        if (match := _SITE_ROOT.search(page.body[:400_000])) is not None:
            named = url_of(match[1].decode("utf-8", "replace"), page.url)
            # A platform may live under a path of its host, but not on another host.
            if named and origin_of(named) == root:
                root = re.sub(r"/(?:[a-z]{2}(?:[_-][A-Za-z]{2,4})?)?/?$", "", named) or root
        return (_list_page(root, 0, PAGE_SIZE, "CKAN catalogue: first list page"),)

    def reads(self, answer: FetchedPage) -> bool:
        """By the address of an action, or by the envelope every action answers with."""
        if _ACTION.match(urlsplit(answer.url).path):
            return True
        head = answer.body[:300].lstrip()
        return head[:1] == b"{" and b'"help"' in head and (b"action=" in head or b"action/help_show" in head)

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """One action's answer: package_search lists datasets, package_show one, status_show the site."""
        match = _ACTION.match(urlsplit(answer.url).path)
        root = urljoin(answer.url, match["root"] or "/").rstrip("/") if match else origin_of(answer.url)
        action = match["action"] if match else "package_search"
        body = parsed_json(decoded(answer, MAX_JSON_BYTES))
        if not isinstance(body, Mapping) or "success" not in body:
            raise BrokenAnswer("JSON without the envelope of a CKAN action (no `success`)")
        if body["success"] is not True:
            error = body.get("error")
            message = first_of(error, "message", "__type") if isinstance(error, Mapping) else error
            raise BrokenAnswer(f"CKAN says success: false ({text_of(message) or 'no reason given'})")
        result = body.get("result")
        empty = OpenDataAnswer("ckan", root, answer.url, kind="other")
        if action == "status_show" and isinstance(result, Mapping):
            return OpenDataAnswer("ckan", root, answer.url, kind="status", title=text_of(result.get("site_title")))
        if action == "package_show" and isinstance(result, Mapping):
            datasets = (_dataset(result, root, "result"),)
            return OpenDataAnswer(
                "ckan",
                root,
                answer.url,
                kind="detail",
                datasets_listed=1,
                datasets=datasets,
                departments=departments_of(datasets),
                themes=themes_of(datasets),
            )
        if action == "package_list" and isinstance(result, list):
            return OpenDataAnswer("ckan", root, answer.url, kind="status", datasets_total=len(result))
        if action == "package_search":
            return _search(answer, root, result)
        if action in ("group_package_show", "current_package_list_with_resources") and isinstance(result, list):
            return OpenDataAnswer(
                "ckan",
                root,
                answer.url,
                kind="other",
                datasets_listed=len(result),
                datasets=tuple(_dataset(node, root, f"result[{i}]") for i, node in nodes_of(result))[:MAX_DATASETS],
            )
        return empty


def _list_page(root: str, start: int, rows: int, why: str) -> Wanted:
    query = {"rows": rows, "start": start}
    facets = {"facet.field": _FACETS, "facet.limit": 500} if start == 0 else {}
    return call(f"{root}/api/3/action/package_search?{urlencode(query | facets)}", why)


def _search(answer: FetchedPage, root: str, result: Any) -> OpenDataAnswer:
    if not isinstance(result, Mapping):
        raise BrokenAnswer("package_search without a `result` object")
    listed = result.get("results")
    total = number_of(result.get("count"))
    if not isinstance(listed, list):
        if total is None:
            raise BrokenAnswer("package_search without `results` and `count`")
        listed = []
    datasets = tuple(_dataset(node, root, f"result.results[{i}]") for i, node in nodes_of(listed))
    fault = (
        None if len(datasets) == len(listed) else f"{len(listed) - len(datasets)} entries of the list are no objects"
    )
    query = parse_qs(urlsplit(answer.url).query)
    start = number_of((query.get("start") or query.get("offset") or ["0"])[0]) or 0
    asked = number_of((query.get("rows") or ["10"])[0])
    following = start + len(listed)
    whole = not (query.get("q", ["*:*"])[0] not in ("", "*:*") or "fq" in query)
    more = asked != 0 and total is not None and following < total and bool(listed)
    # The server may give fewer rows than were asked for; the next call asks for what it gives, so that the
    # number of the page can be told from the address alone.
    rows = max(1, len(listed))
    wanted: tuple[Wanted, ...] = ()
    if more and whole and following // rows < MAX_PAGES:
        why = f"CKAN catalogue: datasets from {following + 1} of {total}"
        wanted = (_list_page(root, following, rows, why),)
    departments, themes = _facet(result, "organization"), _facet(result, "groups")
    return OpenDataAnswer(
        "ckan",
        root,
        answer.url,
        kind="list" if whole else "other",
        datasets_total=total,
        departments_total=len(departments) if departments else None,
        datasets_listed=len(listed),
        datasets=datasets[:MAX_DATASETS],
        departments=departments or departments_of(datasets),
        themes=themes or themes_of(datasets),
        next=wanted,
        more=more,
        fault=fault,
    )


def _facet(result: Mapping[str, Any], name: str) -> tuple[str, ...]:
    facets = result.get("search_facets")
    facet = facets.get(name) if isinstance(facets, Mapping) else None
    entries = facet.get("items") if isinstance(facet, Mapping) else None
    names = (text_of(first_of(node, "display_name", "name")) for _, node in nodes_of(entries))
    return tuple(sorted({name for name in names if name}))


def _dataset(node: Mapping[str, Any], root: str, path: str) -> DatasetSeen:
    extras = {text_of(extra.get("key")).lower(): extra.get("value") for _, extra in nodes_of(node.get("extras"))}

    def named(*keys: str) -> Any:
        # Metadata beyond CKAN's own stands in `extras`, or beside it where a schema extension is in use.
        return first_of(node, *keys) or first_of(extras, *keys)

    name = text_of(node.get("name"))
    resources = [_distribution(resource, root) for _, resource in nodes_of(node.get("resources"))]
    stored = sum(resource.get("datastore_active") is True for _, resource in nodes_of(node.get("resources")))
    organization = node.get("organization")
    publisher = organization if isinstance(organization, Mapping) else {}
    themes = texts_of([first_of(group, "title", "display_name", "name") for _, group in nodes_of(node.get("groups"))])
    licence = text_of(first_of(node, "license_title", "license_id", "license_url"))
    licence_uri = url_of(node.get("license_url"), f"{root}/")
    if licence.lower() in _NO_LICENCE:  # European profiles keep the licence with each file
        licence = next((item.licence for item in resources if item.licence), "")
        licence_uri = licence if "://" in licence else None
    access = text_of(named("access_rights", "accesslevel"))
    begin, end = date_of(named("temporal_start")), date_of(named("temporal_end"))
    return DatasetSeen(
        id=text_of(node.get("id")) or name or f"{root}#{path}",
        title=text_of(named("title", "title_translated")) or name,
        path=path,
        description=text_of(named("notes", "notes_translated", "description")),
        publisher=text_of(first_of(publisher, "title", "name") or named("publisher_name", "publisher")) or None,
        publisher_id=text_of(first_of(publisher, "id", "name")) or None,
        contact=bool(
            named(
                "maintainer_email",
                "author_email",
                "contact_email",
                "contact_name",
                "contact_point",
                "contact",
            )
        ),
        themes=themes or texts_of(_listed(named("theme", "themes"))),
        keywords=len(items_of(node.get("tags"))) or len(items_of(node.get("keywords"))),
        licence=licence or None,
        licence_uri=licence_uri,
        access_rights=access or None,
        access_rights_uri=access if "://" in access else None,
        issued=date_of(named("issued", "metadata_created")),
        modified=date_of(named("modified", "metadata_modified")),
        frequency=text_of(named("frequency", "update_frequency", "accrual_periodicity", "accrualperiodicity")) or None,
        spatial=text_of(named("spatial", "spatial_uri", "spatial_text", "spatial_coverage")) or None,
        temporal=f"{begin or ''}/{end or ''}"
        if begin or end
        else text_of(named("temporal", "temporal_coverage")) or None,
        language=text_of(_listed(named("language"))) or None,
        landing=url_of(f"{root}/dataset/{name}", root) if name else None,
        distributions=tuple(resources[:MAX_DISTRIBUTIONS]),
        distributions_total=len(resources),
        apis=sum(item.is_api for item in resources) + stored,
    )


def _listed(value: Any) -> Any:
    """A list that an extra field holds as JSON text, else the value itself."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return parsed_json(value)
        except BrokenAnswer:
            return value
    return value


def _distribution(node: Mapping[str, Any], root: str) -> DistributionSeen:
    url = url_of(node.get("url"), f"{root}/")
    licence = text_of(first_of(node, "license", "license_id"))
    told, media = text_of(node.get("format")), text_of(first_of(node, "mimetype", "mimetype_inner"))
    declared = clean((last_part(told) if "://" in told else told).lower().strip(". "), 60)
    is_api = declared in _INTERFACES or text_of(node.get("resource_type")).lower() == "api"
    is_page = declared in ("html", "link", "url", "website", "网页")
    download = url_of(node.get("download_url"), f"{root}/") or (None if is_api or is_page else url)
    return DistributionSeen(
        title=text_of(first_of(node, "name", "name_translated", "description")),
        format=declared or None,
        media_type=("/".join(media.split("/")[-2:]) if "://" in media else media).split(";")[0].strip().lower() or None,
        format_uri=told if "://" in told else None,
        media_type_uri=media if "://" in media else None,
        download_url=download,
        access_url=url_of(node.get("access_url"), f"{root}/") or url,
        licence=None if licence.lower() in _NO_LICENCE else licence,
        rights=text_of(node.get("rights")) or None,
        size_bytes=number_of(node.get("size")),
        issued=date_of(first_of(node, "issued", "created")),
        modified=date_of(first_of(node, "modified", "last_modified", "metadata_modified")),
        is_api=is_api,
    )


ADAPTER = Ckan()
