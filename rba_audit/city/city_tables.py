"""Columns and notes about the sites of a map extract: tags, parts, edits, and what the extract lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rba_audit.city.backlog import BacklogRow
from rba_audit.city.play_spaces import City
from rba_audit.layers import part_words
from rba_audit.messages import Message, format_number, say
from rba_audit.reports import Column
from rba_audit.standard.policies import OsmPolicy

_LINK = "https://www.openstreetmap.org/"
_NAMED = 10


def city_columns(city: City, policy: OsmPolicy) -> list[Column[BacklogRow]]:
    """Return the columns that only an extract has: what the map says, and since when."""
    parts: dict[str, Counter[str]] = {}
    for part in city.sites.parts:
        parts.setdefault(part.site, Counter())[part.kind] += 1

    def id_of(row: BacklogRow) -> str:
        return city.sites.ids[row.index]

    def source(row: BacklogRow) -> str:
        rule = city.by_id[id_of(row)].rule
        return (
            str(rule.title)
            if rule.states_play
            else str(say("{kind}; whether children play there is not known", kind=rule.title))
        )

    return [
        Column(say("Drawn as"), source, 24),
        Column(say("Drawn in it"), lambda row: part_counts(parts.get(id_of(row), Counter())), 30),
        Column(say("The map says"), lambda row: "; ".join(map(str, leads(city, id_of(row), policy))), 50),
        Column(say("Outline"), lambda row: str(city.by_id[id_of(row)].item.fault or ""), 30),
        Column(say("Last edit in the map"), lambda row: city.by_id[id_of(row)].item.day, 12),
        Column(say("Day of the map"), lambda _row: city.day, 12),
        Column(say("Link"), lambda row: f"{_LINK}{id_of(row)}" if "/-" not in id_of(row) else "", 40),
    ]


def part_counts(counts: Counter[str]) -> str:
    """Return the numbers of parts by kind; “nothing drawn” is not “nothing there”."""
    if not counts:
        return str(say("nothing drawn; not known"))
    return ", ".join(f"{count} {part_words(kind)}" for kind, count in sorted(counts.items()))


def leads(city: City, id: str, policy: OsmPolicy) -> list[Message]:
    """Return what the tags of a place say that bears on the standard: leads for the surveyor, never answers."""
    tags = city.by_id[id].item.tags
    return [
        say(
            "{title}: {tags}",
            title=evidence.title,
            tags=", ".join(f"{key}={tags[key]}" for key in evidence.tags if key in tags),
        )
        for evidence in policy.evidence
        if not tags.keys().isdisjoint(evidence.tags)
    ]


def city_notes(city: City) -> Iterator[Message]:
    """Yield what a reader has to know: the day, places left out, outlines that are missing, and what no tag says."""
    if city.day:
        yield say("The map is of {day}; what was built or closed since is not in it", day=city.day)
    else:
        yield say("The extract does not say of which day it is")
    yield say("Tags of OpenStreetMap answer no question of the standard: what nobody has seen there is not known")
    kinds = Counter(str(place.rule.title) for place in city.by_id.values())
    for kind, count in sorted(kinds.items()):
        yield say("{kind}: {count}", kind=kind, count=format_number(count, 0))
    unsure = sum(not place.rule.states_play for place in city.by_id.values())
    if unsure:
        yield say(
            "{count} of the places are parks or squares by their tags; whether children play there is not known",
            count=unsure,
        )
    if not city.sites.parts:
        yield say("No equipment is drawn in any of the places, which does not mean that there is none")
    for item, tag in city.left_out[:_NAMED]:
        yield say("{id} {name} is left out: {tag}", id=item.id, name=item.tags.get("name", ""), tag=tag)
    if len(city.left_out) > _NAMED:
        yield say("{count} more are left out for such a tag", count=len(city.left_out) - _NAMED)
    lost = [place.item for place in city.by_id.values() if place.item.fault is not None]
    for item in lost[:_NAMED]:
        yield say(
            "{id} {name} has no sound outline: {reason}", id=item.id, name=item.tags.get("name", ""), reason=item.fault
        )
    if len(lost) > _NAMED:
        yield say("{count} more have no sound outline; the column “Outline” says why", count=len(lost) - _NAMED)
