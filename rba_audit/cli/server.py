"""Command that serves the web pages."""

from __future__ import annotations

import argparse
import signal

from rba_audit.cli.options import layer_files
from rba_audit.layers import read_context
from rba_audit.resources import sample_areas
from rba_audit.standard import load_standard


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from rba_audit.web import serve

    # SIGTERM (from systemd, a container or kill) is handled like Ctrl-C: running requests finish, and the stop is logged.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    standard = load_standard(options.standard)
    serve(
        standard=standard,
        register_url=options.register,
        context=read_context(
            options.context or ([sample_areas()] if options.demo and not options.layer else []),
            layers=layer_files(options),
        ),
        demo=options.demo,
        host=options.host,
        port=options.port,
        address=options.address,
        policies=options.policies,
        announce=lambda address: print(address, flush=True),
    )
    return 0
