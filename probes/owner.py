"""Who runs a site: the line that says so, the claim of copyright, the banner, or the name in the head or foot."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from probes.document import Sighting
from probes.lexicon import Lexicon, contains, fold
from probes.links import resolve
from probes.markup import Markup, squeeze
from probes.regions import FOOTER, HEADER, Regions

_SHOWN = 160
_CLAIM = re.compile(
    r"(?:©|&copy;|\(c\)|copyright|版权所有|版權所有|著作權)\s*(?:©|\(c\)|[:：])?\s*(?:copyright)?\s*"
    r"(?:(?:19|20)\d\d\s*(?:[-–~至到]\s*(?:(?:19|20)?\d\d|present))?)?",
    re.I,
)
_HAN_BODY = re.compile(r"[\u4e00-\u9fff]{2,24}(?:人民政府|政府|委员会|办公室|厅|局|委|中心|部|署|处|公所|院)")
_NAMED_HOST = re.compile(r"(?:主办|主管|承办)(?:单位)?\s*[:：]\s*[\u4e00-\u9fff]{4,}")
# The imprint of older pages: the body's name opens the line, its telephone or address follows at once.
_IMPRINT = re.compile(
    r"\W*[\u4e00-\u9fff]{2,24}(?:人民政府|政府|委员会|办公室|厅|局)[\s|｜,，;；]+(?:联系|办公|单位)?(?:电话|地址|邮编|传真)\s*[:：]"
)
_LAST_LINES = 4
_CLAIMANT = re.compile(r"[\s.,|-]*(?!all rights|tutti|powered|design|reserved)(?:[A-Z][\w'’&.-]+\s+){1,8}[A-Z(]?")
_PLAIN_LOGO = re.compile(
    r"(?:site |main |header )?(?:logo|home|homepage|home page|menu|search|image|banner|首页|skip.*|)|\W*"
)
_ROOTS = frozenset(
    {"", "index.html", "index.htm", "default.aspx", "home", "index.php", "pages/default.aspx", "index.shtml"}
)


def owner_of(markup: Markup, regions: Regions, lexicon: Lexicon, base: str) -> Sighting | None:
    """Who runs the site, by the surest sign the page shows; None where it names nobody."""
    reader = _OwnerReader(markup, regions, lexicon, base)
    for look in (reader.in_words, reader.in_claim, reader.in_imprint, reader.in_banner, reader.in_head, reader.by_name):
        found = look()
        if found is not None:
            return found
    return None


class _OwnerReader:
    def __init__(self, markup: Markup, regions: Regions, lexicon: Lexicon, base: str) -> None:
        self.markup, self.regions, self.lexicon, self.base = markup, regions, lexicon, base

    def _is_body(self, text: str) -> bool:
        """Whether a text names a public body, by the words such names are made of."""
        folded = fold(text)
        return bool(_HAN_BODY.search(folded)) or bool(self.lexicon.said("kind", "body", folded))

    def in_words(self) -> Sighting | None:
        """A line that says who hosts, maintains or answers for the site."""
        for line in reversed(self.markup.lines):
            folded = fold(line[:500])
            if self.lexicon.lines_for(folded) == "mark.sponsor" and (
                self._is_body(line[:500]) or _NAMED_HOST.search(folded)
            ):
                return _sighting(line)
        return None

    def in_claim(self) -> Sighting | None:
        """A claim of copyright with a name behind or before it."""
        for line in reversed(self.markup.lines[-60:]):
            claim = _CLAIM.search(line)
            if claim is None:
                continue
            after, before = line[claim.end() : claim.end() + 120], line[: claim.start()]
            follows = self._is_body(after) or bool(_CLAIMANT.match(after))
            if follows or self._is_body(before[-80:]):
                start = claim.start() if follows else max(0, claim.start() - 80)
                return _sighting(whole_words(line, start if len(line) > 80 else 0, start + _SHOWN))
        return None

    def in_imprint(self) -> Sighting | None:
        """The last lines, where the name opens a line of address and telephone."""
        return next((_sighting(line) for line in self.markup.lines[-_LAST_LINES:] if _IMPRINT.match(fold(line))), None)

    def in_banner(self) -> Sighting | None:
        """The banner of government sites, whose words some hide from screen readers and repeat in its label."""
        for element in self.markup.root.iter("section", "header", "aside"):
            label = element.get("aria-label") or ""
            if label and self.lexicon.lines_for(fold(label[:200])) == "mark.sponsor" and self._is_body(label[:200]):
                return _sighting(label, where=HEADER)
        return None

    def in_head(self) -> Sighting | None:
        """The name of the body in the head of the page: a heading, the logo, or the link to the home page."""
        for piece in self.markup.pieces:
            named = piece.kind == "image" or (piece.kind == "heading" and piece.tag == "h1")
            if named and (where := self.regions.where(piece.node)) in (HEADER, FOOTER) and self._is_body(piece.text):
                return _sighting(piece.text, where=where)
        for anchor in self.markup.anchors[:25]:
            text = anchor.text
            if self.regions.where(anchor.node) == FOOTER or len(text) > 90 or _PLAIN_LOGO.fullmatch(fold(text)):
                continue
            home = urlsplit(resolve(self.base, anchor.href)).path.strip("/").lower() in _ROOTS
            if (anchor.image_only and (home or self._is_body(text))) or (home and anchor.href and self._is_body(text)):
                return _sighting(text, anchor.href, HEADER)
        return None

    def by_name(self) -> Sighting | None:
        """A line of the head or foot that is nothing but the name of a body, as addresses begin."""
        for piece in self.markup.pieces:
            if piece.kind not in ("label", "part", "heading") or not 5 < len(piece.text) <= 60:
                continue
            where = self.regions.where(piece.node)
            if where in (HEADER, FOOTER) and self._is_name(fold(piece.text).strip(" ,.:")):
                return _sighting(piece.text, where=where)
        return None

    def _is_name(self, folded: str) -> bool:
        if any(char.isdigit() for char in folded):
            return False
        phrases = self.lexicon.phrases("kind", "government")
        named = (phrase for phrase in phrases if folded.startswith(phrase) or folded.endswith(phrase))
        return any(len(folded) > len(phrase) + 1 and contains(folded, phrase) for phrase in named)


def _sighting(text: str, href: str | None = None, where: str = FOOTER) -> Sighting:
    return Sighting(squeeze(text)[:_SHOWN], href or None, where)


def whole_words(line: str, start: int, end: int) -> str:
    """A cut from a line that begins and ends between words, where there is a blank to cut at."""
    cut = line[start:end]
    if start and not line[start - 1].isspace() and " " in cut.strip():
        cut = cut[cut.index(" ") :] if cut.index(" ") < 20 else cut
    if end < len(line) and not line[end].isspace() and " " in cut.strip():
        cut = cut[: cut.rindex(" ")] if len(cut) - cut.rindex(" ") < 20 else cut
    return cut.strip()
