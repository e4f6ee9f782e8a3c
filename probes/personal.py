"""Taking out what identifies a citizen: phone and identity numbers, e-mail addresses and names in published messages."""

from __future__ import annotations

import re

REDACTED = "[redacted]"

# Chinese mobile (11 digits from 13 to 19) and landline numbers, identity card numbers (GB 11643: 17 digits and a
# check character), e-mail addresses, and North American numbers. Bounded repeats only: this meets hostile pages.
_NUMBERS = re.compile(
    r"(?<!\d)(?:"
    r"\d{17}[\dXx]"
    r"|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
    r"|0\d{2,3}[- ]?\d{7,8}"
    r"|(?:\+?1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}"
    r")(?!\d)"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
# A label that announces a person, then (markup between them allowed) the name: two to four Chinese characters, or
# up to three capitalised words.
_NAME = re.compile(
    r"((?:姓\s{0,4}名|留言人|来信人|写信人|咨询人|投诉人|网友|昵称|提问人|诉求人|联系人|From|Name|Submitted by|Asked by|Author)"
    r"\s{0,4}[:：]?\s{0,4}(?:</?[A-Za-z][^<>]{0,80}>\s{0,8}){0,6})"
    r"([\u4e00-\u9fff]{1,3}[\u4e00-\u9fff*＊某]{1,3}|[A-Z][a-z]{1,20}(?: [A-Z][a-z.]{0,20}){0,2})"
)


def redact(text: str) -> str:
    """The text of a page with citizens' messages, personal data replaced by `[redacted]`; markup is left whole."""
    text = _NAME.sub(lambda found: found[1] + REDACTED, text)
    text = _MAIL.sub(REDACTED, text)
    return _NUMBERS.sub(REDACTED, text)
