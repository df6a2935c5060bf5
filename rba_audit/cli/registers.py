"""Commands that export the sites of the register, and show the log of exports."""

from __future__ import annotations

import argparse
from contextlib import closing

from rba_audit.cli.auditing import print_messages
from rba_audit.errors import RbaError
from rba_audit.messages import say
from rba_audit.register import DEFAULT_URL, open_register
from rba_audit.reports import geojson_chunks
from rba_audit.reports.export_log import exports_csv, time_range


def export_sites_command(options: argparse.Namespace) -> int:
    """Write the sites and parts of the register to a file."""
    with closing(open_register(options.register or DEFAULT_URL, create=False)) as register:
        features, left_out = register.features(), len(register.site_events.statuses())
        register.exports.add("register export", rows=len(features))
    try:
        with options.file.open("w", encoding="utf-8") as file:
            file.writelines(geojson_chunks(features))
    except OSError as fault:
        raise RbaError(
            say("{file}: it cannot be written ({fault}); name another file", file=options.file, fault=fault.strerror)
        ) from fault
    print(say("{count} features written to {file}", count=len(features), file=options.file))
    if left_out:
        print_messages(
            say("note"),
            [say("Left out, because they do not count (proposed, declined, merged, retired): {count}", count=left_out)],
        )
    return 0


def show_exports(options: argparse.Namespace) -> int:
    """Print the exports within a time range as CSV, or write them to a file."""
    since, until = time_range(options.since or "", options.until or "")
    with closing(open_register(options.register or DEFAULT_URL)) as register:
        exports = register.exports.between(since, until)
        names = {person.id: person.name for person in register.people.all()}
        if options.out is not None:
            register.exports.add("register exports", filter=f"{since or ''} – {until or ''}", rows=len(exports))
    text = exports_csv(exports, names)
    if options.out is None:
        print(text.removeprefix("\ufeff"), end="")
        return 0
    try:
        options.out.write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise RbaError(
            say("{file}: it cannot be written ({fault}); name another file", file=options.out, fault=fault.strerror)
        ) from fault
    print(say("{count} exports written to {file}", count=len(exports), file=options.out))
    return 0
