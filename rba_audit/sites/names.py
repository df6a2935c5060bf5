"""Recognise properties of a file that seem to be names or ids under another key.

A site's name is its property `name`; no other property is shown as one. Similar keys are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rba_audit.sites.part_kinds import normalized_word

NAME: Final = "name"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_TITLES: Final = frozenset(
    {"title", "judul", "label", "objekt", "place", "namobj", "namobjk", "bezeichnung", "nom", "nombre"}
)
_NAME: Final = re.compile(r"(?:^|[ :/.])(?:nama|name|nm)(?:$|[ :/.])|^nama|name$")
_FEW: Final = 2  # with a single feature, every key would seem unique
_IDS: Final = frozenset({"nr", "no", "nomor", "kode", "code", "fid", "gid", "uuid", "guid"})
_ID: Final = re.compile(r"(?:^|[ :/.@])id(?:$|[ :/.])|id$|^fid")


def property_text(value: object) -> str:
    r"""Return a property of a site as it is shown, without control characters; empty if it is neither text nor number.

    >>> property_text(" Taman\x00Sari "), property_text(12), property_text(["a", "b"]), property_text({"id": "Taman"})
    ('Taman Sari', '12', 'a, b', '')
    """
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(property_text, value)))
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value != value:  # noqa: PLR0124  # NaN
        return ""
    return _CONTROL.sub(" ", str(value)).strip()


def name_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the keys that seem to be names, except `name` itself.

    >>> name_keys(["NAMOBJ", "Nama_Taman", "Name", "username_id", "luas", "name"])
    ('NAMOBJ', 'Nama_Taman', 'Name')
    """
    return tuple(
        key for key in keys if key != NAME and (normalized_word(key) in _TITLES or _NAME.search(normalized_word(key)))
    )


def id_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the keys that seem to be ids.

    >>> id_keys(["OBJECTID", "FID_1", "globalid", "luas", "Kode"])
    ('OBJECTID', 'FID_1', 'globalid', 'Kode')
    """
    return tuple(key for key in keys if normalized_word(key).lstrip() in _IDS or _ID.search(normalized_word(key)))


def unique_id_keys(features: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the keys that seem to be ids and have a different value in every feature; none for fewer than two features.

    Args:
        features: The properties of the features.
    """
    if len(features) < _FEW:
        return ()
    unique = []
    for key in id_keys(features[0]):
        values = [properties.get(key) for properties in features]
        words = {str(value).strip() for value in values if isinstance(value, str | int | float)}
        if len(words) == len(features) and "" not in words:
            unique.append(key)
    return tuple(unique)
