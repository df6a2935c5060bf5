"""Chapters of the form, and the limit shown in words next to its questions.

Wording and order come from the edition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rba_audit.conditions import All, parts_of
from rba_audit.findings.wording import condition_words, limit_of
from rba_audit.standard import Aspect, Requirement, Standard

OFFICE: Final = "office"
"""Code of the chapter for the office; it cannot collide with an aspect, whose code has no lower case."""


@dataclass(frozen=True, slots=True)
class FormChapter:
    """An aspect, or the chapter for the office (`aspect` is None), with its requirements by tier."""

    aspect: Aspect | None
    core: tuple[Requirement, ...]
    extension: tuple[Requirement, ...]

    @property
    def code(self) -> str:
        """The code of the aspect, or `OFFICE`."""
        return self.aspect.code if self.aspect else OFFICE


def form_chapters(standard: Standard) -> tuple[FormChapter, ...]:
    """Return the chapters of an edition in the order of its form: its aspects, then the office.

    Within a chapter, requirements are sorted by the rank of their first question. A requirement that has only questions
    for the office is in the last chapter; empty chapters are left out.
    """
    form = standard.form
    methods = {
        requirement.id: [standard.method_of(question) for question in requirement.questions]
        for requirement in standard.requirements
    }
    in_office = {
        id for id, question_methods in methods.items() if all(method in form.office for method in question_methods)
    }
    ordered = sorted(standard.requirements, key=lambda requirement: min(map(form.rank, methods[requirement.id])))
    aspects = sorted(
        standard.aspects,
        key=lambda requirement: form.aspects.index(requirement.code) if form.aspects else requirement.number,
    )

    def chapter(aspect: Aspect | None, requirements: Sequence[Requirement]) -> FormChapter:
        core, extension = (
            [requirement for requirement in requirements if requirement.tier == tier] for tier in ("core", "extension")
        )
        return FormChapter(aspect, tuple(core), tuple(extension))

    on_the_spot = [
        chapter(
            aspect,
            [
                requirement
                for requirement in ordered
                if requirement.aspect == aspect.code and requirement.id not in in_office
            ],
        )
        for aspect in aspects
    ]
    office = chapter(None, [requirement for requirement in standard.requirements if requirement.id in in_office])
    return tuple(part for part in (*on_the_spot, office) if part.core or part.extension)


def limit_words(requirement: Requirement, standard: Standard, known: Mapping[str, object]) -> list[str]:
    """Return the condition for conforming in words, one line per part of it.

    A limit that depends on a fact is stated for the value of that fact in `known`.
    """
    words = {name: value if isinstance(value, str) else None for name, value in known.items()}
    condition = requirement.conforms_when
    if len(requirement.questions) == 1 and not parts_of(condition):
        return [limit_of(condition, standard, words)]
    return [
        condition_words(part, standard, words)
        for part in (condition.of if isinstance(condition, All) else (condition,))
    ]
