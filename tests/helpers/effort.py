"""How many cases a random test tries: few while one works and before a change lands, many at night (`make nightly`)."""

import os

NIGHTLY = os.environ.get("RBA_NIGHTLY", "") == "1"


def cases(usual, nightly):
    """Return how many random cases to try."""
    return nightly if NIGHTLY else usual
