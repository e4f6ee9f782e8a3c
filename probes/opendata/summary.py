"""All answers of a city's open-data platform put together: how much it offers, and which files to try."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import zip_longest

from probes.observation import Wanted
from probes.opendata.catalogue import (
    DatasetSeen,
    DistributionSeen,
    OpenDataAnswer,
    OpenDataSeen,
    departments_of,
    themes_of,
)

_MAX_FAULTS = 20
_MAX_GET_BYTES = 10 * 1024 * 1024
"""A file declared larger than this is asked for by HEAD: its headers must do."""


def summarise(answers: Sequence[OpenDataAnswer]) -> OpenDataSeen:
    """The city's platform from all its answers, in any order; see `OpenDataSeen`.

    Where several catalogues answered (a platform that speaks CKAN and data.json, say), the one that tells of
    most datasets stands for the city and the others are only named, so that no dataset counts twice.
    """
    asked = {(answer.url, answer.post or ""): answer for answer in answers}
    ordered = [asked[key] for key in sorted(asked)]
    platforms: dict[tuple[str, str], list[OpenDataAnswer]] = {}
    for answer in ordered:
        if answer.kind != "fault":
            platforms.setdefault((answer.family, answer.platform_url), []).append(answer)
    faults = tuple(f"{answer.url}: {answer.fault}" for answer in ordered if answer.fault)[:_MAX_FAULTS]
    seen = [_platform(family, url, group) for (family, url), group in sorted(platforms.items())]
    if not seen:
        return OpenDataSeen(None, None, faults=faults)
    best = max(seen, key=lambda one: (one.datasets_total or 0, one.datasets_listed, one.apis or 0))
    return replace(best, families=tuple(sorted({family for family, _ in platforms})), usable=True, faults=faults)


def _platform(family: str, url: str, answers: Sequence[OpenDataAnswer]) -> OpenDataSeen:
    lists = [answer for answer in answers if answer.kind == "list"]
    datasets: dict[str, DatasetSeen] = {}
    for answer in (*lists, *(one for one in answers if one.kind not in ("list",))):
        for dataset in answer.datasets:
            known = datasets.get(dataset.id)
            datasets[dataset.id] = dataset if known is None else _joined(known, dataset)
    every = tuple(datasets.values())
    listed = sum(answer.datasets_listed for answer in lists) or len(every)
    declared = max((one.datasets_total for one in answers if one.datasets_total is not None), default=None)
    apis = max((one.apis_total for one in answers if one.apis_total is not None), default=None)
    departments = tuple(sorted({name for one in answers for name in one.departments} | set(departments_of(every))))
    themes = tuple(sorted({name for one in answers for name in one.themes} | set(themes_of(every))))
    counted = max((one.departments_total for one in answers if one.departments_total is not None), default=0)
    kept = all(len(one.datasets) >= one.datasets_listed for one in lists)
    whole = listed >= declared if declared is not None else not any(one.more for one in lists)
    return OpenDataSeen(
        family=family,
        platform_url=url,
        datasets_total=declared if declared is not None else listed,
        datasets_listed=listed,
        apis=apis if apis is not None else sum(dataset.apis for dataset in every),
        departments=departments,
        departments_total=max(counted, len(departments)),
        themes=themes,
        datasets=every,
        complete=bool(lists) and whole and kept and not any(one.fault for one in lists),
    )


def _joined(one: DatasetSeen, other: DatasetSeen) -> DatasetSeen:
    """Two tellings of a dataset as one: what the fuller telling leaves out is filled from the first."""
    told = {
        item.name: getattr(other, item.name) or getattr(one, item.name)
        for item in fields(DatasetSeen)
        if item.name not in ("id", "path")
    }
    return replace(one, **told)


def download_sample(seen: OpenDataSeen, *, seed: str = "", take: int = 5) -> tuple[Wanted, ...]:
    """Up to `take` files of the platform to ask for, chosen by a hash of seed and address.

    One a dataset first. The same platform and seed give the same files in whatever order answers came. GET,
    because only the file's first bytes tell what it is; HEAD where the catalogue declares more than 10 MB.
    """
    queues: list[list[tuple[str, DatasetSeen, DistributionSeen]]] = []
    for dataset in seen.datasets:
        files = {item.download_url: item for item in dataset.distributions if item.download_url and not item.is_api}
        if files:
            queues.append(sorted((_order(seed, url), dataset, item) for url, item in files.items() if url))
    queues.sort(key=lambda queue: queue[0][0])
    rounds = (entry for turn in zip_longest(*queues) for entry in turn if entry is not None)
    wanted: dict[str, Wanted] = {}
    for _, dataset, item in rounds:
        url = item.download_url or ""
        method = "HEAD" if (item.size_bytes or 0) > _MAX_GET_BYTES else "GET"
        why = f"{dataset.title}: {item.title or item.format or 'file'}"
        wanted.setdefault(url, Wanted(url=url, role="opendata.download", why=why, method=method))
        if len(wanted) == take:
            break
    return tuple(wanted.values())


def _order(seed: str, url: str) -> str:
    return hashlib.sha256(f"{seed}\n{url}".encode("utf-8", "replace")).hexdigest()
