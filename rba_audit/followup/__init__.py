"""What follows from findings: actions until they are over, certificates as people recorded them, and the next look at a place.

Every function that depends on the day is told which day it is.
"""

from rba_audit.followup.disputed import met_for_the_other
from rba_audit.followup.doing import (
    MOST_LETTERS,
    Proof,
    change_due,
    change_owner,
    close_by_visit,
    confirm,
    may_confirm,
    not_needed,
    reopen,
    risk_of,
    say_done,
)
from rba_audit.followup.making import followed, make_actions, proofs
from rba_audit.followup.withdrawing import WITHDRAWAL_WORDS, Withdrawal, withdrawn

__all__ = [
    "MOST_LETTERS",
    "WITHDRAWAL_WORDS",
    "Proof",
    "Withdrawal",
    "change_due",
    "change_owner",
    "close_by_visit",
    "confirm",
    "followed",
    "make_actions",
    "may_confirm",
    "met_for_the_other",
    "not_needed",
    "proofs",
    "reopen",
    "risk_of",
    "say_done",
    "withdrawn",
]
