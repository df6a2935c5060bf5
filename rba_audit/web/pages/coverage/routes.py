"""Coverage page: how many people have an active site within reach, with its map and files.

Nothing is computed here; `query` computes the coverage for a query and caches it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from flask import Blueprint, Response, render_template, request

from rba_audit.coverage import (
    AreaRow,
    Coverage,
    area_rows,
    counted_words,
    coverage_headline,
    coverage_notes,
    csv_text,
    equity_sentences,
    features,
    format_percents,
    format_weight,
    rounded_outward,
)
from rba_audit.coverage import total_row as all_areas
from rba_audit.errors import SiteError
from rba_audit.findings import Findings
from rba_audit.layers import rules_by_layer as layer_rules
from rba_audit.messages import Message, format_number, say
from rba_audit.reports import Column, Provenance, geojson_chunks, table_workbook
from rba_audit.web.http.access import READERS, open_to
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import stated_day
from rba_audit.web.http.provenance import provenance
from rba_audit.web.pages.coverage.query import (
    COUNTING_WORDS,
    EVERYTHING,
    MEASURE_WORDS,
    CoverageQuery,
    area_lines,
    coverage_map_of_query,
    coverage_of_query,
    layer_bases,
    level_of,
    level_words,
    levels,
    read_coverage_query,
)
from rba_audit.web.pages.lists.query import FilterOption

pages = Blueprint("coverage", __name__)

_FIRST: Final = 20
"""Number of areas in the table unless all are requested."""
_M2_IN_A_HECTARE: Final = 10_000
_GEOJSON: Final = "application/geo+json"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/coverage")
@open_to(READERS)
def page() -> str:
    """How many people have a site within reach, the areas where they have none, and the layers that the figures come from."""
    query = read_coverage_query(request.args)
    try:
        findings, coverage = coverage_of_query(query)
    except SiteError:
        return render_template("coverage/coverage.html", page="coverage", found=None)
    level = level_of(query, coverage)
    areas = area_lines(findings, coverage, level)
    nothing = not all_areas(coverage).covered
    return render_template(
        "coverage/coverage.html",
        page="coverage",
        wish=query,
        found=coverage,
        row=all_areas(coverage),
        map=coverage_map_of_query(query, findings, coverage),
        level=level,
        levels=levels(coverage),
        level_words=level_words,
        areas=areas if query.all else areas[:_FIRST],
        areas_total=len(areas),
        sites_in=_sites_by_area(findings),
        several=level != EVERYTHING,
        any_place=coverage_of_query(CoverageQuery(query.rule, "any"))[1]
        if nothing and query.counting != "any"
        else None,
        bases=layer_bases(),
        layer_title=lambda name: layer_rules()[name].title,
        options=_options(query, coverage),
        headline=coverage_headline,
        notes=coverage_notes,
        unequal=equity_sentences,
        access_words=access_words,
        number=format_weight,
        percents=format_percents,
        who=counted_words,
        amount=format_number,
        stated_day=stated_day,
    )


@pages.get("/coverage.js")
@open_to(READERS)
def script() -> Response:
    """The script that starts the map, with areas and sites inside."""
    query = read_coverage_query(request.args)
    text = coverage_map_of_query(query, *coverage_of_query(query)).script
    response = Response(text, mimetype="text/javascript")
    response.set_etag(hashlib.sha256(text.encode()).hexdigest())
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response, perhaps emptied


@pages.get("/coverage.<any(csv, xlsx, geojson):kind>")
@open_to(READERS)
def file(kind: str) -> Response:
    """The figures as a file: all levels as a table (CSV, XLSX), or the areas of the shown level (GeoJSON)."""
    query = read_coverage_query(request.args)
    findings, coverage = coverage_of_query(query)
    origin = provenance(findings, _filter_words(query, coverage))
    describe_export(len(_in_order(findings, coverage)), filter=origin.filter_words)
    metadata = {key: str(origin.member()[key]) for key in ("date", "edition", "filter")}
    makers: dict[str, Callable[[], Response]] = {
        # The byte order mark makes spreadsheets read the file as UTF-8.
        "csv": lambda: Response(
            "\ufeff" + csv_text(coverage, _in_order(findings, coverage), metadata, _headings()), mimetype="text/csv"
        ),
        "geojson": lambda: Response(_areas(findings, coverage, level_of(query, coverage), origin), mimetype=_GEOJSON),
        "xlsx": lambda: Response(_workbook(findings, coverage, origin), mimetype=_XLSX),
    }
    # The name leaves out the filter: coverage always has one (its rule), so it would only make the name longer.
    return download(makers[kind](), name_of("coverage", kind, day=origin.day))


def _headings() -> dict[str, str]:
    """Return the headings of the columns of the CSV file, by the keys of the table."""
    words = {
        "level": say("Level"),
        "code": say("Code"),
        "name": say("Name of the area"),
        "counted": say("What is counted"),
        "total": say("All"),
        "covered": say("Have a place"),
        "perhaps": say("Not known yet"),
        "not_covered": say("Have none"),
        "covered_pct_low": say("Lowest share (%)"),
        "covered_pct_high": say("Highest share (%)"),
        "off_network": say("On no street"),
        "accessibility": say("What each has, on average"),
        "accessibility_of": say("Measured in"),
        "worst_served": say("Among the worst served"),
        "rule": say("How far a place reaches"),
        "counting": say("Which places count"),
        "along": say("Along"),
        "date": say("As of"),
        "edition": say("Edition"),
        "filter": say("Filter"),
    }
    return {key: str(heading) for key, heading in words.items()}


def _filter_words(query: CoverageQuery, coverage: Coverage) -> list[tuple[Message, str]]:
    """Return the filter of the figures as (heading, value)."""
    return [
        (say("How far a place reaches"), str(coverage.rule.words)),
        (say("Which places count"), str(COUNTING_WORDS[query.counting])),
    ]


def _in_order(findings: Findings, coverage: Coverage) -> list[AreaRow]:
    """Return the rows of all levels, each level in the order of the page, and last the row of all areas."""
    areas = [line.row for level in levels(coverage) for line in area_lines(findings, coverage, level)]
    return areas + [row for row in area_rows(coverage) if row.level == EVERYTHING]


def _areas(findings: Findings, coverage: Coverage, level: str, origin: Provenance) -> Iterator[str]:
    order = {line.row.code: index for index, line in enumerate(area_lines(findings, coverage, level))}
    return geojson_chunks(
        sorted(features(coverage, [level]), key=lambda feature: order.get(str(feature["id"]), 0)), origin
    )


def access_words(coverage: Coverage) -> Message | None:
    """Return the sentence on average accessibility; None if it is zero.

    Supply is m² or the number of active sites; it is stated per person or child, or per hectare or km² if ground is counted.
    """
    row = all_areas(coverage)
    if not row.access:
        return None
    measured, counted = coverage.access.supply == "area", coverage.demand.counted
    if counted == "area":
        number = (
            format_number(row.access * _M2_IN_A_HECTARE, 1)
            if measured
            else format_number(row.access * _M2_IN_A_HECTARE * 100, 2)
        )
        if measured:
            return say(
                "On average there are {number} m² of places that count for each hectare of ground.", number=number
            )
        return say("On average there are {number} places that count for each km² of ground.", number=number)
    if measured:
        return say(
            "On average there are {number} m² of places that count for each.", number=format_number(row.access, 2)
        )
    return say("On average {number} share one place that counts.", number=format_number(1 / row.access, 0))


def _sites_by_area(findings: Findings) -> Counter[str]:
    """Return how many sites state each code of an area, or one within it; the list of sites filters by the same codes."""
    counts: Counter[str] = Counter()
    for site in findings.source:
        parts = site.kelurahan_code.split(".") if site.kelurahan_code else []
        counts.update(".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return counts


def _options(query: CoverageQuery, coverage: Coverage) -> dict[str, list[FilterOption]]:
    """Return the options of the form, by the name of the field."""
    shown = query.show or ("share" if coverage.demand.counted == "area" else "number")
    return {
        "rule": [FilterOption(rule.name, str(rule.words), rule.name == query.rule) for rule in coverage.policy.choices],
        "count": [FilterOption(name, str(words), name == query.counting) for name, words in COUNTING_WORDS.items()],
        "show": [FilterOption(name, str(words), name == shown) for name, words in MEASURE_WORDS.items()],
    }


def _workbook(findings: Findings, coverage: Coverage, origin: Provenance) -> bytes:
    """Return a workbook with a sheet for each level, and one that states the filter, the result and the notes."""
    columns = [
        Column[AreaRow](say("Code"), lambda row: row.code, 16),
        Column[AreaRow](say("Name of the area"), lambda row: names.get((row.level, row.code), row.name), 28),
        Column[AreaRow](say("All ({who})", who=counted_words(coverage)), lambda row: _shown(coverage, row.total), 14),
        Column[AreaRow](say("Have none"), lambda row: _shown(coverage, row.not_covered), 14),
        Column[AreaRow](say("Not known yet"), lambda row: _shown(coverage, row.perhaps), 14),
        Column[AreaRow](say("Have a place"), lambda row: _shown(coverage, row.covered), 14),
        Column[AreaRow](say("Lowest share (%)"), lambda row: rounded_outward(row.low_pct, row.high_pct)[0], 12),
        Column[AreaRow](say("Highest share (%)"), lambda row: rounded_outward(row.low_pct, row.high_pct)[1], 12),
        Column[AreaRow](say("Among the worst served"), lambda row: _shown(coverage, row.worst_served), 14),
    ]
    level_names = levels(coverage)
    names = {
        (level, line.row.code): line.name
        for level in (*level_names, EVERYTHING)
        for line in area_lines(findings, coverage, level)
    }
    sheets = [
        (level_words(level), columns, [line.row for line in area_lines(findings, coverage, level)])
        for level in level_names
    ] + [(str(say("All areas")), columns, [row for row in area_rows(coverage) if row.level == EVERYTHING])]
    about: list[tuple[Message, str]] = [
        *origin.about(),
        (say("Result"), str(coverage_headline(coverage))),
        *((say("Equity"), str(sentence)) for sentence in equity_sentences(coverage)),
        *((say("Note"), str(note)) for note in coverage_notes(coverage)),
    ]
    return table_workbook([sheet for sheet in sheets if sheet[2]], about)


def _shown(coverage: Coverage, weight: float) -> float:
    """Return a weight as the page shows it: whole children or people; m² of ground become km²."""
    return round(weight / (_M2_IN_A_HECTARE * 100), 2) if coverage.demand.counted == "area" else round(weight)
