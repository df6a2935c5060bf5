"""Blueprint of the pages of the folder."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

pages = Blueprint("folder", __name__)

SEE_OTHER: Final = 303
BAD_REQUEST: Final = 400
CONFLICT: Final = 409
