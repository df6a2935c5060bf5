"""XML of KML and GPX as small trees, one for each element asked for; entities are refused and nothing outside the file is read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from rba_audit.file_formats.limits import MOST_DEPTH
from rba_audit.file_formats.problems import FormatError
from rba_audit.messages import say

_CHUNK: Final = 1 << 16


@dataclass(slots=True)
class Element:
    """An element without the prefix of its name.

    Attributes:
        tag: Its name.
        attributes: Its attributes by name, without prefix.
        children: The elements in it.
        text: Its text, without that of its children.
    """

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def child(self, tag: str) -> Element | None:
        """Return the first element in it of that name."""
        return next((child for child in self.children if child.tag == tag), None)

    def text_of(self, tag: str) -> str:
        """Return the text of the first element in it of that name, without spaces around it; empty if there is none."""
        child = self.child(tag)
        return "" if child is None else child.text.strip()

    def all(self, tag: str) -> list[Element]:
        """Return the elements of that name at any depth, in order."""
        found: list[Element] = []
        for child in self.children:
            if child.tag == tag:
                found.append(child)
            found.extend(child.all(tag))
        return found


def parse_xml(
    path: Path, containers: Collection[str], enter: Callable[[Element], None], leave: Callable[[Element], None]
) -> None:
    """Parse a file, and report its elements.

    Args:
        path: The file.
        containers: Elements that are reported when they begin and end, without what is in them; the elements directly in them are
            reported as trees when they end.
        enter: Is called with a container that begins.
        leave: Is called with a container that ends, and with each tree directly in one.

    Raises:
        FormatError: The XML is broken, declares entities, or is nested too deeply.
    """
    handler = _TreeHandler(containers, enter, leave)
    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, _CHUNK * 16
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.EntityDeclHandler = _refuse_entities
    parser.ExternalEntityRefHandler = _refuse_entities
    parser.SkippedEntityHandler = _refuse_entities
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        found = say("its XML is broken in line {line}", line=str(error.lineno))
        raise FormatError(found, say("export or send it again")) from None
    except (LookupError, ValueError):
        raise FormatError(say("its encoding is not known"), say("save it as UTF-8")) from None


def count_in(path: Path, text: bytes) -> int:
    """Return how often `text` occurs in a file: a bound on its rows that takes no time; 0 in UTF-16."""
    with path.open("rb") as file:
        return sum(chunk.count(text) for chunk in iter(lambda: file.read(_CHUNK * 64), b""))


class _TreeHandler:
    """Builds trees of what is directly in a container."""

    def __init__(
        self, containers: Collection[str], enter: Callable[[Element], None], leave: Callable[[Element], None]
    ) -> None:
        self._containers, self._enter, self._leave = containers, enter, leave
        self._open: list[Element] = []
        self._roots = 0  # open elements that are containers

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MOST_DEPTH:
            raise FormatError(say("its elements are nested too deeply"), say("export or send it again"))
        element = Element(_local(name), {_local(key): value for key, value in attributes.items()})
        if self._roots == len(self._open) and element.tag in self._containers:
            self._roots += 1
            self._enter(element)
        elif self._roots < len(self._open):
            self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _: str) -> None:
        element = self._open.pop()
        if len(self._open) <= self._roots:
            self._roots = min(self._roots, len(self._open))
            self._leave(element)

    def text(self, text: str) -> None:
        if self._roots < len(self._open):
            self._open[-1].text += text


def _refuse_entities(*_: object) -> int:
    raise FormatError(say("it declares entities, which could read other files"), say("export it again without them"))


def _local(name: str) -> str:
    return name.rpartition(":")[2]
