"""Errors, walls, maintenance pages and stand-ins in the shapes that servers and their guards print, and look-alikes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from probes.page import FetchedPage
from probes.parsed import parse

MENU = "".join(f'<a href="/{n}">{name}</a>' for n, name in enumerate(("Home", "News", "Council", "Pay online")))
FOOT = "<footer><a href='/contact'>Contact us</a><a href='/privacy'>Privacy</a><p>© Borough of Example</p></footer>"


def kind_of(title: str, body: str) -> str:
    """The kind of a page that came under status 200."""
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()
    page = FetchedPage("file:///page.html", 200, (), html, datetime(2026, 5, 1, tzinfo=UTC))
    return parse(page).seen.kind


ERRORS = {
    "nginx 404": ("404 Not Found", "<center><h1>404 Not Found</h1></center><hr><center>nginx/1.18.0</center>"),
    "nginx 504": ("504 Gateway Time-out", "<center><h1>504 Gateway Time-out</h1></center><hr><center>nginx</center>"),
    "Apache": ("404 Not Found", "<h1>Not Found</h1><p>The requested URL /a was not found on this server.</p>"),
    "IIS": ("404 - 找不到文件或目录。", "<h1>服务器错误</h1><h2>404 - 找不到文件或目录。</h2>"),
    "ASP.NET": ("运行时错误", "<h1>“/”应用程序中的服务器错误。</h1><h2><i>运行时错误</i></h2>"),
    "Tomcat": ("HTTP Status 404 – Not Found", "<h1>HTTP Status 404 – Not Found</h1><p>Type Status Report</p>"),
    "Tomcat 500": ("HTTP状态 500 - 内部服务器错误", "<h1>HTTP状态 500 - 内部服务器错误</h1><p>类型 异常报告</p>"),
    "gateway of a guard": (
        "www.example.gov | 522: Connection timed out",
        "<h1>Connection timed out <span>Error code 522</span></h1><p>Host Error</p>",
    ),
    "host without site": ("没有找到站点", "<h1>没有找到站点</h1><p>您的请求在Web服务器中没有找到对应的站点！</p>"),
    "soft 404": ("Borough of Example", MENU + "<h1>We're sorry, there is not a page matching your entry.</h1>" + FOOT),
    "soft 404 zh": ("示例市人民政府", "<p>很抱歉，您访问的页面不存在或已删除</p>"),
    "soft 404 zh-Hant": ("示例市政府", "<h2>找不到網頁</h2><p>您所查詢的網頁可能已經移除。</p>"),
    "soft 404 it": ("Errore", "<h1>Ops! La pagina non esiste</h1><p>È stata spostata o rimossa.</p>"),
    "maintenance": ("Scheduled maintenance", "<h1>We'll be back soon</h1><p>Our website is down for maintenance.</p>"),
    "maintenance it": ("Comune di Esempio", "<p>Il sito è momentaneamente non raggiungibile per manutenzione.</p>"),
    "maintenance zh-Hant": ("系統維護公告", "<p>本網站進行系統維護，暫停服務，造成不便敬請見諒。</p>"),
    "closed for want of a number": ("网站暂时无法访问", "<h1>该网站未根据工信部有关法律获取ICP备案</h1>"),
}
WALLS = {
    "forbidden": ("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>"),
    "edge": ("Access Denied", "<h1>Access Denied</h1>You don't have permission to access this server."),
    "guard's block": (
        "Access denied",
        "<h1>Error 1020</h1><h2>Access denied</h2><p>This website is using a security "
        "service to protect itself from online attacks.</p>",
    ),
    "firewall zh": ("网站防火墙", "<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>"),
    "cloud guard zh": ("安全拦截", "<h1>当前网址访问行为被判定为恶意访问</h1>"),
    "refused zh-Hant": ("請求被拒絕", "您所請求的網址已被拒絕，請洽詢系統管理員。您的支援代碼為：1234567890"),
    "abroad": ("访问提示", "<h1>抱歉，您所在的地区无法访问本站</h1>"),
    "puzzle zh": ("安全验证", "<h3>您的访问过于频繁，请输入验证码后继续访问</h3><form><input name='code'></form>"),
    "puzzle zh-Hant": ("驗證", "<p>系統偵測到異常流量，請勾選「我不是機器人」以繼續瀏覽。</p>"),
    "puzzle it": ("Un momento…", "<p>Verifica che tu sia un essere umano completando l'azione.</p><script>1</script>"),
}
STAND_INS = {
    "first page of a server": (
        "Welcome to nginx!",
        "<h1>Welcome to nginx!</h1><p>If you see this page, the web server is installed and working.</p>",
    ),
    "name for sale": ("example.gov is for sale", "<h1>example.gov</h1><p>This domain is for sale!</p>"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_is_known_under_a_good_status(name: str) -> None:
    """By its status line, its title, its heading or what it says, in each language."""
    assert kind_of(*ERRORS[name]) == "error"


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_known_by_its_words(name: str) -> None:
    """Refusals and puzzles are walls, also where no maker's mark is on them."""
    assert kind_of(*WALLS[name]) == "wall"


@pytest.mark.parametrize("name", STAND_INS)
def test_what_stands_in_for_a_site_is_no_home_page(name: str) -> None:
    """A server that only greets and a name that is sold say nothing about a city."""
    assert kind_of(*STAND_INS[name]) == "other"


def test_a_house_number_is_no_status() -> None:
    """A page about a building at number 500 is no error page."""
    body = "<h1>500 Main Street</h1><p>The former post office is being restored and will open as a library branch.</p>"
    assert kind_of("500 Main Street | Borough of Example", MENU + body + FOOT) != "error"


def test_a_form_that_is_closed_for_a_while_is_still_a_form() -> None:
    """A notice of maintenance above a letter form does not make it an error page."""
    fields = "".join(f"<p>{name}<input name='{name}'></p>" for name in ("标题", "姓名", "电话"))
    body = (
        f"<h3>市长信箱</h3><p>系统升级维护，暂停受理来信。</p><form method='post'>{fields}<textarea></textarea></form>"
    )
    assert kind_of("市长信箱-示例市人民政府", body) == "form"
