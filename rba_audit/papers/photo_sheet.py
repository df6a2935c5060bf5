"""Photo sheet of a site as a PDF file: for each requirement one cleared photo with its caption and date.

Photos stand in boxes of one size, so that the page of each is known and an index can point to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rba_audit.errors import NotInRegister, Unavailable
from rba_audit.findings import CONFORMS, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED, Findings
from rba_audit.findings.conclusions import counted
from rba_audit.messages import format_day, say
from rba_audit.papers.issue import Issue
from rba_audit.papers.pack_archive import PackError
from rba_audit.papers.typesetting import typeset
from rba_audit.photographs import thumbnail
from rba_audit.register import Register
from rba_audit.reports import SiteRow
from rba_audit.review import public_jpeg, public_photos
from rba_audit.review_states import COUNTED

_TEMPLATE: Final = "photos.typ"
_SIDE: Final = 900
"""Pixels of the longer side of a photo: enough for half the width of a page."""
_FIRST_PAGE: Final = 2
"""Photos on the first page, below its title."""
_EACH_PAGE: Final = 4
_EVIDENCE: Final = "photo"
_LONGEST: Final = 160
"""Letters of a text in the box of a photo."""


@dataclass(frozen=True, slots=True)
class RequirementPhoto:
    """The newest cleared photo of a requirement at a site: its hash, the question it was taken for, and the day of the visit."""

    requirement: str
    sha256: str
    question: str
    day: date


@dataclass(frozen=True, slots=True)
class PhotoSheet:
    """A photo sheet.

    Attributes:
        pdf: The file.
        pages: The page of the photo of each requirement that has one, by its id.
        without: Ids of the requirements that want a photo and have no cleared one.
    """

    pdf: bytes
    pages: Mapping[str, int] = field(default_factory=dict)
    without: tuple[str, ...] = ()


def requirement_photos(register: Register, findings: Findings, site_id: str, day: date) -> list[RequirementPhoto]:
    """Return for each requirement its newest cleared photo of a visit until `day`, in the order of the standard.

    Raises:
        NotInRegister: there is no such site.
    """
    of_question = {question.id: question.requirement for question in findings.standard.questions}
    cleared = {photo.sha256 for photo in public_photos(register, site_id)}
    newest: dict[str, RequirementPhoto] = {}
    for visit in register.visits.for_site(site_id):
        if visit.day > day or register.reviews.status(visit.root).state not in COUNTED:
            continue
        for photo in visit.photos:
            requirement = of_question.get(photo.question)
            if requirement and photo.sha256 in cleared:
                newest.setdefault(requirement, RequirementPhoto(requirement, photo.sha256, photo.question, visit.day))
    return [newest[each.id] for each in findings.standard.requirements if each.id in newest]


def photo_sheet(
    register: Register, findings: Findings, issue: Issue, row: SiteRow, photos: list[RequirementPhoto]
) -> PhotoSheet:
    """Return the photo sheet of a site in the current language.

    Raises:
        PackError: the file of a photo is lost, or its clearance was withdrawn meanwhile.
    """
    shown = {photo.requirement for photo in photos}
    without = [id for id in _wanted(findings, row) if id not in shown]
    titles = {each.id: str(each.title) for each in findings.standard.requirements}
    asks = {question.id: str(question.ask) for question in findings.standard.questions}
    pictures = {f"photo-{number}.jpg": _jpeg(register, photo.sha256, row) for number, photo in enumerate(photos)}
    where = ", ".join(filter(None, (row.name, row.kelurahan, row.kecamatan)))
    cells = [
        {
            "file": f"photo-{number}.jpg",
            "id": photo.requirement,
            "title": _short(titles[photo.requirement]),
            "asks": _short(asks[photo.question]) if asks[photo.question] != titles[photo.requirement] else "",
            "day": format_day(photo.day),
            "where": _short(where),
        }
        for number, photo in enumerate(photos)
    ]
    data = {
        **issue.frame(_short(row.name)),
        "heading": str(say("Photo sheet: one cleared photo for each requirement")),
        "place": _short(" · ".join(filter(None, (row.kind, row.kelurahan, row.kecamatan)))),
        "words": {"day": str(say("Date")), "where": str(say("Place")), "asks": str(say("Shows"))},
        "counts": str(
            say(
                "Requirements with a photo: {count}. Without a cleared photo: {without}; they are named at the end.",
                count=len(photos),
                without=len(without),
            )
        ),
        "pages": list(_in_pages(cells)),
        "without": {
            "title": str(say("Requirements without a cleared photo")),
            "none": str(say("Every requirement that wants a photo has one.")),
            "rows": [[id, titles[id]] for id in without],
        },
    }
    pages = {photo.requirement: _page(number) for number, photo in enumerate(photos)}
    return PhotoSheet(typeset(_TEMPLATE, data, at=issue.at, pictures=pictures), pages, tuple(without))


def _wanted(findings: Findings, row: SiteRow) -> Iterator[str]:
    """Yield the counted requirements that want a photo as evidence and apply to the site, or may apply."""
    applies = (CONFORMS, PARTIAL, DOES_NOT_CONFORM, UNDETERMINED)
    counts = counted(findings.standard, findings.extension)
    for index, requirement in enumerate(findings.standard.requirements):
        if (
            counts[index]
            and _EVIDENCE in requirement.evidence_wanted
            and findings.matrix[index, row.position] in applies
        ):
            yield requirement.id


def _jpeg(register: Register, sha256: str, row: SiteRow) -> bytes:
    try:
        jpeg, _ = public_jpeg(register, sha256)
    except (NotInRegister, Unavailable):
        raise PackError(
            say(
                "A photo of {site} ({hash}…) is lost on the server, or is not cleared any more; check the register, then make the pack again.",
                site=row.name,
                hash=sha256[:12],
            )
        ) from None
    return thumbnail(jpeg, _SIDE)


def _in_pages(cells: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    yield cells[:_FIRST_PAGE]
    for start in range(_FIRST_PAGE, len(cells), _EACH_PAGE):
        yield cells[start : start + _EACH_PAGE]


def _page(number: int) -> int:
    """Return the page, counted from 1, of the photo with a number counted from 0."""
    return 1 if number < _FIRST_PAGE else 2 + (number - _FIRST_PAGE) // _EACH_PAGE


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
