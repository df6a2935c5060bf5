"""Pictures with correct, wrong or no EXIF time and position."""

from __future__ import annotations

import base64
import io
import random
from typing import Any

from PIL import Image

from rba_audit.photographs.exif import origin_of

KINDS = ("JPEG", "PNG", "WEBP")
TIMES = ["2026:11:28 10:12:13", "2024:02:29 23:59:59", "2023:02:29 10:00:00", "0000:00:00 00:00:00", "    :  :     :  :  ", "2026-11-28 10:12:13", "2026:11:28 24:00:00", ""]  # fmt: skip
OFFSETS = ["+07:00", "-03:30", "Z", "+7:00", "   :  ", "+15:00", "+14:00"]
SIDES = {1: ["S", "N", "s", "", "E"], 3: ["E", "W", "N", ""]}


def picture(
    kind: str = "JPEG", time: str | None = None, offset: str | None = None, gps: dict[int, Any] | None = None
) -> bytes:
    """Return a small picture whose file says that."""
    exif = Image.Exif()
    exif[0x010F] = "Telepon Murah"
    exif[0x0132] = "2001:01:01 01:01:01"  # when the file was changed, which says nothing of the picture
    if time is not None:
        exif.get_ifd(0x8769)[0x9003] = time
    if offset is not None:
        exif.get_ifd(0x8769)[0x9011] = offset
    if gps:
        exif.get_ifd(0x8825).update(gps)
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(file, kind, exif=exif)
    return file.getvalue()


def gps_of(lon: float, lat: float) -> dict[int, Any]:
    """Return a GPS place as a camera writes it: degrees, minutes and seconds."""

    def parts(size: float) -> tuple[float, float, float]:
        seconds = round(abs(size) * 3600, 2)
        return seconds // 3600, seconds % 3600 // 60, round(seconds % 60, 2)

    return {1: "S" if lat < 0 else "N", 2: parts(lat), 3: "W" if lon < 0 else "E", 4: parts(lon)}


def _some_gps(chance: random.Random) -> dict[int, Any]:
    if chance.random() < 0.6:
        return gps_of(chance.uniform(-180, 180), chance.uniform(-90, 90))
    numbers = [0, 0.0, 59.999, 60, 61, 90, 91, 106.15, 180, 200]
    found: dict[int, Any] = {side: chance.choice(names) for side, names in SIDES.items()}
    found |= {tag: tuple(chance.choice(numbers) for _ in range(chance.choice([3, 3, 3, 2]))) for tag in (2, 4)}
    for tag in chance.sample([1, 2, 3, 4], chance.randrange(2)):
        del found[tag]
    return found


def origins(chance: random.Random, count: int = 200) -> list[dict[str, Any]]:
    """Return pictures of all kinds, and what Python reads of each; some are cut off, of which only that nothing fails is told."""
    found = []
    for index in range(count):
        made = picture(
            chance.choice(KINDS),
            chance.choice([None, *TIMES]),
            chance.choice([None, *OFFSETS]),
            _some_gps(chance) if chance.random() < 0.7 else None,
        )
        whole = index % 4 != 3
        if not whole:
            spoilt = bytearray(made)
            for _ in range(5):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            made = bytes(spoilt[: chance.randrange(1, len(spoilt))])
        told = origin_of(made)
        found.append(
            {
                "file": base64.b64encode(made).decode(),
                "whole": whole,
                "taken_at": told.taken_at,
                "position": told.position,
            }
        )
    return found
