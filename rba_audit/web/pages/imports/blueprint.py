"""Shared parts of the pages of imports: the blueprint, the limit of a file, and the drafts of this person."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from rba_audit.web.http.access import signed_in
from rba_audit.web.http.drafts import Draft
from rba_audit.web.http.services import services

pages = Blueprint("imports", __name__)

SEE_OTHER: Final = 303
BAD_REQUEST: Final = 400
LARGEST_FILE_BYTES: Final = 50_000_000
"""Bytes of a file in the browser; the command line takes larger ones."""
FORM_BYTES: Final = 20_000
"""Bytes of a form in addition to its file."""
OF_CHOICES_BYTES: Final = 1_000_000
"""Bytes of the choices of one page of rows or columns."""


def draft_of(id: str) -> Draft:
    """Return a draft of the person who is signed in.

    Raises:
        NotInRegister: There is none, or it is somebody else's.
    """
    return services().import_drafts.find(id, signed_in().id)
