"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rba_audit.errors import SiteError
from rba_audit.imports import ColumnChoices
from rba_audit.logs import LOG_FORMATS
from rba_audit.messages import LANGUAGES, Message, say
from rba_audit.standard import default_edition
from rba_audit.standard.policies import CoveragePolicy

if TYPE_CHECKING:
    # argparse has no public name for the type that add_subparsers returns.
    CommandGroup = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001


def add_group(commands: CommandGroup, name: str, text: Message) -> CommandGroup:
    """Add a command with subcommands; return the group to which they are added."""
    return commands.add_parser(name, help=str(text), description=str(text)).add_subparsers(
        metavar=str(say("COMMAND")), required=True
    )


def add_command(
    commands: CommandGroup, name: str, run: Callable[[argparse.Namespace], int], text: Message
) -> argparse.ArgumentParser:
    """Add a command that calls `run`, and return its parser."""
    one = commands.add_parser(name, help=str(text), description=str(text))
    one.add_argument("--lang", choices=LANGUAGES, help=str(say("language of the answers: id or en (also RBA_LANG)")))
    one.set_defaults(run=run)
    return one


def add_login(one: argparse.ArgumentParser) -> None:
    """Add the login of a person."""
    one.add_argument("login", metavar="LOGIN", help=str(say("what they sign in with")))


def add_sites(one: argparse.ArgumentParser, *, or_register: bool = False) -> None:
    """Add the file of sites, which may be left out for a command that can read the register instead."""
    text = say("the sites with their answers: GeoJSON, CSV, XLSX, KML, GPX, Shapefile (ZIP), GeoPackage …")
    if or_register:
        text = say("the sites with their answers; the register where no file is named")
    one.add_argument("sites", nargs="?" if or_register else None, type=Path, metavar="SITES", help=str(text))
    one.add_argument("--strict", action="store_true", help=str(say("stop at the first feature that must be refused")))
    add_columns(one)


def add_columns(one: argparse.ArgumentParser) -> None:
    """Add what the columns of a file mean, if the guesses are not right."""
    text = say("the column that identifies each site")
    one.add_argument("--id", metavar="COLUMN", default=None, help=str(text))
    one.add_argument("--name", metavar="COLUMN", default=None, help=str(say("the column with the names of the sites")))
    text = say(
        "what a column is: a question, a fact, or one of id, name, kind, kelurahan, longitude, latitude …; may be repeated"
    )
    one.add_argument("--map", action="append", default=[], metavar="COLUMN=QUESTION", help=str(text))
    text = say("the sheet or layer of the file that holds the sites")
    one.add_argument("--table", metavar="NAME", default=None, help=str(text))
    text = say("the reference system of the positions, such as EPSG:32748, if the file does not say it")
    one.add_argument("--crs", metavar="CODE", default="", help=str(text))


def column_choices(options: argparse.Namespace) -> ColumnChoices:
    """Return what the options say about the columns of a file.

    Raises:
        SiteError: An option is not written as COLUMN=QUESTION.
    """
    targets: dict[str, str] = {}
    for given in getattr(options, "map", []):
        column, equals, target = given.rpartition("=")
        if not equals or not column:
            raise SiteError(say("--map {given}: write COLUMN=QUESTION, such as --map NAMOBJ=name", given=given))
        targets[column] = target.strip()
    for target in ("id", "name"):
        column = getattr(options, target, None)
        if column is not None:
            targets[column] = target
    return ColumnChoices(targets, getattr(options, "table", None), getattr(options, "crs", ""))


def layer_files(options: argparse.Namespace) -> list[tuple[str, Path]]:
    """Return the layers that the options name, each with its file.

    Raises:
        SiteError: An option is not written as NAME=FILE.
    """
    files = []
    for given in getattr(options, "layer", []):
        name, equals, file = given.partition("=")
        if not equals or not name or not file:
            raise SiteError(say("--layer {given}: write NAME=FILE, such as --layer railway=rel.zip", given=given))
        files.append((name, Path(file)))
    return files


def add_edition(one: argparse.ArgumentParser) -> None:
    """Add the edition to evaluate by, the folder of policies and the extension switch."""
    text = say("edition to judge by; {default} where none is named", default=default_edition())
    one.add_argument("--standard", metavar="ID", default=None, help=str(text))
    add_policies(one)
    add_extension(one)


def add_policies(one: argparse.ArgumentParser) -> None:
    """Add the folder with a city's own policy files."""
    text = say(
        "folder with rules files of your own, each in the place of the shipped one of its name (also RBA_POLICIES)"
    )
    one.add_argument("--policies", metavar="DIR", default=os.environ.get("RBA_POLICIES") or None, help=str(text))


def add_extension(one: argparse.ArgumentParser) -> None:
    """Add the switch that lets extension requirements count."""
    one.add_argument("--extension", action="store_true", help=str(say("let extension requirements count as well")))


def add_context(one: argparse.ArgumentParser) -> None:
    """Add the context files, repeatable."""
    text = say("what lies around the sites, in any format: boundaries, roads, rails, rivers …; may be repeated")
    one.add_argument("--context", action="append", default=[], type=Path, metavar="FILE", help=str(text))
    text = say("a file that is one layer, whatever its tags, such as railway=rel.zip; may be repeated")
    one.add_argument("--layer", action="append", default=[], metavar="NAME=FILE", help=str(text))


def add_reach(one: argparse.ArgumentParser, policy: CoveragePolicy) -> None:
    """Add the population, what a raster counts, and the reach rule."""
    text = say("who lives where: GeoJSON with numbers of children or people, or a raster (.tif)")
    one.add_argument("--population", type=Path, metavar="FILE", help=str(text))
    text = say("what the cells of a raster count; people if it is not said")
    one.add_argument("--population-of", choices=["people", "children"], default="people", help=str(text))
    names = [rule.name for rule in policy.choices]
    text = say("how far a place reaches; {default} if it is not said", default=policy.default)
    one.add_argument("--rule", choices=names, default=None, help=str(text))


def add_register(one: argparse.ArgumentParser) -> None:
    """Add the URL of the register and the log format."""
    text = say("where sites and visits are kept (also RBA_REGISTER)")
    one.add_argument("--register", metavar="URL", default=os.environ.get("RBA_REGISTER"), help=str(text))
    text = say("how the log on stderr is written: for people (text) or a JSON object a line (json)")
    one.add_argument("--log", choices=LOG_FORMATS, default="text", help=str(text))


def add_format(one: argparse.ArgumentParser) -> None:
    """Add the output format: text or JSON."""
    text = say("print for people (text) or for programs (json)")
    one.add_argument("--format", choices=["text", "json"], default="text", help=str(text))
