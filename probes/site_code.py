"""The identification code of a Chinese government website: where on the page it stands, and what each place says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from probes.parsed import ParsedDocument
from probes.registry import document_probe

# Ten digits, or `bm` and eight digits for ministries, or `N` and nine digits (domain rules of the inspection system).
_CODE = r"(\d{10}|bm\d{8}|N\d{9})(?!\d)"
_VISIBLE = re.compile(r"标识码[\s:：]*" + _CODE, re.I)
_TOOL = re.compile(r"(?:site_?code|sitecode)\s*[=:]\s*[\"']?" + _CODE, re.I)
_META = re.compile(r"(?:meta-)?siteidcode", re.I)


@dataclass(frozen=True)
class SiteCodeSeen:
    """The codes found: in the text a reader sees, in the meta tag SiteIDCode, in the error-reporting tool's address."""

    visible: tuple[str, ...]
    meta: tuple[str, ...]
    tool: tuple[str, ...]


@document_probe("site_code", version=1)
def look(document: ParsedDocument) -> SiteCodeSeen | None:
    """The site codes of the page; None when it has none and no tag for one."""
    tags = [
        (element.get("content") or "").strip()
        for element in document.tree.iter("meta")
        if _META.fullmatch((element.get("name") or "").strip())
    ]
    seen = SiteCodeSeen(
        visible=_distinct(_VISIBLE.findall(document.text)),
        meta=_distinct(tag for tag in tags if re.fullmatch(_CODE, tag, re.I)),
        tool=_distinct(_TOOL.findall(document.markup)),
    )
    return seen if seen.visible or seen.meta or seen.tool or tags else None


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
