"""Links to the pages of documents, for readers who may open them."""

from __future__ import annotations

from typing import Final

from flask import current_app, url_for

from rba_audit.web.http.access import may_open

_PAGE: Final = "documents.document"


def document_url(document_id: str) -> str:
    """Return the address of the page of a document; empty if there is none that this reader may open."""
    if not document_id or _PAGE not in current_app.view_functions or not may_open(_PAGE):
        return ""
    return url_for(_PAGE, document_id=document_id)
