"""The children's audit: intake of child sheets, and comparison of children's answers with adults' outcomes.

Children's answers never enter evidence, findings or scores of the adults' audit.
"""

from rba_audit.forum.comparison import (
    AdultFinding,
    AnswerPeriod,
    AnswerShare,
    ChildrenResults,
    QuestionComparison,
    children_results,
)
from rba_audit.forum.comparison_csv import children_results_csv, verdict_words
from rba_audit.forum.feedback import ChildrenOpinion, FeedbackOutcome, children_opinions, feedback_outcomes
from rba_audit.forum.sheets import SHEET_FORMAT, read_sheet, take_sheet, write_sheet

__all__ = [
    "SHEET_FORMAT",
    "AdultFinding",
    "AnswerPeriod",
    "AnswerShare",
    "ChildrenOpinion",
    "ChildrenResults",
    "FeedbackOutcome",
    "QuestionComparison",
    "children_opinions",
    "children_results",
    "children_results_csv",
    "feedback_outcomes",
    "read_sheet",
    "take_sheet",
    "verdict_words",
    "write_sheet",
]
