"""Anything that may happen to the visits and actions of a place, in any order: what has to hold after every step.

Visits (full ones and checks), approvals, rejections, reopenings, corrections, settled disagreements, and all that people do with actions.
"""

import random
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from tempfile import TemporaryDirectory
from uuid import UUID

from helpers.effort import over_seeds
from helpers.histories import WINDOW_DAYS, in_order, lists, nothing
from helpers.registers import empty_register
from helpers.repairs import OTHER, PHOTO, PLANNER, counted_pair, item, one_of_each_kind, pair
from helpers.visits import put_visit
from rba_audit.auditing import audit_with_visits
from rba_audit.errors import Conflict, Forbidden
from rba_audit.followup import (
    close_by_visit,
    closing_proofs,
    confirm_closing,
    make_actions,
    not_needed,
    reopen_action,
    report_done,
    withdrawn_actions,
)
from rba_audit.register import Visit
from rba_audit.standard import OUTCOMES, default_edition, load_published

SITE, STEPS = "taman", 25
PEOPLE = (PLANNER, OTHER)
AUTHORS = ("ani", "budi", "citra")
ITEMS = ("ayunan", "perosotan", "titian")
FIRST_DAY = date(2026, 1, 5)
REFUSED = ("illegal", "superseded", "withdrawn")
UNMET = ("does_not_conform", "partial")


@dataclass
class Topics:
    """What visits of these runs speak of: bad and good answers of the place, and of items, by requirement."""

    place: dict
    items: dict
    around: dict


@cache
def topics():
    """Return three requirements of the place, two that items answer, and what items are counted for."""
    standard = load_published(default_edition())
    own = lists(standard.edition)
    place = {name: pair(standard, name) for name in one_of_each_kind(standard)[:3]}
    items, around = {}, {}
    for name in [name for name in own.each if len(own.questions(name)) == 1][:2]:
        bad, good = pair(standard, name)
        around |= {key: value for key, value in {**bad, **good}.items() if key not in own.asked_of_items}
        items[name] = [{key: value for key, value in each.items() if key in own.asked_of_items} for each in (bad, good)]
    bad, good = counted_pair(standard)
    for name in own.counted:
        items[name] = [bad, good]
    return Topics(place, items, around)


@dataclass
class Chain:
    """A visit under review: its newest version, its state, and the number of its last move."""

    head: Visit
    state: str = "received"
    seq: int = 0


class Run:
    """One place and what happens to it."""

    def __init__(self, register, chance):
        self.register, self.chance = register, chance
        self.standard = load_published(default_edition())
        self.chains, self.today, self.number = [], FIRST_DAY, 0
        self.refresh()

    def refresh(self):
        self.now = audit_with_visits(self.register, self.standard)
        self.actions = self.register.actions.all()
        self.withdrawn = withdrawn_actions(self.register, self.now, self.actions)
        outcomes = (OUTCOMES[cell] for cell in self.now.findings.matrix[:, 0])
        self.outcomes = dict(zip((each.id for each in self.standard.requirements), outcomes, strict=True))
        self.standing = [each for each in self.actions if each.state != "closed" and each.id not in self.withdrawn]

    def step(self):
        self.today += timedelta(days=self.chance.choice([1, 1, 2, 5, 20]))
        doing = self.chance.choice(
            [self.visit] * 3
            + [self.approve] * 5
            + [self.reject, self.open_again, self.correct, self.settle]
            + [
                self.done,
                self.confirm,
                self.not_needed,
                self.close_by_visit,
                self.close_by_visit,
                self.reopen,
                self.make,
            ]
        )
        before = {each.id: each for each in self.actions if each.id in self.withdrawn}
        told = doing()
        self.refresh()
        if doing == self.approve and told is not None:
            self.withdrawn_stand_again(before, told)
            self.make()
            self.refresh()
        if doing == self.make or told is not None:
            self.nothing_is_made_twice()
            self.every_unmet_requirement_has_an_action_or_a_reason()
        self.standing_actions_rest_on_something()
        self.proofs_prove_something()

    # --- what happens ---

    def visit(self, replaces=None):
        chance, self.number = self.chance, self.number + 1
        scope = chance.choice(["full", "check"])
        spoken = chance.choice([0.3, 0.9])
        answers = dict(topics().around)
        for pair_ in topics().place.values():
            if chance.random() < spoken:
                answers |= chance.choice(pair_)
        items = []
        for id in chance.sample(ITEMS, chance.choice([0, 1, 2, 3])):
            found = {}
            for pair_ in topics().items.values():
                if chance.random() < 0.9:
                    found |= chance.choice(pair_)
            items.append(item(self.standard, id, found, gone=chance.random() < 0.15))
        if items and chance.random() < 0.8:
            answers[lists(self.standard.edition).complete] = "yes"
        day = self.today - timedelta(days=chance.choice([0, 0, 0, 3, 25]))
        moment = datetime(self.today.year, self.today.month, self.today.day, 3, tzinfo=UTC)
        given = Visit(
            str(UUID(int=self.number)), SITE, self.standard.edition, chance.choice(["auditor"] * 5 + ["self"]), "-", day, answers,
            author=chance.choice(AUTHORS), items=tuple(items), scope=scope, recorded_at=moment,
        )  # fmt: skip
        if replaces is not None:
            kept = replaces.head
            given = replace(
                given, author=kept.author, stage=kept.stage, scope=kept.scope, day=kept.day, replaces=kept.id
            )
            replaces.head = put_visit(self.register.visits, given)
        else:
            self.chains.append(Chain(put_visit(self.register.visits, given)))

    def _some(self, *states):
        found = [each for each in self.chains if each.state in states]
        return self.chance.choice(found) if found else None

    def _move(self, chain, to):
        if chain is None:
            return None
        chain.seq = self.register.reviews.make(
            chain.head.root, seq=chain.seq, to=to, visit_id=chain.head.id, person_id="r-1", note="x", notes={}
        ).seq  # fmt: skip
        chain.state = to
        return chain

    def approve(self):
        return self._move(self._some("received"), "approved")

    def reject(self):
        self._move(self._some("received"), "rejected")

    def open_again(self):
        self._move(self._some("approved", "rejected"), "received")

    def correct(self):
        chain = self._some("received")
        if chain is not None:
            self.visit(replaces=chain)

    def settle(self):
        for each in self.now.disagreements.get(SITE, ()):
            one = self.now.counts[SITE].id
            decided = self.register.disagreements.latest_decisions().for_pair(one, each.key, each.requirement.id)
            chosen = {each.requirement.id: self.chance.choice([one, each.key])}
            seen = {each.requirement.id: decided.seq if decided else 0}
            self.register.disagreements.settle(one, each.key, chosen, "Dilihat bersama.", "r-1", seen)

    def make(self):
        make_actions(self.register, self.now, [SITE], PLANNER, self.today)

    def _act(self, state, moving):
        found = [each for each in self.actions if each.state == state]
        if found:
            try:
                moving(self.chance.choice(found), self.chance.choice(PEOPLE))
            except Conflict as fault:
                if fault.code not in REFUSED:
                    raise
            except Forbidden:
                pass  # it was they who said that it is done

    def done(self):
        self._act(
            "open",
            lambda each, by: report_done(self.register, each.id, each.last.seq, "Selesai.", PHOTO, by, self.today),
        )

    def confirm(self):
        self._act("done", lambda each, by: confirm_closing(self.register, each.id, each.last.seq, "", by, self.today))

    def not_needed(self):
        self._act(
            "open", lambda each, by: not_needed(self.register, each.id, each.last.seq, "Dibongkar.", by, self.today)
        )

    def reopen(self):
        self._act(
            "closed", lambda each, by: reopen_action(self.register, each.id, each.last.seq, "Belum.", by, self.today)
        )

    def close_by_visit(self):
        found = closing_proofs(self.register, self.now, self.actions)

        def closing_(each, by):
            if each.id in found:
                close_by_visit(
                    self.register, found[each.id], each.id, each.last.seq, found[each.id].visit.id, by, self.today
                )

        self._act("open", closing_)

    # --- what holds ---

    def heads(self):
        return {chain.head.id: chain for chain in self.chains}

    def chain_of(self, visit_id):
        return next(each for each in self.chains if each.head.root == self.register.visits.get(visit_id).root)

    def standing_actions_rest_on_something(self):
        seen = [each.request.requirement for each in self.standing]
        assert len(seen) == len({*seen}), "two standing actions for one requirement"
        for each in self.standing:
            if each.request.visit_id:
                assert self.chain_of(each.request.visit_id).state == "approved", (each.request, each.state)
            else:
                assert set(lists(self.standard.edition).questions(each.request.requirement)) & self.document().keys(), (
                    each.request
                )

    def document(self):
        return self.register.features()[0]["properties"]

    def nothing_is_made_twice(self):
        assert make_actions(self.register, self.now, [SITE], PLANNER, self.today) == ()

    def every_unmet_requirement_has_an_action_or_a_reason(self):
        if SITE not in self.now.counts:
            return
        standing = {each.request.requirement for each in self.standing}
        newest = {each.request.requirement: each for each in sorted(self.actions, key=lambda each: each.request.round)}
        counts = self.now.counts[SITE]
        for requirement in self.standard.requirements:
            name = requirement.id
            outcome = self.outcomes[name]
            if requirement.tier != "core" or outcome not in UNMET or name in standing:
                continue
            assert name in newest, (name, outcome, "has no action")
            assert newest[name].state == "closed", (
                name,
                outcome,
                newest[name].request,
                self.withdrawn.get(newest[name].id),
            )
            # An auditor's word lies over a manager's, whichever is newer, so a manager's may say nothing here.
            # Of two auditors it is the one whose outcome counts that may contradict.
            place = self.standard.requirements.index(requirement), self.now.findings.source.index_of(SITE)
            elsewhere = self.now.findings.read_elsewhere.get(place)
            read = counts if elsewhere is None else next(each for each in counts.others if each.id == elsewhere.key)
            looked = [each for each in read.visits if each.stage == "auditor" and self.speaks(each, name)]
            for each in looked:
                assert each.day <= newest[name].last.day, (name, outcome, newest[name].last, each)

    def speaks(self, visit, name):
        """Tell whether a visit says of the place or of an item what a requirement asks; gone items say nothing."""
        own = lists(self.standard.edition)
        if name not in topics().place and name not in topics().items:
            return False
        questions = {*own.questions(name)}
        of = {each[1] for each in (*own.tallies, *own.every) if each[0] in questions} - {None}
        said = [visit.answers, *(each["answers"] for each in visit.items if not each["gone"])]
        return any(not nothing(value) and key in questions | of for each in said for key, value in each.items())

    def proofs_prove_something(self):
        for id, proof in closing_proofs(self.register, self.now, self.actions).items():
            action = next(each for each in self.actions if each.id == id)
            assert self.heads()[proof.visit.id].state == "approved"
            assert id not in self.withdrawn or action.state != "closed"
            assert self.outcomes[action.request.requirement] in ("conforms", "not_applicable")
            for event in self.register.actions.history(id):
                if event.what == "reopened":
                    assert proof.visit.day >= event.day, (event, proof.visit)
            if not action.request.visit_id:
                continue
            found = self.register.visits.get(action.request.visit_id)
            assert in_order([found, proof.visit])[-1].id == proof.visit.id != found.id, (action.request, proof)
            both_full = found.scope == proof.visit.scope == "full" and found.stage == proof.visit.stage == "auditor"
            near = abs((proof.visit.day - found.day).days) <= WINDOW_DAYS
            assert not (both_full and near and found.author != proof.visit.author), (action.request, proof)

    def withdrawn_stand_again(self, before, chain):
        newest = {}
        for each in self.actions:
            key = each.request.requirement
            newest[key] = max(newest.get(key, 0), each.request.round)
        for each in before.values():
            of_it = each.request.visit_id == chain.head.id
            if of_it and each.request.round == newest[each.request.requirement] and each.id in self.withdrawn:
                raise AssertionError((each.request, self.withdrawn[each.id]))


@over_seeds(8, 600)
def test_after_every_step_actions_rest_on_what_counts_and_nothing_unmet_is_without_one(seed):
    chance = random.Random(seed)
    document = {"name": "Taman"}
    for bad, good in topics().place.values():
        document |= chance.choice([{}, {}, {}, bad, good])
    with TemporaryDirectory() as folder, closing(empty_register(folder)) as register:
        register.import_features([{"type": "Feature", "id": SITE, "properties": document, "geometry": None}])
        run = Run(register, chance)
        for number in range(STEPS):
            try:
                run.step()
            except BaseException as fault:
                fault.add_note(f"at step {number}")
                raise
