"""Generate the sample of real sites from `sample_answers.toml`, which states their positions, outlines and answers.

Nothing about the standard is written here: the edition says which questions exist and which apply at a site.

    python tools/sample.py          rewrite sample_sites.geojson and print the verdict of each site
    python tools/sample.py check    report whether the file still matches the table
"""

from __future__ import annotations

import json
import math
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pyproj import Geod
from shapely.geometry import shape

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the command also works where the package is not installed

from rba_audit.auditing import audit, problems_by_rule, remarks_on_answers  # noqa: E402
from rba_audit.evidence import read_evidence  # noqa: E402
from rba_audit.findings.dependent_questions import ignored_answers  # noqa: E402
from rba_audit.findings.kernel import DOES_NOT_APPLY, outcomes  # noqa: E402
from rba_audit.findings.program import compile_standard  # noqa: E402
from rba_audit.resources import sample_sites  # noqa: E402
from rba_audit.sites import Sites, read_sites  # noqa: E402
from rba_audit.standard import Standard, load_standard  # noqa: E402

TABLE: Final = ROOT / "tools" / "sample_answers.toml"
ILLUSTRATIVE: Final = "illustrative"
_GEOD: Final = Geod(ellps="WGS84")
_DRAWINGS: Final = ("spot", "line", "ring", "box")
_DIGITS: Final = 6
_ONLY_WHERE_STATED: Final = ("note",)  # every other key of `about` stands at each site, as null if nothing is stated

Lonlat = list[float]


def main(arguments: Sequence[str]) -> int:
    """Write or check the sample; return the exit code."""
    standard = load_standard()
    text = collection(tomllib.loads(TABLE.read_text(encoding="utf-8")), standard)
    target = sample_sites()
    if list(arguments) == ["check"]:
        same = target.read_text(encoding="utf-8") == text
        print(
            f"{target.name}: {'is what the table makes' if same else 'differs from the table; run python tools/sample.py'}"
        )
        return 0 if same else 1
    target.write_text(text, encoding="utf-8", newline="\n")
    return report(read_sites(target), standard)


def collection(table: Mapping[str, Any], standard: Standard) -> str:
    """Return the whole file: one Feature on each line, a site before its parts."""
    lines = []
    for site in table["site"]:
        lines.append(_site(site, table, standard))
        lines.extend(_part(site, part) for part in site.get("parts", []))
    rows = ",\n".join(json.dumps(line, ensure_ascii=False, allow_nan=False) for line in lines)
    return f'{{"type": "FeatureCollection", "features": [\n{rows}\n]}}\n'


def _site(site: Mapping[str, Any], table: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    known = dict.fromkeys(
        key for each in table["site"] for key in each["about"] if key not in _ONLY_WHERE_STATED or key in site["about"]
    )
    properties: dict[str, Any] = {key: site["about"].get(key) for key in known}
    given = answers(site, table["answers"], standard)
    if "outline" in site:
        properties["outline"] = ILLUSTRATIVE
    if any(standard.question(key).requirement for key in given):
        properties |= {"answers": ILLUSTRATIVE, "answers_note": table["answers_note"]}
    drawing = site.get("outline", {"spot": [0, 0]})
    return _feature(site["id"], properties | given, drawn(site, drawing) if "at" in site else None)


def _part(site: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in part.items() if key not in ("id", *_DRAWINGS)}
    return _feature(
        f"{site['id']}/{part['id']}", {"part_of": site["id"], **own, "outline": ILLUSTRATIVE}, drawn(site, part)
    )


def _feature(id: str, properties: Mapping[str, Any], geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"type": "Feature", "id": id, "properties": properties, "geometry": geometry}


def answers(site: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]], standard: Standard) -> dict[str, Any]:
    """Return the facts and answers of a site in the standard's order, without those to questions that do not apply or are not asked."""
    taken: dict[str, Any] = {}
    for name in site.get("like", []):
        taken |= shared[name]
    blank = tuple(site.get("blank", []))
    taken = {key: value for key, value in taken.items() if not any(_covers(each, key) for each in blank)}
    own = site.get("given", {})
    taken = {key: value for key, value in {**taken, **own}.items() if value != ""}
    evidence = read_evidence([{**site["about"], **taken}], standard)
    found = outcomes(compile_standard(standard), evidence.codes, evidence.numbers)[:, 0]
    pointless = {
        question.id
        for requirement, outcome in zip(standard.requirements, found.tolist(), strict=True)
        if outcome == DOES_NOT_APPLY
        for question in requirement.questions
        if question.id not in own
    }
    aside = ignored_answers(standard, compile_standard(standard), evidence)
    pointless |= {question.id for _, question, _ in aside}
    unknown = [key for key in taken if not standard.has_question(key)]
    if unknown:
        raise SystemExit(
            f"{TABLE.name}, {site['id']}: {', '.join(unknown)} is not asked by {standard.edition}; correct the id"
        )
    return {
        question.id: taken[question.id]
        for question in standard.questions
        if question.id in taken and question.id not in pointless
    }


def _covers(prefix: str, key: str) -> bool:
    """Return whether an aspect, a requirement or a question names this question."""
    return key == prefix or key.startswith((f"{prefix}-", f"{prefix}."))


def drawn(site: Mapping[str, Any], drawing: Mapping[str, Any]) -> dict[str, Any]:
    """Return the GeoJSON geometry of a drawing in metres: a ring closed and counter-clockwise."""
    if "spot" in drawing:
        return {"type": "Point", "coordinates": _lonlat(site, drawing["spot"])}
    if "line" in drawing:
        return {"type": "LineString", "coordinates": [_lonlat(site, point) for point in drawing["line"]]}
    points = drawing["ring"] if "ring" in drawing else _corners(*drawing["box"])
    ring = [_lonlat(site, point) for point in points]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _corners(x: float, y: float, width: float, height: float) -> list[list[float]]:
    half_width, half_height = width / 2, height / 2
    return [[x + a * half_width, y + b * half_height] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]


def _lonlat(site: Mapping[str, Any], point: Sequence[float]) -> Lonlat:
    """Return longitude and latitude of a point given in metres along the axes of a site's drawing."""
    shift = site.get("shift", [0, 0])
    x, y = point[0] + shift[0], point[1] + shift[1]
    bearing = math.degrees(math.atan2(x, y)) - site.get("turn", 0)
    from_longitude, from_latitude = site["at"]
    longitude, latitude, _back = _GEOD.fwd(from_longitude, from_latitude, bearing, math.hypot(x, y))
    return [round(longitude, _DIGITS), round(latitude, _DIGITS)]


def report(sites: Sites, standard: Standard) -> int:
    """Print the verdict of each site and all problems; return 1 if there are any."""
    findings = audit(sites, standard)
    for site, name in enumerate(sites.ids):
        verdict = findings.verdict(site)
        scores, ranks = (f"{verdict[f'{what}_low']}–{verdict[f'{what}_high']}" for what in ("score", "rank"))
        print(
            f"{name:32} {verdict['status']:16} {scores:8} {ranks:16} {', '.join(findings.red(site))} / {', '.join(findings.must_fix(site))}"
        )
    wrong = [str(each) for group in problems_by_rule(sites).values() for each in group]
    wrong += [str(each) for each in remarks_on_answers(findings)]
    wrong += list(_outside(sites))
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


def _outside(sites: Sites) -> Iterator[str]:
    """Yield a sentence for each ring with the wrong orientation and each part that lies outside its site."""
    for name, found in zip(sites.ids, sites.shapes, strict=True):
        if found is not None and found.geom_type == "Polygon" and not (found.is_valid and found.exterior.is_ccw):
            yield f"{name}: the outline crosses itself or runs clockwise; list its points counter-clockwise"
    for part in sites.parts:
        if not shape(part.feature["geometry"]).within(sites.shapes[sites.index_of(part.site)]):
            yield f"{part.id}: lies outside {part.site}; move it"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
