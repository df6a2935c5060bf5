"""Store drafts of uploaded files between the upload and the decision: for their owner only, with limits of number and age.

Drafts live in this process only, their files in a folder of their own. After a restart the user chooses the file again; nothing is
stored in the register.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any, Final
from uuid import uuid4

from rba_audit.days import now_utc
from rba_audit.errors import NotInRegister
from rba_audit.messages import say

MOST_OF_PERSON: Final = 3
"""Drafts of one person; the oldest goes when another one comes."""
MOST_DRAFTS: Final = 24
"""Drafts of everybody together; the oldest goes when another one comes."""
LIFETIME: Final = timedelta(hours=12)
"""How long a draft waits after it was last opened."""


@dataclass(eq=False)
class Draft:
    """An uploaded file that waits for a decision.

    Attributes:
        id: A UUID.
        owner: The id of the person who sent it; nobody else sees it.
        name: The name of the file.
        size: Its bytes.
        content: What its pages know about it.
        used: When it was last opened.
        lock: Held by the request that changes `content`.
    """

    id: str
    owner: str
    name: str
    size: int
    content: Any
    used: datetime
    lock: Any = field(default_factory=Lock)
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="rba-draft-")))

    def __post_init__(self) -> None:
        # Also when the process ends, so that no upload stays on the disk.
        self.remove_files = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def read(self) -> bytes:
        """Return the bytes of the file.

        Raises:
            NotInRegister: The draft was given up meanwhile.
        """
        try:
            return (self.folder / "file").read_bytes()
        except FileNotFoundError:
            raise _gone() from None


class Drafts:
    """The drafts of one application. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._drafts: dict[str, Draft] = {}

    def add(self, owner: str, name: str, data: bytes, content: Callable[[], Any]) -> Draft:
        """Keep a file for a person; their oldest draft is given up if they have too many."""
        draft = Draft(str(uuid4()), owner, name, len(data), content(), now_utc())
        (draft.folder / "file").write_bytes(data)
        with self._lock:
            self._sweep()
            own = [other for other in self._drafts.values() if other.owner == owner]
            for other in sorted(own, key=_age)[: max(0, len(own) - MOST_OF_PERSON + 1)]:
                self._give_up(other)
            for other in sorted(self._drafts.values(), key=_age)[: max(0, len(self._drafts) - MOST_DRAFTS + 1)]:
                self._give_up(other)
            self._drafts[draft.id] = draft
        return draft

    def find(self, id: str, owner: str) -> Draft:
        """Return a draft of a person.

        Raises:
            NotInRegister: There is none, it is somebody else's, or it was given up.
        """
        with self._lock:
            self._sweep()
            draft = self._drafts.get(id)
            if draft is None or draft.owner != owner:
                raise _gone()
            draft.used = now_utc()
            return draft

    def of_person(self, owner: str) -> list[Draft]:
        """Return the drafts of a person, newest first."""
        with self._lock:
            self._sweep()
            return sorted((draft for draft in self._drafts.values() if draft.owner == owner), key=_age, reverse=True)

    def discard(self, id: str, owner: str) -> None:
        """Give up a draft of a person and its file; nothing if there is none."""
        with self._lock:
            draft = self._drafts.get(id)
            if draft is not None and draft.owner == owner:
                self._give_up(draft)

    def _sweep(self) -> None:
        for draft in list(self._drafts.values()):
            if now_utc() - draft.used > LIFETIME:
                self._give_up(draft)

    def _give_up(self, draft: Draft) -> None:
        del self._drafts[draft.id]
        draft.remove_files()


def _age(draft: Draft) -> datetime:
    return draft.used


def _gone() -> NotInRegister:
    return NotInRegister(say("This file does not wait here any more; choose it again. Nothing of it was taken."))
