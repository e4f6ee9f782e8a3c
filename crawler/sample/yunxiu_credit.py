"""云岫市's credit portal: lists of permits, penalties and pledges, renewed every few days."""

from __future__ import annotations

from typing import Any

from crawler.sample.site import Site, robots, templates

HOST = "credit.yunxiushi.gov.cn"
NOTICES = (
    ("2026年10月第二周行政许可和行政处罚双公示目录", "2026-10-14"),
    ("云岫市守信激励对象名单（2026年第三季度）", "2026-10-11"),
    ("信用修复办理结果公示（2026年9月）", "2026-10-08"),
    ("云岫市企业信用承诺书公示（第十六批）", "2026-09-30"),
)
SERVICES = ("信用报告查询", "信用承诺公示", "信用修复申请", "双公示信息查询")


def credit_site(city: dict[str, Any]) -> Site:
    """One page with its notices and services, in the manner of the offices' sites."""
    site = Site(HOST, https=True, forced=True, hsts_s=31536000)
    render = templates("yunxiu")
    office = {
        "name": "信用中国（云岫）",
        "host": HOST,
        "code": "9901000009",
        "phone": "0600-5550209",
        "about": "信用中国（云岫）由云岫市发展和改革委员会主办，公示行政许可、行政处罚、信用承诺和信用修复信息。",
        "services": [(name, f"/s{n}.html") for n, name in enumerate(SERVICES, start=1)],
        "notices": [(name, f"/n{n}.html", day) for n, (name, day) in enumerate(NOTICES, start=1)],
    }
    site.add("/", render("office.html", city=city, office=office, title="信用中国（云岫）"))
    for name, path, *_ in (*office["services"], *office["notices"]):
        site.add(path, render("office.html", city=city, office=office, title=name))
    site.add_assets("yunxiu", "/assets")
    robots(site, "User-agent: *", "Disallow:")
    return site
