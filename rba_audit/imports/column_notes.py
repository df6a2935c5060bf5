"""Describe the meaning of the columns of a file in sentences, and list cells that are no answer."""

from __future__ import annotations

from typing import Final

from rba_audit.imports.column_mapping import ColumnMapping, ColumnUse
from rba_audit.messages import Message, say
from rba_audit.sites.problems import quote

_SHOWN: Final = 3


def mapping_notes(mapping: ColumnMapping) -> list[Message]:
    """Return a sentence for each column that became something else, or seems to be something and was not taken."""
    notes = [note for use in mapping.columns for note in (_use_note(use), _unread_note(use)) if note is not None]
    if mapping.crs:
        notes.append(say("positions are read in {crs}; check one place on the map", crs=mapping.crs))
    return notes


def _use_note(use: ColumnUse) -> Message | None:
    samples = ", ".join(map(quote, use.samples[:_SHOWN]))
    column = quote(use.column)
    if use.guessed and not use.why:
        return None
    if use.target and use.target != use.column:
        if use.guessed:
            return say(
                "column “{column}” → {target}: {why} ({samples})",
                column=column,
                target=use.target,
                why=use.why,
                samples=samples,
            )
        return say(
            "column “{column}” → {target}, as chosen ({samples})", column=column, target=use.target, samples=samples
        )
    if not use.guessed:
        return None
    if use.target:
        return say("column “{column}”: {why} ({samples})", column=column, why=use.why, samples=samples)
    return say("column “{column}” stays as it is: {why} ({samples})", column=column, why=use.why, samples=samples)


def _unread_note(use: ColumnUse) -> Message | None:
    if not use.unread:
        return None
    return say(
        "column “{column}”: {count} cells are no answer to {target} and count as not known: {cells}",
        column=quote(use.column),
        count=sum(count for _, count in use.unread),
        target=use.target or use.column,
        cells=", ".join(f"“{quote(text)}” ({count}×)" for text, count in use.unread[:_SHOWN]),
    )
