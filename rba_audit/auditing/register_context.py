"""Context of a register: the files of the command line and the current map layers of the register, as features of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely
from shapely.geometry import mapping

from rba_audit.coverage import read_population
from rba_audit.coverage.demand import Counted
from rba_audit.coverage.population_tables import PopulationTable, read_population_table
from rba_audit.errors import EvidenceError, RbaError
from rba_audit.file_formats import SourceTable, read_source
from rba_audit.layers import ContextFeature, context_of_bytes
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.layers import LayerBody, LayerForm
from rba_audit.standard.policies import Policies
from rba_audit.whereabouts import boundaries_of

POPULATION = "population"


def context_of_register(
    register: Register,
    files: Sequence[ContextFeature],
    policies: Policies,
    tell: Callable[[Message], None] = lambda _message: None,
) -> tuple[ContextFeature, ...]:
    """Return features of files and of the current map layers of a register; of several populations the latest alone.

    Args:
        register: The register.
        files: Features of the files that the command line names.
        policies: The rules by which tables of population are joined to boundaries.
        tell: Called with a message for each layer that cannot be used; it is left out, so what it would answer is not known.
    """
    context = list(files)
    names: set[str] = {feature.source for feature in files}
    # Tables and rasters of population need the boundaries, which may be a layer themselves.
    for version in sorted(register.layers.current(), key=lambda version: version.body.form != "map"):
        try:
            data = register.layers.read_file(version)
            source = _source_name(version.file_name, names)
            added = features_of_layer(data, version.body, source, context, policies)
        except RbaError as fault:
            tell(say("The map layer “{title}” cannot be used: {why}", title=version.body.title, why=str(fault)))
            continue
        # Two counts of the same people are never added up: the latest population counts alone.
        if any(feature.layer == POPULATION for feature in added):
            context = [feature for feature in context if feature.layer != POPULATION]
        context += added
    return tuple(context)


def current_layers_key(register: Register) -> tuple[tuple[str, int], ...]:
    """Return what tells whether the map layers of a register changed."""
    return tuple(version.key for version in register.layers.current())


def features_of_layer(
    data: bytes,
    body: LayerBody,
    source: str,
    context: Sequence[ContextFeature],
    policies: Policies,
    tell: Callable[[Message], None] = lambda _message: None,
) -> list[ContextFeature]:
    """Return the features of the file of a map layer, with the day and the source that are stated about it.

    Args:
        data: The file.
        body: What is stated about it.
        source: Its name in messages; files with the same name count as one.
        context: The features known so far, for their boundaries.
        policies: The rules by which tables of population are joined to boundaries.
        tell: Called with each warning.

    Raises:
        RbaError: the file cannot be used.
    """
    if body.form == "table":
        features = list(_of_table(population_table(data, source, context, policies), source))
    elif body.form == "raster":
        features = list(_of_raster(data, body, source, context, policies))
    else:
        features = list(context_of_bytes(data, source, tell, layer=body.layer))
    credit = ", ".join(dict.fromkeys(filter(None, (body.source, body.licence))))
    return [
        replace(feature, date=feature.date or body.dated, credit=feature.credit or credit, source=source)
        for feature in features
    ]


def population_table(
    data: bytes, source: str, context: Sequence[ContextFeature], policies: Policies
) -> PopulationTable:
    """Return a table of population joined to the boundaries of a context.

    Raises:
        RbaError: the file is no table of population, or no boundary is known.
    """
    tables = [table for table in read_source(data, source).tables if table.rows]
    if not tables:
        raise EvidenceError(say("{file}: the table has no rows", file=source))
    boundaries = boundaries_of(context, policy=policies.whereabouts)
    return read_population_table(_with_headings(tables[0]), boundaries, policies.coverage.population_table)


def _with_headings(table: SourceTable) -> SourceTable:
    """Return a table whose first row became its headings, if none were recognised because ages look like numbers."""
    if not table.rows or any(column != f"column_{number}" for number, column in enumerate(table.columns, start=1)):
        return table
    first = table.rows[0].values
    names = {column: str(first.get(column) or column) for column in table.columns}
    if len(set(names.values())) < len(names):
        return table
    rows = [replace(row, values={names[key]: value for key, value in row.values.items()}) for row in table.rows[1:]]
    return replace(table, columns=tuple(names.values()), rows=tuple(rows))


def form_of_file(data: bytes, name: str) -> LayerForm:
    """Return what a file holds by its bytes: a raster, a table without positions, or features of a map.

    Raises:
        RbaError: the file cannot be read.
    """
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "raster"
    if data.lstrip()[:1] in (b"{", b"["):
        return "map"
    source = read_source(data, name)
    if source.format in ("csv", "xlsx", "xls", "ods") and not any(
        row.geometry for table in source.tables for row in table.rows
    ):
        return "table"
    return "map"


def _of_table(table: PopulationTable, source: str) -> Iterator[ContextFeature]:
    for area in table.areas:
        numbers = {"people": area.people, "children": area.children if table.ages else None}
        properties = {key: number for key, number in numbers.items() if number is not None}
        feature = {"type": "Feature", "properties": properties, "geometry": mapping(area.boundary.shape)}
        name, code = area.boundary.name, area.boundary.code
        yield ContextFeature(POPULATION, name, code, feature, code or name, area.boundary.shape, source)


def _of_raster(
    data: bytes, body: LayerBody, source: str, context: Sequence[ContextFeature], policies: Policies
) -> Iterator[ContextFeature]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "population.tif"
        path.write_bytes(data)
        counted: Counted = "children" if body.counted == "children" else "people"
        population = read_population(path, context, counted, policy=policies.coverage)
    for index, (shape, number) in enumerate(zip(population.shapes.tolist(), population.numbers.tolist(), strict=True)):
        point: shapely.Point = shape
        feature = {"type": "Feature", "properties": {counted: number}, "geometry": mapping(point)}
        yield ContextFeature(POPULATION, "", "", feature, str(index), point, source)


def _source_name(name: str, names: set[str]) -> str:
    """Return a name that no other file has: files with the same name would count as one."""
    unique = next(text for text in _numbered(name) if text not in names)
    names.add(unique)
    return unique


def _numbered(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name} ({number})"
        number += 1
