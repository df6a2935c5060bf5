"""Basemap: its vector tiles for phones and the office, and the classes for the legend.

Tiles need an account, although the layers of the operator are public data; the public map does not use them. A thread cuts all
tiles once, from the start of the server, and they stay in memory: no request cuts tiles, and none waits for them longer than 2 s.
"""

from __future__ import annotations

import gzip
import json
from typing import Final

from flask import Response, jsonify, request
from werkzeug.exceptions import BadRequest, NotFound

from rba_audit.basemap import SIDE, Tile, drawn_credits, tile_levels
from rba_audit.messages import say
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import SIGNED_IN, open_to
from rba_audit.web.http.services import services

routes = Routes()

_MOST_AT_ONCE: Final = 64
_KEPT: Final = "private, max-age=31536000, immutable"  # the URL contains the version of the tiles


@routes.get("/api/ground", "ground.about")
@open_to(SIGNED_IN)
def about() -> Response:
    """Return version, zoom levels, classes and credits of the basemap; `state` is `cutting`, `given` or `none`."""
    ground = services().ground.ready()
    if ground is None:
        return jsonify({"state": "cutting"})
    return jsonify(
        {
            "state": "given" if ground.tiles else "none",
            "version": ground.version,
            "side": SIDE,
            "levels": [
                {"level": level.level, "from_zoom": level.from_zoom}
                for level in tile_levels()
                if level.level not in ground.left_out
            ],
            "classes": [
                {"name": kind.name, "shapes": kind.shapes, "title": kind.title._asdict()} for kind in ground.classes
            ],
            "credits": drawn_credits(services().context),
        }
    )


@routes.get("/api/ground/tiles", "ground.tiles")
@open_to(SIGNED_IN)
def tiles() -> Response:
    """Return some tiles of a version by `level/column/row`: `?version=…&of=16/52000/33000,…`; an empty object for an empty tile."""
    ground = services().ground.ready()
    if ground is None or not ground.version or request.args.get("version") != ground.version:
        raise NotFound
    wanted = dict.fromkeys(request.args.get("of", "").split(","))
    if len(wanted) > _MOST_AT_ONCE:
        raise BadRequest(str(say("Ask for at most {count} tiles at once.", count=_MOST_AT_ONCE)))
    text = "{" + ",".join(f"{json.dumps(tile)}:{ground.text(_tile_of(tile))}" for tile in wanted) + "}"
    reads = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    response = Response(gzip.compress(text.encode(), mtime=0) if reads else text, mimetype="application/json")
    if reads:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _KEPT
    return response


def _tile_of(text: str) -> Tile:
    try:
        level, x, y = (int(number) for number in text.split("/"))
    except ValueError:
        raise BadRequest(str(say("A tile is written as level/column/row."))) from None
    return level, x, y
