"""Is it on the page: a mark, an entry or a tag that a reader of the page itself would point at."""

from __future__ import annotations

from audits.registry import check
from audits.verdict import Verdict, absent, passed
from probes.document import DocumentSeen


@check(reasons={"present": ("text", "found"), "absent": ()})
def present(document: DocumentSeen, *, id: str) -> Verdict:
    """Whether the page shows the presence id; the value is what was read from it (a number, a code), else true."""
    sightings = document.present.get(id, ())
    value = document.values.get(id)
    if not sightings and not value:
        return absent("absent")
    text = sightings[0].text if sightings else value or ""
    return passed(
        "present",
        value=value or True,
        sightings=sightings,
        text=text[:80],
        found=value or "",
    )
