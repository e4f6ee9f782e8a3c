"""The report: a folder of pages in English and Chinese that tells what was found, why, and on which proof."""

from scoring.report.folder import render, render_all
from scoring.report.method import ValidityFigure

__all__ = ["ValidityFigure", "render", "render_all"]
