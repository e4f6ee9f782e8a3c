"""Reading pages in a process of its own, where a page that takes too long can be stopped."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from pebble import ProcessExpired, ProcessPool

from probes.attachments import look_at_file
from probes.document import DocumentSeen, Link
from probes.encoding import decode
from probes.lists.answers import as_page, following, look_at_list, wanted_by
from probes.lists.listing import ROLE, ScriptedSeen
from probes.observation import Observation, Wanted
from probes.opendata.answers import look_at_answer
from probes.opendata.discovery import discover
from probes.opendata.downloads import look_at_download
from probes.opendata.summary import download_sample, summarise
from probes.outcome import Cause, Outcome
from probes.page import FetchedPage, Way
from probes.parsed import ParsedDocument, parse
from probes.personal import redact
from probes.registry import document_probes
from probes.related import wanted as explanations

DEADLINE_S = 20.0
PAGES_A_PROCESS = 2000
MESSAGES = ("feedback.replies", "feedback.message")


@dataclass(frozen=True)
class Look:
    """What reading one answer gave: observations, the document as seen (None when it is none), links, wishes.

    `listed` are the entries of an answer to a list's data call, laid out as the page they fill. `body` is the body to
    archive when it had to be changed (personal data taken out), else None; `fault` says why the answer could not be
    read at all.
    """

    observations: tuple[Observation[Any], ...]
    seen: DocumentSeen | None
    links: tuple[Link, ...]
    wanted: tuple[Wanted, ...] = ()
    listed: DocumentSeen | None = None
    body: bytes | None = None
    fault: Cause | None = None
    fault_detail: str = ""

    @property
    def read(self) -> bool:
        """Whether any probe saw something."""
        return any(observation.seen is not None for observation in self.observations)


def look(page: FetchedPage) -> Look:
    """Let every document probe look at one page, or the probes of files, lists and open data at an answer that is none.

    Pages with citizens' messages are stripped of personal data before anything is read from them.
    """
    if any(role.startswith("opendata.api") for role in page.roles):
        return _catalogue(page)
    if "opendata.download" in page.roles:
        return Look((_observation("download", 1, look_at_download(page)),), None, ())
    if page.method == "HEAD":
        return Look((), None, ())
    if any(role.startswith(ROLE) for role in page.roles):
        return _list(page)
    if not is_document(page):
        return Look((_observation("file", 1, look_at_file(page)),), None, ())
    messages = any(role in MESSAGES for role in page.roles)
    body = _without_names(page, messages=True) if messages else None
    result = _read(page if body is None else replace(page, body=body))
    if not messages and result.seen is not None and "feedback.replies" in result.seen.present:
        body = _without_names(page, messages=result.seen.kind != "home")
        if body is not None:
            result = _read(replace(page, body=body))
    wanted = [*result.wanted, *_list_calls(page, result)]
    if "opendata.entry" in page.roles:
        catalogue = _catalogue(page)
        wanted += [*discover(page), *catalogue.wanted]
        if catalogue.read:
            result = replace(result, observations=(*result.observations, *catalogue.observations))
    return replace(result, body=body, wanted=tuple(wanted))


def _catalogue(page: FetchedPage) -> Look:
    """Read an answer of an open-data catalogue; it leads to further calls and to a few files to try."""
    answer = look_at_answer(page)
    observation = _observation("opendata", 1, answer)
    if answer is None:
        return Look((observation,), None, ())
    return Look((observation,), None, (), (*answer.next, *download_sample(summarise([answer]))))


def _list(page: FetchedPage) -> Look:
    """Read an answer to a list's data call; a wall or an error page in its place is told."""
    answer = look_at_list(page)
    others = tuple(role for role in page.roles if not role.startswith(ROLE))
    result = Look((), None, ())
    if others:
        result = look(replace(page, roles=others))
    elif is_document(page):
        seen = parse(page).seen
        result = replace(result, seen=seen if seen.kind in ("error", "wall") else None)
    return replace(
        result,
        observations=(*result.observations, _observation("list", 1, answer)),
        wanted=(*result.wanted, *following(page, answer)),
        listed=as_page(answer),
    )


def _list_calls(page: FetchedPage, result: Look) -> Iterator[Wanted]:
    """The data calls that fill the list of this page."""
    for observation in result.observations:
        if isinstance(observation.seen, ScriptedSeen):
            yield from wanted_by(page, observation.seen)


def _frames(document: ParsedDocument) -> Iterator[Wanted]:
    """The frames of a frameset stand for the page itself."""
    for frame in document.tree.iter("frame"):
        address = urljoin(document.page.url, (frame.get("src") or "").strip())
        if address.startswith(("http://", "https://")):
            for role in document.page.roles:
                yield Wanted(address, role, f"frame {frame.get('name') or ''}".strip())


def is_document(page: FetchedPage) -> bool:
    """Whether an answer is a page to read: by its media type, else by its first bytes."""
    if page.media_type in ("text/html", "application/xhtml+xml") or page.rendered:
        return not page.body[:8].startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    head = page.body[:512].lstrip().lower()
    return page.media_type in ("", "text/plain", "application/octet-stream") and head.startswith(
        (b"<!doctype html", b"<html", b"<head")
    )


def _read(page: FetchedPage) -> Look:
    document = parse(page)
    observations: list[Observation[Any]] = []
    for probe in document_probes():
        start = time.perf_counter()
        try:
            seen = probe.look(document)
        except Exception as error:  # a page that breaks one probe must not cost the others their look
            observations.append(
                Observation(
                    probe.name,
                    probe.version,
                    Outcome.CANT_TELL,
                    Cause.PROBE_ERROR,
                    None,
                    f"{type(error).__name__}: {error}",
                )
            )
            continue
        elapsed_ms = round((time.perf_counter() - start) * 1000)
        observations.append(replace(_observation(probe.name, probe.version, seen), elapsed_ms=elapsed_ms))
    wishes = (wish for observation in observations for wish in getattr(observation.seen, "wanted", ()))
    return Look(
        tuple(observations),
        document.seen,
        tuple(document.links),
        (*_frames(document), *explanations(document), *wishes),
    )


def _observation(probe: str, version: int, seen: object) -> Observation[Any]:
    return Observation(probe, version, Outcome.INAPPLICABLE if seen is None else Outcome.PASSED, seen=seen)


def _without_names(page: FetchedPage, *, messages: bool) -> bytes | None:
    """The body without personal data, in the encoding it had; None when there was none to take out."""
    decoded = decode(page.body, page.header("content-type"))
    text = redact(decoded.text, messages=messages)
    return None if text == decoded.text else text.encode(_codec(decoded.encoding), "replace")


def _codec(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        return "utf-8"
    return encoding


def failed(cause: Cause, detail: str) -> Look:
    """The look that came to nothing: every document probe says why."""
    return Look(
        tuple(Observation(p.name, p.version, Outcome.CANT_TELL, cause, None, detail) for p in document_probes()),
        None,
        (),
        fault=cause,
        fault_detail=detail,
    )


class Reader:
    """Worker processes that read pages; one that takes longer than the deadline is killed and replaced."""

    def __init__(self, processes: int = 1) -> None:
        self._pool = ProcessPool(
            max_workers=processes, max_tasks=PAGES_A_PROCESS, context=multiprocessing.get_context("forkserver")
        )

    async def look(self, page: FetchedPage) -> Look:
        """Read one page; never raises for what is in it."""
        if page.way is Way.LINK:
            return Look((), None, ())  # asked only whether it answers
        future = self._pool.schedule(look, args=[page], timeout=DEADLINE_S)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, FutureTimeout):
            return failed(Cause.PROBE_TIMEOUT, f"reading took longer than {DEADLINE_S:g} s")
        except ProcessExpired as error:
            return failed(Cause.CRASHED, f"the reading process ended: {error}")
        except (asyncio.CancelledError, RuntimeError):
            raise  # the pool is closing
        except Exception as error:  # whatever a page does to a parser, it does to itself only
            return failed(Cause.PROBE_ERROR, f"{type(error).__name__}: {error}"[:300])

    def close(self) -> None:
        """End the processes at once."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble annotates it only in part
        self._pool.join(timeout=10)
