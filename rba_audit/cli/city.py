"""Command that makes an audit backlog from a map extract: its play spaces in the order of whom they reach."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rba_audit.auditing import audit, problems_by_rule
from rba_audit.city import (
    Backlog,
    City,
    backlog_of,
    city_of_extract,
    find_area,
    reach_unit,
    read_extract,
    row_reason,
    write_city,
)
from rba_audit.city.backlog_tables import rank_text
from rba_audit.city.city_tables import city_notes, leads
from rba_audit.city.play_spaces import place_name
from rba_audit.cli.auditing import print_messages
from rba_audit.cli.options import add_command, add_edition, add_format, add_reach
from rba_audit.coverage import compute_coverage, coverage_headline, coverage_notes, read_population
from rba_audit.days import today
from rba_audit.errors import SiteError
from rba_audit.findings import Findings
from rba_audit.messages import Message, say
from rba_audit.reports import Provenance
from rba_audit.standard import load_standard
from rba_audit.standard.policies import CoveragePolicy, Policies

if TYPE_CHECKING:
    from rba_audit.cli.options import CommandGroup

_SHOWN = 15  # places that are shown; the rest is counted


def _progress(message: Message) -> None:
    """Print a progress message to stderr if it is a terminal."""
    if sys.stderr.isatty():
        print(f"… {message}", file=sys.stderr)


def add(commands: CommandGroup, policy: CoveragePolicy) -> None:
    """Add the command; `policy` has the names of the reach rules."""
    text = say("list the play spaces of a map extract in the order of the children or people whom an audit would reach")
    one = add_command(commands, "city", run, text)
    text = say("the extract: .osm.pbf, .osm, JSON of Overpass, or GeoJSON made of it")
    one.add_argument("file", type=Path, metavar="FILE", help=str(text))
    text = say("a file of boundaries; or the name, code or id of a boundary in the extract; or west,south,east,north")
    one.add_argument("--area", required=True, metavar="AREA", help=str(text))
    add_edition(one)
    add_reach(one, policy)
    text = say("folder for sites.geojson, context.geojson, backlog.csv, backlog.xlsx, backlog-map.html and more")
    one.add_argument("--out", type=Path, metavar="DIR", help=str(text))
    add_format(one)


def run(options: argparse.Namespace) -> int:
    """Print the places of an extract in the order in which they are best audited; write the files.

    Raises:
        SiteError: the file, the area or the population cannot be used, or no play space lies in the area.
    """
    policies: Policies = options.policies
    policies.coverage.rule(options.rule)
    standard = load_standard(options.standard)
    _progress(say("reading {file}", file=options.file))
    extract = read_extract(options.file, policies.osm)
    print_messages(say("note"), extract.notes)
    area = find_area(options.area, extract, lambda warning: print_messages(say("note"), [warning]))
    city = city_of_extract(extract, area, policies, options.file.name)
    del extract
    for (level, _rule), sentences in problems_by_rule(city.sites).items():
        print_messages(say("refused") if level == "refused" else say("note"), sentences)
    if not len(city.sites):
        raise SiteError(
            say(
                "{file}: no play space lies in “{area}”; name another area, or give a larger extract",
                file=options.file,
                area=area.name,
            )
        )
    population = None
    if options.population is not None:
        _progress(say("reading {file}", file=options.population))
        population = read_population(
            options.population, area.boundaries, options.population_of, policy=policies.coverage
        )
    _progress(say("judging {count} sites by {edition}", count=len(city.sites), edition=standard.edition))
    findings = audit(city.sites, standard, context=city.context, policies=policies)
    _progress(say("walking from {count} places", count=len(city.sites)))
    status = findings.conclusions.status
    around = [feature for feature in city.context if feature.layer != "boundary"]
    coverage = compute_coverage(
        city.sites,
        status,
        [*around, *area.boundaries],
        rule=options.rule,
        population=population,
        policy=policies.coverage,
    )
    backlog = backlog_of(coverage, status, state="all")
    provenance = Provenance.of(standard, today(), (f"{say('Area of the backlog')}: {area.name}",))
    summary = _sentences(city, backlog)
    written = (
        write_city(city, backlog, findings, options.out, provenance, policies.osm, summary, _progress)
        if options.out
        else []
    )
    if options.format == "json":
        print(json.dumps(_document(city, backlog, findings, policies, written), ensure_ascii=False, indent=2))
    else:
        print("\n".join(summary))
        if written:
            print(f"\n{say('Written')}:")
        for path in written:
            print(f"  {path}")
    return 0


def _sentences(city: City, backlog: Backlog) -> list[str]:
    lines = [
        f"{say('Audit backlog')}: {city.area.name}",
        str(say("Readiness estimate, not an official score")),
        str(reach_unit(backlog.coverage)),
        "",
    ]
    for row in backlog.rows[:_SHOWN]:
        name, id = place_name(city, row.index), city.sites.ids[row.index]
        lines.append(f"{rank_text(row):>5}  {name} [{id}]: {row_reason(row, backlog.coverage)}")
    if len(backlog.rows) > _SHOWN:
        lines.append(f"       {say('{count} more places', count=len(backlog.rows) - _SHOWN)}")
    if backlog.unknown:
        lines.append(
            f"       {say('{count} of them have no rank, because nobody can say whom they reach', count=len(backlog.unknown))}"
        )
    lines += ["", str(coverage_headline(backlog.coverage))]
    return [*lines, *(f"{say('note')}: {note}" for note in (*city_notes(city), *coverage_notes(backlog.coverage)))]


def _document(
    city: City, backlog: Backlog, findings: Findings, policies: Policies, written: list[Path]
) -> dict[str, object]:
    coverage = backlog.coverage
    return {
        "edition": findings.standard.edition,
        "area": city.area.name,
        "day": city.day,
        "counted": coverage.demand.counted,
        "rule": coverage.rule.name,
        "along": coverage.pairs.along,
        "headline": str(coverage_headline(coverage)),
        "counts": findings.counts(),
        "backlog": [
            {
                "rank": row.rank,
                "tied": row.tied,
                "site": city.sites.ids[row.index],
                "name": city.sites[row.index].name,
                "drawn_as": city.by_id[city.sites.ids[row.index]].rule.name,
                "status": row.status,
                "beyond": row.beyond,
                "reaches": row.reaches,
                "added": row.added,
                "reason": str(row_reason(row, coverage)),
                "map_says": [str(lead) for lead in leads(city, city.sites.ids[row.index], policies.osm)],
            }
            for row in backlog.rows
        ],
        "left_out": {item.id: tag for item, tag in city.left_out},
        "no_outline": {id: str(place.item.fault) for id, place in city.by_id.items() if place.item.fault is not None},
        "notes": [str(note) for note in (*city_notes(city), *coverage_notes(coverage))],
        "written": [str(path) for path in written],
        "note": str(say("Readiness estimate, not an official score")),
    }
