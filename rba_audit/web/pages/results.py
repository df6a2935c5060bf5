"""The blueprint of the pages that read results: overview, map, lists and sites."""

from __future__ import annotations

from flask import Blueprint

# Endpoint names are stored in the log of exports, so that the name of this blueprint stays.
pages = Blueprint("planners", __name__)
