"""The languages a page is written in, read from its text; the declared language only where the text says too little."""

from __future__ import annotations

import re
from collections import Counter

from probes.lexicon import fold, words_files

_HAN = re.compile(r"[\u3400-\u9fff]+")
_KANA = re.compile(r"[\u3040-\u30ff]+")
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
_EASTERN = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[a-z]+|[^\W\d_a-z{_EASTERN}]+")  # also of scripts other than Latin
_SAMPLE = 40_000
_LINE_WORDS = 5  # a line needs as many words to show its language by itself
_SUBSTANTIAL_SHARE = 0.15
_SUBSTANTIAL_WORDS = 60


def language_of(text: str, declared: str | None = None, hint: str | None = None) -> str:
    """The language code of a page's visible text: `zh`, `ja`, `ko`, a language of the words files, or the declared."""
    sample = text[:_SAMPLE]
    han = sum(map(len, _HAN.findall(sample)))
    kana = sum(map(len, _KANA.findall(sample)))
    hangul = sum(map(len, _HANGUL.findall(sample)))
    code = (declared or "").strip().lower().split("-")[0].split("_")[0]
    words = _WORD.findall(fold(sample))
    if kana > 20 and kana > han * 0.15:
        return "ja"
    if hangul > 20 and hangul > han:
        return "ko"
    # A Han character carries about as much as a short Latin word.
    if han > 4 and han >= len(words) * 0.5:
        return "zh"
    if len(words) >= 12:
        scores = _scores(words)
        best = max(scores, key=lambda name: scores[name])
        enough = scores[best] >= max(2, len(words) * 0.04)
        if enough and (code not in scores or scores[best] > 2 * scores[code] + 3):
            known_other = code and code not in scores and len(code) == 2
            if not known_other or scores[best] > len(words) * 0.12:
                return best
        if code:
            return code
        if enough:
            return best
    if han > 4:
        return "zh"
    return (hint or "").lower().split("-")[0] or code or "en"


def languages_of(lines: list[str], main: str) -> tuple[str, ...]:
    """The main language of a page and those that another substantial part of its lines is written in (a sixth of the
    words and at least sixty; a Han character counts as half a word), most words first."""
    weights: Counter[str] = Counter()
    size = 0
    for line in lines:
        size += len(line)
        if size > _SAMPLE:
            break
        han = 0 if line.isascii() else sum(map(len, _HAN.findall(line)))
        words = _WORD.findall(fold(line))
        if han >= len(words):
            weights["zh"] += han // 2
        elif len(words) >= _LINE_WORDS:
            scores = _scores(words)
            best = max(scores, key=lambda name: scores[name])
            alone = sum(score == scores[best] for score in scores.values()) == 1
            weights[best if scores[best] and alone else ""] += len(words)
    least = max(_SUBSTANTIAL_WORDS, _SUBSTANTIAL_SHARE * weights.total())
    return (main, *(code for code, words in weights.most_common() if code and code != main and words >= least))


def _scores(words: list[str]) -> dict[str, int]:
    """How many of the words are markers of each language that has them (words few other languages use)."""
    counts = Counter(words)
    return {
        file.code: sum(counts[marker] for marker in file.markers if not _HAN.match(marker))
        for file in words_files().values()
    }
