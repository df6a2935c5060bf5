"""Coverage as rows, CSV and GeoJSON: area by area, level by level, and cell by cell."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from rba_audit.coverage.computation import ANSWERS, COVERED, NOT_COVERED, PERHAPS, Coverage

ALL_AREAS: Final = "everything"
AREA: Final = "area"
# First characters that make a spreadsheet treat a text as a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_DECIMALS: Final = 7  # of coordinates: about a centimetre


@dataclass(frozen=True, slots=True)
class AreaRow:
    """Figures of one area.

    Attributes:
        level: `kelurahan`, `kecamatan` … by its code; `area` if the code has no known level; `everything` for all areas.
        counted: Unit of the numbers: children, people, or area (m²).
        total: The total demand.
        covered: Demand surely within reach of a site that counts.
        perhaps: Demand that is covered if a site of unknown status counts, or if a walk of unknown length is short enough.
        not_covered: Demand surely out of reach.
        off_network: Demand near no street, covered or not.
        low_pct: Percent surely covered; None if the total is zero.
        high_pct: Percent surely or perhaps covered; None if the total is zero.
        access: Mean accessibility: m² or sites per unit of demand; None if the total is zero.
        worst_served: Demand among the worst served of all areas.
        members: Indices of the finest areas in it.
    """

    level: str
    code: str
    name: str
    counted: str
    total: float
    covered: float
    perhaps: float
    not_covered: float
    off_network: float
    low_pct: float | None
    high_pct: float | None
    access: float | None
    worst_served: float
    members: tuple[int, ...]


def area_rows(coverage: Coverage) -> list[AreaRow]:
    """Return a row for each of the finest areas by code, then for coarser ones level by level, then for all together."""
    areas, sums = coverage.areas, _sums(coverage)
    finest = areas.level or (AREA if areas.basis == "boundary" else ALL_AREAS)
    made = [
        _row(coverage, sums, finest, code, name, (at,))
        for at, (code, name) in enumerate(zip(areas.codes, areas.names, strict=True))
    ]
    made += [_row(coverage, sums, upper.level, upper.code, upper.name, upper.members) for upper in areas.uppers]
    if areas.basis == "boundary":
        made.append(_row(coverage, sums, ALL_AREAS, "", "", tuple(range(len(areas)))))
    return made


def total_row(coverage: Coverage) -> AreaRow:
    """Return the row of all areas together."""
    return area_rows(coverage)[-1]


def worst_first(coverage: Coverage) -> list[AreaRow]:
    """Return the rows of the finest areas with demand, sorted by `high_pct` ascending, then by `not_covered` descending."""
    rows = [row for row in area_rows(coverage)[: len(coverage.areas)] if row.total > 0]
    return sorted(rows, key=lambda row: (*service_order(row), row.code))


def service_order(row: AreaRow) -> tuple[bool, float, float]:
    """Return the sort key of an area, worst served first; without the last digits of sums, which would order equal percentages."""
    return row.total <= 0, round(row.high_pct or 0.0, 6), -row.not_covered


_SUMS: Final = ("total", "covered", "perhaps", "not_covered", "off_network", "access", "worst_served")


def _sums(coverage: Coverage) -> dict[str, NDArray[np.float64]]:
    weights, area = coverage.demand.weights, coverage.demand.area
    parts = {
        "total": weights,
        "covered": weights * (coverage.answers == COVERED),
        "perhaps": weights * (coverage.answers == PERHAPS),
        "not_covered": weights * (coverage.answers == NOT_COVERED),
        "off_network": weights * coverage.pairs.off_cells,
        "access": weights * coverage.access.by_cell,
    }
    sums = {name: np.bincount(area, part, len(coverage.areas)) for name, part in parts.items()}
    return {**sums, "worst_served": np.array(coverage.equity.worst_by_area)}


def _row(
    coverage: Coverage, sums: dict[str, NDArray[np.float64]], level: str, code: str, name: str, members: tuple[int, ...]
) -> AreaRow:
    added = {key: float(sums[key][list(members)].sum()) for key in _SUMS}
    people = added["total"]
    return AreaRow(
        level=level,
        code=code,
        name=name,
        counted=coverage.demand.counted,
        total=people,
        covered=added["covered"],
        perhaps=added["perhaps"],
        not_covered=added["not_covered"],
        off_network=added["off_network"],
        low_pct=100 * added["covered"] / people if people else None,
        high_pct=100 - 100 * added["not_covered"] / people if people else None,
        access=added["access"] / people if people else None,
        worst_served=added["worst_served"],
        members=members,
    )


def table_rows(coverage: Coverage, of: Sequence[AreaRow] | None = None) -> list[dict[str, object]]:
    """Return all rows, or those in `of`, as plain values for a file or GeoJSON properties, with the rule they were computed by."""
    return [_as_dict(coverage, row) for row in (area_rows(coverage) if of is None else of)]


def rounded_outward(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Return a range of percents with one decimal, the lower end rounded down and the upper end up.

    Equal ends are one figure and rounded to the nearest. None if one of the ends is None.
    """
    if low is None or high is None:
        return None, None
    if math.isclose(low, high, abs_tol=1e-9):
        near = round(max(low, 0.0), 1)
        return near, near
    # Round first, so that an error in the last digit of a sum of floats does not add or take a tenth.
    return math.floor(round(max(low, 0.0) * 10, 6)) / 10, math.ceil(round(high * 10, 6)) / 10


def _as_dict(coverage: Coverage, row: AreaRow) -> dict[str, object]:
    low, high = rounded_outward(row.low_pct, row.high_pct)
    return {
        "level": row.level,
        "code": row.code,
        "name": row.name,
        "counted": row.counted,
        "total": round(row.total, 1),
        "covered": round(row.covered, 1),
        "perhaps": round(row.perhaps, 1),
        "not_covered": round(row.not_covered, 1),
        "covered_pct_low": low,
        "covered_pct_high": high,
        "off_network": round(row.off_network, 1),
        "accessibility": None if row.access is None else _significant(row.access),
        "accessibility_of": coverage.access.supply,
        "worst_served": round(row.worst_served, 1),
        "rule": coverage.rule.name,
        "counting": coverage.counting,
        "along": coverage.pairs.along,
    }


def _significant(value: float) -> float:
    """Round a number to six significant digits, because a share for each m² is small."""
    return float(f"{value:.6g}")


def csv_text(
    coverage: Coverage,
    of: Sequence[AreaRow] | None = None,
    beside: Mapping[str, str] | None = None,
    headings: Mapping[str, str] | None = None,
) -> str:
    """Return the table as CSV; a text that a spreadsheet would treat as a formula gets an apostrophe in front.

    Args:
        coverage: The coverage.
        of: The rows in their order; None for all.
        beside: Additional last columns, with the same value in each row.
        headings: Column headings by key.
    """
    lines = [{**line, **(beside or {})} for line in table_rows(coverage, of)]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
    writer.writerow({key: (headings or {}).get(key, key) for key in lines[0]})
    writer.writerows({key: _escape_formula(value) for key, value in line.items()} for line in lines)
    return out.getvalue()


def _escape_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def features(coverage: Coverage, levels: Sequence[str] = ()) -> Iterator[dict[str, object]]:
    """Yield the areas as GeoJSON Features with their figures as properties; only those of `levels`, if any is given.

    The shape of a coarser area is the union of the finest ones in it, so that it agrees with its figures.
    """
    for row, properties in zip(area_rows(coverage), table_rows(coverage), strict=True):
        if levels and row.level not in levels:
            continue
        shapes = coverage.areas.shapes[list(row.members)]
        shape = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
        yield {
            "type": "Feature",
            "id": row.code or row.level,
            "geometry": None if shape is None else _geometry(shape),
            "properties": properties,
        }


def cell_features(coverage: Coverage) -> Iterator[dict[str, object]]:
    """Yield the cells as GeoJSON Features: weight, answer, and the nearest site that counts."""
    site, metres = coverage.nearest
    for at in range(len(coverage.demand)):
        yield {
            "type": "Feature",
            "id": at,
            "geometry": _geometry(coverage.demand.shapes[at]),
            "properties": {
                "area": coverage.areas.codes[coverage.demand.area[at]],
                "counted": coverage.demand.counted,
                "weight": round(float(coverage.demand.weights[at]), 3),
                "answer": ANSWERS[coverage.answers[at]],
                "on_network": not coverage.pairs.off_cells[at],
                "nearest": coverage.sites.ids[site[at]] if site[at] >= 0 else None,
                "nearest_m": None if np.isnan(metres[at]) else float(metres[at]),
                "accessibility": _significant(float(coverage.access.by_cell[at])),
            },
        }


def _geometry(shape: BaseGeometry) -> dict[str, object]:
    mapped = mapping(shape)
    return {"type": mapped["type"], "coordinates": _rounded(mapped["coordinates"])}


def _rounded(coordinates: object) -> object:
    if isinstance(coordinates, float):
        return round(coordinates, _DECIMALS)
    assert isinstance(coordinates, tuple | list)  # noqa: S101  # of floats, rings or parts
    return [_rounded(value) for value in coordinates]
