"""Scripts share names and numbers with Python through one generated file: it is fresh, and nothing in it is unused."""

import re
from pathlib import Path

import pytest

from rba_audit.standard.kinds import KINDS
from tools import shared_terms

ROOT = Path(__file__).parents[3]
SCRIPTS = {
    path: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "static").glob("**/*.js"))
    if "vendor" not in path.parts and path != shared_terms.PATH
}


def test_the_script_is_what_python_says_now():
    assert shared_terms.PATH.read_text(encoding="utf-8") == shared_terms.script(), "run `make terms`"
    assert shared_terms.main(["check"]) == 0


def test_a_stale_script_is_refused_and_written_anew(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(shared_terms, "ROOT", tmp_path)
    monkeypatch.setattr(shared_terms, "PATH", tmp_path / "terms.js")
    assert shared_terms.main(["check"]) == 1
    assert capsys.readouterr().err == "terms.js is not what Python says now; run `make terms`.\n"
    assert shared_terms.main([]) == 0
    assert shared_terms.main(["check"]) == 0
    shared_terms.PATH.write_text(shared_terms.script().replace("tidak_berlaku", "tidak_perlu"), encoding="utf-8")
    assert shared_terms.main(["check"]) == 1


def test_a_state_that_python_does_not_know_is_not_written(monkeypatch):
    monkeypatch.setattr(shared_terms, "PROPOSAL_STATES", {"proposed": "proposed"})
    with pytest.raises(ValueError, match="merged"):
        shared_terms.script()


def test_every_constant_can_be_packed_and_is_imported_somewhere():
    lines = [line for line in shared_terms.script().splitlines() if line and not line.startswith("//")]
    names = [re.fullmatch(r"export const ([A-Z][A-Z_]+) = .*;", line)[1] for line in lines]
    imported = re.compile(r"import \{ ([^}]+) \} from \"[./]+/generated/terms\.js\"")
    used = [name for text in SCRIPTS.values() for found in imported.findall(text) for name in found.split(", ")]
    assert sorted(set(used)) == sorted(names)
    members = {name: value for _, group in shared_terms.terms() for name, value in group.items()}
    for text in SCRIPTS.values():
        for name, member in re.findall(r"\b(CODES|OUTCOME)\.(\w+)", text):
            assert member in members[name]


def test_no_script_has_a_copy_of_what_is_shared():
    copy = re.compile(r"\b(?:WORST_FIRST|EASTERN_HOURS|SYNONYMS|SAME|STATES|KINDS) = |belum_dilihat|has_issues")
    assert {path.name: hits for path, text in SCRIPTS.items() if (hits := copy.findall(text))} == {}


def test_nothing_but_the_classes_of_the_kinds_tests_for_one():
    """Elsewhere a question's kind is asked what it does: `kind_of` in Python, static/kinds.js in the browser."""
    names = "|".join(f"[\"']{name}[\"']" for name in KINDS)
    compared = re.compile(
        rf"\b(?:question|each|it|asked|fact|old|new)\.kind\s*(?:===?|!==?|in|not in)\s*[(\[{{]?\s*(?:{names})"
        rf"|(?:{names})\]\.includes\([\w.]*kind\)|\bkind = (?:{names})"
    )
    sources = [path for part in ("rba_audit/**/*.py", "templates/**/*.html") for path in sorted(ROOT.glob(part))]
    found = [
        (path.name, hit[0])
        for path in [*sources, *SCRIPTS]
        if "kinds" not in path.parts
        for hit in [compared.search(path.read_text(encoding="utf-8"))]
        if hit
    ]
    assert found == []
