"""Reduce records and documents to the fields that `public_view.fields` lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, cast

from rba_audit.messages import BilingualText, say
from rba_audit.sites.site import properties_of
from rba_audit.web.public_view.fields import ITEM, PART, RECORDS, SITE

T = TypeVar("T")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def for_public(record: T) -> T:
    """Return a record of the register with every hidden field emptied.

    Raises:
        TypeError: this kind of record is not listed, or a hidden field has a type that cannot be emptied.
    """
    kind = RECORDS.get(type(record))
    if kind is None:
        raise TypeError(f"nobody listed what of a {type(record).__name__} the public may see")
    changes = {}
    for attribute in fields(cast(Any, record)):
        value = getattr(record, attribute.name)
        if attribute.name not in kind.shown:
            changes[attribute.name] = _empty(value)
        elif type(value) in RECORDS:
            changes[attribute.name] = for_public(value)
    return cast(T, replace(cast(Any, record), **changes))


def _empty(value: object) -> object:
    match value:
        case None:
            return None
        case BilingualText():
            return BilingualText("", "")
        case bool() | int() | str() | tuple():
            return type(value)()
        case Mapping():
            return {}
        case datetime():
            return _EPOCH
    raise TypeError(f"a {type(value).__name__} cannot be emptied")


def public_item(item: Mapping[str, Any], kinds: Collection[str], answers: Mapping[str, object]) -> dict[str, Any]:
    """Return an item of a visit with its public keys and the given answers; a kind that is not in `kinds` is left empty."""
    shown = {key: item[key] for key in item if key in ITEM.shown}
    return {**shown, "kind": shown["kind"] if shown.get("kind") in kinds else "", "answers": dict(answers)}


def public_geometry(geometry: object) -> object:
    """Return type and coordinates of a geometry, without any other member of its file."""
    if not isinstance(geometry, Mapping):
        return None
    return {key: geometry[key] for key in ("type", "coordinates") if key in geometry}


def public_part(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a mapped part with its public properties."""
    properties = properties_of(feature)
    return _feature(feature, {key: properties[key] for key in properties if key in PART.shown})


def public_site(feature: Mapping[str, Any], answers: Mapping[str, object]) -> dict[str, Any]:
    """Return the document of a site with its public properties and the given answers."""
    properties = properties_of(feature)
    shown = {key: field.keep(properties[key]) for key, field in SITE.shown.items() if field.keep and key in properties}
    return _feature(feature, {**{key: value for key, value in shown.items() if value is not None}, **answers})


def _feature(feature: Mapping[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    own_id = {"id": feature["id"]} if "id" in feature else {}
    geometry = public_geometry(feature.get("geometry"))
    return {"type": "Feature", **own_id, "properties": properties, "geometry": geometry}


def neutral_names(kinds: Sequence[str]) -> list[str]:
    """Return names of items made from their kinds, in the given order: the first swing is "Swing 1", the next "Swing 2"."""
    seen: dict[str, int] = {}
    names = []
    for kind in kinds:
        seen[kind] = seen.get(kind, 0) + 1
        names.append(str(say("{kind} {number}", kind=kind, number=seen[kind])))
    return names
