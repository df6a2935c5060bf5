"""List of documents with its filters: kind, state, site and agency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import request

from rba_audit.days import today
from rba_audit.kla.document_chains import CHAIN_STATES, ChainState, DocumentChain, document_chains
from rba_audit.messages import Message, say
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.query import FilterOption

STATE_WORDS: Final[Mapping[ChainState, Message]] = {
    "waiting": say("waits for a decision"),
    "expired": say("expired"),
    "expiring": say("expires soon"),
    "accepted": say("accepted"),
    "refused": say("refused"),
    "withdrawn": say("withdrawn"),
}
_FILTERS: Final = ("kind", "site", "agency")


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of the list.

    Attributes:
        kind: Its kind in words; its name where the rules no longer have it.
        agency: The agency in words.
    """

    chain: DocumentChain
    state: ChainState
    kind: str
    agency: str


@dataclass(frozen=True, slots=True)
class DocumentList:
    """The documents that a reader asks for.

    Attributes:
        rows: Those under all filters, what has to be done first.
        all: Number of documents without a filter.
        counts: Number of documents by state under the other filters.
        options: The options of each filter.
        chosen: The values of the filters in use.
        state: The state that is shown; empty for all.
    """

    rows: Sequence[DocumentRow]
    all: int
    counts: Mapping[str, int]
    options: Mapping[str, Sequence[FilterOption]]
    chosen: Mapping[str, str]
    state: str

    def query(self, state: str) -> dict[str, str]:
        """Return the parameters of the list with another state."""
        return {**self.chosen, **({"state": state} if state else {})}


def site_names() -> dict[str, str]:
    """Return the names of all listed sites by id, by name."""
    names = {site.id: site.name for site in services().findings().source}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def kind_words(name: str) -> str:
    """Return a kind of document in words; its name where the rules no longer have it."""
    kind = services().policies.kla.kind(name)
    return str(kind.words) if kind else name


def agency_words(key: str) -> str:
    """Return an agency in words; its key where the edition does not have it."""
    words = services().standard.agencies.get(key)
    return str(words) if words else key


def state_on(chain: DocumentChain, day: date) -> ChainState:
    """Return the state of a document on a day; it expires soon within the days of the rules."""
    return chain.state(day, services().policies.kla.calendar.urgent_days.value)


def document_list() -> DocumentList:
    """Return the documents that the request asks for; filters that nothing has are passed over."""
    day = today()
    every = [
        DocumentRow(
            chain, state_on(chain, day), kind_words(chain.shown.body.kind), agency_words(chain.shown.body.agency)
        )
        for chain in document_chains(services().register.kla.documents.all())
    ]
    options = _options(every)
    chosen = {
        name: value
        for name in _FILTERS
        if (value := request.args.get(name, "")) and value in {option.value for option in options[name]}
    }
    others = [row for row in every if all(value in _values(row)[name] for name, value in chosen.items())]
    state = request.args.get("state", "")
    state = state if state in CHAIN_STATES else ""
    rows = [row for row in others if state in ("", row.state)]
    rows.sort(
        key=lambda row: (
            CHAIN_STATES.index(row.state),
            row.chain.shown.body.valid_until or date.max,
            row.kind.casefold(),
            row.chain.shown.body.title.casefold(),
        )
    )
    return DocumentList(rows, len(every), Counter(row.state for row in others), options, chosen, state)


def _values(row: DocumentRow) -> dict[str, tuple[str, ...]]:
    body = row.chain.shown.body
    return {"kind": (body.kind,), "site": body.sites, "agency": (body.agency,)}


def _options(rows: Sequence[DocumentRow]) -> dict[str, list[FilterOption]]:
    names = site_names()
    words: dict[str, Callable[[str], str]] = {
        "kind": kind_words,
        "agency": agency_words,
        "site": lambda site: names.get(site, site),
    }
    options: dict[str, list[FilterOption]] = {}
    for name in _FILTERS:
        values = {value for row in rows for value in _values(row)[name] if value}
        entries = [FilterOption(value, words[name](value), request.args.get(name) == value) for value in values]
        options[name] = sorted(entries, key=lambda option: option.words.casefold())
    return options
