"""The report's own words, in English and in Chinese: headings, outcomes, causes, units and sentences."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from audits.card import Text

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
TAGS: dict[Language, str] = {"en": "en", "zh": "zh-CN"}  # BCP 47, for the lang attribute
NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}


class Words:
    """The words of one report language; `words("cause.dns")` is a sentence, with its gaps filled by keyword.

    A key that `words.toml` does not hold raises KeyError: it is a fault of ours, never of a portal.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.tag = TAGS[language]
        self._said = _sentences()[language]

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of that key. With `n=1`, the English form for one is taken where there is one."""
        said = self._said[key]
        if values.get("n") in (1, "1") and key + "/one" in self._said:
            said = self._said[key + "/one"]
        return said.format(**values) if values else said

    def known(self, key: str) -> bool:
        """Whether there are words for that key."""
        return key in self._said

    def either(self, key: str, otherwise: str) -> str:
        """The sentence of that key, or the other text when there is none (for keys that data may extend)."""
        return self._said.get(key, otherwise)

    def of(self, text: Text) -> str:
        """The side of a two-language text that this report shows."""
        return text.in_language(self.language)

    def listed(self, items: list[str]) -> str:
        """The items as one enumeration: `a, b and c`, `a、b和c`; empty for none."""
        if len(items) < 2:
            return "".join(items)
        return self("site.list_comma").join(items[:-1]) + self("site.list_and") + items[-1]

    def rule_help(self, rule: str, english: str) -> str:
        """What an axe-core rule asks for, in this language where axe-core's own translation has it."""
        return _rules_in_chinese().get(rule, english) if self.language == "zh" else english


def load_words(text: str) -> dict[Language, dict[str, str]]:
    """The words of a TOML text by language and dotted key; a key without both languages raises ValueError."""
    said: dict[Language, dict[str, str]] = {"en": {}, "zh": {}}
    for group, entries in tomllib.loads(text).items():
        for name, entry in entries.items():
            missing = [language for language in LANGUAGES if not entry.get(language)]
            extra = sorted(set(entry) - {"en", "en_one", "zh"})
            if missing or extra:
                fault = f"lacks {', '.join(missing)}" if missing else f"has the unknown key {extra[0]}"
                raise ValueError(
                    f"words.toml: [{group}.{name}] {fault}; each entry holds en and zh, and may hold en_one"
                )
            said["en"][f"{group}.{name}"] = entry["en"].replace(" %", "\u00a0%")  # never parted at a line's end
            said["zh"][f"{group}.{name}"] = entry["zh"]
            if "en_one" in entry:
                said["en"][f"{group}.{name}/one"] = entry["en_one"]
    return said


@cache
def _sentences() -> dict[Language, dict[str, str]]:
    return load_words(resources.files("scoring.report").joinpath("words.toml").read_text("utf-8"))


@cache
def _rules_in_chinese() -> dict[str, str]:
    """axe-core's own Chinese names of its rules, from the locale file shipped beside the engine."""
    locale = json.loads(resources.files("probes.axe").joinpath("zh_CN.json").read_text("utf-8"))
    return {rule: entry["help"] for rule, entry in locale["rules"].items()}
