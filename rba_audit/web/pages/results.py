"""The blueprint of the pages that read results: overview, map, lists and sites."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("planners", __name__)
