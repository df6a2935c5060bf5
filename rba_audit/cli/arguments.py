"""What can be asked of the command line, and in which words."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from rba_audit.cli import judging, registers, serving, standards
from rba_audit.standard import default_edition
from rba_audit.words import LANGUAGES, Message, say


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command, in the language spoken now."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, help=str(say("language of the answers: id or en (also RBA_LANG)")))
    root = argparse.ArgumentParser(prog="rba-audit", description=str(say("Audits play spaces against the child-friendly play space standard (RBRA).")))
    commands = root.add_subparsers(metavar=str(say("COMMAND")), required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], text: Message, within: object = commands) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = within.add_parser(name, help=str(text), description=str(text), parents=[common])  # type: ignore[attr-defined]
        added.set_defaults(run=run)
        return added

    one = command("audit", judging.judge, say("judge the sites of a GeoJSON file and write map, lists and findings"))
    _sites_arguments(one)
    one.add_argument("--context", action="append", default=[], type=Path, metavar="FILE", help=str(say("boundaries and other context, as GeoJSON; may be repeated")))
    one.add_argument("--out", type=Path, metavar="DIR", help=str(say("folder for audited.geojson, findings.csv, non_standard.csv, non_standard.xlsx and map.html")))
    _format_argument(one)

    one = command("explain", judging.explain, say("say why a site got its outcome, requirement by requirement"))
    _sites_arguments(one)
    one.add_argument("site", metavar="SITE_ID", help=str(say("the site's id")))
    one.add_argument("requirement", nargs="?", metavar="REQUIREMENT", help=str(say("one requirement; all of them where none is named")))
    _format_argument(one)

    inner = commands.add_parser("standard", help=str(say("list, check, show and compare editions of the standard"))).add_subparsers(metavar=str(say("COMMAND")), required=True)
    one = command("list", standards.show_list, say("list the editions at hand"), inner)
    _format_argument(one)
    one = command("check", standards.check, say("refuse a broken edition, naming file, requirement and remedy"), inner)
    one.add_argument("folder", type=Path, metavar="DIR", help=str(say("folder of the edition")))
    _format_argument(one)
    one = command("show", standards.show, say("print the requirements of an edition"), inner)
    one.add_argument("edition", metavar="ID", help=str(say("an edition, or its folder")))
    _format_argument(one)
    one = command("diff", standards.diff, say("say what one edition adds, drops and changes against another"), inner)
    one.add_argument("before", metavar="A", help=str(say("the earlier edition")))
    one.add_argument("after", metavar="B", help=str(say("the later edition")))
    _format_argument(one)

    one = command("reaudit", judging.compare, say("hold the same answers against two editions and show what flips"))
    one.add_argument("--from", dest="before", required=True, metavar="ID", help=str(say("the earlier edition")))
    one.add_argument("--to", dest="after", required=True, metavar="ID", help=str(say("the later edition")))
    one.add_argument("--extension", action="store_true", help=str(say("let extension requirements count as well")))
    one.add_argument("sites", type=Path, metavar="SITES.geojson", help=str(say("the sites with their answers")))
    _format_argument(one)

    inner = commands.add_parser("register", help=str(say("take sites into the register and out of it"))).add_subparsers(metavar=str(say("COMMAND")), required=True)
    one = command("import", registers.take_in, say("take the sites of a GeoJSON file into the register; every version is kept"), inner)
    one.add_argument("sites", type=Path, metavar="SITES.geojson", help=str(say("the sites with their answers")))
    one.add_argument("--strict", action="store_true", help=str(say("stop at the first feature that must be refused")))
    _register_argument(one)
    one = command("export", registers.give_out, say("write the sites of the register as GeoJSON, as they came in"), inner)
    one.add_argument("file", type=Path, metavar="FILE.geojson", help=str(say("where to write them")))
    _register_argument(one)

    one = command("serve", serving.run, say("serve map, lists and the audit form on this computer"))
    _register_argument(one)
    one.add_argument("--standard", metavar="ID", default=None, help=str(say("edition to judge by")))
    one.add_argument("--context", action="append", default=[], type=Path, metavar="FILE", help=str(say("boundaries and other context, as GeoJSON; may be repeated")))
    one.add_argument("--demo", action="store_true", help=str(say("begin with the sample sites, in a register of their own")))
    one.add_argument("--host", default="127.0.0.1", help=str(say("address to listen on; only this computer's own are accepted")))
    one.add_argument("--port", type=int, default=8000, help=str(say("port to listen on; 0 takes a free one")))
    return root


def _sites_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sites", type=Path, metavar="SITES.geojson", help=str(say("the sites with their answers")))
    parser.add_argument("--standard", metavar="ID", default=None, help=str(say("edition to judge by; {default} where none is named", default=default_edition())))
    parser.add_argument("--extension", action="store_true", help=str(say("let extension requirements count as well")))
    parser.add_argument("--strict", action="store_true", help=str(say("stop at the first feature that must be refused")))


def _register_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--register", metavar="URL", default=os.environ.get("RBA_REGISTER"), help=str(say("where sites and visits are kept (also RBA_REGISTER)")))


def _format_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=["text", "json"], default="text", help=str(say("print for people (text) or for programs (json)")))
