"""Sites and kelurahan drawn in metres around one point, and the real ones of Kota Serang."""

import json

import numpy as np
import shapely
from shapely.geometry import mapping

from helpers.public_data import KOTA_SERANG
from rba_audit.geometry import shape_array, unproject
from rba_audit.layers import ContextFeature, read_context
from rba_audit.sites import sites_from_features

ORIGIN = np.array([106.15, -6.12])
HOME, NEXT = "36.73.01.1004", "36.73.01.1002"


def ground(shape):
    """Lay what is drawn in metres east and north of the origin on the ground."""
    return unproject(shape_array([shape]), ORIGIN)[0]


def point(east, north):
    return ground(shapely.Point(east, north))


def square(east, north, size):
    return ground(shapely.box(east, north, east + size, north + size))


def feature(id, shape, **properties):
    drawn = None if shape is None else json.loads(json.dumps(mapping(shape)))
    return {"type": "Feature", "id": id, "properties": properties, "geometry": drawn}


def sites(*features):
    return sites_from_features(features, "test")


def area(code, name, shape, **properties):
    return ContextFeature("boundary", name, code, feature(code, shape, **properties), code, shape)


# Two kelurahan side by side, each a square kilometre; their border runs north through the origin.
WEST = area(NEXT, "Cipare", ground(shapely.box(-1003, -511, 0, 507)), accuracy_m=20)
EAST = area(HOME, "Kota Baru", ground(shapely.box(0, -511, 1003, 507)), accuracy_m=20)
CONTEXT = (WEST, EAST)
OVERLAP = (area(NEXT, "Cipare", ground(shapely.box(-1003, -511, 5, 507))), EAST)


def candidates():
    """The real play spaces of Kota Serang; they state the kelurahan that their point was found in."""
    found = json.loads((KOTA_SERANG / "kota_serang_play_spaces_candidates.geojson").read_text(encoding="utf-8"))[
        "features"
    ]
    for each in found:
        own = each["properties"]
        own |= {"kelurahan_code": own.get("kelurahan_titik_kode"), "position_accuracy_m": own["uncertainty_m"]}
    return found


def serang(*names):
    return read_context(KOTA_SERANG / f"kota_serang_{name}.geojson" for name in names)
