"""The `rba-audit` command line, built on the same services as the web.

Exit codes: 0 success; 1 error (one message on stderr); 2 invalid arguments.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path

from rba_audit.cli.arguments import parser
from rba_audit.errors import RbaError, StandardError
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
    """Return the requested language; it is needed before parsing, because the parser's own messages are translated."""
    return _option_value(words, "--lang") or os.environ.get("RBA_LANG", LANGUAGES[0])


def _option_value(words: Sequence[str], option: str) -> str:
    """Return the last value given for an option; empty if it is not given."""
    asked = [word.partition("=")[2] for word in words if word.startswith(f"{option}=")]
    asked += [after for word, after in pairwise(words) if word == option]
    return asked[-1] if asked else ""


def _policies(folder: str | None) -> Policies:
    if folder == "":  # an unset variable of a shell; the shipped rules would apply without a word
        raise StandardError(say("{folder} is no folder; name one with rules files of your own", folder="“”"))
    return shipped_policies() if folder is None else read_policies(Path(folder))


def _for_help(folder: str | None) -> Policies:
    """Return the policies whose names the parser offers; an unusable folder raises an error only when the command runs."""
    try:
        return _policies(folder)
    except RbaError:
        return shipped_policies()


def _run(words: Sequence[str]) -> int:
    folder = _option_value(words, "--policies") or os.environ.get("RBA_POLICIES") or None
    options = parser(_for_help(folder)).parse_args(words)
    try:
        if hasattr(options, "policies"):
            options.policies = _policies(options.policies)
        # Only commands that open the register write a log.
        with logging_to_stderr(options.log) if hasattr(options, "log") else nullcontext():
            code: int = options.run(options)
    except RbaError as fault:
        print(f"rba-audit: {fault}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of the pipe (head, less) has exited. Redirect stdout so that Python's flush at exit raises no error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(str(say("stopped")), file=sys.stderr)
        return 1
    return code
