"""Answers of children in the forum, one sheet per child."""

from __future__ import annotations

from typing import Final

from flask import request

from rba_audit.days import now_utc
from rba_audit.forum import take_sheet
from rba_audit.web.api.deliveries import CREATED, OK
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import SIGNED_IN, open_to
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.services import services

routes = Routes()

_LARGEST: Final = 20_000  # bytes; a complete sheet has about 600


@routes.put("/api/children/<uuid>", "forum.take")
@open_to(SIGNED_IN)
@takes(_LARGEST)
def take(uuid: str) -> tuple[dict[str, object], int]:
    """Take the answers of one child; idempotent."""
    document = request.get_data(cache=False)
    new = take_sheet(services().register, services().policies.forum, document, now=now_utc(), id=uuid)
    return {"id": uuid, "state": "kept"}, CREATED if new else OK
