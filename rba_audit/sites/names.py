"""Recognise the properties of a file that seem to hold names or ids under another key.

A site's name is its property `name`; nothing else is shown as one. What resembles it is told.
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
_FEW: Final = 2  # of one feature every key differs at every one
_IDS: Final = frozenset({"nr", "no", "nomor", "kode", "code", "fid", "gid", "uuid", "guid"})
_ID: Final = re.compile(r"(?:^|[ :/.@])id(?:$|[ :/.])|id$|^fid")


def property_text(value: object) -> str:
    r"""Return a property of a site as people read it, without control characters; empty for what is no text and no number.

    >>> shown(" Taman\x00Sari "), shown(12), shown(["a", "b"]), shown({"id": "Taman"}), shown(True)
    ('Taman Sari', '12', 'a, b', '', '')
    """
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(property_text, value)))
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value != value:  # noqa: PLR0124  # NaN
        return ""
    return _CONTROL.sub(" ", str(value)).strip()


def name_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the keys that seem to hold a name, `name` itself left out.

    >>> name_keys(["NAMOBJ", "Nama_Taman", "Name", "username_id", "luas", "name"])
    ('NAMOBJ', 'Nama_Taman', 'Name')
    """
    return tuple(
        key for key in keys if key != NAME and (normalized_word(key) in _TITLES or _NAME.search(normalized_word(key)))
    )


def id_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the keys that seem to hold ids.

    >>> id_keys(["OBJECTID", "FID_1", "globalid", "luas", "Kode"])
    ('OBJECTID', 'FID_1', 'globalid', 'Kode')
    """
    return tuple(key for key in keys if normalized_word(key).lstrip() in _IDS or _ID.search(normalized_word(key)))


def unique_id_keys(features: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the keys that seem to hold ids, are given at each of several features, and differ at every one.

    Args:
        features: The properties of each.
    """
    if len(features) < _FEW:
        return ()
    found = []
    for key in id_keys(features[0]):
        values = [each.get(key) for each in features]
        words = {str(value).strip() for value in values if isinstance(value, str | int | float)}
        if len(words) == len(features) and "" not in words:
            found.append(key)
    return tuple(found)
