"""Reading an edition from its folder, with what it is based on, into one frozen `Standard`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rba_audit.conditions import Condition
from rba_audit.errors import StandardError
from rba_audit.resources import standards_dir
from rba_audit.standard.consistency import faults_of
from rba_audit.standard.requirements import (
    CONFIDENCE,
    Context,
    condition_of,
    read_aspect_file,
    read_examples,
    read_question,
)
from rba_audit.standard.tables import Table, collecting, read_toml
from rba_audit.standard.terms import (
    Aspect,
    CostBand,
    Example,
    Ladder,
    Marks,
    Note,
    Question,
    Requirement,
    Rung,
    Source,
    Standard,
)
from rba_audit.words import Message, Words, say


def editions(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of the editions at hand, oldest first."""
    folder = root or standards_dir()
    return tuple(sorted(path.parent.name for path in folder.glob("*/standard.toml")))


def default_edition() -> str:
    """Return the edition used when none is named: the newest at hand."""
    return editions()[-1]


def load_standard(name: str | Path | None = None) -> Standard:
    """Return an edition by its name, or from a folder.

    Raises:
        StandardError: there is no such edition, or its files cannot be used; every fault is a line of the message.
    """
    folder = _folder(name or default_edition())
    standard, problems = read_edition(folder)
    if standard is None or problems:
        raise StandardError("\n".join(str(problem) for problem in problems))
    return standard


def _folder(name: str | Path) -> Path:
    for folder in (standards_dir() / str(name), Path(name)):
        if (folder / "standard.toml").is_file():
            return folder
    raise StandardError(
        say(
            "There is no standard '{name}'; use one of {known}, or a folder with a standard.toml",
            name=name,
            known=", ".join(editions()),
        )
    )


def read_edition(folder: Path) -> tuple[Standard | None, list[StandardError]]:
    """Return the edition in `folder` and everything that is wrong with it; None where not even its outline is readable."""
    problems: list[StandardError] = []
    layers = collecting(problems, _layers, folder)
    if layers is None:
        return None, problems
    outline = collecting(problems, _read_outline, layers)
    if outline is None:
        return None, problems
    requirements, examples = _read_requirements(layers, outline, problems)
    standard = _assemble(layers[-1], outline, requirements, examples)
    problems.extend(faults_of(standard))
    return standard, problems


@dataclass(frozen=True)
class _Layer:
    """One folder of a chain of editions, oldest first."""

    folder: Path
    content: Mapping[str, object]

    @property
    def name(self) -> str:
        return self.folder.resolve().name


def _layers(folder: Path, seen: tuple[str, ...] = ()) -> list[_Layer]:
    content = read_toml(folder / "standard.toml")
    where = str(folder / "standard.toml")
    base = content.get("based_on")
    if base is None:
        return [_Layer(folder, content)]
    name = folder.resolve().name
    if not isinstance(base, str) or name in seen:
        raise StandardError(
            say("{where}: 'based_on' leads back to itself or is no name; name an older edition", where=where)
        )
    parent = next(
        (
            each
            for each in (folder.resolve().parent / base, standards_dir() / base)
            if (each / "standard.toml").is_file()
        ),
        None,
    )
    if parent is None:
        raise StandardError(
            say("{where}: 'based_on' names '{base}', which is not beside this folder", where=where, base=base)
        )
    return [*_layers(parent, (*seen, name)), _Layer(folder, content)]


@dataclass(frozen=True)
class _Outline:
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


def _read_outline(layers: list[_Layer]) -> _Outline:
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


def _outline(table: Table, layer: _Layer, facts: Mapping[str, object], situations: Mapping[str, object]) -> _Outline:
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
    outline = _Outline(
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


def _read_requirements(
    layers: list[_Layer], outline: _Outline, problems: list[StandardError]
) -> tuple[list[Requirement], list[Example]]:
    found: dict[str, Requirement] = {}
    examples: dict[str, list[Example]] = {}
    for layer in layers:
        context = Context(
            edition=layer.name,
            aspects={aspect.code: aspect.kha for aspect in outline.aspects},
            agencies=tuple(outline.agencies),
            cost_bands=tuple(outline.cost_bands),
            sources=tuple(outline.sources),
            situations=outline.situations,
        )
        own = _own_requirements(layer, outline, context, problems)
        if layer is not layers[0]:
            _check_changes(layer, set(found), set(own), problems)
        for name in _list_of(layer.content.get("drops")):
            found.pop(name, None)
            examples.pop(name, None)
        found.update(own)
        for name in own:
            examples[name] = []
        for example in _own_examples(layer, problems):
            examples.setdefault(example.requirement, []).append(example)
    order = {aspect.code: aspect.number for aspect in outline.aspects}
    requirements = sorted(found.values(), key=lambda each: (order[each.aspect], each.id))
    return requirements, [example for group in examples.values() for example in group]


def _list_of(value: object) -> Iterable[str]:
    return value if isinstance(value, list) else ()


def _own_requirements(
    layer: _Layer, outline: _Outline, context: Context, problems: list[StandardError]
) -> dict[str, Requirement]:
    own: dict[str, Requirement] = {}
    known = {f"{aspect.code.lower()}.toml" for aspect in outline.aspects}
    for path in sorted(layer.folder.glob("*.toml")):
        if path.name in ("standard.toml", "profile.toml"):
            continue
        if path.name not in known:
            problems.append(
                StandardError(
                    say("{file}: no aspect has this name; name it after an aspect code or take it away", file=path)
                )
            )
            continue
        content = collecting(problems, read_toml, path)
        for each in read_aspect_file(content, str(path), context, problems) if content is not None else ():
            if each.id in own:
                problems.append(
                    StandardError(
                        say("{file}, {id}: this id stands twice; give one of them another", file=path, id=each.id)
                    )
                )
            if each.aspect.lower() != path.stem:
                problems.append(
                    StandardError(
                        say(
                            "{file}, {id}: it belongs in {right}.toml", file=path, id=each.id, right=each.aspect.lower()
                        )
                    )
                )
            own[each.id] = each
    return own


def _own_examples(layer: _Layer, problems: list[StandardError]) -> list[Example]:
    found: list[Example] = []
    for path in sorted((layer.folder / "examples").glob("*.toml")):
        content = collecting(problems, read_toml, path)
        if content is not None:
            found.extend(read_examples(content, str(path), problems))
    return found


def _check_changes(layer: _Layer, before: set[str], own: set[str], problems: list[StandardError]) -> None:
    said = {key: set(_list_of(layer.content.get(key))) for key in ("adds", "changes", "drops")}
    is_so = {"adds": own - before, "changes": own & before, "drops": said["drops"] & before - own}
    for key, names in said.items():
        if names != is_so[key]:
            text: Message = say(
                "{file}: '{key}' says {said}, but the files of this folder say {found}; make them agree",
                file=layer.folder / "standard.toml",
                key=key,
                said=sorted(names) or "[]",
                found=sorted(is_so[key]) or "[]",
            )
            problems.append(StandardError(text))


def _assemble(layer: _Layer, outline: _Outline, requirements: list[Requirement], examples: list[Example]) -> Standard:
    base = layer.content.get("based_on")
    return Standard(
        edition=outline.edition,
        revision=outline.revision,
        title=outline.title,
        publisher=outline.publisher,
        note=outline.note,
        effective=outline.effective,
        based_on=str(base) if base else None,
        marks=outline.marks,
        ladder=outline.ladder,
        gate=outline.gate,
        gate_note=outline.gate_note,
        aspects=outline.aspects,
        requirements=tuple(requirements),
        facts=outline.facts,
        situations=MappingProxyType(dict(outline.situations)),
        agencies=MappingProxyType(dict(outline.agencies)),
        cost_bands=MappingProxyType(dict(outline.cost_bands)),
        sources=MappingProxyType(dict(outline.sources)),
        examples=tuple(examples),
    )
