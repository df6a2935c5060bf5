"""Copy of the folder of a round as it is on a day, for a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rba_audit.kla.calendar import round_in
from rba_audit.kla.folder import FolderItem, folder_items
from rba_audit.register import Register
from rba_audit.register.kla.rehearsal_records import RehearsalItem
from rba_audit.register.kla.scores import current_values
from rba_audit.standard.policies import KlaPolicy


def frozen_items(
    register: Register, policy: KlaPolicy, year: int, names: Mapping[str, str], day: date
) -> tuple[RehearsalItem, ...]:
    """Return the folder of a round as it is on a day, in the order of clusters and indicators.

    Args:
        register: The register.
        policy: The rules of KLA.
        year: The year of the round's award.
        names: The names of the sites in use, by id; their documents are needed while no site is nominated.
        day: The day.
    """
    nominated = [nomination.site_id for nomination in register.kla.nominations.of_year(year)]
    items = folder_items(
        policy,
        round_in(register, policy, year),
        nominated or list(names),
        register.kla.documents.all(),
        register.kla.requests.all(),
        day,
    )
    points = _points_by_kind(register, year)
    order = {indicator.name: place for place, indicator in enumerate(policy.indicators.indicators)}

    kinds = {kind.name: place for place, kind in enumerate(policy.documents.kinds)}

    def place(item: FolderItem) -> tuple[int, int]:
        first = min((order.get(name, len(order)) for name in item.kind.indicators), default=len(order))
        return first, kinds[item.kind.name]

    return tuple(
        _frozen(number, item, names.get(item.site_id, item.site_id), points.get(item.kind.name, {}))
        for number, item in enumerate(sorted(items, key=place), 1)
    )


def _points_by_kind(register: Register, year: int) -> dict[str, dict[str, Decimal]]:
    by_kind: dict[str, dict[str, Decimal]] = {}
    for (_, about, subject), points in current_values(register.kla.scores.entries({year})).items():
        if about == "at_risk":
            kind, _, indicator = subject.partition("/")
            by_kind.setdefault(kind, {})[indicator] = points
    return by_kind


def _frozen(number: int, item: FolderItem, site: str, points: Mapping[str, Decimal]) -> RehearsalItem:
    document, kind = item.document, item.kind
    copy = RehearsalItem(
        number=number,
        kind=kind.name,
        words=kind.words,
        site_id=item.site_id,
        site=site,
        indicators=kind.indicators,
        agency=item.agency,
        due=item.due,
        state=item.state,
        points={name: points[name] for name in kind.indicators if name in points},
        valid_until=item.valid_until,
    )
    if document is None:
        return copy
    return replace(
        copy,
        document_id=document.document_id,
        seq=document.seq,
        title=document.body.title,
        document_number=document.body.number,
        signer=document.body.signer,
        dated=document.body.dated,
        link=document.body.link,
        file=document.file,
    )
