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


def area_rows(found: Coverage) -> list[AreaRow]:
    """Return a row for each of the finest areas by code, then for coarser ones level by level, then for all together."""
    areas, sums = found.areas, _sums(found)
    finest = areas.level or (AREA if areas.basis == "boundary" else ALL_AREAS)
    made = [
        _row(found, sums, finest, code, name, (at,))
        for at, (code, name) in enumerate(zip(areas.codes, areas.names, strict=True))
    ]
    made += [_row(found, sums, upper.level, upper.code, upper.name, upper.members) for upper in areas.uppers]
    if areas.basis == "boundary":
        made.append(_row(found, sums, ALL_AREAS, "", "", tuple(range(len(areas)))))
    return made


def total_row(found: Coverage) -> AreaRow:
    """Return the row of all areas together."""
    return area_rows(found)[-1]


def worst_first(found: Coverage) -> list[AreaRow]:
    """Return the rows of the finest areas with demand, sorted by `high_pct` ascending, then by `not_covered` descending."""
    kept = [row for row in area_rows(found)[: len(found.areas)] if row.total > 0]
    return sorted(kept, key=lambda row: (row.high_pct or 0, -row.not_covered, row.code))


_SUMS: Final = ("total", "covered", "perhaps", "not_covered", "off_network", "access", "worst_served")


def _sums(found: Coverage) -> dict[str, NDArray[np.float64]]:
    weights, area = found.demand.weights, found.demand.area
    parts = {
        "total": weights,
        "covered": weights * (found.answers == COVERED),
        "perhaps": weights * (found.answers == PERHAPS),
        "not_covered": weights * (found.answers == NOT_COVERED),
        "off_network": weights * found.pairs.off_cells,
        "access": weights * found.access.by_cell,
    }
    sums = {name: np.bincount(area, part, len(found.areas)) for name, part in parts.items()}
    return {**sums, "worst_served": np.array(found.equity.worst_by_area)}


def _row(
    found: Coverage, sums: dict[str, NDArray[np.float64]], level: str, code: str, name: str, members: tuple[int, ...]
) -> AreaRow:
    added = {key: float(sums[key][list(members)].sum()) for key in _SUMS}
    people = added["total"]
    return AreaRow(
        level=level,
        code=code,
        name=name,
        counted=found.demand.counted,
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


def table_rows(found: Coverage, of: Sequence[AreaRow] | None = None) -> list[dict[str, object]]:
    """Return all rows, or those in `of`, as plain values for a file or GeoJSON properties, with the rule they were computed by."""
    return [_flat(found, row) for row in (area_rows(found) if of is None else of)]


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


def _flat(found: Coverage, row: AreaRow) -> dict[str, object]:
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
        "accessibility": None if row.access is None else _figures(row.access),
        "accessibility_of": found.access.supply,
        "worst_served": round(row.worst_served, 1),
        "rule": found.rule.name,
        "counting": found.counting,
        "along": found.pairs.along,
    }


def _figures(value: float) -> float:
    """Round a number to six significant digits, because a share for each m² is small."""
    return float(f"{value:.6g}")


def csv_text(
    found: Coverage,
    of: Sequence[AreaRow] | None = None,
    beside: Mapping[str, str] | None = None,
    headings: Mapping[str, str] | None = None,
) -> str:
    """Return the table as CSV; a text that a spreadsheet would treat as a formula gets an apostrophe in front.

    Args:
        found: The coverage.
        of: The rows in their order; None for all.
        beside: Additional last columns, with the same value in each row.
        headings: Column headings by key.
    """
    lines = [{**line, **(beside or {})} for line in table_rows(found, of)]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
    writer.writerow({key: (headings or {}).get(key, key) for key in lines[0]})
    writer.writerows({key: _plain(value) for key, value in line.items()} for line in lines)
    return out.getvalue()


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def features(found: Coverage, levels: Sequence[str] = ()) -> Iterator[dict[str, object]]:
    """Yield the areas as GeoJSON Features with their figures as properties; only those of `levels`, if any is given.

    The shape of a coarser area is the union of the finest ones in it, so that it agrees with its figures.
    """
    for row, properties in zip(area_rows(found), table_rows(found), strict=True):
        if levels and row.level not in levels:
            continue
        shapes = found.areas.shapes[list(row.members)]
        shape = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
        yield {
            "type": "Feature",
            "id": row.code or row.level,
            "geometry": None if shape is None else _geometry(shape),
            "properties": properties,
        }


def cell_features(found: Coverage) -> Iterator[dict[str, object]]:
    """Yield the cells as GeoJSON Features: weight, answer, and the nearest site that counts."""
    site, metres = found.nearest
    for at in range(len(found.demand)):
        yield {
            "type": "Feature",
            "id": at,
            "geometry": _geometry(found.demand.shapes[at]),
            "properties": {
                "area": found.areas.codes[found.demand.area[at]],
                "counted": found.demand.counted,
                "weight": round(float(found.demand.weights[at]), 3),
                "answer": ANSWERS[found.answers[at]],
                "on_network": not found.pairs.off_cells[at],
                "nearest": found.sites.ids[site[at]] if site[at] >= 0 else None,
                "nearest_m": None if np.isnan(metres[at]) else float(metres[at]),
                "accessibility": _figures(float(found.access.by_cell[at])),
            },
        }


def _geometry(shape: BaseGeometry) -> dict[str, object]:
    mapped = mapping(shape)
    return {"type": mapped["type"], "coordinates": _short(mapped["coordinates"])}


def _short(coordinates: object) -> object:
    if isinstance(coordinates, float):
        return round(coordinates, _DECIMALS)
    assert isinstance(coordinates, tuple | list)  # noqa: S101  # of floats, rings or parts
    return [_short(each) for each in coordinates]
