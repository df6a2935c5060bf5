"""The documents lead where they say, and the index of decisions is complete."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")] if path.is_file()
)
DECISIONS = ROOT / "docs" / "adr"


def _links(text):
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL))


def _anchors(path):
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file_and_a_heading_of_the_repository(document):
    lost = []
    for link in _links(document.read_text(encoding="utf-8")):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        inside = target.exists() and ROOT in (target, *target.parents)
        if not inside or (anchor and anchor not in _anchors(target)):
            lost.append(link)

    assert lost == []


def test_the_index_of_decisions_lists_each_of_them_once_by_its_title():
    index = re.findall(r"^- \[(.+)\]\((.+)\)$", (DECISIONS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    decisions = sorted(DECISIONS.glob("0*.md"))
    titles = {path.name: path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for path in decisions}

    assert {name: title for title, name in index} == titles
    assert [name for name, times in Counter(name for _, name in index).items() if times > 1] == []


def test_no_number_of_a_decision_is_given_twice_or_left_out():
    names = sorted(path.name for path in DECISIONS.glob("0*.md"))

    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_every_path_of_the_architecture_exists():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    paths = re.findall(r"\b(?:rba_audit|static|templates|standards|tests|docs)/[\w./-]*\w", text)

    assert len(paths) > 50
    assert [path for path in paths if not (ROOT / path).exists()] == []
