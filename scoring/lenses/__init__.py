"""Lenses: the same findings told as another body would tell them, each lens one file of data."""

from scoring.lenses.lens import Lens, LensError, load_lenses, parse_lens
from scoring.lenses.result import LensResult
from scoring.lenses.view import view

__all__ = ["Lens", "LensError", "LensResult", "load_lenses", "parse_lens", "view"]
