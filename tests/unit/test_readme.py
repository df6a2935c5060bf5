"""What the README and docs/files.md show works as it stands: features are read and answer questions, Python runs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from rba_audit.auditing import audit, notes_on_file, remarks_on_answers
from rba_audit.messages import using_language
from rba_audit.sites import sites_from_bytes
from rba_audit.standard import default_edition, load_published

ROOT = Path(__file__).parents[2]
BLOCKS = [
    block
    for name in ("README.md", "docs/files.md")
    for block in re.findall(r"```(\w+)\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
]
FEATURES = [json.loads(text) for language, text in BLOCKS if language == "json"]
PYTHON = [text for language, text in BLOCKS if language == "python"]
STANDARD = load_published(default_edition())


def test_its_features_are_a_site_and_a_part_of_it_without_a_fault():
    sites = sites_from_bytes(json.dumps({"type": "FeatureCollection", "features": FEATURES}).encode(), "files.md")

    assert (len(sites), len(sites.parts)) == (1, 1)
    assert not sites.problems


def test_every_answer_of_it_answers_a_question():
    sites = sites_from_bytes(json.dumps({"type": "FeatureCollection", "features": FEATURES}).encode(), "files.md")
    answered = {key: value for key, value in sites.properties(0).items() if re.match(r"[A-Z]{3}-\d", key)}

    with using_language("en"):
        findings = audit(sites, STANDARD)
        assert not remarks_on_answers(findings)
        assert not list(notes_on_file(sites, STANDARD))

    assert answered
    for key in answered:
        assert STANDARD.question(key)
        assert findings.explain(sites.ids[0], key.partition(".")[0]).evidence_source == "surveyor"


@pytest.mark.parametrize("code", PYTHON)
def test_its_python_runs(code, tmp_path, monkeypatch, capsys):
    shutil.copy(ROOT / "sample_sites.geojson", tmp_path)
    monkeypatch.chdir(tmp_path)

    exec(compile(code, "README.md", "exec"), {})

    assert capsys.readouterr().out
    assert (tmp_path / "map.html").is_file()
