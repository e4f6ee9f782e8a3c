"""Kinds of page: small pages in the ways common systems build them, in three languages, all from a file or an address
that tells nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from probes.page import FetchedPage
from probes.parsed import parse

NOW = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)

ZH_TOP = (
    '<div class="header"><img alt="示例市人民政府" src="logo.png"><form action="/s"><input name="q"'
    ' placeholder="请输入'
    '关键字"></form></div><div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li>'
    '<li><a href="/bsfw/">办事服务</a></li><li><a href="/hdjl/">互动交流</a></li><li><a'
    ' href="/zjsl/">走进示例</a></li>'
    '<li><a href="/xwzx/">新闻中心</a></li></ul></div>'
)
ZH_FOOT = (
    '<div class="footer"><a href="/wzdt/">网站地图</a> <a href="/lxwm/">联系我们</a> <a href="/wzsm/">网站声明</a>'
    "<p>主办单位：示例市人民政府办公室 网站标识码：1234560001 京ICP备12345678号</p></div>"
)
EN_TOP = (
    '<header><a href="#main">Skip to main content</a><a href="/"><img alt="City of Sampleton" src="l.png"></a>'
    '<form action="/search"><input type="search" name="q" placeholder="Search"></form></header><nav><ul>'
    '<li><a href="/gov">Government</a></li><li><a href="/dep">Departments</a></li><li><a'
    ' href="/svc">Services</a></li>'
    '<li><a href="/biz">Business</a></li><li><a href="/how">How Do I</a></li></ul></nav>'
)
EN_FOOT = (
    "<footer><p>City of Sampleton, 1 Main Street, Phone 555-010-0199</p><a href='/sitemap'>Site Map</a> "
    "<a href='/privacy'>Privacy Policy</a> <a href='/contact'>Contact Us</a><p>© 2026 City of Sampleton</p></footer>"
)
IT_TOP = (
    '<header class="it-header-wrapper"><a href="/"><img alt="Comune di Esempio"></a><nav><ul>'
    '<li><a href="/amministrazione">Amministrazione</a></li><li><a href="/novita">Novità</a></li>'
    '<li><a href="/servizi">Servizi</a></li><li><a href="/vivere">Vivere il Comune</a></li></ul></nav></header>'
)
IT_FOOT = (
    '<footer class="it-footer"><h4>Contatti</h4><p>Comune di Esempio, Via Roma 1, P. IVA 00000000000</p>'
    '<a href="/privacy">Informativa privacy</a><a href="/note">Note legali</a>'
    '<a href="/acc">Dichiarazione di accessibilità</a></footer>'
)
ZH_PROSE = (
    "<p>近日，示例市组织各有关部门对老旧小区的供水管网进行了全面排查，并根据排查情况制定了分批改造的工作方案。</p>"
    "<p>据介绍，改造工程将于年底前完成，届时将有三万余户居民受益，全市供水保障能力将进一步得到提升和加强。</p>"
    "<p>下一步，有关部门将继续加强对工程质量和进度的监督，及时回应群众关切的问题，确保工程按期完成并投入使用。</p>"
)
EN_PROSE = (
    "<p>The city will replace four miles of water mains along the river this winter, the public works"
    " director said on "
    "Tuesday, and crews will begin with the oldest sections near the downtown bridge.</p><p>Residents along"
    " the route "
    "will be told a week before their water is shut off, and bottled water will be handed out at the fire station "
    "during the day. The whole project is expected to be finished before the end of spring.</p>"
)
IT_PROSE = (
    "<p>Da lunedì prossimo prenderanno il via i lavori di rifacimento della rete idrica lungo il fiume, che"
    " dureranno "
    "circa tre mesi e interesseranno le vie più antiche del centro storico della nostra città.</p><p>Durante"
    " i lavori "
    "sarà garantito il passaggio dei residenti e dei mezzi di soccorso, mentre il trasporto pubblico seguirà"
    " percorsi "
    "alternativi che saranno segnalati alle fermate e pubblicati su questo sito.</p>"
)


def rows(number: int = 12, start: int = 1) -> str:
    """Dated Chinese headlines."""
    return "".join(
        f'<li><a href="/art/{n}.html" title="示例市部署第{n}项重点工作任务">示例市部署第{n}项重点工作任务</a>'
        f"<span>2026-09-{n:02}</span></li>"
        for n in range(start, start + number)
    )


def en_rows(number: int = 8) -> str:
    """Dated English headlines."""
    return "".join(
        f'<div class="news-item"><h3><a href="/news/{n}">Crews finish repairs on bridge number {n} of the'
        f" river</a></h3>"
        f"<span>September {n}, 2026</span><p>Traffic is back to normal.</p></div>"
        for n in range(1, number + 1)
    )


def links(*words: str) -> str:
    """A list of links with these words."""
    return "<ul>" + "".join(f'<li><a href="/x/{n}">{word}</a></li>' for n, word in enumerate(words)) + "</ul>"


def zh(title: str, body: str, head: str = "") -> str:
    """A page of a Chinese portal."""
    return f"<html lang=zh><head><title>{title}</title>{head}</head><body>{ZH_TOP}{body}{ZH_FOOT}</body></html>"


def en(title: str, body: str) -> str:
    """A page of a United States city."""
    return f"<html lang=en><head><title>{title}</title></head><body>{EN_TOP}<main id=main>{body}"
    f"</main>{EN_FOOT}</body></html>"


def it(title: str, body: str) -> str:
    """A page of an Italian municipality."""
    return f"<html lang=it><head><title>{title}</title></head><body>{IT_TOP}<main>{body}</main>{IT_FOOT}"
    "</body></html>"


IT_CRUMB = '<nav aria-label="breadcrumb"><ol class="breadcrumb"><li><a href="/">Home</a></li><li>{}</li></ol></nav>'
EN_CRUMB = '<ul class="breadcrumbs"><li><a href="/">Home</a></li><li>{}</li></ul>'
ZH_CRUMB = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/a/">{}</a></div>'
FIELDS = "".join(f'<p><label>{w}</label><input name="f{n}" placeholder="{w}"></p>' for n, w in enumerate("甲乙丙丁"))
MONTH = "".join("<tr>" + "".join(f"<td>{week * 7 + d + 1}</td>" for d in range(7)) + "</tr>" for week in range(4))

PAGES: dict[str, tuple[str, str]] = {
    # ------------------------------------------------------------------------------------------ first pages
    "zh home, blocks with their own lists": (
        "home",
        zh(
            "示例市人民政府门户网站",
            "".join(
                f"<div class=box><h3>{name}</h3><a href=/m>更多&gt;&gt;</a><ul>{rows(5)}</ul></div>"
                for name in ("今日要闻", "部门动态", "通知公告", "政策解读")
            )
            + links("市长信箱", "在线访谈", "意见征集", "网上办事", "公交查询", "社保查询", "公积金", "住房保障"),
        ),
    ),
    "zh home of a bureau in tables": (
        "home",
        "<html><head><title>示例市教育局</title></head><body><table><tr><td><a href=i>网站首页</a> | <a"
        " href=j>机构概况</a>"
        " | <a href=k>政务公开</a> | <a href=l>办事指南</a> | <a href=m>局长信箱</a></td></tr><tr><td>"
        + "".join(
            f"<table><tr><td>{name}</td><td><a href=m{name}>更多</a></td></tr><tr><td><ul>{rows(6)}</ul>"
            f"</td></tr></table>"
            for name in ("教育要闻", "通知公告", "招生考试", "政策法规")
        )
        + "</td></tr><tr><td>版权所有：示例市教育局 京ICP备12345678号</td></tr></table></body></html>",
    ),
    "zh traditional home": (
        "home",
        "<html lang=zh-Hant><head><title>示例縣政府全球資訊網-首頁</title></head><body><a href=#c>跳到主要內容</a>"
        + links("網站導覽", "回首頁", "English", "縣長信箱", "常見問題", "便民服務")
        + "<h2>最新消息</h2>"
        + f"<ul>{rows(6)}</ul><a href=/m>更多</a><h2>活動訊息</h2><ul>{rows(6)}</ul><a href=/n>更多</a>"
        f"<h2>招標資訊</h2>" + f"<ul>{rows(6)}</ul><a href=/o>更多</a><p>示例縣政府版權所有</p></body></html>",
    ),
    "en home in CivicPlus manner": (
        "home",
        en(
            "Sampleton, OH | Official Website",
            links("Pay a Bill", "Report a Concern", "Agendas &amp; Minutes", "Job Openings", "Permits")
            + f"<h2>News Flash</h2>{en_rows(3)}<a href=/n>View All</a><h2>Calendar</h2><ul><li><a"
            f" href=/c1>City Council "
            "Meeting</a> Oct 20</li><li><a href=/c2>Park Board</a> Oct 22</li></ul><a href=/c>View All Events</a>"
            "<h2>Spotlight</h2><ul><li><a href=/s>Leaf collection</a></li><li><a href=/t>Water quality"
            " report</a></li></ul>",
        ),
    ),
    "en home in a municipal WordPress theme": (
        "home",
        '<html lang=en><head><title>Village of Example – A good place to live</title></head><body class="home page">'
        + EN_TOP
        + f"<h1>Welcome to the Village of Example</h1><p>We are glad you are here.</p><h2>Latest News"
        f"</h2>{en_rows(3)}" + EN_FOOT + "</body></html>",
    ),
    "en home in prose": (
        "home",
        en(
            "Town of Example, VT",
            f"<h1>Welcome to the Town of Example</h1>{EN_PROSE}<h2>Notices"
            f"</h2>{links('Dog licenses are due', 'Road crew')}"
            f"<h2>Meetings</h2>{links('Selectboard agenda', 'Planning commission')}<h2>Office hours</h2>"
            f"<p>Mon-Thu 8-4</p>",
        ),
    ),
    "it home, design model": (
        "home",
        it(
            "Comune di Esempio – Sito istituzionale",
            f"<h2>In evidenza</h2><h3><a href=/n1>Chiusura della scuola media per lavori</a></h3>{IT_PROSE}"
            "<a href=/novita>Tutte le novità</a><h2>Eventi</h2>"
            + links("Mercato contadino", "Concerto in piazza", "Festa patronale")
            + "<h2>Argomenti in evidenza</h2>"
            + links("Anagrafe", "Tributi", "Scuola", "Ambiente", "Turismo")
            + "<h2>Siti tematici</h2>"
            + links("Biblioteca", "Museo civico"),
        ),
    ),
    "it home, old": (
        "home",
        "<html><head><title>Comune di Esempio (XX) - Home page</title></head><body><table><tr><td>"
        + links("Il Comune", "Uffici", "Albo Pretorio", "Modulistica", "Contatti")
        + "</td><td><h3>Avvisi</h3>"
        + links("Avviso di convocazione del consiglio comunale per il giorno 12", "Orario estivo degli uffici comunali")
        + "<h3>News</h3>"
        + links("Raccolta differenziata: nuovo calendario per tutte le frazioni", "Bonus libri per le famiglie")
        + "</td></tr></table><p>Comune di Esempio - Codice fiscale 00000000000</p></body></html>",
    ),
    # -------------------------------------------------------------------------------------- lists and sections
    "zh list, Hanweb manner": (
        "column",
        zh(
            "通知公告-示例市人民政府",
            ZH_CRUMB.format("通知公告") + f"<ul>{rows(15)}</ul><p>首页 上一页 1 2 下一页 尾页</p>",
        ),
    ),
    "zh list, TRS manner": (
        "column",
        zh(
            "示例市人民政府_政务动态",
            ZH_CRUMB.format("政务动态") + f"<div class=list_l>{links('工作动态', '部门动态')}</div><ul>{rows(10)}</ul>",
            '<meta name="ColumnName" content="政务动态"><meta name="ColumnType" content="工作动态">',
        ),
    ),
    "zh list of disclosure, gkmlpt manner": (
        "column",
        zh(
            "示例市政府信息公开平台",
            '<div class="position">您现在的位置：首页 &gt; 政府信息公开 &gt; 法定主动公开内容</div>'
            + links("政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开")
            + "<table><tr><th>标题</th><th>发文日期</th></tr>"
            + "".join(
                f"<tr><td><a href=/post_{n}.html>示例市关于第{n}项规定的通知</a></td><td>2026-08-{n:02}</td></tr>"
                for n in range(1, 9)
            )
            + "</table>",
        ),
    ),
    "zh news front, four lists under one name": (
        "column",
        zh(
            "新闻中心-示例市人民政府",
            ZH_CRUMB.format("新闻中心")
            + "".join(
                f"<h3>{n}</h3><ul>{rows(5)}</ul><a href=/m>更多</a>"
                for n in ("本市要闻", "部门动态", "区县动态", "媒体关注")
            ),
        ),
    ),
    "zh interaction front": (
        "column",
        zh(
            "互动交流-示例市人民政府",
            ZH_CRUMB.format("互动交流")
            + "<h3>市长信箱</h3>"
            + links("我要写信", "信件查询", "信件选登")
            + f"<ul>{rows(5)}</ul><h3>意见征集</h3><ul>{rows(4)}</ul>",
        ),
    ),
    "zh list of meetings' news": (
        "column",
        zh(
            "政府常务会议-示例市人民政府",
            ZH_CRUMB.format("政府常务会议") + f"<ul>{rows(12)}</ul><p>共12条 下一页 尾页</p>",
        ),
    ),
    "en news list": ("column", en("News | City of Sampleton", EN_CRUMB.format("News") + f"<h1>News</h1>{en_rows(10)}")),
    "en department": (
        "column",
        en(
            "Public Works | City of Sampleton",
            EN_CRUMB.format("Public Works")
            + "<h1>Public Works</h1><p>The department looks after streets and sewers.</p>"
            + links("Streets", "Sewer Maintenance", "Snow Removal", "Engineering", "Fleet", "Staff", "Traffic Signals"),
        ),
    ),
    "it news list": (
        "column",
        it(
            "Novità - Comune di Esempio",
            IT_CRUMB.format("Novità")
            + "<h1>Novità</h1>"
            + "".join(
                f"<div class=card><span>{n} set 2026</span><h3><a href=/n/{n}>Lavori sulla strada"
                f" provinciale numero {n} per "
                "il Bivio</a></h3><p>Modifiche alla viabilità.</p></div>"
                for n in range(1, 9)
            ),
        ),
    ),
    "it administration front": (
        "column",
        it(
            "Amministrazione - Comune di Esempio",
            IT_CRUMB.format("Amministrazione")
            + "<h1>Amministrazione</h1><p>Gli organi del Comune.</p>"
            + links("Organi di governo", "Aree amministrative", "Uffici", "Enti e fondazioni", "Politici", "Personale"),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ articles
    "zh article": (
        "article",
        zh(
            "示例市加快老旧小区供水管网改造-示例市人民政府",
            ZH_CRUMB.format("政务动态")
            + "<h1>示例市加快老旧小区供水管网改造</h1><p>发布时间：2026-10-08 来源：示例日报 字体：[大 中 小]</p>"
            + ZH_PROSE
            + "<p>上一篇：无 下一篇：无</p>",
            '<meta name="ArticleTitle" content="示例市加快老旧小区供水管网改造">',
        ),
    ),
    "zh short article, no tags": (
        "article",
        zh(
            "关于停水的通告_示例市人民政府网",
            ZH_CRUMB.format("通知公告")
            + "<h2>关于停水的通告</h2><p>来源：市水务局 发布日期：2026-10-09</p><p>因管网检修，"
            "10月12日9时至17时城东片区停水，请提前储水。</p><p>打印本页 关闭窗口</p>",
        ),
    ),
    "zh article on a service's rules": (
        "article",
        zh(
            "关于印发人才公寓申请办法的通知-示例市人民政府",
            ZH_CRUMB.format("政府文件")
            + "<h1>关于印发人才公寓申请办法的通知</h1><p>发布时间：2026-09-08 来源：市府办</p>"
            + "<p>第一条 本办法所称申请条件，是指申请人应当满足的学历和社保要求"
            "，申请材料由市人社局负责解释并公布。</p>"
            "<p>第二条 受理条件和办理流程由市住建局另行公布，办理时限一般不超过二十个工作日"
            "，特殊情况可以延长十日。</p>" + ZH_PROSE,
        ),
    ),
    "en article with side news": (
        "article",
        en(
            "Water main work begins | City of Sampleton",
            EN_CRUMB.format("News")
            + f"<article><h1>Water main work begins along the river this winter</h1><p>Posted on October 6,"
            f" 2026</p>{EN_PROSE}"
            f"{EN_PROSE}</article><aside><h3>Recent news"
            f"</h3>{links('Leaf pickup starts', 'New library hours')}</aside>",
        ),
    ),
    "it article": (
        "article",
        it(
            "Lavori sulla rete idrica - Comune di Esempio",
            IT_CRUMB.format("Novità / Lavori sulla rete idrica")
            + f"<h1>Lavori sulla rete idrica</h1><p>Data: 5 ottobre 2026</p><p>Tempo di lettura: 2 min"
            f"</p>{IT_PROSE}{IT_PROSE}"
            "<p>Ultimo aggiornamento: 6 ottobre 2026, 10:00</p>",
        ),
    ),
    # ------------------------------------------------------------------------------------------------ services
    "zh service hall": (
        "service",
        zh(
            "示例市政务服务网",
            links("个人办事", "法人办事", "部门办事", "一件事", "跨省通办", "办件查询", "我要预约", "好差评")
            + "<h3>个人办事</h3>"
            + links("生育收养", "户籍办理", "入学", "社会保障", "就业创业", "住房保障", "医疗卫生", "交通出行")
            + "<h3>法人办事</h3>"
            + links("设立变更", "准营准办", "年检年审", "税收财务"),
        ),
    ),
    "zh hall as a section of the portal": (
        "service",
        zh(
            "办事服务-示例市人民政府",
            ZH_CRUMB.format("办事服务")
            + "<h3>个人办事</h3>"
            + links("生育收养", "户籍办理", "入学", "社会保障", "就业创业", "住房保障", "预约挂号", "交通出行")
            + "<h3>企业办事</h3>"
            + links("设立变更", "在线办理", "办事指南", "表格下载"),
        ),
    ),
    "zh list of items": (
        "service",
        zh(
            "行政许可事项-示例市政务服务网",
            "<table>"
            + "".join(
                f"<tr><td>第{n}类经营许可证核发</td><td><a href=/g{n}>办事指南</a></td><td><a"
                f" href=/b{n}>在线办理</a></td></tr>"
                for n in range(1, 9)
            )
            + "</table><p>共8条 上一页 下一页</p>",
        ),
    ),
    "zh guide": (
        "service",
        zh(
            "食品经营许可-示例市人民政府",
            ZH_CRUMB.format("办事服务")
            + "<h2>食品经营许可</h2><table><tr><th>事项类型</th><td>行政许可</td></tr><tr><th>实施主体</th>"
            "<td>市场监管局</td></tr>"
            "<tr><th>受理条件</th><td>有固定场所</td></tr><tr><th>申请材料</th><td>申请书</td></tr><tr>"
            "<th>办理流程</th><td>"
            "受理、审查、发证</td></tr><tr><th>法定时限</th><td>20日</td></tr><tr><th>收费标准</th>"
            "<td>不收费</td></tr></table>"
            "<a href=/b>在线办理</a>",
        ),
    ),
    "zh traditional guide": (
        "service",
        "<html lang=zh-Hant><head><title>示例縣政府-申辦服務-老人乘車卡</title></head><body>"
        + links("首頁", "申辦服務", "網站導覽", "聯絡我們")
        + "<p>目前位置：首頁 &gt; 申辦服務 &gt; 老人乘車卡</p><h2>老人乘車卡</h2><h3>申請條件</h3>"
        "<p>年滿六十五歲</p><h3>應備證件</h3>"
        "<p>身分證</p><h3>申辦方式</h3><p>臨櫃或線上</p><h3>處理時限</h3><p>七日</p><a href=/a>線上申辦</a>"
        "</body></html>",
    ),
    "en service with steps": (
        "service",
        en(
            "Apply for a Building Permit | City of Sampleton",
            EN_CRUMB.format("Permits")
            + "<h1>Apply for a Building Permit</h1><p>You need a permit to build.</p><h2>Eligibility</h2>"
            "<p>Owners.</p>"
            "<h2>Required documents</h2><p>Two drawings.</p><h2>Fees and charges</h2><p>$50</p><h2>How to apply</h2>"
            "<p>Fill in the form.</p><a href=/go>Apply Now</a>",
        ),
    ),
    "en online services hall": (
        "service",
        en(
            "Online Services | City of Sampleton",
            EN_CRUMB.format("Online Services")
            + "<h1>Online Services</h1>"
            + links("Pay Water Bill", "Pay a Parking Ticket", "Apply for a Permit", "Business License", "Pet License")
            + links("Report a Pothole", "Reserve a Park Shelter", "Register for a Class"),
        ),
    ),
    "it services front": (
        "service",
        it(
            "Servizi - Comune di Esempio",
            IT_CRUMB.format("Servizi")
            + "<h1>Servizi</h1><p>Tutti i servizi comunali.</p><h2>Esplora tutti i servizi</h2>"
            + links(
                "Richiedere la carta d'identità", "Iscrizione all'asilo nido", "Pagare la TARI", "Permessi di sosta"
            )
            + "<h2>Esplora per categoria</h2>"
            + links("Educazione e formazione", "Salute", "Mobilità e trasporti", "Vita lavorativa"),
        ),
    ),
    "it service": (
        "service",
        it(
            "Iscrizione alla mensa - Comune di Esempio",
            IT_CRUMB.format("Servizi")
            + "<h1>Iscrizione alla mensa</h1><h2>A chi è rivolto</h2><p>Alle famiglie.</p><h2>Come fare</h2>"
            "<p>Online.</p>"
            "<h2>Cosa serve</h2><p>SPID.</p><h2>Cosa si ottiene</h2><p>Il posto.</p><h2>Tempi e scadenze"
            "</h2><p>30 giorni</p>"
            "<h2>Accedi al servizio</h2><a href=/o>Richiedi online</a>",
        ),
    ),
    # --------------------------------------------------------------------------------------------------- forms
    "zh letter form": (
        "form",
        zh(
            "我要写信-示例市人民政府",
            ZH_CRUMB.format("市长信箱")
            + f"<h2>我要写信</h2><form method=post>{FIELDS}<textarea name=c placeholder=信件内容>"
            "</textarea><input name=yzm placeholder=验证码><input type=submit value=提交></form>",
        ),
    ),
    "zh login": (
        "form",
        "<html><head><title>用户登录</title></head><body><h2>用户登录</h2><form method=post><input name=u"
        " placeholder=用户名>"
        "<input type=password name=p placeholder=密码><input name=yzm placeholder=验证码><button>登录"
        "</button></form><p>"
        "<a href=/r>立即注册</a> <a href=/f>忘记密码</a></p></body></html>",
    ),
    "en contact form": (
        "form",
        en(
            "Report a Concern | City of Sampleton",
            "<h1>Report a Concern</h1><form method=post><label>Your name</label><input name=n><label>Email"
            "</label><input "
            "name=e><label>Street</label><input name=s><label>Message</label><textarea name=m></textarea>"
            "<input type=submit value=Submit></form>",
        ),
    ),
    "it report form": (
        "form",
        it(
            "Segnalazione disservizio - Comune di Esempio",
            IT_CRUMB.format("Segnalazione disservizio")
            + "<h1>Segnalazione disservizio</h1><form method=post><label>Nome</label><input name=n>"
            "<label>Email</label>"
            "<input name=e><label>Indirizzo</label><input name=i><label>Dettagli</label><textarea name=t></textarea>"
            "<button>Invia</button></form>",
        ),
    ),
    # -------------------------------------------------------------------------------------------------- search
    "zh results": (
        "search",
        zh(
            "搜索结果-示例市人民政府",
            f"<h2>搜索结果</h2><p>为您找到相关结果 128 条</p><ul>{rows(10)}</ul><p>下一页</p>",
        ),
    ),
    "en no results": (
        "search",
        en("Search | City of Sampleton", "<h1>Search results</h1><p>No results found for your search for “zoo”.</p>"),
    ),
    "it results": (
        "search",
        it(
            "Risultati della ricerca - Comune di Esempio",
            "<h1>Risultati della ricerca</h1><p>12 risultati trovati</p>"
            + links("Carta d'identità", "Anagrafe", "Mensa"),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ meetings
    "en agendas in Granicus manner": (
        "meeting",
        en(
            "Agendas &amp; Minutes | City of Sampleton",
            "<h1>City Council</h1><table>"
            + "".join(
                f"<tr><td>Regular Meeting</td><td>September {n}, 2026</td><td><a href=/a{n}.pdf>Agenda</a></td>"
                f"<td><a href=/m{n}.pdf>Minutes</a></td><td><a href=/v{n}>Video</a></td></tr>"
                for n in range(1, 10)
            )
            + "</table>",
        ),
    ),
    "en one meeting": (
        "meeting",
        en(
            "Planning Commission Meeting - October 20, 2026 | City of Sampleton",
            "<h1>Planning Commission Meeting</h1><p>October 20, 2026 7:00 PM</p><h2>Agenda</h2><ol><li>Call"
            " to order</li>"
            "<li>Approval of minutes</li><li>Public hearing</li><li>Adjournment</li></ol>",
        ),
    ),
    "en calendar of a month": (
        "meeting",
        en(
            "October 2026 | City of Sampleton",
            "<table><tr><th>Sun</th><th>Mon</th><th>Tue</th><th>Wed</th><th>Thu</th><th>Fri</th><th>Sat</th></tr>"
            f"{MONTH}</table>",
        ),
    ),
    "it sessions of the council": (
        "meeting",
        it(
            "Sedute del consiglio - Comune di Esempio",
            "<h1>Sedute del consiglio comunale</h1>"
            + "".join(
                f"<p>{n} settembre 2026 <a href=/c{n}>Convocazione</a> <a href=/o{n}>Ordine del giorno</a> "
                f"<a href=/v{n}>"
                "Verbale</a></p>"
                for n in range(1, 7)
            ),
        ),
    ),
    "zh minutes": (
        "meeting",
        zh(
            "第十二次会议纪要-示例市人民政府",
            ZH_CRUMB.format("会议纪要")
            + "<h2>第十二次会议纪要</h2><p>时间：2026年9月1日</p><p>出席：张某、李某</p><p>议题：一、预算</p>",
        ),
    ),
    # ----------------------------------------------------------------------------------- blank, broken, others
    "zh empty list": ("blank", zh("意见征集-示例市人民政府", ZH_CRUMB.format("意见征集") + "<p>暂无数据</p>")),
    "en empty list": ("blank", en("Bids | City of Sampleton", "<h1>Bids</h1><p>There are no items to display.</p>")),
    "it empty list": (
        "blank",
        it("Bandi - Comune di Esempio", IT_CRUMB.format("Bandi") + "<h1>Bandi</h1><p>Nessun contenuto presente.</p>"),
    ),
    "zh soft error": ("error", zh("示例市人民政府", "<p>抱歉，您访问的页面不存在或已删除！5秒后返回首页</p>")),
    "en soft error": ("error", en("Page not found | City of Sampleton", "<h1>Page not found</h1><p>Sorry.</p>")),
    "it soft error": (
        "error",
        it("Errore 404 - Comune di Esempio", "<h1>Pagina non trovata</h1><p>Torna alla home.</p>"),
    ),
    "zh contact page": (
        "other",
        zh(
            "联系我们-示例市人民政府",
            ZH_CRUMB.format("联系我们") + "<p>地址：示例市一路1号</p><p>电话：010-12345678</p>",
        ),
    ),
    "en privacy page": (
        "other",
        en("Privacy Policy | City of Sampleton", f"<h1>Privacy Policy</h1>{EN_PROSE}"),
    ),
    "it site map": (
        "other",
        it("Mappa del sito - Comune di Esempio", "<h1>Mappa del sito</h1>" + links(*(f"Voce {n}" for n in range(20)))),
    ),
    "zh article whose headline speaks of a missing page": (
        "article",
        zh(
            "记者调查：办事页面找不到页面怎么办-示例市人民政府",
            "<h1>记者调查：办事页面找不到页面怎么办</h1><p>发布时间：2026-10-01 来源：示例日报</p>" + ZH_PROSE * 8,
        ),
    ),
    "en article on a robot check": (
        "article",
        en(
            "Library tests robots | City of Sampleton",
            f"<h1>Are you a robot? The library has one that reads to children</h1><p>Posted on October 1,"
            f" 2026</p>{EN_PROSE * 3}",
        ),
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_of_the_kind_a_reader_would_name(name: str) -> None:
    """The kind follows from what the page shows, whatever its file is called."""
    kind, body = PAGES[name]
    for url in ("file:///saved/page-17.html", "https://www.example.org/a/b/17.html"):
        seen = parse(FetchedPage(url, 200, (), body.encode(), NOW)).seen
        if kind == "home" and url.startswith("http"):
            continue  # the address says otherwise
        assert seen.kind == kind, f"{seen.kind}: {seen.kind_why}"
