"""The made-up country: all hosts of its five cities and of the province above four of them."""

from __future__ import annotations

from crawler.sample.alderwick import alderwick
from crawler.sample.chengpu import chengpu
from crawler.sample.province import province
from crawler.sample.site import Site
from crawler.sample.weiyu import weiyu
from crawler.sample.xilou import xilou
from crawler.sample.yunxiu import yunxiu


def sites() -> list[Site]:
    """Every host of the sample country, built anew."""
    return [*yunxiu(), *chengpu(), *weiyu(), *xilou(), *alderwick(), *province()]
