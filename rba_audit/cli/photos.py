"""Command that restores lost photos of the register."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from rba_audit.messages import say
from rba_audit.register import DEFAULT_URL, open_register
from rba_audit.register.photo_restore import restore_photos


def restore(options: argparse.Namespace) -> int:
    """Restore lost photos from a folder and print those still missing; return 1 if there are any."""
    with closing(open_register(options.register or DEFAULT_URL)) as register:
        result = restore_photos(register.photos, options.folder)
    print(
        say(
            "{asked} photos were lost or altered; {restored} are whole again",
            asked=result.asked,
            restored=result.asked - len(result.left),
        )
    )
    for sha256, wrong in result.left:
        print(f"photos/{sha256[:2]}/{sha256}.jpg: {wrong}", file=sys.stderr)
    return int(bool(result.left))
