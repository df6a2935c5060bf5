"""Basemap: vector tiles of the streets, water, buildings and boundaries in the context files.

It is drawn for orientation only; nothing is measured or evaluated from it.
"""

from rba_audit.basemap.cache import BasemapCache
from rba_audit.basemap.classes import basemap_classes, pieces_by_class, tile_levels
from rba_audit.basemap.credits import credits_of, drawn_credits
from rba_audit.basemap.tile_export import saved_tiles
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
    "credits_of",
    "drawn_credits",
    "pieces_by_class",
    "saved_tiles",
    "tile_at",
    "tile_levels",
]
