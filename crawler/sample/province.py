"""The made-up province above the Chinese cities: where a reader reports an error on one of its sites."""

from __future__ import annotations

from crawler.sample.site import Answer, Asked, Site, robots

HOST = "jiucuo.lanhaisheng.gov.cn"


def province() -> list[Site]:
    """The one host of the province."""
    site = Site(HOST, https=True, forced=True)
    robots(site, "User-agent: *", "Disallow:")

    def report(asked: Asked) -> Answer:
        # The form is for the site whose code it was opened with, as that of the real country is.
        code = asked.fields.get("site_code", "")
        known = code if code.isdigit() and len(code) == 10 else "（未知）"
        return Answer(FORM.format(code=known).encode())

    site.pages["/exposure/jiucuo.html"] = report
    return [site]


FORM = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>我为政府网站找错</title></head><body>
<h1>岚海省政府网站找错平台</h1>
<p>您正在反映标识码为{code}的网站存在的问题。请写明问题所在的页面和具体内容，主办单位将在三个工作日内答复。</p>
<form action="/exposure/submit" method="post"><p><label>问题页面地址 <input name="url"></label></p>
<p><label>问题描述 <textarea name="what"></textarea></label></p><p><button type="submit">提交</button></p></form>
</body></html>
"""
