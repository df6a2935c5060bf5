"""Guess the meaning of the columns of a file, each with its reason; an ambiguous column is not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from rba_audit.evidence import REASON
from rba_audit.file_formats import FileFormat, SourceFile, SourceTable, is_linked
from rba_audit.imports.answer_columns import QuestionHeadings, read_answers
from rba_audit.imports.column_mapping import ColumnMapping, ColumnUse
from rba_audit.imports.id_columns import id_columns
from rba_audit.imports.position_columns import POSITION_TARGETS
from rba_audit.imports.site_columns import name_columns, position_columns, text_columns
from rba_audit.imports.source_columns import SourceColumn, cells_differ, column_of
from rba_audit.messages import Message, say
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies

_LAYERED: Final[tuple[FileFormat, ...]] = ("kml", "kmz", "gpx")
"""Formats whose tables are folders of the same kind of features, which are read together."""
Targets = dict[str, tuple[str, Message | str]]
"""By heading, its target (empty if it stays what it is) and the reason."""


def guess_mapping(source: SourceFile, standard: Standard, policies: Policies) -> ColumnMapping:
    """Return what the columns of a file seem to mean.

    Args:
        source: The file; of several tables the one that seems to hold the sites is taken.
        standard: The edition whose questions and facts are recognised.
        policies: The usual spellings of columns.
    """
    return guess_columns(sites_table(source, policies), standard, policies)


def sites_table(source: SourceFile, policies: Policies, name: str | None = None) -> SourceTable:
    """Return the table that holds the sites: the named one, or the one with the most rows among those with positions.

    Folders of a format that has them are one table together, with an empty name.
    """
    named = [table for table in source.tables if table.name == name]
    if named:
        return named[0]
    tables = [table for table in source.tables if not is_linked(table)] or list(source.tables)
    located = [table for table in tables if any(row.geometry is not None for row in table.rows)]
    if len(located) > 1 and source.format in _LAYERED:
        headings = dict.fromkeys(heading for table in located for heading in table.columns)
        rows = tuple(row for table in located for row in table.rows)
        notes = tuple(note for table in located for note in table.notes)
        return SourceTable("", tuple(headings), rows, located[0].crs, notes)
    paired = [
        table
        for table in tables
        if position_columns({heading: column_of(table, heading) for heading in table.columns}, policies)[0]
    ]
    candidates = located or paired or [table for table in tables if table.rows] or tables
    if not candidates:
        return SourceTable("", (), ())
    return max(candidates, key=lambda table: len(table.rows))


def guess_columns(
    table: SourceTable, standard: Standard, policies: Policies, *, own_keys: bool = True
) -> ColumnMapping:
    """Return what the columns of one table seem to mean; see `with_answers` for `own_keys`."""
    columns = {heading: column_of(table, heading) for heading in table.columns}
    targets = _answers(columns, standard)
    free = {heading: column for heading, column in columns.items() if heading not in targets}
    crs = ""
    if not any(row.geometry is not None for row in table.rows):
        positions, crs = position_columns(free, policies)
        targets.update(positions)
        free = {heading: column for heading, column in free.items() if heading not in targets}
    targets.update(name_columns(free, policies))
    for heading, guess in text_columns({key: free[key] for key in free if key not in targets}, policies).items():
        if guess[0] not in {target for target, _ in targets.values()}:
            targets[heading] = guess
    for found in id_columns({key: free[key] for key in free if key not in targets}, len(table.rows), policies.columns):
        targets[found.heading] = ("id" if found.chosen else "", found.why)
    for heading in columns:
        if heading in policies.columns.columns and heading not in POSITION_TARGETS and heading != "id":
            targets.setdefault(heading, (heading, ""))
    uses = tuple(ColumnUse(heading, *_part(targets, heading)) for heading in table.columns)
    return with_answers(ColumnMapping(table.name, uses, crs), table, standard, policies, own_keys=own_keys)


def _part(targets: Targets, heading: str) -> tuple[str, bool, Message | str]:
    target, why = targets.get(heading, ("", ""))
    return target, True, why


def _answers(columns: Mapping[str, SourceColumn], standard: Standard) -> Targets:
    """Return the columns that are facts or questions; columns for one question that differ in a row are told, not taken."""
    headings = QuestionHeadings(standard)
    found: Targets = {}
    for heading in columns:
        if heading.endswith(REASON):
            continue
        guess = headings.target(heading)
        if guess is not None and (guess[1] == "" or columns[heading].filled):
            found[heading] = guess
    by_target: dict[str, list[str]] = {}
    for heading, (target, _) in found.items():
        by_target.setdefault(target, []).append(heading)
    for target, of_target in by_target.items():
        own = target if target in columns else None
        others = [heading for heading in of_target if heading != own]
        for heading in others:
            rivals = [columns[rival] for rival in (*others, *((own,) if own else ())) if rival != heading]
            rival = next((rival for rival in rivals if cells_differ(columns[heading], rival)), None)
            if rival is not None:
                why = say(
                    "it seems to be {target}, and so does “{other}”, which says something else",
                    target=target,
                    other=rival.heading,
                )
                found[heading] = ("", why)
    return found


def with_answers(
    mapping: ColumnMapping, table: SourceTable, standard: Standard, policies: Policies, *, own_keys: bool = True
) -> ColumnMapping:
    """Return a mapping with samples, the readings of cells and those that are no answer, as the table has them.

    A guessed column of which no cell is an answer is left as it is; readings of `mapping` itself are kept. Without `own_keys`
    the cells of columns that have the very id of their question are left to the audit, as in GeoJSON, where no key is changed.
    """
    kept = {target: dict(words) for target, words in (mapping.values or {}).items()}

    def read(use: ColumnUse) -> ColumnUse:
        column = column_of(table, use.column)
        if not own_keys and use.target == use.column and not use.why:
            return use
        sampled = replace(use, samples=column.samples, unread=())
        if not standard.has_question(use.target) or not (own_keys or use.target != use.column):
            return sampled
        known = kept.get(use.target, {})
        answers = read_answers(standard.question(use.target), column.values, policies.columns)
        unread = tuple((text, count) for text, count in answers.unread if text not in known)
        if use.guessed and use.why and unread and not answers.read and len(unread) == len(answers.unread):
            why = say("it seems to be {target}, and no cell is an answer to it", target=use.target)
            return replace(sampled, target="", why=why, unread=unread)
        kept[use.target] = {**answers.words, **known}
        return replace(sampled, unread=unread)

    uses = tuple(map(read, mapping.columns))
    return replace(mapping, columns=uses, values={target: words for target, words in kept.items() if words} or None)
