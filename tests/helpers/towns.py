"""Small towns drawn in metres: sites, streets and homes, and their coverage."""

import numpy as np
import shapely

from rba_audit.coverage import ANSWERS, coverage_notes
from rba_audit.findings import STATUSES
from rba_audit.geometry import unproject
from rba_audit.layers import recognized_features
from rba_audit.messages import using_language
from rba_audit.sites import sites_from_features

ORIGIN = np.array([106.15, -6.12])


def lonlat(shape):
    """Return a shape drawn in metres about the origin in longitude and latitude."""
    return unproject(np.array([shape], dtype=object), ORIGIN)[0]


def feature(shape, id=None, **properties):
    drawn = None if shape is None else shapely.geometry.mapping(lonlat(shape))
    return {"type": "Feature", "id": id, "geometry": drawn, "properties": properties}


def placed(*made):
    """Return features as context."""
    return [
        place
        for each in made
        for place in recognized_features(
            each, each["id"] or "", each["geometry"] and shapely.geometry.shape(each["geometry"])
        )
    ]


def street(*points):
    return feature(shapely.LineString(points), layer="street")


def home(x, y, children=10):
    return feature(shapely.Point(x, y), layer="population", children=children)


def sites_at(*points, **properties):
    made = [feature(shapely.Point(point), f"site-{at}", **properties) for at, point in enumerate(points)]
    return sites_from_features(made, "a test")


def status(*names):
    return np.array([STATUSES.index(name) for name in names], dtype=np.int8)


def answers(found):
    return [ANSWERS[answer] for answer in found.answers]


def told(found):
    with using_language("en"):
        return " ".join(str(note) for note in coverage_notes(found))
