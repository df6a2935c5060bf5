"""Read the outline of an edition: `standard.toml` and `profile.toml`, merged over those of the editions it is based on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rba_audit.conditions import Condition
from rba_audit.errors import StandardError
from rba_audit.messages import BilingualText, say
from rba_audit.standard.edition_parts import (
    read_aspect,
    read_band,
    read_currency,
    read_ladder,
    read_marks,
    read_note,
    read_source,
)
from rba_audit.standard.requirements import MANDATORY_WORDS, condition_of, read_question
from rba_audit.standard.table_problems import CollectingTable, collect_problems
from rba_audit.standard.terms import (
    NO_CURRENCY,
    Aspect,
    CostBand,
    Currency,
    Ladder,
    Marks,
    Note,
    Question,
    Source,
)
from rba_audit.standard.toml_tables import Table, read_toml


@dataclass(frozen=True)
class EditionFolder:
    """One folder of a chain of editions that are based on each other."""

    folder: Path
    content: Mapping[str, object]

    @property
    def name(self) -> str:
        """The edition's name, which is its folder's."""
        return self.folder.resolve().name


@dataclass(frozen=True)
class EditionOutline:
    """Merged content of `standard.toml` and `profile.toml` of a chain of editions."""

    edition: str
    revision: int
    short: str
    currency: Currency
    title: BilingualText
    publisher: BilingualText
    note: BilingualText
    effective: date
    marks: Marks
    ladder: Ladder
    gate: str
    gate_note: Note
    must_fix: tuple[str, ...]
    must_fix_note: Note | None
    before_audit: tuple[str, ...]
    before_audit_note: Note | None
    aspects: tuple[Aspect, ...]
    agencies: Mapping[str, BilingualText]
    cost_bands: Mapping[str, CostBand]
    sources: Mapping[str, Source]
    facts: tuple[Question, ...]
    situations: Mapping[str, Condition]
    changed: Mapping[str, tuple[str, ...]]
    names_lead_somewhere: bool
    """Whether the targets of references in requirements could be read: aspects, agencies, cost bands, sources, facts, situations."""


_INHERITED: Final = (
    "marks",
    "ladder",
    "gate",
    "aspect",
    "agency",
    "cost_band",
    "currency",
    "source",
    "publisher",
    "note",
    "short",
)


def read_outline(layers: list[EditionFolder]) -> tuple[EditionOutline | None, list[StandardError]]:
    """Return the merged outline of a chain of editions, oldest first, and all its errors.

    If there are errors, values that could not be read are neutral ones. The outline is None if the requirements cannot be read
    either, because the errors concern what they refer to.
    """
    problems: list[StandardError] = []
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
            content = collect_problems(problems, read_toml, profile)
            if content is not None:
                table = CollectingTable(content, str(profile), problems)
                for item in table.tables("fact") if table.has("fact") else []:
                    facts[str(item.get("id")) if isinstance(item, dict) else ""] = item
                situations.update(table.mapping("situation"))
                table.refuse_unknown_keys()
    profiles_sound = not problems
    table = CollectingTable(merged, str(layers[-1].folder / "standard.toml"), problems)
    outline = _outline(table, layers[-1], facts, situations)
    return (outline if profiles_sound and outline.names_lead_somewhere else None), problems


def _outline(
    table: CollectingTable, layer: EditionFolder, facts: Mapping[str, object], situations: Mapping[str, object]
) -> EditionOutline:
    edition = table.text("edition")
    if edition and edition != layer.name:
        table.refuse(
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
    before = len(table.problems)
    for name, item in situations.items():
        situation = collect_problems(
            table.problems, condition_of, Table({}, f"{profile}, {name}"), "situation", item, names
        )
        if situation is not None:
            names[name] = situation
    questions = [collect_problems(table.problems, _read_fact, item, profile) for item in facts.values()]
    aspects = tuple(
        read_aspect(CollectingTable(item, f"{table.where} [[aspect]]", table.problems), number)
        for number, item in enumerate(table.tables("aspect"), start=1)
    )
    agencies = {key: table.words_of(value, f"agency.{key}") for key, value in table.mapping("agency").items()}
    cost_bands = {
        key: read_band(CollectingTable(value, f"{table.where} [cost_band.{key}]", table.problems), key)
        for key, value in table.mapping("cost_band").items()
    }
    sources = {
        key: read_source(CollectingTable(value, f"{table.where} [source.{key}]", table.problems), key)
        for key, value in table.mapping("source").items()
    }
    names_lead_somewhere = len(table.problems) == before
    gate = table.table("gate")
    must_fix, must_fix_note = _read_gate_words(gate, "must_fix")
    before_audit, before_audit_note = _read_gate_words(gate, "before_audit")
    outline = EditionOutline(
        edition=edition,
        revision=table.whole("revision"),
        short=table.text("short") if table.has("short") else edition,
        currency=read_currency(table.table("currency")) if table.has("currency") else NO_CURRENCY,
        title=table.words("title"),
        publisher=table.words("publisher"),
        note=table.words("note"),
        effective=table.day("effective"),
        marks=read_marks(table.table("marks")),
        ladder=read_ladder(table.table("ladder")),
        gate=gate.one_of("mandatory", MANDATORY_WORDS),
        gate_note=read_note(gate, "source"),
        must_fix=must_fix,
        must_fix_note=must_fix_note,
        before_audit=before_audit,
        before_audit_note=before_audit_note,
        aspects=aspects,
        agencies=agencies,
        cost_bands=cost_bands,
        sources=sources,
        facts=tuple(question for question in questions if question is not None),
        situations=names,
        changed=changed,
        names_lead_somewhere=names_lead_somewhere,
    )
    if gate.sound:
        _check_gate(gate, outline)
    for key_of_note, note in (
        ("marks", outline.marks.note),
        ("ladder", outline.ladder.note),
        ("gate", outline.gate_note),
        ("gate", outline.must_fix_note),
        ("gate", outline.before_audit_note),
    ):
        for key in note.keys if note else ():
            if key not in outline.sources:
                table.refuse(
                    say("[{place}] cites '{key}', which is no source; add [source.{key}]", place=key_of_note, key=key)
                )
    gate.refuse_unknown_keys()
    table.refuse_unknown_keys()
    return outline


def _read_fact(item: object, profile: str) -> Question:
    return read_question(Table(item, profile), None)


def _read_gate_words(gate: CollectingTable, key: str) -> tuple[tuple[str, ...], Note | None]:
    """Return the `mandatory` words of a gate rule and the note on it; `((), None)` if the edition does not have the rule."""
    if not gate.has(key):
        return (), None
    words = gate.texts(key)
    for word in words:
        if word not in MANDATORY_WORDS:
            gate.refuse(
                say("'{key}' is '{found}'; use one of: {known}", key=key, found=word, known=", ".join(MANDATORY_WORDS))
            )
    return words, read_note(gate, f"{key}_source")


def _check_gate(gate: CollectingTable, outline: EditionOutline) -> None:
    """Refuse a word that is named by two rules of the gate, because its requirements would have two classifications."""
    words = [outline.gate, *outline.must_fix, *outline.before_audit]
    for word in sorted({word for word in words if words.count(word) > 1}):
        gate.refuse(
            say(
                "'{word}' stands more than once in 'mandatory', 'must_fix' and 'before_audit'; name it in one of them",
                word=word,
            )
        )
