"""The list of probes, found by looking through this room: adding a probe means adding one module."""

from __future__ import annotations

import importlib
import pkgutil
import typing
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from probes.live import LiveProbe
    from probes.parsed import ParsedDocument

Look = TypeVar("Look", bound="Callable[[ParsedDocument], Any]")


@dataclass(frozen=True)
class DocumentProbe:
    """A probe of a document: its name and version (both stored with each row), its function, and what it returns."""

    name: str
    version: int
    look: Callable[[ParsedDocument], Any]

    @property
    def seen(self) -> type:
        """The frozen dataclass the probe returns, read from its annotation `Seen | None`."""
        module = importlib.import_module(self.look.__module__)
        hint = typing.get_type_hints(self.look, vars(module) | _parsed_namespace())["return"]
        kinds = [kind for kind in typing.get_args(hint) or (hint,) if kind is not type(None)]
        if len(kinds) != 1:
            raise TypeError(f"probe {self.name}: annotate the result as one dataclass or `Seen | None`, not {hint}")
        return typing.cast(type, kinds[0])


_document_probes: dict[str, DocumentProbe] = {}


def document_probe(name: str, *, version: int) -> Callable[[Look], Look]:
    """Register `look(document) -> Seen | None` under a name; None means there was nothing for this probe to look at."""

    def register(look: Look) -> Look:
        known = _document_probes.get(name)
        if known is not None and known.look.__module__ != look.__module__:
            raise ValueError(f"two probes are named {name!r}: {known.look.__module__} and {look.__module__}")
        _document_probes[name] = DocumentProbe(name, version, look)
        return look

    return register


@cache
def document_probes() -> tuple[DocumentProbe, ...]:
    """Every document probe of this room, by name; imports all modules of the room once."""
    import probes

    for module in pkgutil.walk_packages(probes.__path__, "probes."):
        importlib.import_module(module.name)
    return tuple(_document_probes[name] for name in sorted(_document_probes))


def _parsed_namespace() -> dict[str, Any]:
    from probes.parsed import ParsedDocument

    return {"ParsedDocument": ParsedDocument}


@cache
def live_probes() -> tuple[LiveProbe, ...]:
    """Every probe of an opened page, by name: each module of this room that holds a PROBE."""
    import probes
    from probes.live import LiveProbe

    found = {}
    for module in pkgutil.iter_modules(probes.__path__, "probes."):
        probe = getattr(importlib.import_module(module.name), "PROBE", None)
        if isinstance(probe, LiveProbe):
            found[probe.name] = probe
    return tuple(found[name] for name in sorted(found))
