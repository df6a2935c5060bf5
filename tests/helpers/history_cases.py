"""Histories of full visits by one auditor, as known to the phone of the last visit, with the server's results."""

from dataclasses import replace

from helpers.histories import History, Memory, history, in_order
from rba_audit.auditing import audit_visits
from rba_audit.register.disagreements import NOTHING_SETTLED
from rba_audit.sites import sites_from_features
from rba_audit.standard import OUTCOMES, load_published

SITES = 150


def last_visits(edition, chance, number=SITES):
    """Return for each place the last visit's items and answers, the items it leaves out, and every outcome by the server."""
    made = [one_auditor(history(edition, chance, at)) for at in range(number)]
    features = [{"type": "Feature", "id": f"s{at}", "properties": {}, "geometry": None} for at in range(number)]
    visits = {f"s{at}": in_order(each.visits) for at, each in enumerate(made)}
    found = audit_visits(
        sites_from_features(features, "test"), visits, load_published(edition), NOTHING_SETTLED
    ).findings
    return [
        {**as_on_a_phone(each), "outcomes": [OUTCOMES[cell] for cell in found.matrix[:, at]]}
        for at, each in enumerate(made)
    ]


def one_auditor(made):
    """Return a history as full visits of one auditor, without a document; entries of the last list go on only under one of it."""
    visits = [replace(each, stage="auditor", scope="full", author="ani") for each in in_order(made.visits)]
    alone = {each["id"] for each in visits[-1].items if not each.get("same_as")}
    for at, each in enumerate(visits):
        last = at == len(visits) - 1
        kept = [item if last and item.get("same_as") in alone else without_merge(item) for item in each.items]
        visits[at] = replace(each, items=tuple(kept))
    return History(tuple(visits), {}, {})


def without_merge(item):
    return {name: value for name, value in item.items() if name != "same_as"}


def as_on_a_phone(made):
    memory = Memory()
    for visit in made.visits:
        memory.hear(visit)
    last = made.visits[-1]
    listed = {each["id"] for each in last.items}
    left_out = [
        {"id": id, "kind": each.kind, "name": id, "gone": False, "answers": {}, "note": ""}
        for id, each in memory.items.items()
        if id not in listed and not each.gone
    ]
    return {"items": list(last.items), "left_out": left_out, "answers": last.answers}
