"""The vendored files are the locked ones, and the check notices when they are not."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tools import vendor

ROOT = Path(__file__).parents[3]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "static" / "vendor", tmp_path / "vendor"))


def test_every_vendored_file_is_the_locked_one() -> None:
    assert vendor.check() == []


def test_the_command_says_nothing_and_succeeds_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert vendor.main(["check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_an_unknown_command_earns_the_manual(capsys: pytest.CaptureFixture[str]) -> None:
    assert vendor.main(["polish"]) == 2
    assert "fetch" in capsys.readouterr().err


def test_one_changed_byte_is_noticed(copy: Path) -> None:
    script = copy / "leaflet" / "leaflet.js"
    script.write_bytes(script.read_bytes() + b" ")

    assert vendor.check(copy) == [
        "leaflet/leaflet.js: changed since it was locked; run `python tools/vendor.py fetch`."
    ]


def test_a_missing_file_is_noticed_and_so_is_the_style_that_points_at_it(copy: Path) -> None:
    (copy / "leaflet" / "images" / "layers.png").unlink()

    problems = vendor.check(copy)

    assert "leaflet/images/layers.png: missing; run `python tools/vendor.py fetch`." in problems
    assert "leaflet/leaflet.css: points at images/layers.png, which is not there; lock that file too." in problems


def test_a_file_nobody_locked_is_noticed(copy: Path) -> None:
    (copy / "leaflet" / "extra.js").write_text("1")

    assert vendor.check(copy) == ["leaflet/extra.js: not in vendor.lock.json; lock it or remove it."]


@pytest.mark.parametrize(
    "rule",
    [
        'a { background: url("https://elsewhere.example/a.png") }',
        "a { background: url(//elsewhere.example/a.png) }",
        '@import "https://elsewhere.example/a.css";',
    ],
)
def test_a_style_that_reaches_outside_is_refused(tmp_path: Path, rule: str) -> None:
    problems = vendor.check(_folder_with(tmp_path, rule))

    assert len(problems) == 1
    assert "from elsewhere; vendor that file or drop the rule." in problems[0]


@pytest.mark.parametrize("rule", ["a { behavior: url(#default#VML) }", "a { background: url(data:,x) }"])
def test_a_style_may_point_into_itself(tmp_path: Path, rule: str) -> None:
    assert vendor.check(_folder_with(tmp_path, rule)) == []


def test_a_package_without_its_licence_text_is_refused(copy: Path) -> None:
    lock = json.loads((copy / "vendor.lock.json").read_text())
    lock["packages"][0]["licence_file"] = "leaflet/NOWHERE"
    (copy / "vendor.lock.json").write_text(json.dumps(lock))

    assert vendor.check(copy) == ["vendor.lock.json: leaflet 1.9.4 keeps no licence text; list its licence file."]


def _folder_with(tmp_path: Path, rule: str) -> Path:
    files = {"a.css": rule, "LICENSE": "as you like"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    package = {
        "name": "a",
        "version": "1.0.0",
        "licence": "MIT",
        "licence_file": "LICENSE",
        "integrity": "sha512-" + "A" * 86 + "==",
        "files": [
            {"path": name, "from": name, "sha256": hashlib.sha256(text.encode()).hexdigest()}
            for name, text in files.items()
        ],
    }
    (tmp_path / "vendor.lock.json").write_text(json.dumps({"packages": [package]}))
    return tmp_path
