"""Fieldwork as it arrives: visits, photos and reports of danger, taken once however often they are sent.

Nothing that was taken is changed, and nothing is judged here.
"""

from rba_audit.fieldwork.archives import LARGEST_BYTES as LARGEST_PARCEL
from rba_audit.fieldwork.checking import Desk, titles_of
from rba_audit.fieldwork.clocks import clock_remarks
from rba_audit.fieldwork.corrections import (
    Removal,
    key_of,
    removal_words,
    removals,
    sent_by,
    version_to_correct,
)
from rba_audit.fieldwork.differences import differences
from rba_audit.fieldwork.documents import LARGEST_BYTES
from rba_audit.fieldwork.form_documents import corrected, form_document
from rba_audit.fieldwork.half_done import begun_by_words, sent_by_colleague
from rba_audit.fieldwork.known_items import items_there, left_out
from rba_audit.fieldwork.origins import PhotoOrigin, origin_words
from rba_audit.fieldwork.parcels import Entry, take_parcel
from rba_audit.fieldwork.permission import (
    UNDECIDED,
    circumstances,
    handed_over_words,
    name_of,
    no_such_site,
    permission,
)
from rba_audit.fieldwork.proposals import TakenPlace, outside_words, own_places, place_receipt, take_place
from rba_audit.fieldwork.receipts import (
    danger_photo_receipt,
    danger_receipt,
    dangers_without_photo,
    own_receipts,
    photo_receipt,
    receipt,
)
from rba_audit.fieldwork.refusals import Problem, Refused, TooLarge, code_of
from rba_audit.fieldwork.stages import stages_of, usual_stage
from rba_audit.fieldwork.taking import (
    Taken,
    own_visit,
    seen_visit,
    take_danger,
    take_danger_photo,
    take_document,
    take_photo,
)

__all__ = [
    "LARGEST_BYTES",
    "LARGEST_PARCEL",
    "UNDECIDED",
    "Desk",
    "Entry",
    "PhotoOrigin",
    "Problem",
    "Refused",
    "Removal",
    "Taken",
    "TakenPlace",
    "TooLarge",
    "begun_by_words",
    "circumstances",
    "clock_remarks",
    "code_of",
    "corrected",
    "danger_photo_receipt",
    "danger_receipt",
    "dangers_without_photo",
    "differences",
    "form_document",
    "handed_over_words",
    "items_there",
    "key_of",
    "left_out",
    "name_of",
    "no_such_site",
    "origin_words",
    "outside_words",
    "own_places",
    "own_receipts",
    "own_visit",
    "permission",
    "photo_receipt",
    "place_receipt",
    "receipt",
    "removal_words",
    "removals",
    "seen_visit",
    "sent_by",
    "sent_by_colleague",
    "stages_of",
    "take_danger",
    "take_danger_photo",
    "take_document",
    "take_parcel",
    "take_photo",
    "take_place",
    "titles_of",
    "usual_stage",
    "version_to_correct",
]
