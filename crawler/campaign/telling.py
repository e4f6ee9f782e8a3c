"""From a judged round to what people read: the dataset, the report, the export."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

from audits.agreement import Pair, by_rule, earlier_round, pairs
from audits.card import Card
from audits.cards import load_catalogue
from audits.city import City, VisitedPage
from audits.finding import Finding
from crawler.campaign.file import Campaign
from crawler.campaign.stages import cities_of, kinds, unmeasured
from crawler.store import Round, Store
from probes.axe.result import AxeSeen
from probes.document import DocumentSeen
from scoring.dataset import CityRecord, Dataset, Problem, RoundFacts, VisitRecord, through_lenses
from scoring.engine import score_all
from scoring.evidence import ImportedEvidence, read_evidence
from scoring.export import dataset_csv, dataset_json, dataset_parquet, dataset_xlsx
from scoring.lenses import Lens, load_lenses
from scoring.model import Model, load_model
from scoring.report import render_all
from scoring.report.validity import shipped_figures
from scoring.scorecard import Scorecard

PROBLEMS_A_CITY = 12
FORMATS = {"json": dataset_json, "csv": dataset_csv, "xlsx": dataset_xlsx, "parquet": dataset_parquet}
_IMPACT = {"critical": 0, "serious": 1, "moderate": 2, "minor": 3}


def dataset(campaign: Campaign, store: Store, round_: Round) -> Dataset:
    """The whole result of a judged round. Raises ModelError or EvidenceError for unfit files of the campaign."""
    cards = load_catalogue().cards
    model = the_model(campaign, cards)
    cities = cities_of(round_)
    evidence = the_evidence(campaign, cities, model)
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in store.findings(round_.id):
        found[finding.city].append(finding)
    scorecards = score_all(cities, found, evidence, model, unmeasured=unmeasured(store, round_))
    records: list[CityRecord] = []
    compared: list[tuple[Pair, ...]] = []
    rules = {card.id for card in cards if card.kind != "quality"}
    for city, card in zip(cities, scorecards, strict=True):
        pages = store.pages(round_.id, kinds(), city.id)
        records.append(_record(city, tuple(found[city.id]), pages, card))
        compared.append(_pairs(store, round_, [each for each in found[city.id] if each.feature in rules], pages))
    lenses = load_lenses(cards)
    facts = _facts(campaign, round_, model, lenses)
    whole = Dataset(facts, cards, model, evidence, tuple(records), agreement=by_rule(compared))
    return through_lenses(whole, lenses)


def the_model(campaign: Campaign, cards: tuple[Card, ...]) -> Model:
    """The campaign's own model where it names one, else the built-in one."""
    path = campaign.relative(campaign.file.model) if campaign.file.model is not None else None
    flags = {card.id for card in cards if card.kind == "flag"}
    return load_model(path, features={card.id for card in cards}, flags=flags)


def the_evidence(campaign: Campaign, cities: tuple[City, ...], model: Model) -> tuple[ImportedEvidence, ...]:
    """The imported evidence that the campaign file names."""
    records: list[ImportedEvidence] = []
    for path in campaign.file.evidence:
        records.extend(read_evidence(campaign.relative(path).read_bytes(), path.name, cities=cities, model=model))
    return tuple(records)


def write_report(data: Dataset, out: Path) -> Path:
    """Write the report beside the campaign's archive; returns its first page. Whole or not at all."""
    folder, fresh = out / "report", out / "report.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    for path, body in (*render_all(data, validity=shipped_figures()), ("dataset.json", dataset_json(data))):
        target = fresh / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)
    return folder / "index.html"


def _pairs(store: Store, round_: Round, found: list[Finding], pages: tuple[VisitedPage, ...]) -> tuple[Pair, ...]:
    """What this round and the one before both judged of a city."""
    begun = min((page.asked_at for page in pages if page.asked_at), default=None)
    before = earlier_round(store.earlier_findings(round_, found[0].city), begun) if begun and found else ()
    return pairs(found, before)


def _record(city: City, findings: tuple[Finding, ...], pages: tuple[VisitedPage, ...], card: Scorecard) -> CityRecord:
    homes = [page for page in pages if page.has_role("home") and not page.redirected_to]
    screenshots = {page.way: page.screenshot for page in reversed(homes) if page.screenshot is not None}
    home = next((page for page in homes if page.way == "plain"), None)
    return CityRecord(
        city=city,
        findings=findings,
        visits=tuple(_visit(page) for page in pages),
        scorecard=card,
        problems=_problems(pages),
        screenshots=screenshots,
        home=_visit(home) if home is not None else None,
    )


def _visit(page: VisitedPage) -> VisitRecord:
    document = page.saw(DocumentSeen)
    return VisitRecord(
        url=page.url,
        way=page.way,
        method=page.method,
        roles=tuple(reason.role for reason in page.roles),
        outcome=page.outcome.value,
        cause=page.cause.value if page.cause else None,
        vendor=page.vendor,
        status=page.status,
        fetched_at=page.fetched_at,
        elapsed_ms=page.elapsed_ms,
        size_bytes=page.size_bytes,
        kind=document.kind if document is not None else None,
        title=document.title if document is not None else None,
        final_url=page.final_url if page.final_url != page.url else None,
        archive=page.archive,
        screenshot=page.screenshot,
    )


def _problems(pages: tuple[VisitedPage, ...]) -> tuple[Problem, ...]:
    """The gravest accessibility problems: one a rule, on the page where most elements have it."""
    worst: dict[str, Problem] = {}
    for page in pages:
        axe = page.saw(AxeSeen)
        for rule in axe.violations if axe is not None else ():
            known = worst.get(rule.id)
            if known is None or rule.count > known.nodes:
                node = rule.nodes[0] if rule.nodes else None
                worst[rule.id] = Problem(
                    rule=rule.id,
                    impact=rule.impact or "minor",
                    help=rule.help,
                    help_url=rule.help_url,
                    page_url=page.final_url,
                    nodes=rule.count,
                    selector=node.selector if node else "",
                    snippet=node.html if node else "",
                    tags=rule.tags,
                )
    ordered = sorted(worst.values(), key=lambda each: (_IMPACT.get(each.impact, 4), -each.nodes, each.rule))
    return tuple(ordered[:PROBLEMS_A_CITY])


def _facts(campaign: Campaign, round_: Round, model: Model, lenses: tuple[Lens, ...]) -> RoundFacts:
    plan = round_.plan
    settings = {f"budget.{key}": str(value) for key, value in plan["budget"].items()}
    settings |= {f"politeness.{key}": str(value) for key, value in plan["politeness"].items()}
    settings |= {"views": ", ".join(plan["views"]), "every": plan["every"]}
    settings |= {"openings_a_day": str(plan.get("openings_a_day", 0))}
    return RoundFacts(
        campaign=campaign.name,
        title=plan["title"],
        round=round_.name,
        opened_at=round_.opened_at,
        closed_at=round_.closed_at,
        as_of=round_.as_of,
        seed=round_.seed,
        agent=plan["agent"],
        settings=settings,
        versions={**round_.versions, "model": model.version, **{f"lens {lens.id}": lens.version for lens in lenses}},
    )
