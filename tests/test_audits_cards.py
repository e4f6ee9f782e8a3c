"""Loading cards: good ones load whole, a bad one stops the program and says where and how to mend it."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from audits.cards import CardError, catalogue_rows, load_catalogue, parse_catalogue

SHARED = resources.files("audits").joinpath("messages.toml").read_text("utf-8")
GOOD = """
[[card]]
id = "mobile.zoom"
catalogue = ["MOB-01"]
kind = "feature"
title = { en = "Zoom", zh = "缩放" }
asks = { en = "May a reader zoom?", zh = "能否缩放？" }
why = { en = "Some must.", zh = "有人需要。" }
counts = { en = "A viewport.", zh = "视口。" }
does_not_count = { en = "None.", zh = "无。" }
check = "viewport_tag"
over = "home"
options = { locked_score = 0.5 }
messages.free = { en = "Free.", zh = "自由。" }
messages.locked = { en = "Locked by {content}.", zh = "限制：{content}。" }
messages.none = { en = "None.", zh = "无。" }
sources = [{ text = { en = "A rule", zh = "一项规则" }, clause = "1", certainty = "R" }]
"""


def problems(text: str) -> str:
    """All that is wrong with a file of cards, in one text."""
    with pytest.raises(CardError) as caught:
        parse_catalogue({"audits/features/x.toml": text}, SHARED)
    return str(caught.value)


def test_a_good_card_loads() -> None:
    """What is left out has its default, and every card has the sentences of the judge."""
    card = parse_catalogue({"x.toml": GOOD}, SHARED).card("mobile.zoom")
    assert card.looks_at == ("home",)
    assert card.chapter == "mobile"
    assert {"free", "locked", "none", "gap", "elsewhere"} <= card.messages.keys()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('check = "viewport_tag"', 'check = "viewport"', "key check: there is no check 'viewport'"),
        ("locked_score = 0.5", "locked = 0.5", "key options.locked: the check viewport_tag has no such option"),
        ("locked_score = 0.5", 'locked_score = "half"', "key options.locked_score: Expected `float`"),
        ('over = "home"', 'over = "city"', "key over: the check viewport_tag looks at one page"),
        ('over = "home"', 'over = "share"', "needs the roles of the pages"),
        ('over = "home"', 'over = "city-wide"', "key over: invalid enum value"),
        ('messages.none = { en = "None.", zh = "无。" }', "", "key messages.none: missing"),
        ('en = "None.", zh = "无。" }\nsources', 'en = "None." }\nsources', "key messages[...]: object missing"),
        ("Locked by {content}", "Locked by {contents}", "{contents} is unknown there; it may use content"),
        ('messages.free', 'messages.fre', "the check never says so"),
        ('id = "mobile.zoom"', 'id = "zoom"', "write it as `chapter.thing`"),
        ('kind = "feature"', 'kind = "feature"\nneeds = "mobile.none"\nwithout = "failed"', "there is no feature"),
        ('kind = "feature"', 'kind = "feature"\nneeds = "mobile.zoom"\nwithout = "failed"', "waits for itself"),
        ('kind = "feature"', 'kind = "feature"\nneeds = "mobile.zoom"', "needs and without go together"),
        ('kind = "feature"', 'kind = "feature"\npass_at = 2.0', "pass_at: 2.0 is no score"),
        ('kind = "feature"', 'kind = "feature"\ncolour = "red"', "key colour: unknown; a card has"),
        ("sources = [{", "sources = []\n#", "name where the rule comes from"),
        ('text = { en = "A rule", zh = "一项规则" }', 'text = "A rule"', "key sources[0].text: expected `object`"),
        (', zh = "一项规则"', "", "key sources[0].text: object missing required field `zh`"),
        ('zh = "一项规则"', 'zh = ""', "key sources: give the document in en and in zh"),
        ('zh = "一项规则"', 'zh = "一项规则", it = "Una"', "key sources.text.it: unknown; a text has en and zh"),
        ("[[card]]", "[[cards]]", "key cards: unknown"),
        ('id = "mobile.zoom"', 'id = "mobile.zoom', "is not TOML"),
    ],
)  # fmt: skip
def test_a_bad_card_is_named_with_its_cure(before: str, after: str, told: str) -> None:
    """File and key are named, and what to do about it."""
    text = problems(GOOD.replace(before, after))
    assert text.startswith("audits/features/x.toml: ")
    assert told in text


def test_two_cards_of_one_id() -> None:
    """An id belongs to one card of one file."""
    with pytest.raises(CardError, match=r"b\.toml: card mobile\.zoom: key id: a\.toml has a card of that id"):
        parse_catalogue({"a.toml": GOOD, "b.toml": GOOD}, SHARED)


def test_defaults_lie_under_each_card() -> None:
    """What cards of a file share is written once; a card may still say otherwise."""
    shared, own = GOOD.split("asks =")
    file = "[defaults]\nasks =" + own + shared.replace("[[card]]", "[[card]]")
    card = parse_catalogue({"x.toml": file}, SHARED).card("mobile.zoom")
    assert card.asks.en == "May a reader zoom?"


FAMILY = """
[each.field]
transport = { en = "transport", zh = "交通" }
housing = { en = "housing", zh = "住房", card = { smart = [] } }
""" + GOOD.replace("[[card]]", '[[family]]\neach = "field"\nsmart = ["S1"]').replace(
    "mobile.zoom", "field.{field}_zoom"
).replace("A viewport.", "A viewport for {field.en}.").replace("视口。", "{field.zh}视口。")


def test_a_family_is_a_card_for_each_row() -> None:
    """The gaps of a family are filled in every text, those of messages stay, and a row may lay keys over its cards."""
    catalogue = parse_catalogue({"x.toml": FAMILY}, SHARED)
    transport, housing = catalogue
    assert (transport.id, housing.id) == ("field.transport_zoom", "field.housing_zoom")
    assert (transport.counts.en, housing.counts.zh) == ("A viewport for transport.", "住房视口。")
    assert transport.messages["locked"].en == "Locked by {content}."
    assert (transport.smart, housing.smart) == (("S1",), ())
    assert list(catalogue.each["field"]) == ["transport", "housing"]
    assert catalogue.digest != parse_catalogue({"x.toml": FAMILY.replace("住房", "住宅")}, SHARED).digest


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('each = "field"', 'each = "theme"', "key each: there is no `[each.theme]` in this file; there are field"),
        ("[each.field]", "[each.theme]", "key each: there is no `[each.field]` in this file; there are theme"),
        ("{field.en}", "{field.it}", "{field.it} is filled by no column of `[each.field]` transport; it has en, zh"),
        ('id = "field.{field}_zoom"', 'id = "field.zoom"', "key id: write {field} into it"),
        ("[each.field]", "[each]", "key each: write it as `[each.<name>]` with one table a row"),
        ("card = { smart = [] }", 'card = "none"', "key each: write it as `[each.<name>]` with one table a row"),
        ("card = { smart = [] }", 'card = { colour = "red" }', "card field.housing_zoom: key colour: unknown"),
        ("messages.free", "messages.fre", "card field.transport_zoom: key messages.fre: the check never says so"),
    ],
)
def test_a_bad_family_is_named_with_its_cure(before: str, after: str, told: str) -> None:
    """File and family are named, and what to do about it; a fault of a card is told at the card."""
    text = problems(FAMILY.replace(before, after))
    assert text.startswith("audits/features/x.toml: ")
    assert told in text


def test_the_digest_names_the_version() -> None:
    """Any change of a card or a shared sentence changes the digest."""
    one = parse_catalogue({"x.toml": GOOD}, SHARED).digest
    assert one == parse_catalogue({"x.toml": GOOD}, SHARED).digest
    assert one != parse_catalogue({"x.toml": GOOD.replace("Zoom", "Zooms")}, SHARED).digest
    assert one != parse_catalogue({"x.toml": GOOD}, SHARED.replace("Not known", "Unknown")).digest


def test_the_catalogue_holds_every_core_row() -> None:
    """Every core row that the web can show has a card, and every card a row in the table of features.

    INT-17, the simulated inquiry, comes by import alone; rows of ACC beyond the first are the auditor's.
    """
    core = {
        "HLT": "01 02 03 04 07 08 09",
        "IDN": "01 03 04 05 06 07 09 10 11 12 13 14 17 18",
        "UPD": "01 02 03 04 05 07 08 10",
        "DIS": "01 02 03 04 05 06 08 09 10 12 14 16 17 18 20 23 24",
        "SVC": "01 02 03 04 05 06 07 08 11 13 16 17 19 22",
        "INT": "01 03 04 05 06 07 10 11 16 18",
        "FLD": "01 02 03 04 06 07",
        "MOB": "01 02 04 06 07 08",
        "ACC": "01 03",
        "OPN": "01 02 03 04 05 06 08 09 10 11 12 13 14 15 16 17 22 24 25",
        "GOV": "01 04 05 07 08",
        "QLT": "01 02 03 04 05 06",
    }
    rows = {row for card in load_catalogue() for row in card.catalogue}
    assert {f"{section}-{number}" for section, numbers in core.items() for number in numbers.split()} <= rows
    assert len(catalogue_rows()) == len(load_catalogue())


def test_flags_gates_and_rules_of_measurement_aim_at_no_score() -> None:
    """Only features have a SMART target."""
    assert [card.id for card in load_catalogue() if card.smart and card.kind != "feature"] == []


def test_chinese_sentences_are_set_as_chinese() -> None:
    """No blank between Chinese characters, no half-width mark beside one, no blank beside a full-width mark."""
    han, half = "[\u3400-\u9fff]", "[,;:?!()]"
    wrong = re.compile(f"{han} +{han}|{han}{half}|{half}{han}| [，。：；、）》”？]")
    for card in load_catalogue():
        for text in (card.title, card.asks, card.why, card.counts, card.does_not_count, *card.messages.values()):
            assert not wrong.search(text.zh), f"{card.id}: {text.zh}"
            assert text is card.title or text.zh.endswith(("。", "？")), f"{card.id}: {text.zh}"
            assert text is card.title or text.en.endswith((".", "?")), f"{card.id}: {text.en}"
