"""Command that takes a parcel (a phone's saved queue) into the register."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Final

from rba_audit.cli.options import layer_files
from rba_audit.errors import RbaError
from rba_audit.fieldwork import IntakeContext, take_parcel
from rba_audit.files import UnreadableFile, open_file
from rba_audit.layers import read_context
from rba_audit.messages import say
from rba_audit.permissions import OF_THE_COMMAND_LINE
from rba_audit.register import DEFAULT_URL, open_register
from rba_audit.register.person_records import Person
from rba_audit.standard import load_published

_MOST_MB: Final = 1000
# A user who can open the register's file has the permissions of an administrator; the log names the command line.
_AT_THE_TERMINAL = Person("", "", "", OF_THE_COMMAND_LINE, (), True)


def take(options: argparse.Namespace) -> int:
    """Take a parcel into the register and print the result of each entry; return 1 if one was refused."""
    context, policies = read_context(options.context, layers=layer_files(options)), options.policies
    with closing(open_register(options.register or DEFAULT_URL, create=False)) as register:
        try:
            with open_file(options.file, _MOST_MB) as file:
                entries = take_parcel(
                    IntakeContext(register, load_published, context, policies=policies), file, _AT_THE_TERMINAL
                )
        except UnreadableFile as refused:
            raise RbaError(
                say("{file}: {found}; {remedy}", file=options.file, found=refused.found, remedy=refused.remedy)
            ) from refused
        except OSError as fault:
            raise RbaError(
                say("{file}: it cannot be read ({fault}); name another file", file=options.file, fault=fault.strerror)
            ) from fault
    words = {
        "new": say("taken"),
        "known": say("known already"),
        "refused": say("refused"),
        "left_out": say("left out"),
    }
    for entry in entries:
        why = " ".join(str(message) for message in entry.told)
        waiting = len(entry.receipt.get("missing", ())) if entry.receipt else 0
        if waiting:
            why = str(say("{count} photos have not arrived yet", count=waiting))
        # Escape unprintable characters: a path from the file could contain terminal control sequences.
        path = entry.path if entry.path.isprintable() else ascii(entry.path)
        print(f"{path}: {words[entry.result]}{f' ({why})' if why else ''}")
    return int(any(entry.result == "refused" for entry in entries))
