"""Review of visits: the queue, the view of one visit, a reviewer's decisions, and the comparison of two visits.

Plain functions over a register, without state of their own and independent of the edition.

Public modules: `double_audits`, `visit_answers`.
"""

from rba_audit.review.decisions import (
    QueuedVisit,
    ReviewQueue,
    VisitHistoryEntry,
    handed_over,
    is_own,
    move_visit,
    names_of,
    next_to_review,
    review_queue,
    visit_history,
)
from rba_audit.review.differences import PhotoChange, VisitDifference, photo_changes, photo_counts, visit_differences
from rba_audit.review.double_audits import DoubleAudit, double_audits_of, settle_disagreements
from rba_audit.review.photo_clearance import (
    LONGEST_TEXT,
    PhotoToClear,
    decide_clearance,
    photos_to_clear,
    public_jpeg,
    public_photos,
    public_picture,
)
from rba_audit.review.stage_comparison import (
    DoubleAuditSummary,
    StageComparison,
    StageDifference,
    compare_stages,
    summarize_double_audits,
)
from rba_audit.review.undo import undo_approval, undo_until
from rba_audit.review.visit_view import (
    AnswerView,
    ItemView,
    VisitChapter,
    VisitRequirement,
    VisitView,
    build_visit_view,
)

__all__ = [
    "LONGEST_TEXT",
    "AnswerView",
    "DoubleAudit",
    "DoubleAuditSummary",
    "ItemView",
    "PhotoChange",
    "PhotoToClear",
    "QueuedVisit",
    "ReviewQueue",
    "StageComparison",
    "StageDifference",
    "VisitChapter",
    "VisitDifference",
    "VisitHistoryEntry",
    "VisitRequirement",
    "VisitView",
    "build_visit_view",
    "compare_stages",
    "decide_clearance",
    "double_audits_of",
    "handed_over",
    "is_own",
    "move_visit",
    "names_of",
    "next_to_review",
    "photo_changes",
    "photo_counts",
    "photos_to_clear",
    "public_jpeg",
    "public_photos",
    "public_picture",
    "review_queue",
    "settle_disagreements",
    "summarize_double_audits",
    "undo_approval",
    "undo_until",
    "visit_differences",
    "visit_history",
]
