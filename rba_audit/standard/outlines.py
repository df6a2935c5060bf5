"""The outline of an edition: what `standard.toml` and `profile.toml` say, each laid over those of the edition it is based on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from rba_audit.conditions import Condition
from rba_audit.standard.requirements import CONFIDENCE, condition_of, read_question
from rba_audit.standard.tables import Table, read_toml
from rba_audit.standard.terms import Aspect, CostBand, Ladder, Marks, Note, Question, Rung, Source
from rba_audit.words import Words, say


@dataclass(frozen=True)
class Layer:
    """One folder of a chain of editions, oldest first."""

    folder: Path
    content: Mapping[str, object]

    @property
    def name(self) -> str:
        """The edition's name, which is its folder's."""
        return self.folder.resolve().name


@dataclass(frozen=True)
class Outline:
    """What `standard.toml` and `profile.toml` of a whole chain say together."""

    edition: str
    revision: int
    title: Words
    publisher: Words
    note: Words
    effective: date
    marks: Marks
    ladder: Ladder
    gate: str
    gate_note: Note
    aspects: tuple[Aspect, ...]
    agencies: Mapping[str, Words]
    cost_bands: Mapping[str, CostBand]
    sources: Mapping[str, Source]
    facts: tuple[Question, ...]
    situations: Mapping[str, Condition]
    changed: Mapping[str, tuple[str, ...]]


_INHERITED: Final = ("marks", "ladder", "gate", "aspect", "agency", "cost_band", "source", "publisher", "note")


def read_outline(layers: list[Layer]) -> Outline:
    """Return what the outlines of a chain of editions, oldest first, say together.

    Raises:
        StandardError: one of them cannot be used.
    """
    merged: dict[str, object] = {}
    facts: dict[str, object] = {}
    situations: dict[str, object] = {}
    for layer in layers:
        for key in [*merged]:
            if key not in _INHERITED:
                del merged[key]
        for key, value in layer.content.items():
            old = merged.get(key)
            merged[key] = (
                {**old, **value}
                if key in ("agency", "cost_band", "source") and isinstance(old, dict) and isinstance(value, dict)
                else value
            )
        profile = layer.folder / "profile.toml"
        if profile.is_file() or layer is layers[0]:
            table = Table(read_toml(profile), str(profile))
            for item in table.tables("fact") if table.has("fact") else []:
                facts[str(item.get("id")) if isinstance(item, dict) else ""] = item
            situations.update(table.mapping("situation"))
            table.done()
    return _outline(Table(merged, str(layers[-1].folder / "standard.toml")), layers[-1], facts, situations)


def _outline(table: Table, layer: Layer, facts: Mapping[str, object], situations: Mapping[str, object]) -> Outline:
    edition = table.text("edition")
    if edition != layer.name:
        raise table.fault(
            say(
                "'edition' is '{edition}' but the folder is '{folder}'; they must be the same",
                edition=edition,
                folder=layer.name,
            )
        )
    base = table.text("based_on") if table.has("based_on") else None
    changed = {key: table.texts(key, default=() if base is None else None) for key in ("adds", "drops", "changes")}
    profile = str(layer.folder / "profile.toml")
    names: dict[str, Condition] = {}
    for name, item in situations.items():
        names[name] = condition_of(Table({}, f"{profile}, {name}"), "situation", item, names)
    outline = Outline(
        edition=edition,
        revision=table.whole("revision"),
        title=table.words("title"),
        publisher=table.words("publisher"),
        note=table.words("note"),
        effective=table.day("effective"),
        marks=_read_marks(table.table("marks")),
        ladder=_read_ladder(table.table("ladder")),
        gate=(gate := table.table("gate")).text("mandatory"),
        gate_note=_read_note(gate),
        aspects=tuple(
            _read_aspect(Table(item, f"{table.where} [[aspect]]"), number)
            for number, item in enumerate(table.tables("aspect"), start=1)
        ),
        agencies={key: table.words_of(value, f"agency.{key}") for key, value in table.mapping("agency").items()},
        cost_bands={
            key: _read_band(Table(value, f"{table.where} [cost_band.{key}]"), key)
            for key, value in table.mapping("cost_band").items()
        },
        sources={
            key: _read_source(Table(value, f"{table.where} [source.{key}]"), key)
            for key, value in table.mapping("source").items()
        },
        facts=tuple(read_question(Table(item, profile), None) for item in facts.values()),
        situations=names,
        changed=changed,
    )
    gate.done()
    table.done()
    return outline


def _read_note(table: Table) -> Note:
    source = table.table("source")
    note = Note(
        words=Words(source.text("id"), source.text("en")),
        keys=source.texts("keys"),
        confidence=source.one_of("confidence", CONFIDENCE),
    )
    source.done()
    return note


def _read_marks(table: Table) -> Marks:
    marks = Marks(table.whole("conforms"), table.whole("partial"), table.whole("does_not_conform"), _read_note(table))
    table.done()
    if not marks.conforms > marks.partial > marks.does_not_conform == 0:
        raise table.fault(say("marks must fall from 'conforms' over 'partial' to 0"))
    return marks


def _read_ladder(table: Table) -> Ladder:
    rungs = []
    for item in table.tables("rungs"):
        rung = Table(item, table.where)
        rungs.append(Rung(rung.text("name"), rung.whole("from"), rung.one_of("confidence", CONFIDENCE)))
        rung.done()
    ladder = Ladder(table.whole("maximum"), tuple(rungs), _read_note(table))
    table.done()
    steps = [0, *(rung.minimum for rung in rungs), ladder.maximum + 1]
    if any(low >= high for low, high in pairwise(steps)) or len({rung.name for rung in rungs}) != len(rungs):
        raise table.fault(say("'rungs' must rise from above 0 to at most 'maximum', each with its own name"))
    return ladder


def _read_aspect(table: Table, number: int) -> Aspect:
    aspect = Aspect(table.text("code"), number, table.words("name"), table.texts("kha"))
    table.done()
    return aspect


def _read_band(table: Table, name: str) -> CostBand:
    band = CostBand(name, Words(table.text("id"), table.text("en")), table.whole("from"), table.whole("to"))
    table.done()
    return band


def _read_source(table: Table, key: str) -> Source:
    source = Source(key, table.words("title"), table.maybe_words("read"), table.texts("urls", default=()))
    table.done()
    return source
