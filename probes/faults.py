"""Pages that are not what was asked for: errors under any status, and what stands in for a site that is not there."""

from __future__ import annotations

import re
from http import HTTPStatus

from probes.lexicon import every_lexicon, fold
from probes.structure import Structure

# An HTTP answer as servers print it: its number after a word for error or status, or before its phrase.
_STATUS_NAMED = re.compile(r"(?:http|error|errore|status|状态|错误)\W*(?:code|codice|码)?\W*[45]\d\d(?!\d)")
_STATUS_FIRST = re.compile(r"(?:^|[|–—])\W*([45]\d\d)(?!\d)\W*(\w*)")
_STATUS_PHRASES = {status.value: status.phrase.lower() for status in HTTPStatus}
_FEW_LINKS = 12


def fault_of(status: int, title: str, build: Structure, dated: int) -> str:
    """Why the page is an error page, by status, title, heading or words; empty for any other page. `dated` is the
    number of dated items on it."""
    if status >= 400:
        return f"the server answered {status}"
    every = every_lexicon()
    # A page that has news or prose to show is no error page, whatever its headlines say.
    if build.prose > 900 or dated >= 5 or build.whole > 2500:
        return ""
    said, heading = fold(title), fold(_heading(build))
    if every.said("kind", "soft_404", said):
        return f"soft 404: the title says so ({title[:60]})"
    if every.said("kind", "soft_404", heading):
        return f"soft 404: the heading says so ({heading[:60]})"
    if build.whole < 900 and len(build.markup.anchors) < _FEW_LINKS:
        answered = next((line for line in (said, heading) if _is_status(line)), "")
        if answered:
            return f"an error page: {answered[:60]!r}"
    if build.whole < 700:
        gone = every.said("kind", "soft_404", build.main)
        if gone and (build.whole < 350 or re.search(r"\b404\b", build.main)):
            return f"soft 404: the page says {gone[0]!r}"
        broken = every.said("kind", "error", build.main + "\n" + said)
        if broken and build.whole < 400 and dated < 2:
            return f"an error page: {broken[0]!r}"
    return ""


def stand_in(title: str, build: Structure, dated: int) -> str:
    """The words by which a server's own first page or an offer of the domain is known; empty for any other page."""
    if build.whole > 1500 or len(build.markup.anchors) > _FEW_LINKS or dated:
        return ""
    said = every_lexicon().said("kind", "placeholder", fold(f"{title}\n{_heading(build)}"))
    return said[0] if said else ""


def _heading(build: Structure) -> str:
    return next((text for _, _, text in build.headings), "")[:120]


def _is_status(folded: str) -> bool:
    """Whether a title or heading is the line of an HTTP answer (`502 Bad Gateway`), not a house number."""
    if _STATUS_NAMED.search(folded):
        return True
    found = _STATUS_FIRST.search(folded)
    if found is None:
        return False
    number, word = found.groups()
    return not word or word in _STATUS_PHRASES.get(int(number), "")
