"""What `make mutants` goes by: its modules have tests of their own, and each equivalent still stands in the code."""

import tomllib
from pathlib import Path

import pytest

from tools.mutants import EQUIVALENTS, PACKAGE, ROOT, TESTS

ENTRIES = tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8"))["mutant"]


@pytest.mark.parametrize("module", TESTS)
def test_each_module_that_is_sampled_exists_and_so_does_each_of_its_test_files(module):
    path = ROOT / PACKAGE / module
    assert path.is_dir() or path.with_suffix(".py").is_file()
    for pattern in TESTS[module]:
        assert list(Path(ROOT, "tests").rglob(pattern)), pattern


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["function"])
def test_each_equivalent_gives_its_reason_and_still_stands_in_the_code(entry):
    source = (ROOT / PACKAGE / f"{entry['module']}.py").read_text(encoding="utf-8")
    assert entry["before"] in " ".join(line.strip() for line in source.splitlines())
    assert entry["before"] != entry["after"]
    assert entry["why"].endswith(".")
