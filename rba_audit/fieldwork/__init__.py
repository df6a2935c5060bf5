"""Idempotent intake of visits, photos, danger reports and proposals that phones send.

Stored documents are never changed, and outcomes are not computed here.

Public modules: `documents`, `positions`.
"""

from rba_audit.fieldwork.archives import LARGEST_PARCEL as LARGEST_PARCEL
from rba_audit.fieldwork.corrections import (
    CorrectionRemoval,
    removal_key,
    removal_words,
    removals,
    sent_by,
    version_to_correct,
)
from rba_audit.fieldwork.device_clock import clock_remarks
from rba_audit.fieldwork.differences import differing_parts
from rba_audit.fieldwork.documents import LARGEST_DOCUMENT_BYTES
from rba_audit.fieldwork.form_documents import correction_document, form_document
from rba_audit.fieldwork.intake import (
    VisitIntake,
    own_visit,
    seen_visit,
    take_danger,
    take_danger_photo,
    take_document,
    take_photo,
)
from rba_audit.fieldwork.known_items import items_there, left_out
from rba_audit.fieldwork.parcels import ParcelEntry, take_parcel
from rba_audit.fieldwork.photo_origins import PhotoOrigin, origin_words
from rba_audit.fieldwork.proposals import (
    ProposalIntake,
    outside_words,
    own_places,
    place_receipt,
    site_id_of,
    take_place,
)
from rba_audit.fieldwork.receipts import (
    danger_photo_receipt,
    danger_receipt,
    dangers_without_photo,
    own_receipts,
    photo_receipt,
    receipt,
)
from rba_audit.fieldwork.site_access import (
    UNDECIDED,
    arrival_notes,
    handed_over_words,
    name_of,
    site_access_of,
    unknown_site_words,
)
from rba_audit.fieldwork.stages import stages_of, usual_stage
from rba_audit.fieldwork.submission_errors import SubmissionError, SubmissionProblem, SubmissionTooLarge, error_code
from rba_audit.fieldwork.unfinished_visits import begun_by_words, sent_by_colleague
from rba_audit.fieldwork.validation import IntakeContext, first_titles

__all__ = [
    "LARGEST_DOCUMENT_BYTES",
    "LARGEST_PARCEL",
    "UNDECIDED",
    "CorrectionRemoval",
    "IntakeContext",
    "ParcelEntry",
    "PhotoOrigin",
    "ProposalIntake",
    "SubmissionError",
    "SubmissionProblem",
    "SubmissionTooLarge",
    "VisitIntake",
    "arrival_notes",
    "begun_by_words",
    "clock_remarks",
    "correction_document",
    "danger_photo_receipt",
    "danger_receipt",
    "dangers_without_photo",
    "differing_parts",
    "error_code",
    "first_titles",
    "form_document",
    "handed_over_words",
    "items_there",
    "left_out",
    "name_of",
    "origin_words",
    "outside_words",
    "own_places",
    "own_receipts",
    "own_visit",
    "photo_receipt",
    "place_receipt",
    "receipt",
    "removal_key",
    "removal_words",
    "removals",
    "seen_visit",
    "sent_by",
    "sent_by_colleague",
    "site_access_of",
    "site_id_of",
    "stages_of",
    "take_danger",
    "take_danger_photo",
    "take_document",
    "take_parcel",
    "take_photo",
    "take_place",
    "unknown_site_words",
    "usual_stage",
    "version_to_correct",
]
