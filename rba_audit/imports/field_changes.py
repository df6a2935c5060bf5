"""Differences between the document of a site in the register and the one that a file has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rba_audit.imports.import_plan import FieldChange
from rba_audit.site_editing import document_properties, same_json

_OWN: Final = ("type", "id", "properties", "geometry")


def field_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], moved_m: float | None
) -> tuple[FieldChange, ...]:
    """Return what differs: the geometry, the properties in the order of the register, and other members of the Feature.

    `moved_m` is the distance between the two geometries, in metres; None if one of them has no position.
    """
    changes = []
    if before.get("geometry") != after.get("geometry"):
        changes.append(FieldChange("geometry", before.get("geometry"), after.get("geometry"), moved_m))
    old, new = document_properties(before), document_properties(after)
    changes += [_change(key, old, new) for key in dict.fromkeys([*old, *new]) if _differs(key, old, new)]
    members = [key for key in dict.fromkeys([*before, *after]) if key not in _OWN]
    changes += [_change(key, before, after) for key in members if _differs(key, before, after)]
    return tuple(changes)


def _differs(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    if (key in old) != (key in new):
        return True
    one, other = old[key], new[key]
    # In Python 1 equals true, and 1.0 equals 1.
    return one != other or not (isinstance(one, str) or same_json(one, other))


def _change(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> FieldChange:
    return FieldChange(key, old.get(key), new.get(key))
