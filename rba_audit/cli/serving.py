"""Serving the web from a terminal."""

from __future__ import annotations

import argparse

from rba_audit.layers import read_context
from rba_audit.resources import sample_areas
from rba_audit.standard import load_standard


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from rba_audit.web import serve

    standard = load_standard(options.standard)
    serve(
        standard=standard,
        register_url=options.register,
        context=read_context(options.context or ([sample_areas()] if options.demo else [])),
        demo=options.demo,
        host=options.host,
        port=options.port,
        address=options.address,
        announce=lambda address: print(address, flush=True),
    )
    return 0
