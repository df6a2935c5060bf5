"""Change what columns mean, and keep a mapping as a JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rba_audit.errors import SiteError
from rba_audit.imports.column_mapping import ColumnMapping, ColumnUse
from rba_audit.imports.position_columns import POSITION_TARGETS
from rba_audit.imports.positions import known_crs
from rba_audit.imports.site_columns import ACCURACY, CODE, NAME, TEXTS
from rba_audit.messages import say
from rba_audit.sites.problems import quote
from rba_audit.standard import Standard

PROPERTIES: Final = (NAME, *TEXTS, CODE, ACCURACY)
"""Properties of a site that a column may become."""
_ONE: Final = ("id", *POSITION_TARGETS)


@dataclass(frozen=True, slots=True)
class ColumnChoices:
    """What a person chose about a file.

    Attributes:
        targets: By column, what it becomes; empty if it stays what it is.
        table: The table with the sites; None for the guessed one.
        crs: The reference system of the positions, such as `EPSG:32748`; empty for the one of the file.
    """

    targets: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None
    crs: str = ""


def column_targets(standard: Standard) -> tuple[str, ...]:
    """Return everything that a column may become: `id`, pieces of a position, properties, facts and questions."""
    questions = (question.id for question in standard.questions)
    return tuple(dict.fromkeys(("id", *PROPERTIES, *POSITION_TARGETS, *questions)))


def with_choices(mapping: ColumnMapping, targets: Mapping[str, str], crs: str = "") -> ColumnMapping:
    """Return a mapping with some columns chosen by a person; a chosen target is taken from the columns that were guessed for it.

    Raises:
        SiteError: The mapping has no such column, or the reference system is not known.
    """
    headings = [use.column for use in mapping.columns]
    for column in targets:
        if column not in headings:
            raise SiteError(
                say(
                    "the file has no column “{column}”; its columns are: {columns}",
                    column=quote(column),
                    columns=", ".join(headings),
                )
            )
    if crs and not known_crs(crs):
        raise SiteError(say("the crs “{crs}” is not known; write it as EPSG:32748", crs=quote(crs)))
    given = {target for target in targets.values() if target}

    def chosen(use: ColumnUse) -> ColumnUse:
        if use.column in targets:
            return ColumnUse(use.column, targets[use.column], guessed=False, samples=use.samples)
        replaced = use.target in given and (use.guessed or use.target in _ONE) and use.column != use.target
        return replace(use, target="", guessed=False, why="") if replaced else use

    return replace(mapping, columns=tuple(map(chosen, mapping.columns)), crs=crs or mapping.crs)


def checked_targets(targets: Mapping[str, str], standard: Standard) -> Mapping[str, str]:
    """Return chosen targets.

    Raises:
        SiteError: One of them is nothing that a column can become.
    """
    known = column_targets(standard)
    for column, target in targets.items():
        if target and target not in known:
            raise SiteError(
                say(
                    "“{column}” cannot become “{target}”; name one of: {known}, or a fact or question of {edition}",
                    column=quote(column),
                    target=quote(target),
                    known=", ".join(("id", *PROPERTIES, *POSITION_TARGETS)),
                    edition=standard.edition,
                )
            )
    return targets


def mapping_document(mapping: ColumnMapping) -> dict[str, Any]:
    """Return a mapping as a JSON document, without reasons and samples."""
    return {
        "table": mapping.table,
        "crs": mapping.crs,
        "columns": [{"column": use.column, "target": use.target, "guessed": use.guessed} for use in mapping.columns],
        "values": {target: dict(words) for target, words in (mapping.values or {}).items()},
    }


def mapping_of_document(document: object) -> ColumnMapping:
    """Return the mapping of a JSON document.

    Raises:
        SiteError: It is no such document.
    """
    match document:
        case {"table": str(table), "crs": str(crs), "columns": list(columns), "values": dict(values)}:
            uses = tuple(map(_use, columns))
            return ColumnMapping(table, uses, crs, {str(key): _words(words) for key, words in values.items()} or None)
    raise _invalid()


def _use(column: object) -> ColumnUse:
    match column:
        case {"column": str(heading), "target": str(target), "guessed": bool(guessed)}:
            return ColumnUse(heading, target, guessed)
    raise _invalid()


def _words(words: object) -> dict[str, str]:
    if not isinstance(words, dict) or not all(isinstance(word, str) for pair in words.items() for word in pair):
        raise _invalid()
    return dict(words)


def _invalid() -> SiteError:
    return SiteError(say("this is no saved meaning of columns; choose the columns again"))
