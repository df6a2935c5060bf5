"""Files of sites for tests of imports, and the import of one as planned."""

import json
from uuid import uuid4

from rba_audit.imports import plan_import, take_import
from rba_audit.layers import with_tagged_parts
from rba_audit.sites import sites_from_features
from rba_audit.standard.policies import shipped_policies


def place(id, number=0, east=0.0, **properties):
    """Return a place that lies a kilometre from the one with the next number; without an id if it is None."""
    geometry = {"type": "Point", "coordinates": [106.1 + number / 100 + east, -6.12345]}
    named = {"name": f"Taman {number}", "kind": "rth"} | properties
    feature = {"type": "Feature", "id": id, "properties": named, "geometry": geometry}
    return feature if id is not None else {key: value for key, value in feature.items() if key != "id"}


def planned(register, *features, context=()):
    """Plan the import of a file with these features."""
    sites = with_tagged_parts(sites_from_features(list(features), "sites.geojson"))
    return plan_import(register, sites, context, shipped_policies())


def imported(register, *features, choices=None, kinds=None, context=(), name="sites.geojson", **more):
    """Import a file with these features as planned, or with some choices."""
    plan = planned(register, *features, context=context)
    file = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    words = {"id": str(uuid4()), "person_id": "tono", "file": file, "file_name": name, "kinds": kinds} | more
    return take_import(register, plan, choices or {}, **words)


def kinds_of(plan):
    """Return the kind of each row by its id."""
    return {row.id: row.kind for row in plan.rows}
