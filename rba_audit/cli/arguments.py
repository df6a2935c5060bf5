"""What can be asked of the command line, and in which words."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rba_audit.cli import auditing, backups, coverage, parcels, people, photos, plans, registers, server, standards
from rba_audit.coverage import COUNTING
from rba_audit.logs import LOG_FORMATS
from rba_audit.messages import LANGUAGES, Message, say
from rba_audit.permissions import ROLES
from rba_audit.plans import NEXT, PRICES, UNKNOWNS
from rba_audit.standard import default_edition
from rba_audit.standard.policies import CoveragePolicy, Policies

if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers returns.
    _Group = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001


def parser(policies: Policies) -> argparse.ArgumentParser:
    """Return the parser of every command, in the language spoken now; `policies` name what can be chosen."""
    root = argparse.ArgumentParser(
        prog="rba-audit",
        description=str(say("Audits play spaces against the child-friendly play space standard (RBRA).")),
    )
    commands = root.add_subparsers(metavar=str(say("COMMAND")), required=True)
    _judging(commands)
    _coverage(commands, policies.coverage)
    _plans(commands, policies.coverage)
    _standards(_group(commands, "standard", say("list, check, show and compare editions of the standard")))
    _registers(
        _group(commands, "register", say("make a register, take sites in and out, back it up, restore and check it"))
    )
    _people(_group(commands, "people", say("let people in, give them a new link, keep them out")))
    _serving(commands)
    return root


def _judging(commands: _Group) -> None:
    one = _command(
        commands,
        "audit",
        auditing.run_audit,
        say("judge the sites of a GeoJSON file and write map, lists and findings"),
    )
    _sites(one)
    _edition(one)
    _context(one)
    one.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=str(say("folder for audited.geojson, findings.csv, non_standard.csv, non_standard.xlsx and map.html")),
    )
    _format(one)

    one = _command(
        commands, "explain", auditing.run_explain, say("say why a site got its outcome, requirement by requirement")
    )
    _sites(one)
    _edition(one)
    _context(one)
    one.add_argument("site", metavar="SITE_ID", help=str(say("the site's id")))
    one.add_argument(
        "requirement",
        nargs="?",
        metavar="REQUIREMENT",
        help=str(say("one requirement; all of them where none is named")),
    )
    _format(one)

    one = _command(
        commands, "reaudit", auditing.run_reaudit, say("hold the same answers against two editions and show what flips")
    )
    _sites(one)
    one.add_argument("--from", dest="before", required=True, metavar="ID", help=str(say("the earlier edition")))
    one.add_argument("--to", dest="after", required=True, metavar="ID", help=str(say("the later edition")))
    _policies(one)
    _extension(one)
    _context(one)
    _format(one)


def _coverage(commands: _Group, policy: CoveragePolicy) -> None:
    text = say("say who has a standard place within walking reach, and which areas have none")
    one = _command(commands, "coverage", coverage.run, text)
    _sites(one)
    _edition(one)
    _context(one)
    _reach(one, policy)
    text = say("which places count: standard ones, nearly standard ones as well, or any")
    one.add_argument("--count", choices=list(COUNTING), default="standard", help=str(text))
    text = say("folder for coverage.csv, coverage.geojson, coverage-cells.geojson and the map coverage.html")
    one.add_argument("--out", type=Path, metavar="DIR", help=str(text))
    _format(one)


def _plans(commands: _Group, policy: CoveragePolicy) -> None:
    text = say("say what to repair at a site for the least money, or which sites of a city to upgrade first")
    one = _command(commands, "plan", plans.run, text)
    _sites(one)
    text = say("plan for this site; for the whole city where none is named")
    one.add_argument("site", nargs="?", metavar="SITE_ID", help=str(text))
    _edition(one)
    _context(one)
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
    _reach(one, policy)
    one.add_argument("--out", type=Path, metavar="DIR", help=str(say("folder for plan.csv and plan.xlsx")))
    _format(one)


def _standards(commands: _Group) -> None:
    _format(_command(commands, "list", standards.show_list, say("list the editions at hand")))
    one = _command(
        commands, "check", standards.check, say("refuse a broken edition, naming file, requirement and remedy")
    )
    one.add_argument("folder", type=Path, metavar="DIR", help=str(say("folder of the edition")))
    _format(one)
    one = _command(commands, "show", standards.show, say("print the requirements of an edition"))
    one.add_argument("edition", metavar="ID", help=str(say("an edition, or its folder")))
    _format(one)
    one = _command(
        commands, "diff", standards.diff, say("say what one edition adds, drops and changes against another")
    )
    one.add_argument("before", metavar="A", help=str(say("the earlier edition")))
    one.add_argument("after", metavar="B", help=str(say("the later edition")))
    _format(one)


def _registers(commands: _Group) -> None:
    text = say("take the sites of a GeoJSON file into the register; every version is kept")
    one = _command(commands, "import", registers.import_sites_command, text)
    _sites(one)
    one.add_argument(
        "--replace", action="store_true", help=str(say("take other places under known ids, too (they are pushed out)"))
    )
    _policies(one)
    _register(one)
    one = _command(
        commands,
        "export",
        registers.export_sites_command,
        say("write the sites of the register as GeoJSON, as they came in"),
    )
    one.add_argument("file", type=Path, metavar="FILE.geojson", help=str(say("where to write them")))
    _register(one)
    text = say("list what left the register, to whom and when, also as CSV; never the content")
    one = _command(commands, "exports", registers.show_exports, text)
    text = say("from this day or moment on, such as 2026-11-30 or 2026-11-30T14:00 in the time of the city")
    one.add_argument("--since", metavar="DAY", help=str(text))
    one.add_argument("--until", metavar="DAY", help=str(say("before this moment; a day is meant to its end")))
    one.add_argument("--out", type=Path, metavar="FILE.csv", help=str(say("write them to a CSV file instead")))
    _register(one)
    one = _command(commands, "take-parcel", parcels.take, say("take a phone's saved queue into the register"))
    one.add_argument("file", type=Path, metavar="FILE.zip", help=str(say("the queue as the phone saved it")))
    _policies(one)
    _context(one)
    _register(one)
    _backups(commands)


def _backups(commands: _Group) -> None:
    text = say("make a new register where there is none, or an empty file")
    _register(_command(commands, "init", backups.make, text))
    text = say("back the register and its photos up, also while it is served; each run is a generation of its own")
    one = _command(commands, "backup", backups.write_backup, text)
    one.add_argument("folder", type=Path, metavar="DIR", help=str(say("folder of the backups, on another disk")))
    text = say("keep the newest N generations and remove older ones; all of them if it is not said")
    one.add_argument("--keep", type=int, metavar="N", help=str(text))
    _register(one)
    text = say("bring the register back from a backup, where there is none; stop the program first")
    one = _command(commands, "restore", backups.read_backup, text)
    one.add_argument("folder", type=Path, metavar="DIR", help=str(say("folder of the backups")))
    text = say("which generation; the newest if it is not said")
    one.add_argument("--generation", default="", metavar="NAME", help=str(text))
    one.add_argument("--replace", action="store_true", help=str(say("move aside what is there, and keep it")))
    text = say("a newer list of erased persons (erasures.jsonl), who are not to come back; may be repeated")
    one.add_argument("--erasures", action="append", default=[], type=Path, metavar="FILE", help=str(text))
    _register(one)
    text = say("check the register and its photos, or every generation of a backup; 1 where there is a fault")
    one = _command(commands, "check", backups.check, text)
    one.add_argument("--backup", type=Path, metavar="DIR", help=str(say("check the backups in this folder instead")))
    _register(one)

    text = say("bring photos back that the disk lost or altered, from any folder that holds copies")
    one = _command(commands, "restore-photos", photos.restore, text)
    one.add_argument(
        "folder", type=Path, metavar="DIR", help=str(say("where the copies are; their names do not matter"))
    )
    _register(one)


def _people(commands: _Group) -> None:
    one = _command(commands, "list", people.show_list, say("list everybody with an account"))
    _register(one)
    _format(one)
    text = say("make an account and print the path of a one-time link, by which its owner sets a password")
    one = _command(commands, "invite", people.invite, text)
    one.add_argument("name", metavar="NAME", help=str(say("what people call them")))
    one.add_argument("--login", required=True, help=str(say("e-mail address or short name to sign in with")))
    one.add_argument("--role", required=True, choices=ROLES, help=str(say("what they may do")))
    text = say("where a surveyor works: a code, site:ID or * (everywhere, if none is named); may be repeated")
    one.add_argument("--area", action="append", default=[], metavar="CODE", help=str(text))
    _register(one)
    text = say("void password and sessions, and print the path of a new one-time link")
    one = _command(commands, "reset", people.reset, text)
    _login(one)
    _register(one)
    one = _command(commands, "deactivate", people.deactivate, say("keep somebody out from now on"))
    _login(one)
    _register(one)

    text = say("write everything that names a person or was written by them, as JSON and CSV")
    one = _command(commands, "export", people.export, text)
    _login(one)
    text = say("folder for the files, or a ZIP file that holds them")
    one.add_argument("-o", "--out", type=Path, required=True, metavar="DIR_OR_FILE.zip", help=str(text))
    _register(one)
    text = say("take a person's name out of the register for good; their visits stay")
    one = _command(commands, "erase", people.erase, text)
    _login(one)
    one.add_argument("--reason", default="", help=str(say("why, without the name; it is kept")))
    one.add_argument("--yes", action="store_true", help=str(say("do not ask to type the login once more")))
    _register(one)


def _serving(commands: _Group) -> None:
    one = _command(commands, "serve", server.run, say("serve map, lists and the audit form on this computer"))
    _register(one)
    one.add_argument("--standard", metavar="ID", default=None, help=str(say("edition to judge by")))
    _policies(one)
    _context(one)
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


# --- what several commands take --------------------------------------------------------------------------------------


def _group(commands: _Group, name: str, text: Message) -> _Group:
    return commands.add_parser(name, help=str(text), description=str(text)).add_subparsers(
        metavar=str(say("COMMAND")), required=True
    )


def _command(
    commands: _Group, name: str, run: Callable[[argparse.Namespace], int], text: Message
) -> argparse.ArgumentParser:
    one = commands.add_parser(name, help=str(text), description=str(text))
    one.add_argument("--lang", choices=LANGUAGES, help=str(say("language of the answers: id or en (also RBA_LANG)")))
    one.set_defaults(run=run)
    return one


def _login(one: argparse.ArgumentParser) -> None:
    one.add_argument("login", metavar="LOGIN", help=str(say("what they sign in with")))


def _sites(one: argparse.ArgumentParser) -> None:
    one.add_argument("sites", type=Path, metavar="SITES.geojson", help=str(say("the sites with their answers")))
    one.add_argument("--strict", action="store_true", help=str(say("stop at the first feature that must be refused")))


def _edition(one: argparse.ArgumentParser) -> None:
    text = say("edition to judge by; {default} where none is named", default=default_edition())
    one.add_argument("--standard", metavar="ID", default=None, help=str(text))
    _policies(one)
    _extension(one)


def _policies(one: argparse.ArgumentParser) -> None:
    text = say(
        "folder with rules files of your own, each in the place of the shipped one of its name (also RBA_POLICIES)"
    )
    one.add_argument("--policies", metavar="DIR", default=os.environ.get("RBA_POLICIES"), help=str(text))


def _extension(one: argparse.ArgumentParser) -> None:
    one.add_argument("--extension", action="store_true", help=str(say("let extension requirements count as well")))


def _context(one: argparse.ArgumentParser) -> None:
    text = say("what lies around the sites, as GeoJSON: boundaries, roads, rails, rivers …; may be repeated")
    one.add_argument("--context", action="append", default=[], type=Path, metavar="FILE", help=str(text))


def _reach(one: argparse.ArgumentParser, policy: CoveragePolicy) -> None:
    text = say("who lives where: GeoJSON with numbers of children or people, or a raster (.tif)")
    one.add_argument("--population", type=Path, metavar="FILE", help=str(text))
    text = say("what the cells of a raster count; people if it is not said")
    one.add_argument("--population-of", choices=["people", "children"], default="people", help=str(text))
    names = [rule.name for rule in policy.choices]
    text = say("how far a place reaches; {default} if it is not said", default=policy.default)
    one.add_argument("--rule", choices=names, default=None, help=str(text))


def _register(one: argparse.ArgumentParser) -> None:
    text = say("where sites and visits are kept (also RBA_REGISTER)")
    one.add_argument("--register", metavar="URL", default=os.environ.get("RBA_REGISTER"), help=str(text))
    text = say("how the log on stderr is written: for people (text) or a JSON object a line (json)")
    one.add_argument("--log", choices=LOG_FORMATS, default="text", help=str(text))


def _format(one: argparse.ArgumentParser) -> None:
    text = say("print for people (text) or for programs (json)")
    one.add_argument("--format", choices=["text", "json"], default="text", help=str(text))
