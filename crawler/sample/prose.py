"""Puts together the columns and articles of the made-up Chinese cities from their data files, without chance."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from crawler.sample.site import pick


@dataclass(frozen=True)
class Item:
    """One article of a column: number within its city, headline, day and time of publication, kind, office, text."""

    number: int
    title: str
    day: date
    time: str
    kind: str
    dept: str
    text: tuple[str, ...]

    @property
    def date(self) -> str:
        """The day as YYYY-MM-DD."""
        return self.day.isoformat()


@dataclass(frozen=True)
class Column:
    """One column with its items, newest first; `folder` is where its pages lie, `head` marks a head of §20."""

    id: int
    name: str
    slug: str
    kind: str
    items: tuple[Item, ...]
    head: bool = False
    more: dict[str, str] | None = None


def load(city: str) -> dict[str, Any]:
    """The data file of one city."""
    return tomllib.loads(resources.files("crawler.sample").joinpath("data", f"{city}.toml").read_text("utf-8"))


def columns(data: dict[str, Any]) -> tuple[Column, ...]:
    """Every column and head of a city's data, with all items written out; article numbers run on from 101."""
    made: list[Column] = []
    number = 100
    for table, head in (("column", False), ("head", True)):
        for row in data.get(table, ()):
            newest = date.fromisoformat(row["newest"])
            step = timedelta(days=row.get("every_days", 45))
            titles = list(row["titles"])
            titles += _more(data, row, row.get("count", len(titles)) - len(titles))
            dated = [(newest - step * place, title) for place, title in enumerate(titles)]
            dated += [(date.fromisoformat(day), title) for day, title in row.get("extra", ())]
            items = []
            for day, title in sorted(dated, key=lambda pair: pair[0], reverse=True):
                number += 1
                items.append(_item(data, row["kind"], number, title, day))
            made.append(
                Column(row["id"], row["name"], row.get("slug", f"head{row['id']}"), row["kind"], tuple(items), head)
            )
    return tuple(made)


def _more(data: dict[str, Any], row: dict[str, Any], count: int) -> list[str]:
    patterns = data.get("more", {}).get(row["kind"], [])
    if count > 0 and not patterns:
        raise ValueError(f"column {row['name']} of {data['city']['name']} wants {count} more titles and has no pattern")
    city = data["city"]
    made: list[str] = []
    place = 0
    while len(made) < count:
        round_, which = divmod(place, len(patterns))
        title = patterns[which].format(
            dept=city["departments"][(round_ * 7 + which * 3 + row["id"]) % len(city["departments"])],
            area=city["districts"][(round_ + which + row["id"]) % len(city["districts"])],
        )
        place += 1
        if title not in made:
            made.append(title)
        elif place > 400:
            raise ValueError(f"column {row['name']} of {city['name']} runs out of titles")
    return made


def _item(data: dict[str, Any], kind: str, number: int, title: str, day: date) -> Item:
    city = data["city"]
    dept = next((name for name in city["departments"] if name.removeprefix("市") in title), "")
    dept = dept or pick(title, city["departments"])
    seed = f"{city['name']}{title}"
    hour = 8 + int(pick(seed, [str(n) for n in range(10)]))
    minute = int(pick(seed + "m", [str(n) for n in range(60)]))
    return Item(number, title, day, f"{hour:02d}:{minute:02d}", kind, dept, article_text(data, kind, title, day, dept))


def article_text(data: dict[str, Any], kind: str, title: str, day: date, dept: str) -> tuple[str, ...]:
    """The paragraphs of one article: an opening, then body sentences of its kind from a point of its own."""
    city = data["city"]
    source = _prose()[kind]
    words = {
        "city": city["name"],
        "dept": dept,
        "title": title.strip("《》"),
        "day": f"{day.month}月{day.day}日",
        "area": pick(title, city["districts"]),
        "phone": city["phone"][:-2] + f"{len(title) % 90 + 10}",
        "leader": pick(title, city["leaders"]),
    }
    body = source["body"]
    if kind == "news":
        start = int(pick(title, [str(n) for n in range(len(body))]))
        body = (body[start:] + body[:start])[:3]
    return (pick(title, source["lead"]).format(**words), *(line.format(**words) for line in body))


@cache
def _prose() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files("crawler.sample").joinpath("data", "prose.toml").read_text("utf-8"))
