"""The words of entries in simplified and traditional Chinese, English and Italian, and words that mislead."""

from __future__ import annotations

import pytest

from probes.lexicon import lexicon_for

NAMES: dict[str, dict[str, str]] = {
    "zh": {
        "disclosure.entry": "政府信息公开|政务公开|信息公开|法定主动公开内容|政府資訊公開|資訊公開專區"
        "|主動公開資訊|公開資料",
        "disclosure.guide": "政府信息公开指南|信息公开指南|公开指南",
        "disclosure.on_request": "依申请公开|我要申请公开|申请公开政府信息|申請政府資訊",
        "disclosure.annual_report": "政府信息公开年报|信息公开工作年度报告|公开年报|政府信息公开年度报告",
        "disclosure.site_report": "政府网站工作年度报表|网站年度报表|网站工作年报",
        "disclosure.policy": "政策文件|规范性文件|政策法规|政府公报|政策解读|行政规范性文件|市政府令"
        "|法規查詢|自治條例|惠企政策库|政策直达|政策文件库",
        "disclosure.budget": "财政预决算|预决算公开|财政资金|部门预算|三公经费公开|預算書|決算報告|财政收支"
        "|会计报告|預算及決算",
        "disclosure.procurement": "政府采购|招标公告|公共资源交易|中标公告|採購資訊|招標公告|決標公告"
        "|招标采购|采购意向公开|招標資訊",
        "disclosure.leaders": "领导之窗|市政府领导|领导班子|市长之窗|领导简介|市長介紹|首長簡介|局長簡介"
        "|市政團隊|领导分工|领导信息",
        "disclosure.plans": "规划计划|十四五规划|国土空间规划|专项规划|施政計畫|都市計畫|中長程計畫"
        "|城市总体规划|国民经济和社会发展规划",
        "disclosure.statistics": "统计信息|统计公报|数据发布|统计年鉴|統計資料|統計專區|主計統計|统计数据|经济运行数据",
        "disclosure.meetings": "市政府常务会议|会议公开|会议纪要|政府全体会议|市政會議|會議紀錄|議事錄",
        "disclosure.news": "通知公告|政务要闻|新闻发布会|市政新聞|最新消息|公告公示|工作动态|新聞稿|即時新聞"
        "|時政要聞|本地要聞|热点要闻",
        "service.entry": "政务服务|办事大厅|一网通办|网上办事|個人服務|線上申辦|便民服務|高效办成一件事"
        "|個人申辦|申辦服務|办事服务|服务事项",
        "service.login": "登录|用户登录|个人中心|會員登入|统一身份认证登录|登录/注册|市民登入",
        "service.payment": "在线缴费|生活缴费|線上繳費|缴费大厅|網路繳費|缴费",
        "service.appointment": "预约办事|在线预约|預約掛號|網路預約|預約服務|预约取号",
        "service.forms": "表格下载|下载中心|表單下載|書表下載|申请表下载|申請書表|下載專區",
        "feedback.entry": "市长信箱|互动交流|我要写信|投诉举报|咨询投诉|首長信箱|市民陳情|意見信箱|領導信箱"
        "|政民互动|縣長信箱|在线咨询|我要诉求|人民建议征集",
        "feedback.hotline": "12345政务服务便民热线|12345热线|1999市民專線|1999熱線|12345",
        "feedback.consultation": "意见征集|民意征集|网上调查|问卷调查|線上投票|民意調查|立法意见征集|征集调查|公眾諮詢",
        "feedback.interview": "在线访谈|访谈直播|嘉宾访谈|线上访谈",
        "feedback.faq": "常见问题|常見問題|常見問答|知识库|问答知识库|热点问题|常見問答集",
        "opendata.entry": "数据开放|公共数据开放平台|資料開放|政府資料開放平臺|开放数据|開放資料",
        "mark.contact": "联系我们|聯絡我們|联系方式|联络我们|聯絡資訊",
        "mark.sitemap": "网站地图|網站導覽|站点地图|網站地圖|网站导航",
        "mark.privacy": "网站声明|隐私政策|隱私權政策|法律声明|資訊安全政策|隐私保护|網站安全政策"
        "|隱私權及資訊安全宣告|版权声明",
        "access.toolbar": "无障碍浏览|无障碍|进入无障碍阅读|无障碍辅助浏览",
        "access.elder": "长者助手|长辈版|关怀版|适老化|關懷版|长者浏览模式|老年人服务专区适老版",
        "access.skip_link": "跳到主要內容區塊|跳至主要内容|跳到主要內容|移至主內容",
        "language.switch": "繁體|繁体版|English|简体|繁體中文|ENGLISH|日本語",
        "mobile.app": "手机版|移动客户端|微信小程序|APP下载|行動版|政务APP|市民APP|随申办小程序",
        "social.media": "政务微博|官方微信|微信公众号|新媒体矩阵|臉書粉絲專頁|抖音|政务新媒体|視頻號|LINE官方帳號",
        "field.transport": "交通出行|公交查询|公車動態|停車資訊|公交线路查询|交通資訊",
        "field.health": "医疗卫生|预约挂号|疫苗接种|醫療保健|看病就医|医疗健康|健康醫療",
        "field.education": "教育|入学报名|教育入学|教育學習|招生考试|义务教育|幼兒教育",
        "field.social_security": "社会保障|社保查询|養老服務|社會福利|医保服务|社會救助|养老保险|長照服務",
        "field.employment": "就业创业|人才招聘|就業服務|求職徵才|求职招聘|勞工就業",
        "field.housing": "住房保障|公积金|社會住宅|公租房|不动产登记|租金補貼|住房公积金查询",
        "mark.find_error": "我为政府网站找错|政府网站找错",
    },
    "en": {
        "disclosure.entry": "FOIA|Public Records|Open Records Requests|Transparency|Open Government|Right to"
        " Know (RTK)|Freedom of Information|Transparency Portal",
        "disclosure.on_request": "Submit a FOIA Request|Public Records Request|Request Public Records"
        "|Records Request Form|Open Records Request",
        "disclosure.policy": "City Code|Ordinances|Municipal Code|Code of Ordinances|City Charter|Ordinances"
        " & Resolutions|Rules and Regulations|Policies",
        "disclosure.budget": "Budget|Annual Budget|Financial Reports|City Budget|ACFR|Budgets & Audits"
        "|Adopted Budget|Annual Comprehensive Financial Report",
        "disclosure.procurement": "Bids & RFPs|Procurement|Purchasing|Bid Opportunities|Current Bids|Bid"
        " Postings|Requests for Proposals|Tenders",
        "disclosure.leaders": "Mayor|City Council|Elected Officials|Board of Commissioners|Mayor & Council"
        "|City Manager|Council Members|Town Board|Mayor's Office|Selectboard|Councillors",
        "disclosure.plans": "Comprehensive Plan|Master Plan|Strategic Plan|Capital Improvement Plan|General"
        " Plan|2040 Plan|Plans & Studies",
        "disclosure.statistics": "Statistics|Demographics|Dashboards|Crime Statistics|Facts & Figures"
        "|Performance Dashboard|Population and Census",
        "disclosure.meetings": "Agendas & Minutes|Meetings|Council Meetings|Public Meetings|Meeting Calendar"
        "|Board Meetings|Agenda Center|Watch Meetings",
        "disclosure.news": "News|Press Releases|News & Announcements|Newsroom|Latest News|City News|Public"
        " Notices|News Flash|News and Events|Notices",
        "service.entry": "Online Services|Services|I Want To...|Permits|Apply for a Permit|Licenses &"
        " Permits|How Do I...|City Services|Request a Service|Resident Services|eServices",
        "service.login": "Login|Sign In|My Account|Log In|Create an Account|Employee Login",
        "service.payment": "Pay Online|Pay a Bill|Make a Payment|Pay My Bill|Online Payments|Bill Pay|Pay"
        " Utility Bill|Pay Water Bill|Pay Taxes|Utility Bill Pay",
        "service.appointment": "Make an Appointment|Book an Appointment|Schedule an Appointment|Facility"
        " Reservations|Reserve a Pavilion|Schedule an Inspection",
        "service.forms": "Forms|Forms & Documents|Permit Forms|Applications & Forms|Document Center|Download"
        " Forms|Forms and Applications",
        "feedback.entry": "Report a Concern|Contact Form|Report an Issue|Submit a Complaint|Feedback|Report"
        " a Problem|Ask a Question|Contact Your Councilmember|Citizen Request|Report a Pothole|Email Us",
        "feedback.hotline": "311|Call 311|Hotline|Non-Emergency Hotline|3-1-1",
        "feedback.consultation": "Public Comment|Surveys|Community Survey|Public Consultation|Have Your Say"
        "|Public Input",
        "feedback.faq": "FAQ|FAQs|Frequently Asked Questions|Help Center",
        "opendata.entry": "Open Data|Open Data Portal|Data Portal|Open GIS Data",
        "mark.contact": "Contact Us|Contact|Staff Directory|Get in Touch",
        "mark.sitemap": "Site Map|Sitemap",
        "mark.privacy": "Privacy Policy|Privacy|Terms of Use|Disclaimer|Legal Notices|Copyright Notices"
        "|Website Policies",
        "access.statement": "Accessibility|Accessibility Statement|ADA Compliance|Website Accessibility",
        "access.skip_link": "Skip to Main Content|Skip to content|Skip navigation",
        "language.switch": "Español|Translate|Select Language|Language|中文|Translate this page",
        "mobile.app": "Mobile App|Download the App|City App|Get the app",
        "social.media": "Facebook|Follow Us|Twitter|Instagram|YouTube|Social Media",
        "feed.rss": "RSS|RSS Feeds",
        "field.transport": "Transportation|Parking|Public Transit|Bus Schedules|Streets & Roads|Transit"
        "|Roads & Transport",
        "field.health": "Health|Public Health|Health Department|Mental Health|Health Services|Vaccinations",
        "field.education": "Education|Schools|Early Childhood Education|Libraries & Education|Find a School",
        "field.social_security": "Social Services|Human Services|Senior Services|Food Assistance",
        "field.employment": "Workforce Development|Job Training|Find a Job|Employment Services|Job Seekers",
        "field.housing": "Housing|Affordable Housing|Housing Assistance|Rental Assistance|Homelessness",
    },
    "it": {
        "disclosure.entry": "Amministrazione trasparente|Trasparenza|Albo pretorio|Accesso agli atti|Albo"
        " pretorio online",
        "disclosure.on_request": "Accesso agli atti|Accesso civico|Richiesta di accesso agli atti|Accesso"
        " civico generalizzato",
        "disclosure.policy": "Regolamenti|Statuto|Ordinanze|Statuto e regolamenti|Delibere e determine"
        "|Normativa|Atti e normative",
        "disclosure.budget": "Bilanci|Bilancio|Bilancio comunale|Bilanci e rendiconti|Bilancio di previsione",
        "disclosure.procurement": "Bandi di gara|Appalti|Gare e appalti|Bandi di gara e contratti|Bandi e gare",
        "disclosure.leaders": "Sindaco|Giunta comunale|Consiglio comunale|Organi di governo|Sindaco e Giunta"
        "|Politici|Il Sindaco",
        "disclosure.plans": "Piano regolatore|PGT|Piano di governo del territorio|Piani e programmi|PUG"
        "|Piano urbanistico generale",
        "disclosure.statistics": "Statistiche|Dati statistici|Statistica",
        "disclosure.meetings": "Convocazioni|Sedute del consiglio|Sedute consiliari|Convocazioni del"
        " consiglio|Ordine del giorno",
        "disclosure.news": "Novità|Notizie|Avvisi|Comunicati stampa|News|Tutte le novità|Comunicati",
        "service.entry": "Servizi|Servizi online|Tutti i servizi|Sportello telematico|Servizi al cittadino"
        "|SUAP|Autorizzazioni|Sportello polifunzionale",
        "service.login": "Accedi|Area personale|Accedi all'area personale|Entra con SPID|Area riservata|Login",
        "service.payment": "PagoPA|Pagamenti|Paga online|Pagamenti online|Pagamenti PagoPA",
        "service.appointment": "Prenota appuntamento|Prenotazione appuntamento|Prenota un appuntamento|Prenotazioni",
        "service.forms": "Modulistica|Moduli|Modulistica online",
        "feedback.entry": "Segnalazione disservizio|Richiedi assistenza|Segnalazioni|Reclami|Scrivi al"
        " Sindaco|Segnala disservizio|Segnalazioni e reclami",
        "feedback.hotline": "Numero verde|Numero unico|Centralino",
        "feedback.consultation": "Consultazioni pubbliche|Questionari|Sondaggi|Bilancio partecipativo",
        "feedback.faq": "Leggi le FAQ|Domande frequenti|FAQ",
        "opendata.entry": "Open data|Dati aperti|Dataset",
        "mark.contact": "Contatti|Recapiti|Contatta il comune|Uffici e orari contatti",
        "mark.sitemap": "Mappa del sito",
        "mark.privacy": "Informativa privacy|Privacy|Note legali|Privacy policy|Cookie policy",
        "access.statement": "Dichiarazione di accessibilità|Accessibilità",
        "access.skip_link": "Vai ai contenuti|Vai al footer|Salta al contenuto principale|Vai al contenuto principale",
        "language.switch": "ITA|ENG|English|Lingua|Seleziona lingua",
        "social.media": "Facebook|Seguici su|Instagram|YouTube|Telegram",
        "field.transport": "Mobilità e trasporti|Viabilità|Trasporto pubblico|Parcheggi|Polizia locale e mobilità",
        "field.health": "Salute, benessere e assistenza|Sanità|Salute",
        "field.education": "Educazione e formazione|Scuola|Istruzione|Asili nido|Scuole e servizi educativi",
        "field.social_security": "Servizi sociali|Assistenza sociale|Politiche sociali|Bonus e contributi",
        "field.employment": "Vita lavorativa|Lavoro|Centro per l'impiego|Lavoro e formazione",
        "field.housing": "Casa|Edilizia residenziale pubblica|Case popolari|Politiche abitative",
    },
}

MISLEADING = {
    "zh": {
        "head.environment": "环境保护部|生态环境部|生态环境局|国家市场监督管理总局|市场监管局",
        "field.employment": "人力资源社会保障部|人力资源和社会保障局|人力资源和社会保障厅|事业单位公开招聘公告",
        "field.education": "教育部|教育局|教育厅|主题教育|廉政教育基地",
        "field.health": "国家卫生健康委员会|卫生健康局|卫生健康委",
        "field.transport": "交通运输部|交通运输局|交通运输厅",
        "field.housing": "住房和城乡建设部|住房和城乡建设局|住建厅",
        "field.social_security": "人力资源和社会保障部|医疗保障局|民政部|国家医疗保障局",
        "disclosure.budget": "财政部|财政局",
        "disclosure.statistics": "国家统计局|统计局|大数据管理局",
        "disclosure.plans": "自然资源和规划局|规划展览馆",
        "disclosure.leaders": "市长信箱|领导信箱",
        "access.toolbar": "无障碍环境建设法|无障碍设施改造",
        "feedback.entry": "工程咨询公司",
        "opendata.entry": "公共数据管理办法",
    },
    "en": {
        "disclosure.leaders": "Council Meeting Agenda|Ask the Mayor",
        "disclosure.policy": "Privacy Policy|Cookie Policy|Accessibility Policy|Social Media Policy",
        "field.education": "State Board of Education|Department of Education",
        "field.employment": "Job Opportunities with the City|Equal Employment Opportunity",
        "disclosure.news": "Newspaper subscription|Subscribe to News",
        "service.entry": "Terms of Service|Civil Service Commission",
        "disclosure.meetings": "Meeting Room Rental",
        "opendata.entry": "Open Data Policy",
    },
    "it": {
        "service.entry": "Servizi sociali|Termini di servizio|Disservizio",
        "field.transport": "Mobilità del personale",
        "field.employment": "Lavora con noi|Sicurezza sul lavoro",
        "disclosure.procurement": "Bandi di concorso",
        "disclosure.entry": "Trasparenza bancaria",
        "disclosure.budget": "Bilancio partecipativo",
    },
}


def ids_of(language: str, text: str) -> set[str]:
    """The ids that an entry of these words stands for."""
    return {match.id for match in lexicon_for(language).match(text)}


@pytest.mark.parametrize(("language", "id_"), [(lang, id_) for lang, ids in NAMES.items() for id_ in ids])
def test_entries_are_known_by_their_usual_names(language: str, id_: str) -> None:
    """What portals call an entry is read as that entry."""
    missed = [text for text in NAMES[language][id_].split("|") if id_ not in ids_of(language, text)]
    assert not missed


@pytest.mark.parametrize(("language", "id_"), [(lang, id_) for lang, ids in MISLEADING.items() for id_ in ids])
def test_names_that_only_sound_alike_are_left_out(language: str, id_: str) -> None:
    """Ministries, bureaus, rooms and policies of the site are no entry of that name."""
    wrong = [text for text in MISLEADING[language][id_].split("|") if id_ in ids_of(language, text)]
    assert not wrong
