"""Alderwick Bay, the English-language city: departments, agendas, public records, 311, and an endless calendar."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from markupsafe import Markup

from crawler.sample import attachments, pictures
from crawler.sample.alderwick_data import data_site
from crawler.sample.prose import load
from crawler.sample.site import HTML, Answer, Asked, Site, macros, redirect, robots, sitemap, templates

HOST = "www.alderwickbay.gov"
PAGE_SIZE = 5
HSTS_S = 63072000

MEETINGS = (
    ("2026-10-26", "City Council regular meeting"),
    ("2026-10-21", "Planning Commission"),
    ("2026-10-20", "Library Board"),
    ("2026-10-19", "Finance Committee"),
    ("2026-10-12", "City Council regular meeting"),
    ("2026-09-28", "City Council regular meeting"),
    ("2026-09-16", "Planning Commission"),
    ("2026-09-14", "City Council regular meeting"),
)
OFFICIALS = (
    ("Ottoline Barrow", "Mayor", "(555) 010-0101"),
    ("Percy Lindqvist", "Council member, First Ward", "(555) 010-0102"),
    ("Adaeze Thornbury", "Council member, Second Ward", "(555) 010-0103"),
    ("Hollis Vandermeer", "Council member, Third Ward", "(555) 010-0104"),
    ("Wren Castellane", "City Clerk", "(555) 010-0105"),
)
PLANS = (
    ("/documents/strategic-plan.pdf", "Five-Year Strategic Plan 2026-2030"),
    ("/documents/smart-city-plan.pdf", "Smart City and Digital Government Plan"),
    ("/documents/comprehensive-plan.pdf", "Comprehensive Plan 2045"),
)


def alderwick() -> list[Site]:
    """The city's own host, its bare name and its data platform."""
    data = load("alderwick")
    city = data["city"]
    site = Site(HOST, https=True, forced=True, hsts_s=HSTS_S, server="cloudfront")
    render = templates("alderwick")
    parts = macros("alderwick", "parts.html")
    news = [_news(row) for row in data["news"]]

    def page(title: str, content: Any, day: str = "") -> str:
        return render(
            "page.html", city=city, title=title, content=Markup(content), date=day, shown=_long(day) if day else ""
        )

    def put(path: str, title: str, content: Any, day: str = "") -> None:
        site.add(path, page(title, content, day), media_type=HTML)

    site.add("/", render("home.html", city=city, title="Home", news=news, meetings=MEETINGS))
    for row in news:
        put(row["path"], row["title"], parts.lines(row["body"]), row["date"])
    listed = [(row["path"], row["title"], row["date"]) for row in news]
    pages = -(-len(listed) // PAGE_SIZE)
    lists = [
        Answer(page("News", parts.newslist(listed[n * PAGE_SIZE : (n + 1) * PAGE_SIZE], n + 1, pages)).encode())
        for n in range(pages)
    ]
    site.pages["/news/"] = lambda asked: lists[_number(asked.fields.get("page"), pages) - 1]
    site.add("/news/archive", SHELL, media_type=HTML)
    site.add("/news/archive.json", json.dumps([{"url": p, "title": t, "date": d} for p, t, d in listed]))
    _add_pages(put, parts, data, city)
    _add_handlers(site, page, parts, listed)
    _add_files(site, data)
    feed = "".join(f"<item><title>{t}</title><link>https://{HOST}{p}</link></item>" for p, t, _ in listed)
    site.add("/news/feed.xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{feed}</channel></rss>')
    site.missing = Answer(page("Page not found", "<p>We could not find that page.</p>").encode(), status=404)
    robots(
        site,
        "User-agent: *",
        "Disallow: /account/",
        "Disallow: /calendar/print",
        f"Sitemap: https://{HOST}/sitemap.xml",
    )
    sitemap(site, [path for path in site.pages if "." not in path])
    bare = Site("alderwickbay.gov", https=True, forced=True)
    bare.missing = lambda asked: redirect(f"https://{HOST}{asked.path}", status=301)
    return [site, bare, data_site()]


def _news(row: dict[str, Any]) -> dict[str, Any]:
    slug = re.sub(r"[^a-z0-9]+", "-", row["title"].lower()).strip("-")
    return {**row, "path": f"/news/{row['date'][:4]}/{row['date'][5:7]}/{slug}", "shown": _long(row["date"])}


def _long(day: str) -> str:
    """A date as Americans write it."""
    read = date.fromisoformat(day)
    return f"{read:%B} {read.day}, {read.year}"


def _number(text: str | None, most: int) -> int:
    return min(most, max(1, int(text))) if text and text.isdigit() else 1


PHONES = tuple(f"(555) 010-01{20 + place:02d}" for place in range(8))


def _add_pages(put: Any, parts: Any, data: dict[str, Any], city: dict[str, Any]) -> None:
    departments, services = data["department"], data["service"]
    put("/government/", "Mayor and City Council", parts.officials(OFFICIALS))
    put("/departments/", "Departments", parts.departments(list(zip(departments, PHONES, strict=True))))
    for n, row in enumerate(departments):
        put(f"/departments/{row['slug']}", row["name"], parts.department(row, PHONES[n]))
    put("/services/", "Online services", parts.services(services))
    for n, row in enumerate(services):
        put(f"/services/{row['slug']}", row["name"], parts.service(row, PHONES[n]))
    put("/meetings/", "Agendas and minutes", parts.dated([(f"/meetings/{day}", name, day) for day, name in MEETINGS]))
    for day, name in MEETINGS:
        put(
            f"/meetings/{day}", f"{name}, {_long(day)}", parts.links([(f"/documents/agenda-{day}.pdf", "Agenda (PDF)")])
        )
    put("/records/", "Public records", parts.records())
    put("/contact/", "Contact us", parts.contact())
    put("/311/", "311 service center", parts.three())
    put("/311/report", "Report a problem", parts.report())
    put("/311/answers", "Frequent questions", parts.faq())
    put("/ask/", "You asked, we answered", parts.replies(data["answer"]))
    for n, row in enumerate(data["answer"], start=1):
        put(f"/ask/{n}", row["title"], parts.reply(row))
    put("/budget/", "Budget and financial reports", parts.links(BUDGET))
    put("/bids/", "Bids and purchasing", parts.dated(BIDS))
    put("/code/", "City code and ordinances", parts.dated(ORDINANCES))
    put("/plans/", "Plans and reports", parts.links(PLANS))
    put("/comment/", "Public comment", parts.dated(COMMENTS))
    put("/comment/parking", "Parking plan: tell us what you think", parts.lines(PARKING_ASKED))
    put("/comment/library-hours", "Library hours: survey", parts.lines(HOURS_ASKED) + parts.heard(HOURS_HEARD))
    put(
        "/jobs/",
        "Jobs and careers",
        parts.links([("/jobs/plow-driver", "Snow plow driver"), ("/services/", "Job center")]),
    )
    put(
        "/jobs/plow-driver",
        "Snow plow driver",
        parts.lines(["Public Works is hiring two drivers. Apply online by November 6."]),
    )
    put("/job-center/", "Job seekers and training", parts.lines(JOB_CENTER))
    put("/transit/", "Buses and parking", parts.lines(TRANSIT) + parts.links(RIDES) + parts.dated(ALERTS))
    for path, name in (*RIDES, *((path, name) for path, name, _ in ALERTS)):
        put(
            path, name, parts.lines([f"{name}: what riders and drivers need to know, kept by the transit desk at 311."])
        )
    put("/schools/", "Schools and enrollment", parts.lines(SCHOOLS))
    put("/housing/", "Affordable housing", parts.lines(HOUSING))
    put(
        "/app/",
        "The Alderwick Bay app",
        parts.lines(APP) + Markup('<p><a href="/app/android">Download for Android</a></p>'),
    )
    put("/app/android", "Download for Android", parts.lines(APP))
    put("/privacy/", "Privacy policy", parts.lines(PRIVACY))
    put("/accessibility/", "Accessibility statement", parts.lines(ACCESS))
    put(
        "/es/",
        "Ciudad de Alderwick Bay",
        parts.lines(["Bienvenidos. Para hablar con alguien en español, llame al 311."]),
    )
    put("/sitemap/", "Site map", parts.links(SITE_MAP))


def _add_handlers(site: Site, page: Any, parts: Any, listed: list[tuple[str, str, str]]) -> None:
    """Pages that answer what they are asked: search, request tracking, sign-in, and the calendar without end."""

    def search(asked: Asked) -> Answer:
        words = set(re.findall(r"[a-z0-9]+", asked.fields.get("q", "").lower()))
        known = [*listed, *_other_titles()]
        scored = [
            (len(words & set(re.findall(r"[a-z0-9]+", row[1].lower()))) / max(1, len(words)), row) for row in known
        ]
        hits = [row for score, row in sorted(scored, key=lambda pair: -pair[0]) if score >= 0.6]
        return Answer(page("Search results", parts.results(asked.fields.get("q", ""), hits)).encode())

    def calendar(asked: Asked) -> Answer:
        match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", asked.fields.get("month", ""))
        year, month = (int(match[1]), int(match[2])) if match else (2026, 10)
        before, after = (year * 12 + month - 2), (year * 12 + month)
        days = [(f"{year:04d}-{month:02d}-{day:02d}", what) for day, what in ((4, "Farmers market"), (18, "Book sale"))]
        around = [f"{count // 12:04d}-{count % 12 + 1:02d}" for count in (before, after)]
        return Answer(page("Events calendar", parts.month(f"{year:04d}-{month:02d}", days, *around)).encode())

    site.pages["/search"] = search
    site.pages["/calendar"] = calendar
    site.pages["/311/track"] = Answer(page("Track a service request", parts.track()).encode())
    site.pages["/account/signin"] = Answer(page("Sign in", parts.signin()).encode())


def _other_titles() -> list[tuple[str, str, str]]:
    """What the search knows besides news: plans, meetings, ordinances, comments."""
    meetings = [(f"/meetings/{day}", name, day) for day, name in MEETINGS]
    plans = [(path, name, "2026-03-02") for path, name in PLANS]
    return [*plans, *meetings, *ORDINANCES, *COMMENTS, *BIDS]


def _add_files(site: Site, data: dict[str, Any]) -> None:
    site.add_assets("alderwick", "/assets")
    site.add("/assets/harbor.png", pictures.scene("alderwick harbor", 800, 300))
    names = [path for path, _ in (*PLANS, *BUDGET)] + [f"/documents/agenda-{day}.pdf" for day, _ in MEETINGS]
    names += [f"/documents/{row['slug']}.pdf" for row in data["service"]]
    names += ["/documents/bid-2026-14.pdf", *(path for path, _, _ in ORDINANCES)]
    for path in names:
        title = path.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("-", " ")
        if path.endswith(".pdf"):
            site.add(path, attachments.pdf(["City of Alderwick Bay", title.title()]))
        else:
            site.add(
                path,
                attachments.xlsx([("Department", "Adopted 2026"), ("Public Works", 18400000), ("Library", 2100000)]),
            )


BUDGET = (
    ("/documents/budget-2026.pdf", "Adopted budget 2026 (PDF)"),
    ("/documents/budget-2026.xlsx", "Adopted budget 2026 (Excel)"),
    ("/documents/financial-report-2025.pdf", "Annual financial report 2025 (PDF)"),
)
BIDS = [("/documents/bid-2026-14.pdf", "Bid 2026-14: library roof", "2026-10-06")]
ORDINANCES = [
    ("/documents/ordinance-2026-31.pdf", "Ordinance 2026-31: tree protection", "2026-09-28"),
    ("/documents/ordinance-2026-27.pdf", "Ordinance 2026-27: sidewalk dining", "2026-08-24"),
    ("/documents/ordinance-2026-25.pdf", "Ordinance 2026-25: harbor speed limit", "2026-07-27"),
    ("/documents/ordinance-2026-22.pdf", "Ordinance 2026-22: short-term rentals", "2026-07-13"),
    ("/documents/city-code.pdf", "City code, complete text", "2026-07-01"),
    ("/documents/ordinance-2026-18.pdf", "Ordinance 2026-18: water rates", "2026-06-08"),
    ("/documents/ordinance-2026-12.pdf", "Ordinance 2026-12: bicycle lanes on Pier Street", "2026-04-27"),
    ("/documents/ordinance-2026-07.pdf", "Ordinance 2026-07: food trucks", "2026-03-09"),
]
JOB_CENTER = (
    "The job center helps job seekers with openings of local employers, resumes, interviews and training courses.",
    "Walk in on weekdays from 9 a.m. to 5 p.m. at 12 Ferry Street, or register for a course by phone.",
)
COMMENTS = [
    ("/comment/parking", "Parking plan: tell us what you think", "2026-07-21"),
    ("/comment/library-hours", "Library hours: survey", "2026-04-14"),
]
PARKING_ASKED = (
    "The draft plan changes meter hours downtown and adds two resident permit zones.",
    "Comments were welcome until August 31, 2026, online or on paper at any library.",
)
HOURS_ASKED = ("When should the branches be open? The survey closed on May 15, 2026.",)
HOURS_HEARD = "Six hundred people answered. Most asked for Sunday afternoons, which both branches now have."
TRANSIT = (
    "Six bus routes serve the city every day from 5 a.m. to midnight. A ride costs two dollars; transfers are free.",
    "Parking garages at Ferry and Tenth are free for the first hour. Live arrival times are shown at every stop.",
)
RIDES = [
    ("/transit/routes", "Bus routes and schedules"),
    ("/transit/live", "Real-time arrivals"),
    ("/transit/garages", "Parking garages"),
    ("/transit/fares", "Fares and passes"),
    ("/transit/closures", "Road closures"),
]
ALERTS = [
    ("/transit/alert-12", "Route 4 detours around Harbor Street repaving", "2026-10-12"),
    ("/transit/alert-11", "Fall timetable starts on all routes", "2026-09-21"),
]
SCHOOLS = (
    "Enrollment for the coming school year opens on January 11. Families can enroll online or at any school office.",
    "School boundaries, bus stops and lunch menus are published by the school district.",
)
HOUSING = (
    "Apply for the waiting list of affordable apartments, for help with rent, or for a repair grant.",
    "Call the housing desk at (555) 010-0160 on weekdays.",
)
APP = ("Report problems, pay bills and get alerts on your phone. Free for Android and iPhone.",)
PRIVACY = (
    "This site records the pages visited, not who visited them. Forms ask only for what is needed to answer you.",
    "We do not sell or trade personal information. Updated January 2026.",
)
ACCESS = (
    "We aim to meet WCAG 2.1 level AA. Last tested in May 2026 with keyboard and screen reader.",
    "Tell us about barriers at (555) 010-0100; we answer within two working days.",
)
SITE_MAP = [
    (path, name)
    for path, name in (
        ("/government/", "Government"),
        ("/departments/", "Departments"),
        ("/services/", "Online services"),
        ("/news/", "News"),
        ("/meetings/", "Agendas and minutes"),
        ("/records/", "Public records"),
        ("/budget/", "Budget"),
        ("/plans/", "Plans"),
    )
]
SHELL = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>News archive | City of Alderwick Bay</title><link rel="stylesheet" href="/assets/city.css"></head>
<body><div id="root"></div><script src="/assets/archive.js"></script></body></html>"""
