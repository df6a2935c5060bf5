"""The ground under the maps: streets, water, buildings and boundaries that were given as context, cut into small tiles.

Nothing here is judged or measured; it is drawn so that people find themselves.
"""

from rba_audit.ground.classes import ground_classes, ground_levels
from rba_audit.ground.cutting import CutGround
from rba_audit.ground.tiles import BEYOND, SIDE, Ground, Tile, corners_of, ground_of, tile_at

__all__ = [
    "BEYOND",
    "SIDE",
    "CutGround",
    "Ground",
    "Tile",
    "corners_of",
    "ground_classes",
    "ground_levels",
    "ground_of",
    "tile_at",
]
