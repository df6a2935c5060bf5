"""Read population from a raster file (GeoTIFF), only within given bounds; needs the extra `raster`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.errors import EvidenceError
from rba_audit.files import UnreadableFile, open_file
from rba_audit.messages import say

SUFFIXES: Final = (".tif", ".tiff")
_MOST_MB: Final = 4000  # of the whole file, of which only the window within the bounds is read
_LONLAT: Final = "EPSG:4326"


def read_cells(
    path: Path, bounds: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle of each populated cell, as longitude and latitude (n, 2), and its number of people.

    Args:
        path: A raster whose first band counts the people in each cell.
        bounds: West, south, east and north of the window to read, in degrees; None for the whole raster.

    Raises:
        EvidenceError: the extra is not installed, the file cannot be read, or it has no reference system.
    """
    if find_spec("rasterio") is None:
        raise EvidenceError(
            say(
                "{file}: reading a raster needs a part that is not installed; install it with: pip install 'rba-audit[raster]'",
                file=path,
            )
        )
    try:
        open_file(path, _MOST_MB).close()
    except UnreadableFile as why:
        raise EvidenceError(say("{file}: {found}; {remedy}", file=path, found=why.found, remedy=why.remedy)) from why
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.warp import transform, transform_bounds
    from rasterio.windows import Window, from_bounds, intersect

    try:
        with rasterio.open(path) as raster:
            if raster.crs is None:
                raise EvidenceError(
                    say("{file}: it has no reference system, so nobody knows where it lies; assign one", file=path)
                )
            window = Window(0, 0, raster.width, raster.height)
            if bounds is not None:
                wanted = from_bounds(*transform_bounds(_LONLAT, raster.crs, *bounds.tolist()), raster.transform)
                wanted = Window(
                    int(np.floor(wanted.col_off)) - 1,
                    int(np.floor(wanted.row_off)) - 1,
                    int(np.ceil(wanted.width)) + 3,
                    int(np.ceil(wanted.height)) + 3,
                )
                if not intersect([window, wanted]):
                    return np.zeros((0, 2)), np.zeros(0)
                window = window.intersection(wanted)
            band = raster.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
            populated = np.nonzero(band > 0)
            row, column = populated[0] + window.row_off + 0.5, populated[1] + window.col_off + 0.5
            grid = raster.transform
            east = grid.c + column * grid.a + row * grid.b
            north = grid.f + column * grid.d + row * grid.e
            lon, lat = transform(raster.crs, _LONLAT, east, north) if len(row) else ([], [])
    except (RasterioError, OSError) as fault:
        raise EvidenceError(
            say("{file}: it cannot be read as a raster ({fault}); name a GeoTIFF", file=path, fault=fault)
        ) from fault
    return np.column_stack([np.asarray(lon), np.asarray(lat)]), band[populated]
