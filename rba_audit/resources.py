"""Paths of the data files: next to the package in a checkout, inside it in a wheel.

No other module of the package may build such a path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def _root() -> Path:
    bundled = _PACKAGE / "_files"
    return bundled if bundled.is_dir() else _PACKAGE.parent


def standards_dir() -> Path:
    """Return the folder that holds one folder per edition."""
    return _root() / "standards"


def templates_dir() -> Path:
    """Return the folder of page templates."""
    return _root() / "templates"


def static_dir() -> Path:
    """Return the folder of styles, scripts, icons and vendored JavaScript."""
    return _root() / "static"


def sample_sites() -> Path:
    """Return the sample of real sites in Kota Serang."""
    return _root() / "sample_sites.geojson"


def sample_areas() -> Path:
    """Return rough outlines of the six kecamatan of Kota Serang, for orientation on the sample's map."""
    return _root() / "sample_areas.geojson"


def privacy_notice() -> Path:
    """Return the notice on personal data, in Indonesian and English."""
    return _root() / "docs" / "privacy.md"


def locale_dir() -> Path:
    """Return the folder of message catalogues."""
    return _PACKAGE / "locale"
