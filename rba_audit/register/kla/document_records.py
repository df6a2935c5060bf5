"""Documents of the KLA folder as frozen records: versions, their files, and decisions about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

DocumentState = Literal["waiting", "accepted", "refused", "withdrawn"]
DocumentDecisionState = Literal["accepted", "refused", "withdrawn"]
DOCUMENT_DECISIONS: Final[tuple[DocumentDecisionState, ...]] = get_args(DocumentDecisionState)
FileType = Literal["pdf", "jpeg", "png", "xlsx", "docx"]
FILE_TYPES: Final[tuple[FileType, ...]] = get_args(FileType)
THROUGH_A_LINK: Final = ""
"""The person id of a version that an agency sent with the link of a request."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The file of a document, stored exactly as it was sent.

    Attributes:
        sha256: Hash of its bytes, in hexadecimal digits.
        bytes: Its size.
        name: Its name as sent, for display only.
        pages: Its number of pages; None if that is not known.
    """

    sha256: str
    type: FileType
    bytes: int
    name: str
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentBody:
    """What a version of a document states.

    Attributes:
        kind: Name of a kind of document in the rules of KLA.
        title, number, signer: As the document has them; empty where it has none. Without a signer it is unsigned.
        dated: Its own date; None if it states none.
        valid_until: The last day on which it is valid; None if it states none.
        agency: Key of the agency that owes it; empty if nobody does.
        sites: Ids of the sites that it is about; empty for the whole city.
        requirements: Ids of the requirements that it proves.
        answers: The answers that it gives at its sites, by question id.
        link: The address where it can be read, instead of a file or beside it; may be empty.
        note: A remark of whoever recorded it.
    """

    kind: str
    title: str = ""
    number: str = ""
    dated: date | None = None
    signer: str = ""
    valid_until: date | None = None
    agency: str = ""
    sites: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DocumentDecision:
    """A decision about a version: accepted, refused, or withdrawn after it was accepted."""

    state: DocumentDecisionState
    person_id: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """A version of a document; see `counted_version`.

    Attributes:
        document_id: The document; all its versions share it.
        seq: 1 for the first version.
        body: What it states.
        file: Its file; None if it is only a link.
        person_id: Who recorded it; `THROUGH_A_LINK` if an agency sent it.
        request_id: The request it answers; empty if none.
        at: When it was recorded.
        decisions: The decisions about it, oldest first.
    """

    document_id: str
    seq: int
    body: DocumentBody
    file: StoredFile | None
    person_id: str
    request_id: str
    at: datetime
    decisions: tuple[DocumentDecision, ...] = ()

    @property
    def state(self) -> DocumentState:
        """Its state after the last decision."""
        return self.decisions[-1].state if self.decisions else "waiting"

    def state_at(self, moment: datetime) -> DocumentState:
        """Return its state at a moment after it was recorded."""
        return next((each.state for each in reversed(self.decisions) if each.at <= moment), "waiting")

    @property
    def decided(self) -> DocumentDecision | None:
        """The last decision; None while it waits for one."""
        return self.decisions[-1] if self.decisions else None


def counted_version(versions: Iterable[DocumentVersion]) -> DocumentVersion | None:
    """Return the version of a document that counts: of those ever accepted the newest; None if that one was withdrawn.

    An earlier version never comes back by itself (ADR 54).

    Args:
        versions: Versions of one document, oldest first.
    """
    accepted = [each for each in versions if any(decision.state == "accepted" for decision in each.decisions)]
    return accepted[-1] if accepted and accepted[-1].state == "accepted" else None
