"""Random histories of visits to one site, and their expected results by the rules (ADR 0015, 0030 and 0036).

Independent of the program except for the words of an edition: `helpers.oracle` evaluates the requirements, one set of answers
at a time, and the edition's file of equipment is parsed again here.
"""

import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from helpers.answering import possible_answers
from helpers.oracle import STANDARDS, Oracle
from rba_audit.register import Visit
from rba_audit.standard import load_published

WORST_FIRST = ["does_not_conform", "undetermined", "partial", "conforms", "not_applicable"]
OPEN, FAILS = "undetermined", "does_not_conform"
YES_NO = {"yes": "yes", "ya": "yes", True: "yes", "no": "no", "tidak": "no", False: "no"}
NOT_SEEN = ("not_seen", "belum_dilihat")
FIRST_DAY = date(2026, 3, 2)
AUTHORS = ("ani", "budi", "citra")
IDS = tuple("abcdefghijkl")
WINDOW_DAYS = tomllib.loads((STANDARDS / "agreement.toml").read_text(encoding="utf-8"))["pairs"]["window_days"]


def rank(outcome):
    return WORST_FIRST.index(outcome)


def worst(outcomes):
    return min(outcomes, key=rank)


def nothing(value):
    """Tell whether an answer says nothing: nobody looked."""
    return value is None or value == "" or (isinstance(value, str) and value in NOT_SEEN)


def yes_no(value):
    return YES_NO.get(value) if isinstance(value, str | bool) else None


# --- one list of items beside the answers of a place (decision 30) --------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """An item that is there: its kind, and each way in which what was found on it may be read."""

    kind: str
    readings: tuple[dict, ...]


class Lists:
    """What an edition says of equipment, read from its file."""

    def __init__(self, edition):
        self.oracle = Oracle(edition)
        files = [STANDARDS / name / "equipment.toml" for name, _ in self.oracle.chain]
        told = tomllib.loads(next(each for each in reversed(files) if each.exists()).read_text(encoding="utf-8"))
        self.facts, self.each, self.same = told["facts"], told["each"], told.get("same", [])
        self.complete = told["complete"]["id"]
        self.kinds = {kind["name"]: kind for kind in told["kind"]}
        self.own_questions = [question["id"] for question in told["question"]]
        self.when = {q["id"]: q["asked_when"]["question"] for q in told["question"] if "asked_when" in q}
        self.tallies = [(each["question"], each.get("of"), each.get("is")) for each in told["count"]]
        self.every = [(each["question"], each["of"]) for each in told.get("every", [])]
        self.asked_of_items = {
            *self.facts,
            *(q["id"] for name in self.each for q in self.oracle.requirements[name]["question"]),
        }
        counts = {*(name for name, *_ in self.tallies), *(name for name, _ in self.every)}
        self.of_equipment = {*self.asked_of_items, *counts}
        self.counted = [
            name
            for name, each in self.oracle.requirements.items()
            if counts & {question["id"] for question in each["question"]}
        ]

    def questions(self, requirement):
        return [question["id"] for question in self.oracle.requirements[requirement]["question"]]

    def of_item(self, kind, reading):
        """Return what an item answers for itself: its facts, and each measurement under every question it serves for."""
        told = {name: value for name, value in reading.items() if name in self.asked_of_items}
        for group in self.same:
            said = [told[name] for name in group if told.get(name) not in (None, "")]
            if said:
                told |= dict.fromkeys(group, next((one for one in said if one not in NOT_SEEN), said[0]))
        facts = {fact: yes_no(told.pop(fact, None)) for fact in self.facts}
        told |= {fact: word for fact, word in facts.items() if word is not None}
        known = self.kinds.get(kind, {"yes": [], "no": []})
        return told | dict.fromkeys(known["yes"], "yes") | dict.fromkeys(known["no"], "no")

    def around(self, place):
        return {name: value for name, value in place.items() if name not in self.asked_of_items}

    def item_outcomes(self, item, place):
        """Return how an item comes out for each requirement that is asked of items: its worst reading."""
        around = self.around(place)
        used = [self.oracle.used({**around, **self.of_item(item.kind, each)}) for each in item.readings]
        return {name: worst([self.oracle._outcome(name, each) for each in used]) for name in self.each}

    def folded(self, place, there, begun):
        """Return the answers for the site: `there` are the items that are there, `begun` whether any was ever listed."""
        complete = yes_no(place.get(self.complete)) == "yes"
        if not begun and not complete:
            return dict(place)
        said = dict(place)
        readings = [(item.kind, each) for item in there for each in item.readings]
        found = [self.of_item(*each) for each in readings]
        self._fold_facts(said, found, complete)
        around, own_used = self.around(place), self.oracle.used(place)
        used = [self.oracle.used({**around, **each}) for each in found]
        for name in self.each:
            outcomes = [self.oracle._outcome(name, each) for each in used]
            lowest = worst(outcomes) if outcomes else OPEN
            settled = lowest == FAILS or (complete and lowest != OPEN)
            own = self.oracle._outcome(name, own_used)
            if own == FAILS and not settled:
                continue  # it is not met, and no complete list that was looked at says otherwise
            for question in self.questions(name):
                said.pop(question, None)
            if settled and not (own == FAILS and lowest != FAILS):
                answers = found[outcomes.index(lowest)]
                said |= {question: answers[question] for question in self.questions(name) if question in answers}
        self._fold_counts(said, own_used, there, complete)
        return said

    def _fold_facts(self, said, found, complete):
        for fact in self.facts:
            words, own = [each.get(fact) for each in found], yes_no(said.get(fact))
            none = complete and bool(words) and all(word == "no" for word in words)
            if "yes" in words:
                said[fact] = "yes"
            elif none and own != "yes":
                said[fact] = "no"
            elif not (own == "yes" and not none) and not (own == "no" and complete and not words):
                said.pop(fact, None)

    def _fold_counts(self, said, own_used, there, complete):
        counts = self._counts(there, complete)
        with_counts = {name: value for name, value in said.items() if name not in counts}
        with_counts |= {name: value for name, value in counts.items() if value is not None}
        with_counts = self.oracle.used(with_counts)
        of_list = {name: self.oracle._outcome(name, with_counts) for name in self.counted}
        for name in self.counted:
            own = self.oracle._outcome(name, own_used)
            if own == FAILS and of_list[name] == OPEN:
                continue
            for question in set(self.questions(name)) & set(counts):
                said.pop(question, None)
                if counts[question] is not None and (own != FAILS or of_list[name] == FAILS):
                    said[question] = counts[question]

    def _counts(self, there, complete):
        """Where what was found on one item can be read in two ways, the worse one is counted."""
        counts = {}
        for question, of, counted in self.tallies:
            words = [[counted if of is None else yes_no(each.get(of)) for each in item.readings] for item in there]
            sure = complete and there and (of is None or all(None not in each for each in words))
            counts[question] = sum(counted in each for each in words) if sure else None
        for question, of in self.every:
            first = self.when.get(of)
            readings = [each for item in there for each in item.readings]
            asked = [each for each in readings if first is None or yes_no(each.get(first)) == "yes"]
            words = [yes_no(each.get(of)) for each in asked]
            sure = complete and (first is None or all(yes_no(each.get(first)) for each in readings))
            counts[question] = "no" if "no" in words else "yes" if sure and words and set(words) == {"yes"} else None
        return counts


@cache
def lists(edition):
    return Lists(edition)


# --- several visits (decision 36) -----------------------------------------------------------------------------------------


@dataclass
class Known:
    """What is known of an item whatever was found on it."""

    kind: str
    gone: bool = False
    same_as: str = ""
    by_auditor: bool = False


@dataclass
class Memory:
    """Which items there are, by the visits up to some moment."""

    items: dict = field(default_factory=dict)

    def hear(self, visit):
        """Take in a list. A manager's may add to what an auditor listed, and changes nothing of that."""
        for each in visit.items:
            known = self.items.get(each["id"])
            auditor = visit.stage == "auditor"
            if known is None or auditor or not known.by_auditor:
                self.items[each["id"]] = Known(each["kind"], each["gone"], each.get("same_as", ""), auditor)

    def goes_on_as(self, id):
        """Return the id under which an item goes on: its own where a merge leads nowhere or round in a circle."""
        seen = [id]
        while after := self.items[seen[-1]].same_as:
            if after in seen or after not in self.items:
                return id
            seen.append(after)
        return seen[-1]


def in_order(visits):
    return sorted(visits, key=lambda each: (each.day, each.finished_at or each.recorded_at, each.recorded_at, each.id))


def looked(answers):
    return {name: value for name, value in answers.items() if not nothing(value)}


class Composed:
    """What some visits of a place come to, read by one full visit and the checks over it."""

    def __init__(self, lists_, full, checks, all_visits, *, one_of_two=False):
        self.lists, self.full, self.checks = lists_, full, checks
        self.one_of_two, self.memory = one_of_two, Memory()
        before, then = {}, set()
        for visit in all_visits:
            said = {id: known.same_as for id, known in self.memory.items.items()}
            kinds = {id: known.kind for id, known in self.memory.items.items()}
            self.memory.hear(visit)
            # What this visit says for the first time to be one thing with another was not looked at as one before it.
            held = Memory({id: replace(each, same_as=said.get(id, "")) for id, each in self.memory.items.items()})
            before[visit.id] = {id: held.goes_on_as(id) for id in held.items}
            if one_of_two and then and visit not in checks:
                for id, kind in kinds.items():
                    self.memory.items[id].kind = kind
            if visit is full:
                then = {id for id, known in self.memory.items.items() if not known.gone and not self._merged(id)}
        # Of two auditors each is judged by itself: what only others knew of is no gap in the list of the earlier.
        self.not_known_then = self.memory.items.keys() - then if one_of_two else set()
        self.listed = any(each.items for each in (full, *checks) if each is not None)
        self.answers = dict(full.answers) if full else {}
        self.unclear = self._chains_of_several() or (one_of_two and self._merged_by_others(all_visits))
        self.readings = {}  # by the id of an entry
        for each in full.items if full else ():
            self.readings.setdefault(each["id"], []).append(self._known(each["answers"]))
        for check in checks:
            self._lay(check, before[check.id])
            for name, value in check.answers.items():
                if not nothing(value) and not (name == lists_.complete and yes_no(value) == "yes"):
                    self.answers[name] = value

        if one_of_two:  # what an auditor found is gone stays so for them, though the other one lists it
            said = {each["id"]: each["gone"] for visit in (full, *checks) for each in visit.items}
            self.readings = {id: found for id, found in self.readings.items() if not said.get(id)}

    def _chains_of_several(self):
        """Whether a merge leads to another one that leads nowhere: nothing says which of the two is none."""
        links = {id: known.same_as for id, known in self.memory.items.items()}
        return any(
            to in links and links[to] and self.memory.goes_on_as(to) == to for id, to in links.items() if id != to
        )

    def _merged_by_others(self, visits):
        """Whether entries were merged, or listed apart again, later by visits that are not part of this auditor's reading."""
        later = [each for each in visits[visits.index(self.full) + 1 :] if each not in self.checks]
        merged = {each["id"] for visit in (self.full, *self.checks) for each in visit.items if each.get("same_as")}
        return any(each.get("same_as") or each["id"] in merged for visit in later for each in visit.items)

    def _merged(self, id):
        return self.memory.goes_on_as(id) != id

    def _known(self, answers):
        """Return what was found on an entry; one measurement that serves for several questions stands under each."""
        found = {name: value for name, value in answers.items() if value not in (None, "")}
        for group in self.lists.same:
            said = [found[name] for name in group if name in found]
            if said:
                found |= dict.fromkeys(group, next((one for one in said if not nothing(one)), said[0]))
        return found

    def _lay(self, check, before):
        """Lay what a check found on each item over everything found on it before; what stands under another id is one reading more."""
        for each in sorted(check.items, key=lambda each: self._merged(each["id"])):
            if each["gone"]:
                continue
            over = {each["id"]}
            if not self._merged(each["id"]):
                over |= {id for id in self.readings if before.get(id, id) == each["id"]}
            for id in sorted(over):
                told = looked(self._known(each["answers"]))
                self.readings[id] = [{**reading, **told} for reading in self.readings.get(id) or [{}]]

    def there(self):
        """Return the items that are there; what one entry of an item says nothing of, another may."""
        found = {}
        for id in self.memory.items:
            found.setdefault(self.memory.goes_on_as(id), []).extend(each for each in self.readings.get(id, []) if each)
        items = {}
        for id, readings in found.items():
            listed = any(self.readings.get(each) for each in self.memory.items if self.memory.goes_on_as(each) == id)
            if self.memory.items[id].gone or (id in self.not_known_then and not listed):
                continue
            filled = []
            for at, reading in enumerate(readings):
                all_said = reading
                for other in readings[:at] + readings[at + 1 :]:
                    all_said = {**other, **all_said}
                filled.append(all_said)
            self.unclear |= len({repr(sorted(each.items(), key=str)) for each in readings}) > 2
            items[id] = Item(self.memory.items[id].kind, tuple(filled or [{}]))
        return items

    def place(self, document):
        """Return what is said of the place: a complete list that is not empty answers what the document says of equipment."""
        if self.listed and yes_no(self.answers.get(self.lists.complete)) == "yes":
            document = {name: value for name, value in document.items() if name not in self.lists.of_equipment}
        elif self.memory.items:
            document = {name: value for name, value in document.items() if name != self.lists.complete}
        return {**document, **self.answers}

    def speaks(self, requirement):
        """Tell whether the visits answer a question of the requirement itself, for the place or for an item."""
        questions = {*self.lists.questions(requirement)}
        of = {of for name, of, *_ in (*self.lists.tallies, *self.lists.every) if name in questions}
        of_items = questions | of if requirement in self.lists.each else of
        said = looked(self.answers).keys() & questions
        return bool(said) or any(each.keys() & of_items for readings in self.readings.values() for each in readings)

    def outcomes(self, document):
        folded = self.lists.folded(self.place(document), list(self.there().values()), bool(self.memory.items))
        used = self.lists.oracle.used(folded)
        return {name: self.lists.oracle._outcome(name, used) for name in self.lists.oracle.requirements}


def compositions(visits, edition):
    """Return what counts, and how each other auditor of a double audit read the same place."""
    visits = in_order(visits)
    full = [each for each in visits if each.scope == "full"]
    checks = [each for each in visits if each.scope == "check"]
    audits = [each for each in full if each.stage == "auditor"]
    own = [each for each in full if each.stage == "self"]
    mine, theirs = ([each for each in checks if each.stage == stage] for stage in ("self", "auditor"))
    base = audits[-1] if audits else own[-1] if own else None

    def since(one):
        return [each for each in theirs if visits.index(each) > visits.index(one)]

    if not audits:
        after = [each for each in mine if base is None or visits.index(each) > visits.index(base)]
        return Composed(lists(edition), base, [*after, *theirs], visits), []
    others = {}
    for each in audits[:-1]:
        if each.author != base.author and (base.day - each.day).days <= WINDOW_DAYS:
            others[each.author] = each
    return (
        Composed(lists(edition), base, since(base), visits),
        [Composed(lists(edition), each, since(each), visits, one_of_two=True) for each in others.values()],
    )


def expected(visits, document, edition, settled=None):
    """Return what may come out for every requirement; None where the rules do not say (see `Composed.unclear`).

    `settled` names the visit decided for, by other visit and requirement.
    """
    if not visits:
        used = lists(edition).oracle.used(document)
        return {name: {lists(edition).oracle._outcome(name, used)} for name in lists(edition).oracle.requirements}
    counts, others = compositions(visits, edition)
    own, read = counts.outcomes(document), [(each, each.outcomes(document)) for each in others]
    merged = any(item.get("same_as") for visit in visits for item in visit.items)
    if any(each.unclear for each in (counts, *others)) or (others and merged):
        return None  # whose entries are one thing in the reading of an auditor who did not say so, no rule tells
    return {name: _allowed(name, own[name], counts, read, settled or {}) for name in own}


def _allowed(name, own, counts, read, settled):
    """Return what may come out where auditors differ: the worse, unless it is not sure that both of them speak of it."""
    ways = [(False, ())]  # whether somebody decided against what counts, and what others found beside it
    for other, outcomes in read:
        found, chosen = outcomes[name], settled.get((other.full.id, name))
        if found == OPEN:
            continue
        against, aside, beside = (True, (found,)), (False, ()), (False, (found,))
        # What two auditors left differently open is no disagreement, so nothing can be decided about it.
        decided = beside if chosen is None or own == OPEN else against if chosen == other.full.id else aside
        if other.speaks(name) and counts.speaks(name):
            more = {decided}
        else:  # it may be no disagreement; what only the earlier found not met stands
            more = {decided, beside} if other.speaks(name) and found == FAILS else {decided, beside, aside}
        ways = [(one or two, (*some, *others)) for one, some in ways for two, others in more]
    return {worst([*([] if overruled else [own]), *others]) for overruled, others in ways}


# --- random histories -----------------------------------------------------------------------------------------------------


@cache
def good_answers(edition):
    """Return the answers of an edition's own examples that conform, all together."""
    given = {}
    for example in load_published(edition).examples:
        if example.outcome == "conforms":
            given = {**example.given, **given}
    return {
        name: value if isinstance(value, str | bool | list | int) else float(value) for name, value in given.items()
    }


@cache
def possible(edition):
    return possible_answers(load_published(edition))


def some_answers(names, edition, chance):
    """Return answers to some of the questions: as a good place gives them, as any does, or hardly any."""
    good, any_, share = good_answers(edition), possible(edition), chance.choice([0.1, 0.6, 1, 1])
    spoilt = chance.choice([0, 0.02, 0.1, 0.6])
    found = {}
    for name in names:
        if chance.random() < share:
            value = chance.choice(any_[name]) if name not in good or chance.random() < spoilt else good[name]
            if value is not None:
                found[name] = value
    return found


def item_answers(edition, chance):
    own = lists(edition)
    found = some_answers(sorted(own.asked_of_items), edition, chance)
    for fact in own.facts:
        if chance.random() < 0.5:
            found[fact] = chance.choice(["yes", "no", "ya", "tidak"])
    good = {of: "no" if is_ == "yes" else "yes" for _, of, is_ in own.tallies if of} | {
        of: "yes" for _, of in own.every
    }
    share, spoilt = chance.choice([0.3, 1, 1]), chance.choice([0, 0.2, 0.5])
    for name in own.own_questions:
        if chance.random() < share:
            found[name] = chance.choice(["yes", "no", "ya", "not_seen"]) if chance.random() < spoilt else good[name]
    return found


def some_items(edition, chance, most):
    """Return entries of a list; at times gone, renamed, merged, or the same item twice."""
    kinds = [*lists(edition).kinds]
    entries = []
    for id in chance.sample(IDS, chance.choice([0, 1, 2, 2, 3, most])):
        kind = kinds[IDS.index(id) % len(kinds)] if chance.random() < 0.9 else chance.choice([*kinds, "zip_line"])
        entry = {
            "id": id,
            "kind": kind,
            "name": f"{kind} {chance.randrange(3)}",
            "gone": chance.random() < 0.1,
            "answers": item_answers(edition, chance),
            "note": "",
        }
        if not entry["gone"] and chance.random() < 0.12:
            entry["same_as"] = chance.choice([*IDS[:4], *IDS[:4], "nowhere", id])
        entries.append(entry)
    return tuple(entries)


def some_place(edition, chance, share_of_equipment=0.3):
    """Return answers about the place as a whole: a good one, any, or hardly any."""
    own = lists(edition)
    names = [name for name in own.oracle.questions if name not in own.of_equipment]
    found = some_answers(names, edition, chance)
    if chance.random() < share_of_equipment:
        found |= some_answers([name for name in own.oracle.questions if name in own.of_equipment], edition, chance)
    return found


@dataclass(frozen=True)
class History:
    """Visits of one place, what its document says, and what was decided about double audits."""

    visits: tuple[Visit, ...]
    document: dict
    settled: dict


def history(edition, chance, number, *, most_visits=8):
    """Return a random history of the place `number`."""
    visits, spread = [], chance.choice([1, 20, 90])
    authors = AUTHORS[: chance.choice([1, 2, 2, 3])]
    most_items = chance.choice([3, 6, 12])
    for at in range(chance.randint(1, most_visits)):
        check, own = chance.random() < 0.4, chance.random() < 0.2
        answers = some_place(edition, chance)
        if check:
            answers = dict(chance.sample(sorted(answers.items()), min(len(answers), chance.choice([1, 3, 10]))))
        complete = chance.choice(["yes", "yes", "yes", "ya", "no", None, "not_seen"])
        if complete is not None:
            answers[lists(edition).complete] = complete
        day = FIRST_DAY + timedelta(days=chance.choice([0, 1, spread // 2, spread, chance.randint(0, spread)]))
        moment = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + timedelta(
            minutes=chance.choice([0, 60, chance.randrange(480)])
        )
        visits.append(
            Visit(
                str(UUID(int=(number << 16) + chance.randrange(1 << 15) * 16 + at)),
                f"s{number}",
                edition,
                "self" if own else "auditor",
                "-",
                day,
                answers,
                author="manager" if own else chance.choice(authors),
                scope="check" if check else "full",
                items=some_items(edition, chance, 2 if check else most_items),
                recorded_at=moment + timedelta(minutes=5),
                finished_at=moment,
            )
        )
    visits = merged_for_good(visits)
    document = some_place(edition, chance, 0.5) if chance.random() < 0.5 else {}
    return History(tuple(visits), document, {})


def merged_for_good(visits):
    """Let a merge be said again by whoever lists the entry later: nothing says how one is undone."""
    said, found = {}, []
    for visit in in_order(visits):
        items = []
        for each in visit.items:
            # Whose label leads to another item by now is looked at as that one.
            answers = {} if visit.scope == "check" and each["id"] in said else each["answers"]
            if each.get("same_as") and not each["gone"]:
                said.setdefault(each["id"], each["same_as"])
            merged = {"same_as": said[each["id"]]} if each["id"] in said and not each["gone"] else {}
            items.append({**each, "answers": answers, **merged})
        found.append(replace(visit, items=tuple(items)))
    return found


def without_item(visit, id):
    return replace(visit, items=tuple(each for each in visit.items if each["id"] != id))
