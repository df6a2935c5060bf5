"""What somebody who is not signed in may see while the public view is on: the one list of the fields.

What is not listed is not shown: a new field, column, property or kind of record is closed until it stands here. `public_records`
lets nothing else through, and the page on which the public view is switched on is made of the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rba_audit.forum import Said
from rba_audit.layers.spoken import ACCURACY, OUTLINE, accuracy, illustrates
from rba_audit.register import Visit
from rba_audit.register.certificates import Certificate, Withdrawal
from rba_audit.register.followups import Action, Asked, Event
from rba_audit.register.reviews import Standing
from rba_audit.sites.naming import NAME
from rba_audit.sites.site import text_of_value
from rba_audit.words import Message, say

ILLUSTRATIVE: Final = "illustrative"


def _text(value: object) -> object:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    return text_of_value(value) or None


def _distance(value: object) -> object:
    found = accuracy(value)
    return value if isinstance(value, int | float) and found is not None else found


def _outline(value: object) -> object:
    return ILLUSTRATIVE if illustrates(value) is not False else None


def _example(value: object) -> object:
    return value if value == ILLUSTRATIVE else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A field that is shown.

    Attributes:
        words: What people call it; None for what pages only reckon with.
        keep: Returns what is shown of a property of a site; None where nothing is. None for what is no property.
    """

    words: Message | None = None
    keep: Callable[[object], object] | None = None


@dataclass(frozen=True, slots=True)
class PublicKind:
    """One kind of record.

    Attributes:
        name: What people call it.
        shown: The fields that are shown. No other is.
        withheld: What people may ask after and is not shown, by its field; `ANY_OTHER` for all that nobody named.
        record: The class of its records; None for documents.
    """

    name: Message
    shown: Mapping[str, Shown]
    withheld: Mapping[str, Message]
    record: type | None = None

    @property
    def shown_words(self) -> tuple[str, ...]:
        """What is shown, in words."""
        return _once(each.words for each in self.shown.values())

    @property
    def withheld_words(self) -> tuple[str, ...]:
        """What is not shown, in words."""
        return _once(self.withheld.values())


def _once(messages: Iterable[Message | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each) for each in messages if each is not None))


ANY_OTHER: Final = "*"
_NOTES: Final = say("notes")
_PEOPLE: Final = say("who made it, and where they stood")
_RECKONED: Final = Shown()

SITE: Final = PublicKind(
    say("Sites"),
    {
        NAME: Shown(say("name"), _text),
        "id": Shown(say("code")),
        "kelurahan": Shown(say("kelurahan and kecamatan"), _text),
        "kelurahan_code": Shown(say("kelurahan and kecamatan"), _text),
        "kecamatan": Shown(say("kelurahan and kecamatan"), _text),
        "geometry": Shown(say("position and outline, and how exactly they are known")),
        ACCURACY: Shown(say("position and outline, and how exactly they are known"), _distance),
        OUTLINE: Shown(say("position and outline, and how exactly they are known"), _outline),
        "answers": Shown(say("whether its answers are examples"), _example),
        "questions": Shown(say("the answers that count, as the standard's own words and as numbers")),
        "verdict": Shown(say("result, reasons, plan and costs")),
        "next_look": Shown(say("when it is next to be looked at")),
    },
    {
        "manager": say("manager"),
        "position_basis": say("where its position comes from"),
        "sources": say("where its position comes from"),
        ANY_OTHER: say("notes, and every other column of an imported file"),
    },
)
"""`questions` stands for the properties that the edition asks; of those only words it knows and numbers that can be are kept."""
PART: Final = PublicKind(
    say("Mapped parts of a site"),
    {
        "part_of": _RECKONED,
        "part": Shown(say("what it is")),
        "type": Shown(say("what it is")),
        "geometry": Shown(say("where it is drawn")),
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
        "day": Shown(say("day")),
        "stage": Shown(say("stage")),
        "scope": Shown(say("whether it is a full visit or a check")),
        "finished_at": _RECKONED,
        "edition": Shown(say("edition")),
        "answers": Shown(say("the answers that count, as the standard's own words and as numbers")),
        "items": Shown(say("the play equipment, as below")),
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
    {"state": Shown(say("that it is approved"))},
    {
        "seq": say("what happened to it, and what reviewers wrote"),
        "since": say("what happened to it, and what reviewers wrote"),
    },
    Standing,
)
ITEM: Final = PublicKind(
    say("Play equipment"),
    {
        "kind": Shown(say("kind and a number, such as “Swing 2”")),
        "answers": Shown(say("what was found on it")),
        "gone": Shown(say("that it is no longer there")),
        "same_as": Shown(say("which other one it turned out to be")),
        "id": Shown(say("the code on its label")),
    },
    {NAME: say("the name that was typed"), "note": _NOTES, ANY_OTHER: say("whatever else somebody typed")},
)
PHOTO: Final = PublicKind(
    say("Photos"),
    {
        "cleared": Shown(say("those that were cleared, as they were cleared")),
        "question": Shown(say("of which question")),
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
        "rank": Shown(say("rank")),
        "issued": Shown(say("day of issue")),
        "valid_until": Shown(say("until when it is valid, and how it stands")),
    },
    {"number": say("number"), "issuer": say("issuer"), "person_id": say("who recorded it")},
    Certificate,
)
WITHDRAWAL: Final = PublicKind(
    say("Certificates"),
    {"day": _RECKONED},
    {"reason": say("why one was withdrawn"), "person_id": say("who recorded it")},
    Withdrawal,
)
ACTION: Final = PublicKind(say("Actions"), {"id": _RECKONED, "asked": _RECKONED, "last": _RECKONED}, {}, Action)
ASKED: Final = PublicKind(
    say("Actions"),
    {"site_id": _RECKONED, "requirement": _RECKONED, "outcome": _RECKONED, "round": _RECKONED},
    {
        each: say("which ones, until when and by whom they are to be done")
        for each in ("previous", "edition", "visit_id", "risk", "lead", "title", "remedy", "lead_words", "cost_words")
    },
    Asked,
)
EVENT: Final = PublicKind(
    say("Actions"),
    {
        "state": Shown(say("how many are open and how many are closed")),
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
    Event,
)
SAID: Final = PublicKind(
    say("Children's answers"),
    {
        "question": Shown(
            say(
                "what most of ten or more children said is not good, and whether it was good when it was looked at again"
            )
        ),
        "answer": _RECKONED,
        "last": _RECKONED,
    },
    {},
    Said,
)
_NOTHING: Final = say("all of them")
CLOSED: Final = (
    PublicKind(say("Visits that are not approved"), {}, {ANY_OTHER: _NOTHING}),
    PublicKind(
        say("Children's answers"),
        {},
        {ANY_OTHER: say("how many said what, what fewer than ten said, feelings, ages, and each child's answers")},
    ),
    PublicKind(say("Immediate dangers"), {}, {ANY_OTHER: _NOTHING}),
    PublicKind(say("People"), {}, {ANY_OTHER: say("names, accounts, and what anybody decided, wrote or downloaded")}),
)
"""Of these nothing is shown."""
KINDS: Final = (SITE, PART, VISIT, STANDING, ITEM, PHOTO, CERTIFICATE, WITHDRAWAL, ACTION, ASKED, EVENT, SAID, *CLOSED)
RECORDS: Final[Mapping[type, PublicKind]] = {each.record: each for each in KINDS if each.record is not None}


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of one kind of record, and what is not, in the reader's words."""

    name: str
    shown: tuple[str, ...]
    withheld: tuple[str, ...]


def public_list() -> list[Told]:
    """Return what the public view opens, made from the list itself; kinds of the same name stand together."""
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for each in KINDS:
        shown, withheld = found.setdefault(str(each.name), ({}, {}))
        shown |= dict.fromkeys(each.shown_words)
        withheld |= dict.fromkeys(each.withheld_words)
    return [Told(name, tuple(shown), tuple(withheld)) for name, (shown, withheld) in found.items()]
