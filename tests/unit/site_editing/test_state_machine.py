"""Places through hundreds of random adds, moves, merges, splits, retirements and restores: nothing is lost, nothing doubled."""

import json
import random
import tempfile
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from helpers.effort import NIGHTLY, cases, over_seeds
from helpers.place_model import Model, Modelled, chosen, feature
from helpers.visits import document_of
from rba_audit.errors import EvidenceError
from rba_audit.register import Photo, Visit, open_register
from rba_audit.register.certificates import Certificate
from rba_audit.register.records import as_json
from rba_audit.register.site_event_records import SiteChange
from rba_audit.site_editing import (
    accept_proposal,
    decline_proposal,
    merge_sites,
    reopen_proposal,
    replace_document,
    restore_document,
    retire_site,
    unmerge_site,
    unretire_site,
)

STEPS = cases(200, 500)
AT = datetime(2026, 11, 1, tzinfo=UTC)


class Walk:
    """A register and a model that are led through the same steps."""

    def __init__(self, register, seed):
        self.register, self.model = register, Model()
        self.rng = random.Random(seed)
        self.number = seed * 100_000

    def fresh(self):
        self.number += 1
        return self.number

    def uuid(self):
        return str(UUID(int=self.fresh()))

    def seen(self, *places):
        return {each.id: self.register.site_events.snapshot(each.id).seen for each in places}

    def do(self, act, place, *more):
        """Do something with a place as a planner does."""
        assert act(self.register, place.id, *more, "tono", f"alasan {self.fresh()}", self.seen(place)[place.id])
        place.events += 1

    # --- what can happen ---------------------------------------------------------------------------------------------

    def come_in_a_file(self):
        number = self.fresh()
        place = Modelled(f"p{number}", [feature(f"p{number}", number)])
        assert self.register.import_features(place.documents).new == 1
        self.model.places[place.id] = place

    def add(self):
        number = self.fresh()
        place = Modelled(f"k{number}", [feature(f"k{number}", number)], events=1)
        self.register.site_events.record(
            [SiteChange(place.id, "added", document=place.documents[0])], "tono", "baru", {}
        )
        self.model.places[place.id] = place

    def propose(self):
        number, id = self.fresh(), self.uuid()
        place = Modelled(f"usulan-{number}", [feature(f"usulan-{number}", number)], "proposed", True, events=1)
        told = {"id": id, "site": place.id, "name": "x", "kind": "", "note": "", "author": "budi", "walk": []}
        body = json.dumps(told).encode()
        assert self.register.site_events.take(body, place.documents[0])[1]
        assert not self.register.site_events.take(body, place.documents[0])[1]
        self.model.places[place.id] = place

    def accept(self):
        if place := chosen(self.rng, self.model.standing("proposed")):
            self.do(accept_proposal, place)
            place.standing = "counts"

    def decline(self):
        if place := chosen(self.rng, self.model.standing("proposed")):
            self.do(decline_proposal, place)
            place.standing = "declined"

    def reopen(self):
        able = [each for each in self.model.standing("counts", "declined") if each.proposed]
        if place := chosen(self.rng, [each for each in able if not self.model.holds_others(each)]):
            self.do(reopen_proposal, place)
            place.standing = "proposed"

    def retire(self):
        if place := chosen(self.rng, self.model.standing("counts")):
            self.do(retire_site, place)
            place.standing = "retired"

    def bring_back(self):
        if place := chosen(self.rng, self.model.standing("retired")):
            self.do(unretire_site, place)
            place.standing = "counts"

    def merge(self):
        place, into = (chosen(self.rng, self.model.standing(*which)) for which in (("counts", "proposed"), ("counts",)))
        if place is None or into is None:
            return
        if place is into:
            with pytest.raises(EvidenceError):
                merge_sites(self.register, place.id, into.id, "tono", "sama", self.seen(place))
            return
        assert merge_sites(self.register, place.id, into.id, "tono", f"sama {self.fresh()}", self.seen(place, into))
        place.was, place.standing, place.inside = place.standing, "merged", into
        place.events += 1
        into.events += 1

    def unmerge(self):
        if place := chosen(self.rng, self.model.standing("merged")):
            self.do(unmerge_site, place)
            place.inside.events += 1
            place.standing, place.inside = place.was, None

    def move(self):
        if place := chosen(self.rng, self.model.standing("counts", "proposed")):
            document = feature(place.id, self.fresh())
            self.do(replace_document, place, document, None)
            place.documents.append(document)

    def restore(self):
        able = [each for each in self.model.standing("counts", "proposed") if len(each.documents) > 1]
        if place := chosen(self.rng, able):
            version = self.rng.randrange(1, len(place.documents))
            self.do(restore_document, place, version)
            place.documents.append(place.documents[version - 1])

    def split(self):
        if place := chosen(self.rng, self.model.standing("counts")):
            number = self.fresh()
            piece = Modelled(f"s{number}", [feature(f"s{number}", number)], events=1)
            smaller = feature(place.id, self.fresh())
            steps = [
                SiteChange(piece.id, "split_from", place.id, document=piece.documents[0]),
                SiteChange(place.id, "split", piece.id, document=smaller),
            ]
            assert self.register.site_events.record(steps, "tono", f"pisah {number}", self.seen(place))
            place.documents.append(smaller)
            place.events += 1
            self.model.places[piece.id] = piece

    def visit(self):
        if place := chosen(self.rng, self.model.places.values()):
            id, day = self.uuid(), date(2026, 1 + self.number % 10, 1)
            photo = Photo(f"{self.number:064x}", "LOK-02", "")
            given = Visit(
                id, place.id, "rbra-2024", "auditor", "Budi", day, {"LOK-03": 800}, author="budi", photos=(photo,)
            )
            self.register.visits.take(document_of(given), at=AT)
            place.visits.add(id)

    def certify(self):
        if place := chosen(self.rng, self.model.places.values()):
            id, days = self.uuid(), (date(2026, 1, 1), date(2030, 1, 1))
            number = f"SK {self.number}"
            self.register.certificates.add(
                Certificate(id, place.id, number, "rbra-2024", "Nindya", "KPPPA", *days, "tono")
            )
            place.certificates.add(id)

    def endanger(self):
        if place := chosen(self.rng, self.model.places.values()):
            id = self.uuid()
            told = {"format": 1, "id": id, "site": place.id, "author": "budi", "note": "kabel"}
            self.register.dangers.take(json.dumps(told).encode())
            place.dangers.add(id)

    def step(self):
        often = (self.visit, self.merge, self.move, self.unmerge)
        rare = (
            *(self.come_in_a_file, self.add, self.propose, self.accept, self.decline, self.reopen, self.retire),
            *(self.bring_back, self.restore, self.split, self.certify, self.endanger),
        )
        self.rng.choice((*often, *often, *rare))()

    # --- what must hold ----------------------------------------------------------------------------------------------

    def holds(self):
        register, model = self.register, self.model
        assert {each["id"] for each in register.features()} == model.listed()
        assert register.count() == len(model.listed())
        assert {each["id"] for each in register.features(everything=True)} == set(model.places)
        visits = register.visits.by_site(("received",))
        roots = {each.id: each for each in model.places.values() if each.inside is None}
        assert {id: sorted(each.id for each in found) for id, found in visits.items()} == {
            id: sorted(found) for id, each in roots.items() if (found := model.held(each, "visits"))
        }
        everyone = [visit.id for visit, _state in register.visits.newest()]
        assert sorted(everyone) == sorted(id for each in model.places.values() for id in each.visits)
        listed = {id: each for id, each in roots.items() if each.standing == "counts"}
        for what, found, there in (
            ("certificates", register.certificates.all(), listed),
            ("dangers", register.dangers.open(), roots),
        ):
            at = {}
            for each in found:
                at.setdefault(each.site_id, set()).add(each.id)
            assert at == {id: held for id, each in there.items() if (held := model.held(each, what))}

    def holds_of_each(self):
        register = self.register
        for each in self.model.places.values():
            now = register.site_events.snapshot(each.id)
            assert (now.state.standing, now.state.seq, now.version) == (
                each.standing,
                each.events,
                len(each.documents),
            )
            assert now.state.into == (each.inside.id if each.inside else "")
            assert [as_json(version.document) for version in register.site_versions(each.id)] == [
                as_json(document) for document in each.documents
            ]
            assert {visit.id for visit in register.visits.for_site(each.id)} == self.model.held(each.root(), "visits")
            held = self.model.held(each.root(), "certificates")
            assert {found.id for found in register.certificates.all(each.id)} == held
            assert {visit.id for visit in register.visits.under_site_id(each.id)} == each.visits
            assert all(len(visit.photos) == 1 for visit in register.visits.under_site_id(each.id))
            assert [event.seq for event in register.site_events.events(each.id)] == list(range(1, each.events + 1))


@over_seeds(1, 4)
def test_nothing_is_lost_and_nothing_doubled(seed):

    with tempfile.TemporaryDirectory() as folder:
        register = open_register(f"sqlite:///{folder}/register.db")
        walk = Walk(register, seed + 1)
        for _ in range(4):
            walk.come_in_a_file()
        for number in range(STEPS):
            walk.step()
            if NIGHTLY or number % 50 == 0:
                walk.holds()
        walk.holds()
        walk.holds_of_each()
        register.close()
