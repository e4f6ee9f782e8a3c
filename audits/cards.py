"""Reads the feature cards and refuses a bad one, naming the file, the card, the key and the cure."""

from __future__ import annotations

import hashlib
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, get_args

import msgspec

from audits.card import Card, CardKind, Over, Source, Text
from audits.families import Row, is_each, unfolded
from audits.registry import Check, checks

LIFT_REASONS: Mapping[Over, Mapping[str, tuple[str, ...]]] = {
    "home": {},
    "any": {},
    "all": {},
    "city": {},
    "share": {"share": ("met", "pages", "percent")},
    "count": {"count": ("met", "pages")},
}
"""What the judge itself says when it lifts pages to the city; a card with that `over` has words for it."""

SHARED_REASONS: Mapping[str, tuple[str, ...]] = {
    "gap": ("url",),
    "not_looked": (),
    "not_followed": ("text", "url"),
    "too_few": ("pages", "least"),
    "elsewhere": (),
    "without": ("feature",),
    "moot": ("feature",),
    "waits": ("feature",),
}
"""What the judge may say of any card; the words are in `audits/messages.toml`."""


class CardError(ValueError):
    """Cards that cannot be used; each line names the file, the card, the key and the cure."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Catalogue:
    """All cards of a version, in file order, and the digest that names the version (SHA-256 over the files).

    `each` is what families of cards are unfolded for: by name (`field`) the rows of all files.
    """

    cards: tuple[Card, ...]
    digest: str
    each: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Card]:
        return iter(self.cards)

    def __len__(self) -> int:
        return len(self.cards)

    def card(self, id: str) -> Card:
        """The card of that id; KeyError when there is none."""
        for card in self.cards:
            if card.id == id:
                return card
        raise KeyError(id)


@dataclass(frozen=True)
class CatalogueRow:
    """One card as the table of features shows it."""

    id: str
    catalogue: str
    kind: str
    title_en: str
    title_zh: str
    check: str
    over: str
    countries: str
    smart: str
    needs: str
    sources: str


@cache
def load_catalogue() -> Catalogue:
    """The cards that ship with this package. Raises CardError when one of them is unfit."""
    room = resources.files("audits")
    files = {f"audits/features/{name}": text for name, text in _card_files(room.joinpath("features"))}
    shared = room.joinpath("messages.toml").read_text("utf-8")
    return parse_catalogue(files, shared)


def catalogue_rows(catalogue: Catalogue | None = None) -> tuple[CatalogueRow, ...]:
    """The table of features, one row a card in file order, for the docs and the command line."""
    return tuple(
        CatalogueRow(
            card.id,
            ", ".join(card.catalogue),
            card.kind,
            card.title.en,
            card.title.zh,
            card.check,
            card.over,
            ", ".join(card.countries),
            ", ".join(card.smart),
            card.needs or "",
            "; ".join(f"{source.clause} [{source.certainty}]" for source in card.sources),
        )
        for card in catalogue or load_catalogue()
    )


def parse_catalogue(files: Mapping[str, str], shared: str) -> Catalogue:
    """The cards of some TOML texts by file name; `shared` is the text of the messages that every card has.

    Raises CardError with everything that is wrong.
    """
    problems: list[str] = []
    words = {key: msgspec.convert(value, Text) for key, value in tomllib.loads(shared).items()}
    problems += _message_problems("audits/messages.toml", words, SHARED_REASONS)
    cards: list[Card] = []
    where: dict[str, str] = {}
    each: dict[str, dict[str, Row]] = {}
    for file, text in files.items():
        for card in _cards_of(file, text, problems, each):
            place = f"{file}: card {card.id}"
            if card.id in where:
                problems.append(f"{place}: key id: {where[card.id]} has a card of that id too; give it another")
                continue
            where[card.id] = file
            problems += [f"{place}: {problem}" for problem in _card_problems(card)]
            cards.append(replace(card, messages=words | card.messages, looks_at=_looks_at(card)))
    problems += _need_problems(cards, where)
    if problems:
        raise CardError(problems)
    digest = hashlib.sha256()
    for name, text in [*files.items(), ("audits/messages.toml", shared)]:
        digest.update(f"{name}\0{text}\0".encode())
    return Catalogue(tuple(cards), digest.hexdigest(), each)


def _card_files(folder: Traversable, within: str = "") -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _card_files(entry, f"{within}{entry.name}/")
        elif entry.name.endswith(".toml"):
            yield within + entry.name, entry.read_text("utf-8")


def _cards_of(file: str, text: str, problems: list[str], each: dict[str, dict[str, Row]]) -> Iterator[Card]:
    """The well-formed cards of one file: `[[card]]` tables, with an optional `[defaults]` table laid under each.

    A `[[family]]` is one card for each row of the file's `[each.<name>]`; the rows are added to `each`.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        problems.append(f"{file}: is not TOML ({fault}); mend that line")
        return
    defaults = table.pop("defaults", {})
    entries, families, rows = table.pop("card", []), table.pop("family", []), table.pop("each", {})
    problems += [
        f"{file}: key {key}: unknown; a file holds `[defaults]`, `[[card]]`, `[each.…]` and `[[family]]`"
        for key in table
    ]
    if not isinstance(entries, list) or not isinstance(defaults, dict) or not isinstance(families, list):
        problems.append(f"{file}: write each card as `[[card]]` or `[[family]]` and what they share as `[defaults]`")
        return
    if not is_each(rows):
        problems.append(f"{file}: key each: write it as `[each.<name>]` with one table a row: `<key> = {{ … }}`")
        return
    for name in rows:
        each.setdefault(name, {}).update(rows[name])
    for number, entry in enumerate([*entries, *unfolded(families, rows, problems, file)], 1):
        raw = _laid_over(defaults, entry)
        place = f"{file}: card {raw.get('id', f'number {number}')}"
        unknown = _unknown_keys(raw)
        problems += [f"{place}: key {key}: unknown; {cure}" for key, cure in unknown]
        try:
            card = msgspec.convert(raw, Card)
        except msgspec.ValidationError as fault:
            problems.append(f"{place}: {_told(str(fault))}")
        else:
            if not unknown:
                yield card


def _laid_over(defaults: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(defaults)
    for key, value in entry.items():
        under = merged.get(key)
        merged[key] = under | value if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _unknown_keys(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    known = {field.name for field in fields(Card)}
    texts = {field.name for field in fields(Text)}
    source_keys = {field.name for field in fields(Source)}
    wrong = [(key, f"a card has {', '.join(sorted(known))}") for key in raw if key not in known]
    spoken: dict[str, Any] = {
        key: raw[key] for key in ("title", "asks", "why", "counts", "does_not_count") if key in raw
    }
    messages = raw.get("messages")
    if isinstance(messages, dict):
        spoken |= {f"messages.{key}": value for key, value in messages.items()}
    for key, value in spoken.items():
        if isinstance(value, dict):
            wrong += [(f"{key}.{language}", "a text has en and zh") for language in value if language not in texts]
    sources = raw.get("sources")
    for source in sources if isinstance(sources, list) else []:
        if isinstance(source, dict):
            wrong += [
                (f"sources.{key}", f"a source has {', '.join(sorted(source_keys))}")
                for key in source
                if key not in source_keys
            ]
            text = source.get("text")
            if isinstance(text, dict):
                wrong += [(f"sources.text.{one}", "a text has en and zh") for one in text if one not in texts]
    return wrong


def _told(fault: str) -> str:
    """The parser's complaint with the key first: `Object missing required field `zh` - at `$.title``."""
    complaint, _, path = fault.partition(" - at ")
    key = path.strip("`").removeprefix("$").removeprefix(".") or "(the card itself)"
    return f"key {key}: {complaint[0].lower()}{complaint[1:]}"


def _card_problems(card: Card) -> Iterator[str]:
    if card.id.count(".") != 1 or not all(part.replace("_", "a").isalnum() for part in card.id.split(".")):
        yield "key id: write it as `chapter.thing`, in small letters"
    if card.kind not in get_args(CardKind) or card.over not in get_args(Over):
        yield "key kind or over: not one of the words a card may use"
    for name in ("title", "asks", "why", "counts", "does_not_count"):
        text: Text = getattr(card, name)
        if not text.en.strip() or not text.zh.strip():
            yield f"key {name}: give the sentence in en and in zh"
    if not card.sources:
        yield 'key sources: name where the rule comes from (certainty "project" when it is this project\'s own)'
    for source in card.sources:
        if not source.text.en.strip() or not source.text.zh.strip() or not source.clause.strip():
            yield "key sources: give the document in en and in zh, and the clause"
    if not 0.0 <= card.pass_at <= 1.0:
        yield f"key pass_at: {card.pass_at} is no score; give a number from 0 to 1"
    if (card.needs is None) != (card.without is None):
        yield "keys needs and without go together: name the feature needed and what its lack means"
    check = checks().get(card.check)
    if check is None:
        yield f"key check: there is no check {card.check!r}; there are {', '.join(checks())}"
        return
    yield from _wiring_problems(card, check)
    yield from _option_problems(card, check)
    reasons = dict(check.reasons) | dict(LIFT_REASONS[card.over])
    yield from _message_problems("", card.messages, reasons)


def _wiring_problems(card: Card, check: Check) -> Iterator[str]:
    if check.of_city != (card.over == "city"):
        what = "the whole city" if check.of_city else "one page"
        yield f'key over: the check {check.name} looks at {what}; write over = "{"city" if check.of_city else "home"}"'
    if card.over in ("any", "all", "share", "count") and not card.roles:
        yield f"key roles: over = {card.over!r} needs the roles of the pages it is over"


def _option_problems(card: Card, check: Check) -> Iterator[str]:
    known = ", ".join(check.options) or "none"
    for name, value in card.options.items():
        option = check.options.get(name)
        if option is None:
            yield f"key options.{name}: the check {check.name} has no such option; it has {known}"
            continue
        try:
            msgspec.convert(value, option.type)
        except msgspec.ValidationError as fault:
            yield f"key options.{name}: {fault}"
    for name, option in check.options.items():
        if option.required and name not in card.options:
            yield f"key options.{name}: the check {check.name} asks for it; add it"


def _message_problems(
    place: str, messages: Mapping[str, Text], reasons: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    lead = f"{place}: " if place else ""
    for reason in reasons:
        if reason not in messages and not (reason in SHARED_REASONS and reasons is not SHARED_REASONS):
            yield f"{lead}key messages.{reason}: missing; say in en and zh what this answer means"
    for key, text in messages.items():
        if key not in reasons:
            yield f"{lead}key messages.{key}: the check never says so; it says {', '.join(reasons)}"
            continue
        for language, sentence in (("en", text.en), ("zh", text.zh)):
            if not sentence.strip():
                yield f"{lead}key messages.{key}.{language}: empty; write the sentence"
            for name in _placeholders(sentence):
                if name not in reasons[key]:
                    may = ", ".join(reasons[key]) or "none"
                    yield f"{lead}key messages.{key}.{language}: {{{name}}} is unknown there; it may use {may}"


def _placeholders(sentence: str) -> Iterable[str]:
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]


def _looks_at(card: Card) -> tuple[str, ...]:
    """What must be seen before absence is said; unless the card says otherwise, the home page and its roles."""
    return tuple(dict.fromkeys(card.looks_at or ("home", *card.roles)))


def _need_problems(cards: Sequence[Card], where: Mapping[str, str]) -> Iterator[str]:
    needs = {card.id: card.needs for card in cards if card.needs is not None}
    ids = {card.id for card in cards}
    for id, needed in needs.items():
        place = f"{where[id]}: card {id}: key needs"
        if needed not in ids:
            yield f"{place}: there is no feature {needed!r}; name one of the catalogue"
            continue
        seen = {id}
        step: str | None = needed
        while step is not None:
            if step in seen:
                yield f"{place}: {id} waits for itself; break the circle"
                break
            seen.add(step)
            step = needs.get(step)


__all__ = [
    "LIFT_REASONS",
    "SHARED_REASONS",
    "CardError",
    "Catalogue",
    "CatalogueRow",
    "catalogue_rows",
    "load_catalogue",
    "parse_catalogue",
]
