"""Commands that manage accounts; access to the machine is the only permission they check.

A one-time link is printed once, to be handed over; no mail is sent.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rba_audit import accounts
from rba_audit.cli.options import add_command, add_format, add_login, add_register
from rba_audit.errors import RbaError
from rba_audit.messages import say
from rba_audit.permissions import ROLES, works_in_field
from rba_audit.register import DEFAULT_URL, Register, open_register
from rba_audit.register.person_records import EVERYWHERE, Member

if TYPE_CHECKING:
    from rba_audit.cli.options import CommandGroup


def add_commands(commands: CommandGroup) -> None:
    """Add the commands to the parser."""
    one = add_command(commands, "list", show_list, say("list everybody with an account"))
    add_register(one)
    add_format(one)
    text = say("make an account and print the path of a one-time link, by which its owner sets a password")
    one = add_command(commands, "invite", invite, text)
    one.add_argument("name", metavar="NAME", help=str(say("what people call them")))
    one.add_argument("--login", required=True, help=str(say("e-mail address or short name to sign in with")))
    one.add_argument("--role", required=True, choices=ROLES, help=str(say("what they may do")))
    text = say("where a surveyor works: a code, site:ID or * (everywhere, if none is named); may be repeated")
    one.add_argument("--area", action="append", default=[], metavar="CODE", help=str(text))
    text = say("last day of the account, for a role that needs one")
    one.add_argument("--valid-until", metavar="YYYY-MM-DD", help=str(text))
    add_register(one)
    text = say("void password and sessions, and print the path of a new one-time link")
    one = add_command(commands, "reset", reset, text)
    add_login(one)
    add_register(one)
    one = add_command(commands, "deactivate", deactivate, say("keep somebody out from now on"))
    add_login(one)
    add_register(one)

    text = say("write everything that names a person or was written by them, as JSON and CSV")
    one = add_command(commands, "export", export, text)
    add_login(one)
    text = say("folder for the files, or a ZIP file that holds them")
    one.add_argument("-o", "--out", type=Path, required=True, metavar="DIR_OR_FILE.zip", help=str(text))
    add_register(one)
    text = say("take a person's name out of the register for good; their visits stay")
    one = add_command(commands, "erase", erase, text)
    add_login(one)
    one.add_argument("--reason", default="", help=str(say("why, without the name; it is kept")))
    one.add_argument("--yes", action="store_true", help=str(say("do not ask to type the login once more")))
    add_register(one)


def show_list(options: argparse.Namespace) -> int:
    """Print all accounts, and whether each can sign in."""
    with closing(_open(options)) as register:
        members = register.people.members()
        first = accounts.first_step(register)
    if options.format == "json":
        print(json.dumps([_as_json(member) for member in members], ensure_ascii=False, indent=2))
        return 0
    if not members and first is not None:
        print(first)
    for member in members:
        person = member.person
        print(
            f"{person.login}\t{person.name}\t{person.role}\t{' '.join(person.area) or '-'}\t{_sign_in_status(member)}"
        )
    return 0


def invite(options: argparse.Namespace) -> int:
    """Create an account and print the path of its one-time link."""
    area = options.area or ([EVERYWHERE] if works_in_field(options.role) else [])
    with closing(_open(options, create=True)) as register:
        person, link = accounts.invite(
            register,
            options.name,
            options.login,
            options.role,
            area,
            by=None,
            valid_until=_last_day(options.valid_until),
        )
    print(
        say(
            "{name} sets a password here, once, within {days} days:",
            name=person.name,
            days=accounts.INVITATION_LASTS.days,
        )
    )
    print(f"/join/{link}")
    return 0


def reset(options: argparse.Namespace) -> int:
    """Invalidate a person's password and sessions, and print the path of a new one-time link."""
    with closing(_open(options)) as register:
        person = accounts.find_by_login(register, options.login)
        link = accounts.reset(register, person.id, by=None)
    print(say("{name} is signed out everywhere, and sets a new password here, once:", name=person.name))
    print(f"/join/{link}")
    return 0


def deactivate(options: argparse.Namespace) -> int:
    """Deactivate an account and print a warning about work that was not sent."""
    with closing(_open(options)) as register:
        person = accounts.find_by_login(register, options.login)
        waiting = accounts.unsent_work_words(register, register.people.member(person.id))
        accounts.set_active(register, person.id, active=False, by=None)
    print(say("{name} is signed out everywhere and cannot come in any more.", name=person.name))
    for message in waiting:
        print(message)
    return 0


def export(options: argparse.Namespace) -> int:
    """Export all personal data: records that name a person or were written by them."""
    with closing(_open(options)) as register:
        person = accounts.find_by_login(register, options.login)
        files, count = accounts.files_of_person(register, person)
        accounts.refuse_used_path(options.out)
        register.exports.add("people export", filter=person.id, rows=count)
        written = accounts.write_personal_files(files, options.out)
    for path in written:
        print(path)
    return 0


def erase(options: argparse.Namespace) -> int:
    """Erase a person's name from the register permanently, after confirmation."""
    with closing(_open(options)) as register:
        person = accounts.find_by_login(register, options.login)
        for message in accounts.pending_words(accounts.pending_work(register, person)):
            print(message, file=sys.stderr)
        if not options.yes and not _confirmed(person.login):
            raise RbaError(say("Nothing was erased: what was typed is not the login."))
        done = accounts.erase_account(register, person.id, reason=options.reason, by=None)
    print(say("Erased; in the register this person is now called “{name}”.", name=done.name))
    if done.mentions:
        print(
            say("The name or login still stands in these texts, which people wrote and which nobody changes for them:")
        )
        for mention in done.mentions:
            print(f"  {mention.table}\t{mention.record}\t{mention.field}\t{mention.text}")
    for copy in done.copies:
        print(say("The name also stands in the copy {file}; remove it when you do not need it any more.", file=copy))
    if not done.wiped:
        print(say("Somebody was reading: stop the program once, so that the old state leaves the file as well."))
    return 0


def _last_day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise RbaError(say("--valid-until {text}: write a day as YYYY-MM-DD", text=text)) from error


def _confirmed(login: str) -> bool:
    print(say("This cannot be undone. Type the login {login} to erase this person:", login=login), file=sys.stderr)
    return sys.stdin.readline().strip() == login


def _open(options: argparse.Namespace, *, create: bool = False) -> Register:
    return open_register(options.register or DEFAULT_URL, create=create)


def _sign_in_status(member: Member) -> str:
    if not member.person.active:
        return str(say("kept out"))
    return str(say("may come in") if member.joined else say("has not set a password yet"))


def _as_json(member: Member) -> dict[str, object]:
    person = member.person
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "role": person.role,
        "area": list(person.area),
        "active": person.active,
        "joined": member.joined,
    }
