"""`OsmPolicy`: objects of OpenStreetMap that are play spaces, and the questions that their tags bear on (`osm.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.layer_rules import Tags, tags_listed
from rba_audit.standard.policies.sourced_numbers import NumberOrigin, Sources, number_origin, read_sources, rules_table
from rba_audit.standard.toml_tables import Table


@dataclass(frozen=True, eq=False, slots=True)
class PlaySpaceRule:
    """Rule by which an object is a play space.

    Attributes:
        any_of: Tags of which one must match.
        states_play: Whether the tags alone say that children play there.
        facts: Facts of the standard that the tags state; everything else stays unknown.
    """

    name: str
    title: BilingualText
    any_of: tuple[Tags, ...]
    states_play: bool
    facts: Mapping[str, str]
    origin: NumberOrigin


@dataclass(frozen=True, eq=False, slots=True)
class TagEvidence:
    """Tags that bear on some questions or facts, without being an answer to them."""

    tags: tuple[str, ...]
    title: BilingualText
    questions: tuple[str, ...]
    origin: NumberOrigin


@dataclass(frozen=True, eq=False, slots=True)
class OsmPolicy:
    """Content of `osm.toml`.

    Attributes:
        play_spaces: The rules in order; the first that matches counts.
        closed: Tags of a place that cannot be audited; one of them is enough.
        closed_origin: Where these come from.
        evidence: Tags to be read before a visit.
        sources: Sources by key.
    """

    play_spaces: tuple[PlaySpaceRule, ...]
    closed: tuple[Tags, ...]
    closed_origin: NumberOrigin
    evidence: tuple[TagEvidence, ...]
    sources: Sources

    @property
    def keys(self) -> frozenset[str]:
        """The keys by which a play space is recognised."""
        return frozenset(key for rule in self.play_spaces for tags in rule.any_of for key in tags)


def read_osm(path: Path) -> OsmPolicy:
    """Return the content of an `osm.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    play_spaces = tuple(
        _play_space(Table(item, f"{table.where} play_space"), sources) for item in table.tables("play_space")
    )
    if len({rule.name for rule in play_spaces}) != len(play_spaces):
        raise table.fault(say("two entries of '{key}' have the same name; give each its own", key="play_space"))
    closed = table.table("closed")
    policy = OsmPolicy(
        play_spaces=play_spaces,
        closed=tags_listed(closed, "any_of"),
        closed_origin=number_origin(closed, sources),
        evidence=tuple(_evidence(Table(item, f"{table.where} evidence"), sources) for item in table.tables("evidence")),
        sources=sources,
    )
    for part in (closed, table):
        part.refuse_unknown_keys()
    return policy


def _play_space(table: Table, sources: Sources) -> PlaySpaceRule:
    facts = table.table("facts")
    rule = PlaySpaceRule(
        name=table.text("name"),
        title=table.words("title"),
        any_of=tags_listed(table, "any_of"),
        states_play=table.flag("states_play"),
        facts={name: facts.text(name) for name in facts.names()},
        origin=number_origin(table, sources),
    )
    table.refuse_unknown_keys()
    return rule


def _evidence(table: Table, sources: Sources) -> TagEvidence:
    evidence = TagEvidence(
        tags=table.texts("tags"),
        title=table.words("title"),
        questions=table.texts("questions"),
        origin=number_origin(table, sources),
    )
    table.refuse_unknown_keys()
    return evidence
