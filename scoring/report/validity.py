"""What the method page says of how often the machine is right: the figures of the labels that ship."""

from __future__ import annotations

from audits.card import Text
from audits.cards import load_catalogue
from audits.validity import Rates, shipped_validity
from scoring.report.method import ValidityFigure


def shipped_figures() -> tuple[ValidityFigure, ...]:
    """Overall figures first, then those of each detector that the shipped labels can speak of, in catalogue order."""
    known = shipped_validity()
    basis = Text(
        f"{known.pages} pages of the sample country that ships with CivicProbe, labelled by reading them; made with "
        "this program, so a best case: label pages of your own portals to know theirs",
        f"随本软件附带的样例国 {known.pages} 个页面，逐页判读标注；样例与本软件同时制作，属最好情形，"
        "实际网站的准确程度须用自行标注的页面测定",
    )
    overall = (
        (Text("Kind of page right", "页面类别判断正确"), f"{known.kinds_right}/{known.pages}"),
        (Text("Precision, all detectors", "精确率（全部识别项）"), _two(known.overall.precision)),
        (Text("Recall, all detectors", "召回率（全部识别项）"), _two(known.overall.recall)),
        (
            Text("Mean F1 of detectors with five or more positives", "F1 均值（正例不少于五个的识别项）"),
            _two(known.macro_f1),
        ),
    )
    catalogue = load_catalogue()
    titles = {card.id: card.title for card in catalogue.cards}
    each = tuple(
        ValidityFigure(titles[id_], _told(rates), _positives(rates))
        for id_, rates in known.detectors.items()
        if id_ in titles and rates.positives
    )
    return (*(ValidityFigure(measure, figure, basis) for measure, figure in overall), *each)


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _told(rates: Rates) -> str:
    return f"P {_two(rates.precision)} · R {_two(rates.recall)}"


def _positives(rates: Rates) -> Text:
    pages = "page" if rates.positives == 1 else "pages"
    return Text(f"{rates.positives} labelled {pages} with it", f"含此项的标注页面 {rates.positives} 个")
