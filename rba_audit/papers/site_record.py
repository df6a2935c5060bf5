"""Records of a site for its report: visits, items, cleared photos, and the disclosed answers of children."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from rba_audit.auditing import RegisterAudit
from rba_audit.current_answers import CurrentDocument
from rba_audit.errors import NotInRegister, Unavailable
from rba_audit.forum import FeedbackOutcome, children_opinions, children_results, feedback_outcomes
from rba_audit.messages import BilingualText, Message, say
from rba_audit.photographs import thumbnail
from rba_audit.register import Register, Visit
from rba_audit.review import public_jpeg, public_photos
from rba_audit.review_states import COUNTED
from rba_audit.standard import Standard

_SIDE: Final = 900
"""Pixels of the longer side of a photo: enough for half the width of a page."""


@dataclass(frozen=True, slots=True)
class PaperPhoto:
    """A photo that everybody may see, as it may be shown, and what it shows."""

    jpeg: bytes
    shows: BilingualText | Message


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """What the register has about a site.

    Attributes:
        visits: The approved visits, newest first.
        items: The kinds of equipment that are there, each with its number.
        photos: The cleared photos.
        more_photos: How many cleared photos are left out, because they are too many or their files are damaged.
        children: How many children answered; None if they are too few for a file.
        differing: On how many questions children and adults differ.
        became: What most children called not good, each with a sentence on what adults found since.
        documents: The documents that answer questions there, oldest first, also those that are not valid any more.
    """

    visits: tuple[Visit, ...] = ()
    items: tuple[tuple[str, int], ...] = ()
    photos: tuple[PaperPhoto, ...] = ()
    more_photos: int = 0
    children: int | None = None
    differing: int = 0
    became: tuple[tuple[FeedbackOutcome, BilingualText], ...] = ()
    documents: tuple[CurrentDocument, ...] = ()


def site_record(register: Register, audited: RegisterAudit, site_id: str, *, most_photos: int) -> SiteRecord:
    """Return the record of a site, at most `most_photos` photos of it.

    Raises:
        NotInRegister: there is no such site.
        SiteError: the audit does not have it.
    """
    findings, policy = audited.findings, audited.policies.forum
    visits = [
        visit for visit in register.visits.for_site(site_id) if register.reviews.status(visit.root).state in COUNTED
    ]
    cleared = public_photos(register, site_id)
    asks = {question.id: question.ask for question in findings.standard.questions}
    # Results of fewer children are in no file.
    results = children_results(register, findings, policy, site_id, fewest=policy.least_for_everybody.value)
    opinions = children_opinions(register, policy, site_id)
    photos = list(_photos(register, [(photo.sha256, photo.question) for photo in cleared[:most_photos]], asks))
    return SiteRecord(
        visits=tuple(visits),
        items=_items(audited, site_id),
        photos=tuple(photos),
        more_photos=len(cleared) - len(photos),
        children=results.children or None,
        differing=results.differing,
        became=tuple(
            (outcome, policy.became[outcome.since])
            for outcome in feedback_outcomes(findings, policy, site_id, opinions, visits)
        ),
        documents=tuple(audited.documents.get(site_id, ())),
    )


def _photos(
    register: Register, photos: Iterable[tuple[str, str]], asks: Mapping[str, BilingualText]
) -> Iterator[PaperPhoto]:
    for sha256, question in photos:
        # A photo that was lost, or withdrawn meanwhile, is left out; the others are still shown.
        with suppress(NotInRegister, Unavailable):
            jpeg, _ = public_jpeg(register, sha256)
            yield PaperPhoto(thumbnail(jpeg, _SIDE), asks.get(question) or say("the place"))


def _items(audited: RegisterAudit, site_id: str) -> tuple[tuple[str, int], ...]:
    counts = audited.counts.get(site_id)
    if counts is None:
        return ()
    kinds = Counter(item.kind for item in counts.items if not (item.gone or item.same_as or item.left_out))
    return tuple((_kind_words(audited.findings.standard, kind), number) for kind, number in kinds.most_common())


def _kind_words(standard: Standard, name: str) -> str:
    kind = standard.equipment.kind(name)
    return str(kind.words) if kind else name
