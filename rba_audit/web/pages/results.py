"""The blueprint of the pages that read results: overview, map, lists and sites."""

from __future__ import annotations

from flask import Blueprint

# The log of exports stores endpoint names, so the name of this blueprint must not change.
pages = Blueprint("planners", __name__)
