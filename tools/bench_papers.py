"""CPU seconds for the reports of 70 sites as PDF files and the report of the city, from the sample with other names and places."""

from __future__ import annotations

import argparse
import copy
import json
from datetime import UTC, datetime
from time import process_time
from typing import Any

from rba_audit.auditing import audit
from rba_audit.layers import read_context, with_tagged_parts
from rba_audit.messages import using_language
from rba_audit.papers.city_report import CityReport
from rba_audit.papers.issue import Issue
from rba_audit.papers.pictures import LocationMaps
from rba_audit.papers.site_bundle import site_papers
from rba_audit.papers.site_record import SiteRecord
from rba_audit.papers.site_report import SiteReports
from rba_audit.reports import site_rows
from rba_audit.resources import sample_areas, sample_sites
from rba_audit.sites import Sites, sites_from_features
from rba_audit.standard import load_standard
from rba_audit.standard.policies import shipped_policies

_AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


def audited_copies(count: int) -> Sites:
    """Return `count` audited sites of the sample; see `copied_features`."""
    return with_tagged_parts(sites_from_features(copied_features(count), "bench"))


def copied_features(count: int) -> list[dict[str, Any]]:
    """Return `count` audited sites of the sample with their parts, each with an id and a name of its own; some answers differ."""
    features = json.loads(sample_sites().read_text(encoding="utf-8"))["features"]
    parts: dict[str, list[dict[str, object]]] = {}
    for feature in features:
        if feature["properties"].get("part_of"):
            parts.setdefault(feature["properties"]["part_of"], []).append(feature)
    own = [
        feature for feature in features if not feature["properties"].get("part_of") and len(feature["properties"]) > 40
    ]
    copies = []
    for number in range(count):
        site = copy.deepcopy(own[number % len(own)])
        former, site["id"] = site["id"], f"{site['id']}-{number}"
        properties = site["properties"]
        properties["name"] = f"{properties['name']} {number}"
        answers = sorted(key for key in properties if "-" in key)
        for question in answers[number % 10 :: 10]:
            del properties[question]
        copies.append(site)
        for part in copy.deepcopy(parts.get(former, [])):
            part["id"], part["properties"]["part_of"] = f"{part['id']}-{number}", site["id"]
            copies.append(part)
    return copies


def main() -> None:
    """Print the CPU seconds, pages aside, and the size of the papers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sites", type=int, default=70)
    count = options.parse_args().sites
    context, policies = read_context([sample_areas()]), shipped_policies()
    findings = audit(audited_copies(count), load_standard(None), context=context)
    issue = Issue("Dinas", _AT)
    for language in ("id", "en"):
        begun = process_time()
        with using_language(language):
            locations = LocationMaps(context, policies.whereabouts)
            reports = SiteReports(findings, issue, locations)
            sizes = [len(pdf) for _, pdf, _ in site_papers(reports, site_rows(findings), lambda _row: SiteRecord())]
            city = CityReport(findings, issue, locations)
            sizes += [len(city.pdf()), len(city.one_page())]
        print(
            f"{language}: {count} sites, the city and one page: {process_time() - begun:.2f} CPU s, {sum(sizes) / 1e6:.1f} MB"
        )


if __name__ == "__main__":
    main()
