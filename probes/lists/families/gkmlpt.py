"""The disclosure platform of Guangdong (`/gkmlpt/`): a shell that asks one JSON address for each category."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from probes.lexicon import lexicon_for
from probes.lists.adapter import address
from probes.lists.entries import entries_of
from probes.lists.listing import ENOUGH, MAX_BYTES, ListAnswer, ListCall, is_list_role
from probes.opendata.loose_values import BrokenAnswer, decoded, number_of, parsed_json, text_of
from probes.page import FetchedPage
from probes.parsed import ParsedDocument

_ROOT = re.compile(r"^((?:/[\w.-]+)*?/gkmlpt)(?:/|$)")
_CALL = re.compile(r"/gkmlpt/api/all/\d+$")
_SID = re.compile(r"\bSID\s*:\s*[\"']?(\w{1,20})")
_TREE = re.compile(r"\bTREE\s*:\s*(?=\[)")
_MOST = 40


@dataclass(frozen=True)
class Gkmlpt:
    """A page `{dept}/gkmlpt/index` with `window._CONFIG`, which holds the site's SID and the TREE of categories."""

    family: str = "gkmlpt"
    rank: int = 10

    def calls(self, document: ParsedDocument) -> tuple[ListCall, ...]:
        """One call for each category whose name stands for a list role.

        All categories share one address (the fragment names the category), so their names tell them apart.
        """
        source = document.markup
        root = _ROOT.match(urlsplit(document.page.url).path)
        sid = _SID.search(source) if root is not None and "_CONFIG" in source else None
        if root is None or sid is None:
            return ()
        found: list[ListCall] = []
        for node, roles in _categories(_tree(source), ()):
            url = address(document.page.url, f"{root[1]}/api/all/{node['id']}?page=1&sid={sid[1]}")
            if url is not None:
                found.append(ListCall(url, text_of(node.get("name")), roles))
        return tuple(found[:_MOST])

    def reads(self, answer: FetchedPage) -> bool:
        """By the address."""
        return _CALL.search(urlsplit(answer.url).path) is not None

    def read(self, answer: FetchedPage) -> ListAnswer:
        """`articles` with title, url and times in seconds since 1970; `classify` names the category.

        A second page is asked for only where the first is short of the total; it may answer 404.
        """
        body = parsed_json(decoded(answer, MAX_BYTES))
        if not isinstance(body, Mapping) or not isinstance(body.get("articles"), list):
            raise BrokenAnswer("no list `articles`")
        entries = entries_of({"articles": body["articles"]}, answer.url)
        if entries is None:
            raise BrokenAnswer("articles without a title")
        category = body.get("classify")
        category = category if isinstance(category, Mapping) else {}
        total = number_of(body.get("total"))
        total = total if total is not None else number_of(category.get("post_count"))
        return ListAnswer(
            self.family,
            answer.url,
            title=text_of(category.get("name")),
            lang=entries.lang,
            total=total,
            items=entries.items,
            next=_next(answer.url) if len(entries.items) < min(ENOUGH, total or 0) else None,
        )


def _tree(source: str) -> list[Any]:
    start = _TREE.search(source)
    if start is None:
        return []
    try:
        tree, _ = json.JSONDecoder().raw_decode(source, start.end())
    except (ValueError, RecursionError):
        return []
    return tree if isinstance(tree, list) else []


def _categories(
    nodes: Any, above: tuple[str, ...], depth: int = 0
) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    """The categories without further ones below them, with the roles of their own name, else of the name above."""
    for node in nodes if isinstance(nodes, list) else ():
        if not isinstance(node, Mapping) or node.get("jump_url") or depth > 6:
            continue
        matches = lexicon_for("zh").match(text_of(node.get("name")))
        roles = tuple(sorted({match.id for match in matches if is_list_role(match.id)})) or above
        if node.get("children"):
            yield from _categories(node["children"], roles, depth + 1)
        elif roles and number_of(node.get("id")) is not None:
            yield node, roles


def _next(url: str) -> str | None:
    """The second page of a first one."""
    page = parse_qs(urlsplit(url).query).get("page", ["1"])[0]
    return re.sub(r"([?&]page=)\d+", r"\g<1>2", url) if page in ("0", "1") and "page=" in url else None


FAMILY = Gkmlpt()
