"""Context of simple features for tests of the basemap, and decoding of its tiles."""

import gzip
import json

import numpy as np
import shapely

from rba_audit.basemap import SIDE, build_basemap, tile_at
from rba_audit.layers import ContextFeature
from rba_audit.layers.recognition import matching_rules


def places(*features, source="around.geojson"):
    """What the context files say of (tags, shape): one place for each layer that takes the tags."""
    return [
        ContextFeature(rule.layer, "", "", {"properties": tags}, id=f"f{at}", shape=shape, source=source)
        for at, (tags, shape) in enumerate(features)
        for rule in matching_rules(tags)
    ]


def held(ground, tile):
    """What a tile holds, by class: shapes in longitude and latitude."""
    level, x, y = tile
    found = {}
    kinds = {each.name: each.shapes for each in ground.classes}
    for name, pieces in json.loads(gzip.decompress(ground.tiles[tile])).items():
        found[name] = [
            polygon(piece, level, x, y) if kinds[name] == "areas" else shapely.LineString(corners(piece, level, x, y))
            for piece in pieces
        ]
    return found


def polygon(rings, level, x, y):
    outer, *holes = [corners(ring, level, x, y) for ring in rings]
    if len(outer) < 3:  # smaller than what a tile can tell
        return shapely.Point(outer[0])
    return shapely.Polygon(outer, holes)


def corners(flat, level, x, y):
    units = np.cumsum(np.array(flat, dtype=float).reshape(-1, 2), axis=0)
    if len(units) == 1:
        units = np.repeat(units, 2, axis=0)
    east = (units[:, 0] / SIDE + x) / 2**level
    north = 1 - 2 * (units[:, 1] / SIDE + y) / 2**level
    return np.column_stack([east * 360 - 180, np.degrees(np.arctan(np.sinh(np.pi * north)))])


def unit_degrees(level):
    """What a unit of a tile is worth, in degrees of longitude."""
    return 360 / 2**level / SIDE


def ground_cases(chance):
    """Positions and their tiles; and tiles with the boxes of their pieces, in their units."""
    positions = [(chance.uniform(-180, 180), chance.uniform(-84, 84), chance.choice([12, 14, 16])) for _ in range(300)]
    ground = build_basemap(
        places(
            ({"natural": "water"}, shapely.Point(106.15, -6.12).buffer(0.01)),
            ({"highway": "residential"}, shapely.LineString([(106.14, -6.13), (106.16, -6.12), (106.15, -6.1)])),
        )
    )
    kinds = {each.name: each.shapes for each in ground.classes}
    tiles = []
    for tile in sorted(ground.tiles)[:40]:
        text = json.loads(ground.text(tile))
        tiles.append(
            [
                text,
                {
                    name: [
                        _box(np.vstack([_units(ring) for ring in (piece if kinds[name] == "areas" else [piece])]))
                        for piece in pieces
                    ]
                    for name, pieces in text.items()
                },
            ]
        )
    return {
        "positions": [[lon, lat, level, "/".join(map(str, tile_at(lon, lat, level)))] for lon, lat, level in positions],
        "classes": [{"name": each.name, "shapes": each.shapes} for each in ground.classes],
        "tiles": tiles,
    }


def _units(flat):
    return np.cumsum(np.array(flat).reshape(-1, 2), axis=0)


def _box(units):
    return [*units.min(axis=0).tolist(), *units.max(axis=0).tolist()]
