"""Sections of a report about one site: what is recorded about it, and the rights of the child behind its requirements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rba_audit.messages import format_day, format_number, say
from rba_audit.papers.document_table import document_table
from rba_audit.papers.site_record import SiteRecord
from rba_audit.reports import RepairLine
from rba_audit.review_states import SCOPE_WORDS, STAGE_WORDS
from rba_audit.standard import Standard
from rba_audit.standard.policies.kha import KhaPolicy

_VISITS: Final = 12
"""How many visits a report lists; older ones are counted."""


def rights_section(standard: Standard, lines: Sequence[RepairLine], kha: KhaPolicy) -> dict[str, object]:
    """Return the articles of the Convention on the Rights of the Child, once each: of what is not met, else of all requirements."""
    unmet = [line.requirement for line in lines]
    title = say("Rights of the child (KHA) behind what is not met") if unmet else say("Rights of the child (KHA)")
    articles = kha.articles_named(number for each in unmet or standard.requirements for number in each.kha)
    return {
        "title": str(title),
        "rows": [(str(say("Article {number}", number=number)), says) for number, says in articles],
    }


def record_sections(record: SiteRecord, pictures: dict[str, bytes]) -> Mapping[str, object]:
    """Return equipment, photos, visits and the children's voice; the files of photos are added to `pictures`."""
    photos = []
    for number, photo in enumerate(record.photos):
        pictures[f"photo-{number}.jpg"] = photo.jpeg
        photos.append({"file": f"photo-{number}.jpg", "shows": str(photo.shows)})
    more = len(record.visits) - _VISITS
    return {
        "items": {
            "title": str(say("Play equipment")),
            "line": "; ".join(f"{words} {format_number(number, 0)}" for words, number in record.items),
        },
        "photos": {
            "title": str(say("Photos")),
            "rows": photos,
            "more": str(say("Photos not shown here: {count}.", count=record.more_photos)) if record.more_photos else "",
        },
        "visits": {
            "title": str(say("Visits")),
            "headings": [str(say("Day")), str(say("Visit")), str(say("Scope")), str(say("Edition"))],
            "rows": [
                [format_day(visit.day), str(STAGE_WORDS[visit.stage]), str(SCOPE_WORDS[visit.scope]), visit.edition]
                for visit in record.visits[:_VISITS]
            ],
            "more": str(say("Older visits not listed: {count}.", count=more)) if more > 0 else "",
            "none": str(say("No visit is recorded yet.")),
        },
        "documents": document_table(record.documents),
        "children": {"title": str(say("The children's voice")), "lines": list(_children(record))},
    }


def _children(record: SiteRecord) -> Iterator[str]:
    if record.children is not None:
        yield str(say("{count} children were asked.", count=record.children))
        if record.differing:
            yield str(say("Questions they see differently from adults: {count}.", count=record.differing))
        else:
            yield str(say("They do not see it differently from adults."))
    for opinion, since in record.became:
        yield f"{opinion.question.ask} {opinion.picked.words} ({format_day(opinion.last)}). {since}"
