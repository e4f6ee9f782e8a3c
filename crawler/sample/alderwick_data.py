"""Alderwick Bay's open-data platform: CKAN's read-only interface, with pages for people beside it."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from crawler.sample import attachments
from crawler.sample.site import HTML, TYPES, Answer, Asked, Page, Site, robots

HOST = "data.alderwickbay.gov"
BASE = f"https://{HOST}"
PAGE_SIZE = 10

# name, title, department, tags, formats, frequency, last update
SETS = (
    ("building-permits", "Building permits", "planning", "permits,housing", "CSV,JSON", "daily", "2026-10-14"),
    ("zoning-districts", "Zoning districts", "planning", "zoning,map", "GeoJSON", "annual", "2026-02-10"),
    ("code-violations", "Code violations", "planning", "housing,inspections", "CSV", "weekly", "2026-10-11"),
    ("storm-drains", "Storm drains", "public-works", "water,map", "GeoJSON,CSV", "monthly", "2026-10-01"),
    ("street-trees", "Street trees", "public-works", "trees,map", "CSV", "annual", "2026-04-30"),
    ("snow-routes", "Snow routes", "public-works", "streets", "GeoJSON", "annual", "2025-11-15"),
    ("trash-zones", "Trash collection zones", "public-works", "waste", "CSV", "annual", "2026-01-05"),
    ("311-requests", "311 service requests", "clerk", "311", "CSV,JSON", "daily", "2026-10-14"),
    ("council-votes", "Council votes", "clerk", "council", "CSV", "monthly", "2026-09-29"),
    ("polling-places", "Polling places", "clerk", "elections,map", "CSV", "annual", "2026-09-20"),
    ("restaurant-grades", "Restaurant inspection grades", "health", "food", "CSV", "weekly", "2026-10-12"),
    ("immunization-clinics", "Immunization clinics", "health", "health", "CSV", "monthly", "2026-09-22"),
    ("adopted-budget", "Adopted budget by department", "finance", "budget", "CSV,XLSX", "annual", "2026-01-09"),
    ("checkbook", "City checkbook", "finance", "spending", "CSV", "monthly", "2026-10-02"),
    ("contracts", "Contracts over 25,000 dollars", "finance", "purchasing", "XLSX", "monthly", "2026-10-02"),
    ("water-quality", "Drinking water quality", "water", "water", "CSV", "monthly", "2026-10-03"),
    ("library-visits", "Library visits by branch", "library", "library", "CSV", "monthly", "2026-10-01"),
    ("crime-incidents", "Crime incidents", "police", "safety", "CSV,JSON", "daily", "2026-10-14"),
)
NAMES = {
    "planning": "Planning and Building",
    "public-works": "Public Works",
    "clerk": "City Clerk",
    "health": "Health Department",
    "finance": "Finance",
    "water": "Water Utility",
    "library": "Harbor Library",
    "police": "Police",
}


def data_site() -> Site:
    """Eighteen data sets of eight departments under an open licence; every file downloads freely."""
    site = Site(HOST, https=True, forced=True, hsts_s=63072000)
    packages = [_package(row) for row in SETS]
    organizations = [_organization(name) for name in NAMES]
    action = "/api/3/action"

    def search(asked: Asked) -> Answer:
        start, rows = (
            _whole(asked.fields.get(key), otherwise) for key, otherwise in (("start", 0), ("rows", PAGE_SIZE))
        )
        return _json(
            asked,
            {
                "count": len(packages),
                "facets": {},
                "results": packages[start : start + min(rows, 1000)],
                "sort": "score desc, metadata_modified desc",
                "search_facets": {},
            },
        )

    def show(asked: Asked) -> Answer:
        found = next((p for p in packages if asked.fields.get("id") in (p["id"], p["name"])), None)
        if found is None:
            return Answer(
                json.dumps({"success": False, "error": {"message": "Not found"}}).encode(), TYPES["json"], 404
            )
        return _json(asked, found)

    def list_organizations(asked: Asked) -> Answer:
        full = asked.fields.get("all_fields", "").lower() in ("true", "1")
        return _json(asked, organizations if full else [o["name"] for o in organizations])

    calls: dict[str, Page] = {
        "package_search": search,
        "package_show": show,
        "package_list": lambda asked: _json(asked, [p["name"] for p in packages]),
        "organization_list": list_organizations,
        "group_list": lambda asked: _json(asked, ["environment", "finance", "safety"]),
        "tag_list": lambda asked: _json(asked, sorted({tag for row in SETS for tag in row[3].split(",")})),
        "license_list": lambda asked: _json(asked, [{"id": "cc-by", "title": "Creative Commons Attribution"}]),
        "status_show": lambda asked: _json(
            asked,
            {
                "ckan_version": "2.10.4",
                "site_title": "Open Data Alderwick Bay",
                "site_url": BASE,
                "locale_default": "en",
                "extensions": ["datastore", "dcat"],
                "error_emails_to": None,
            },
        ),
    }
    for name, handler in calls.items():
        site.pages[f"{action}/{name}"] = handler
    _add_pages(site, packages)
    robots(site, "User-agent: *", "Disallow: /dataset/rate/", "Crawl-Delay: 0")
    return site


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() else otherwise


def _json(asked: Asked, result: Any) -> Answer:
    action = asked.path.rsplit("/", 1)[-1]
    body = {"help": f"{BASE}/api/3/action/help_show?name={action}", "success": True, "result": result}
    return Answer(json.dumps(body).encode(), TYPES["json"])


def _organization(name: str) -> dict[str, Any]:
    count = sum(row[2] == name for row in SETS)
    return {
        "id": f"00000000-0000-4000-9000-{list(NAMES).index(name):012d}",
        "name": name,
        "title": NAMES[name],
        "display_name": NAMES[name],
        "package_count": count,
        "state": "active",
        "type": "organization",
    }


def _package(row: tuple[str, ...]) -> dict[str, Any]:
    name, title, department, tags, formats, frequency, updated = row
    place = next(n for n, other in enumerate(SETS) if other[0] == name)
    id = f"00000000-0000-4000-8000-{place:012d}"
    resources = [
        {
            "id": f"00000000-0000-4000-a000-{place:06d}{n:06d}",
            "package_id": id,
            "name": f"{title} ({format})",
            "format": format,
            "mimetype": {"CSV": "text/csv", "JSON": "application/json", "GeoJSON": "application/geo+json"}.get(
                format, TYPES["xlsx"]
            ),
            "url": f"{BASE}/dataset/{name}/download/{name}.{format.lower()}",
            "url_type": "upload",
            "size": 2048,
            "state": "active",
            "datastore_active": format == "CSV",
            "created": "2025-02-03T10:00:00.000000",
            "last_modified": f"{updated}T06:00:00.000000",
        }
        for n, format in enumerate(formats.split(","))
    ]
    return {
        "id": id,
        "name": name,
        "title": title,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": True,
        "notes": f"{title} of the City of Alderwick Bay, published by {NAMES[department]}.",
        "license_id": "cc-by",
        "license_title": "Creative Commons Attribution",
        "license_url": "http://www.opendefinition.org/licenses/cc-by",
        "maintainer": NAMES[department],
        "maintainer_email": "opendata@alderwickbay.gov",
        "metadata_created": "2025-02-03T10:00:00.000000",
        "metadata_modified": f"{updated}T06:00:00.000000",
        "organization": _organization(department),
        "owner_org": _organization(department)["id"],
        "groups": [],
        "tags": [{"name": tag, "display_name": tag, "state": "active"} for tag in tags.split(",")],
        "num_tags": len(tags.split(",")),
        "resources": resources,
        "num_resources": len(resources),
        "extras": [{"key": "frequency", "value": frequency}, {"key": "spatial", "value": "Alderwick Bay"}],
    }


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="generator" content="ckan 2.10.4">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - Open Data Alderwick Bay</title>"
        f"<style>body{{font:16px/1.6 sans-serif;max-width:900px;margin:0 auto;"
        "padding:0 16px}header{background:#0f3b3e;padding:14px}header a{color:#fff}</style></head><body>"
        '<header><a href="/">Open Data Alderwick Bay</a> <a href="/dataset/">Datasets</a>'
        ' <a href="/about">About</a></header>'
        f"<main><h1>{escape(title)}</h1>{body}</main><footer><p>"
        '<a href="https://www.alderwickbay.gov/">City of Alderwick Bay</a>'
        ' <a href="/api/3">CKAN API</a></p></footer></body></html>'
    )


def _add_pages(site: Site, packages: list[dict[str, Any]]) -> None:
    rows = "".join(f'<li class="dataset-item"><a href="/dataset/{p["name"]}">{p["title"]}</a></li>' for p in packages)
    home = f"<p>{len(packages)} datasets of {len(NAMES)} departments, free to use with credit.</p><ul>{rows}</ul>"
    site.add("/", _page("Open Data Alderwick Bay", home), media_type=HTML)
    site.add("/dataset/", _page("Datasets", f"<p>{len(packages)} datasets found</p><ul>{rows}</ul>"), media_type=HTML)
    site.add(
        "/about",
        _page(
            "About",
            "<p>All data sets are offered under Creative Commons Attribution. Requests: "
            'opendata@alderwickbay.gov. <a href="/dataset/">Datasets</a></p>',
        ),
        media_type=HTML,
    )
    site.add("/api/3", json.dumps({"version": 3}), media_type=TYPES["json"])
    for package in packages:
        links = "".join(f'<li><a href="{r["url"]}">{escape(r["name"])}</a></li>' for r in package["resources"])
        body = f"<p>{package['notes']}</p><h2>Data and Resources</h2><ul>{links}</ul>"
        body += f"<p>License: {package['license_title']}</p>"
        site.add(f"/dataset/{package['name']}", _page(package["title"], body), media_type=HTML)
        for resource in package["resources"]:
            path = resource["url"].removeprefix(BASE)
            site.add(path, _file(package, resource["format"]), media_type=resource["mimetype"])


def _file(package: dict[str, Any], format: str) -> bytes:
    rows = [("id", "name", "date"), *((str(n), f"{package['title']} {n}", f"2026-09-{n:02d}") for n in range(1, 11))]
    if format == "CSV":
        return attachments.csv(rows)
    if format == "XLSX":
        return attachments.xlsx(rows)
    if format == "GeoJSON":
        features = [
            {"type": "Feature", "properties": {"id": n}, "geometry": {"type": "Point", "coordinates": [0, n / 100]}}
            for n in range(5)
        ]
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]).encode()
