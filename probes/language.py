"""The language a page is written in, read from its text; the declared language only where the text says too little."""

from __future__ import annotations

import re

from probes.lexicon import fold, words_files

_HAN = re.compile(r"[\u3400-\u9fff]+")
_KANA = re.compile(r"[\u3040-\u30ff]+")
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
_WORD = re.compile(r"[a-z]+")


def language_of(text: str, declared: str | None = None, hint: str | None = None) -> str:
    """The language code of a page's visible text: `zh`, `ja`, `ko`, a language of the words files, or the declared."""
    sample = text[:40_000]
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
        scores = {
            file.code: sum(words.count(marker) for marker in file.markers if marker.isascii())
            for file in words_files().values()
        }
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
