"""Fieldwork as it arrives: visits, photos and reports of danger, taken once however often they are sent.

Nothing that was taken is changed, and nothing is judged here.
"""

from rba_audit.fieldwork.checking import Desk, site_words, titles_of
from rba_audit.fieldwork.clocks import clock_remarks
from rba_audit.fieldwork.differences import differences
from rba_audit.fieldwork.documents import LARGEST_BYTES
from rba_audit.fieldwork.known_items import items_there, left_out
from rba_audit.fieldwork.parcels import LARGEST_BYTES as LARGEST_PARCEL
from rba_audit.fieldwork.parcels import Entry, take_parcel
from rba_audit.fieldwork.permission import circumstances, handed_over_words, name_of, no_such_site, permission
from rba_audit.fieldwork.receipts import (
    danger_photo_receipt,
    danger_receipt,
    dangers_without_photo,
    own_receipts,
    photo_receipt,
    receipt,
)
from rba_audit.fieldwork.refusals import Problem, Refused, TooLarge, code_of
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
    "Desk",
    "Entry",
    "Problem",
    "Refused",
    "Taken",
    "TooLarge",
    "circumstances",
    "clock_remarks",
    "code_of",
    "danger_photo_receipt",
    "danger_receipt",
    "dangers_without_photo",
    "differences",
    "handed_over_words",
    "items_there",
    "left_out",
    "name_of",
    "no_such_site",
    "own_receipts",
    "own_visit",
    "permission",
    "photo_receipt",
    "receipt",
    "seen_visit",
    "site_words",
    "take_danger",
    "take_danger_photo",
    "take_document",
    "take_parcel",
    "take_photo",
    "titles_of",
]
