"""The page of a folder: its progress, its list, who owes what, and the links that were sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import current_app, render_template, request, url_for

from rba_audit.days import today
from rba_audit.kla.folder import FOLDER_STATES
from rba_audit.messages import say
from rba_audit.register.kla.document_records import DocumentVersion
from rba_audit.web.http.access import may_open
from rba_audit.web.http.services import services
from rba_audit.web.pages.folder.request_list import request_lines
from rba_audit.web.pages.folder.round_dates import round_view
from rba_audit.web.pages.folder.selection import (
    EVERY_STATE,
    OUTSTANDING,
    STATE_WORDS,
    FolderLine,
    FolderSelection,
    agency_words,
)

ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class OwedCount:
    """How much an agency or a kelurahan owes.

    Attributes:
        value: Its value of the filter.
        outstanding: Documents that are not present.
        overdue, asked: Those past their deadline; those that were asked for.
        present, expected: Documents that are present, of all that are expected.
    """

    value: str
    words: str
    outstanding: int
    overdue: int
    asked: int
    present: int
    expected: int


def folder_page(selection: FolderSelection, problem: str = "", ticked: Sequence[str] = ()) -> str:
    """Return the page; `problem` is why nothing was asked for, `ticked` the boxes as they were sent."""
    lines = selection.lines()
    text = request.args.get("page", "")
    last = max(-(-len(lines) // ON_A_PAGE), 1)
    number = min(max(int(text) if text.isascii() and text.isdigit() and len(text) < len("10000") else 1, 1), last)
    everything = bool(request.args.get("all"))
    day = today()
    due = sorted({line.item.due for line in selection.all if line.item.due >= day and line.outstanding})
    without_state = {name: text for name, text in selection.chosen.items() if name != "state"}
    return render_template(
        "folder/folder.html",
        page="folder",
        selection=selection,
        lines=lines if everything else lines[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        found=len(lines),
        number=1 if everything else number,
        last=1 if everything else last,
        everything=everything,
        on_a_page=ON_A_PAGE,
        options=selection.options(),
        words=[f"{heading}: {value}" for heading, value in selection.words()],
        part_words=[value for _, value in replace(selection, chosen=without_state).words()],
        states=_states(selection),
        shown_state=selection.chosen.get("state", EVERY_STATE),
        present=sum(not line.outstanding for line in selection.lines(state="")),
        expected=len(selection.lines(state="")),
        overdue=sum(line.item.overdue for line in selection.all),
        urgent=sum(line.item.urgent for line in selection.all),
        next_due=due[0] if due else None,
        days_left=(due[0] - day).days if due else 0,
        agencies=_owed(selection, "agency", lambda line: (line.item.agency, line.agency)),
        kelurahan=_owed(selection, "kelurahan", lambda line: (line.kelurahan, line.kelurahan)),
        requests=request_lines(selection.folder),
        all_agencies=[(key, agency_words(key)) for key in services().standard.agencies],
        request_days=services().policies.kla.calendar.request_days.value,
        document_link=document_link,
        record_link=record_link,
        outstanding=OUTSTANDING,
        problem=problem,
        ticked=frozenset(ticked),
        **round_view(selection.round),
    )


def document_link(version: DocumentVersion) -> str:
    """Return the address of the page of a document; empty if this reader may not open it."""
    if "documents.document" not in current_app.view_functions or not may_open("documents.document"):
        return ""
    return url_for("documents.document", document_id=version.document_id)


def record_link(line: FolderLine) -> str:
    """Return the address of the form that records a document of this kind and site; empty if this reader may not open it."""
    if "documents.form" not in current_app.view_functions or not may_open("documents.form"):
        return ""
    return url_for("documents.form", kind=line.item.kind.name, site=line.item.site_id or None)


def _states(selection: FolderSelection) -> list[tuple[str, str, int]]:
    """Return value, words and number of lines of each state under the other filters."""
    lines = selection.lines(state="")
    counted: list[tuple[str, str, int]] = [
        (EVERY_STATE, str(say("All")), len(lines)),
        (OUTSTANDING, str(say("left to do")), sum(line.outstanding for line in lines)),
    ]
    for state in FOLDER_STATES:
        count = sum(line.item.state == state for line in lines)
        if count or selection.chosen.get("state") == state:
            counted.append((state, str(STATE_WORDS[state]), count))
    return counted


def _owed(selection: FolderSelection, name: str, key: Callable[[FolderLine], tuple[str, str]]) -> list[OwedCount]:
    """Return what each agency or kelurahan owes, most first; `name` is the filter that stands for one of them."""
    groups: dict[tuple[str, str], list[FolderLine]] = {}
    for line in selection.lines(state="", **{name: ""}):
        if key(line)[0]:
            groups.setdefault(key(line), []).append(line)
    counts = [_count(value, words, lines) for (value, words), lines in groups.items()]
    return sorted(counts, key=lambda each: (-each.overdue, -each.outstanding, each.words.casefold()))


def _count(value: str, words: str, lines: Iterable[FolderLine]) -> OwedCount:
    every = list(lines)
    left = [line for line in every if line.outstanding]
    return OwedCount(
        value,
        words,
        outstanding=len(left),
        overdue=sum(line.item.overdue for line in left),
        asked=sum(line.asked is not None for line in left),
        present=len(every) - len(left),
        expected=len(every),
    )
