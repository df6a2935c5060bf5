"""Blueprint of the pages to edit sites."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("places", __name__)
