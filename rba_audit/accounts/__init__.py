"""Accounts: signing in and out, coming in by a link, and what administrators do with people.

Who may do what once they are in is said at each page, not here.
"""

from rba_audit.accounts.administering import (
    DEMO_ACCOUNTS,
    DEMO_PASSWORD,
    INVITATION_LASTS,
    RESET_LASTS,
    change,
    ensure_demo_people,
    find_by_login,
    first_step,
    invite,
    reset,
    set_active,
    set_public_view,
)
from rba_audit.accounts.entering import (
    DEVICE_LASTS,
    Refused,
    SignedIn,
    change_password,
    forget_device,
    join,
    offered,
    sign_in,
)
from rba_audit.accounts.erasing import LONGEST_REASON, Erased, Pending, erase, mentions_of, pending_words, pending_work
from rba_audit.accounts.personal_files import personal_files, personal_zip, refuse_used_place, write_personal_files
from rba_audit.accounts.sessions import (
    begin_session,
    end_other_sessions,
    end_session,
    holds,
    lifetime_of,
    person_of,
    session_of,
    sessions_of,
    sign_out,
)
from rba_audit.accounts.waiting import waiting_work

__all__ = [
    "DEMO_ACCOUNTS",
    "DEMO_PASSWORD",
    "DEVICE_LASTS",
    "INVITATION_LASTS",
    "LONGEST_REASON",
    "RESET_LASTS",
    "Erased",
    "Pending",
    "Refused",
    "SignedIn",
    "begin_session",
    "change",
    "change_password",
    "end_other_sessions",
    "end_session",
    "ensure_demo_people",
    "erase",
    "find_by_login",
    "first_step",
    "forget_device",
    "holds",
    "invite",
    "join",
    "lifetime_of",
    "mentions_of",
    "offered",
    "pending_words",
    "pending_work",
    "person_of",
    "personal_files",
    "personal_zip",
    "refuse_used_place",
    "reset",
    "session_of",
    "sessions_of",
    "set_active",
    "set_public_view",
    "sign_in",
    "sign_out",
    "waiting_work",
    "write_personal_files",
]
