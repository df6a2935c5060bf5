"""Skip tests whose requirements a computer lacks; they are counted and listed with what they need."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from helpers.chromium import chromium
from helpers.other_browsers import missing_programs
from helpers.public_data import SHARED

EVERYTHING = os.environ.get("RBA_TEST_EVERYTHING", "") == "1"
"""Where this is set (in CI), a test that cannot run is a failure."""


@dataclass(frozen=True)
class Need:
    """What the tests of one mark need: whether it is here, and a sentence that says what to do."""

    is_here: Callable[[], bool]
    sentence: str


NEEDS = {
    "public_data": Need(
        SHARED.is_dir,
        f"public data that is not part of this repository, in {SHARED} or where RBA_PUBLIC_DATA says",
    ),
    "browser": Need(
        lambda: chromium() is not None, "Chromium; root can install it: apt-get install chromium-headless-shell"
    ),
    "other_browsers": Need(
        lambda: not missing_programs(),
        "Firefox and WebKitGTK; root can install them: apt-get install firefox-esr webkit2gtk-driver xvfb",
    ),
}
