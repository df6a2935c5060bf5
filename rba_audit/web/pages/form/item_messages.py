"""Questions and messages of the equipment list in the form, in the reader's language.

Scripts contain no text of their own; the page fills in the braces.
"""

from __future__ import annotations

from rba_audit.findings import outcome_words
from rba_audit.messages import Message, say
from rba_audit.standard import OUTCOMES, Question, Standard


def item_words(standard: Standard) -> dict[str, object]:
    """Return the texts of the equipment list by the keys that its script uses."""
    equipment = standard.equipment
    requirements = [standard.requirement(name) for name in equipment.each]
    questions = [
        *(standard.question(fact) for fact in equipment.facts),
        *equipment.questions,
        *(question for requirement in requirements for question in requirement.questions),
    ]
    return {
        "kinds": {kind.name: str(kind.words) for kind in equipment.kinds},
        "questions": {question.id: _question(question, standard) for question in questions},
        "requirements": {requirement.id: str(requirement.title) for requirement in requirements},
        "outcomes": {outcome: outcome_words(outcome) for outcome in OUTCOMES},
        "words": {name: _text(message) for name, message in _WORDS.items()},
    }


def _question(question: Question, standard: Standard) -> dict[str, object]:
    document: dict[str, object] = {
        "ask": str(standard.equipment.asks.get(question.id, question.ask)),
        "kind": question.kind,
        "choices": [[choice.name, str(choice.words)] for choice in question.choices],
        "unit": str(question.unit),
        "unit_first": question.unit_first,
    }
    # The hint of a fact is about the whole site, not about the item.
    hint = question.hint if standard.equipment.asks.get(question.id) is None or question.requirement else None
    if hint:
        document["hint"] = str(hint)
    if question.partial_means:
        document["partial"] = str(question.partial_means)
    return document


def _text(message: Message) -> str:
    """Return a message in the current language with its placeholders in braces, for the page to fill in."""
    return str(Message(message.text, tuple((name, f"{{{name}}}") for name in _BRACES)))


_BRACES = ("questions", "count", "name", "names", "text", "value", "unit", "low", "high", "given", "asked")
_WORDS = {
    "about": say("What it is"),
    "counted": say("How it stands"),
    "name": say("Name"),
    "kind": say("Kind of equipment"),
    "note": say("Note"),
    "photo": say("Photo, no faces"),
    "gallery": say("Gallery"),
    "again": say("Another of the same kind"),
    "mark_gone": say("It is not there any more"),
    "marked_gone": say("“{name}” is marked as no longer there; its history stays."),
    "gone": say("no longer there"),
    "back": say("It is there again"),
    "undo": say("Undo"),
    "added": say("“{name}” was added."),
    "taken": say("{count} items were taken over, with nothing answered."),
    "known": say("Known here from earlier visits or the map, and not in this list, {count}: {names}."),
    "left_out": say("Look at each, or say that it is no longer there; until then what they decide is not known."),
    "still_left": say("Known here and not in the list: {names}. Until somebody looks, what they decide is not known."),
    "ask_complete": say(
        "You say that the list is complete, but these are known here and not in it: {names}. Look at them, or say that they are no longer there."
    ),
    "take_one": say("Take it into the list"),
    "not_there": say("No longer there"),
    "unknown": say(
        "The item of this label is not known here. Look at the name on the label: if it is in the list, answer there; else add it under that name, and report the label to your reviewer."
    ),
    "same": say("This is the same thing as …"),
    "same_which": say("“{name}” is the same thing as"),
    "same_as": say("same as {name}"),
    "merge": say("They are one thing"),
    "merged": say("“{name}” goes on as “{names}”."),
    "apart": say("It is a thing of its own"),
    "no_other": say("There is no other item yet."),
    "empty": say("No item is listed yet."),
    "count": say("Items listed: {count}"),
    "given": say("{given} of {asked} answered"),
    "kept": say("Kept and not judged, because it is not asked: {questions}"),
    "untouched": say("not looked at yet"),
    "by_items": say("Answered item by item, questions: {count}. To the list of equipment"),
    "further": say("Further requirements; they do not count"),
    "partly": say("Partly"),
    "none": say("None of these"),
    "not_seen": say("Not seen yet"),
    "clear": say("clear the answer"),
    "two_numbers": say("“{text}” can be read in two ways. Which one is meant?"),
    "no_number": say("'{text}' is not a number; write one number in the digits 0 to 9, like 1,2 or 1.2"),
    "other_unit": say("Leave the unit out: the unit here is {unit}, found: “{text}”"),
    "not_whole": say("{value} is no whole number; write one"),
    "implausible": say("{value} is not plausible: it should lie between {low} and {high}. Correct it, or clear it."),
}
