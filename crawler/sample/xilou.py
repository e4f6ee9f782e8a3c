"""汐楼市, the walled one: its hosts answer with a bot wall, a cookie script or a captcha page, whoever asks."""

from __future__ import annotations

import hashlib

from crawler.sample.site import Answer, Asked, Site

WWW = "www.xiloushi.gov.cn"
HALL = "zwfw.xiloushi.gov.cn"
DATA = "data.xiloushi.gov.cn"


def xilou() -> list[Site]:
    """Three hosts: status 412 with an obfuscated script, a captcha under 200, status 521 with a cookie script."""
    portal = Site(WWW, https=True, forced=True, hsts_s=31536000, server="*********")
    portal.missing = _twelve
    hall = Site(HALL, https=True, forced=True, hsts_s=31536000)
    hall.missing = Answer(CAPTCHA.encode())
    data = Site(DATA, server="")
    data.missing = _cookie_script
    # These two hosts let robots in to their rules, as most of their kind do; the portal walls even that.
    for site in (hall, data):
        site.add("/robots.txt", "User-agent: *\nDisallow:\n")
    return [portal, hall, data]


def _twelve(asked: Asked) -> Answer:
    """Status 412: scripts that make a cookie; the visitor who bears the cookie is turned away all the same."""
    seed = hashlib.sha256(asked.path.encode()).hexdigest()
    script = _obfuscated(seed)
    # A browser that ran the script is told to wait instead of being sent round in circles.
    again = "" if "FSSBBIl1UgzbN7N80T=" in asked.cookies else "_$gT();"
    body = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="{seed[:12]}" content="{seed * 2}">'
        f'<script type="text/javascript">$_ts=window["$_ts"];if(!$_ts)$_ts={{}};$_ts.nsd={int(seed[:4], 16)};'
        f'$_ts.cd="{seed}";{script}{again}</script></head><body></body></html>'
    )
    cookie = f"FSSBBIl1UgzbN7N80S={seed[:43]}; Path=/; HttpOnly"
    return Answer(body.encode(), status=412, headers=(("Set-Cookie", cookie), ("Cache-Control", "no-store")))


def _cookie_script(asked: Asked) -> Answer:
    """Status 521: a tiny script that sets a clearance cookie and comes again; it is never enough."""
    seed = hashlib.sha256(asked.host.encode()).hexdigest()
    if "__jsl_clearance_s=" in asked.cookies:
        rest = f'<script>;go({{"bts":["1792022400.{seed[:3]}|0|","{seed[3:9]}"],'
        rest += f'"chars":"{seed[:20]}","ct":"{seed}","ha":"sha256"}})'
        return Answer((rest + "</script>").encode(), status=521)
    parts = "+".join(f"(+!![]+'')+'{part}'" for part in (seed[:6], seed[6:12], seed[12:18]))
    body = (
        f"<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_clearance_s=1792022400.{seed[:3]}|-1|')+{parts}"
        "+(';max-age=3600;path=/');location.href=location.pathname+location.search</script>"
    )
    cookie = f"__jsluid_s={seed[:32]}; max-age=31536000; path=/; HttpOnly"
    return Answer(body.encode(), status=521, headers=(("Set-Cookie", cookie),))


def _obfuscated(seed: str) -> str:
    """A script that looks as such scripts look: short names, character codes, a cookie at the end."""
    codes = ",".join(str(ord(letter) ^ 7) for letter in "FSSBBIl1UgzbN7N80T=" + seed)
    names = "".join(f"var _${seed[n]}{seed[n + 1]}{n}={int(seed[n : n + 3], 16)};" for n in range(0, 60, 3))
    return (
        f"{names}function _$gT(){{var _$s=[{codes}],_$o='';for(var _$i=0;_$i<_$s.length;_$i++)"
        "{_$o+=String.fromCharCode(_$s[_$i]^7)}document.cookie=_$o+';path=/';location.reload();}"
    )


CAPTCHA = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>安全验证</title>
<style>body{font-family:sans-serif;text-align:center;padding-top:90px;color:#333}
#track{width:300px;height:40px;margin:20px auto;
background:#e8e8e8;position:relative}#knob{position:absolute;left:0;width:40px;height:40px;background:#1677ff}</style></head>
<body><h3>访问验证</h3><p>您的访问过于频繁，请完成验证码后继续访问。</p>
<div id="track" class="captcha slider"><div id="knob"></div></div><p>请按住滑块，拖动到最右边</p>
<form action="/_verify" method="post"><input type="hidden" name="captcha_id" value="x1">
<label>验证码 <input name="captcha"></label>
<button type="submit">提交</button></form></body></html>
"""
