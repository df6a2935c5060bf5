"""Public fields: the allow-list of what readers without an account may see while the public view is on (ADR 0038).

A new field, column, property or kind of record is hidden until it is listed here. `records` removes everything else, and the page
on which the public view is switched on is generated from the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rba_audit.forum import ChildrenOpinion
from rba_audit.layers.property_words import ACCURACY, OUTLINE_KEY, illustrates, property_accuracy_m
from rba_audit.messages import Message, say
from rba_audit.register import Visit
from rba_audit.register.action_records import Action, ActionEvent, ActionRequest
from rba_audit.register.certificates import Certificate, CertificateWithdrawal
from rba_audit.register.office import OFFICE_LIMITS, Office
from rba_audit.register.reviews import ReviewStatus
from rba_audit.sites.names import NAME
from rba_audit.sites.site import text_of_value

ILLUSTRATIVE: Final = "illustrative"


def _text(value: object) -> object:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    return text_of_value(value) or None


def _distance(value: object) -> object:
    metres = property_accuracy_m(value)
    return value if isinstance(value, int | float) and metres is not None else metres


def _outline(value: object) -> object:
    return ILLUSTRATIVE if illustrates(value) is not False else None


def _example(value: object) -> object:
    return value if value == ILLUSTRATIVE else None


@dataclass(frozen=True, slots=True)
class PublicField:
    """A public field.

    Attributes:
        words: Its label; None for a field that pages only compute with.
        keep: Returns the public form of a property of a site, or None to hide it. None for a field that is no property.
    """

    words: Message | None = None
    keep: Callable[[object], object] | None = None


@dataclass(frozen=True, slots=True)
class PublicKind:
    """Public and hidden fields of one kind of record.

    Attributes:
        name: Its label.
        shown: The public fields; all others are hidden.
        withheld: Labels of hidden fields that readers may ask about; `ANY_OTHER` for all that have no label.
        record: The class of its records; None for documents.
    """

    name: Message
    shown: Mapping[str, PublicField]
    withheld: Mapping[str, Message]
    record: type | None = None

    @property
    def shown_words(self) -> tuple[str, ...]:
        """Labels of the public fields."""
        return _once(field.words for field in self.shown.values())

    @property
    def withheld_words(self) -> tuple[str, ...]:
        """Labels of the hidden fields."""
        return _once(self.withheld.values())


def _once(messages: Iterable[Message | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(message) for message in messages if message is not None))


ANY_OTHER: Final = "*"
_NOTES: Final = say("notes")
_PEOPLE: Final = say("who made it, and where they stood")
_RECKONED: Final = PublicField()

SITE: Final = PublicKind(
    say("Sites"),
    {
        NAME: PublicField(say("name"), _text),
        "id": PublicField(say("code")),
        "kelurahan": PublicField(say("kelurahan and kecamatan"), _text),
        "kelurahan_code": PublicField(say("kelurahan and kecamatan"), _text),
        "kecamatan": PublicField(say("kelurahan and kecamatan"), _text),
        "geometry": PublicField(say("position and outline, and how exactly they are known")),
        ACCURACY: PublicField(say("position and outline, and how exactly they are known"), _distance),
        OUTLINE_KEY: PublicField(say("position and outline, and how exactly they are known"), _outline),
        "answers": PublicField(say("whether its answers are examples"), _example),
        "questions": PublicField(say("the answers that count, as the standard's own words and as numbers")),
        "verdict": PublicField(say("result, reasons, plan and costs")),
        "next_look": PublicField(say("when it is next to be looked at")),
    },
    {
        "manager": say("manager"),
        "position_basis": say("where its position comes from"),
        "sources": say("where its position comes from"),
        ANY_OTHER: say("notes, and every other column of an imported file"),
    },
)
"""`questions` are the answers to the edition's questions; only known words and plausible numbers are public."""
PART: Final = PublicKind(
    say("Mapped parts of a site"),
    {
        "part_of": _RECKONED,
        "part": PublicField(say("what it is")),
        "type": PublicField(say("what it is")),
        "geometry": PublicField(say("where it is drawn")),
    },
    {NAME: say("name"), ANY_OTHER: say("whatever else its file says of it")},
)
VISIT: Final = PublicKind(
    say("Approved visits"),
    {
        "id": _RECKONED,
        "site_id": _RECKONED,
        "root": _RECKONED,
        "version": _RECKONED,
        "day": PublicField(say("day")),
        "stage": PublicField(say("stage")),
        "scope": PublicField(say("whether it is a full visit or a check")),
        "finished_at": _RECKONED,
        "edition": PublicField(say("edition")),
        "answers": PublicField(say("the answers that count, as the standard's own words and as numbers")),
        "items": PublicField(say("the play equipment, as below")),
    },
    {
        "auditor": _PEOPLE,
        "author": _PEOPLE,
        "given_by": _PEOPLE,
        "position": _PEOPLE,
        "note": _NOTES,
        "notes": say("reasons, and whatever else somebody typed beside an answer"),
        "photos": say("photos that were not cleared"),
        "replaces": say("what happened to it, and what reviewers wrote"),
        "sha256": say("what happened to it, and what reviewers wrote"),
        "recorded_at": say("what happened to it, and what reviewers wrote"),
        "first_recorded_at": say("what happened to it, and what reviewers wrote"),
    },
    Visit,
)
STANDING: Final = PublicKind(
    say("Approved visits"),
    {"state": PublicField(say("that it is approved"))},
    {
        "seq": say("what happened to it, and what reviewers wrote"),
        "since": say("what happened to it, and what reviewers wrote"),
    },
    ReviewStatus,
)
ITEM: Final = PublicKind(
    say("Play equipment"),
    {
        "kind": PublicField(say("kind and a number, such as “Swing 2”")),
        "answers": PublicField(say("what was found on it")),
        "gone": PublicField(say("that it is no longer there")),
        "same_as": PublicField(say("which other one it turned out to be")),
        "id": PublicField(say("the code on its label")),
    },
    {NAME: say("the name that was typed"), "note": _NOTES, ANY_OTHER: say("whatever else somebody typed")},
)
PHOTO: Final = PublicKind(
    say("Photos"),
    {
        "cleared": PublicField(say("those that were cleared, as they were cleared")),
        "question": PublicField(say("of which question")),
    },
    {ANY_OTHER: say("every other photo, and where and by whom one was taken")},
)
CERTIFICATE: Final = PublicKind(
    say("Certificates"),
    {
        "id": _RECKONED,
        "site_id": _RECKONED,
        "edition": _RECKONED,
        "withdrawn": _RECKONED,
        "rank": PublicField(say("rank")),
        "issued": PublicField(say("day of issue")),
        "valid_until": PublicField(say("until when it is valid, and how it stands")),
    },
    {"number": say("number"), "issuer": say("issuer"), "person_id": say("who recorded it")},
    Certificate,
)
WITHDRAWAL: Final = PublicKind(
    say("Certificates"),
    {"day": _RECKONED},
    {"reason": say("why one was withdrawn"), "person_id": say("who recorded it")},
    CertificateWithdrawal,
)
ACTION: Final = PublicKind(say("Actions"), {"id": _RECKONED, "request": _RECKONED, "last": _RECKONED}, {}, Action)
ASKED: Final = PublicKind(
    say("Actions"),
    {"site_id": _RECKONED, "requirement": _RECKONED, "outcome": _RECKONED, "round": _RECKONED},
    {
        each: say("which ones, until when and by whom they are to be done")
        for each in ("previous", "edition", "visit_id", "risk", "lead", "title", "remedy", "lead_words", "cost_words")
    },
    ActionRequest,
)
EVENT: Final = PublicKind(
    say("Actions"),
    {
        "state": PublicField(say("how many are open and how many are closed")),
        "what": _RECKONED,
        "due": _RECKONED,
        "day": _RECKONED,
    },
    {
        "owner": say("which ones, until when and by whom they are to be done"),
        "note": say("notes and photos of what was done"),
        "photo": say("notes and photos of what was done"),
        **{
            each: say("notes and photos of what was done")
            for each in ("action_id", "seq", "person_id", "at", "visit_id")
        },
    },
    ActionEvent,
)
SAID: Final = PublicKind(
    say("Children's answers"),
    {
        "question": PublicField(
            say(
                "what most of ten or more children said is not good, and whether it was good when it was looked at again"
            )
        ),
        "answer": _RECKONED,
        "last": _RECKONED,
    },
    {},
    ChildrenOpinion,
)
OFFICE: Final = PublicKind(
    say("Office"),
    {"name": PublicField(say("name"))},
    {each: say("its address, who signs, and what its letters say") for each in OFFICE_LIMITS if each != "name"},
    Office,
)
_NOTHING: Final = say("all of them")
CLOSED_FIELDS: Final = (
    PublicKind(say("Visits that are not approved"), {}, {ANY_OTHER: _NOTHING}),
    PublicKind(
        say("Children's answers"),
        {},
        {ANY_OTHER: say("how many said what, what fewer than ten said, feelings, ages, and each child's answers")},
    ),
    PublicKind(say("Immediate dangers"), {}, {ANY_OTHER: _NOTHING}),
    PublicKind(say("People"), {}, {ANY_OTHER: say("names, accounts, and what anybody decided, wrote or downloaded")}),
)
"""Kinds of record of which nothing is public."""
PUBLIC_KINDS: Final = (
    *(SITE, PART, VISIT, STANDING, ITEM, PHOTO, CERTIFICATE, WITHDRAWAL, ACTION, ASKED, EVENT, SAID, OFFICE),
    *CLOSED_FIELDS,
)
RECORDS: Final[Mapping[type, PublicKind]] = {each.record: each for each in PUBLIC_KINDS if each.record is not None}


@dataclass(frozen=True, slots=True)
class PublicKindView:
    """Labels of the public and the hidden fields of one kind of record."""

    name: str
    shown: tuple[str, ...]
    withheld: tuple[str, ...]


def public_list() -> list[PublicKindView]:
    """Return the labels of all kinds, generated from the list; kinds of the same name are joined."""
    labels: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for kind in PUBLIC_KINDS:
        shown, withheld = labels.setdefault(str(kind.name), ({}, {}))
        shown |= dict.fromkeys(kind.shown_words)
        withheld |= dict.fromkeys(kind.withheld_words)
    return [PublicKindView(name, tuple(shown), tuple(withheld)) for name, (shown, withheld) in labels.items()]
