"""Read an edition from its folder, and from those of the editions it is based on, into one frozen `Standard`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType

from rba_audit.errors import NotInStandard, StandardError
from rba_audit.messages import Message, say
from rba_audit.resources import standards_dir
from rba_audit.standard.consistency import faults_of
from rba_audit.standard.edition import Standard
from rba_audit.standard.edition_outline import EditionFolder, EditionOutline, read_outline
from rba_audit.standard.equipment import EQUIPMENT_FILE, equipment_faults, read_equipment
from rba_audit.standard.form_order import FORM_FILE, NO_ORDER, FormOrder, read_form_order
from rba_audit.standard.form_order_checks import form_order_faults
from rba_audit.standard.items import NO_EQUIPMENT, Equipment
from rba_audit.standard.requirements import EditionContext, read_aspect_file, read_examples
from rba_audit.standard.table_problems import collect_problems
from rba_audit.standard.terms import (
    Example,
    Requirement,
)
from rba_audit.standard.toml_tables import read_toml


def edition_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of the shipped editions, or of those in the folder `root`, oldest first."""
    folder = root or standards_dir()
    return tuple(sorted(path.parent.name for path in folder.glob("*/standard.toml")))


def editions_of(standard: Standard) -> tuple[Standard, ...]:
    """Return the shipped editions with the same short name, oldest first, and `standard` itself, last if it is not shipped."""
    shipped = {name: load_published(name) for name in edition_names()}
    same = {name: edition for name, edition in shipped.items() if edition.short == standard.short}
    return tuple({**same, standard.edition: standard}.values())


def default_edition() -> str:
    """Return the name of the default edition: the newest one shipped."""
    return edition_names()[-1]


def load_standard(name: str | Path | None = None) -> Standard:
    """Return an edition by its name or from a folder; a shipped one is cached for the process.

    Raises:
        NotInStandard: there is no such edition.
        StandardError: its files cannot be used; the message has one line per problem.
    """
    edition = name or default_edition()
    return load_published(str(edition)) if edition in edition_names() else _read(_folder(edition))


def _read(folder: Path) -> Standard:
    standard, problems = read_edition(folder)
    if standard is None or problems:
        raise StandardError("\n".join(str(problem) for problem in problems))
    return standard


@cache
def load_published(name: str) -> Standard:
    """Return a shipped edition by its name; it is cached for the process.

    Raises:
        NotInStandard: there is none with that name.
        StandardError: its files cannot be used.
    """
    # The name may come from a request; without this check it could be the path of any folder.
    if name not in edition_names():
        raise NotInStandard(
            say("There is no edition '{name}' here; there are {known}.", name=name, known=", ".join(edition_names()))
        )
    return _read(standards_dir() / name)


def _folder(name: str | Path) -> Path:
    for folder in (standards_dir() / str(name), Path(name)):
        # A name that is too long for a path is the name of no folder.
        with suppress(OSError):
            if (folder / "standard.toml").is_file():
                return folder
    raise NotInStandard(
        say(
            "There is no standard '{name}'; use one of {known}, or a folder with a standard.toml",
            name=name,
            known=", ".join(edition_names()),
        )
    )


def read_edition(folder: Path) -> tuple[Standard | None, list[StandardError]]:
    """Return the edition in `folder` and all its problems; the edition is None if its outline has any."""
    problems: list[StandardError] = []
    layers = collect_problems(problems, _layers, folder)
    if layers is None:
        return None, problems
    outline, outline_faults = read_outline(layers)
    problems.extend(outline_faults)
    if outline is None:
        return None, problems
    requirements, examples = _read_requirements(layers, outline, problems)
    if outline_faults:
        return None, problems
    dropped = frozenset(name for layer in layers for name in _list_of(layer.content.get("drops")))
    dropped -= {requirement.id for requirement in requirements}
    equipment = collect_problems(problems, read_equipment, [layer.folder for layer in layers], dropped)
    form = collect_problems(problems, read_form_order, [layer.folder for layer in layers], dropped)
    standard = _assemble(layers[-1], outline, requirements, examples, equipment or NO_EQUIPMENT, form or NO_ORDER)
    problems.extend(faults_of(standard))
    problems.extend(form_order_faults(standard))
    problems.extend(equipment_faults(standard))
    return standard, problems


def _layers(folder: Path, seen: tuple[str, ...] = ()) -> list[EditionFolder]:
    content = read_toml(folder / "standard.toml")
    where = str(folder / "standard.toml")
    base = content.get("based_on")
    if base is None:
        return [EditionFolder(folder, content)]
    name = folder.resolve().name
    if not isinstance(base, str) or name in seen:
        raise StandardError(
            say("{where}: 'based_on' leads back to itself or is no name; name an older edition", where=where)
        )
    parent = next(
        (
            candidate
            for candidate in (folder.resolve().parent / base, standards_dir() / base)
            if (candidate / "standard.toml").is_file()
        ),
        None,
    )
    if parent is None:
        raise StandardError(
            say("{where}: 'based_on' names '{base}', which is not beside this folder", where=where, base=base)
        )
    return [*_layers(parent, (*seen, name)), EditionFolder(folder, content)]


def _read_requirements(
    layers: list[EditionFolder], outline: EditionOutline, problems: list[StandardError]
) -> tuple[list[Requirement], list[Example]]:
    by_id: dict[str, Requirement] = {}
    examples: dict[str, list[Example]] = {}
    for layer in layers:
        context = EditionContext(
            edition=layer.name,
            aspects={aspect.code: aspect.kha for aspect in outline.aspects},
            agencies=tuple(outline.agencies),
            cost_bands=tuple(outline.cost_bands),
            sources=tuple(outline.sources),
            situations=outline.situations,
        )
        own = _own_requirements(layer, outline, context, problems)
        if layer is not layers[0]:
            _check_changes(layer, set(by_id), set(own), problems)
        for name in _list_of(layer.content.get("drops")):
            by_id.pop(name, None)
            examples.pop(name, None)
        by_id.update(own)
        for name in own:
            examples[name] = []
        for example in _own_examples(layer, problems):
            examples.setdefault(example.requirement, []).append(example)
    order = {aspect.code: aspect.number for aspect in outline.aspects}
    requirements = sorted(by_id.values(), key=lambda requirement: (order[requirement.aspect], requirement.id))
    return requirements, [example for group in examples.values() for example in group]


def _list_of(value: object) -> Iterable[str]:
    return value if isinstance(value, list) else ()


def _own_requirements(
    layer: EditionFolder, outline: EditionOutline, context: EditionContext, problems: list[StandardError]
) -> dict[str, Requirement]:
    own: dict[str, Requirement] = {}
    known = {f"{aspect.code.lower()}.toml" for aspect in outline.aspects}
    for path in sorted(layer.folder.glob("*.toml")):
        if path.name in ("standard.toml", "profile.toml", EQUIPMENT_FILE, FORM_FILE):
            continue
        if path.name not in known:
            problems.append(
                StandardError(
                    say("{file}: no aspect has this name; name it after an aspect code or take it away", file=path)
                )
            )
            continue
        content = collect_problems(problems, read_toml, path)
        for requirement in read_aspect_file(content, str(path), context, problems) if content is not None else ():
            if requirement.id in own:
                problems.append(
                    StandardError(
                        say(
                            "{file}, {id}: this id stands twice; give one of them another", file=path, id=requirement.id
                        )
                    )
                )
            if requirement.aspect.lower() != path.stem:
                problems.append(
                    StandardError(
                        say(
                            "{file}, {id}: it belongs in {right}.toml",
                            file=path,
                            id=requirement.id,
                            right=requirement.aspect.lower(),
                        )
                    )
                )
            own[requirement.id] = requirement
    return own


def _own_examples(layer: EditionFolder, problems: list[StandardError]) -> list[Example]:
    examples: list[Example] = []
    for path in sorted((layer.folder / "examples").glob("*.toml")):
        content = collect_problems(problems, read_toml, path)
        if content is not None:
            examples.extend(read_examples(content, str(path), problems))
    return examples


def _check_changes(layer: EditionFolder, before: set[str], own: set[str], problems: list[StandardError]) -> None:
    stated = {key: set(_list_of(layer.content.get(key))) for key in ("adds", "changes", "drops")}
    actual = {"adds": own - before, "changes": own & before, "drops": stated["drops"] & before - own}
    for key, names in stated.items():
        if names != actual[key]:
            text: Message = say(
                "{file}: '{key}' says {said}, but the files of this folder say {found}; make them agree",
                file=layer.folder / "standard.toml",
                key=key,
                said=sorted(names) or "[]",
                found=sorted(actual[key]) or "[]",
            )
            problems.append(StandardError(text))


def _assemble(
    layer: EditionFolder,
    outline: EditionOutline,
    requirements: list[Requirement],
    examples: list[Example],
    equipment: Equipment,
    form: FormOrder,
) -> Standard:
    base = layer.content.get("based_on")
    return Standard(
        edition=outline.edition,
        revision=outline.revision,
        short=outline.short,
        currency=outline.currency,
        title=outline.title,
        publisher=outline.publisher,
        note=outline.note,
        effective=outline.effective,
        based_on=str(base) if base else None,
        marks=outline.marks,
        ladder=outline.ladder,
        gate=outline.gate,
        gate_note=outline.gate_note,
        must_fix=outline.must_fix,
        must_fix_note=outline.must_fix_note,
        before_audit=outline.before_audit,
        before_audit_note=outline.before_audit_note,
        aspects=outline.aspects,
        requirements=tuple(requirements),
        facts=outline.facts,
        situations=MappingProxyType(dict(outline.situations)),
        agencies=MappingProxyType(dict(outline.agencies)),
        cost_bands=MappingProxyType(dict(outline.cost_bands)),
        sources=MappingProxyType(dict(outline.sources)),
        examples=tuple(examples),
        equipment=equipment,
        form=form,
    )
