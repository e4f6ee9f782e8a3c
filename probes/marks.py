"""The marks of a site's identity and the tags of a page: numbers, badges, owner, contact, feeds, accounts."""

from __future__ import annotations

import re
from collections.abc import Callable

from probes.document import Sighting
from probes.lexicon import Lexicon, fold
from probes.links import resolve
from probes.markup import Markup, squeeze
from probes.owner import owner_of, whole_words
from probes.regions import FOOTER, HEADER, MAIN, Regions

_SITE_CODE = re.compile(r"(?:网站)?标识码\s*[:：]?\s*(\d{10}|bm\d{8}|N\d{9})(?!\d)", re.I)
_CODE = re.compile(r"\d{10}|bm\d{8}|N\d{9}", re.I)
_ICP = re.compile(
    r"(?:[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新港]\s?)?ICP\s?(?:备|证)\s?(?:案)?\s?(?:[:：]\s?)?"
    r"(?:第\s?)?[A-Za-z]?\d[\d-]{3,16}\s?号?(?:\s?-\s?\d+)?|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新]"
    r"\s?ICP\s?备\s?\d{5,10}\s?(?:号)?(?:\s?-\s?\d+)?"
)
_POLICE = re.compile(
    r"(?:[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新]\s?)?公网安备\s?(?:案)?\s?(?:号)?\s?[:：]?\s?(\d{11,14})\s?号?"
    r"|(?:网警|公安)(?:机关)?备案(?:号)?\s?[:：]?\s?(\d{11,14})"
)
_POLICE_LINK = re.compile(r"beian\.(?:mps\.)?gov\.cn.{0,80}?(?:recordcode|code)=(\d{11,14})", re.I)
_CONAC = re.compile(r"dcs\.conac\.cn|bszs\.conac\.cn|_ideConac|conac\.cn/sitename", re.I)
_CONAC_WORDS = re.compile(
    r"党政机关(?:网站)?标识|事业单位(?:网站)?标识|党政机关$|^(?:党政机关|事业单位)$|^党政机关图标$"
)
_FIND_ERROR = re.compile(
    r"_jiucuo_|jiucuo\.js|/exposure/|jiucuo\.html|pucha\.kaipuyun|za\.gov\.cn.{0,20}jiucuo|jiucuo", re.I
)
# Any page with a badge has one of these somewhere; all others are spared the closer look.
_BADGE_WORDS = ("conac", "jiucuo", "dzjg", "党政机关", "事业单位", "kaipuyun", "/exposure/")
_PHONE = re.compile(
    r"(?<![\d.-])(?:\(?0\d{2,3}\)?[\s-]?\d{7,8}|\(?\d{3}\)?\s?[-.\s]\s?\d{3}\s?[-.\s]\s?\d{4}|\+\d{1,3}[\s-]?\(?\d{2,4}\)?[\s-]?\d{3,4}"
    r"[\s-]?\d{3,5}|\b1[389]\d{9}|800[\s-]?\d{6}|0\d{1,4}[\s/.-]\d{5,8}|0\d{2,3}\s\d{3,4}\s\d{4}|\(0\d{1,2}\)\s?\d{4}-?\d{4})(?![\d-])"
)
_PHONE_WORDS = re.compile(r"电话|热线|传真|联系方式|tel\b|phone|fax|call|telefono|centralino|电話|電話|專線", re.I)
_NOT_OWN = re.compile(r"报警|不良信息举报|網路報案")  # the police's numbers, not those of the body
_EMAIL = re.compile(r"[\w.+-]{1,64}(?:@|\s?\[at\]\s?|＠|#)[\w-]{1,63}(?:\.[\w-]{2,24}){1,4}")
_SOCIAL_LINK = re.compile(
    r"(?:https?:)?//(?:[\w-]+\.){0,3}(?:facebook\.com|twitter\.com|x\.com|instagram\.com|youtube\.com|youtu\.be|linkedin\.com|weibo\.com|weibo\.cn|"
    r"flickr\.com|vimeo\.com|t\.me|telegram\.me|tiktok\.com|douyin\.com|threads\.net|nextdoor\.com|pinterest\.com|"
    r"line\.me|plurk\.com|bsky\.app|t\.qq\.com|wa\.me|whatsapp\.com|mp\.weixin\.qq\.com)/[^/?#]",
    re.I,
)
_SHARE = re.compile(
    r"/shar(?:e|er|ing)|/intent/|sharer\.php|share\?|shareArticle|/dialog/|add\?url|[?&]url=|service/share|pin/create",
    re.I,
)
# One film or message is no account.
_ONE_POST = re.compile(
    r"vimeo\.com/(?:event/)?\d|youtu\.be/|/watch\b|/status/\d|/posts?/|/reel/|/videos?/\d|instagram\.com/p/"
)
_QR = re.compile(r"erweima|qr[-_]?code|(?:^|[/_-])qr(?:[_.-]|\d)|ewm|weixin|wechat|weibo|2wm|gongzhonghao|gzh", re.I)
_FEED = re.compile(r"application/(?:rss|atom)\+xml", re.I)
_FEED_LINK = re.compile(r"(?:/rss(?:[/?.]|$)|\.rss$|/feed/?$|/atom(?:\.xml|/?$)|rss\.xml|feed\.xml|format=rss)", re.I)
_PUBDATE_NAMES = (
    "pubdate",
    "article:published_time",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_at",
    "published_time",
    "date.issued",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "datepublished",
    "publication_date",
    "pub_date",
    "og:article:published_time",
    "date",
    "citation_publication_date",
    "firstpublishedtime",
    "others_publishdate",
)
_JSON_PUBDATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_EMPTY = frozenset({"", "null", "none", "undefined", "nan", "-", "无"})
_TRANSLATE = re.compile(
    r"google_translate_element|goog-te-|gtranslate|translate\.google\.|class=[\"'][^\"']{0,80}\b(?:language-switch|lang-switch|"
    r"language-selector|lang-selector|translate\b|wpml-ls|gt_switcher)"
)
_HOSTED_SEARCH = ("<gcse:search", "gcse-search", "cse.google.com/cse", "cse.google.com/coop")
_SERVICE_NUMBER = re.compile(
    r"(?:热线|电话|咨询|拨打|专线|[:：-])\s?(?:0\d{2,3}-)?12345(?!\d)|(?<!\d)12345\s?(?:政府|政务|市民|便民|服务|市长|公共)|"
    r"(?:拨打|专线|热线)\s?[:：]?\s?(?:1999|1823)(?!\d)|\b(?:call|dial)\s+3-?1-?1\b",
    re.I,
)
# Makers of accessibility toolbars, by the names of their scripts and switches.
_TOOLBARS = (
    "govwza",
    "cniil_wza",
    "aria.start(",
    "/aiwza/",
    "wza.js",
    "toolbar-wza",
    "canyouread",
    "userway.org",
    "accessibe",
    "acsbapp",
    "audioeye",
    "equalweb",
    "reciteme",
    "browsealoud",
    "readspeaker",
    "pojo-a11y",
)


def meta_of(root: object) -> dict[str, str]:
    """All meta tags by lower-case name without a `meta-` prefix; empty and `null` ones dropped, the first stays."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):  # type: ignore[attr-defined]  # any lxml element
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        name = name.strip().lower().removeprefix("meta-")
        value = squeeze(element.get("content") or "")
        if name and name not in found and value.lower() not in _EMPTY and len(found) < 120:
            found[name] = value[:500]
    return found


def is_no_account(href: str) -> bool:
    """Whether a link on a platform shares the page with friends, or leads to a single post, not to an account."""
    return _SHARE.search(href) is not None or _ONE_POST.search(href) is not None


class MarkReader:
    """Finds the marks of one page; every finding is handed to `see(id, text, href, where, selector)`."""

    def __init__(
        self,
        markup: Markup,
        regions: Regions,
        meta: dict[str, str],
        lexicon: Lexicon,
        base: str,
        see: Callable[[str, Sighting], None],
        values: dict[str, str],
    ) -> None:
        self.markup, self.regions, self.meta, self.lexicon, self.base = markup, regions, meta, lexicon, base
        self.see, self.values = see, values
        self.plain = markup.text.replace("\u3000", " ")
        self.source = markup.source.lower()

    def read(self) -> None:
        """Look for every mark."""
        self._numbers()
        self._badges()
        self._tags()
        self._contact()
        owner = owner_of(self.markup, self.regions, self.lexicon, self.base)
        if owner is not None:
            self.see("mark.sponsor", owner)
        self._accounts()
        self._helpers()

    def _say(self, id_: str, text: str, href: str | None = None, where: str = FOOTER, selector: str = "") -> None:
        self.see(id_, Sighting(squeeze(text)[:160], href or None, where, selector))

    def _numbers(self) -> None:
        code = _SITE_CODE.search(self.plain)
        tag = self.meta.get("siteidcode", "")
        if code:
            self.values["mark.site_code"] = code.group(1)
            self._say("mark.site_code", code.group(0))
        elif _CODE.fullmatch(tag):
            self.values["mark.site_code"] = tag
            self._say(
                "mark.site_code",
                f"meta SiteIDCode {tag}",
                where=HEADER,
                selector="head > meta[name=SiteIDCode]",
            )
        icp = _ICP.search(self.plain)
        if icp:
            self.values["mark.icp"] = icp.group(0).strip()
            self._say("mark.icp", icp.group(0))
        police = _POLICE.search(self.plain)
        if police:
            self.values["mark.police"] = police.group(0).strip() if police.group(1) else police.group(2)
            self._say("mark.police", police.group(0))
        elif "beian" in self.source:
            for anchor in self.markup.anchors:
                linked = _POLICE_LINK.search(anchor.href)
                if linked:
                    self.values["mark.police"] = linked.group(1)
                    self._say("mark.police", anchor.text or linked.group(0), anchor.href)
                    break

    def _badges(self) -> None:
        if not any(word in self.source for word in _BADGE_WORDS):
            return
        for image in self.markup.root.iter("img"):
            src, alt = image.get("src") or "", image.get("alt") or image.get("title") or ""
            if (
                _CONAC.search(src)
                or _CONAC_WORDS.search(alt.strip())
                or re.search(r"(?:^|[/_-])dzjg\w*\.\w+$|conac", src, re.I)
            ):
                self._say("mark.authority", alt or src, src)
            if _FIND_ERROR.search(src):
                self._say("mark.find_error", alt or src, resolve(self.base, src))
        for anchor in self.markup.anchors:
            if _CONAC.search(anchor.href) or _CONAC_WORDS.search(anchor.text):
                self._say("mark.authority", anchor.text or anchor.href, anchor.href)
            if _FIND_ERROR.search(anchor.href):
                self._say("mark.find_error", anchor.text or anchor.href, resolve(self.base, anchor.href))
        for script in self.markup.root.iter("script", "span", "div"):
            own = f"{script.get('id') or ''} {script.get('src') or ''}"
            if script.tag == "script" and not script.get("src"):
                own += (script.text or "")[:4000]
            if _CONAC.search(own):
                self._say("mark.authority", _CONAC.search(own).group(0))  # type: ignore[union-attr]  # just matched
            if _FIND_ERROR.search(own):
                self._say("mark.find_error", _FIND_ERROR.search(own).group(0))  # type: ignore[union-attr]  # just matched

    def _tags(self) -> None:
        meta = self.meta
        if all(meta.get(name) for name in ("sitename", "sitedomain", "siteidcode")):
            self._say("meta.site", f"SiteIDCode {meta['siteidcode']}", where=HEADER)
        if meta.get("viewport"):
            self._say("meta.viewport", meta["viewport"], where=HEADER, selector="head > meta[name=viewport]")
        lang = self.markup.root.get("lang") or self.markup.root.get("xml:lang")
        if self.markup.root.tag == "html" and lang and lang.strip():
            self._say("meta.lang", f"lang={lang}", where=HEADER, selector="html")
        date = next((meta[name] for name in _PUBDATE_NAMES if name in meta and re.search(r"\d{4}", meta[name])), "")
        if not date:
            found = _JSON_PUBDATE.search(self.markup.source)
            date = found.group(1) if found else ""
        if date:
            self.values["meta.pubdate"] = date
            self._say("meta.pubdate", date, where=HEADER)
        for link in self.markup.root.iter("link"):
            if _FEED.search(link.get("type") or "") and "alternate" in (link.get("rel") or "alternate").lower():
                self._say(
                    "feed.rss",
                    link.get("title") or link.get("type") or "",
                    resolve(self.base, link.get("href") or ""),
                    HEADER,
                )

    def _contact(self) -> None:
        for anchor in self.markup.anchors:
            if anchor.href.lower().startswith(("mailto:", "tel:")) and len(anchor.href) > 8:
                self._say("mark.contact", anchor.text or anchor.href, anchor.href, self.regions.where(anchor.node))
                return
        for line in self.markup.lines:
            if len(line) > 600 or ("@" not in line and not any(char.isdigit() for char in line)):
                continue
            phone = _PHONE.search(line)
            mail = _EMAIL.search(line) if "@" in line or "＠" in line or "[at]" in line else None
            hit = mail or phone
            if hit and not _NOT_OWN.search(line) and (mail or _PHONE_WORDS.search(line) or len(line) < 160):
                self._say("mark.contact", hit.group(0), where=MAIN)
                return

    def _accounts(self) -> None:
        for anchor in self.markup.anchors:
            href = anchor.href
            if anchor.frame or len(href) < 4:
                continue
            if "//" in href and _SOCIAL_LINK.match(href) and not is_no_account(href):
                self._say("social.media", anchor.text or href, href, self.regions.where(anchor.node))
            if _FEED_LINK.search(href):
                self._say("feed.rss", anchor.text or href, href, self.regions.where(anchor.node))
        for image in self.markup.root.iter("img"):
            src = (image.get("src") or "").rsplit("/", 1)[-1]
            if _QR.search(src):
                self._say("social.media", image.get("alt") or src, where=MAIN)
                break

    def _helpers(self) -> None:
        low = self.source
        for word in _HOSTED_SEARCH:
            if word in low:
                self._say("search.site", word.strip("<"), where=HEADER)
                break
        if "translate" in low or "lang" in low:
            found = _TRANSLATE.search(low)
            if found:
                self._say("language.switch", found.group(0)[:60], where=HEADER)
        tool = next((word for word in _TOOLBARS if word in low), None)
        if tool:
            self._say("access.toolbar", _written_around(low, tool), where=HEADER)
        for line in self.markup.lines:
            if len(line) > 400 or not any(number in line for number in ("12345", "1999", "1823", "311", "1-1")):
                continue
            folded = fold(line)
            number = _SERVICE_NUMBER.search(folded)
            if number:
                text = whole_words(line, max(0, number.start() - 20), number.end() + 20)
                self._say("feedback.hotline", text if len(line) == len(folded) else line, where=MAIN)
                break


def _written_around(source: str, word: str) -> str:
    """The address or call in the source that a word stands in, up to the quotes or blanks around it."""
    at = source.index(word)
    before = re.split(r"[\s\"'<>]", source[max(0, at - 80) : at])[-1]
    after = re.split(r"[\s\"'<>]", source[at : at + 80])[0]
    return before + after
