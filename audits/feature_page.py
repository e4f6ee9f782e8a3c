"""The catalogue as a page of the docs: every feature with its rule, written from the cards and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from audits.card import Card
from audits.cards import Catalogue, load_catalogue


def feature_page(catalogue: Catalogue | None = None) -> str:
    """The Markdown of docs/features.md: a table of ids, then one section a feature."""
    return "\n".join(_lines(catalogue or load_catalogue())) + "\n"


def _lines(catalogue: Catalogue) -> Iterator[str]:
    yield "# Features"
    yield ""
    yield "Written by `civicprobe features --markdown` from the cards in `audits/features/`."
    yield "Edit the cards, not this page."
    yield ""
    yield "本页由评价卡自动生成；如需改动，请修改 `audits/features/` 中的评价卡。"
    for chapter, cards in groupby(catalogue.cards, key=lambda card: (card.kind == "presence", card.chapter)):
        group = list(cards)
        yield ""
        yield f"## {chapter[1]}" + (" (shown by one page)" if chapter[0] else "")
        yield ""
        yield "| id | rows | SMART | what is asked | check | over | sources |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for card in group:
            asks = f"{card.asks.en}<br>{card.asks.zh}"
            sources = "<br>".join(
                f"{source.text.en}<br>{source.text.zh} `{source.clause}` [{source.certainty}]"
                for source in card.sources
            )
            target = ", ".join(card.smart) or card.kind
            cells = (f"`{card.id}`", ", ".join(card.catalogue), target, asks, f"`{card.check}`", _over(card), sources)
            yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _over(card: Card) -> str:
    countries = f" ({', '.join(card.countries)} only)" if card.countries else ""
    return card.over + countries
