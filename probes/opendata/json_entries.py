"""Read datasets out of JSON lists whose field names differ from platform to platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from probes.opendata.catalogue import MAX_DISTRIBUTIONS, DatasetSeen, DistributionSeen
from probes.opendata.loose_values import date_of, first_of, items_of, number_of, text_of, texts_of, url_of

Names = Mapping[str, tuple[str, ...]]
"""What a field means (id, title, publisher …), and the names it goes by, likeliest first."""

_BEIJING = timezone(timedelta(hours=8))
_TOTALS = (
    "recordsTotal",
    "recordsFiltered",
    "total",
    "totalCount",
    "total_count",
    "totalElements",
    "totalNum",
    "totalRecord",
    "totalRecords",
    "totalRow",
    "count",
)
_SPLIT = re.compile(r"[,，;；、|\s]+")
_INTERFACES = frozenset({"api", "接口", "数据接口", "api接口", "webservice"})


def total_of(*nodes: Any) -> int | None:
    """The number of all entries that the first of these objects with such a field declares, else None."""
    for node in nodes:
        if isinstance(node, Mapping):
            found = (number_of(node.get(name)) for name in _TOTALS)
            if (number := next((value for value in found if value is not None), None)) is not None:
                return number
    return None


def day_of(value: Any) -> str | None:
    """An ISO date from a text, or from milliseconds since 1970 (a day in Chinese time); else None."""
    number = number_of(value)
    if number is not None and 10**11 < number < 10**13:
        return datetime.fromtimestamp(number / 1000, UTC).astimezone(_BEIJING).date().isoformat()
    return date_of(value)


def openness(value: Any) -> str | None:
    """`conditional` or `unconditional` where a text says so; a bare code says nothing."""
    text = text_of(value)
    if "无条件" in text or "普遍开放" in text or text.lower() == "unconditional":
        return "unconditional"
    return "conditional" if "条件" in text or "申请" in text or text.lower() == "conditional" else None


def words_of(value: Any) -> tuple[str, ...]:
    """Distinct words of a list of texts, or of one text that lists them with commas or spaces."""
    found = [word for text in texts_of(value) for word in _SPLIT.split(text) if word]
    return tuple(dict.fromkeys(found))


def dataset_of(
    node: Mapping[str, Any], names: Names, base: str, path: str, landing: str | None = None
) -> DatasetSeen | None:
    """One entry as a dataset; None for an entry without a title. Addresses are relative to `base`."""

    def named(meaning: str) -> Any:
        return first_of(node, *names.get(meaning, ()))

    title = text_of(named("title"))
    if not title:
        return None
    formats = tuple(word.lower().lstrip(".") for word in words_of(named("formats")))
    files = tuple(DistributionSeen(format=name, is_api=name in _INTERFACES, access_url=landing) for name in formats)
    link = text_of(named("files"))
    if link and not files:
        files = (DistributionSeen(download_url=url_of(link, base), access_url=landing),)
    cycle = text_of(named("frequency"))
    apis = number_of(named("apis")) or 0
    return DatasetSeen(
        id=text_of(named("id")) or f"{base}#{path}",
        title=title,
        path=path,
        description=text_of(named("description")),
        publisher=text_of(named("publisher")) or None,
        publisher_id=text_of(named("publisher_id")) or None,
        contact=bool(text_of(named("contact"))),
        themes=texts_of([text_of(_named_group(group)) for group in items_of(named("themes"))]),
        keywords=len(words_of(named("keywords"))),
        licence=text_of(named("licence")) or None,
        issued=day_of(named("issued")),
        modified=day_of(named("modified")),
        # A bare number is the code of a list that only the platform knows.
        frequency=cycle if cycle and not cycle.isdigit() else None,
        spatial=text_of(named("spatial")) or None,
        temporal=text_of(named("temporal")) or None,
        open_type=openness(named("open_type")),
        landing=landing or url_of(named("landing"), base),
        distributions=files[:MAX_DISTRIBUTIONS],
        distributions_total=len(files),
        apis=max(apis, sum(item.is_api for item in files)),
    )


def _named_group(value: Any) -> Any:
    """The name inside an object that stands for a theme, else the value itself."""
    if isinstance(value, Mapping):
        return first_of(value, "group_name", "name", "title", "label", "domainName", "text")
    return value
