"""Every command of the README runs, in both languages; commands that stay (a server, the whole suite) are begun as far as they tell."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
import urllib.request
from pathlib import Path

import pytest

from helpers import commands
from helpers.processes import CONTEXT, PATIENCE_S, ended, started
from helpers.registers import filled_register
from rba_audit import __version__
from rba_audit.cli import main
from rba_audit.cli.arguments import parser
from rba_audit.standard.policies import shipped_policies

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.id.md")


def _text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _blocks(name, language):
    return re.findall(rf"^```{language}\n(.*?)^```", _text(name), re.DOTALL | re.MULTILINE)


def _commands(name):
    """The commands of a README in their order, without the remark behind them."""
    return [shlex.split(line, comments=True) for block in _blocks(name, "sh") for line in block.splitlines()]


COMMANDS = _commands("README.md")
STAYING = [command for command in COMMANDS if command[:2] == ["rba-audit", "serve"]]
PASSING = [command for command in COMMANDS if command[0] == "rba-audit" and command not in STAYING]
OTHERS = [command for command in COMMANDS if command[0] != "rba-audit"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """What a checkout offers to commands: the samples."""
    for sample in ROOT.glob("sample_*.geojson"):
        shutil.copy(sample, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RBA_LANG", "en")
    return tmp_path


def test_both_readmes_show_the_same_commands_and_the_same_python():
    assert _commands("README.id.md") == COMMANDS
    assert _blocks("README.id.md", "python") == _blocks("README.md", "python")


def test_both_readmes_have_the_same_parts_and_lead_to_the_same_documents():
    shapes, links = set(), set()
    for name in READMES:
        text = re.sub(r"^```.*?^```$", "", _text(name), flags=re.DOTALL | re.MULTILINE)
        shapes.add(tuple(re.findall(r"^#+(?= )", text, re.MULTILINE)))
        found = (
            link.replace(".id.md", ".md").partition("#")[0]
            for link in re.findall(r"\]\(([^)]+)\)", text)
            if link not in READMES
        )
        links.add(tuple(found))

    assert len(shapes) == 1
    assert len(links) == 1


def test_every_command_in_a_line_of_text_is_one_of_those_shown():
    shown = [" ".join(command) for command in COMMANDS]
    inline = [hit for name in READMES for hit in re.findall(r"`((?:rba-audit|make|pip) [^`]*)`", _text(name))]

    assert [each for each in inline if each not in shown] == []


def test_every_command_that_passes_is_run_one_after_the_other_and_succeeds(folder, capsys):
    assert PASSING
    for command in PASSING:
        assert main(command[1:]) == 0, (command, capsys.readouterr().err)
        assert capsys.readouterr().out, command

    assert (folder / "results" / "map.html").is_file()


@pytest.mark.parametrize("command", STAYING, ids=" ".join)
def test_a_server_is_started_and_answers(command, folder):
    (folder / "instance").mkdir()
    filled_register(folder / "instance").close()
    messages, there = CONTEXT.Pipe(duplex=False)
    server = started(commands.run, there, folder, [*command[1:], "--port", "0"])
    there.close()
    try:
        assert messages.poll(PATIENCE_S)
        with urllib.request.urlopen(f"{messages.recv()}/healthz", timeout=PATIENCE_S) as answer:
            assert answer.status == 200
    finally:
        server.kill()
        ended(server)
        messages.close()


@pytest.mark.parametrize("command", OTHERS, ids=" ".join)
def test_what_sets_up_and_builds_is_there(command):
    if command[0] == "make":
        dry = subprocess.run(["make", "--dry-run", *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        assert dry.returncode == 0, dry.stderr
        assert dry.stdout
    else:
        # `make build` does this in a folder of its own (tools/try_wheel.py): here only that it is what that tries.
        assert command == ["pip", "install", "."]
        assert "try_wheel.py" in subprocess.check_output(["make", "--dry-run", "build"], cwd=ROOT, text=True)


def test_every_command_of_the_long_list_is_understood():
    text = _text("docs/commands.md")
    inline = re.findall(r"`(rba-audit [^`]+)`", text) + re.findall(r"^(rba-audit .*)$", text, re.MULTILINE)
    arguments = [shlex.split(each.replace("--context …", "").replace("…", ""), comments=True)[1:] for each in inline]

    assert len(arguments) > 15
    for given in arguments:
        assert parser(shipped_policies()).parse_args(given), given


def test_the_version_is_stated_once():
    """The package states it; the build reads it there, and what names it elsewhere agrees."""
    stated = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wheels = re.findall(
        r"rba_audit-(\d+\.\d+\.\d+)", "".join(_text(f"docs/{path.name}") for path in ROOT.glob("docs/*.md"))
    )

    assert tomllib.loads(stated)["project"]["dynamic"] == ["version"]
    assert tomllib.loads(stated)["tool"]["hatch"]["version"]["path"] == "rba_audit/__init__.py"
    assert set(wheels) == {__version__}
    assert re.search(rf"^## {re.escape(__version__)} — \d{{4}}-\d\d-\d\d$", _text("CHANGELOG.md"), re.MULTILINE)
