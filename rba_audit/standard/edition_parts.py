"""Readers of the smaller tables of `standard.toml`: marks, ladder, aspects, costs and sources."""

from __future__ import annotations

from itertools import pairwise

from rba_audit.messages import BilingualText, say
from rba_audit.standard.requirements import CONFIDENCE
from rba_audit.standard.table_problems import CollectingTable
from rba_audit.standard.terms import (
    Aspect,
    CostBand,
    Currency,
    Ladder,
    Marks,
    Note,
    Rung,
    Source,
)


def read_note(table: CollectingTable, key: str) -> Note:
    """Read a note in both languages with its source."""
    source = table.table(key)
    note = Note(
        words=BilingualText(source.text("id"), source.text("en")),
        keys=source.texts("keys"),
        confidence=source.one_of("confidence", CONFIDENCE),
    )
    source.refuse_unknown_keys()
    return note


def read_marks(table: CollectingTable) -> Marks:
    """Read the marks that each outcome earns."""
    marks = Marks(
        conforms=table.whole("conforms"),
        partial=table.whole("partial"),
        does_not_conform=table.whole("does_not_conform"),
        note=read_note(table, "source"),
    )
    table.refuse_unknown_keys()
    if table.sound and not marks.conforms > marks.partial >= marks.does_not_conform == 0:
        table.refuse(say("'conforms' must be more than 'partial', and 'does_not_conform' 0; 'partial' may be 0"))
    return marks


def read_ladder(table: CollectingTable) -> Ladder:
    """Read the rungs, lowest first."""
    rungs = []
    for item in table.tables("rungs"):
        rung = CollectingTable(item, table.where, table.problems)
        rungs.append(Rung(rung.text("name"), rung.whole("from"), rung.one_of("confidence", CONFIDENCE)))
        rung.refuse_unknown_keys()
    ladder = Ladder(table.whole("maximum"), tuple(rungs), read_note(table, "source"))
    table.refuse_unknown_keys()
    steps = [0, *(rung.minimum for rung in rungs), ladder.maximum + 1]
    if table.sound and (
        any(low >= high for low, high in pairwise(steps)) or len({rung.name for rung in rungs}) != len(rungs)
    ):
        table.refuse(say("'rungs' must rise from above 0 to at most 'maximum', each with its own name"))
    return ladder


def read_aspect(table: CollectingTable, number: int) -> Aspect:
    """Read one aspect."""
    aspect = Aspect(table.text("code"), number, table.words("name"), table.texts("kha", default=()))
    table.refuse_unknown_keys()
    return aspect


def read_currency(table: CollectingTable) -> Currency:
    """Read the currency of the cost bands."""
    origin = table.words("origin") if table.has("origin") else None
    currency = Currency(table.text("symbol"), BilingualText(table.text("id"), table.text("en")), origin)
    table.refuse_unknown_keys()
    return currency


def read_band(table: CollectingTable, name: str) -> CostBand:
    """Read one cost band."""
    band = CostBand(name, BilingualText(table.text("id"), table.text("en")), table.whole("from"), table.whole("to"))
    table.refuse_unknown_keys()
    return band


def read_source(table: CollectingTable, key: str) -> Source:
    """Read one source."""
    read = table.words("read") if table.has("read") else None
    source = Source(key, table.words("title"), read, table.texts("urls", default=()))
    table.refuse_unknown_keys()
    return source
