"""A made-up round of five cities (or any number), shaped like a real one, for the tests of the report."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace

from audits.band import FAILED, PASSED, UNKNOWN, Band
from audits.card import Card, Source, Text
from audits.cards import load_catalogue
from audits.city import City
from audits.finding import Evidence, Finding
from probes.outcome import Cause, Outcome
from scoring.dataset import CityRecord, Dataset, Problem, RoundFacts, VisitRecord, through_lenses
from scoring.engine import score_all
from scoring.evidence import ImportedEvidence
from scoring.lenses import load_lenses
from scoring.model import load_model
from scoring.report import render_all

MODEL = load_model()
LENSES = load_lenses(load_catalogue().cards)

TITLES = {
    "identity.site_code": ("Site identification code", "网站标识码"),
    "identity.icp_filing": ("ICP filing number", "ICP 备案号"),
    "mark.icp_filing": ("ICP filing number", "ICP 备案号"),
    "mark.police_filing": ("Public-security filing number", "公安备案号"),
    "meta.site_tags": ("Site tags in the head of the page", "网站页面标签"),
    "update.home": ("Newest item on the home page", "首页最新内容"),
    "transport.https": ("Encrypted connection", "加密传输"),
    "disclosure.platform": ("Disclosure platform", "政府信息公开平台"),
    "disclosure.parts": ("Four parts of the disclosure section", "信息公开四个板块"),
    "disclosure.heads": ("Heads that the regulation names", "法定主动公开事项覆盖"),
    "disclosure.annual_report_in_time": ("Annual disclosure report in time", "信息公开年报按时发布"),
    "disclosure.site_report_in_time": ("Website work report in time", "网站工作年度报表按时发布"),
    "disclosure.on_request_form": ("Disclosure on request", "依申请公开渠道"),
    "service.entry_works": ("Entry to online services works", "在线办事入口可用"),
    "service.guide_elements": ("Key elements of service guides", "办事指南要素"),
    "service.guides_usable": ("Service guides usable", "办事指南实用"),
    "service.online_depth": ("Services that can be done online", "全程网办程度"),
    "service.rating": ("Service rating shown", "好差评公开"),
    "feedback.channel": ("Working consultation channel", "咨询渠道可用"),
    "feedback.hotline": ("City hotline", "政务服务便民热线"),
    "feedback.latency": ("Days until a message is answered", "留言答复时长"),
    "feedback.public_messages": ("Messages shown with their replies", "留言公开"),
    "feedback.consultations": ("Consultations in the past year", "一年内意见征集次数"),
    "field.transport": ("Public services: transport", "交通领域服务平台"),
    "field.health": ("Public services: health", "医疗领域服务平台"),
    "field.education": ("Public services: education", "教育领域服务平台"),
    "mobile.viewport": ("Page set up for phones", "移动端视口设置"),
    "mobile.reflow": ("Fits the width of a phone", "手机屏幕自适应"),
    "access.entry": ("Entry to accessible and elder versions", "无障碍与长辈版入口"),
    "access.pass_rate": ("Automated accessibility score", "自动化无障碍通过率"),
    "opendata.platform": ("Open-data platform", "数据开放平台"),
    "opendata.datasets": ("Number of open datasets", "开放数据集数量"),
    "opendata.download": ("Datasets that can be downloaded", "数据可下载"),
}
UNITS = {
    "update.home": "days",
    "feedback.latency": "days",
    "feedback.consultations": "count",
    "opendata.datasets": "count",
    "disclosure.heads": "share",
    "service.guide_elements": "share",
    "access.pass_rate": "share",
    "mobile.reflow": "px",
}

CITIES = (
    City(
        "yunze",
        "云泽市",
        "cn",
        ("https://www.yunze.example/",),
        "990100",
        "Yunze",
        "prefecture",
        "江中省",
        None,
        "https://data.yunze.example/",
    ),
    City(
        "qingqiao",
        "青桥市",
        "cn",
        ("https://www.qingqiao.example/",),
        "990200",
        "Qingqiao",
        "prefecture",
        "江中省",
    ),
    City("shibu", "石埠市", "cn", ("http://www.shibu.example/",), "990300", "Shibu", "prefecture", "山右省"),
    City(
        "wuling",
        "雾岭市",
        "cn",
        ("https://www.wuling.example/", "https://zwfw.wuling.example/"),
        "990400",
        "Wuling",
        "prefecture",
        "山右省",
    ),
    City(
        "merrow",
        "Port Merrow",
        "us",
        ("https://www.portmerrow.example/",),
        None,
        "Port Merrow",
        "city",
        "Calder",
    ),
)
QUALITY = (0.9, 0.62, 0.3, 0.0, 0.7)
IMPORTED = (1.0, 1.0, 0.0, 0.0, 1.0)


def chance(*parts: object) -> float:
    """A number from 0 to 1 that is always the same for the same parts."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def card(id: str, title: tuple[str, str]) -> Card:
    """A card with every field filled."""
    return Card(
        id=id,
        catalogue=("DIS-01",),
        kind="feature",
        title=Text(*title),
        asks=Text(f"Is there: {title[0].lower()}?", f"是否具备：{title[1]}？"),
        why=Text("Residents rely on it, and the guideline asks for it.", "公众需要，且发展指引有明确要求。"),
        counts=Text("A working link or text on the pages named.", "所列页面上可用的链接或文字。"),
        does_not_count=Text("A link that leads nowhere, or words in a comment.", "无效链接，或注释中的文字。"),
        check="present",
        over="any",
        messages={
            "present": Text("“{words}” was seen on {pages} pages.", "在 {pages} 个页面上看到“{words}”。"),
            "absent": Text(
                "All {pages} planned pages were read; nothing of the kind was there.",
                "计划的 {pages} 个页面均已读取，未见相关内容。",
            ),
            "graded": Text("{met} of {pages} pages met the rule.", "{pages} 个页面中有 {met} 个达到要求。"),
        },
        sources=(
            Source(Text("Guidelines for Government Websites", "政府网站发展指引（国办发〔2017〕47号）"), "47", "V"),
        ),
        options={"words": id, "least": 3},
        roles=("home",),
        countries=("cn",) if id.startswith(("mark.", "identity.")) else (),
        unit=UNITS.get(id, ""),
        pass_at=0.8 if id in UNITS else 1.0,
    )


def named(id: str) -> tuple[str, str]:
    """The title of a feature, plain words where the table above has none."""
    words = id.replace(".", " ").replace("_", " ")
    return TITLES.get(id, (words.capitalize(), f"特征 {id}"))


CARDS = tuple(card(id, named(id)) for id in dict.fromkeys([*TITLES, *sorted(MODEL.features())]))


def proof(city: City, id: str) -> tuple[Evidence, ...]:
    """One to three proofs."""
    home = city.portals[0]
    english = city.country == "us"
    return tuple(
        Evidence(
            url=f"{home}{id.replace('.', '/')}/{'index' if number == 0 else f'page{number}'}.html",
            fetched_at=f"2026-10-15T08:{10 + number}:32Z",
            pointer="nav > ul.menu > li:nth-child(3) > a" if number == 0 else "",
            snippet="Public records and open government" if english else "政府信息公开 › 法定主动公开内容",
            href=f"{home}open/" if number == 0 else None,
            status=200,
            screenshot=f"screenshots/{city.id}-desktop.jpg" if number == 0 else None,
            archive=f"archive/{city.id}.warc.gz#{81_920 * (number + 1)}",
        )
        for number in range(1 + int(chance(city.id, id, "proofs") * 3))
    )


def finding(city: City, one: Card, quality: float, walled: bool) -> Finding:
    """A finding that fits the city's quality."""
    if one.countries and city.country not in one.countries:
        return Finding(city.id, one.id, Outcome.INAPPLICABLE, None)
    if walled:
        return Finding(city.id, one.id, Outcome.CANT_TELL, UNKNOWN, Cause.BLOCKED, "wall521")
    drawn = chance(city.id, one.id)
    if drawn > 0.93:
        cause = (Cause.TIMEOUT, Cause.BUDGET, Cause.NEEDS_TIME)[int(drawn * 1000) % 3]
        outcome = Outcome.UNTESTED if cause is Cause.BUDGET else Outcome.CANT_TELL
        return Finding(city.id, one.id, outcome, UNKNOWN, cause)
    unit = one.unit
    if unit:
        score = min(1.0, max(0.0, quality + (drawn - 0.5) * 0.5))
        value = {
            "days": int(2 + (1 - score) * 60),
            "count": int(score * 480),
            "share": round(score, 3),
            "px": int(390 + (1 - score) * 400),
            "year": 2024 + int(score * 2),
        }[unit]
        return Finding(
            city.id,
            one.id,
            Outcome.PASSED if score >= one.pass_at else Outcome.FAILED,
            Band(score, score),
            value=value,
            unit=unit,
            reason="graded",
            arguments={"met": int(score * 20), "pages": 20},
            evidence=proof(city, one.id),
        )
    if drawn < quality:
        words = "Open government" if city.country == "us" else "政务公开"
        return Finding(
            city.id,
            one.id,
            Outcome.PASSED,
            PASSED,
            value=True,
            reason="present",
            arguments={"words": words, "pages": 3},
            evidence=proof(city, one.id),
        )
    return Finding(
        city.id,
        one.id,
        Outcome.FAILED,
        FAILED,
        value=False,
        reason="absent",
        arguments={"pages": 4},
        evidence=proof(city, one.id)[:1],
    )


def visits(city: City, walled: bool, number: int) -> tuple[VisitRecord, ...]:
    """The visits of a city: mostly read, some not."""
    made = []
    for place in range(number):
        way = "plain" if place % 4 else ("phone", "desktop", "recheck")[place // 4 % 3]
        drawn = chance(city.id, place, "visit")
        outcome, cause, vendor, status = "passed", None, None, 200
        if walled:
            outcome, cause, vendor, status = "cantTell", "blocked", "wall521", 521
            if place % 3 == 2:
                outcome, cause, vendor, status = "cantTell", "captcha", None, 200
        elif drawn > 0.9:
            outcome, cause, status = [
                ("cantTell", "timeout", None),
                ("untested", "robots", None),
                ("cantTell", "http_5xx", 502),
                ("untested", "budget", None),
                ("cantTell", "blocked", 412),
                ("cantTell", "soft_404", 200),
            ][int(drawn * 600) % 6]
        english = city.country == "us"
        made.append(
            VisitRecord(
                url=f"{city.portals[0]}{'' if place == 0 else f'section{place % 7}/page{place}.html'}",
                way=way,
                method="GET",
                roles=("home",) if place == 0 else ("article",),
                outcome=outcome,
                cause=cause,
                vendor=vendor,
                status=status,
                fetched_at=None if outcome == "untested" else f"2026-10-15T08:{place % 60:02d}:05Z",
                elapsed_ms=None if outcome == "untested" else 230 + place,
                size_bytes=48_120 if status == 200 else None,
                kind="home" if place == 0 else "article",
                title=("City of Port Merrow" if english else f"{city.name}人民政府门户网站") if place < 3 else None,
                final_url=f"{city.portals[0]}index.html" if place == 0 else None,
            )
        )
    return tuple(made)


def problems(city: City, quality: float) -> tuple[Problem, ...]:
    """Accessibility problems as the engine names them."""
    rules = (
        (
            "image-alt",
            "critical",
            "Images must have alternative text",
            "#banner > a > img",
            '<img src="/a/1.jpg">',
        ),
        (
            "link-name",
            "serious",
            "Links must have discernible text",
            ".icons > a:nth-child(2)",
            '<a href="#"></a>',
        ),
        (
            "color-contrast",
            "serious",
            "Elements must meet minimum color contrast ratio thresholds",
            ".date",
            '<span class="date">2026-10-14</span>',
        ),
        ("html-has-lang", "serious", "<html> element must have a lang attribute", "html", "<html>"),
        (
            "region",
            "moderate",
            "All page content should be contained by landmarks",
            ".top",
            '<div class="top">',
        ),
    )
    return tuple(
        Problem(
            rule,
            impact,
            told,
            f"https://dequeuniversity.com/rules/axe/4.14/{rule}",
            city.portals[0],
            1 + int(chance(city.id, rule) * 60),
            selector,
            snippet,
            ("wcag2a",),
        )
        for rule, impact, told, selector, snippet in rules
        if chance(city.id, rule, "there") > quality - 0.4
    )


def imported(cities: tuple[City, ...], share: tuple[float, ...]) -> tuple[ImportedEvidence, ...]:
    """Records of the other methods for the cities that have them."""
    records = []
    for city, much in zip(cities, share, strict=True):
        for line, leaf in enumerate(MODEL.leaves()):
            if leaf.intake is None or chance(city.id, leaf.id, "import") >= much:
                continue
            score = round(0.35 + chance(city.id, leaf.id) * 0.6, 2)
            records.append(
                ImportedEvidence(
                    city.id,
                    leaf.id,
                    leaf.intake.methods[0],
                    round(score * 100, 1),
                    "",
                    "0-100",
                    "江中统计年鉴 2025" if city.country == "cn" else "Calder Statistical Yearbook 2025",
                    "2026-06-30",
                    "survey office",
                    "",
                    score,
                    "evidence.csv",
                    line + 2,
                )
            )
    return tuple(records)


def assembled(
    cities: tuple[City, ...],
    quality: tuple[float, ...],
    share: tuple[float, ...],
    visited: int,
    cards: tuple[Card, ...] = CARDS,
) -> Dataset:
    """A whole round for these cities; quality 0 is a walled city."""
    findings = {
        city.id: tuple(finding(city, one, good, good == 0) for one in cards)
        for city, good in zip(cities, quality, strict=True)
    }
    evidence = imported(cities, share)
    walled = {city.id for city, good in zip(cities, quality, strict=True) if good == 0}
    scores = score_all(cities, findings, evidence, MODEL, unmeasured=walled)
    records = []
    for city, good, scorecard in zip(cities, quality, scores, strict=True):
        visited_pages = visits(city, good == 0, 9 if good == 0 else visited)
        records.append(
            CityRecord(
                city,
                findings[city.id],
                visited_pages,
                scorecard,
                problems=() if good == 0 else problems(city, good),
                screenshots={}
                if good == 0
                else {view: f"screenshots/{city.id}-{view}.jpg" for view in ("desktop", "phone")},
                home=visited_pages[0],
            )
        )
    facts = RoundFacts(
        campaign="demo",
        title="Five made-up cities, autumn 2026",
        round="2026-10",
        opened_at="2026-10-15T08:00:00Z",
        closed_at="2026-10-15T09:12:00Z",
        as_of="2026-10-15",
        seed=20261015,
        agent="CivicProbe/0.1 (+mailto:survey@university.example)",
        settings={"pages": "60", "browser_pages": "6", "delay_s": "1", "views": "desktop, phone"},
        versions={
            "civicprobe": "0.1.0",
            "axe-core": "4.14.1",
            "chromium": "140.0",
            "model": MODEL.version,
            "catalogue": "9c1f2a",
            "words": "4b77e0",
        },
    )
    return through_lenses(Dataset(facts, cards, MODEL, evidence, tuple(records)), LENSES)


def five_cities() -> Dataset:
    """The usual round: a very good portal, a middling one, a poor one, a walled one, an English one."""
    return assembled(CITIES, QUALITY, IMPORTED, 40)


def many_cities(number: int = 337, features: int = 90, visited: int = 80) -> Dataset:
    """A round of the size of a country."""
    cities = tuple(
        replace(CITIES[0], id=f"c{place:06d}", name=f"第{place}市", name_en=f"City {place}", code=f"{place:06d}")
        for place in range(number)
    )
    quality = tuple(0.0 if chance(city.id, "wall") < 0.1 else 0.2 + 0.75 * chance(city.id, "q") for city in cities)
    share = tuple(0.95 if chance(city.id, "fed") < 0.6 else 0.0 for city in cities)
    more = tuple(
        card(f"chapter{place // 12}.feature_{place}", (f"Feature {place}", f"特征 {place}"))
        for place in range(features - len(CARDS))
    )
    return assembled(cities, quality, share, visited, CARDS + more)


if __name__ == "__main__":
    country = many_cities()
    began = time.perf_counter()
    written = [len(body) for _, body in render_all(country)]
    took = time.perf_counter() - began
    print(f"{len(country.cities)} cities, both languages: {took:.1f} s, {len(written)} files, {sum(written):,} bytes")
