"""Personal data of citizens is taken out of pages; the offices' own data stays where it is needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.personal import exposed, redact


@pytest.mark.parametrize(
    "text",
    [
        "<td>留言人</td><td>张小三</td>",
        "姓名：<b>欧阳某某</b>",
        "联系人：李*，",
        "Submitted by: Jane Q. Public",
        "身份证号990100199001011234。",
        "99010019900101123X",
        "SSN 123-45-6789",
        "codice fiscale RSSMRA80A01H501U",
        "我的手机号是13812345678",
        "+86 138-1234-5678",
    ],
)
def test_labelled_names_and_personal_numbers_go(text: str) -> None:
    """Names behind a label, identity numbers and mobile numbers are replaced on any page that shows messages."""
    for messages in (True, False):
        told = redact(text, messages=messages)
        assert "[redacted" in told
        assert not any(char.isdigit() for char in told)


def test_names_below_a_heading_of_a_table_go_everywhere_on_a_message_page() -> None:
    """A column headed 留言人 gives the names away; they are taken out of the whole page."""
    page = (
        "<table><tr><th>留言人</th><th>标题</th><th>时间</th></tr>"
        "<tr><td>王小明</td><td>路灯不亮</td><td>2026-03-01</td></tr></table><p>王小明您好</p>"
    )
    told = redact(page, messages=True)
    assert "王小明" not in told
    assert "路灯不亮" in told
    assert "<th>标题</th>" in told


def test_an_office_keeps_its_number_and_address_on_ordinary_pages() -> None:
    """A landline and an e-mail address in a footer are the office's contact, and stay unless the page is a message."""
    footer = "联系电话：0990-8888888 邮箱：office@example.org"
    assert redact(footer, messages=False) == footer
    assert "8888888" not in redact(footer, messages=True)


def test_dates_codes_and_filings_are_no_personal_numbers() -> None:
    """Dates, site codes, filing numbers and amounts are left alone."""
    text = "2026-10-15 10:30 网站标识码：9901000001 ICP备00000101号-1 1,234,567 元 公网安备 46000000000101号"
    assert redact(text, messages=True) == text


@given(st.text(max_size=400), st.booleans())
def test_redacting_twice_changes_nothing_more(text: str, messages: bool) -> None:
    """Redaction is idempotent, whatever the text."""
    once = redact(text, messages=messages)
    assert redact(once, messages=messages) == once


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("身份证号990101195001010010，手机13000000001", {"identity": 1, "mobile": 1}),
        ("工单编号202610150000012345", {}),
        ("联系电话0600-5550100 或 (555) 010-0143", {"phone": 2}),
        ("138****1234 someone@example.org", {}),
        ("无个人信息", {}),
    ],
)
def test_what_is_exposed_is_counted_alike_before_and_after_redaction(text: str, kinds: dict[str, int]) -> None:
    """Identity numbers with a right check digit, mobile and other numbers; masked and file numbers are none."""
    assert dict(exposed(text)) == kinds
    assert exposed(redact(text, messages=True)) == exposed(text)
