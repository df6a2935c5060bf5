"""The ground under the maps: streets, water, buildings and boundaries that were given as context, cut into small tiles.

Nothing here is judged or measured; it is drawn so that people find themselves.
"""

from rba_audit.basemap.cache import BasemapCache
from rba_audit.basemap.classes import basemap_classes, tile_levels
from rba_audit.basemap.tiles import BEYOND, SIDE, BasemapTiles, Tile, build_basemap, corners_of, tile_at

__all__ = [
    "BEYOND",
    "SIDE",
    "BasemapCache",
    "BasemapTiles",
    "Tile",
    "basemap_classes",
    "build_basemap",
    "corners_of",
    "tile_at",
    "tile_levels",
]
