"""Commands that create, back up, restore and check a register."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rba_audit import __version__
from rba_audit.errors import RbaError
from rba_audit.messages import Message, say
from rba_audit.register import DEFAULT_URL, database_at, open_register
from rba_audit.register.backup import BackupResult, back_up
from rba_audit.register.backup_generations import BackupFolder
from rba_audit.register.integrity import IntegrityReport, check_generation, check_register
from rba_audit.register.restoration import restore_backup


def make(options: argparse.Namespace) -> int:
    """Create a new register and print its path."""
    with closing(open_register(_url(options), insist=True)) as register:
        print(say("{file}: the register has {count} sites", file=register.path, count=register.count()))
    return 0


def write_backup(options: argparse.Namespace) -> int:
    """Back up the register and print what was written; return 1 if photos are missing or old ones could not be removed."""
    if options.keep is not None and options.keep < 1:
        raise RbaError(say("--keep {count}: keep one generation at least", count=options.keep))
    with closing(database_at(_url(options))) as database, _progress() as progress:
        database.prepare(create=False)
        made = back_up(database, options.folder, program=__version__, keep=options.keep, progress=progress)
    manifest = made.manifest
    print(
        say(
            "{generation}: {sites} sites and parts, {visits} visits, {photos} photos and files ({new} of them new here)",
            generation=options.folder / "generations" / manifest.generation,
            sites=manifest.counts["site"],
            visits=manifest.counts["visit"],
            photos=len(manifest.photos),
            new=made.new_photos,
        )
    )
    if made.removed:
        print(say("removed: {names}", names=", ".join(made.removed)))
    for sentence in _warnings(made, options.folder):
        print(sentence, file=sys.stderr)
    return int(bool(manifest.missing or made.problems))


def read_backup(options: argparse.Namespace) -> int:
    """Restore a backup; print what was restored, and what a backup cannot contain."""
    with _progress() as progress:
        restored = restore_backup(
            options.folder,
            _url(options),
            generation=options.generation,
            replace=options.replace,
            erasures=options.erasures,
            progress=progress,
        )
    manifest = restored.manifest
    print(
        say(
            "{generation} restored: {sites} sites and parts, {visits} visits, {photos} photos and files, as of {moment}",
            generation=manifest.generation,
            sites=manifest.counts["site"],
            visits=manifest.counts["visit"],
            photos=len(manifest.photos),
            moment=f"{manifest.made_at.astimezone():%Y-%m-%d %H:%M}",
        )
    )
    print(say("Everybody signs in again; links that were not used are void."))
    if restored.erased:
        print(say("{count} erased persons were erased in it as well.", count=restored.erased))
    for name in restored.unread:
        print(
            say(
                "generation {name}: its list of erased persons cannot be read; who was erased before it may be back: give a list with --erasures",
                name=name,
            ),
            file=sys.stderr,
        )
    if not restored.erasures_known:
        print(
            say(
                "Who was erased after the last backup is not known here; give the file erasures.jsonl of the lost register with --erasures if there is one."
            ),
            file=sys.stderr,
        )
    if restored.nobody_administers:
        print(
            say("No administrator in it has a password yet: rba-audit people reset LOGIN prints a link for one."),
            file=sys.stderr,
        )
    if restored.aside is not None:
        print(
            say(
                "What was there before is in {folder}; remove it when it is not needed any more.", folder=restored.aside
            )
        )
    if restored.missing:
        print(say("{count} photos were missing already when it was backed up.", count=restored.missing))
    print(
        say(
            "What arrived after that moment is not in it: let every surveyor sign in and open My work, and their phones "
            "send again what they sent within the last 7 days."
        )
    )
    return 0


def check(options: argparse.Namespace) -> int:
    """Check the register, or every generation of a backup; print counts and one line per fault; return 1 if there is any."""
    if options.backup is None:
        with _progress() as progress:
            report = check_register(database_at(_url(options)), progress)
        _print_report(say("the register"), report)
        if not report.counts:
            print(say("It can be brought back from a backup: rba-audit register restore DIR --replace"))
        return int(bool(report.faults))
    folder = BackupFolder(options.backup)
    folder.choose()
    faults = 0
    for name in folder.names():
        with _progress() as progress:
            report = check_generation(folder, name, progress)
        _print_report(name, report)
        faults += len(report.faults)
    return int(bool(faults))


def _print_report(what: Message | str, report: IntegrityReport) -> None:
    if not report.counts:
        print(say("{what}: what is in it could not be counted; faults: {faults}", what=what, faults=len(report.faults)))
    else:
        _print_counts(what, report)
    for fault in report.faults:
        print(fault)


def _print_counts(what: Message | str, report: IntegrityReport) -> None:
    print(
        say(
            "{what}: {sites} sites and parts, {visits} visits, {photos} photos and files whole, {waiting} photos not arrived yet, "
            "faults: {faults}",
            what=what,
            sites=report.counts.get("site", 0),
            visits=report.counts.get("visit", 0),
            photos=report.photos,
            waiting=report.waiting,
            faults=len(report.faults),
        )
    )


def _warnings(made: BackupResult, folder: Path) -> Iterator[Message | str]:
    if made.manifest.missing:
        yield say(
            "{count} photos could not be backed up, because their files are missing or damaged: rba-audit register check lists them",
            count=len(made.manifest.missing),
        )
    for problem in made.problems:
        yield say("no photo was removed: {problem}", problem=problem)
    if not made.private:
        yield say(
            "{folder}: this disk cannot keep others from reading the backup; keep it under lock and key", folder=folder
        )


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Yield a callback that shows the progress of the photos on a terminal; without a terminal it prints nothing."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return

    def show(done: int, all: int) -> None:
        print(f"\r{say('photos: {done} of {all}', done=done, all=all)}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _url(options: argparse.Namespace) -> str:
    return str(options.register or DEFAULT_URL)
