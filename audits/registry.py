"""The list of checks, found by looking through `audits/checks`: a check's annotations say what it must be handed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from audits.city import City, CitySeen, VisitedPage
from audits.finding import Finding
from audits.verdict import Verdict

Judgement = TypeVar("Judgement", bound=Callable[..., Verdict])


class Findings(dict[str, Finding]):
    """The findings made so far for the same city, by feature id, for the rules about measurement itself."""


@dataclass(frozen=True)
class Option:
    """A keyword-only parameter of a check, which a card may set."""

    name: str
    type: Any
    required: bool


@dataclass(frozen=True)
class Need:
    """A parameter of a check that the judge must fill: its name, the type asked for, whether None will do."""

    name: str
    type: type[Any]
    optional: bool


@dataclass(frozen=True)
class Check:
    """One check: its function, its reasons with the arguments of each, what it needs and what a card may set."""

    name: str
    function: Callable[..., Verdict]
    reasons: Mapping[str, tuple[str, ...]]
    needs: tuple[Need, ...]
    options: Mapping[str, Option]

    @property
    def of_city(self) -> bool:
        """Whether it looks at the whole city at once (it asks for CitySeen or for findings), not at one page."""
        return any(need.type in (CitySeen, Findings) for need in self.needs)

    @property
    def comes_last(self) -> bool:
        """Whether it judges other findings and so must wait for them."""
        return any(need.type is Findings for need in self.needs)

    @property
    def observations(self) -> tuple[Need, ...]:
        """What it needs of one page that a probe must have seen there."""
        return tuple(need for need in self.needs if need.type not in _GIVEN)


_GIVEN: frozenset[type[Any]] = frozenset({CitySeen, City, VisitedPage, Findings, date})
_checks: dict[str, Check] = {}


def check(*, reasons: Mapping[str, tuple[str, ...]] | tuple[str, ...]) -> Callable[[Judgement], Judgement]:
    """Register a check under its function's name.

    `reasons` are the message keys it can give, each with the names of the arguments its message may use. Raises
    TypeError for a parameter that cannot be resolved and ValueError for a second check of the same name.
    """
    spelled = dict(reasons) if isinstance(reasons, Mapping) else dict.fromkeys(reasons, ())

    def register(function: Judgement) -> Judgement:
        name = function.__name__
        known = _checks.get(name)
        if known is not None and known.function.__module__ != function.__module__:
            raise ValueError(f"two checks are named {name!r}: {known.function.__module__} and {function.__module__}")
        needs, options = _signature(function)
        _checks[name] = Check(name, function, spelled, needs, options)
        return function

    return register


@cache
def checks() -> Mapping[str, Check]:
    """Every check by name; imports all modules of `audits.checks` once."""
    import audits.checks

    for module in pkgutil.iter_modules(audits.checks.__path__, "audits.checks."):
        importlib.import_module(module.name)
    return types.MappingProxyType(dict(sorted(_checks.items())))


def _signature(function: Callable[..., Verdict]) -> tuple[tuple[Need, ...], dict[str, Option]]:
    hints = typing.get_type_hints(function)
    needs: list[Need] = []
    options: dict[str, Option] = {}
    for parameter in inspect.signature(function).parameters.values():
        hint = hints.get(parameter.name)
        if hint is None:
            raise TypeError(f"check {function.__name__}: annotate the parameter {parameter.name!r}")
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            required = parameter.default is inspect.Parameter.empty
            options[parameter.name] = Option(parameter.name, hint, required)
            continue
        kinds = [kind for kind in typing.get_args(hint) or (hint,) if kind is not type(None)]
        if len(kinds) != 1 or not isinstance(kinds[0], type):
            raise TypeError(f"check {function.__name__}: annotate {parameter.name!r} with one type or `Type | None`")
        needs.append(Need(parameter.name, kinds[0], type(None) in typing.get_args(hint)))
    return tuple(needs), options
