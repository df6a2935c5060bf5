"""Items of a site as the reader may see them: the known items, their current verdicts, and the visits that listed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rba_audit.current_answers import CurrentAnswers, compose_answers, known_items_of
from rba_audit.equipment import Item, ItemVerdict, item_of_part, per_item
from rba_audit.equipment.item_history import KnownItem
from rba_audit.findings import Trace
from rba_audit.messages import Message, format_day, say
from rba_audit.register import Visit
from rba_audit.register.person_records import Person
from rba_audit.review_states import COUNTED, COUNTED_WITH_OPEN, REVIEW_STATE_WORDS, STATES, State
from rba_audit.standard import WORST_FIRST, Outcome
from rba_audit.web.http.labels import SCOPES, STAGES, plain_label
from rba_audit.web.http.services import reads_as_public, services
from rba_audit.web.pages.form.context import independent_since
from rba_audit.web.public_view.records import neutral_names

NOT_REJECTED: Final[frozenset[State]] = COUNTED_WITH_OPEN
"""Review states of the visits whose items are known items."""
REJECTED: Final[frozenset[State]] = frozenset(STATES) - NOT_REJECTED
_SHOWN_FIRST: Final = ("does_not_conform", "partial", "undetermined", "conforms")


@dataclass(frozen=True, slots=True)
class ItemVisit:
    """A visit that lists an item, formatted for the page."""

    day: str
    stage: str
    scope: str
    state: Message
    gone: bool
    worst: Outcome
    note: str


@dataclass(frozen=True, slots=True)
class ItemOfSite:
    """An item, its state, and what the visits that the reader may see found on it.

    Attributes:
        goes_on_as: Id and name of the item that it was merged into (`same_as`); None if it was not merged.
        left_out: Whether the full visit that counts does not list it, so that its condition is unknown.
        added: Whether only a visit whose answers do not count has listed it.
        looks: The visits that list it and that the reader may see, newest first.
        found_on: The visits whose answers about it are shown, in words; empty if there are none.
        counts: Whether these visits are approved.
        traces: Their outcomes, worst first, without `not_applicable`.
    """

    id: str
    name: str
    kind: str
    gone: bool
    goes_on_as: tuple[str, str] | None
    left_out: bool
    added: bool
    looks: tuple[ItemVisit, ...]
    found_on: tuple[str, ...]
    counts: bool
    traces: tuple[Trace, ...]


def site_items(site_id: str, someone: Person | None) -> list[ItemOfSite]:
    """Return the items of a site, those that are gone or merged last.

    Signed-in readers see all known items, but only the outcomes of visits that they may see.
    """
    visits = _visible(site_id, someone)
    shown = [visit for visit, _ in visits]
    counting = [visit for visit, state in visits if state in COUNTED]
    counts = compose_answers([*reversed(counting or shown)], services().standard, services().policies.agreement)
    standard = services().standard
    verdicts = (
        per_item(counts.entries(), counts.answers, standard) if counts is not None and standard.equipment.kinds else []
    )
    verdicts_by_visit = {
        visit.id: {str(verdict.item.get("id")): verdict for verdict in per_item(visit.items, visit.answers, standard)}
        for visit in shown
        if visit.items
    }
    known_items = known_items_of([*reversed(counting)]) if someone is None else _known_items(site_id)
    names = {item.id: item.name for item in known_items}
    listed = [
        _item(
            item,
            names,
            visits,
            verdicts_by_visit,
            counts,
            [verdict for verdict in verdicts if verdict.item["id"] == item.id],
            bool(counting),
        )
        for item in known_items
    ]
    items = [*listed, *_mapped(site_id, names)]
    # Known items are in the order in which they were first listed.
    items = _called_by_kind(items) if reads_as_public() else items
    return sorted(items, key=lambda item: (item.gone, item.goes_on_as is not None))


def _called_by_kind(items: Sequence[ItemOfSite]) -> list[ItemOfSite]:
    """Return the items with neutral names: kind and number, in their order."""
    kinds = [item.kind or str(say("Item")) for item in items]
    names = dict(zip([item.id for item in items], neutral_names(kinds), strict=True))
    return [
        replace(
            item,
            name=names[item.id],
            kind=kind,
            goes_on_as=(item.goes_on_as[0], names[item.goes_on_as[0]]) if item.goes_on_as else None,
        )
        for item, kind in zip(items, kinds, strict=True)
    ]


def _known_items(site_id: str) -> list[KnownItem]:
    visits = services().register.visits
    approved = visits.by_site(COUNTED, site_id).get(site_id, [])
    waiting = [visit for visit in visits.by_site(NOT_REJECTED, site_id).get(site_id, []) if visit not in approved]
    return known_items_of(approved, waiting)


def _visible(site_id: str, someone: Person | None) -> list[tuple[Visit, State]]:
    """Return the visits that this reader may see, newest first.

    The public sees visits that count. Surveyors audit independently: they see their own, and approved ones from before the
    window of a double audit.
    """
    register = services().register
    visits = [(visit, register.reviews.status(visit.root).state) for visit in register.visits.for_site(site_id)]
    if someone is not None and someone.may("read_all_visits"):
        return [(visit, state) for visit, state in visits if state != "rejected"]
    if someone is None:
        return [(visit, state) for visit, state in visits if state in COUNTED]
    since = independent_since()
    return [
        (visit, state)
        for visit, state in visits
        if (visit.author == someone.id and state != "rejected") or (state == "approved" and visit.day < since)
    ]


def _mapped(site_id: str, listed: Mapping[str, str]) -> list[ItemOfSite]:
    """Return the equipment on the map of a site that no visit has listed."""
    equipment = services().standard.equipment
    parts = (part.feature for part in services().findings_at(site_id).source.parts if part.site == site_id)
    items = {item["id"]: item for part in parts if (item := item_of_part(part, equipment)) is not None}
    return [
        ItemOfSite(id, str(item["name"]), _kind(item["kind"]), False, None, False, False, (), (), False, ())
        for id, item in items.items()
        if id not in listed
    ]


def _kind(name: str) -> str:
    kind = services().standard.equipment.kind(name)
    return str(kind.words) if kind else name


def _item(
    item: KnownItem,
    names: Mapping[str, str],
    visits: Sequence[tuple[Visit, State]],
    verdicts_by_visit: Mapping[str, Mapping[str, ItemVerdict]],
    counts: CurrentAnswers | None,
    verdicts: Sequence[ItemVerdict],
    approved: bool,
) -> ItemOfSite:
    looks = [
        _look(visit, state, entry, verdicts_by_visit[visit.id].get(item.id))
        for visit, state in visits
        if (entry := next((candidate for candidate in visit.items if candidate.get("id") == item.id), None)) is not None
    ]
    now = next((candidate for candidate in counts.items if candidate.id == item.id), None) if counts else None
    sources = {*now.sources.values()} if now and not item.gone else set()
    found_on = [
        f"{format_day(visit.day)} · {plain_label(STAGES, visit.stage)} · {plain_label(SCOPES, visit.scope)}"
        for visit, _ in reversed(visits)
        if visit.id in sources
    ]
    return ItemOfSite(
        id=item.id,
        name=item.name or item.id,
        kind=_kind(item.kind),
        gone=item.gone,
        goes_on_as=(item.same_as, names.get(item.same_as, item.same_as)) if item.same_as else None,
        left_out=now is not None and now.left_out,
        added=now is not None and now.added,
        looks=tuple(looks),
        found_on=tuple(found_on),
        counts=approved,
        traces=_worst(verdicts) if found_on else (),
    )


def _worst(verdicts: Sequence[ItemVerdict]) -> tuple[Trace, ...]:
    """Return the worst trace of each requirement over the verdicts of one item, worst first."""
    worst: dict[str, Trace] = {}
    for trace in (trace for verdict in verdicts for trace in verdict.all):
        before = worst.get(trace.requirement.id)
        if before is None or WORST_FIRST.index(trace.outcome) < WORST_FIRST.index(before.outcome):
            worst[trace.requirement.id] = trace
    shown = [trace for trace in worst.values() if trace.outcome != "not_applicable"]
    return tuple(sorted(shown, key=lambda trace: _SHOWN_FIRST.index(trace.outcome)))


def _look(visit: Visit, state: State, entry: Item, verdict: ItemVerdict | None) -> ItemVisit:
    return ItemVisit(
        day=format_day(visit.day),
        stage=str(plain_label(STAGES, visit.stage)),
        scope=str(plain_label(SCOPES, visit.scope)),
        state=REVIEW_STATE_WORDS[state],
        gone=bool(entry.get("gone")),
        worst=verdict.worst if verdict else "not_applicable",
        note=str(entry.get("note") or ""),
    )
