"""Commands that import files of sites, list imports and undo them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from rba_audit.auditing import notes_on_file
from rba_audit.cli.auditing import print_messages, read_with_mapping
from rba_audit.cli.context import context_of, context_with_layers
from rba_audit.cli.options import add_command, add_context, add_policies, add_register, add_sites
from rba_audit.days import CITY
from rba_audit.errors import NoRegister
from rba_audit.file_formats import SourceFile
from rba_audit.imports import (
    ColumnMapping,
    earlier_mapping,
    mapping_document,
    plan_import,
    rows_to_take,
    take_import,
    undo_import,
)
from rba_audit.imports.import_plan import FieldChange, ImportPlan, PlannedRow, RowChoice, RowKind
from rba_audit.messages import format_number, say
from rba_audit.register import DEFAULT_URL, Register, open_register
from rba_audit.register.import_records import ImportRecord
from rba_audit.sites.problems import quote
from rba_audit.standard import load_standard

if TYPE_CHECKING:
    from rba_audit.cli.options import CommandGroup


def add_commands(commands: CommandGroup) -> None:
    """Add the commands about imports to the group of the register."""
    text = say("take the sites of a GeoJSON file into the register; every version is kept")
    one = add_command(commands, "import", import_sites_command, text)
    add_sites(one)
    one.add_argument("--preview", action="store_true", help=str(say("say what it would do, and change nothing")))
    text = say("take this doubtful row, too; may be repeated")
    one.add_argument("--take", action="append", default=[], metavar="ID", help=str(text))
    text = say("take all doubtful rows, too, such as other places under known ids (they are pushed out)")
    one.add_argument("--replace", action="store_true", help=str(text))
    add_policies(one)
    add_context(one)
    add_register(one)
    text = say("list the imports of files, newest first")
    add_register(add_command(commands, "imports", list_imports, text))
    text = say("undo a whole import: former versions come back, new sites leave the lists")
    one = add_command(commands, "undo", undo_import_command, text)
    one.add_argument("id", metavar="IMPORT", help=str(say("its number, see imports")))
    add_register(one)


def import_sites_command(options: argparse.Namespace) -> int:
    """Plan the import of a file, print what it would do, and take it unless only a preview is wanted.

    Doubtful rows are left unless they are named or all are wanted. Returns 1 if nothing at all of the file is in the register.
    """
    sites, mapping = read_with_mapping(options, _earlier_mappings(options.register or DEFAULT_URL))
    context = context_of(options)
    with closing(open_register(options.register or DEFAULT_URL)) as register:
        context = context_with_layers(register, context, options.policies)
        plan = plan_import(register, sites, context, options.policies)
        choices: dict[str, RowChoice] = dict.fromkeys(options.take, "take")
        kinds: dict[RowKind, RowChoice] = {"doubtful": "take"} if options.replace else {}
        rows = rows_to_take(plan, choices, kinds)
        if options.preview:
            _print_preview(plan)
        else:
            _take(register, plan, rows, choices, kinds, options.sites, mapping)
            _print_left_rows(plan, rows)
    for sentence in plan.notes:
        print_messages(say("note"), [sentence])
    for sentence in notes_on_file(sites, load_standard()):
        print_messages(say("note"), [sentence])
    some = rows or plan.counts["same"]
    return 0 if some or not plan.rows else 1


def _earlier_mappings(url: str) -> Callable[[ColumnMapping, SourceFile | None], ColumnMapping | None]:
    """Return the lookup of what columns became in an earlier import; a register that does not exist yet has none."""

    def lookup(mapping: ColumnMapping, source: SourceFile | None) -> ColumnMapping | None:
        try:
            register = open_register(url, create=False)
        except NoRegister:
            return None
        with closing(register):
            return earlier_mapping(register, mapping, source)

    return lookup


def _take(
    register: Register,
    plan: ImportPlan,
    rows: Sequence[PlannedRow],
    choices: Mapping[str, RowChoice],
    kinds: Mapping[RowKind, RowChoice],
    file: Path,
    mapping: ColumnMapping,
) -> None:
    record: ImportRecord | None = None
    if rows:  # a file that changes nothing is no import to be undone
        record = take_import(
            register,
            plan,
            choices,
            id=str(uuid4()),
            person_id="",
            file=file.read_bytes(),
            file_name=file.name,
            mapping=mapping_document(mapping) if mapping.columns else None,
            headings=[use.column for use in mapping.columns],
            kinds=kinds,
        )
    print(
        say(
            "{new} new, {changed} changed, {same} as they were; {count} sites in the register",
            new=record.counts.new if record else 0,
            changed=record.counts.changed if record else 0,
            same=plan.counts["same"],
            count=register.count(),
        )
    )
    if record:
        print(say("Import {number}; take it back with: rba-audit register undo {number}", number=record.seq))


def _print_preview(plan: ImportPlan) -> None:
    counts = plan.counts
    print(
        say(
            "{new} new, {changed} changed, {same} as they were, {doubtful} doubtful, {refused} refused; nothing was changed",
            new=counts["new"],
            changed=counts["changed"],
            same=counts["same"],
            doubtful=counts["doubtful"],
            refused=counts["refused"],
        )
    )
    for row in plan.rows:
        if row.kind == "changed":
            fields = ", ".join(_change_words(change) for change in row.changes)
            print(say("changed: “{id}”: {fields}", id=quote(row.id), fields=fields))
    _print_left_rows(plan, ())


def _change_words(change: FieldChange) -> str:
    if change.field != "geometry":
        return str(
            say("{what}: {before} → {now}", what=change.field, before=_short(change.before), now=_short(change.after))
        )
    if change.moved_m is None:
        return str(say("position"))
    return str(say("moved by {metres} m", metres=format_number(change.moved_m, 0)))


def _short(value: object) -> str:
    return "–" if value is None else quote(value)


def _print_left_rows(plan: ImportPlan, taken: Sequence[PlannedRow]) -> None:
    """Print why each doubtful row is left, and what is odd about others."""
    ids = {row.id for row in taken}
    left = [row for row in plan.rows if row.kind == "doubtful" and row.id not in ids]
    for row in left:
        for reason in row.reasons:
            print_messages(say("left"), [reason])
    for row in plan.rows:
        if row.kind in ("new", "changed"):
            for reason in row.reasons:
                print_messages(say("note"), [say("“{site}”: {sentence}.", site=quote(row.id), sentence=reason)])
    if any(row.can_take for row in left):
        print_messages(
            say("left"),
            [
                say(
                    "{count} doubtful rows; take one with --take ID, or all of them with --replace",
                    count=sum(row.can_take for row in left),
                )
            ],
        )


def list_imports(options: argparse.Namespace) -> int:
    """Print the imports of the register, newest first."""
    with closing(open_register(options.register or DEFAULT_URL, create=False)) as register:
        imports = register.imports.all()
        names = {person.id: person.name for person in register.people.all()}
    for record in imports:
        person = names.get(record.person_id, record.person_id) or str(say("command line"))
        line = say(
            "{number}: {file}, {when}, {person}: {new} new, {changed} changed, {same} as they were, {left} left, {refused} refused",
            number=record.seq,
            file=quote(record.file_name),
            when=_moment(record.at),
            person=quote(person),
            new=record.counts.new,
            changed=record.counts.changed,
            same=record.counts.same,
            left=record.counts.left,
            refused=record.counts.refused,
        )
        print(
            line
            if record.undone_at is None
            else say("{line} – undone {when}", line=line, when=_moment(record.undone_at))
        )
    if not imports:
        print(say("Nothing was imported yet."))
    return 0


def undo_import_command(options: argparse.Namespace) -> int:
    """Undo an import, named by its number or its id.

    Raises:
        NotInRegister: there is no such import.
        Conflict: other records build on it.
    """
    with closing(open_register(options.register or DEFAULT_URL, create=False)) as register:
        wanted = next((one.id for one in register.imports.all() if str(one.seq) == options.id), options.id)
        record = undo_import(register, wanted, "")
        print(
            say(
                "{file} is undone: {new} sites and parts left the lists, {changed} have their former version; {count} sites in the register",
                file=quote(record.file_name),
                new=record.counts.new,
                changed=record.counts.changed,
                count=register.count(),
            )
        )
    return 0


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CITY):%Y-%m-%d %H:%M}"
