"""List the documents that the folder of a round has to hold, with the state of each on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final, Literal, TypeAlias, get_args

from rba_audit.days import CITY, months_later
from rba_audit.kla.calendar import KlaRound
from rba_audit.register.kla.document_records import DocumentVersion, counted_version
from rba_audit.register.kla.requests import DocumentRequest
from rba_audit.standard.policies import KlaPolicy
from rba_audit.standard.policies.kla_documents import DocumentKind

FolderState = Literal["missing", "expired", "refused", "unsigned", "expiring", "waiting", "present"]
FOLDER_STATES: Final[tuple[FolderState, ...]] = get_args(FolderState)
"""In the order of the list: what needs the most work comes first."""
WHOLE_CITY: Final = ""
"""The site id of an item that is needed once for the city."""


@dataclass(frozen=True, slots=True)
class FolderItem:
    """A document that the folder has to hold: of a kind, and of a site or of the whole city.

    Attributes:
        site_id: The site; empty for the whole city.
        agency: Key of the agency that owes it: the one of the document, else the one that was asked, else the usual holder.
        due: The day by which it is needed.
        state: Its state on the day: `missing` (none accepted, none waiting), `expired`, `refused` (the last version, and none
            is accepted), `unsigned` (accepted, but it names no signer and has to), `expiring` (valid on the day, not on the
            deadline), `waiting` (sent, and no accepted version is good enough), `present`.
        document: The accepted version that counts; without one the version that waits, or the one that was refused.
        waiting: The newest version that waits for a decision, whatever the state.
        valid_until: The last day on which `document` is valid; None if it does not end, or there is none.
        asked_at: When the agency was first asked for it in this round; None if it was not.
        request: The newest request for it in this round whose link was not ended by hand.
        urgent: Whether it is not `present` and its deadline is near, but has not passed.
        overdue: Whether it is not `present` and its deadline has passed.
    """

    kind: DocumentKind
    site_id: str
    agency: str
    due: date
    state: FolderState
    document: DocumentVersion | None = None
    waiting: DocumentVersion | None = None
    valid_until: date | None = None
    asked_at: datetime | None = None
    request: DocumentRequest | None = None
    urgent: bool = False
    overdue: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Name of its kind, and site id."""
        return self.kind.name, self.site_id


def folder_items(
    policy: KlaPolicy,
    round: KlaRound,
    sites: Sequence[str],
    documents: Iterable[DocumentVersion],
    requests: Iterable[DocumentRequest],
    day: date,
) -> tuple[FolderItem, ...]:
    """Return what the folder of a round has to hold, by deadline, then state, then kind, then site.

    A document about several sites serves each of them; one of a kind that is needed per site and that names no site serves none
    (`without_site` returns these). Decisions are those made by now; only the validity depends on the day.

    Args:
        policy: The kinds of documents, and from when something is urgent.
        round: The round, with its deadlines.
        sites: Ids of the sites whose documents are needed, in order.
        documents: All versions of all documents.
        requests: All requests.
        day: The day for which validity, urgency and overdue are stated.
    """
    wanted = [
        (kind, site) for kind in policy.documents.kinds for site in ([WHOLE_CITY] if kind.per == "city" else sites)
    ]
    by_key = _by_key(policy, documents)
    asked = _by_request(requests)
    items = [
        _item(policy, kind, site, round.deadline(kind), by_key.get((kind.name, site), ()), asked, day)
        for kind, site in dict.fromkeys(wanted)
    ]
    return tuple(sorted(items, key=lambda item: (item.due, FOLDER_STATES.index(item.state))))


def without_site(policy: KlaPolicy, documents: Iterable[DocumentVersion]) -> list[DocumentVersion]:
    """Return the waiting or else accepted version of each document of a kind that is needed per site, if it names none: it serves none."""
    per_site = {kind.name for kind in policy.documents.kinds if kind.per == "site"}
    newest = (waiting or counted for counted, waiting, _ in _chains(documents))
    return [version for version in newest if version and version.body.kind in per_site and not version.body.sites]


def last_valid_day(kind: DocumentKind, version: DocumentVersion) -> date | None:
    """Return the last day on which a version is valid; None if it does not end.

    A document that states no end is valid for the months of its kind, counted from its date, or from the day it was recorded.
    """
    body = version.body
    if body.valid_until is not None or kind.valid_months is None:
        return body.valid_until
    since = body.dated or version.at.astimezone(CITY).date()
    return months_later(since, kind.valid_months)


# --- helpers ---

_Chain: TypeAlias = tuple[DocumentVersion | None, DocumentVersion | None, DocumentVersion | None]
"""Of one document: the accepted version that counts, the one that waits, and the one that was refused without any accepted."""


def _chains(documents: Iterable[DocumentVersion]) -> list[_Chain]:
    ordered = sorted(documents, key=lambda version: (version.document_id, version.seq))
    chains: list[_Chain] = []
    for _, group in groupby(ordered, key=lambda version: version.document_id):
        versions = list(group)
        last = versions[-1]
        counted = counted_version(versions)
        chains.append(
            (
                counted,
                last if last.state == "waiting" else None,
                last if last.state == "refused" and counted is None else None,
            )
        )
    return chains


def _by_key(policy: KlaPolicy, documents: Iterable[DocumentVersion]) -> Mapping[tuple[str, str], list[_Chain]]:
    """Return, by kind and site, the versions that serve there."""
    by_key: dict[tuple[str, str], list[_Chain]] = {}
    for chain in _chains(documents):
        places = [_serves(policy, version) if version is not None else frozenset() for version in chain]
        for key in frozenset().union(*places):
            counted, waiting, refused = (
                version if key in keys else None for version, keys in zip(chain, places, strict=True)
            )
            by_key.setdefault(key, []).append((counted, waiting, refused))
    return by_key


def _serves(policy: KlaPolicy, version: DocumentVersion) -> frozenset[tuple[str, str]]:
    kind = policy.kind(version.body.kind)
    if kind is None:
        return frozenset()
    return frozenset((kind.name, site) for site in ([WHOLE_CITY] if kind.per == "city" else version.body.sites))


def _by_request(requests: Iterable[DocumentRequest]) -> Mapping[tuple[str, str, int], list[DocumentRequest]]:
    """Return requests by kind, site and the year of their deadline, oldest first."""
    by_key: dict[tuple[str, str, int], list[DocumentRequest]] = {}
    for request in sorted(requests, key=lambda request: request.at):
        by_key.setdefault((request.kind, request.site_id, request.due.year), []).append(request)
    return by_key


def _item(
    policy: KlaPolicy,
    kind: DocumentKind,
    site: str,
    due: date,
    chains: Sequence[_Chain],
    asked: Mapping[tuple[str, str, int], list[DocumentRequest]],
    day: date,
) -> FolderItem:
    counted = _best(kind, [counted for counted, _, _ in chains if counted is not None], due, day)
    waiting = max((waiting for _, waiting, _ in chains if waiting is not None), key=_recorded, default=None)
    refused = max((refused for _, _, refused in chains if refused is not None), key=_recorded, default=None)
    state: FolderState = "missing"
    if counted is not None:
        state = _state_of(kind, counted, due, day)
    elif refused is not None:
        state = "refused"
    if waiting is not None and state != "present":
        state = "waiting"
    document = counted or waiting or refused
    made = asked.get((kind.name, site, due.year), [])
    standing = [request for request in made if not request.ended_by]
    request = standing[-1] if standing else None
    stated = (document.body.agency if document else "") or (request.agency if request else "")
    left = due - day
    return FolderItem(
        kind=kind,
        site_id=site,
        agency=stated or kind.agency,
        due=due,
        state=state,
        document=document,
        waiting=waiting,
        valid_until=None if document is None else last_valid_day(kind, document),
        asked_at=made[0].at if request else None,
        request=request,
        urgent=state != "present" and timedelta(0) <= left <= timedelta(policy.calendar.urgent_days.value),
        overdue=state != "present" and left < timedelta(0),
    )


def _recorded(version: DocumentVersion) -> tuple[datetime, str, int]:
    return version.at, version.document_id, version.seq


def _best(kind: DocumentKind, versions: Sequence[DocumentVersion], due: date, day: date) -> DocumentVersion | None:
    """Return the accepted version in the best state; of several the newest."""
    return max(
        versions,
        key=lambda version: (FOLDER_STATES.index(_state_of(kind, version, due, day)), _recorded(version)),
        default=None,
    )


def _state_of(kind: DocumentKind, version: DocumentVersion, due: date, day: date) -> FolderState:
    """Return the state of an accepted version."""
    last = last_valid_day(kind, version)
    if last is not None and last < day:
        return "expired"
    if kind.needs_signer and not version.body.signer.strip():
        return "unsigned"
    return "expiring" if last is not None and last < due else "present"
