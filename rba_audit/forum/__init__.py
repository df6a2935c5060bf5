"""The children's audit: a child's sheet is taken, and what children say stands beside what adults found.

Kept apart from the audit of adults: nothing here reaches evidence, findings or scores.
"""

from rba_audit.forum.became import Became, Said, became, said
from rba_audit.forum.comparison import Beside, Compared, Day, Heard, Share, heard, heard_csv, verdict_words
from rba_audit.forum.sheets import FORMAT, read_sheet, take_sheet, write_sheet

__all__ = [
    "FORMAT",
    "Became",
    "Beside",
    "Compared",
    "Day",
    "Heard",
    "Said",
    "Share",
    "became",
    "heard",
    "heard_csv",
    "read_sheet",
    "said",
    "take_sheet",
    "verdict_words",
    "write_sheet",
]
