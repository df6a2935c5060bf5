"""Page of an edition of the standard: its requirements in words, with limits, sources, examples and confidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from rba_audit.conditions import Condition
from rba_audit.findings.program_json import program_as_json
from rba_audit.findings.wording import condition_words
from rba_audit.messages import format_number
from rba_audit.standard import Aspect, Example, Requirement, Standard, editions_of, kind_of, load_published
from rba_audit.standard.citations import Citation, citations
from rba_audit.standard.terms import Note
from rba_audit.web.http import labels
from rba_audit.web.http.access import EVERYONE, open_to
from rba_audit.web.http.services import services

pages = Blueprint("standards", __name__)


@dataclass(frozen=True, slots=True)
class RequirementDescription:
    """A requirement with its conditions in words."""

    requirement: Requirement
    conforms: str
    partial: str
    applies: str
    citations: tuple[Citation, ...]
    lead: str
    cost: str
    examples: tuple[Example, ...]
    new: bool


@dataclass(frozen=True, slots=True)
class StandardChapter:
    """An aspect with its requirements."""

    aspect: Aspect
    requirements: tuple[RequirementDescription, ...]


@pages.get("/standards/<edition>")
@open_to(EVERYONE)
def edition(edition: str) -> str:
    """All requirements of one edition."""
    standard = get_edition(edition)
    descriptions = [_described(standard, requirement) for requirement in standard.requirements]
    return render_template(
        "standards/edition.html",
        page="standard" if standard.edition == services().standard.edition else "",
        standard=standard,
        chapters=[
            StandardChapter(
                aspect,
                tuple(description for description in descriptions if description.requirement.aspect == aspect.code),
            )
            for aspect in standard.aspects
        ],
        core=sum(description.requirement.tier == "core" for description in descriptions),
        cited={key: citations(standard, note.keys) for key, note in _notes(standard).items()},
        others=[other.edition for other in editions_of(standard) if other.edition != standard.edition],
        marks=[
            ("conforms", standard.marks.conforms),
            ("partial", standard.marks.partial),
            ("does_not_conform", standard.marks.does_not_conform),
        ],
        steps=[(rung, format_number(100 * rung.minimum / standard.ladder.maximum, 0)) for rung in standard.ladder],
        gated=[description for description in descriptions if description.requirement.mandatory == standard.gate],
        fixed_first=[
            description for description in descriptions if description.requirement.mandatory in standard.must_fix
        ],
        asked_for=[
            description for description in descriptions if description.requirement.mandatory in standard.before_audit
        ],
    )


@pages.get("/standards/<edition>/table.json")
@open_to(EVERYONE)
def table(edition: str) -> Response:
    """The edition's table of operations as JSON, by which the browser evaluates a form while it is filled in."""
    response = jsonify(program_as_json(get_edition(edition)))
    response.add_etag()
    return response.make_conditional(request)


def get_edition(name: str) -> Standard:
    """Return the edition that this installation uses, or a published one.

    Raises:
        NotInStandard: there is no edition of that name.
    """
    own = services().standard
    return own if name == own.edition else load_published(name)


def _notes(standard: Standard) -> dict[str, Note]:
    notes = {
        "ladder": standard.ladder.note,
        "marks": standard.marks.note,
        "gate": standard.gate_note,
        "must_fix": standard.must_fix_note,
        "before_audit": standard.before_audit_note,
    }
    return {key: note for key, note in notes.items() if note}


def _described(standard: Standard, requirement: Requirement) -> RequirementDescription:
    def in_words(condition: Condition | None) -> str:
        return condition_words(condition, standard, {}) if condition is not None else ""

    remedy = requirement.remedy
    return RequirementDescription(
        requirement=requirement,
        conforms=in_words(requirement.conforms_when),
        partial=in_words(requirement.partial_when),
        applies=in_words(requirement.applies_when),
        citations=citations(standard, requirement.sources),
        lead=str(standard.agencies[remedy.lead]),
        cost=str(standard.cost_bands[remedy.cost].words),
        examples=tuple(example for example in standard.examples if example.requirement == requirement.id),
        new=standard.based_on is not None and requirement.edition == standard.edition,
    )


def link_words(standard: Standard, link: str) -> str:
    """Return the words for a link (`direct` or `analogous`) of a requirement to a standard."""
    return labels.label(labels.links(standard.short), link)


for _name, _function in (
    ("citations", citations),
    ("kind_of", kind_of),
    ("confidence_words", partial(labels.label, labels.CONFIDENCE)),
    ("link_words", link_words),
    ("threshold_words", partial(labels.label, labels.THRESHOLD)),
    ("mandatory_words", partial(labels.label, labels.MANDATORY)),
    ("evidence_words", partial(labels.plain_label, labels.EVIDENCE)),
    ("part_words", partial(labels.plain_label, labels.PARTS)),
    ("stage_words", partial(labels.plain_label, labels.STAGES)),
    ("scope_words", partial(labels.plain_label, labels.SCOPES)),
):
    pages.add_app_template_global(_function, _name)
pages.add_app_template_global(labels.legend, "labels_explained")
