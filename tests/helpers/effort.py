"""Number of cases of a random test: few during development and before a change lands, many at night (`make nightly`)."""

import os

NIGHTLY = os.environ.get("RBA_NIGHTLY", "") == "1"


def cases(usual, nightly):
    """Return how many random cases to try."""
    return nightly if NIGHTLY else usual


def over_seeds(usual, nightly, *, first=0):
    """Let a test of one seed try many, from `first` on; what fails names the seed it failed with."""

    def looped(test):
        def trying():
            for seed in range(first, first + cases(usual, nightly)):
                try:
                    test(seed)
                except BaseException as fault:
                    fault.add_note(f"with seed {seed}")
                    raise

        trying.__name__, trying.__doc__, trying.__module__ = test.__name__, test.__doc__, test.__module__
        return trying

    return looped
