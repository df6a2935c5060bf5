"""The tutorial as its documents tell it: its steps, their pictures, and the words of the program that they name."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools import messages

DOCS = Path(__file__).parents[2] / "docs"
_LABEL = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_SEEN = {"id": "- *Terlihat:*", "en": "- *You see:*"}


@dataclass(frozen=True)
class Written:
    """A step as a document tells it: the address of its picture, all labels, and those that can be seen in the picture's page."""

    picture: str
    labels: tuple[str, ...]
    seen: tuple[str, ...]


def document(language):
    """Return the path of the tutorial in a language."""
    return DOCS / ("tutorial.md" if language == "en" else f"tutorial.{language}.md")


def written(language):
    """Return the steps of the tutorial in a language, in order."""
    parts = re.split(r"^## \d+\. ", document(language).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_written(part, _SEEN[language]) for part in parts]


def _written(part, seen):
    [picture] = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", part)
    lines = re.findall(r"^- .*(?:\n(?!- |\n).*)*", part, re.MULTILINE)
    [line] = [each for each in lines if each.startswith(seen)]
    return Written(picture, _labels(part), _labels(line))


def _labels(text):
    return tuple(" ".join(label.split()) for label in _LABEL.findall(text))


@cache
def _catalogue():
    """Every English message, singular and plural, with its Indonesian text."""
    return {
        text: messages.texts(message)[0]
        for message in messages.kept()
        if message.id
        for text in ((message.id,) if isinstance(message.id, str) else message.id)
    }


def words_in(language):
    """Return a function that gives the text of an English message in a language."""
    return (lambda text: text) if language == "en" else _catalogue().__getitem__


def texts_of(language):
    """Return all that the program can say in a language."""
    catalogue = _catalogue()
    return set(catalogue) if language == "en" else set(catalogue.values())
