"""Imports, undoing and work of the office by chance: no place is lost or doubled, and undo gives the same register."""

import copy
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from helpers.effort import cases
from helpers.imports import imported, kinds_of, place, planned
from helpers.registers import empty_register
from helpers.visits import document_of
from rba_audit.errors import Conflict
from rba_audit.imports import undo_import
from rba_audit.register import Visit
from rba_audit.register.records import as_json
from rba_audit.site_editing import merge_sites, replace_document, retire_site, unmerge_site, unretire_site

SEEDS = st.randoms(use_true_random=False)


@dataclass
class Card:
    """A place as people would keep it on a card.

    Attributes:
        former: Documents from before each import that is not undone; None if that import added the place.
        touches: Imports that are not undone, by id, and "office", oldest first.
    """

    id: str
    document: dict
    status: str = "counts"
    former: list = field(default_factory=list)
    touches: list = field(default_factory=list)
    by_office: bool = False
    visits: int = 0
    into: str = ""


class Imports(RuleBasedStateMachine):
    """A register and cards that go through the same steps."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.register = empty_register(self.folder.name)
        self.cards = {}
        self.number = 0
        self.imports = []
        self.before = None

    def teardown(self):
        self.register.close()
        self.folder.cleanup()

    # --- what is in hand ---------------------------------------------------------------------------------------------

    def fresh(self):
        self.number += 1
        return self.number

    def some(self, random, *statuses, most=4):
        cards = [card for card in self.cards.values() if card.status in statuses]
        return random.sample(cards, min(len(cards), random.randint(1, most)))

    def taken(self, record, documents):
        """Note an import that took these documents."""
        for document in documents:
            card = self.cards.get(document["id"])
            if card is None:
                card = self.cards[document["id"]] = Card(document["id"], document)
                card.former.append(None)
            else:
                card.former.append(None if card.status == "undone" else (card.document, card.by_office))
            card.document, card.status, card.by_office = document, "counts", False
            card.touches.append(record.id)
        assert record.counts.new + record.counts.changed == len(documents)
        self.imports.append((record.id, [document["id"] for document in documents]))

    def text(self):
        return as_json(self.register.features())

    def seen(self, *cards):
        return {card.id: self.register.site_events.snapshot(card.id).seen for card in cards}

    def office(self, *cards):
        for card in cards:
            card.touches.append("office")

    # --- files -------------------------------------------------------------------------------------------------------

    @rule(count=st.integers(1, 4))
    def a_file_of_new_places(self, count):
        documents = [place(f"p{number}", number) for number in (self.fresh() for _ in range(count))]
        self.taken(imported(self.register, *documents), documents)

    @rule(random=SEEDS)
    def the_same_file_in_another_order(self, random):
        documents = [card.document for card in self.cards.values() if card.status == "counts"]
        random.shuffle(documents)
        plan = planned(self.register, *documents)
        assert set(kinds_of(plan).values()) <= {"same"}
        assert plan.absent == ()
        self.taken(imported(self.register, *documents), [])

    @rule(random=SEEDS)
    def a_file_with_edits(self, random):
        documents = []
        for card in self.some(random, "counts"):
            document = copy.deepcopy(card.document)
            document["properties"]["seen"] = self.fresh()
            document["geometry"]["coordinates"][0] += random.choice([0, 0.0002])
            documents.append(document)
        record = imported(self.register, *documents)
        self.taken(record, [each for each in documents if not self.cards[each["id"]].by_office])

    @rule(random=SEEDS)
    def another_city_under_the_same_row_numbers(self, random):
        documents = [place(card.id, self.fresh()) for card in self.some(random, "counts")]
        assert set(kinds_of(planned(self.register, *documents)).values()) <= {"doubtful"}
        self.taken(imported(self.register, *documents), [])

    @rule(random=SEEDS)
    def another_city_that_is_insisted_on(self, random):
        documents = [place(card.id, self.fresh()) for card in self.some(random, "counts", most=1)]
        self.taken(imported(self.register, *documents, kinds={"doubtful": "take"}), documents)

    @rule(random=SEEDS)
    def the_same_places_under_other_ids(self, random):
        documents = [{**card.document, "id": f"h{self.fresh()}"} for card in self.some(random, "counts")]
        for document in documents:
            document["properties"] = document["properties"] | {"edited": random.choice(["", "yes"])}
        assert set(kinds_of(planned(self.register, *documents)).values()) <= {"doubtful"}
        self.taken(imported(self.register, *documents), [])

    @rule(random=SEEDS)
    def what_is_out_of_use_again(self, random):
        documents = [card.document for card in self.some(random, "retired", "merged")]
        assert set(kinds_of(planned(self.register, *documents)).values()) <= {"doubtful"}
        self.taken(imported(self.register, *documents, kinds={"doubtful": "take"}), [])

    @rule(random=SEEDS)
    def what_was_undone_again(self, random):
        documents = [card.document for card in self.some(random, "undone")]
        self.taken(imported(self.register, *documents), documents)

    @rule(count=st.integers(1, 3), random=SEEDS)
    def an_import_that_is_undone_at_once(self, count, random):
        before = self.text()
        documents = [place(f"p{number}", number) for number in (self.fresh() for _ in range(count))]
        edited = [card for card in self.some(random, "counts") if not card.by_office]
        documents += [{**card.document, "properties": {"name": "x", "n": self.fresh()}} for card in edited]
        record = imported(self.register, *documents)
        assert record.counts.new + record.counts.changed == len(documents)
        undo_import(self.register, record.id, "tono")
        assert self.text() == before
        for document in documents[:count]:
            self.cards[document["id"]] = Card(document["id"], document, "undone")

    @precondition(lambda self: self.imports)
    @rule(random=SEEDS)
    def undo(self, random):
        id, ids = random.choice(self.imports)
        rows = [self.cards[name] for name in ids]
        free = all(card.touches and card.touches[-1] == id and card.status == "counts" for card in rows)
        free = free and not any(card.visits and card.former[-1] is None for card in rows)
        before = self.text()
        if not free:
            with suppress(Conflict):
                undo_import(self.register, id, "tono")
                raise AssertionError("it should be refused")
            assert self.text() == before
            return
        undo_import(self.register, id, "tono")
        undo_import(self.register, id, "tono")  # a second click changes nothing
        for card in rows:
            card.touches.pop()
            former = card.former.pop()
            if former is None:
                card.status = "undone"
            else:
                card.document, card.by_office = former
        self.imports.remove((id, ids))

    # --- the office --------------------------------------------------------------------------------------------------

    @rule(random=SEEDS)
    def the_office_edits(self, random):
        for card in self.some(random, "counts", most=1):
            document = {**card.document, "properties": card.document["properties"] | {"note": self.fresh()}}
            replace_document(self.register, card.id, document, [], "tono", "x", self.seen(card)[card.id])
            card.document, card.by_office = document, True
            self.office(card)

    @rule(random=SEEDS)
    def the_office_retires(self, random):
        for card in self.some(random, "counts", most=1):
            retire_site(self.register, card.id, "tono", f"x{self.fresh()}", self.seen(card)[card.id])
            card.status = "retired"
            self.office(card)

    @rule(random=SEEDS)
    def the_office_brings_back(self, random):
        for card in self.some(random, "retired", most=1):
            unretire_site(self.register, card.id, "tono", f"x{self.fresh()}", self.seen(card)[card.id])
            card.status = "counts"
            self.office(card)

    @rule(random=SEEDS)
    def the_office_merges(self, random):
        cards = self.some(random, "counts", most=2)
        if len(cards) == 2:
            merge_sites(self.register, cards[0].id, cards[1].id, "tono", f"x{self.fresh()}", self.seen(*cards))
            cards[0].status, cards[0].into = "merged", cards[1].id
            self.office(*cards)

    @rule(random=SEEDS)
    def the_office_unmerges(self, random):
        for card in self.some(random, "merged", most=1):
            other = self.cards[card.into]
            unmerge_site(self.register, card.id, "tono", f"x{self.fresh()}", self.seen(card)[card.id])
            card.status, card.into = "counts", ""
            self.office(card, other)

    @rule(random=SEEDS)
    def a_surveyor_visits(self, random):
        for card in self.some(random, "counts", most=1):
            visit = Visit(str(UUID(int=self.fresh())), card.id, "rbra-2024", "auditor", "Budi", date(2026, 11, 2), {})
            self.register.visits.take(document_of(visit))
            card.visits += 1

    # --- what is always so -------------------------------------------------------------------------------------------

    @invariant()
    def every_place_is_there_once_as_it_was_last_written(self):
        wanted = [card.document for card in self.cards.values() if card.status == "counts"]
        assert self.text() == as_json(wanted)
        assert self.register.count() == len(wanted)


TestImports = Imports.TestCase
TestImports.settings = settings(
    max_examples=cases(6, 20),
    stateful_step_count=cases(25, 500),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
