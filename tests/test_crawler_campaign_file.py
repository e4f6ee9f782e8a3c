"""Every mistake in a campaign file is named with file, key and cure, before anything is asked or written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.campaign.file import Campaign, CampaignError

ROOT = Path(__file__).resolve().parent.parent
CITY = '[[city]]\nid = "a"\nname = "甲市"\nportals = ["http://127.0.0.1:8001/"]\n'
PUBLIC = '[[city]]\nid = "a"\nname = "甲市"\nportals = ["https://www.example.gov.cn/"]\n'
CONTACT = 'contact = "survey@example.org"\n'


def campaign(folder: Path, text: str) -> Campaign:
    """The campaign that this text makes."""
    path = folder / "my.toml"
    path.write_text(text, encoding="utf-8")
    return Campaign(path)


MISTAKES = {
    "unknown key with a neighbour": ("tab = 2\n" + CITY, ["tab:", "unknown key", "did you mean `tabs`?"]),
    "unknown key without one": ("colour = 1\n" + CITY, ["colour:", "unknown key", "known here:", "budget"]),
    "unknown key in a table": ("[budget]\npage = 3\n" + CITY, ["budget.page:", "did you mean `pages`?"]),
    "unknown key in a city": (CITY + 'portal = "x"\n', ["city.0.portal:", "did you mean `portals`?"]),
    "wrong type": ('[budget]\npages = "many"\n' + CITY, ["budget.pages:", "integer", "'many'"]),
    "out of range": ("tabs = 90\n" + CITY, ["tabs:", "less than or equal to 8", "90"]),
    "below range": ("[budget]\npages = 0\n" + CITY, ["budget.pages:", "greater than or equal to 1"]),
    "a choice there is not": ('every = "fortnight"\n' + CITY, ["every:", "'day'", "'month'", "fortnight"]),
    "a view there is not": ('views = ["tablet"]\n' + CITY, ["views.0:", "'desktop'", "'phone'"]),
    "a date that is none": ('as_of = "soon"\n' + CITY, ["as_of:", "date"]),
    "missing contact": (PUBLIC, ["contact is missing", 'contact = "survey@example.org"']),
    "contact nobody can reach": ('contact = "me"\n' + PUBLIC, ["contact is missing"]),
    "too fast for public portals": (
        CONTACT + "[politeness]\ndelay_s = 0.5\n" + PUBLIC,
        ["politeness.delay_s below 1 second", "raise it"],
    ),
    "an address in hosts that is none": ('[hosts]\n"x.test" = "local"\n' + CITY, ["hosts:", "x.test", "such as"]),
    "a port in hosts that is none": ('[hosts]\n"x.test" = "127.0.0.1:99999"\n' + CITY, ["hosts:", "127.0.0.1:99999"]),
    "a network in allow that is none": ('allow = ["home"]\n' + CITY, ["allow:", "home", '"127.0.0.0/8"']),
    "host bits in allow": ('allow = ["10.0.0.1/8"]\n' + CITY, ["allow:", "host bits", '"127.0.0.0/8"']),
    "two cities of one id": (CITY + CITY, ["share the id a", "give each its own"]),
    "no cities": ("tabs = 1\n", ["no cities", "[[city]]", "[cities]"]),
    "a city without portals": ('[[city]]\nid = "a"\nname = "x"\n', ["city.0.portals:", "add it"]),
    "an id that is none": (CITY.replace('"a"', '"A b"'), ["city.0.id:", "pattern", "A b"]),
    "a portal that is no address": (
        CITY.replace("http://127.0.0.1:8001/", "www.example.cn"),
        ["city.0.portals:", "'www.example.cn' is not a web address", "http://"],
    ),
    "a country without a code": (CITY + 'country = "Italy"\n', ["country", "'Italy'", "ISO 3166-1"]),
    "a country of the registry there is not": (
        CONTACT + '[cities]\ncountry = "atlantis"\n',
        ["cities.country:", "atlantis", "cn"],
    ),
    "a city the registry does not know": (CONTACT + '[cities]\nnames = ["济男市"]\n', ["cities", "济男市", "济南市"]),
    "a choice that is empty": (
        CONTACT + '[cities]\nnames = ["南京市"]\nlevels = ["municipality"]\n',
        ["cities"],
    ),
    "no TOML": ("[budget\n", ["is not valid TOML", "line 1"]),
    "a portal as text": (CITY.replace("[", "").replace("]", "").replace("city\n", "[[city]]\n"), ["portals:", "list"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named_with_file_key_and_cure(name: str, tmp_path: Path) -> None:
    """The message starts with the file and says which key is wrong and what would be right."""
    text, parts = MISTAKES[name]
    with pytest.raises(CampaignError) as error:
        campaign(tmp_path, text)
    message = str(error.value)
    assert all(line.startswith(str(tmp_path / "my.toml")) for line in message.splitlines())
    assert not [part for part in parts if part not in message], message
    assert "Traceback" not in message


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    """Three mistakes are three lines, so that a file can be mended in one go."""
    with pytest.raises(CampaignError) as error:
        campaign(tmp_path, 'tabs = 90\nseed = "x"\n[budget]\npages = 0\n' + CITY)
    assert len(str(error.value).splitlines()) == 3


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a folder and a file in another encoding are told apart."""
    with pytest.raises(CampaignError, match="there is no such file"):
        Campaign(tmp_path / "none.toml")
    with pytest.raises(CampaignError, match="is a folder"):
        Campaign(tmp_path)
    path = tmp_path / "gbk.toml"
    path.write_bytes(CITY.encode("gb18030"))
    with pytest.raises(CampaignError, match="save it as UTF-8 text"):
        Campaign(path)


def test_a_good_file_is_read_as_it_says(tmp_path: Path) -> None:
    """Own cities and cities of the registry stand side by side; what is left out has its default."""
    found = campaign(tmp_path, CONTACT + PUBLIC + '[cities]\nnames = ["南京市"]\n')
    assert [city.name for city in found.cities] == ["甲市", "南京市"]
    assert (found.file.tabs, found.file.politeness.delay_s, found.file.views) == (
        2,
        1.0,
        ["desktop", "phone", "slow_phone"],
    )
    assert (found.name, found.out, found.title) == ("my", tmp_path / "my", "my")
    assert "survey@example.org" in found.agent
    assert found.relative(Path("evidence.csv")) == tmp_path / "evidence.csv"


@pytest.mark.parametrize("target", ["127.0.0.1", "127.0.0.1:8080", "::1", "[::1]", "[::1]:8080", "2001:db8::1"])
def test_addresses_that_hosts_may_name(target: str, tmp_path: Path) -> None:
    """IPv4 and IPv6, with and without a port."""
    found = campaign(tmp_path, f'[hosts]\n"X.test" = "{target}"\n' + CITY)
    assert found.file.hosts == {"x.test": target}


@pytest.mark.parametrize(
    ("portal", "hosts", "loopback"),
    [
        ("http://127.0.0.1:80/", "", True),
        ("http://[::1]:80/", "", True),
        ("http://x.test/", '"x.test" = "127.0.0.1:80"', True),
        ("http://x.test/", '"x.test:80" = "127.0.0.1:80"', True),
        ("http://x.test/", "", False),
        ("http://x.test/", '"x.test" = "10.0.0.1"', False),
    ],
)
def test_only_loopback_campaigns_do_without_contact_and_delay(
    portal: str, hosts: str, loopback: bool, tmp_path: Path
) -> None:
    """A campaign whose portals all lie on loopback may be fast and nameless, and may then go nowhere else."""
    text = f'[politeness]\ndelay_s = 0\n[hosts]\n{hosts}\n[[city]]\nid = "a"\nname = "x"\nportals = ["{portal}"]\n'
    if loopback:
        assert not campaign(tmp_path, text).file.may_leave_this_machine
    else:
        with pytest.raises(CampaignError):
            campaign(tmp_path, text)
    assert campaign(tmp_path, CONTACT + PUBLIC).file.may_leave_this_machine


def test_the_command_line_says_it_and_writes_nothing(tmp_path: Path) -> None:
    """A bad file is exit code 2 and one clear message; no folder and no database appear."""
    path = tmp_path / "my.toml"
    path.write_text("tab = 2\n" + CITY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "crawler.cli", "visit", str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "did you mean `tabs`?" in done.stderr
    assert "Traceback" not in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["my.toml"]
