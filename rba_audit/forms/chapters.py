"""The order of the form, and the limit in words that stands beside its questions.

Words and order come from the edition; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rba_audit.conditions import All, parts_of
from rba_audit.findings.wording import condition_words, limit_of
from rba_audit.standard import Aspect, Requirement, Standard

OFFICE: Final = "office"
"""What the chapter is called by that is left for the office; no aspect has lower case in its code."""


@dataclass(frozen=True, slots=True)
class FormChapter:
    """An aspect, or what is left for the office (`aspect` is None), with its requirements, those that count first."""

    aspect: Aspect | None
    core: tuple[Requirement, ...]
    extension: tuple[Requirement, ...]

    @property
    def code(self) -> str:
        """The code of the aspect, or a word of its own."""
        return self.aspect.code if self.aspect else OFFICE


def form_chapters(standard: Standard) -> tuple[FormChapter, ...]:
    """Return the aspects of an edition in the order of its form, and last what is left for the office.

    In a chapter a requirement stands where the first of its questions belongs. One with questions for the office alone
    stands in the last chapter; an aspect of which nothing is left is not named.
    """
    form = standard.form
    methods = {each.id: [standard.method_of(question) for question in each.questions] for each in standard.requirements}
    in_office = {id for id, found in methods.items() if all(method in form.office for method in found)}
    ordered = sorted(standard.requirements, key=lambda each: min(map(form.rank, methods[each.id])))
    aspects = sorted(standard.aspects, key=lambda each: form.aspects.index(each.code) if form.aspects else each.number)

    def chapter(aspect: Aspect | None, found: Sequence[Requirement]) -> FormChapter:
        core, extension = ([each for each in found if each.tier == tier] for tier in ("core", "extension"))
        return FormChapter(aspect, tuple(core), tuple(extension))

    on_the_spot = [
        chapter(aspect, [each for each in ordered if each.aspect == aspect.code and each.id not in in_office])
        for aspect in aspects
    ]
    office = chapter(None, [each for each in standard.requirements if each.id in in_office])
    return tuple(each for each in (*on_the_spot, office) if each.core or each.extension)


def limit_words(requirement: Requirement, standard: Standard, known: Mapping[str, object]) -> list[str]:
    """Return what conforms, in words, one line for each thing that must hold.

    A limit that depends on a fact is told for the fact as `known` has it.
    """
    words = {name: value if isinstance(value, str) else None for name, value in known.items()}
    condition = requirement.conforms_when
    if len(requirement.questions) == 1 and not parts_of(condition):
        return [limit_of(condition, standard, words)]
    return [
        condition_words(part, standard, words)
        for part in (condition.of if isinstance(condition, All) else (condition,))
    ]
