"""Parse a GeoJSON file into its members and its features.

A broken feature is refused without affecting the others; text between features is refused with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from rba_audit.messages import say
from rba_audit.sites.format_detection import GEOMETRY_TYPES, refuse_by_beginning, sequence
from rba_audit.sites.json_values import (
    LONGEST_LITERAL,
    TOO_LONG,
    InvalidJson,
    JsonReader,
    duplicate_key,
    skip_spaces,
    truncated_file,
)
from rba_audit.sites.problems import InvalidFeature, ProblemLog, quote, unusable_file
from rba_audit.sites.resync import Recovery
from rba_audit.sites.text import LineNumbers

_MOST_FAULTS: Final = 10_000  # in one file; with more the whole file is refused
_MEMBER: Final = re.compile(r'"(?:[^"\\\r\n]|\\.)*"[ \t\r\n]*:')


@dataclass(frozen=True, slots=True)
class DocumentElement:
    """One element of `features`, with the reason (`fault`) if it cannot be used."""

    index: int
    line: int
    value: Any
    fault: InvalidFeature | None


@dataclass(slots=True)
class GeoJsonDocument:
    """Content of a GeoJSON file.

    Attributes:
        members: All members of the object except `features`.
        elements: The elements of `features` in file order, or None without that member.
        complete: Whether the object was read to its closing brace.
        faults: Its members with content that the decoder accepts although GeoJSON forbids it (duplicate key, NaN),
            with the reason.
        line: 1-based line on which it begins.
    """

    line: int
    members: dict[str, Any] = field(default_factory=dict)
    elements: list[DocumentElement] | None = None
    complete: bool = False
    faults: list[tuple[str, InvalidFeature]] = field(default_factory=list)


def read_document(text: str, source: str, notes: ProblemLog) -> GeoJsonDocument:
    """Return the parsed text of a file; problems outside the features are added to `notes`.

    Raises:
        SiteError: It does not begin with an object, is broken before its features begin, or is broken in too many places.
    """
    start = skip_spaces(text, 0)
    if not text.startswith("{", start):
        raise refuse_by_beginning(text, start, source)
    parser = _DocumentParser(text, source, notes)
    document = GeoJsonDocument(line=parser.lines.at(start))
    end = parser.read_members(document, start + 1)
    parser.read_rest(document, end)
    return document


class _DocumentParser:
    def __init__(self, text: str, source: str, notes: ProblemLog) -> None:
        self.text, self.source, self.notes = text, source, notes
        self.reader, self.lines = JsonReader(text), LineNumbers(text)
        self.recovery = Recovery(self.reader)
        self._errors = 0

    def read_members(self, document: GeoJsonDocument, at: int) -> int:
        """Add the members that begin at offset `at` to `document`; return the offset after them.

        Raises:
            SiteError: The text is broken before the features begin, or a value is too long.
        """
        text = self.text
        try:
            at = skip_spaces(text, at)
            if text.startswith("}", at):
                document.complete = True
                return at + 1
            while True:
                at = self._read_member(document, at)
                if text.startswith("}", at):
                    document.complete = True
                    return at + 1
                at = skip_spaces(text, self._past(",", at))
        except InvalidJson as broken:
            line = self.lines.at(broken.at)
            if broken.why.rule == TOO_LONG:
                raise unusable_file(self.source, broken.why.found, broken.why.remedy, line) from None
            if document.elements is None:
                raise unusable_file(self.source, broken.why.found, broken.why.remedy, line) from None
            if not document.elements or document.elements[-1].fault is not broken.why:
                self._refuse(line, broken.why)
            return len(text)

    def _read_member(self, document: GeoJsonDocument, at: int) -> int:
        if not self.text.startswith('"', at):
            raise self._expected('"', at)
        key, at, _ = self.reader.value_at(at)
        at = skip_spaces(self.text, self._past(":", skip_spaces(self.text, at)))
        if key in document.members or (key == "features" and document.elements is not None):
            document.faults.append((key, duplicate_key(key)))
        if key == "features" and document.elements is None and self.text.startswith("[", at):
            document.elements = []
            at = self._read_elements(document.elements, at + 1)
        else:
            value, at, fault = self.reader.value_at(at)
            document.members.setdefault(key, value)
            if fault is not None:
                document.faults.append((key, fault))
        return skip_spaces(self.text, at)

    def _past(self, mark: str, at: int) -> int:
        if not self.text.startswith(mark, at):
            raise self._expected(mark, at)
        return at + 1

    def _expected(self, mark: str, at: int) -> InvalidJson:
        if at >= len(self.text):
            return InvalidJson(at, truncated_file())
        found = say("“{text}” stands where “{mark}” should", text=self._near(at), mark=mark)
        return InvalidJson(at, InvalidFeature("not-json", found, say("correct it there, or export the sites again")))

    def _read_elements(self, elements: list[DocumentElement], at: int) -> int:
        """Append to `elements` the elements of the array whose content begins at offset `at`; return the offset after it."""
        text, after_comma, after_broken = self.text, False, False
        while (at := skip_spaces(text, at)) < len(text):
            if text[at] == "]" and self.recovery.ends_array(at):
                if after_comma:
                    found = say("a comma stands after the last feature")
                    self._warn(at, "comma", found, say("remove it"))
                return at + 1
            if text[at] in ",:}]":
                at = self._pass_over(at)
                after_comma = False
                continue
            if after_broken and text[at] == "{" and not self.recovery.is_feature(at, otherwise=True):
                at, after_broken = self.recovery.next_element(at), False
                continue
            if elements and _MEMBER.match(text, at):
                headless = text.startswith(self.recovery.first_key, at)
                at = self._pass_over(at) if headless else self._unclosed(elements, at)
                continue
            at = skip_spaces(text, self._read_element(elements, at))
            after_broken = bool(elements) and elements[-1].value is None
            after_comma = text.startswith(",", at)
            if after_comma:
                at += 1
            elif text.startswith("{", at):
                if elements and elements[-1].fault is None:
                    self._warn(at, "comma", say("a comma is missing before this feature"), say("write it"))
            elif at < len(text) and text[at] != "]":
                at = self._pass_over(at)
        last = elements[-1].fault if elements else None
        raise InvalidJson(at, last if last is not None and last.rule == "cut-off" else truncated_file())

    def _read_element(self, elements: list[DocumentElement], at: int) -> int:
        line = self.lines.at(at)
        if not elements:
            self.recovery.learn(at)
        try:
            value, end, fault = self.reader.value_at(at)
        except InvalidJson as broken:
            self._refuse_hopeless(broken)
            if self.text[at] != "{":
                return self._pass_over(at)
            value, end, fault = None, self.recovery.after_broken(at, broken.at), broken.why
            if end == len(self.text) and end - broken.at < LONGEST_LITERAL:
                fault = truncated_file()
            if fault.rule == "not-json" and broken.at < end:
                line = self.lines.at(broken.at)
        elements.append(DocumentElement(len(elements), line, value, fault))
        return end

    def _refuse_hopeless(self, broken: InvalidJson) -> None:
        """Refuse the whole file if one feature is too long to be read, or too many are broken.

        Raises:
            SiteError: A feature is longer than `LONGEST_VALUE`, or the file has more than 10,000 errors.
        """
        if broken.why.rule == TOO_LONG:
            raise unusable_file(self.source, broken.why.found, broken.why.remedy, self.lines.at(broken.at))
        self._count_error(broken.at)

    def _count_error(self, at: int) -> None:
        self._errors += 1
        if self._errors > _MOST_FAULTS:
            found = say("it is broken in more than {count} places", count=_MOST_FAULTS)
            raise unusable_file(self.source, found, say("export the file again"), self.lines.at(at))

    def _unclosed(self, elements: list[DocumentElement], at: int) -> int:
        """Refuse the last element, which was closed before its member at offset `at`; return the offset of the next element."""
        self._count_error(at)
        last = elements.pop()
        found = say("the feature ends before its member {text}", text=self._near(at))
        why = InvalidFeature("not-json", found, say("remove the brace that is too many"))
        elements.append(DocumentElement(last.index, self.lines.at(at), last.value, last.fault or why))
        return self.recovery.next_element(at)

    def _pass_over(self, at: int) -> int:
        """Refuse the text at offset `at`, which is in no feature; return the offset of the next element."""
        self._count_error(at)
        found = say("“{text}” stands between the features and belongs to none", text=self._near(at))
        remedy = say("remove it, or complete the feature it is from")
        self._refuse(self.lines.at(at), InvalidFeature("stray-text", found, remedy))
        return self.recovery.next_element(at + 1)

    def read_rest(self, document: GeoJsonDocument, at: int) -> None:
        """Refuse text after the object.

        Raises:
            SiteError: The file is a sequence of GeoJSON texts.
        """
        at = skip_spaces(self.text, at)
        if at >= len(self.text):
            return
        single = document.members.get("type") in ("Feature", *GEOMETRY_TYPES)
        if single and document.elements is None and self.text[at] in "{\x1e":
            raise sequence(self.source)
        found = say("“{text}” stands after the end of the GeoJSON", text=self._near(at))
        self._refuse(self.lines.at(at), InvalidFeature("trailing-text", found, say("remove it, it is not read")))

    def _near(self, at: int) -> str:
        return quote(self.text[at : at + 20].split("\n", 1)[0])

    def _warn(self, at: int, *problem: Any) -> None:
        self.notes.move_to(self.lines.at(at), "features")
        self.notes.warn(*problem)
        self.notes.move_to(None, "")

    def _refuse(self, line: int, why: InvalidFeature) -> None:
        self.notes.move_to(line, "")
        self.notes.reject(why)
        self.notes.move_to(None, "")
