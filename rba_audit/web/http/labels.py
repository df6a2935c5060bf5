"""Labels for the single words of an edition's files: confidence, origin of limits, evidence, kinds of part.

A word that no table has is shown as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from rba_audit.messages import Message, say
from rba_audit.review_states import SCOPE_WORDS, STAGE_WORDS


class Label(NamedTuple):
    """A short label and its explanation."""

    short: Message
    means: Message


CONFIDENCE: Final[Mapping[str, Label]] = {
    "official": Label(say("official"), say("A law, an SNI, a ministry page or a primary handbook states it.")),
    "secondary": Label(say("reported"), say("The press, a journal or a digest reports that auditors ask for it.")),
    "inferred": Label(say("inferred"), say("This project proposes it; no source was seen that says so.")),
}
THRESHOLD: Final[Mapping[str, Label]] = {
    "source": Label(say("limit from the source"), say("The number stands in the source named.")),
    "researcher": Label(say("limit proposed here"), say("This project proposes the number; it is to be confirmed.")),
    "unverified": Label(
        say("limit not verified"),
        say("The number comes from a damaged copy or from common knowledge; it is to be checked."),
    ),
    "none": Label(say("no number"), say("The requirement has no number.")),
}
MANDATORY: Final[Mapping[str, Label]] = {
    "wajib": Label(
        say("mandatory"),
        say("A report calls it mandatory, or it held a certificate back. Unmet, it keeps a place below the top rank."),
    ),
    "auditor": Label(
        say("asked by auditors"), say("Auditors asked for it to be repaired; that does not prove it mandatory.")
    ),
    "safety": Label(say("safety"), say("This project marks it because children may come to harm.")),
}
EVIDENCE: Final[Mapping[str, Message]] = {
    "photo": say("photo"),
    "document": say("document"),
    "measurement": say("measurement"),
    "observation": say("observation"),
    "interview": say("interview"),
    "map": say("map"),
}
METHODS: Final[Mapping[str, Message]] = {
    "seen": say("seen on the spot"),
    "measured": say("to measure"),
    "asked": say("to ask"),
    "night": say("at night"),
    "document": say("documents and maps"),
}
PARTS: Final[Mapping[str, Message]] = {
    "play_zone": say("Play zone"),
    "equipment": say("Equipment"),
    "gate": say("Gate"),
    "path": say("Path"),
    "tree": say("Tree"),
    "lamp": say("Lamp"),
    "camera": say("Camera"),
    "bin": say("Bin"),
    "toilet": say("Toilet"),
    "bench": say("Bench"),
    "guard_post": say("Guard post"),
    "fence": say("Fence"),
}
SCOPES: Final = SCOPE_WORDS
STAGES: Final = STAGE_WORDS


def links(standard: str) -> Mapping[str, Label]:
    """Return the labels of the links between a requirement and the standard of this short name."""
    return {
        "direct": Label(
            say("asked in {standard} audits", standard=standard),
            say("Someone reports that an auditor by {standard}, or who publishes it, asks for it.", standard=standard),
        ),
        "analogous": Label(
            say("from another standard"),
            say("Another standard asks for it; there is no proof that {standard} does.", standard=standard),
        ),
    }


def label(table: Mapping[str, Label], word: str) -> str:
    """Return the label of `word`."""
    return str(table[word].short) if word in table else word


def meaning(table: Mapping[str, Label], word: str) -> str:
    """Return the explanation of `word`; empty if the table does not have it."""
    return str(table[word].means) if word in table else ""


def plain_label(table: Mapping[str, Message], word: str) -> str:
    """Return the label of `word` from a table without explanations."""
    return str(table[word]) if word in table else word.replace("_", " ")


def legend(standard: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the legend for a standard of this short name: for each heading, its labels with their explanations."""
    groups = (
        (say("How sure we are"), CONFIDENCE),
        (say("Link to {standard}", standard=standard), links(standard)),
        (say("Where a limit comes from"), THRESHOLD),
        (say("Marked as"), MANDATORY),
    )
    return [
        (str(heading), [(str(entry.short), str(entry.means)) for entry in table.values()]) for heading, table in groups
    ]
