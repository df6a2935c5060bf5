"""Answers that do not meet a requirement, and answers that meet it after a repair, from the examples of an edition."""

import io
from decimal import Decimal
from itertools import product

from PIL import Image

from helpers.histories import lists
from rba_audit.register.person_records import Person

PLANNER = Person("p-1", "putri", "Putri", "planner", (), True)
OTHER = Person("p-2", "oki", "Oki", "planner", (), True)


def photo():
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    return file.getvalue()


PHOTO = photo()


def plain(given):
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in given.items()}


def pair(standard, name):
    """Return answers that fail and answers that conform, laid over them too, from the edition's own examples."""
    oracle = lists(standard.edition).oracle
    found = {}
    for each in standard.examples:
        if each.requirement == name:
            found.setdefault(each.outcome, []).append(plain(each.given))
    for bad, good in product(found["does_not_conform"], found["conforms"]):
        if (
            oracle.outcome(name, {**bad, **good}) == "conforms"
            and oracle.outcome(name, {**good, **bad}) == "does_not_conform"
        ):
            return bad, good
    raise AssertionError(f"the examples of {name} hold no pair of a failure and its repair")


def counted_pair(standard):
    """Return what an item answers that is counted as bad, and as good."""
    own = lists(standard.edition)
    bad = {of: is_ for _, of, is_ in own.tallies if of}
    good = {of: "no" if is_ == "yes" else "yes" for of, is_ in bad.items()}
    return bad | {of: "no" for _, of in own.every}, good


def item(standard, id, answers, gone=False):
    own = lists(standard.edition)
    kind = next(name for name, each in reversed(own.kinds.items()) if not each["yes"] and not each["no"])
    return {"id": id, "kind": kind, "name": id, "gone": gone, "answers": answers, "note": ""}


def one_of_each_kind(standard):
    """Return a requirement with one question for every kind of question, and none of those that items answer."""
    own, found = lists(standard.edition), {}
    for each in standard.requirements:
        first = each.questions[0]
        if (
            each.tier == "core"
            and len(each.questions) == 1
            and first.id not in own.of_equipment
            and each.id not in own.each
        ):
            bad, good = pair(standard, each.id)
            if not own.of_equipment & {*bad, *good}:
                found.setdefault(first.kind, each.id)
    return [*found.values()]
