"""Write basemap tiles into a saved map, as far as they fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from rba_audit.basemap.classes import tile_levels
from rba_audit.basemap.tiles import SIDE, BasemapTiles
from rba_audit.messages import language, say

MOST_CHARACTERS: Final = 4_000_000
"""Limit of the tiles in one saved map. A level that would exceed it is left out with all finer ones; the map then says so."""
_WITHOUT: Final = "boundary"
"""The class that the map draws itself."""


def saved_tiles(ground: BasemapTiles, credits: Sequence[str] = (), *, most_characters: int = MOST_CHARACTERS) -> str:
    """Return the JSON that the script of a saved map reads: tiles, and a legend in the current language; empty without tiles."""
    classes = [kind for kind in ground.classes if kind.name != _WITHOUT]
    if not classes or not ground.tiles:
        return ""
    texts: dict[str, str] = {}
    levels, left_out, size = [], False, 0
    for level in tile_levels():
        if level.level in ground.left_out or left_out:
            left_out = True
            continue
        own = {"/".join(map(str, tile)): ground.text(tile) for tile in ground.tiles if tile[0] == level.level}
        size += sum(map(len, own.values()))
        if size > most_characters:
            left_out = True
            continue
        texts.update(own)
        levels.append({"level": level.level, "from_zoom": level.from_zoom})
    drawn = [kind for kind in classes if any(f'"{kind.name}":' in text for text in texts.values())]
    titles = {kind.title._asdict()["en" if language() == "en" else "id"]: kind.name for kind in reversed(drawn)}
    too_large = str(say("The finest detail is left out of this file, because it would be too large."))
    about = {
        "side": SIDE,
        "levels": levels,
        "classes": [{"name": kind.name, "shapes": kind.shapes} for kind in classes],
        "titles": [[name, title] for title, name in reversed(titles.items())],
        "credits": [*credits, *([too_large] if left_out else [])],
    }
    tiles = ",".join(f"{json.dumps(name)}:{text}" for name, text in texts.items())
    return f'{json.dumps(about, ensure_ascii=False)[:-1]},"tiles":{{{tiles}}}}}'
