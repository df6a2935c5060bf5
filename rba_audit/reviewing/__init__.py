"""Reviewing: what waits, what one visit says, what a reviewer decides, and how far two visits of one site agree.

Plain functions over a register; nothing is remembered here, and nothing about one standard is known.
"""

from rba_audit.reviewing.clearing import (
    LONGEST_TEXT,
    PhotoToClear,
    as_shown,
    decide_clearance,
    photos_to_clear,
    public_photos,
    public_picture,
)
from rba_audit.reviewing.comparisons import Beside, DoubleAudits, Stages, double_audits, stages
from rba_audit.reviewing.decisions import (
    Happened,
    Queue,
    Queued,
    decide,
    handed_over,
    history,
    is_own,
    names_of,
    next_to_review,
    queue,
)
from rba_audit.reviewing.differences import Difference, PhotoChange, differing, photo_changes, photo_counts
from rba_audit.reviewing.readings import Answer, Chapter, Held, ItemRead, Reading, read_visit
from rba_audit.reviewing.settling import DoubleAudit, double_audits_of, settle
from rba_audit.reviewing.undoing import undo_approval, undo_until

__all__ = [
    "LONGEST_TEXT",
    "Answer",
    "Beside",
    "Chapter",
    "Difference",
    "DoubleAudit",
    "DoubleAudits",
    "Happened",
    "Held",
    "ItemRead",
    "PhotoChange",
    "PhotoToClear",
    "Queue",
    "Queued",
    "Reading",
    "Stages",
    "as_shown",
    "decide",
    "decide_clearance",
    "differing",
    "double_audits",
    "double_audits_of",
    "handed_over",
    "history",
    "is_own",
    "names_of",
    "next_to_review",
    "photo_changes",
    "photo_counts",
    "photos_to_clear",
    "public_photos",
    "public_picture",
    "queue",
    "read_visit",
    "settle",
    "stages",
    "undo_approval",
    "undo_until",
]
