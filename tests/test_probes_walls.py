"""Walls, broken pages, blank lists and empty shells in three languages, and ordinary pages that only look like them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from probes.document import DocumentSeen
from probes.page import FetchedPage
from probes.parsed import parse

NOW = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)
GO = "<script>go()</script>"
ZH_TEXT = (
    "<p>近日，示例市组织各有关部门对老旧小区的供水管网进行了全面排查，并根据排查情况制定了分批改造的工作方案。</p>"
)
EN_TEXT = (
    "<p>The city will replace four miles of water mains along the river this winter, the director said on Tuesday.</p>"
)
MENU = "".join(f'<a href="/{n}">栏目{n}</a> ' for n in range(8))
EN_MENU = "".join(f'<a href="/{n}">Topic {n}</a> ' for n in range(8))


def seen(body: str, status: int = 200) -> DocumentSeen:
    """The page as it is read."""
    return parse(FetchedPage("https://www.example.org/a/17", status, (), body.encode(), NOW)).seen


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<title>安全验证</title><p>请拖动滑块完成验证后继续访问</p>", 200),
        ("<h3>系统检测到您的访问行为异常，请输入图片中的字符</h3><input name=c><button>提交</button>", 200),
        ("<title>访问被拦截</title><p>您的请求疑似攻击行为，已被网站防火墙拦截。</p>", 200),
        ("<p>您的访问被阻断，事件编号 123</p>", 405),
        ("<title>浏览器安全验证</title><p>正在检测浏览器环境，请稍候…</p>" + GO, 200),
        ("<p>存取被拒，請洽管理員</p>", 403),
        ("<title>人機驗證</title><p>請證明您不是機器人</p>" + GO, 200),
        ("<title>Robot check</title><p>Please verify that you are not a robot.</p>", 200),
        ("<h1>403 Forbidden</h1><p>nginx</p>", 403),
        ("<h1>Access to this page has been denied</h1><p>Press &amp; hold to confirm you are human.</p>", 200),
        ("<title>One moment, please...</title><p>Please wait while your request is being verified...</p>" + GO, 200),
        ("<h1>Sorry, you have been blocked</h1><p>You are unable to access this site.</p>", 403),
        ("<title>Attention Required!</title><p>Complete the security check to access the site</p>", 429),
        ("<h1>Accesso negato</h1><p>Non sei autorizzato a visualizzare questa pagina.</p>", 403),
        ("<title>Verifica</title><p>Conferma di non essere un robot per continuare.</p>", 200),
        ("<p>Attendere prego, stiamo verificando il browser</p>" + GO, 503),
    ],
)
def test_walls_are_known_in_their_wordings(body: str, status: int) -> None:
    """A page that keeps the reader out is a wall, under an error status or none."""
    assert seen(body, status).kind == "wall", seen(body, status).kind_why


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            "<title>用户登录</title><form method=post><input name=u placeholder=用户名><input type=password"
            " name=p placeholder=密码>"
            "<input name=y placeholder=请输入图片中的验证码><button>登录</button></form>",
            "form",
        ),
        (
            f"<title>网信办提醒防范滑动验证骗局</title>{MENU}<h1>网信办提醒防范滑动验证骗局</h1>"
            f"<p>来源：示例日报 2026-10-01</p>{ZH_TEXT * 6}",
            "article",
        ),
        (
            f"<title>Access denied to hikers after storm</title>{EN_MENU}<h1>Access denied to hikers after storm</h1>"
            f"<p>Posted on October 1, 2026</p>{EN_TEXT * 6}",
            "article",
        ),
        (
            f"<title>Missing dog could not be found, owner says</title>{EN_MENU}<h1>Missing dog could not be"
            f" found, owner says"
            f"</h1><p>Posted on October 1, 2026</p>{EN_TEXT * 10}",
            "article",
        ),
        (
            f"<html lang=it><title>Contatti</title>{EN_MENU}<h1>Contatti</h1><p>Via Roma 502, tel. 055 123456</p>",
            "other",
        ),
        (
            f"<title>某办事项目</title>{MENU}<p>当前位置：首页 &gt; 重点项目</p><h1>城东大桥项目正在建设中"
            f"，预计明年六月底前全线建成通车"
            f"</h1><p>发布时间：2026-10-01 来源：交通局</p>{ZH_TEXT}",
            "article",
        ),
    ],
)
def test_ordinary_pages_are_no_walls_or_errors(body: str, kind: str) -> None:
    """A code in a login box, and words of denial or loss in a headline, do not make a wall or an error."""
    assert seen(body).kind == kind, (seen(body).kind, seen(body).kind_why)


@pytest.mark.parametrize(
    "body",
    [
        "<title>提示信息</title><p>您要查看的信息不存在或者还未通过审批！</p>",
        "<p>很抱歉，您访问的页面走丢了</p><a href=/>返回首页</a>",
        "<title>404</title><h2>找不到網頁</h2><p>查無此頁</p>",
        "<h1>Oops!</h1><p>We can't find the page you are looking for.</p>",
        "<title>Error 404</title><h1>This page doesn't exist</h1>",
        "<h1>La pagina non è stata trovata</h1><p>Torna alla pagina iniziale</p>",
        "<title>Sito in manutenzione</title><p>Il sito è temporaneamente non disponibile</p>",
        "<p>服务器遇到错误，请稍后再试</p>",
        "<title>网站升级维护公告</title><p>网站升级，暂停服务</p>",
        "<h1>Service temporarily unavailable</h1><p>Please try again later.</p>",
    ],
)
def test_broken_pages_under_status_200(body: str) -> None:
    """A page that only says that there is none is an error."""
    assert seen(body).kind == "error", (seen(body).kind, seen(body).kind_why)


ROOT = '<html><head><title>示例</title></head><body>{}<script src="/js/app.4f2a.js"></script></body></html>'


@pytest.mark.parametrize(
    ("body", "shell"),
    [
        (ROOT.format('<div id="app"></div>'), True),
        (ROOT.format('<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>'), True),
        (ROOT.format("<app-root></app-root>"), True),
        (ROOT.format("<div class=box>加载中...</div>"), True),
        (ROOT.format(""), True),
        ("<html><body><script>document.write(load('/data.json'))</script></body></html>", True),
        ("<html><head><script src=jquery.js></script></head><body><p>栏目内容整理中</p></body></html>", False),
        ("<html><body><p>示例单位</p><script src='https://hm.baidu.com/hm.js?1'></script></body></html>", False),
        (
            ROOT.format(
                "<form method=post><input name=a placeholder=姓名><input name=b><textarea name=c></textarea></form>"
            ),
            False,
        ),
        (ROOT.format("<iframe src=/list.html></iframe>"), False),
        (
            "<html><head><script>var a=1</script></head><frameset cols='1,2'><frame src=a.htm><frame src=b.htm>"
            "</frameset></html>",
            False,
        ),
        (ROOT.format(f'<div id="app"></div>{MENU}'), False),
        ("<html><body><p>This page is intentionally blank.</p></body></html>", False),
    ],
)
def test_a_shell_is_what_a_browser_would_fill(body: str, shell: bool) -> None:
    """Hardly any text and scripts that could bring it make a shell; forms, frames and small plain pages do not."""
    assert seen(body).empty_shell is shell
