"""Argument parser of the command line: commands, options and help texts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rba_audit.cli import (
    auditing,
    backups,
    coverage,
    imports,
    packs,
    papers,
    parcels,
    people,
    photos,
    plans,
    registers,
    server,
    standards,
)
from rba_audit.cli.options import (
    add_command,
    add_context,
    add_edition,
    add_extension,
    add_format,
    add_group,
    add_login,
    add_policies,
    add_reach,
    add_register,
    add_sites,
)
from rba_audit.coverage import COUNTING
from rba_audit.messages import say
from rba_audit.permissions import ROLES
from rba_audit.plans import NEXT, PRICES, UNKNOWNS
from rba_audit.standard.policies import CoveragePolicy, Policies

if TYPE_CHECKING:
    from rba_audit.cli.options import CommandGroup


def parser(policies: Policies) -> argparse.ArgumentParser:
    """Return the parser of all commands, in the current language; `policies` give the names of reach rules."""
    root = argparse.ArgumentParser(
        prog="rba-audit",
        description=str(say("Audits play spaces against the child-friendly play space standard (RBRA).")),
    )
    commands = root.add_subparsers(metavar=str(say("COMMAND")), required=True)
    _auditing(commands)
    _coverage(commands, policies.coverage)
    _plans(commands, policies.coverage)
    _papers(commands)
    packs.add_commands(add_group(commands, "pack", say("make the evidence pack of a round, and check one")))
    _standards(add_group(commands, "standard", say("list, check, show and compare editions of the standard")))
    _registers(
        add_group(commands, "register", say("make a register, take sites in and out, back it up, restore and check it"))
    )
    _people(add_group(commands, "people", say("let people in, give them a new link, keep them out")))
    _serving(commands)
    return root


def _auditing(commands: CommandGroup) -> None:
    one = add_command(
        commands,
        "audit",
        auditing.run_audit,
        say("judge the sites of a file and write map, lists and findings"),
    )
    add_sites(one)
    add_edition(one)
    add_context(one)
    one.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=str(say("folder for audited.geojson, findings.csv, non_standard.csv, non_standard.xlsx and map.html")),
    )
    add_format(one)

    one = add_command(
        commands, "explain", auditing.run_explain, say("say why a site got its outcome, requirement by requirement")
    )
    add_sites(one)
    add_edition(one)
    add_context(one)
    one.add_argument("site", metavar="SITE_ID", help=str(say("the site's id")))
    one.add_argument(
        "requirement",
        nargs="?",
        metavar="REQUIREMENT",
        help=str(say("one requirement; all of them where none is named")),
    )
    add_format(one)

    one = add_command(
        commands, "reaudit", auditing.run_reaudit, say("hold the same answers against two editions and show what flips")
    )
    add_sites(one)
    one.add_argument("--from", dest="before", required=True, metavar="ID", help=str(say("the earlier edition")))
    one.add_argument("--to", dest="after", required=True, metavar="ID", help=str(say("the later edition")))
    add_policies(one)
    add_extension(one)
    add_context(one)
    add_format(one)


def _coverage(commands: CommandGroup, policy: CoveragePolicy) -> None:
    text = say("say who has a standard place within walking reach, and which areas have none")
    one = add_command(commands, "coverage", coverage.run, text)
    add_sites(one)
    add_edition(one)
    add_context(one)
    add_reach(one, policy)
    text = say("which places count: standard ones, nearly standard ones as well, or any")
    one.add_argument("--count", choices=list(COUNTING), default="standard", help=str(text))
    text = say("folder for coverage.csv, coverage.geojson, coverage-cells.geojson and the map coverage.html")
    one.add_argument("--out", type=Path, metavar="DIR", help=str(text))
    add_format(one)


def _plans(commands: CommandGroup, policy: CoveragePolicy) -> None:
    text = say("say what to repair at a site for the least money, or which sites of a city to upgrade first")
    one = add_command(commands, "plan", plans.run, text)
    add_sites(one)
    text = say("plan for this site; for the whole city where none is named")
    one.add_argument("site", nargs="?", metavar="SITE_ID", help=str(text))
    add_edition(one)
    add_context(one)
    text = say("which rank a site is to reach: next, top or its name; next if it is not said")
    one.add_argument("--to", default=NEXT, metavar="RANK", help=str(text))
    text = say("a requirement not to be repaired, or a site not to be upgraded; may be repeated")
    one.add_argument("--refuse", action="append", default=[], metavar="ID", help=str(text))
    text = say("what there is to spend, in the currency of the edition; a plan for a city needs it")
    one.add_argument("--budget", metavar="MONEY", default=None, help=str(text))
    text = say("the end of each cost band that is compared; high if it is not said")
    one.add_argument("--price", choices=PRICES, default="high", help=str(text))
    text = say("whether what nobody knows yet is repaired (the worst case) or left as it is")
    one.add_argument("--unknown", choices=UNKNOWNS, default="repair", help=str(text))
    add_reach(one, policy)
    one.add_argument("--out", type=Path, metavar="DIR", help=str(say("folder for plan.csv and plan.xlsx")))
    add_format(one)


def _papers(commands: CommandGroup) -> None:
    text = say("write reports as PDF files: of each site, of the city, and one page for the mayor")
    one = add_command(commands, "papers", papers.run, text)
    add_sites(one, or_register=True)
    add_edition(one)
    add_context(one)
    one.add_argument("--out", type=Path, required=True, metavar="DIR", help=str(say("folder for the PDF files")))
    add_register(one)


def _standards(commands: CommandGroup) -> None:
    add_format(add_command(commands, "list", standards.show_list, say("list the editions at hand")))
    one = add_command(
        commands, "check", standards.check, say("refuse a broken edition, naming file, requirement and remedy")
    )
    one.add_argument("folder", type=Path, metavar="DIR", help=str(say("folder of the edition")))
    add_format(one)
    one = add_command(commands, "show", standards.show, say("print the requirements of an edition"))
    one.add_argument("edition", metavar="ID", help=str(say("an edition, or its folder")))
    add_format(one)
    one = add_command(
        commands, "diff", standards.diff, say("say what one edition adds, drops and changes against another")
    )
    one.add_argument("before", metavar="A", help=str(say("the earlier edition")))
    one.add_argument("after", metavar="B", help=str(say("the later edition")))
    add_format(one)


def _registers(commands: CommandGroup) -> None:
    imports.add_commands(commands)
    one = add_command(
        commands,
        "export",
        registers.export_sites_command,
        say("write the sites of the register as GeoJSON, as they came in"),
    )
    one.add_argument("file", type=Path, metavar="FILE.geojson", help=str(say("where to write them")))
    add_register(one)
    text = say("list what left the register, to whom and when, also as CSV; never the content")
    one = add_command(commands, "exports", registers.show_exports, text)
    text = say("from this day or moment on, such as 2026-11-30 or 2026-11-30T14:00 in the time of the city")
    one.add_argument("--since", metavar="DAY", help=str(text))
    one.add_argument("--until", metavar="DAY", help=str(say("before this moment; a day is meant to its end")))
    one.add_argument("--out", type=Path, metavar="FILE.csv", help=str(say("write them to a CSV file instead")))
    add_register(one)
    one = add_command(commands, "take-parcel", parcels.take, say("take a phone's saved queue into the register"))
    one.add_argument("file", type=Path, metavar="FILE.zip", help=str(say("the queue as the phone saved it")))
    add_policies(one)
    add_context(one)
    add_register(one)
    _backups(commands)


def _backups(commands: CommandGroup) -> None:
    text = say("make a new register where there is none, or an empty file")
    add_register(add_command(commands, "init", backups.make, text))
    text = say("back the register and its photos up, also while it is served; each run is a generation of its own")
    one = add_command(commands, "backup", backups.write_backup, text)
    one.add_argument("folder", type=Path, metavar="DIR", help=str(say("folder of the backups, on another disk")))
    text = say("keep the newest N generations and remove older ones; all of them if it is not said")
    one.add_argument("--keep", type=int, metavar="N", help=str(text))
    add_register(one)
    text = say("bring the register back from a backup, where there is none; stop the program first")
    one = add_command(commands, "restore", backups.read_backup, text)
    one.add_argument("folder", type=Path, metavar="DIR", help=str(say("folder of the backups")))
    text = say("which generation; the newest if it is not said")
    one.add_argument("--generation", default="", metavar="NAME", help=str(text))
    one.add_argument("--replace", action="store_true", help=str(say("move aside what is there, and keep it")))
    text = say("a newer list of erased persons (erasures.jsonl), who are not to come back; may be repeated")
    one.add_argument("--erasures", action="append", default=[], type=Path, metavar="FILE", help=str(text))
    add_register(one)
    text = say("check the register and its photos, or every generation of a backup; 1 where there is a fault")
    one = add_command(commands, "check", backups.check, text)
    one.add_argument("--backup", type=Path, metavar="DIR", help=str(say("check the backups in this folder instead")))
    add_register(one)

    text = say("bring photos back that the disk lost or altered, from any folder that holds copies")
    one = add_command(commands, "restore-photos", photos.restore, text)
    one.add_argument(
        "folder", type=Path, metavar="DIR", help=str(say("where the copies are; their names do not matter"))
    )
    add_register(one)


def _people(commands: CommandGroup) -> None:
    one = add_command(commands, "list", people.show_list, say("list everybody with an account"))
    add_register(one)
    add_format(one)
    text = say("make an account and print the path of a one-time link, by which its owner sets a password")
    one = add_command(commands, "invite", people.invite, text)
    one.add_argument("name", metavar="NAME", help=str(say("what people call them")))
    one.add_argument("--login", required=True, help=str(say("e-mail address or short name to sign in with")))
    one.add_argument("--role", required=True, choices=ROLES, help=str(say("what they may do")))
    text = say("where a surveyor works: a code, site:ID or * (everywhere, if none is named); may be repeated")
    one.add_argument("--area", action="append", default=[], metavar="CODE", help=str(text))
    text = say("last day of the account, for a role that needs one")
    one.add_argument("--valid-until", metavar="YYYY-MM-DD", help=str(text))
    add_register(one)
    text = say("void password and sessions, and print the path of a new one-time link")
    one = add_command(commands, "reset", people.reset, text)
    add_login(one)
    add_register(one)
    one = add_command(commands, "deactivate", people.deactivate, say("keep somebody out from now on"))
    add_login(one)
    add_register(one)

    text = say("write everything that names a person or was written by them, as JSON and CSV")
    one = add_command(commands, "export", people.export, text)
    add_login(one)
    text = say("folder for the files, or a ZIP file that holds them")
    one.add_argument("-o", "--out", type=Path, required=True, metavar="DIR_OR_FILE.zip", help=str(text))
    add_register(one)
    text = say("take a person's name out of the register for good; their visits stay")
    one = add_command(commands, "erase", people.erase, text)
    add_login(one)
    one.add_argument("--reason", default="", help=str(say("why, without the name; it is kept")))
    one.add_argument("--yes", action="store_true", help=str(say("do not ask to type the login once more")))
    add_register(one)


def _serving(commands: CommandGroup) -> None:
    one = add_command(commands, "serve", server.run, say("serve map, lists and the audit form on this computer"))
    add_register(one)
    one.add_argument("--standard", metavar="ID", default=None, help=str(say("edition to judge by")))
    add_policies(one)
    add_context(one)
    one.add_argument(
        "--demo", action="store_true", help=str(say("begin with the sample sites, in a register of their own"))
    )
    one.add_argument(
        "--host", default="127.0.0.1", help=str(say("address to listen on; only this computer's own are accepted"))
    )
    one.add_argument(
        "--port",
        type=int,
        default=None,
        help=str(say("port to listen on; 0 takes a free one, and so does 8000 when it is taken")),
    )
    one.add_argument(
        "--address",
        metavar="HTTPS",
        default="",
        help=str(say("where people reach it through a proxy that speaks https, such as https://rba.example.go.id")),
    )
