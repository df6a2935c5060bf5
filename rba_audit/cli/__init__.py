"""The `rba-audit` command: the same services as the web, for a terminal.

Exit codes: 0 done; 1 it could not be done (one sentence on stderr); 2 the command was not understood.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path

from rba_audit.cli.arguments import parser
from rba_audit.errors import RbaError
from rba_audit.logs import logging_to_stderr
from rba_audit.messages import LANGUAGES, say, using_language
from rba_audit.standard.policies import Policies, read_policies, shipped_policies


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with using_language(_language(words)):
        return _run(words)


def _language(words: Sequence[str]) -> str:
    """Return the language asked for, before the parser (which itself speaks) can say so."""
    return _asked(words, "--lang") or os.environ.get("RBA_LANG", LANGUAGES[0])


def _asked(words: Sequence[str], option: str) -> str:
    """Return what an option is given; empty where it is not."""
    asked = [word.partition("=")[2] for word in words if word.startswith(f"{option}=")]
    asked += [after for word, after in pairwise(words) if word == option]
    return asked[-1] if asked else ""


def _policies(folder: str | None) -> Policies:
    return read_policies(Path(folder)) if folder else shipped_policies()


def _for_help(folder: str | None) -> Policies:
    """Return the rules whose names the parser offers; a folder that cannot be used is refused when the command runs."""
    try:
        return _policies(folder)
    except RbaError:
        return shipped_policies()


def _run(words: Sequence[str]) -> int:
    folder = _asked(words, "--policies") or os.environ.get("RBA_POLICIES")
    options = parser(_for_help(folder)).parse_args(words)
    try:
        if hasattr(options, "policies"):
            options.policies = _policies(options.policies)
        # What opens the register logs; everything else speaks for itself.
        with logging_to_stderr(options.log) if hasattr(options, "log") else nullcontext():
            code: int = options.run(options)
    except RbaError as fault:
        print(f"rba-audit: {fault}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader (head, less) has gone; that is no fault of ours, and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(str(say("stopped")), file=sys.stderr)
        return 1
    return code
