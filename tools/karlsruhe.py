"""Run a whole city through measuring, coverage and planning, and write the results and times to docs/karlsruhe.md.

    python tools/karlsruhe.py          run it and rewrite docs/karlsruhe.md
    python tools/karlsruhe.py show     run it and print the page

It needs the folder of shared data next to the project: OpenStreetMap data of Karlsruhe, © OpenStreetMap contributors, ODbL 1.0.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from rba_audit.auditing import audit
from rba_audit.coverage import Coverage, compute_coverage, coverage_headline, equity_sentences, total_row
from rba_audit.evidence import GIVEN, MISSING, Measurement
from rba_audit.findings import Findings
from rba_audit.findings.wording import question_name
from rba_audit.layers import ContextFeature, layers_of, read_context
from rba_audit.measures import measure_sites
from rba_audit.messages import format_number, using_language
from rba_audit.plans import CityPlan, SitePlan, city_plan, site_plan
from rba_audit.sites import Sites, read_sites, sites_from_features
from rba_audit.standard import OUTCOMES, Question, Standard, load_standard
from rba_audit.whereabouts import position_doubts

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT.parent / "shared" / "data" / "karlsruhe-osm"
PAGE: Final = ROOT / "docs" / "karlsruhe.md"
PLACES: Final = ("playgrounds", "squares")
AROUND: Final = ("boundary", "paths", "water", "playground-equipment")
RULES: Final = ("300m", "400m", "10min")
PLANNED: Final = 20
"""For so many places there would be means."""
T = TypeVar("T")


@dataclass
class Clock:
    """Duration of each step in seconds, in order."""

    steps: list[tuple[str, float]] = field(default_factory=list)

    def timed(self, name: str, run: Callable[[], T]) -> T:
        """Run a step and record its duration."""
        start = time.perf_counter()
        found = run()
        self.steps.append((name, time.perf_counter() - start))
        return found


def main(arguments: Sequence[str]) -> int:
    """Write or print the page; return the exit code."""
    if not DATA.is_dir():
        print(f"{DATA}: there is no such folder; put the shared data beside the project", file=sys.stderr)
        return 1
    with using_language("en"):
        page = "\n".join(_page())
    if list(arguments) == ["show"]:
        print(page)
    else:
        PAGE.write_text(f"{page}\n", encoding="utf-8")
        print(f"{PAGE.relative_to(ROOT)} written")
    return 0


def _page() -> Iterator[str]:
    clock, standard = Clock(), load_standard()
    sites = clock.timed("read 385 playgrounds and 70 squares", _sites)
    context = clock.timed(
        "read boundary, paths, water and equipment", lambda: read_context(DATA / f"{name}.geojson" for name in AROUND)
    )
    measured = clock.timed("measure", lambda: measure_sites(sites, standard, context))
    findings = clock.timed("measure and judge", lambda: audit(sites, standard, context=context))
    doubted = clock.timed("doubt positions", lambda: position_doubts(sites, context))
    status = findings.conclusions.status
    walks = {
        rule: clock.timed(
            f"coverage along paths, {rule}",
            lambda rule=rule: compute_coverage(sites, status, context, rule=rule, counting="any"),
        )
        for rule in RULES
    }
    roadless = tuple(place for place in context if place.layer != "street")
    straight = {
        rule: clock.timed(
            f"coverage in a straight line, {rule}",
            lambda rule=rule: compute_coverage(sites, status, roadless, rule=rule, counting="any"),
        )
        for rule in RULES
    }
    sure = clock.timed(
        "coverage by standard places, 300m", lambda: compute_coverage(sites, status, context, rule="300m")
    )
    each = np.ones(len(sites), dtype=np.int64).tolist()
    none_yet = np.zeros(len(walks["300m"].demand), dtype=np.bool_)
    city = clock.timed(
        f"which {PLANNED} of {len(sites)} places first",
        lambda: city_plan(
            each, walks["300m"].if_standard, walks["300m"].demand.weights, none_yet, PLANNED, names=sites.ids
        ),
    )
    site = clock.timed("the cheapest way of one place to the top", lambda: site_plan(findings, 0, target="top"))
    yield from _intro(sites, context)
    yield from _measures(standard, measured, findings)
    yield from _positions([doubt.rule for doubt in doubted], sites)
    yield from _coverage(walks, straight, sure)
    yield from _plans(city, site)
    yield from _times(clock)


def _sites() -> Sites:
    files = [read_sites(DATA / f"{name}.geojson") for name in PLACES]
    known: dict[str, dict[str, object]] = {}
    for file in files:
        for id, feature in zip(file.ids, file.features, strict=True):
            known.setdefault(id, feature)
    return replace(sites_from_features(known.values(), "Karlsruhe"), source="Karlsruhe")


def _intro(sites: Sites, context: Sequence[ContextFeature]) -> Iterator[str]:
    yield "# Karlsruhe, measured"
    yield ""
    yield (
        "A real city that nobody audited, to see what a machine alone can say. OpenStreetMap data, © OpenStreetMap contributors, "
        "ODbL 1.0. `make karlsruhe` writes this page anew. It is no audit of these places: the standard is Indonesian, the list of equipment "
        'in the map is nowhere complete, and a place nobody visited stays "not audited".'
    )
    yield ""
    layers = {name: len(layer.places) for name, layer in layers_of(context).items()}
    yield (
        f"{len(sites)} places; around them "
        + ", ".join(f"{format_number(count, 0)} × {name}" for name, count in layers.items())
        + "."
    )
    yield "No railway, power line, fuel station, waste site, arterial road or hazard map was given: what they would answer stays open."
    yield ""


def _measures(standard: Standard, measured: Sequence[Measurement], findings: Findings) -> Iterator[str]:
    yield "## What could be measured"
    yield ""
    yield "| question | places measured | of them only as a range | smallest | middle | largest |"
    yield "|---|---|---|---|---|---|"
    silent = []
    for each in measured:
        question = standard.question(each.question)
        if (each.codes == MISSING).all():
            silent.append(each.question)
        else:
            yield f"| {each.question} {question_name(question)} | {int((each.codes != MISSING).sum())} | {int(((each.low != each.high) & (each.codes == GIVEN)).sum())} | {_spread(each, question)} |"
    yield ""
    yield f"Nothing could be measured for {len(silent)} questions, since layer or part was not given: {', '.join(silent)}."
    yield ""
    yield "| requirement | conforms | partly | does not conform | not known yet | does not apply |"
    yield "|---|---|---|---|---|---|"
    for index, requirement in enumerate(standard.requirements):
        counts = {name: int((findings.matrix[index] == at).sum()) for at, name in enumerate(OUTCOMES)}
        if counts["undetermined"] < len(findings):
            row = (
                counts[name] for name in ("conforms", "partial", "does_not_conform", "undetermined", "not_applicable")
            )
            yield f"| {requirement.id} {requirement.title} | {' | '.join(map(str, row))} |"
    yield ""


def _spread(each: Measurement, question: Question) -> str:
    certain = (each.codes == GIVEN) & (each.low == each.high)
    if question.kind != "number" or not certain.any():
        return " |  | "
    values = each.low[certain] / question.scale
    return " | ".join(
        f"{format_number(float(value), question.decimals)} {question.unit}"
        for value in (values.min(), np.median(values), values.max())
    )


def _positions(rules: list[str], sites: Sites) -> Iterator[str]:
    yield "## Positions in doubt"
    yield ""
    told = ", ".join(f"{rule} {rules.count(rule)}" for rule in sorted(set(rules))) or "none"
    yield f"Among {len(sites)} places: {told}."
    yield ""


def _coverage(walks: dict[str, Coverage], straight: dict[str, Coverage], sure: Coverage) -> Iterator[str]:
    yield "## Who has a place within reach"
    yield ""
    yield (
        "No population is given, so the ground of the city counts, forests included; and the file of paths holds no streets with cars, so that much "
        "of the city is on no path and every walk is longer than it is. If every place were standard:"
    )
    yield ""
    yield "| reach | along paths, km² | in a straight line, km² | a straight line claims | on no path |"
    yield "|---|---|---|---|---|"
    for rule, walk in walks.items():
        network, line = (total_row(each).covered / 1e6 for each in (walk, straight[rule]))
        yield f"| {walk.rule.words} | {format_number(network, 1)} | {format_number(line, 1)} | + {format_number(100 * (line / network - 1), 0)} % | {format_number(walk.off_network / 1e6, 1)} km² |"
    yield ""
    yield f"By places that are standard: {coverage_headline(sure)}. {total_row(sure).perhaps / 1e6:.1f} km² are perhaps covered, by places nobody audited."
    yield ""
    yield f"If every place were standard, 300 m: {'; '.join(map(str, equity_sentences(walks['300m'])))}."
    yield ""


def _plans(city: CityPlan, site: SitePlan) -> Iterator[str]:
    yield "## What to bring to the standard first"
    yield ""
    yield (
        f"Nobody audited these places, so nobody knows what each would cost. If all cost the same and there were means for {PLANNED}, the best "
        f"{PLANNED} would bring {format_number(city.gained / 1e6, 1)} km² within 300 m of a standard place, of the {format_number(city.within_reach / 1e6, 1)} km² that all "
        f"{len(city.case.names)} would; nothing better is possible by more than {format_number(100 * city.gap, 2)} %. Taking the "
        f"best one each time gives {format_number(city.greedy_gained / 1e6, 1)} km². The first five: "
        + ", ".join(f"{chosen.site} (+ {format_number(chosen.gained / 1e6, 2)} km²)" for chosen in city.chosen[:5])
        + "."
    )
    yield ""
    yield (
        f"One place from nothing known to the top, in the worst case that all that is unknown has to be repaired: {len(site.steps)} remedies, "
        f"{site.cost.currency.amount(site.cost.low)} to {site.cost.currency.amount(site.cost.high)} (orders of magnitude). {len([step for step in site.steps if step.look_first])} of them need a look first and may cost nothing."
    )
    yield ""


def _times(clock: Clock) -> Iterator[str]:
    yield "## How long it took"
    yield ""
    yield "Seconds on two shared cores, one run; `make bench` has the measuring and the walking beside plain GeoPandas, as ratios."
    yield ""
    yield "| step | s |"
    yield "|---|---|"
    for name, seconds in clock.steps:
        yield f"| {name} | {seconds:.2f} |"
    yield f"| all | {sum(seconds for _, seconds in clock.steps):.2f} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
