"""Run the tests against sampled mutants of the package and report those that no test notices.

    python tools/mutants.py [--modules standard/consistency conditions] [--count 10] [--seed 1] [--minutes 10]

mutmut makes the mutants, finds by a traced run which tests reach each function, and runs those in forked workers. This
wrapper adds a copy of the tree to work in, a sample by seed, a time limit, line numbers, and a list of reviewed equivalents
(tests/equivalent-mutants.toml). mutmut changes the bodies of functions; it changes no constant of a module and removes no
statement. cosmic-ray changes constants too, but restarts Python for every mutant: it tried 3 in 70 seconds, mutmut 30 in 94.

Exit status: 0 all noticed or known to be equivalent, 1 some survive, 2 a module could not be tried: its tests fail
without a mutant, or there was no time.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = "rba_audit"
EQUIVALENTS: Final = ROOT / "tests" / "equivalent-mutants.toml"

# Tests of a module, under tests/. A module that is not listed is tried by tests/unit/<package>, or by every unit test.
TESTS: Final[dict[str, tuple[str, ...]]] = {
    "conditions": ("unit/test_conditions.py",),
    "review_states": ("unit/test_review_states.py",),
    "standard/consistency": ("unit/standard/test_consistency.py",),
    "findings/conclusions": ("unit/findings/test_conclusions.py",),
    "findings/kernel": (
        "unit/test_conditions.py",
        "unit/evidence/test_ranges.py",
        "unit/standard/test_consistency.py",
    ),
    "evidence": ("unit/evidence/test_evidence.py",),
    "standard/kinds": (
        "unit/evidence/test_evidence.py",
        "unit/standard/test_consistency.py",
        "unit/forms/test_forms.py",
    ),
    "standard/numbers": ("unit/evidence/test_evidence.py",),
    "register/visits": ("unit/register/test_visit_store.py",),
    "register/visit_queries": ("unit/register/test_visit_store.py",),
    "web/http/access": ("web/test_access_rules.py", "web/test_access.py"),
    "measures": ("unit/measures",),
    "fieldwork/intake": ("unit/fieldwork/test_deliveries.py",),
}
# The wording of messages is not mutated; the catalogue has tests of its own.
WORDING: Final = (r"\bsay\(", r'^\s*"[^"]*",?$', r'^\s*"""')
NAME_OF_NONE: Final = "no.such.mutant"
STATUS: Final = {0: "alive", 5: "alive", 33: "alive", 1: "killed", 3: "killed", None: "not tried"}


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no test noticed: its location and its change."""

    module: str
    function: str
    file: str
    line: int
    before: str
    after: str
    diff: str

    def is_in(self, entries: Sequence[dict[str, str]]) -> bool:
        """Return whether a list contains this mutant, compared by the text of its lines and not by their number."""
        own = (self.module, self.function, self.before, self.after)
        return any(own == tuple(each.get(key) for key in ("module", "function", "before", "after")) for each in entries)


class BrokenBaseline(Exception):
    """The tests of a module fail before any change, or there are none."""


def main() -> int:
    """Try a sample of each module and return the exit status."""
    options = _arguments().parse_args()
    equivalents = tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8")).get("mutant", [])
    deadline = time.monotonic() + 60 * options.minutes
    totals: dict[str, Counter[str]] = {}
    broken = False
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = _copied(Path(folder))
        for left, module in zip(range(len(options.modules), 0, -1), options.modules, strict=True):
            count = totals[module] = Counter[str]()
            try:
                codes = _tried(tree, module, options, (deadline - time.monotonic()) / left)
            except BrokenBaseline as fault:
                broken = True
                print(f"{module}: {fault}")
                continue
            for name, code in codes.items():
                status = STATUS.get(code, "timed out")
                if status == "alive":
                    found = _survivor(tree, module, name)
                    status = "equivalent" if found.is_in(equivalents) else "alive"
                    if status == "alive":
                        print(f"\n{found.file}:{found.line} {found.function} survives ({name})\n{found.diff}")
                count[status] += 1
            broken |= not codes
            print(_row(module, count), flush=True)
    _summary(totals)
    return 2 if broken else int(any(count["alive"] for count in totals.values()))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--modules", nargs="+", default=list(TESTS), metavar="MODULE", help="such as standard/consistency"
    )
    parser.add_argument("--count", type=int, default=10, help="mutants to try of each module")
    parser.add_argument("--seed", type=int, default=1, help="the same seed samples the same mutants")
    parser.add_argument("--minutes", type=float, default=10.0, help="when to stop; what is left is told as not tried")
    parser.add_argument("--workers", type=int, default=2, help="processes at once")
    return parser


def _copied(folder: Path) -> Path:
    """Copy all tracked and untracked files, so that the work tree is never changed."""
    tree = folder / "tree"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tree / name)
    return tree


def _tried(tree: Path, module: str, options: argparse.Namespace, seconds: float) -> dict[str, int | None]:
    """Return the exit status of each mutant of the sample; None if there was no time for it."""
    _configure(tree, module)
    end = time.monotonic() + seconds
    # A name that matches nothing makes the mutants and traces the tests, and then stops.
    told = _mutmut(tree, seconds, "run", NAME_OF_NONE, "--max-children", str(options.workers))
    names = sorted(_codes(tree, module))
    if NAME_OF_NONE not in told.partition("Filter:")[2]:
        if end - time.monotonic() > 0:
            raise BrokenBaseline(f"the tests fail before anything is changed\n{told[-2000:]}")
        return {}
    sample = random.Random(f"{options.seed} {module}").sample(names, min(options.count, len(names)))
    _mutmut(tree, end - time.monotonic(), "run", *sample, "--max-children", str(options.workers))
    codes = _codes(tree, module)
    return {name: codes[name] for name in sample}


def _configure(tree: Path, module: str) -> None:
    shutil.rmtree(tree / "mutants", ignore_errors=True)
    beside = [path.name for path in tree.iterdir() if path.name not in (PACKAGE, "tests", "pyproject.toml")]
    selection, extra = _tests_of(tree, module)
    settings = {
        "source_paths": [PACKAGE],
        "only_mutate": [_files(module)],
        "also_copy": beside,
        "do_not_mutate_patterns": list(WORDING),
        "pytest_add_cli_args_test_selection": selection,
        "pytest_add_cli_args": ["-p", "no:xdist", "-p", "no:cacheprovider", *extra],
        "use_git_change_detection": False,
    }
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tree / "pyproject.toml").write_text(f"{project}\n[tool.mutmut]\n{lines}", encoding="utf-8")


def _files(module: str) -> str:
    return f"{PACKAGE}/{module}/*.py" if (ROOT / PACKAGE / module).is_dir() else f"{PACKAGE}/{module}.py"


def _tests_of(tree: Path, module: str) -> tuple[list[str], list[str]]:
    """Return the tests of a module, and more arguments that select them."""
    if module in TESTS:
        return [f"tests/{path}" for path in TESTS[module]], []
    package = Path("tests", "unit", module.partition("/")[0])
    return ([str(package)], []) if (tree / package).is_dir() else (["tests"], ["-m", "unit"])


def _mutmut(tree: Path, seconds: float, *arguments: str) -> str:
    """Run mutmut with a time limit in seconds and return its output; its workers are killed with it."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment.setdefault("RBA_PUBLIC_DATA", str(ROOT.parent / "shared"))
    with subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        try:
            told, _ = process.communicate(timeout=max(seconds, 1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            told, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return told.decode(errors="replace")


def _codes(tree: Path, module: str) -> dict[str, int | None]:
    """Return every mutant of a module with its exit status; None for those not tried."""
    codes: dict[str, int | None] = {}
    for path in (tree / "mutants").glob(f"{_files(module)}.meta"):
        codes.update(json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"])
    return codes


def _survivor(tree: Path, module: str, name: str) -> Survivor:
    shown = _mutmut(tree, 60, "show", name)
    file = next((line[4:].strip() for line in shown.splitlines() if line.startswith("--- ")), "")
    body = [line for line in shown.splitlines() if line.startswith(("+", "-")) and line[:3] not in ("---", "+++")]
    removed = [line[1:].strip() for line in body if line[0] == "-"]
    added = [line[1:].strip() for line in body if line[0] == "+"]
    # A name such as rba_audit.conditions.x__sum__mutmut_2, or xǁVisitsǁadd__mutmut_2 for a method.
    function = name.rpartition(".")[2].rpartition("__mutmut_")[0].removeprefix("x").removeprefix("_").strip("ǁ")
    function = function.replace("ǁ", ".")
    line = _line_of(tree / file, function, removed[0] if removed else "")
    return Survivor(module, function, file, line, " ".join(removed), " ".join(added), "\n".join(body))


def _line_of(path: Path, function: str, text: str) -> int:
    """Return the number of the line with this text in a function; its first line if none matches."""
    source = path.read_text(encoding="utf-8")
    for node in _functions(ast.parse(source).body):
        if node[0] == function:
            lines = source.splitlines()[node[1] - 1 : node[2]]
            return node[1] + next((index for index, line in enumerate(lines) if line.strip() == text), 0)
    return 1


def _functions(body: Sequence[ast.stmt], within: str = "") -> Iterator[tuple[str, int, int]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{within}{node.name}", node.lineno, node.end_lineno or node.lineno
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{within}{node.name}.")


def _row(module: str, count: Counter[str]) -> str:
    shown = ("killed", "equivalent", "alive", "timed out", "not tried")
    tried = count.total() - count["not tried"]
    return f"{module:24}{tried:4} tried: " + ", ".join(f"{count[key]} {key}" for key in shown)


def _summary(totals: dict[str, Counter[str]]) -> None:
    print()
    for module, count in totals.items():
        print(_row(module, count))
    print(_row("all", sum(totals.values(), Counter[str]())))


if __name__ == "__main__":
    sys.exit(main())
