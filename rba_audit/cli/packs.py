"""Commands that write the evidence pack of a round, and verify one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rba_audit.auditing import audit_with_visits
from rba_audit.cli.context import context_of, context_with_layers
from rba_audit.cli.options import add_command, add_context, add_edition, add_register
from rba_audit.days import today
from rba_audit.errors import EvidenceError, RbaError, Unavailable
from rba_audit.kla.calendar import round_of, usable_year
from rba_audit.messages import format_number, say
from rba_audit.papers.evidence_pack import PackResult, write_pack
from rba_audit.papers.pack_archive import FIRST_YEAR, LAST_YEAR
from rba_audit.papers.pack_plan import PackPlan, PackSource, plan_pack
from rba_audit.papers.pack_verification import verify_pack
from rba_audit.papers.pictures import LocationMaps
from rba_audit.register import DEFAULT_URL, open_register
from rba_audit.register.private_files import create_file
from rba_audit.standard import load_standard

if TYPE_CHECKING:
    from rba_audit.cli.options import CommandGroup

_ALTERED: Final = 1
_NO_PACK: Final = 2
_MEGA: Final = 1_000_000


def add_commands(commands: CommandGroup) -> None:
    """Add the commands to the parser."""
    text = say("write the evidence pack of a round from the register: one ZIP file with its index")
    one = add_command(commands, "build", build, text)
    one.add_argument("--round", type=int, required=True, metavar="YEAR", help=str(say("the year of the award")))
    one.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help=str(say("where to write it")))
    text = say("the day for which documents and certificates are valid, such as 2026-11-30; today if it is not said")
    one.add_argument("--day", metavar="DAY", default="", help=str(text))
    add_edition(one)
    add_context(one)
    add_register(one)
    text = say(
        "check that every file of a pack is there and unaltered; 1 where one is not, 2 where the file is no pack"
    )
    one = add_command(commands, "verify", verify, text)
    one.add_argument("file", type=Path, metavar="FILE.zip", help=str(say("the pack")))


def build(options: argparse.Namespace) -> int:
    """Write the pack of a round, and log that it was made."""
    standard, context = load_standard(options.standard), context_of(options)
    day = _day(options.day)
    with closing(open_register(options.register or DEFAULT_URL, create=False)) as register:
        if not usable_year(options.round, round_of(register, options.policies.kla, day).year):
            raise EvidenceError(
                say("There can be no round of {year}; name the year of its award.", year=str(options.round))
            )
        context = context_with_layers(register, context, options.policies)
        audited = audit_with_visits(register, standard, context=context, day=day, policies=options.policies)
        locations = LocationMaps(context, options.policies.whereabouts)
        source = PackSource(register, audited, context, locations, options.round, day)
        plan = plan_pack(source)
        register.exports.add(
            "pack build", filter=f"{options.round} {day}", rows=len(plan.documents), photos=sum(map(len, plan.photos.values()))
        )  # fmt: skip
        result = _write(options.out, source, plan)
        register.kla.packs.add_pack(options.round, day, result.sha256, result.bytes, result.files, result.people, "")
    print(
        say(
            "{file}: {files} files, {mb} MB, {missing} documents missing, SHA-256 {hash}",
            file=options.out,
            files=result.files,
            mb=format_number(result.bytes / _MEGA, 1),
            missing=result.lacking,
            hash=result.sha256,
        )
    )
    return 0


def verify(options: argparse.Namespace) -> int:
    """Verify a pack: 0 whole, 1 altered, 2 no pack at all."""
    try:
        check = verify_pack(options.file)
    except Unavailable as fault:
        print(f"rba-audit: {fault}", file=sys.stderr)
        return _NO_PACK
    for problem in check.problems:
        print(f"{options.file}: {problem}", file=sys.stderr)
    if check.manifest is None:
        return _NO_PACK
    if check.problems:
        return _ALTERED
    print(
        say(
            "{file}: whole; round {year}, as of {day}, {files} files, SHA-256 {hash}",
            file=options.file,
            year=str(check.manifest.round),
            day=check.manifest.day.isoformat(),
            files=check.files,
            hash=check.sha256,
        )
    )
    return 0


def _write(path: Path, source: PackSource, plan: PackPlan) -> PackResult:
    """Write a pack under another name, and give it its own only when it is whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with open(create_file(part), "wb") as target, _progress(plan.steps) as advance:  # noqa: PTH123 - a descriptor, not a path
            result = write_pack(source, plan, target, advance)
        part.replace(path)
    except OSError as fault:
        raise RbaError(
            say("{file}: it cannot be written ({fault}); name another file", file=path, fault=fault.strerror)
        ) from fault
    finally:
        part.unlink(missing_ok=True)
    return result


@contextmanager
def _progress(all: int) -> Iterator[Callable[[], None]]:
    """Yield a callback that counts files on a terminal; without a terminal it prints nothing."""
    done = 0
    shown = sys.stderr.isatty()

    def advance() -> None:
        nonlocal done
        done += 1
        if shown:
            print(f"\r{say('files: {done} of {all}', done=done, all=all)}", end="", file=sys.stderr, flush=True)

    try:
        yield advance
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _day(text: str) -> date:
    if not text:
        return today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise EvidenceError(say("“{text}” is no day; write it as 2026-11-30.", text=text))
    return day
